from __future__ import annotations

from dataclasses import replace

import pytest

from matching.document import Document
from matching.eligibility import may_meet, verdicts

NEED = Document(1, "need", "Besoin")
SOLUTION = Document(1, "solution", "Solution")


def outcome(need: Document, solution: Document) -> tuple[str, str] | None:
    said = verdicts(need, solution)
    assert verdicts(solution, need) == said, "the order of the two does not matter"
    return (said[0].condition, said[0].outcome) if said else None


def test_a_need_that_asks_nothing_hears_nothing() -> None:
    assert outcome(NEED, replace(SOLUTION, maturity=3, price_from_cents=1, territories=("street",))) is None


@pytest.mark.parametrize(
    ("maturity", "expected", "shown"),
    [
        (4, "contradicts", False),
        (5, "fits", True),
        (7, "fits", True),
        (8, "contradicts", False),
        (None, "unknown", True),
    ],
)
def test_a_maturity_outside_the_asked_range_hides_the_solution(
    maturity: int | None, expected: str, shown: bool
) -> None:
    need, solution = replace(NEED, maturity_min=5, maturity_max=7), replace(SOLUTION, maturity=maturity)
    assert outcome(need, solution) == ("maturity", expected)
    assert may_meet(need, solution) is shown


@pytest.mark.parametrize(
    ("price", "expected", "shown"),
    [(1000, "fits", True), (1001, "contradicts", True), (2000, "contradicts", True), (2001, "contradicts", False),
     (0, "fits", True), (None, "unknown", True)],
)  # fmt: skip
def test_a_price_over_the_budget_is_shown_and_hides_only_beyond_twice(
    price: int | None, expected: str, shown: bool
) -> None:
    need, solution = replace(NEED, budget_max_cents=1000), replace(SOLUTION, price_from_cents=price)
    assert outcome(need, solution) == ("budget", expected)
    assert may_meet(need, solution) is shown


def test_kinds_of_place_are_compared_but_never_hide() -> None:
    need = replace(NEED, territories=("school", "street"))
    assert outcome(need, replace(SOLUTION, territories=("street",))) == ("territories", "fits")
    assert outcome(need, SOLUTION) == ("territories", "unknown")
    elsewhere = replace(SOLUTION, territories=("home",))
    assert outcome(need, elsewhere) == ("territories", "contradicts")
    assert may_meet(need, elsewhere)


def test_nobody_is_introduced_to_itself() -> None:
    assert not may_meet(replace(NEED, organization_id=5), replace(SOLUTION, organization_id=5))
    assert not may_meet(replace(NEED, organization_id=5), replace(NEED, id=2, organization_id=5))
    assert may_meet(replace(NEED, organization_id=5), replace(SOLUTION, organization_id=6))
    assert may_meet(NEED, SOLUTION)


def test_two_needs_are_not_held_to_what_a_need_asks_of_a_solution() -> None:
    asking = replace(NEED, maturity_min=5, budget_max_cents=1, territories=("school",))
    assert verdicts(asking, replace(asking, id=2, territories=("home",))) == []
