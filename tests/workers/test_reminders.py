"""Reminders: few, once each, and none for who has acted."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa
import time_machine

from models import Follow, Need, Notification, db
from models.calendar import today_in_paris
from models.database import utc_now
from tests.factories import World, owed
from workers.reminders import remind_people


def at(**delta: float) -> time_machine.travel:
    return time_machine.travel(utc_now() + timedelta(**delta))


def everything() -> list[tuple[object, ...]]:
    found = [
        (n.id, n.kind, n.status, n.event)
        for n in db.session.scalars(sa.select(Notification).order_by(Notification.id))
    ]
    db.session.rollback()
    return found


def test_an_untouched_draft_is_recalled_after_a_week_and_after_three_then_never(world: World) -> None:
    need, solution = world.need(status="draft"), world.solution(status="draft")
    author, inventor = need.author, solution.author
    for days, count in ((6, 0), (8, 1), (9, 1), (22, 2), (23, 2), (80, 2)):
        with at(days=days):
            remind_people()
            remind_people()
        assert owed(author, "need_draft_reminder") == ["need_draft_reminder"] * count
        assert owed(inventor, "solution_draft_reminder") == ["solution_draft_reminder"] * count


def test_a_draft_found_after_three_weeks_is_recalled_once(world: World) -> None:
    need = world.need(status="draft")
    with at(days=25):
        remind_people()
    assert owed(need.author, "need_draft_reminder") == ["need_draft_reminder"]


def test_a_draft_touched_again_is_left_in_peace(world: World) -> None:
    need = world.need(status="draft")
    with at(days=6):
        need.write(title="Des corbeilles pleines le dimanche")
        db.session.commit()
    with at(days=8):
        remind_people()
    assert owed(need.author, "need_draft_reminder") == []


def test_a_response_draft_is_recalled_three_days_before_the_end_once(world: World) -> None:
    need = world.need(closes_on=today_in_paris() + timedelta(days=20))
    world.response(need, status="draft")
    supplier = world.startup.contributor
    for days, count in ((10, 0), (17, 1), (18, 1)):
        with at(days=days):
            remind_people()
        assert len(owed(supplier, "response_draft_reminder")) == count


def test_an_introduction_without_an_answer_is_recalled_once_then_expires(world: World) -> None:
    need = world.need(closes_on=today_in_paris() + timedelta(days=60))
    match = world.match(need, status="introduced")
    supplier = world.startup.contributor
    for days, count, status in (
        (13, 0, "introduced"),
        (15, 1, "introduced"),
        (16, 1, "introduced"),
        (31, 1, "expired"),
        (32, 1, "expired"),
    ):
        with at(days=days):
            remind_people()
        db.session.expire_all()
        assert (len(owed(supplier, "match_reminder")), match.status) == (count, status)


def test_what_became_of_a_need_is_asked_after_three_months_once(world: World) -> None:
    need = world.need(status="concluded")
    imported = world.need(status="concluded", title="Une référence d’un ancien programme")
    imported.source = "Projet financé FMIN 2018"
    db.session.commit()
    for days, count in ((80, 0), (91, 1), (92, 1), (200, 1)):
        with at(days=days):
            remind_people()
        assert len(owed(need.author, "need_feedback_asked")) == count


def test_a_page_ages_is_warned_goes_stale_and_is_archived(world: World) -> None:
    solution = world.solution()
    supplier = world.startup.contributor
    for days, count, status in (
        (300, 0, "published"),
        (340, 1, "published"),
        (341, 1, "published"),
        (366, 2, "stale"),
        (367, 2, "stale"),
        (396, 3, "stale"),
        (397, 3, "stale"),
        (456, 3, "archived"),
        (457, 3, "archived"),
    ):
        with at(days=days):
            remind_people()
        db.session.expire_all()
        assert (len(owed(supplier, "solution_stale")), solution.status) == (count, status), days


def test_a_page_confirmed_begins_another_year(world: World) -> None:
    solution = world.solution()
    with at(days=340):
        remind_people()
        solution.confirm(by=world.startup.contributor)
        db.session.commit()
    with at(days=370):
        remind_people()
    db.session.expire_all()
    assert solution.status == "published"
    with at(days=340 + 340):
        remind_people()
    assert len(owed(world.startup.contributor, "solution_stale")) == 2


def test_the_errand_twice_changes_nothing(world: World) -> None:
    (
        world.need(status="draft"),
        world.solution(),
        world.match(status="introduced"),
        world.response(world.need(), status="draft"),
    )
    with at(days=28):
        remind_people()
        before = everything()
        remind_people()
        assert everything() == before


def test_who_follows_a_need_hears_that_it_closes_once_and_who_prepares_an_answer_by_another_message(
    world: World,
) -> None:
    need, reader, writer = world.need(), world.rival.contributor, world.startup.contributor
    for person in (reader, writer):
        Follow.begin(user=person, kind="need", key=need.id)
    world.response(need, world.startup, "draft")
    with at(days=26):
        remind_people()
    assert owed(reader, "need_closing_soon") == []
    with at(days=28):
        remind_people()
        remind_people()
    assert owed(reader, "need_closing_soon") == ["need_closing_soon"]
    assert owed(writer, "need_closing_soon", "response_draft_reminder") == ["response_draft_reminder"]


def test_a_later_deadline_has_a_warning_of_its_own(world: World) -> None:
    need, reader = world.need(), world.rival.contributor
    Follow.begin(user=reader, kind="need", key=need.id)
    db.session.commit()
    with at(days=28):
        remind_people()
    again = db.session.get_one(Need, need.id)
    again.extend(by=world.bagnolet.validator, closes_on=today_in_paris() + timedelta(days=50))
    db.session.commit()
    with at(days=40):
        remind_people()
    assert len(owed(reader, "need_closing_soon")) == 1
    with at(days=48):
        remind_people()
    assert len(owed(reader, "need_closing_soon")) == 2
