"""Whether offer and demand meet (R006): introductions, demands « J'adopte », what came of them, and how long each step takes.

Meetings.of(period).introduced          # instants
delays(period)                          # [Delay("introduction", days=6, reached=12, of=20), …]
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from models.calendar import day_in_paris
from models.concentration import median_wait
from models.database import db
from models.interest import Interest
from models.match import Match
from models.need import Need
from models.period import Period
from models.response import Response

#: What an interest has behind it once a company said that it had read it.
HEARD = ("acknowledged", "meeting_planned", "met", "converted")
STEPS = ("introduction", "answer", "conclusion")


@dataclass(frozen=True)
class Meetings:
    """Of what began in a period. ``introduced``, ``asked``: instants; ``answered``: introductions that the company or the
    commune answered, ``converted``: by a response or by « J'adopte »; ``heard``: demands that the company acknowledged."""

    introduced: list[datetime]
    answered: int
    converted: int
    asked: list[datetime]
    heard: int
    came_to_something: int

    @classmethod
    def of(cls, period: Period) -> Meetings:
        introduced = db.session.execute(
            select(Match.introduced_at, Match.status).where(
                Match.introduced_at >= period.begins_at, Match.introduced_at < period.ends_at
            )
        ).all()
        asked = db.session.execute(
            select(Interest.sent_at, Interest.status, Interest.acknowledged_at).where(
                Interest.sent_at >= period.begins_at, Interest.sent_at < period.ends_at
            )
        ).all()
        return cls(
            introduced=[at for at, _status in introduced if at],
            answered=sum(status in ("converted", "declined") for _at, status in introduced),
            converted=sum(status == "converted" for _at, status in introduced),
            asked=[at for at, _status, _read in asked],
            heard=sum(read is not None or status in HEARD for _at, status, read in asked),
            came_to_something=sum(status == "converted" for _at, status, _read in asked),
        )


@dataclass(frozen=True)
class Delay:
    """Days to a step from the one before it: ``days``, that half have not exceeded, those that still wait included (None: more
    than half wait). ``reached`` of the ``of`` needs that were at the step before."""

    step: str
    days: int | None
    reached: int
    of: int


def delays(period: Period) -> list[Delay]:
    """Of the needs published in the period: from publication to the first introduction, from there to the first response,
    from there to the conclusion."""
    query = select(Need.id, Need.published_at, Need.concluded_at).where(
        Need.published_at >= period.begins_at, Need.published_at < period.ends_at
    )
    rows = db.session.execute(query).all()
    reached: list[Mapping[int, datetime]] = [
        {number: at for number, at, _end in rows if at is not None},
        _first(Match.need_id, Match.introduced_at),
        _first(Response.need_id, Response.submitted_at),
        {number: end for number, _at, end in rows if end is not None},
    ]
    found, waiting = [], set(reached[0])
    for step, before, after in zip(STEPS, reached, reached[1:], strict=False):
        arrived = {number for number in waiting if number in after}
        waits = [
            max(0, (day_in_paris(after[number]) - day_in_paris(before[number])).days) for number in arrived
        ]
        found.append(Delay(step, median_wait(waits, len(waiting) - len(arrived)), len(arrived), len(waiting)))
        waiting = arrived
    return found


def _first(key: Any, instant: Any) -> dict[int, datetime]:
    """Need → the first time that it happened."""
    query = select(key, func.min(instant)).where(instant.is_not(None)).group_by(key)
    return dict(db.session.execute(query).all())
