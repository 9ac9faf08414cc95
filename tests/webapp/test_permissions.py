"""Every route × every person × own and foreign organisation.

What is allowed is written here a second time, by hand and in other words than in webapp/permissions.py, on purpose: a
change of the rules must be made twice. A route which is in the application but not in its table, or not here, fails.
"""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from werkzeug.routing import Rule

from models import Membership, Need, SignIn, User, db
from tests.client import Client
from tests.factories import World
from tests.rankings import make_ranker, make_ranking
from webapp.permissions import ACTIONS, ROUTES

# Persons. "own": the organisation of the thing; "other": a foreign commune; "rival": a foreign company.
EVERYONE = (
    "visitor",
    "nobody",
    "own_contributor",
    "own_validator",
    "own_org_admin",
    "other_contributor",
    "other_validator",
    "other_org_admin",
    "supplier",
    "supplier_admin",
    "rival",
    "curator",
    "admin",
)
ALL = set(EVERYONE)
SIGNED_IN = ALL - {"visitor"}
TEAM = {"curator", "admin"}
OWN = {"own_contributor", "own_validator", "own_org_admin"}
OWN_DECIDES = {"own_validator", "own_org_admin"}
COMMUNES = OWN | {"other_contributor", "other_validator", "other_org_admin"}
SUPPLIER = {"supplier", "supplier_admin"}
# A commune may offer its own innovations too, so it stands on the supply side as well; the Métropole on the demand side.
SUPPLY = SUPPLIER | {"rival"} | COMMUNES

#: action → who, on the thing made by ``_thing`` (a draft where the action is about drafts, else something public)
ALLOWED: dict[str, set[str]] = {
    "anyone": ALL,
    "visitor": ALL,
    "signed_in": SIGNED_IN,
    "curate": TEAM,
    "administer": {"admin"},
    "write_need": COMMUNES,
    "write_solution": SUPPLY,
    "need.view": OWN,
    "need.write": OWN,
    "need.submit": OWN,
    "need.recall": OWN,
    "need.discard": OWN,
    "need.resubmit": OWN,
    "need.ask_help": OWN,
    "need.send_back": OWN_DECIDES,
    "need.validate": OWN_DECIDES,
    "need.publish": OWN_DECIDES,
    "need.amend": OWN_DECIDES,
    "need.extend": OWN_DECIDES,
    "need.withdraw": OWN_DECIDES,
    "need.open_dialogue": OWN_DECIDES,
    "need.conclude": OWN_DECIDES,
    "need.read_responses": OWN,
    "need.read_matches": OWN,
    "need.respond": SUPPLY - OWN,
    "need.review": TEAM,
    "solution.view": SUPPLIER,
    "solution.write": SUPPLIER,
    "solution.submit": SUPPLIER,
    "solution.recall": SUPPLIER,
    "solution.resubmit": SUPPLIER,
    "solution.revise": SUPPLIER,
    "solution.confirm": SUPPLIER,
    "solution.archive": SUPPLIER,
    "solution.review": TEAM,
    "match.view": OWN | SUPPLIER | TEAM,
    "match.decline": OWN_DECIDES | SUPPLIER,
    "match.curate": TEAM,
    "ranking.view": TEAM,
    "ranking.replay": TEAM,
    "ranker.view": TEAM,
    "ranker.decide": TEAM,
    "response.view": OWN | SUPPLIER | TEAM,
    "response.write": SUPPLIER,
    "response.ask_clarification": OWN,
    "response.decide": OWN_DECIDES,
    "organization.view": OWN | TEAM,
    "organization.join": SIGNED_IN,
    "organization.administer": {"own_org_admin"},
    "organization.see_members": OWN | TEAM,
    "organization.review": TEAM,
    "membership.view": {"own_org_admin"},
    "membership.decide": {"own_org_admin"},
    "membership.change_role": {"own_org_admin", "admin"},
    "membership.leave": {"own_org_admin"},
    "sign_in.view": set(),
    "sign_in.end": set(),
}
#: Pages about a message or a token, which does not exist here.
LEADS_NOWHERE = ("pages.message", "accounts.confirm", "accounts.reset")
#: Actions checked on something that is not public, so that seeing it is itself a question.
ON_DRAFTS = {
    "need.view",
    "need.write",
    "need.submit",
    "need.recall",
    "need.discard",
    "need.resubmit",
    "need.ask_help",
    "solution.view",
    "solution.write",
    "solution.submit",
    "solution.recall",
    "solution.resubmit",
}


@pytest.fixture
def people(world: World) -> dict[str, User | None]:
    own, other, supplier, rival = world.bagnolet, world.bondy, world.startup, world.rival
    return {
        "visitor": None,
        "nobody": world.user("Personne"),
        "curator": world.curator,
        "admin": world.admin,
        "own_contributor": own.contributor,
        "own_validator": own.validator,
        "own_org_admin": own.org_admin,
        "other_contributor": other.contributor,
        "other_validator": other.validator,
        "other_org_admin": other.org_admin,
        "supplier": supplier.contributor,
        "supplier_admin": supplier.org_admin,
        "rival": rival.contributor,
    }


def _thing(world: World, kind: str, action: str) -> Any:
    """One thing of each kind, of Bagnolet or of Ultrason."""
    draft = action in ON_DRAFTS
    match kind:
        case "need":
            return world.need(status="draft" if draft else "published")
        case "solution":
            return world.solution(status="draft" if draft else "published")
        case "match":
            return world.match(status="introduced")
        case "ranking":
            return make_ranking(world)
        case "ranker":
            return make_ranker(world)
        case "response":
            return world.response(status="submitted")
        case "organization":
            return (
                world.bagnolet.organization if action != "organization.view" else _hidden_organization(world)
            )
        case "membership":
            return Membership.request(user=world.user("Candidat"), organization=world.bagnolet.organization)
        case "sign_in":
            return SignIn.start(world.user("Ailleurs"))[0]
    raise AssertionError(kind)


