"""Who may do what: one table of routes, one table of actions, small named predicates. A lawyer could read it.

Denied by default: a request to an endpoint which is not in ``ROUTES`` finds no page. ``ROUTES`` names the action of each
endpoint; when the action is about a thing (``need.publish``), the thing is loaded from the address and checked before
the view runs; views take it with ``loaded(Need)``. Who may not even read a thing is told that it does not exist.

Whether the *thing* may do it now is not asked here but by its verb in models/.
"""

from __future__ import annotations

from typing import Any, TypeVar

from flask import Flask, abort, g, redirect, request, url_for
from flask_login import current_user

from models import (
    Match,
    Membership,
    Need,
    Organization,
    RankerVersion,
    Ranking,
    Response,
    SignIn,
    Solution,
    db,
)
from webapp.predicates import (
    Predicate,
    anyone,
    can_be_joined,
    has_demand_side,
    has_supply_side,
    is_admin,
    is_admin_of_same,
    is_buyer_told,
    is_contributor,
    is_curator,
    is_curator_in_view,
    is_decider,
    is_known,
    is_org_admin,
    is_own,
    is_published,
    is_publisher,
    is_reader,
    is_signed_in,
    is_supplier,
    is_supplier_told,
    is_team_reading,
    is_team_without_admin,
    is_validator,
    is_validator_of_buyer,
    may_offer,
)
from webapp.sessions import only_reads

Thing = TypeVar("Thing")

# ------------------------------------------------------------------ actions → who (any of)

ACTIONS: dict[str, tuple[Predicate, ...]] = {
    "anyone": (anyone,),
    "visitor": (anyone,),
    "signed_in": (is_signed_in,),
    "curate": (is_curator,),
    "administer": (is_admin,),
    "write_need": (has_demand_side,),
    "write_solution": (has_supply_side,),
    # needs
    "need.view": (is_published, is_contributor, is_curator_in_view),
    "need.write": (is_contributor,),
    "need.submit": (is_contributor,),
    "need.recall": (is_contributor,),
    "need.discard": (is_contributor,),
    "need.resubmit": (is_contributor,),
    "need.ask_help": (is_contributor,),
    "need.send_back": (is_validator,),
    "need.validate": (is_validator,),
    "need.publish": (is_publisher,),
    "need.amend": (is_validator,),
    "need.extend": (is_validator,),
    "need.withdraw": (is_validator,),
    "need.open_dialogue": (is_validator,),
    "need.conclude": (is_validator,),
    "need.read_responses": (is_contributor,),
    "need.read_matches": (is_contributor,),
    "need.respond": (may_offer,),
    "need.review": (is_curator_in_view,),
    # solutions
    "solution.view": (is_published, is_contributor, is_curator_in_view),
    "solution.write": (is_contributor,),
    "solution.submit": (is_contributor,),
    "solution.recall": (is_contributor,),
    "solution.resubmit": (is_contributor,),
    "solution.revise": (is_contributor,),
    "solution.confirm": (is_contributor,),
    "solution.archive": (is_contributor,),
    "solution.review": (is_curator_in_view,),
    # matches
    "match.view": (is_supplier_told, is_buyer_told, is_curator),
    "match.decline": (is_supplier_told, is_validator_of_buyer),
    "match.curate": (is_curator,),
    # rankings
    "ranking.view": (is_curator,),
    "ranking.replay": (is_curator,),
    # weights learned from decisions
    "ranker.view": (is_curator,),
    "ranker.decide": (is_curator,),
    # responses
    "response.view": (is_supplier, is_reader, is_team_reading),
    "response.write": (is_supplier,),
    "response.ask_clarification": (is_reader,),
    "response.decide": (is_decider,),
    # organisations and members
    "organization.view": (is_known, is_contributor, is_curator),
    "organization.join": (can_be_joined,),
    "organization.administer": (is_org_admin,),
    "organization.see_members": (is_contributor, is_curator),
    "organization.review": (is_curator,),
    "membership.view": (is_own, is_admin_of_same, is_team_without_admin),
    "membership.decide": (is_admin_of_same, is_team_without_admin),
    "membership.change_role": (is_admin_of_same, is_admin),
    "membership.leave": (is_own, is_admin_of_same),
    # one's own browsers
    "sign_in.view": (is_own,),
    "sign_in.end": (is_own,),
}

