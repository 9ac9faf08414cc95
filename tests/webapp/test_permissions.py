"""Every route × every person × own and foreign organisation.

What is allowed is written a second time, by hand and in other words, in who_may.py: a change of the rules must be made
twice. A route which is in the application but not in its table, or not here, fails.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest
from flask import Flask
from werkzeug.routing import Rule

from models import (
    Alert,
    Charter,
    Follow,
    Identity,
    Membership,
    Need,
    NeedChoices,
    Organization,
    ReviewPoint,
    SignIn,
    Threshold,
    User,
    db,
)
from tests.adoptions import make_interest, make_reference
from tests.arrivals import make_campaign, make_import_run, make_invitation
from tests.client import Client
from tests.documents import converse, join
from tests.evaluations import make_partner
from tests.events import make_event, make_registration
from tests.factories import World
from tests.open_calls import make_call
from tests.procurement import make_guidance, make_purchase
from tests.questions import make_question
from tests.rankings import make_ranker, make_ranking
from tests.reports import make_report
from tests.webapp.who_may import ALLOWED, EVERYONE, ON_DRAFTS
from webapp.permissions import ACTIONS, ROUTES

#: Pages about a message or a token, which does not exist here.
LEADS_NOWHERE = (
    "pages.message", "accounts.confirm", "accounts.reset", "organizations.invitation", "organizations.decline_invitation",
    "organizations.opt_out", "alerts.keep", "alerts.unsubscribe", "spaces.act_for", "following.theme",
    "accounts.proconnect", "accounts.proconnect_return", "accounts.proconnect_link", "organizations.signed_charter",
    "figures.show", "figures.as_csv",
)  # fmt: skip


class Walk(NamedTuple):
    """``emails``: person → address (None: a visitor). ``requests``: endpoint, method, address; ``of_suspended``: those for
    which Bagnolet is suspended, so that its page is no longer everybody's."""

    emails: dict[str, str | None]
    requests: list[tuple[str, str, str]]
    of_suspended: list[tuple[str, str, str]]
    bagnolet_id: int


@pytest.fixture
def walk(app: Flask, databases: Any) -> Walk:
    """What there is to ask for is made once: each person finds it as it was before the others came."""
    walked: Walk = databases.once("walk", lambda: make_walk(app, World()))
    return walked


def make_walk(app: Flask, world: World) -> Walk:
    """Reading changes nothing, so one thing serves all pages; what acts gets a thing of its own."""
    emails = {name: user.email if user else None for name, user in make_people(world).items()}
    shared: dict[Any, Any] = {}
    walk = Walk(emails, [], [], world.bagnolet.organization.id)
    for rule, method in _rules(app):
        action = ROUTES[rule.endpoint]
        kind, dot, _ = action.partition(".")
        key = (kind, action in ON_DRAFTS, rule.endpoint if method == "POST" else "")
        if dot and key not in shared:
            shared[key] = _thing(world, kind, action)
        requests = walk.of_suspended if action == "organization.view" else walk.requests
        requests.append((rule.endpoint, method, _address(rule, shared.get(key))))
    return walk


def make_people(world: World) -> dict[str, User | None]:
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
        case "review_point":
            return make_point(world)
        case "solution":
            return world.solution(status="draft" if draft else "published")
        case "statistics":
            return world.solution()
        case "match":
            return world.match(status="introduced")
        case "guidance":
            return make_guidance(world)
        case "declared_purchase":
            return make_purchase(world)
        case "interest":
            return make_interest(world, "meeting_planned")
        case "reference":
            return make_reference(world)
        case "threshold":
            return db.session.scalars(Threshold.listed()).first()
        case "ranking":
            return make_ranking(world)
        case "ranker":
            return make_ranker(world)
        case "conversation":
            return converse(world)
        case "message":
            return converse(world).messages[0]
        case "attachment":
            return join(world)
        case "response":
            return world.response(status="submitted")
        case "consortium_member":
            return make_partner(world)
        case "question":
            return make_question(world)
        case "follow":
            return Follow.begin(user=world.user("Suiveuse"), kind="theme", key="mobility")
        case "alert":
            return Alert.keep(
                user=world.user("Veilleuse"), kind="needs", choices=NeedChoices(), words="", name="Tout"
            )
        case "organization":
            return world.bagnolet.organization
        case "membership":
            return Membership.request(user=world.user("Candidat"), organization=world.bagnolet.organization)
        case "invitation":
            return make_invitation(world)
        case "charter":
            return Charter.last()
        case "import_run":
            return make_import_run(world, "previewed")
        case "report":
            return make_report(world, "draft" if action == "report.write" else "frozen")
        case "campaign":
            return make_campaign(world)
        case "event":
            return make_event(world)
        case "registration":
            return make_registration(world, event=make_event(world))
        case "open_call":
            return make_call(world)
        case "identity":
            return Identity.link(world.user("Liée"), issuer="https://exemple.fr", subject="sujet")
        case "sign_in":
            return SignIn.start(world.user("Ailleurs"))[0]
    raise AssertionError(kind)


def make_point(world: World) -> ReviewPoint:
    need = world.need(status="draft")
    ReviewPoint.ask(need, "Dites où et quand.", by=world.curator)
    db.session.commit()
    point = db.session.scalar(ReviewPoint.of(need))
    assert point is not None
    return point


def _address(rule: Rule, thing: Any) -> str:
    values: dict[str, Any] = {}
    for argument in rule.arguments:
        if argument == "number":
            values[argument] = 1
        elif argument == "step":
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
def test_each_route_lets_in_whom_it_should_and_nobody_else(app: Flask, walk: Walk, person: str) -> None:
    client, email = Client(app), walk.emails[person]
    sign_in(client, email)
    wrong = []
    for endpoint, method, url in walk.requests:
        wrong += _complain(client, person, endpoint, method, url)
        if method == "POST" and endpoint in ENDS_SESSION:
            sign_in(client, email)
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("person", EVERYONE)
def test_a_suspended_organisation_is_seen_by_its_members_and_the_team_alone(
    app: Flask, walk: Walk, person: str
) -> None:
    client = Client(app)
    sign_in(client, walk.emails[person])
    organization = db.session.get_one(Organization, walk.bagnolet_id)
    organization.suspend(
        by=find(walk.emails["curator"]), reason="Une vérification est en cours depuis ce matin."
    )
    wrong = [said for request in walk.of_suspended for said in _complain(client, person, *request)]
    assert walk.of_suspended and not wrong, "\n".join(wrong)


def _complain(client: Client, person: str, endpoint: str, method: str, url: str) -> Iterator[str]:
    action = ROUTES[endpoint]
    response = client.post(url) if method == "POST" else client.get(url)
    allowed = person in ALLOWED[action]
    refused = response.status_code in (401, 403, 404) or _is_sent_away(response, action)
    if endpoint in LEADS_NOWHERE and response.status_code == 404:
        refused = False  # the message or token « x » does not exist, for anybody
    if response.status_code >= 500 or allowed == refused:
        yield f"{person} {method} {endpoint}: {response.status_code}, expected {'in' if allowed else 'out'}"


def sign_in(client: Client, email: str | None) -> None:
    if email is not None:
        client.sign_in(find(email))


def find(email: str | None) -> User:
    return db.session.scalars(User.by_email(email or "")).one()


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