def _hidden_organization(world: World) -> Any:
    """Bagnolet while it is suspended: no page for the public, one for its members and the team."""
    organization = world.bagnolet.organization
    organization.suspend(by=world.curator, reason="Une vérification est en cours depuis ce matin.")
    return organization


def _address(rule: Rule, thing: Any) -> str:
    values: dict[str, Any] = {}
    for argument in rule.arguments:
        if argument == "step":
            values[argument] = "problem" if rule.endpoint.startswith("needs") else "practical"
        elif argument.endswith("_id"):
            values[argument] = thing.id if thing is not None else 1
        elif argument == "filename":
            values[argument] = "app.css"
        else:
            values[argument] = "x"
    built = rule.build(values, append_unknown=False)
    assert built is not None, rule
    return str(built[1])


def test_every_route_of_the_application_is_in_the_table_and_the_other_way_round(app: Flask) -> None:
    served = {rule.endpoint for rule in app.url_map.iter_rules()}
    assert served - set(ROUTES) == set(), "routes without permission"
    assert set(ROUTES) - served == set(), "permissions for routes that do not exist"
    assert set(ROUTES.values()) <= set(ACTIONS)


def test_every_action_is_judged_here(app: Flask) -> None:
    assert set(ACTIONS) == set(ALLOWED)


def _rules(app: Flask) -> list[tuple[Rule, str]]:
    rules = [rule for rule in app.url_map.iter_rules() if "static" not in rule.endpoint]
    return [(rule, method) for rule in rules for method in sorted((rule.methods or set()) & {"GET", "POST"})]


#: After these the browser is signed out, or somebody else is in.
ENDS_SESSION = {
    "accounts.sign_in",
    "accounts.sign_out",
    "accounts.confirm",
    "accounts.reset",
    "organizations.leave",
}


@pytest.mark.parametrize("person", EVERYONE)
def test_each_route_lets_in_whom_it_should_and_nobody_else(
    app: Flask, world: World, people: dict[str, User | None], person: str
) -> None:
    wrong: list[str] = []
    shared: dict[Any, Any] = {}
    client, user = Client(app), people[person]
    if user is not None:
        client.sign_in(user)
    for rule, method in _rules(app):
        action = ROUTES[rule.endpoint]
        kind, dot, _ = action.partition(".")
        # Reading changes nothing, so one thing serves all pages; what acts gets a thing of its own.
        key = (
            kind,
            action in ON_DRAFTS,
            action == "organization.view",
            rule.endpoint if method == "POST" else "",
        )
        if dot and key not in shared:
            shared[key] = _thing(world, kind, action)
        url = _address(rule, shared.get(key))
        response = client.post(url) if method == "POST" else client.get(url)
        allowed = person in ALLOWED[action]
        refused = response.status_code in (401, 403, 404) or _is_sent_away(response, action)
        if rule.endpoint in LEADS_NOWHERE and response.status_code == 404:
            refused = False  # the message or token « x » does not exist, for anybody
        if response.status_code >= 500 or allowed == refused:
            wrong.append(
                f"{person} {method} {rule.endpoint}: {response.status_code}, expected {'in' if allowed else 'out'}"
            )
        _reset(world)
        if user is not None and method == "POST" and rule.endpoint in ENDS_SESSION:
            client.sign_in(user)
    assert not wrong, "\n".join(wrong)


def _reset(world: World) -> None:
    """Undo what a POST may have done to the organisation all share."""
    organization = world.bagnolet.organization
    if organization.status == "suspended":
        organization.reinstate(by=world.curator)
        db.session.commit()


def _is_sent_away(response: Any, action: str) -> bool:
    """To the sign-in page; or, for who would write but belongs nowhere yet, to the choice of an organisation."""
    where = response.headers.get("Location", "") if response.status_code == 303 else ""
    belongs_nowhere = action in ("write_need", "write_solution") and where.startswith(
        "/organisations/choisir"
    )
    return where.startswith("/connexion") or belongs_nowhere


def test_another_organisations_draft_does_not_exist_rather_than_being_forbidden(
    client: Client, world: World
) -> None:
    draft = world.need(status="draft")
    client.sign_in(world.bondy.validator)
    assert client.get(f"/besoins/{draft.id}-{draft.slug}").status_code == 404
    assert client.post(f"/besoins/{draft.id}/publier").status_code == 404


def test_a_number_that_is_no_number_of_ours_is_a_page_not_found_for_everyone(
    client: Client, world: World
) -> None:
    client.sign_in(world.curator)
    for number in ("0", "999999", "99999999999999999999", "-1", "abc"):
        assert client.get(f"/besoins/{number}-x").status_code == 404


def test_roles_and_statuses_cannot_be_slipped_into_a_form(client: Client, world: World) -> None:
    need = world.need(status="draft")
    client.sign_in(world.bagnolet.contributor)
    client.post(
        f"/besoins/{need.id}/brouillon",
        {
            "title": "Un titre honnête et assez long",
            "status": "published",
            "organization_id": "1",
            "published_at": "2026-01-01",
        },
    )
    kept = db.session.get(Need, need.id)
    assert kept is not None and kept.status == "draft" and kept.published_at is None
    assert kept.organization_id == world.bagnolet.organization.id