#: kind of thing → (class, name of its number in addresses)
THINGS: dict[str, tuple[Any, str]] = {
    "need": (Need, "need_id"),
    "solution": (Solution, "solution_id"),
    "match": (Match, "match_id"),
    "ranking": (Ranking, "ranking_id"),
    "ranker": (RankerVersion, "ranker_id"),
    "response": (Response, "response_id"),
    "organization": (Organization, "organization_id"),
    "membership": (Membership, "membership_id"),
    "sign_in": (SignIn, "sign_in_id"),
}

# ------------------------------------------------------------------ endpoints → action

ROUTES: dict[str, str] = {
    "static": "anyone",
    "bootstrap.static": "anyone",
    # pages
    "pages.home": "anyone",
    "pages.how_it_works": "anyone",
    "pages.transparency": "anyone",
    "pages.accessibility": "anyone",
    "pages.privacy": "anyone",
    "pages.legal": "anyone",
    "pages.help": "anyone",
    "pages.site_map": "anyone",
    "pages.map": "anyone",
    "pages.components": "anyone",
    "pages.health": "anyone",
    "pages.mailbox": "anyone",
    "pages.message": "anyone",
    # accounts
    "accounts.sign_in": "visitor",
    "accounts.sign_out": "signed_in",
    "accounts.register": "visitor",
    "accounts.check_mail": "visitor",
    "accounts.confirm": "anyone",
    "accounts.forgot": "visitor",
    "accounts.reset": "anyone",
    "accounts.profile": "signed_in",
    "accounts.change_password": "signed_in",
    "accounts.end_session": "sign_in.end",
    "accounts.end_other_sessions": "signed_in",
    # organisations
    "organizations.choose": "signed_in",
    "organizations.create": "signed_in",
    "organizations.join": "organization.join",
    "organizations.show": "organization.view",
    "organizations.edit": "organization.administer",
    "organizations.members": "organization.see_members",
    "organizations.accept_member": "membership.decide",
    "organizations.refuse_member": "membership.decide",
    "organizations.change_role": "membership.change_role",
    "organizations.leave": "membership.leave",
    "organizations.sign_charter": "organization.administer",
    "organizations.archive": "organization.administer",
    # spaces
    "spaces.home": "signed_in",
    "spaces.notifications": "signed_in",
    # needs
    "needs.index": "anyone",
    "needs.show": "need.view",
    "needs.create": "write_need",
    "needs.edit": "need.write",
    "needs.autosave": "need.write",
    "needs.panels": "need.write",
    "needs.submit": "need.submit",
    "needs.recall": "need.recall",
    "needs.discard": "need.discard",
    "needs.send_back": "need.send_back",
    "needs.validate": "need.validate",
    "needs.publish": "need.publish",
    "needs.resubmit": "need.resubmit",
    "needs.ask_help": "need.ask_help",
    "needs.amend": "need.amend",
    "needs.extend": "need.extend",
    "needs.withdraw": "need.withdraw",
    "needs.open_dialogue": "need.open_dialogue",
    "needs.conclude": "need.conclude",
    "needs.matches": "need.read_matches",
    "needs.responses": "need.read_responses",
    # solutions
    "solutions.index": "anyone",
    "solutions.show": "solution.view",
    "solutions.create": "write_solution",
    "solutions.edit": "solution.write",
    "solutions.autosave": "solution.write",
    "solutions.panels": "solution.write",
    "solutions.submit": "solution.submit",
    "solutions.recall": "solution.recall",
    "solutions.resubmit": "solution.resubmit",
    "solutions.revise": "solution.revise",
    "solutions.confirm": "solution.confirm",
    "solutions.archive": "solution.archive",
    # introductions, seen by the two sides
    "matches.index": "signed_in",
    "matches.show": "match.view",
    "matches.decline": "match.decline",
    # responses
    "responses.create": "need.respond",
    "responses.edit": "response.write",
    "responses.autosave": "response.write",
    "responses.show": "response.view",
    "responses.submit": "response.write",
    "responses.modify": "response.write",
    "responses.withdraw": "response.write",
    "responses.discard": "response.write",
    "responses.resume": "response.write",
    "responses.clarify": "response.write",
    "responses.ask_clarification": "response.ask_clarification",
    "responses.shortlist": "response.decide",
    "responses.decline": "response.decide",
    "responses.retain": "response.decide",
    # the team's desk
    "curation.desk": "curate",
    "curation.waiting": "curate",
    "curation.show": "match.curate",
    "curation.approve": "match.curate",
    "curation.dismiss": "match.curate",
    "curation.snooze": "match.curate",
    "curation.undo": "match.curate",
    "curation.ranking": "ranking.view",
    "curation.replay": "ranking.replay",
    "curation.learning": "curate",
    "curation.ranker": "ranker.view",
    "curation.enter_service": "ranker.decide",
    "curation.retire_ranker": "ranker.decide",
    "curation.follow_up": "curate",
    "curation.unmet_needs": "curate",
    "curation.unmet_csv": "curate",
    "curation.quality": "curate",
    "curation.reviews": "curate",
    "curation.need": "need.review",
    "curation.publish_need": "need.review",
    "curation.request_need_changes": "need.review",
    "curation.offer_help": "need.review",
    "curation.solution": "solution.review",
    "curation.publish_solution": "solution.review",
    "curation.request_solution_changes": "solution.review",
    "curation.accept_changes": "solution.review",
    "curation.refuse_changes": "solution.review",
    "curation.suspend_solution": "solution.review",
    "curation.reinstate_solution": "solution.review",
    "curation.organization": "organization.review",
    "curation.verify": "organization.review",
    "curation.suspend": "organization.review",
    "curation.reinstate": "organization.review",
    "curation.people": "administer",
    "curation.set_role": "administer",
    # search
    "search.results": "anyone",
}


