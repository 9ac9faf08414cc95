"""What people typed never becomes a formula in somebody's spreadsheet."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from webapp.tables import cell, csv_text


@pytest.mark.parametrize(
    "typed",
    [
        "=1+1", "+33 1", "-2", "@SUM(A1)", "\t=1", "\r=1", " =1", "\u00a0=1", "\u200b@x", "deux lignes\n=1", "une\r\n  +1", "|cmd", "%0A=1",
        "＝1", "\ufeff=1", "\v=1", "\u202f-1",
    ],
)  # fmt: skip
def test_what_a_spreadsheet_would_compute_is_kept_as_text(typed: str) -> None:
    assert cell(typed) == f"'{typed}"


def test_plain_words_numbers_and_days_stay_what_they_are() -> None:
    night = datetime(2026, 12, 31, 23, 30, tzinfo=UTC)  # already the next year in Paris
    row = ["Corbeilles – 20 % de moins", "deux\nlignes", 12, -3, None, date(2026, 3, 1), night]
    assert [cell(value) for value in row] == [*row[:4], "", "2026-03-01", "2027-01-01"]


def test_cells_with_separators_and_quotes_come_back_whole() -> None:
    assert csv_text([["a;b", 'dit « "oui" »']]) == '\ufeff"a;b";"dit « ""oui"" »"\r\n'
