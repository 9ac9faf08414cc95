"""Who may do what: one table of actions, one table of routes (routes.py), small named predicates. A lawyer could read it.

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
    Alert,
    Attachment,
    Campaign,
    Charter,
    ConsortiumMember,
    Conversation,
    ConversationMessage,
    DeclaredPurchase,
    Event,
    Follow,
    Guidance,
    Identity,
    ImportRun,
    Interest,
    Invitation,
    Match,
    Membership,
    Need,
    OpenCall,
    Organization,
    Question,
    RankerVersion,
    Ranking,
    Reference,
    Report,
    Response,
    ReviewPoint,
    SignIn,
    Solution,
    Threshold,
    db,
)
from webapp.conversation_predicates import is_party, is_party_to_message
from webapp.document_predicates import is_shown, may_join_to_need, may_take_away
from webapp.predicates import (
    Predicate,
    answers_for_commune,
    anyone,
    can_be_joined,
    decides_for_buyer,
    has_demand_side,
    has_moved,
    has_place,
    has_supply_side,
    is_admin,
    is_admin_of_same,
    is_buyer_reading,
    is_buyer_told,
    is_contributor,
    is_curator,
    is_curator_in_view,
    is_invited,
    is_invited_assistant,
    is_known,
    is_org_admin,
    is_own,
    is_partner,
    is_published,
    is_publisher,
    is_reader,
    is_signed_in,
    is_supplier,
    is_supplier_asked,
    is_supplier_told,
    is_team_reading,
    is_team_without_admin,
    is_validator,
    is_validator_of_buyer,
    leads,
    marks_for_commune,
    may_adopt,
    may_change_reviewed,
    may_come,
    may_follow,
    may_leave,
    may_offer,
    may_support,
    speaks_for_solution,
)
from webapp.routes import ROUTES
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
    "guide_purchases": (has_demand_side,),
    "declare_purchase": (decides_for_buyer,),
    # needs
    "need.view": (is_published, is_contributor, is_invited_assistant, is_curator_in_view),
    "need.write": (is_contributor, is_invited_assistant),
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
    "need.answer_responses": (is_validator,),
    "need.reopen": (is_validator,),
    "need.copy": (is_contributor,),
    "need.give_feedback": (is_contributor,),
    "need.read_versions": (is_published, is_contributor, is_curator),
    "need.invite_assistant": (is_contributor,),
    "need.end_help": (is_contributor, is_invited_assistant),
    "need.support": (may_support,),
    "review_point.view": (may_change_reviewed,),
    "review_point.tick": (may_change_reviewed,),
    "need.read_responses": (is_contributor,),
    "need.read_register": (is_contributor, is_curator_in_view),
    "need.evaluate": (is_contributor,),
    "need.decide_evaluation": (is_validator,),
    "need.read_matches": (is_contributor,),
    "need.respond": (may_offer,),
    "need.guide": (is_contributor,),
    "need.review": (is_curator_in_view,),
    # solutions
    "solution.view": (is_published, is_contributor, is_curator_in_view),
    "solution.write": (is_contributor,),
    "solution.submit": (speaks_for_solution,),
    "solution.ask_to_send": (is_contributor,),
    "solution.recall": (is_contributor,),
    "solution.resubmit": (speaks_for_solution,),
    "solution.revise": (speaks_for_solution,),
    "solution.confirm": (is_contributor,),
    "solution.archive": (speaks_for_solution,),
    "solution.write_clues": (is_contributor,),
    "solution.read_clues": (is_contributor, is_buyer_reading, is_curator_in_view),
    "solution.take_up_clues": (is_buyer_reading,),
    "solution.review": (is_curator_in_view,),
    # what a page brings: for who else, there is no such thing
    "statistics.view": (is_contributor,),
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
    "response.view": (is_supplier, is_partner, is_reader, is_team_reading),
    "response.mark": (marks_for_commune,),
    "consortium_member.view": (is_contributor, leads),
    "consortium_member.answer": (is_contributor,),
    "consortium_member.remove": (leads,),
    "response.write": (is_supplier,),
    "response.ask_clarification": (is_reader,),
    "response.propose_shortlist": (is_reader,),
    # ways of buying: the buyer's own people, neither suppliers nor the team
    "guidance.view": (is_contributor,),
    "guidance.write": (is_contributor,),
    "declared_purchase.view": (is_contributor,),
    "declared_purchase.correct": (is_validator,),
    "threshold.view": (is_curator,),
    "threshold.check": (is_curator,),
    "threshold.revise": (is_admin,),
    # « J'adopte » : the two sides, and nobody else; the team counts and reads the list of those without an answer
    "solution.adopt": (may_adopt,),
    "interest.view": (is_contributor, is_supplier_asked),
    "interest.answer": (is_supplier_asked,),
    "interest.follow": (is_contributor,),
    "interest.convert": (is_validator,),
    "solution.refer": (is_contributor,),
    "reference.view": (is_published, is_contributor, is_supplier_asked, is_curator),
    "reference.decide": (is_contributor,),
    "reference.withdraw": (is_supplier_asked,),
    # conversations: read by their two sides
    "conversation.view": (is_party,),
    "response.converse": (is_supplier, is_reader),
    "match.converse": (is_buyer_told,),
    "need.converse": (is_contributor, is_curator_in_view),
    "message.view": (is_party_to_message, is_admin),
    "message.report": (is_party_to_message,),
    "message.redact": (is_admin,),
    # questions: nobody but the asker's organisation knows whose they are, neither the commune nor the team
    "need.ask": (may_offer,),
    "need.answer_questions": (is_contributor,),
    "question.view": (is_supplier, answers_for_commune),
    "question.own": (is_supplier,),
    "question.answer": (answers_for_commune,),
    # what a person follows
    "need.follow": (may_follow,),
    "solution.follow": (may_follow,),
    "organization.follow": (may_follow,),
    "follow.view": (is_own,),
    "follow.stop": (is_own,),
    # searches that a person keeps
    "alert.view": (is_own,),
    "alert.change": (is_own,),
    # joined documents
    "need.attach": (may_join_to_need,),
    "solution.attach": (is_contributor,),
    "response.attach": (is_supplier,),
    "attachment.view": (is_shown,),
    "attachment.remove": (may_take_away,),
    # events and calls
    "event.view": (is_published, is_curator),
    "event.register": (may_come,),
    "event.leave": (may_leave,),
    "event.take_file": (has_place,),
    "event.manage": (is_curator,),
    "registration.view": (is_own,),
    "open_call.view": (is_published, is_curator),
    "open_call.follow": (may_follow,),
    "open_call.manage": (is_curator,),
    # organisations and members
    "organization.view": (is_known, has_moved, is_contributor, is_curator),
    "organization.join": (can_be_joined,),
    "organization.administer": (is_org_admin,),
    "organization.see_members": (is_contributor, is_curator),
    "organization.read_charter": (is_contributor, is_curator),
    "organization.sign": (is_validator,),
    "organization.ask_to_sign": (is_contributor,),
    "organization.review": (is_curator,),
    "organization.merge": (is_admin,),
    "invitation.view": (is_invited, is_org_admin),
    "invitation.accept": (is_invited,),
    "invitation.revoke": (is_org_admin,),
    # companies that nobody has joined: files of them, letters to them
    "charter.view": (is_curator,),
    "charter.decide": (is_curator,),
    "import_run.view": (is_curator,),
    "import_run.decide": (is_curator,),
    "campaign.view": (is_curator,),
    "campaign.decide": (is_curator,),
    "report.view": (is_curator,),
    "report.write": (is_curator,),
    "report.redo": (is_curator,),
    "membership.view": (is_own, is_admin_of_same, is_team_without_admin),
    "membership.decide": (is_admin_of_same, is_team_without_admin),
    "membership.change_role": (is_admin_of_same, is_admin),
    "membership.leave": (is_own, is_admin_of_same),
    # one's own browsers
    "identity.view": (is_own,),
    "identity.unlink": (is_own,),
    "sign_in.view": (is_own,),
    "sign_in.end": (is_own,),
}

#: kind of thing → (class, name of its number in addresses)
THINGS: dict[str, tuple[Any, str]] = {
    "need": (Need, "need_id"),
    "review_point": (ReviewPoint, "point_id"),
    "solution": (Solution, "solution_id"),
    "statistics": (Solution, "solution_id"),
    "match": (Match, "match_id"),
    "guidance": (Guidance, "guidance_id"),
    "declared_purchase": (DeclaredPurchase, "declared_purchase_id"),
    "threshold": (Threshold, "threshold_id"),
    "interest": (Interest, "interest_id"),
    "reference": (Reference, "reference_id"),
    "attachment": (Attachment, "attachment_id"),
    "conversation": (Conversation, "conversation_id"),
    "message": (ConversationMessage, "message_id"),
    "ranking": (Ranking, "ranking_id"),
    "ranker": (RankerVersion, "ranker_id"),
    "response": (Response, "response_id"),
    "consortium_member": (ConsortiumMember, "consortium_member_id"),
    "question": (Question, "question_id"),
    "follow": (Follow, "follow_id"),
    "alert": (Alert, "alert_id"),
    "organization": (Organization, "organization_id"),
    "charter": (Charter, "charter_id"),
    "membership": (Membership, "membership_id"),
    "invitation": (Invitation, "invitation_id"),
    "import_run": (ImportRun, "import_run_id"),
    "campaign": (Campaign, "campaign_id"),
    "report": (Report, "report_id"),
    "event": (Event, "event_id"),
    "open_call": (OpenCall, "open_call_id"),
    "sign_in": (SignIn, "sign_in_id"),
    "identity": (Identity, "identity_id"),
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
