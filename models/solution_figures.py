"""What the page of a solution brings to who offers it, month by month (R035): for the members of its organisation only.

Counts: who looked, and which company answered beside it, is in none of them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from models.database import db
from models.exposure import Exposure
from models.interest import Interest
from models.period import Period
from models.response import Response

#: shown on some page; opened: its own page; introduced by the team; answered: responses that name it; asked: « J'adopte ».
KINDS = ("shown", "opened", "introduced", "answered", "asked")

#: number of the solution → kind → how often, for each month of the period
Monthly = dict[int, dict[str, list[int]]]


def monthly(solutions: Collection[int], period: Period) -> Monthly:
    """Every solution and every kind are there, with as many counts as the period has months."""
    seen: dict[tuple[int, str], list[tuple[datetime | date, int]]] = {}
    for number, kind, moment, times in _counted(solutions, period):
        seen.setdefault((number, kind), []).append((moment, times))
    return {
        number: {kind: period.sum_by_month(seen.get((number, kind), [])) for kind in KINDS}
        for number in solutions
    }


def _counted(solutions: Collection[int], period: Period) -> Iterator[tuple[int, str, datetime | date, int]]:
    for kind in ("shown", "opened", "introduced"):
        for number, day, times in Exposure.by_day(solutions, kind, period):
            yield number, kind, day, times
    for kind, owner, instant in (
        ("answered", Response.solution_id, Response.submitted_at),
        ("asked", Interest.solution_id, Interest.sent_at),
    ):
        query = select(owner, instant).where(
            owner.in_(list(solutions)), instant >= period.begins_at, instant < period.ends_at
        )
        rows: Iterable[Any] = db.session.execute(query)
        for number, at in rows:
            yield number, kind, at, 1
