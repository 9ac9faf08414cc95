"""Communes that merged: their old names lead on, their organisations become one, the past keeps its names."""

from __future__ import annotations

from datetime import date

import pytest
import sqlalchemy as sa

from models import Activity, Conflict, NeedChoices, NotReady, Organization, SolutionChoices, Territory, db
from models.activity import broken_seals
from models.calendar import today_in_paris
from models.merger import owned_kinds
from models.prospects import communes_of
from tests.adoptions import make_interest
from tests.client import Client, shown
from tests.documents import converse
from tests.factories import World, owed
from tests.procurement import make_guidance, make_purchase
from webapp.organizations.communes import find_commune, find_place
from webapp.reference import load_territories

WHY = "Arrêté du préfet : création de la commune nouvelle."


def the(code: str) -> Territory:
    return db.session.scalars(sa.select(Territory).where(Territory.code == code)).one()


# ------------------------------------------------------------------ territories


def test_a_commune_that_merged_is_known_by_its_day_and_its_successor(world: World) -> None:
    former = the("93059")
    assert (former.kind, former.ended_on) == ("former", date(2025, 1, 1))
    assert former.successor.name == "Saint-Denis"
    assert len(list(db.session.scalars(Territory.communes()))) == 130
    for typed in ("Pierrefitte-sur-Seine", "pierrefitte sur seine", "93059"):
        assert find_commune(typed).code == "93066"
    assert set(db.session.scalars(communes_of(["93059"]))) >= {the("93066").id}


def test_an_ept_gives_the_organisations_of_its_communes(world: World) -> None:
    world.solution(title="Offerte par Bagnolet", owner=world.bagnolet)
    need = world.need(world.bondy)
    assert find_place("Est Ensemble").code == find_place("T8").code == "T8"
    for place in ("Est Ensemble", "T8"):
        found = db.session.scalars(NeedChoices(commune=place).select())
        assert need.id in {one.id for one in found}
        solutions = list(db.session.scalars(SolutionChoices(commune=place).select()))
        assert [one.title for one in solutions] == ["Offerte par Bagnolet"]
    assert list(db.session.scalars(NeedChoices(commune="Plaine Commune").select())) == []


# ------------------------------------------------------------------ organisations


def merge(client: Client, world: World, **changes: str) -> object:
    fields = {"into": "Ville de Bondy", "on": "2025-01-01", "reason": WHY, **changes}
    return client.sign_in(world.admin).post(
        f"/curation/organisations/{world.bagnolet.organization.id}/fusion", fields
    )


def test_everything_passes_to_the_other_and_each_thing_keeps_a_line_of_it(
    client: Client, world: World
) -> None:
    bagnolet, bondy = world.bagnolet, world.bondy
    draft, need = world.need(status="draft"), world.need()
    solution = world.solution(owner=bagnolet, title="Un outil de la commune")
    world.response(need, status="submitted")
    address = f"/organisations/{bagnolet.organization.id}-{bagnolet.organization.slug}"
    assert merge(client, world).status_code == 303
    old, into = bagnolet.organization, bondy.organization
    assert (old.status, old.merged_into_id, old.display_name) == ("archived", into.id, "Ville de Bagnolet")
    for thing in (draft, need, solution):
        assert thing.organization_id == into.id
        (line,) = [act for act in db.session.scalars(Activity.of(thing)) if act.action == "hand_over"]
        assert line.details["before_organization"] == old.id
    assert broken_seals(db.session()) == []
    client.forget()
    moved = client.get(address)
    assert moved.status_code == 301 and moved.location.endswith(f"/{into.id}-{into.slug}")
    assert "Ville de Bagnolet" in shown(client.get(moved.location))
    assert find_commune("Bagnolet").name == "Bondy"


def test_what_other_areas_added_passes_too_and_what_the_other_has_already_stays(
    client: Client, world: World
) -> None:
    guidance, purchase, interest = make_guidance(world), make_purchase(world), make_interest(world)
    conversation = converse(world)
    into = world.bondy.organization
    answer = merge(client, world)
    assert answer.status_code == 303, shown(answer)
    for thing in (guidance, purchase, interest):
        assert thing.organization_id == into.id, thing
    assert conversation.demand_id == into.id
    client.sign_in(world.bagnolet.validator)
    assert client.get("/mon-espace").status_code == 200
    assert broken_seals(db.session()) == []


