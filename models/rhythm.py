"""When the messages that can wait leave: at eight in Paris, on working days, on every one or on one a week.

next_moment("weekly", TUESDAY, utc_now())     # when what is found now will be told
"""

from __future__ import annotations

from datetime import date, datetime

from models.calendar import ONE_DAY, at_paris, day_in_paris, is_working_day

#: ``instant``: as soon as it is there; ``paused``: nothing that is not necessary.
RHYTHMS = ("instant", "daily", "weekly", "paused")
DEFAULT_RHYTHM = "daily"
#: Monday is 0.
WORKDAYS = (0, 1, 2, 3, 4)
TUESDAY = 1
HOUR = 8


def next_moment(rhythm: str, weekday: int, instant: datetime) -> datetime:
    """The first moment of this rhythm at or after ``instant``. ``weekday``: the day chosen for a weekly one."""
    day = day_in_paris(instant)
    while at_paris(day, HOUR) < instant or not _is_moment(rhythm, weekday, day):
        day += ONE_DAY
    return at_paris(day, HOUR)


def last_moment(rhythm: str, weekday: int, instant: datetime) -> datetime:
    """The last moment of this rhythm at or before ``instant``."""
    day = day_in_paris(instant)
    while at_paris(day, HOUR) > instant or not _is_moment(rhythm, weekday, day):
        day -= ONE_DAY
    return at_paris(day, HOUR)


def _is_moment(rhythm: str, weekday: int, day: date) -> bool:
    """A weekly day that falls on a holiday moves to the working day after it."""
    if not is_working_day(day):
        return False
    if rhythm != "weekly":
        return True
    scheduled = day
    while scheduled.weekday() != weekday:
        scheduled -= ONE_DAY
        if is_working_day(scheduled):
            return False
    return True
