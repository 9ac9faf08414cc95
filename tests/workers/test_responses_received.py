"""What a commune hears of the responses that arrive: the first at once, the others together, nothing twice."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine

from models import Need, Response, db
from models.database import PARIS
from tests.factories import World
from tests.workers.conftest import Mailbox, words_of
from workers.mail import deliver_notifications

#: A Wednesday, in the afternoon, and the next morning.
WEDNESDAY = datetime(2027, 3, 10, 15, 0, tzinfo=PARIS)
THURSDAY = datetime(2027, 3, 11, 8, 0, tzinfo=PARIS)


@pytest.fixture
def need(world: World) -> Need:
    with time_machine.travel(WEDNESDAY - timedelta(days=5), tick=False):
        return world.need(closes_on=(WEDNESDAY + timedelta(days=20)).date())


def answer(world: World, need: Need, company: Any, at: datetime) -> Response:
    with time_machine.travel(at, tick=False):
        response = world.response(need, company)
        deliver_notifications()
        return response


def deliver(at: datetime) -> None:
    with time_machine.travel(at, tick=False):
        deliver_notifications()


def told(mailbox: Mailbox, reader: Any) -> list[str]:
    return [subject for subject in mailbox.subjects(reader) if "réponse" in subject]


def test_the_first_response_is_told_at_once_and_those_of_the_same_day_in_one_message_the_next_morning(
    world: World, need: Need, mailbox: Mailbox
) -> None:
    third = world.company("Troisième")
    answer(world, need, world.startup, WEDNESDAY)
    for reader in (world.bagnolet.contributor, world.bagnolet.validator):
        assert told(mailbox, reader) == [f"Une réponse à « {need.title} »"]
    answer(world, need, world.rival, WEDNESDAY + timedelta(minutes=5))
    answer(world, need, third, WEDNESDAY + timedelta(hours=3))
    assert len(told(mailbox, world.bagnolet.contributor)) == 1
    deliver(THURSDAY)
    deliver(THURSDAY + timedelta(hours=1))
    for reader in (world.bagnolet.contributor, world.bagnolet.validator):
        assert told(mailbox, reader)[1:] == [f"2 réponses à « {need.title} »"]
    words = words_of(mailbox.to(world.bagnolet.contributor)[-1])
    assert world.rival.organization.display_name in words and third.organization.display_name in words
    assert world.startup.organization.display_name not in words


def test_a_response_that_comes_days_later_is_told_at_once(world: World, need: Need, mailbox: Mailbox) -> None:
    answer(world, need, world.startup, WEDNESDAY)
    answer(world, need, world.rival, WEDNESDAY + timedelta(days=5))
    assert told(mailbox, world.bagnolet.validator) == [f"Une réponse à « {need.title} »"] * 2


def test_what_was_taken_back_before_the_morning_is_not_told(
    world: World, need: Need, mailbox: Mailbox
) -> None:
    answer(world, need, world.startup, WEDNESDAY)
    response = answer(world, need, world.rival, WEDNESDAY + timedelta(minutes=5))
    with time_machine.travel(WEDNESDAY + timedelta(hours=1), tick=False):
        response.withdraw(by=world.rival.contributor)
        db.session.commit()
    deliver(THURSDAY)
    assert not [
        subject for subject in told(mailbox, world.bagnolet.validator)[1:] if "Une réponse à" in subject
    ]


def test_past_the_deadline_the_message_that_says_so_counts_them_and_no_other_does(
    world: World, need: Need, mailbox: Mailbox
) -> None:
    answer(world, need, world.startup, WEDNESDAY)
    answer(world, need, world.rival, WEDNESDAY + timedelta(minutes=5))
    with time_machine.travel(WEDNESDAY + timedelta(hours=9), tick=False):
        need.close()
        db.session.commit()
        deliver_notifications()
    deliver(THURSDAY)
    reader = world.bagnolet.contributor
    assert told(mailbox, reader) == [f"Une réponse à « {need.title} »"]
    assert "2 réponses vous attendent" in words_of(mailbox.to(reader)[-1])
