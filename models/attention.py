"""How attention is shared between the solutions that are online: over twelve months, those that never had any included.

online = read_online()
concentration_of("proposed", online, Exposure.totals())      # how often, how unequal, how many had none
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from models.calendar import day_in_paris
from models.concentration import gini, share_of_top_tenth
from models.database import db
from models.exposure import Totals
from models.solution import Solution


@dataclass(frozen=True)
class Online:
    """A public solution: only what is counted here, since there may be many."""

    number: int
    published_on: date | None
    themes: list[str]


def read_online() -> list[Online]:
    """Every solution that is public now."""
    columns = Solution.id, Solution.published_at, Solution.themes
    rows = db.session.execute(Solution.public().with_only_columns(*columns).order_by(None))
    return [Online(number, _day(published_at), themes) for number, published_at, themes in rows]


def _day(instant: datetime | None) -> date | None:
    return day_in_paris(instant) if instant else None


@dataclass(frozen=True)
class Concentration:
    """``total``: how often in twelve months; ``never``: how many solutions had nothing; ``gini`` and ``top_tenth``, 0 to 1:
    None while nothing was counted; ``least``: the lowest Gini that so few can reach (twenty among a hundred leave eighty
    without any)."""

    kind: str
    total: int
    never: int
    gini: float | None
    least: float
    top_tenth: float | None


def concentration_of(kind: str, online: Iterable[Online], totals: dict[int, Totals]) -> Concentration:
    """Over the solutions online today, those that never were included."""
    counts = [getattr(totals.get(one.number, Totals()), kind) for one in online]
    total, least = sum(counts), max(0.0, 1 - sum(counts) / len(counts)) if counts else 0.0
    return Concentration(kind, total, counts.count(0), gini(counts), least, share_of_top_tenth(counts))
