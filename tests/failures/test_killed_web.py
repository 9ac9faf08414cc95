"""The site killed with -9 in the middle of a click, and clicks at the same moment: all or nothing, and once."""

from __future__ import annotations

import http.client
import os
import signal
import threading
import time
from contextlib import suppress

import pytest
import sqlalchemy as sa

from models import Activity, Need, Notification
from tests.failures.town import Town
from tests.stack import WEB, Answer, Person, RunningStack, until

pytestmark = pytest.mark.stack

KILLS = 8


class Click(threading.Thread):
    """« Publier », pressed from a thread: ``answer`` stays None when the site died before it answered."""

    def __init__(self, person: Person, need: int) -> None:
        super().__init__()
        self.person, self.need, self.answer = person, need, None
        self.start()

    def run(self) -> None:
        with suppress(OSError, http.client.HTTPException):
            self.answer: Answer | None = self.person.post(f"/besoins/{self.need}/publier")

    def ended(self) -> Answer | None:
        self.join(timeout=60)
        assert not self.is_alive()
        return self.answer


def acts_and_debts(town: Town, need: int) -> tuple[str, int, int]:
    """(status, acts « publish », messages owed for it): all there, or nothing."""
    (status,) = town.read(sa.select(Need.status).where(Need.id == need))[0]
    acts = town.count(
        sa.select(Activity).where(
            Activity.subject_type == "need", Activity.subject_id == need, Activity.action == "publish"
        )
    )
    owed = town.count(
        sa.select(Notification).where(
            Notification.kind == "need_published",
            Notification.subject_type == "need",
            Notification.subject_id == need,
        )
    )
    return status, acts, owed


def test_the_site_killed_in_the_middle_of_a_click_has_published_whole_or_not_at_all_and_the_next_click_ends_it(
    town: Town, broken_stack: RunningStack
) -> None:
    measured, *needs = town.submit_needs(KILLS + 1)
    town.await_peace()
    validator = town.sign_in()
    usual = validator.post(f"/besoins/{measured}/publier").seconds
    whole, nothing = ("published", 1, len(town.owner_ids)), ("awaiting_validation", 0, 0)

    cut_short = 0
    for number, need in enumerate(needs):
        pid = broken_stack.web_worker()
        click = Click(validator, need)
        time.sleep(usual * number / KILLS)  # from the very first to the very last moment
        os.kill(pid, signal.SIGKILL)
        answer = click.ended()
        until(broken_stack.answers_again, "the page answers again", pause=0.02)
        found = acts_and_debts(town, need)
        assert found in (whole, nothing)
        assert answer is None or found == whole, "it said yes and did nothing"
        cut_short += answer is None
        assert validator.post(f"/besoins/{need}/publier").status == 303
        assert acts_and_debts(town, need) == whole

    assert cut_short, "it was never killed in the middle"
    town.await_peace()
    town.assert_done_once([measured, *needs])


def test_the_whole_site_killed_in_the_middle_of_a_click_comes_back_and_people_are_still_signed_in(
    town: Town, broken_stack: RunningStack
) -> None:
    (need,) = town.submit_needs(1)
    town.await_peace()
    validator = town.sign_in()

    click = Click(validator, need)
    os.killpg(broken_stack.pid_of(WEB), signal.SIGKILL)
    click.ended()
    until(broken_stack.answers_again, "the page answers again")
    assert validator.get("/mon-espace").status == 200
    assert validator.post(f"/besoins/{need}/publier").status == 303

    town.await_peace()
    town.assert_done_once([need])


def test_the_same_button_pressed_at_the_same_moment_by_two_people_publishes_once(
    town: Town, broken_stack: RunningStack
) -> None:
    needs = town.submit_needs(4)
    town.await_peace()
    people = [town.sign_in(), town.sign_in()]

    for need in needs:
        answers = [click.ended() for click in [Click(person, need) for person in people for _ in range(2)]]
        assert [answer.status for answer in answers if answer] == [303] * 4
        assert acts_and_debts(town, need) == ("published", 1, len(town.owner_ids))

    town.await_peace()
    town.assert_done_once(needs)
