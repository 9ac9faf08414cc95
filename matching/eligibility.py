"""Hard conditions, looked at before any place is given, and what they say to a person.

Each condition is one named function from (need, solution) to a `Verdict`, or None when the need asks nothing about it:

- `fits`: both speak and agree;
- `unknown`: the need asks, the solution is silent. Never hides anything: most suppliers forget to fill a field;
- `contradicts`: both speak and disagree. It hides the pair only when `excludes` is set.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from matching.document import Document, Reason

Outcome = Literal["fits", "unknown", "contradicts"]

# A price above the budget is shown as a contradiction, and hides the solution only from twice the budget on.
# On the judged needs 2 of the 55 solutions graded 2 with a price start above the budget (1.07 and 1.67 times; none of
# the 69 graded 3), so a tight limit would hide what an innovation officer would show; none goes beyond twice.
HIDING_BUDGET_RATIO = 2.0


@dataclass(frozen=True)
class Verdict:
    """What one condition says of a pair; `values` are the figures that a person compares."""

    condition: str
    outcome: Outcome
    values: dict[str, Any]
    excludes: bool = False

    def as_reason(self) -> Reason:
        return Reason(self.outcome, {"condition": self.condition, **self.values})


def maturity_is_in_range(need: Document, solution: Document) -> Verdict | None:
    """The maturity asked for (QMI: a prototype is 5 to 7). Values: maturity, maturity_min, maturity_max."""
    low, high = need.maturity_min, need.maturity_max
    if low is None and high is None:
        return None
    values = {"maturity": solution.maturity, "maturity_min": low, "maturity_max": high}
    if solution.maturity is None:
        return Verdict("maturity", "unknown", values)
    if (low or 1) <= solution.maturity <= (high or 9):
        return Verdict("maturity", "fits", values)
    return Verdict("maturity", "contradicts", values, excludes=True)


def price_is_within_budget(need: Document, solution: Document) -> Verdict | None:
    """The lowest price against the highest budget. Values: price_from_cents, price_to_cents, budget_max_cents."""
    budget, price = need.budget_max_cents, solution.price_from_cents
    if budget is None:
        return None
    values = {
        "price_from_cents": price,
        "price_to_cents": solution.price_to_cents,
        "budget_max_cents": budget,
    }
    if price is None:
        return Verdict("budget", "unknown", values)
    if price <= budget:
        return Verdict("budget", "fits", values)
    return Verdict("budget", "contradicts", values, excludes=price > budget * HIDING_BUDGET_RATIO)


def kinds_of_place_meet(need: Document, solution: Document) -> Verdict | None:
    """Kinds of place (school, street…): a disagreement is shown, never hidden, since a list is rarely complete.

    Values: shared, asked, offered (codes).
    """
    if not need.territories:
        return None
    shared = [place for place in need.territories if place in solution.territories]
    values = {"shared": shared, "asked": list(need.territories), "offered": list(solution.territories)}
    if not solution.territories:
        return Verdict("territories", "unknown", values)
    return Verdict("territories", "fits" if shared else "contradicts", values)


def organizations_differ(one: Document, other: Document) -> Verdict | None:
    """Nobody is introduced to itself."""
    if one.organization_id is None or one.organization_id != other.organization_id:
        return None
    return Verdict("organization", "contradicts", {"organization_id": one.organization_id}, excludes=True)


CONDITIONS: tuple[Callable[[Document, Document], Verdict | None], ...] = (
    maturity_is_in_range,
    price_is_within_budget,
    kinds_of_place_meet,
)


def verdicts(one: Document, other: Document) -> list[Verdict]:
    """Every verdict on a pair, in the order of the conditions; two documents of one kind only need two owners."""
    said = [organizations_differ(one, other)]
    if one.kind != other.kind:
        need, solution = (one, other) if one.kind == "need" else (other, one)
        said += [condition(need, solution) for condition in CONDITIONS]
    return [verdict for verdict in said if verdict is not None]


def may_meet(one: Document, other: Document) -> bool:
    """False when a hard condition excludes the pair."""
    return not any(verdict.excludes for verdict in verdicts(one, other))