def test_what_was_written_before_a_merger_stays_ones_own_and_its_writer_hears_of_the_answer(
    client: Client, world: World
) -> None:
    conversation, writer = converse(world), world.member(world.bagnolet.organization, "contributor")
    conversation.write(by=writer, body="Combien de capteurs par corbeille ?")
    world.bondy  # noqa: B018 (made by being asked for)
    db.session.commit()
    merge(client, world)
    page = client.sign_in(writer).get(f"/messages/{conversation.id}").text
    assert page.count('class="ours"') == 2 and "Signaler" not in page
    conversation.write(by=world.startup.contributor, body="Un seul, sous le couvercle.")
    assert owed(writer, "message_new") == ["message_new"]


def test_nobody_becomes_the_judge_of_their_own_response_by_a_merger(world: World) -> None:
    response = world.response(world.need(), world.bondy)
    for old, into in ((world.bagnolet, world.bondy), (world.bondy, world.bagnolet)):
        with pytest.raises(Conflict, match="a répondu à un besoin de l’autre"):
            old.organization.merge(into=into.organization, on=today_in_paris(), by=world.admin, reason=WHY)
        db.session.rollback()
    response.withdraw(by=world.bondy.contributor)
    world.bondy.organization.merge(
        into=world.bagnolet.organization, on=today_in_paris(), by=world.admin, reason=WHY
    )


def test_members_keep_their_role_and_the_higher_one_where_they_had_two(client: Client, world: World) -> None:
    bagnolet, bondy = world.bagnolet, world.bondy
    both = bondy.contributor
    world_role = bagnolet.validator
    from models import Membership

    Membership.found(user=both, organization=bagnolet.organization, role="org_admin", by=None)
    db.session.commit()
    merge(client, world)
    assert both.membership_of(bondy.organization).role == "org_admin"
    assert world_role.membership_of(bondy.organization).role == "validator"
    assert world_role.membership_of(bagnolet.organization) is None
    for user in (both, world_role, bondy.org_admin):
        assert owed(user, "organization_merged") == ["organization_merged"]
    client.sign_in(world_role)
    assert client.get("/besoins/nouveau").status_code == 200


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"into": "Ville de Bagnolet"}, "une autre organisation"),
        ({"into": "Nulle part"}, "Aucune organisation"),
        ({"into": "Ville de"}, "Plusieurs organisations"),
        ({"into": "Métropole du Grand Paris"}, "Métropole ne fusionne"),
        ({"into": "Ultrason"}, "collectivité ne fusionne"),
        ({"on": "2999-01-01"}, "jour passé"),
        ({"reason": "bref"}, "20 caractères"),
    ],
)
def test_a_merger_that_makes_no_sense_is_refused_and_nothing_moves(
    client: Client, world: World, changes: dict[str, str], words: str
) -> None:
    world.startup, world.bondy  # noqa: B018 (made by being asked for)
    refused = merge(client, world, **changes)
    assert refused.status_code == 422 and words in shown(refused)
    assert WHY in shown(refused) or "reason" in changes
    assert world.bagnolet.organization.status == "verified"


def test_two_companies_that_answered_the_same_need_do_not_merge_before_one_withdraws(world: World) -> None:
    need = world.need()
    world.response(need, world.startup)
    world.response(need, world.rival)
    with pytest.raises(Conflict, match="même besoin"):
        world.rival.organization.merge(
            into=world.startup.organization, on=today_in_paris(), by=world.admin, reason=WHY
        )
    db.session.rollback()
    assert world.rival.organization.status == "verified"


def test_a_merger_decided_here_outlives_the_next_start(client: Client, world: World) -> None:
    world.bondy  # noqa: B018 (made by being asked for)
    merge(client, world)
    load_territories()
    db.session.commit()
    assert the("93006").kind == "former" and the("93006").successor.name == "Bondy"
    with pytest.raises(NotReady):
        world.bondy.organization.merge(
            into=world.bagnolet.organization, on=today_in_paris(), by=world.admin, reason=WHY
        )


def test_whatever_belongs_to_an_organisation_is_known_to_the_merger() -> None:
    kinds = {(model.__name__, column) for model, column in owned_kinds()}
    assert {
        ("Need", "organization_id"),
        ("Solution", "organization_id"),
        ("Response", "organization_id"),
    } <= kinds
    assert not {model for model, _column in kinds} & {"Membership", "Invitation", "Organization"}


def test_only_an_administrator_of_the_platform_sees_the_page(client: Client, world: World) -> None:
    page = f"/curation/organisations/{world.bagnolet.organization.id}/fusion"
    assert client.sign_in(world.curator).get(page).status_code == 403
    assert client.sign_in(world.admin).get(page).status_code == 200
    assert isinstance(world.bagnolet.organization, Organization)
