"""What happens because time passes, on the second in Paris, and once."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
import sqlalchemy as sa
import time_machine

from models import Activity, SignIn, SignInAttempt, db
from models.calendar import today_in_paris
from models.database import PARIS, utc_now
from tests.factories import World, owed
from workers import upkeep
from workers.schedule import ERRANDS


def in_paris(day: date, hour: int, minute: int, second: int) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, second, tzinfo=PARIS)


# The nights on which Paris changes its clocks, and two on which it does not.
@pytest.mark.parametrize("day", [date(2027, 3, 28), date(2027, 10, 31), date(2027, 3, 27), date(2027, 7, 1)])
def test_a_need_takes_responses_until_the_last_second_of_its_day_in_paris(world: World, day: date) -> None:
    with time_machine.travel(in_paris(day - timedelta(days=30), 12, 0, 0)):
        need = world.need(closes_on=day)
    with time_machine.travel(in_paris(day, 23, 59, 58), tick=False):
        upkeep.close_due_needs()
        assert need.takes_responses
        assert need.status == "published"
    with time_machine.travel(in_paris(day + timedelta(days=1), 0, 0, 0), tick=False):
        assert not need.takes_responses
        upkeep.close_due_needs()
        db.session.expire_all()
        assert need.status == "closed"


def test_closing_tells_the_commune_and_those_who_answered_once(world: World) -> None:
    need = world.need()
    world.response(need)
    match = world.match(need, world.solution(world.rival))
    with time_machine.travel(utc_now() + timedelta(days=32)):
        upkeep.close_due_needs()
        upkeep.close_due_needs()

    db.session.expire_all()
    assert match.status == "void"
    assert owed(world.bagnolet.validator, "need_closed").count("need_closed") >= 1
    assert owed(world.startup.contributor, "need_closed_respondent") == ["need_closed_respondent"]
    acts = sa.select(sa.func.count(Activity.id)).where(
        Activity.subject_type == "need", Activity.subject_id == need.id, Activity.action == "close"
    )
    assert db.session.scalar(acts) == 1


def test_a_postponed_proposal_comes_back_when_its_time_has_come(world: World) -> None:
    match = world.match(status="snoozed")
    upkeep.wake_snoozed_matches()
    assert match.status == "snoozed"
    with time_machine.travel(match.snoozed_until + timedelta(seconds=1)):
        upkeep.wake_snoozed_matches()
        upkeep.wake_snoozed_matches()
    db.session.expire_all()
    assert (match.status, match.snoozed_until) == ("suggested", None)


def test_the_reading_goes_on_when_no_precision_came(world: World) -> None:
    response = world.response(status="clarification")
    upkeep.stop_waiting_for_clarifications()
    assert response.status == "clarification"
    with time_machine.travel(utc_now() + timedelta(days=6)):
        upkeep.stop_waiting_for_clarifications()
        upkeep.stop_waiting_for_clarifications()
    db.session.expire_all()
    assert response.status == "under_review"
    assert len(response.clarifications) == 1


def test_needs_that_ended_two_years_ago_are_archived_but_not_imported_references(world: World) -> None:
    ours, imported = (
        world.need(status="concluded"),
        world.need(status="withdrawn", title="Une référence ancienne"),
    )
    imported.source = "Projet financé FMIN 2018"
    db.session.commit()
    with time_machine.travel(utc_now() + timedelta(days=729)):
        upkeep.archive_old_needs()
        assert ours.status == "concluded"
    with time_machine.travel(utc_now() + timedelta(days=731)):
        upkeep.archive_old_needs()
        upkeep.archive_old_needs()
    db.session.expire_all()
    assert (ours.status, imported.status) == ("archived", "withdrawn")


def test_traces_of_sign_ins_are_forgotten_after_a_year_and_attempts_after_a_day(world: World) -> None:
    SignIn.start(world.user())
    SignInAttempt.note("account", "a@exemple.fr")
    db.session.commit()

    def count() -> tuple[int, int]:
        return tuple(
            db.session.scalar(sa.select(sa.func.count(model.id))) for model in (SignIn, SignInAttempt)
        )

    for days, kept in ((0.5, (1, 1)), (2, (1, 0)), (360, (1, 0)), (366, (0, 0))):
        with time_machine.travel(utc_now() + timedelta(days=days)):
            upkeep.forget_old_sign_ins()
        assert count() == kept


def test_the_clock_rings_for_each_errand_and_each_exists() -> None:
    from importlib import import_module

    for errand in ERRANDS:
        module, _, name = errand.path.rpartition(".")
        assert errand.bell == name
        assert callable(getattr(import_module(module), name))


def test_today_is_that_of_paris() -> None:
    with time_machine.travel(in_paris(date(2027, 6, 1), 0, 30, 0)):
        assert today_in_paris() == date(2027, 6, 1)
