"""Tables to take away: CSV that a spreadsheet opens without believing that what somebody typed is a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from flask import Response

from models.calendar import day_in_paris

#: What begins a formula in one spreadsheet or another; full-width signs are read as their narrow twins by some.
_FORMULA = tuple("=+-@|%＝＋－＠")
#: Spreadsheets skip these before they look at the first sign of a cell.
_SKIPPED = " \t\r\n\v\f\u00a0\u202f\u2007\u200b\ufeff\0"


def csv_answer(rows: Iterable[Sequence[Any]], name: str) -> Response:
    """A file to download, semicolons between cells; ``name`` is ours (ASCII)."""
    answer = Response(csv_text(rows), mimetype="text/csv")
    answer.headers["Content-Disposition"] = f"attachment; filename={name}"
    return answer


def csv_text(rows: Iterable[Sequence[Any]]) -> str:
    """The same as text. The mark at the beginning tells spreadsheets that this is UTF-8."""
    table = io.StringIO()
    csv.writer(table, delimiter=";").writerows([cell(value) for value in row] for row in rows)
    return "\ufeff" + table.getvalue()


def cell(value: Any) -> Any:
    """What goes into one cell: numbers as they are, days as spreadsheets sort them, text that is never a formula.

    Each line of a text is looked at, since a cell that is cut at its line ends makes several.
    """
    if isinstance(value, datetime):
        return day_in_paris(value).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if not isinstance(value, str):
        return "" if value is None else value
    begins = (line.lstrip(_SKIPPED)[:1] for line in value.splitlines())
    return (
        f"'{value}"
        if value[:1] in ("\t", "\r") or any(sign in _FORMULA for sign in begins if sign)
        else value
    )
