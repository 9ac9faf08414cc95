"""How often each solution is proposed by the matcher, shown to somebody, opened, introduced by the team: counted by day.

    Exposure.count("proposed", [12, 40, 7])      # in the transaction that proposes them
    Exposure.totals([12, 40])                    # {12: Totals(proposed=3, shown=18, introduced=1), 40: …}
    Exposure.by_day([12], "shown", period)       # [(12, 3 November 2026, 5), …]

Nobody's name is in it: who saw what is not known here. Equality of treatment between suppliers rests on these figures
(domain model §5): the matcher gives way to the less exposed among near equals, and the quality page shows how it is shared.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import NamedTuple

from sqlalchemy import ForeignKey, Index, String, func, select
from sqlalchemy.orm import Mapped, mapped_column

from models.calendar import today_in_paris
from models.counting import add_up
from models.database import Base, db
from models.period import Period

#: proposed: a new pair stored by the matcher; shown: on a page that somebody else than its owner looked at; introduced: the
#: company's message has left; opened: its own page was read by somebody who is neither of its organisation nor of the team.
KINDS = ("proposed", "shown", "introduced", "opened")
#: What equality of treatment is measured by: whether a page is opened is the reader's choice, not ours.
SHARED = ("proposed", "shown", "introduced")
#: Standings and figures look back so far.
PERIOD = timedelta(days=365)
#: A newcomer: published for less than this, never introduced, and…
NEWCOMER_FOR = timedelta(days=90)
#: …proposed fewer times than this: a page that the matcher shows anyway needs no seat kept for it.
FEW_PROPOSALS = 5


class Totals(NamedTuple):
    """How often, over a period."""

    proposed: int = 0
    shown: int = 0
    introduced: int = 0
    opened: int = 0


class Exposure(Base):
    """``times``: how often on that day (in Paris); ``kind``: one of KINDS."""

    __tablename__ = "exposure"
    __table_args__ = (Index("ix_exposure_kind_day", "kind", "day"),)

    solution_id: Mapped[int] = mapped_column(ForeignKey("solution.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(12), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    times: Mapped[int]

    @classmethod
    def count(cls, kind: str, solutions: Iterable[int] | Mapping[int, int], on: date | None = None) -> None:
        """Add one to each of ``solutions`` (numbers; a mapping says how many), on a day (default: today in Paris).

        One statement, and safe when several processes count at once; in the order of the numbers, so that two never wait for
        each other in a circle.
        """
        assert kind in KINDS, kind
        counted, day = Counter(solutions), on or today_in_paris()
        rows = [
            {"solution_id": number, "kind": kind, "day": day, "times": times}
            for number, times in sorted(counted.items())
        ]
        add_up(cls, rows)

    @classmethod
    def totals(
        cls, solutions: Collection[int] | None = None, *, since: date | None = None
    ) -> dict[int, Totals]:
        """Number → how often since a day (default: twelve months ago), of these solutions or of all; who never was is left
        out."""
        query = (
            select(cls.solution_id, cls.kind, func.sum(cls.times))
            .where(cls.day >= (since or a_year_ago()))
            .group_by(cls.solution_id, cls.kind)
        )
        if solutions is not None:
            query = query.where(cls.solution_id.in_(list(solutions)))
        found: dict[int, dict[str, int]] = {}
        for number, kind, times in db.session.execute(query):
            found.setdefault(number, {})[kind] = int(times)
        return {number: Totals(**times) for number, times in found.items()}

    @classmethod
    def by_day(cls, solutions: Collection[int], kind: str, period: Period) -> list[tuple[int, date, int]]:
        """(number, day, how often) of these solutions over a period."""
        query = select(cls.solution_id, cls.day, cls.times).where(
            cls.solution_id.in_(list(solutions)),
            cls.kind == kind,
            cls.day >= period.first,
            cls.day <= period.last,
        )
        return [(number, day, times) for number, day, times in db.session.execute(query)]


def a_year_ago() -> date:
    return today_in_paris() - PERIOD


def is_newcomer(published_at: datetime | None, totals: Totals, now: datetime) -> bool:
    """Whether a place may be kept for it: lately published, hardly proposed, never introduced."""
    return (
        published_at is not None
        and now - published_at < NEWCOMER_FOR
        and not totals.introduced
        and totals.proposed < FEW_PROPOSALS
    )
