"""« J'adopte » : who may send what, what it changes elsewhere, what nobody else reads."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from models import Activity, DeclaredPurchase, Interest, NotReady, Reference, db
from models.activity import broken_seals
from models.calendar_file import as_calendar
from models.database import utc_now
from models.reference import body_named
from tests.adoptions import MESSAGE, make_interest, make_reference
from tests.factories import World, owed


def test_only_a_validator_of_the_commune_asks_for_an_experiment_or_a_common_purchase(world: World) -> None:
    for wish in ("experiment", "join_group"):
        with pytest.raises(NotReady, match="un validateur de votre organisation"):
            make_interest(world, wish=wish)
        db.session.rollback()
        assert make_interest(world, wish=wish, by=world.bagnolet.validator).status == "sent"


def test_the_same_thing_is_not_asked_twice_while_it_is_open(world: World) -> None:
    first = make_interest(world)
    with pytest.raises(NotReady, match="c’est en cours"):
        make_interest(world, solution=first.solution)
    db.session.rollback()
    first.stop(by=world.bagnolet.contributor, reason="Nous avons trouvé autre chose.")
    assert make_interest(world, solution=first.solution).status == "sent"


def test_nothing_is_asked_of_a_company_that_is_suspended(world: World) -> None:
    solution = world.solution()
    world.startup.organization.suspend(by=world.curator, reason="Une vérification est en cours ce matin.")
    with pytest.raises(NotReady, match="n’est plus en ligne"):
        make_interest(world, solution=solution)
    world.startup.organization.reinstate(by=world.curator)
    assert make_interest(world, solution=solution).status == "sent"


def test_an_introduction_of_the_same_pair_is_converted_by_the_demand(world: World) -> None:
    need, solution = world.need(), world.solution()
    match = world.match(need, solution, "introduced")
    interest = make_interest(world, solution=solution, need=need)
    assert match.status == "converted" and match.interest is interest
    lines = db.session.scalars(
        sa.select(Activity).where(Activity.need_id == need.id, Activity.subject_type == "interest")
    )
    assert [line.action for line in lines] == ["create"], "a demand about a need is in its register"


def test_the_journal_keeps_neither_the_message_nor_the_amount_nor_the_place(world: World) -> None:
    interest = make_interest(world, "acknowledged", amount_estimated_cents=4_321_900, site="12 rue des Lilas")
    interest.plan(
        by=world.bagnolet.contributor, organization=world.bagnolet.organization,
        meeting_at=utc_now() + timedelta(days=2), place="Chez l’adjointe, 3 rue Marceau",
    )  # fmt: skip
    interest.convert(by=world.bagnolet.validator, conversion="purchase", amount_cents=7_654_300)
    db.session.commit()
    told = " ".join(str(act.details) for act in db.session.scalars(sa.select(Activity)))
    assert not any(secret in told for secret in (MESSAGE[:30], "4321900", "7654300", "Marceau", "Lilas"))
    assert broken_seals(db.session) == []


def test_a_purchase_is_declared_by_the_buyer_and_a_need_takes_none_of_the_words_of_the_company(
    world: World,
) -> None:
    bought = make_interest(world, "acknowledged")
    bought.convert(by=world.bagnolet.validator, conversion="purchase", amount_cents=900_000)
    (purchase,) = db.session.scalars(sa.select(DeclaredPurchase))
    assert purchase.supplier == world.startup.organization and purchase.amount_cents == 900_000

    written = make_interest(world, "acknowledged")
    written.convert(by=world.bagnolet.validator, conversion="need")
    need = written.converted_need
    assert need is not None and need.status == "draft" and need.themes == ["circular_waste"]
    assert not need.title and not need.irritant


def test_a_page_taken_off_tells_both_sides_of_what_was_asked(world: World) -> None:
    interest = make_interest(world, "acknowledged")
    interest.solution.archive(by=world.startup.contributor)
    db.session.commit()
    assert interest.status == "void"
    assert "interest_void" in owed(world.bagnolet.contributor) and "interest_void" in owed(
        world.startup.contributor
    )


def test_an_organisation_does_not_close_while_somebody_waits_for_it(world: World) -> None:
    make_interest(world)
    with pytest.raises(NotReady, match="J’adopte"):
        world.startup.organization.archive(by=world.startup.org_admin)
    db.session.rollback()
    world.startup.organization.suspend(
        by=world.curator, reason="Une vérification est en cours depuis ce matin."
    )
    assert [one.status for one in db.session.scalars(sa.select(Interest))] == ["void"]


def test_a_calendar_file_has_short_lines_and_says_the_hour_in_utc() -> None:
    starts = datetime(2026, 10, 25, 13, 30, tzinfo=UTC)
    file = as_calendar(
        uid="interest-1@exemple.fr",
        starts_at=starts,
        written_at=starts,
        title="Rendez-vous : été, " * 9,
        place="Mairie, salle 2",
    )
    lines = file.split("\r\n")
    assert "DTSTART:20261025T133000Z" in lines and "LOCATION:Mairie\\, salle 2" in lines
    assert max(len(line.encode()) for line in lines) <= 75
    assert "été\\, Rendez-vous" in file.replace("\r\n ", "")


def test_a_reference_is_asked_of_the_commune_that_is_here_and_stays_declared_for_who_is_not(
    world: World,
) -> None:
    asked, declared = make_reference(world), make_reference(world, "declared")
    assert (asked.status, asked.organization) == ("asked", world.bagnolet.organization)
    assert (declared.status, declared.organization) == ("declared", None)
    assert owed(world.bagnolet.contributor, "reference_to_confirm") == ["reference_to_confirm"]
    assert body_named("bagnolet") == world.bagnolet.organization


def test_the_same_reference_is_not_declared_twice(world: World) -> None:
    first = make_reference(world)
    with pytest.raises(NotReady, match="déjà déclarée"):
        make_reference(world, solution=first.solution)
    db.session.rollback()
    first.withdraw(by=world.startup.contributor)
    assert isinstance(make_reference(world, solution=first.solution), Reference)
