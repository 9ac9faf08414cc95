"""Exposure is counted where it happens, and how it is shared out is said in a few figures."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask

from models import Exposure, Match, db
from models.calendar import today_in_paris
from models.concentration import gini, median_wait, share_of_top_tenth
from models.database import utc_now
from models.exposure import Totals, is_newcomer
from tests.factories import World, suggest


def test_a_proposal_counts_once_and_again_only_when_it_is_made_again(world: World) -> None:
    need, solution = world.need(), world.solution()
    for _ in range(2):
        Match.propose(need, [suggest(solution)], need_hash="n1", solution_hashes={solution.id: "s1"})
    assert Exposure.totals() == {solution.id: Totals(proposed=1)}
    (match,) = db.session.scalars(Match.of_need(need))
    match.dismiss(by=world.curator, reason_code="off_topic")
    Match.propose(need, [suggest(solution)], need_hash="n2", solution_hashes={solution.id: "s1"})
    assert Exposure.totals([solution.id]) == {solution.id: Totals(proposed=2)}


def test_an_introduction_counts_when_the_message_has_left_and_not_when_it_is_retained(world: World) -> None:
    match = world.match(status="approved")
    assert Exposure.totals()[match.solution_id].introduced == 0
    match.introduce()
    assert Exposure.totals()[match.solution_id] == Totals(proposed=1, introduced=1)


def test_counts_of_one_day_add_up_and_days_leave_the_period(world: World) -> None:
    solution = world.solution()
    Exposure.count("shown", [solution.id, solution.id])
    Exposure.count("shown", {solution.id: 3})
    Exposure.count("shown", [solution.id], on=today_in_paris() - timedelta(days=400))
    assert Exposure.totals() == {solution.id: Totals(shown=5)}
    assert Exposure.totals(since=today_in_paris() - timedelta(days=500)) == {solution.id: Totals(shown=6)}


def test_counting_nothing_is_no_error(app: Flask) -> None:
    Exposure.count("shown", [])
    assert Exposure.totals() == {} == Exposure.totals([])


@pytest.mark.parametrize(
    ("days", "totals", "expected"),
    [
        (10, Totals(proposed=4), True),
        (89, Totals(), True),
        (91, Totals(), False),
        (10, Totals(proposed=5), False),
        (10, Totals(introduced=1), False),
    ],
)
def test_a_newcomer_is_lately_published_hardly_proposed_and_never_introduced(
    days: int, totals: Totals, expected: bool
) -> None:
    now = utc_now()
    assert is_newcomer(now - timedelta(days=days), totals, now) is expected
    assert is_newcomer(None, totals, now) is False


def test_gini_goes_from_nothing_when_all_have_the_same_to_nearly_one_when_one_has_all() -> None:
    assert gini([5, 5, 5, 5]) == pytest.approx(0)
    assert gini([0, 0, 0, 20]) == pytest.approx(0.75)
    assert gini([0] * 999 + [1]) == pytest.approx(0.999)
    assert gini([1, 2, 3]) == pytest.approx(2 / 9)  # mean difference 8/9, over twice the mean
    assert gini([]) is None and gini([0, 0]) is None


def test_the_share_of_the_top_tenth_rounds_the_tenth_up() -> None:
    assert share_of_top_tenth([9, *([1] * 9)]) == pytest.approx(0.5)
    assert share_of_top_tenth([6, 3, *([0] * 9), 1]) == pytest.approx(0.9)
    assert share_of_top_tenth([]) is None and share_of_top_tenth([0]) is None


def test_the_median_wait_counts_those_who_still_wait() -> None:
    assert median_wait([2, 30, 4]) == 4
    assert median_wait([2, 30], waiting=1) == 30
    assert median_wait([2], waiting=2) is None
    assert median_wait([]) is None
