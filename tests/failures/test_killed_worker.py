"""A worker killed with -9 in the middle of its job: all is done within two minutes, once."""

from __future__ import annotations

import pytest

from tests.failures.town import Town
from tests.stack import ERRANDS, RunningStack, until

pytestmark = pytest.mark.stack

MANY = 40  # needs: the job lasts long enough to be killed in its middle
WITHIN = 120  # seconds: the promise


def test_a_worker_killed_while_it_proposes_every_need_gets_its_ten_proposals_once_within_two_minutes(
    town: Town, broken_stack: RunningStack
) -> None:
    needs = town.submit_needs(MANY)
    town.await_peace()
    broken_stack.pid_of(ERRANDS)

    town.publish_all(needs, "propose_matches")
    until(lambda: town.matches_of(needs), "the first proposals are stored", pause=0.005)
    killed = broken_stack.kill(ERRANDS)
    assert 0 < town.unmatched() < MANY, "it was not killed in the middle"

    town.await_peace(within=WITHIN)
    assert broken_stack.pid_of(ERRANDS) != killed
    town.assert_done_once(needs)


def test_a_worker_killed_while_it_delivers_each_message_leaves_once_within_two_minutes(
    town: Town, broken_stack: RunningStack
) -> None:
    needs = town.submit_needs(MANY)
    town.await_peace()
    broken_stack.pid_of(ERRANDS)
    before = len(town.letters())

    town.publish_all(needs, "deliver_notifications")
    until(lambda: len(town.letters()) > before, "the first letter has left", pause=0.005)
    broken_stack.kill(ERRANDS)
    assert town.unsent() > 0, "it was not killed in the middle"

    town.await_peace(within=WITHIN)
    town.assert_done_once(needs)
