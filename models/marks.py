"""Means and ranks of an evaluation, exactly: fractions, never floats, so that a tie is a tie (domain model §9).

totals = {r: weighted_mean({"need": 60, "cost": 40}, {"need": [4, 5], "cost": [2, 2]}) for r in responses}
ranks(totals)      # {"a": 1, "b": 1, "c": 3}
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from fractions import Fraction
from typing import TypeVar

Key = TypeVar("Key", bound=Hashable)

LOWEST, HIGHEST = 0, 5
#: A mark at an end, or next to nothing, is explained: the sentence is what will be read again in a year.
EXPLAINED = (0, 1, 5)
LEAST_COMMENT = 20
WEIGHTS_SUM = 100


def mean(marks: Sequence[int]) -> Fraction:
    """Raises ZeroDivisionError when nobody gave a mark: there is no mean of nothing."""
    return Fraction(sum(marks), len(marks))


def weighted_mean(weights: Mapping[Key, int], marks: Mapping[Key, Sequence[int]]) -> Fraction:
    """Σ (weight × mean of the people’s marks) / 100, out of five; ``marks``: criterion → one mark for each person."""
    return (
        sum((weight * mean(marks[criterion]) for criterion, weight in weights.items()), Fraction(0))
        / WEIGHTS_SUM
    )


def ranks(totals: Mapping[Key, Fraction]) -> dict[Key, int]:
    """Key → place. Equal totals share a place and leave the next ones empty: 1, 1, 3."""
    return {key: 1 + sum(other > total for other in totals.values()) for key, total in totals.items()}


def must_be_explained(mark: int | None) -> bool:
    return mark in EXPLAINED