def can(action: str, thing: Any = None, user: Any = None) -> bool:
    """Whether ``user`` (default: the person of this request) may do ``action`` to ``thing``. KeyError: no such action."""
    person = current_user if user is None else user
    return any(predicate(person, thing) for predicate in ACTIONS[action])


def loaded(kind: type[Thing]) -> Thing:
    """The thing of this request's address, found and allowed before the view ran."""
    thing = g.thing
    assert isinstance(thing, kind), f"{request.endpoint} is not about a {kind.__name__}"
    return thing


def init_app(app: Flask) -> None:
    app.before_request(guard)
    app.jinja_env.globals["can"] = can


def guard() -> Any:
    """Refuse every request which the tables above do not allow."""
    if request.endpoint is None:
        abort(404)
    action = ROUTES.get(request.endpoint)
    if action is None:
        abort(404)
    kind, dot, _verb = action.partition(".")
    g.thing = _load(kind) if dot else None
    if can(action, g.thing):
        return None
    if not current_user.is_authenticated:
        return _ask_to_sign_in()
    if action in ("write_need", "write_solution") and not current_user.active_memberships():
        return redirect(url_for("organizations.choose"), 303)
    if dot and not can(f"{kind}.view", g.thing):
        abort(404)
    return abort(403)


def _load(kind: str) -> Any:
    model, key = THINGS[kind]
    number = (request.view_args or {}).get(key)
    if number is None or number >= 2**31:
        abort(404)
    # Two clicks at once, of one person or of two: the second waits, then finds what the first did (PostgreSQL; SQLite
    # has one writer at a time anyway).
    lock = not only_reads(request)
    return db.session.get(model, number, with_for_update=lock or None) or abort(404)


def _ask_to_sign_in() -> Any:
    """To the sign-in page, and back here afterwards; words typed in a session that ended are given back (errors.py)."""
    from webapp.errors import show_resend, typed_text

    if request.method == "POST" and typed_text():
        return show_resend("Votre session est terminée : reconnectez-vous, votre texte est gardé.", 401)
    back = request.full_path.rstrip("?") if request.method in ("GET", "HEAD") else None
    return redirect(url_for("accounts.sign_in", next=back), 303)
