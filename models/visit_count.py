"""How often the pages are read, a day and a kind of page: no cookie, no address, nobody (R215, indicator K2).

Who read what is not known here. The same person counts once a day for a page, and once a day for ``visit``
(webapp/visits.py says how, and forgets it with the day).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from sqlalchemy import String, func, select
from sqlalchemy.orm import Mapped, mapped_column

from models.calendar import today_in_paris
from models.counting import add_up
from models.database import Base, db
from models.period import Period

VISIT = "visit"
#: visit: somebody came that day; the others: pages, by kind.
PAGES = (
    "home",
    "needs",
    "need",
    "solutions",
    "solution",
    "search",
    "organization",
    "map",
    "events",
    "figures",
    "explanation",
)
KINDS = (VISIT, *PAGES)


class VisitCount(Base):
    """``times``: how often on that day (in Paris); ``kind``: one of KINDS."""

    __tablename__ = "visit_count"

    day: Mapped[date] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(16), primary_key=True)
    times: Mapped[int]

    @classmethod
    def count(cls, kinds: Mapping[str, int], on: date | None = None) -> None:
        """Add to the counts of a day (default: today in Paris). Safe when several processes count at once."""
        assert set(kinds) <= set(KINDS), kinds
        day = on or today_in_paris()
        add_up(
            cls,
            [{"day": day, "kind": kind, "times": times} for kind, times in sorted(kinds.items()) if times],
        )

    @classmethod
    def by_day(cls, kind: str, period: Period) -> list[tuple[date, int]]:
        """(day, how often) over a period."""
        query = select(cls.day, cls.times).where(
            cls.kind == kind, cls.day >= period.first, cls.day <= period.last
        )
        return [(day, times) for day, times in db.session.execute(query)]

    @classmethod
    def totals(cls, period: Period) -> dict[str, int]:
        """Kind → how often over a period; kinds that nobody read are left out."""
        query = (
            select(cls.kind, func.sum(cls.times))
            .where(cls.day >= period.first, cls.day <= period.last)
            .group_by(cls.kind)
        )
        return {kind: int(times) for kind, times in db.session.execute(query)}

    @classmethod
    def began_on(cls) -> date | None:
        """The first day that was counted; None before it."""
        return db.session.scalar(select(func.min(cls.day)))
