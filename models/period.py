"""A stretch of days, in Paris, over which something is counted: twelve months, a half-year, or chosen days.

half = Period.half_year(2026, 2)          # 1 July to 31 December 2026
year = Period.twelve_months()             # the present month and the eleven before it
year.by_month([instant, …])               # [0, 3, …]: one figure for each month of year.months
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from models.calendar import ONE_DAY, day_in_paris, today_in_paris
from models.database import PARIS

MONTHS = 12
SECOND_HALF = 7


@dataclass(frozen=True)
class Period:
    """``first`` and ``last``: days in Paris, both counted."""

    first: date
    last: date

    @classmethod
    def twelve_months(cls, today: date | None = None) -> Period:
        """The month of ``today`` (default: now) up to that day, and the eleven whole months before it."""
        today = today or today_in_paris()
        months = today.year * MONTHS + today.month - 1 - (MONTHS - 1)
        return cls(date(months // MONTHS, months % MONTHS + 1, 1), today)

    @classmethod
    def half_year(cls, year: int, half: int) -> Period:
        """``half``: 1 (January to June) or 2 (July to December)."""
        if half == 1:
            return cls(date(year, 1, 1), date(year, SECOND_HALF, 1) - ONE_DAY)
        return cls(date(year, SECOND_HALF, 1), date(year, 12, 31))

    @classmethod
    def half_years(cls, count: int, today: date | None = None) -> list[Period]:
        """The last ``count`` half-years that are over, the latest first."""
        today = today or today_in_paris()
        # Half-years numbered one after the other: the one of today, then back.
        now = today.year * 2 + (today.month >= SECOND_HALF)
        return [cls.half_year(number // 2, number % 2 + 1) for number in range(now - 1, now - 1 - count, -1)]

    @property
    def begins_at(self) -> datetime:
        """Its first instant."""
        return datetime.combine(self.first, time(0), tzinfo=PARIS)

    @property
    def ends_at(self) -> datetime:
        """The instant after its last one."""
        return datetime.combine(self.last + ONE_DAY, time(0), tzinfo=PARIS)

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    @property
    def before(self) -> Period:
        """What it is compared with: the half-year before a half-year, else as many days before it."""
        for half in (1, 2):
            if self == Period.half_year(self.first.year, half):
                number = self.first.year * 2 + half - 2
                return Period.half_year(number // 2, number % 2 + 1)
        return Period(self.first - timedelta(days=self.days), self.first - ONE_DAY)

    @property
    def months(self) -> list[date]:
        """The first day of each month that it touches."""
        first = self.first.year * MONTHS + self.first.month - 1
        last = self.last.year * MONTHS + self.last.month - 1
        return [date(number // MONTHS, number % MONTHS + 1, 1) for number in range(first, last + 1)]

    def holds(self, instant: datetime) -> bool:
        return self.begins_at <= instant < self.ends_at

    def by_month(self, moments: Iterable[datetime | date]) -> list[int]:
        """How many of them fall in each of ``months``; those outside the period are left out."""
        return self.sum_by_month((moment, 1) for moment in moments)

    def sum_by_month(self, counted: Iterable[tuple[datetime | date, int]]) -> list[int]:
        """The same for (moment, how many) pairs."""
        sums: Counter[date] = Counter()
        for moment, count in counted:
            day = day_in_paris(moment) if isinstance(moment, datetime) else moment
            if self.first <= day <= self.last:
                sums[day.replace(day=1)] += count
        return [sums[month] for month in self.months]
