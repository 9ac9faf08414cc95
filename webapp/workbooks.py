"""Spreadsheets to take away: several sheets of plain values, never a formula, never a link that opens by itself.

XlsxWriter is imported where it writes: a web process that writes none stays light.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from typing import Any

from flask import Response

TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
#: What a name of a sheet may not hold, and how long it may be.
_REFUSED = str.maketrans(dict.fromkeys("[]:*?/\\'", " "))
_LONGEST_NAME, _WIDEST = 31, 60


def xlsx_answer(sheets: Iterable[tuple[str, Sequence[Sequence[Any]]]], name: str) -> Response:
    """A file to download; ``name`` is ours (ASCII). Each sheet: its name, its rows, the first of which is the heading."""
    answer = Response(xlsx_bytes(sheets), mimetype=TYPE)
    answer.headers["Content-Disposition"] = f"attachment; filename={name}"
    return answer


def xlsx_bytes(sheets: Iterable[tuple[str, Sequence[Sequence[Any]]]]) -> bytes:
    import xlsxwriter

    written = io.BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(written, options) as book:
        bold, wrapped = (
            book.add_format({"bold": True, "text_wrap": True}),
            book.add_format({"text_wrap": True}),
        )
        for title, rows in sheets:
            sheet = book.add_worksheet(title.translate(_REFUSED)[:_LONGEST_NAME])
            sheet.freeze_panes(1, 0)
            for number, row in enumerate(rows):
                for column, value in enumerate(row):
                    sheet.write(number, column, value, bold if number == 0 else wrapped)
            for column in range(max((len(row) for row in rows), default=0)):
                longest = max(len(str(row[column])) for row in rows if len(row) > column)
                sheet.set_column(column, column, min(_WIDEST, max(10, longest + 2)))
    return written.getvalue()
