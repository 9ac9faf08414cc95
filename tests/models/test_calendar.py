"""Days as people count them: holidays, working days, nights when the clocks change."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import holidays
import pytest

from models.calendar import (
    add_working_days,
    at_paris,
    end_of_day,
    french_holidays,
    is_working_day,
    working_day_before,
)


@pytest.mark.parametrize("year", range(2020, 2041))
def test_the_eleven_holidays_of_the_labour_code_are_those_of_the_reference_table(year: int) -> None:
    assert french_holidays(year) == set(holidays.country_holidays("FR", years=year))
    assert len(french_holidays(year)) == 11


def test_working_days_skip_week_ends_and_holidays() -> None:
    friday = date(2026, 11, 27)
    assert add_working_days(friday, 1) == date(2026, 11, 30)
    assert add_working_days(date(2026, 12, 24), 1) == date(2026, 12, 28)  # Christmas is a Friday
    assert add_working_days(date(2026, 12, 28), -1) == date(2026, 12, 24)
    assert add_working_days(date(2026, 5, 13), 1) == date(2026, 5, 15)  # Ascension between
    assert add_working_days(date(2026, 12, 31), 1) == date(2027, 1, 4)
    assert not is_working_day(date(2026, 11, 11))
    assert working_day_before(date(2026, 11, 11)) == date(2026, 11, 10)
    assert working_day_before(friday) == friday


def test_ten_working_days_on_and_ten_back_lead_to_the_same_working_day() -> None:
    for number in range(400):
        first = working_day_before(date(2026, 1, 1) + timedelta(days=number))
        assert add_working_days(add_working_days(first, 10), -10) == first


@pytest.mark.parametrize(
    ("day", "last_second"),
    [
        (date(2026, 3, 28), datetime(2026, 3, 28, 22, 59, 59, tzinfo=UTC)),
        (date(2026, 3, 29), datetime(2026, 3, 29, 21, 59, 59, tzinfo=UTC)),
        (date(2026, 10, 24), datetime(2026, 10, 24, 21, 59, 59, tzinfo=UTC)),
        (date(2026, 10, 25), datetime(2026, 10, 25, 22, 59, 59, tzinfo=UTC)),
        (date(2027, 3, 28), datetime(2027, 3, 28, 21, 59, 59, tzinfo=UTC)),
        (date(2027, 10, 31), datetime(2027, 10, 31, 22, 59, 59, tzinfo=UTC)),
    ],
)
def test_a_day_ends_at_the_last_second_of_paris_whatever_the_clocks_do(
    day: date, last_second: datetime
) -> None:
    assert end_of_day(day) == last_second.replace(microsecond=999_999)


@pytest.mark.parametrize(
    ("day", "hour", "instant"),
    [
        (date(2026, 3, 28), 8, datetime(2026, 3, 28, 7, tzinfo=UTC)),
        (date(2026, 3, 29), 8, datetime(2026, 3, 29, 6, tzinfo=UTC)),
        (date(2026, 10, 24), 8, datetime(2026, 10, 24, 6, tzinfo=UTC)),
        (date(2026, 10, 25), 8, datetime(2026, 10, 25, 7, tzinfo=UTC)),
        (date(2027, 3, 28), 2, datetime(2027, 3, 28, 1, tzinfo=UTC)),  # an hour which that night skips
        (
            date(2027, 10, 31),
            2,
            datetime(2027, 10, 31, 0, tzinfo=UTC),
        ),  # an hour which comes twice: its first
    ],
)
def test_an_hour_of_paris_is_one_instant_on_the_nights_of_change(
    day: date, hour: int, instant: datetime
) -> None:
    # Through UTC: an hour which comes twice equals no instant of another zone.
    assert at_paris(day, hour).astimezone(UTC) == instant
    assert at_paris(day, hour).tzinfo is not None
