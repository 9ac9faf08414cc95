"""Days as people count them: in Paris, with the public holidays of France.

Deadlines end at 23:59:59 in Paris, whatever the clocks do that night; reminders and promises (« sous deux jours ouvrés »)
count working days: Monday to Friday without the eleven holidays of article L3133-1 of the labour code.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache

from models.database import PARIS, utc_now

ONE_DAY = timedelta(days=1)
SATURDAY = 5


def day_in_paris(instant: datetime) -> date:
    """The day that people in Paris had at ``instant`` (aware): for one or two hours a night it is not that of UTC."""
    return instant.astimezone(PARIS).date()


def today_in_paris() -> date:
    return day_in_paris(utc_now())


def end_of_day(day: date) -> datetime:
    """The last instant of ``day`` in Paris: its last second belongs to it, whole."""
    return datetime.combine(day, time.max, tzinfo=PARIS)


def at_paris(day: date, hour: int) -> datetime:
    """``hour`` o’clock in Paris on ``day``. An hour which the night of the change skips (2:00 in March) is the one after."""
    wanted = datetime.combine(day, time(hour), tzinfo=PARIS)
    # Through a fixed offset and back: what is no hour of that day becomes one.
    return wanted.astimezone(UTC).astimezone(PARIS)


def is_working_day(day: date) -> bool:
    return day.weekday() < SATURDAY and day not in french_holidays(day.year)


def add_working_days(day: date, count: int) -> date:
    """The ``count``-th working day after ``day`` (before it when negative); ``day`` itself is not counted."""
    step = ONE_DAY if count > 0 else -ONE_DAY
    left = abs(count)
    while left:
        day += step
        left -= is_working_day(day)
    return day


def working_day_before(day: date) -> date:
    """``day`` itself when one works that day, else the last working day before it."""
    while not is_working_day(day):
        day -= ONE_DAY
    return day


@lru_cache(maxsize=64)
def french_holidays(year: int) -> frozenset[date]:
    """The eleven days of article L3133-1 of the labour code."""
    easter = easter_sunday(year)
    fixed = ((1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25))
    after_easter = (1, 39, 50)  # Easter Monday, Ascension, Whit Monday
    return frozenset(date(year, month, day) for month, day in fixed) | {
        easter + timedelta(days=days) for days in after_easter
    }


def easter_sunday(year: int) -> date:
    """By the anonymous Gregorian computation (Nature, 1876; Meeus, Astronomical Algorithms, chapter 8)."""
    a, (b, c) = year % 19, divmod(year, 100)
    d, e = divmod(b, 4)
    f = (b + 8) // 25
    g = (b - f + 1) // 3
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    m = (32 + 2 * e + 2 * i - h - k) % 7
    n = (a + 11 * h + 22 * m) // 451
    month, day = divmod(h + m - 7 * n + 114, 31)
    return date(year, month, day + 1)
