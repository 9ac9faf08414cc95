"""One figure as people read it: its value, what it means, its months, its tables; and what of it is hidden on public pages.

A count of one to four people could point at somebody who knows the others: it reads « moins de 5 », and a total from which
it could be worked out reads « au moins ». The team's report has the plain counts (webapp/curation/report_contents.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from flask_babel import format_date
from flask_babel import gettext as _

#: Fewer people, or fewer things measured, than this say too much, or nothing.
LEAST = 5
TALLEST = 40


@dataclass(frozen=True)
class Table:
    """``rows``: the heading first; the first cell of each names it."""

    title: str
    rows: list[list[Any]]


@dataclass(frozen=True)
class Series:
    """What is drawn: a count for each month, None where it is hidden."""

    months: Sequence[date]
    counts: Sequence[int | None]

    @property
    def columns(self) -> list[tuple[int, int]]:
        """(place, height) of each month, the highest being TALLEST; nothing is drawn of a hidden one."""
        most = max((count or 0 for count in self.counts), default=0) or 1
        return [(place, round(TALLEST * (count or 0) / most)) for place, count in enumerate(self.counts)]

    @property
    def width(self) -> int:
        return len(self.counts)

    @property
    def words(self) -> str:
        """« décembre 2025 : 3, … », for those who do not see the drawing."""
        pairs = zip(self.months, self.counts, strict=True)
        return ", ".join(
            _("%(month)s : %(count)s", month=month_name(month), count=few() if count is None else count)
            for month, count in pairs
        )


@dataclass(frozen=True)
class Sheet:
    """``slug``: its address; ``value``: the figure itself; ``when``: which days it counts; ``unit``: of the value.

    ``counts_people``: small counts of its tables and of its drawing are hidden in public.
    """

    slug: str
    name: str
    value: int | str
    unit: str
    definition: str
    when: str
    series: Series | None = None
    tables: list[Table] = field(default_factory=list)
    counts_people: bool = False

    @property
    def in_public(self) -> Sheet:
        """What anybody may read of it."""
        if not self.counts_people:
            return self
        tables = [Table(table.title, _hide_rows(table.rows)) for table in self.tables]
        if self.series is None:
            return replace(self, tables=tables)
        series = replace(self.series, counts=[_shown(count) for count in self.series.counts])
        value = total_of(self.series.counts) if isinstance(self.value, int) else self.value
        return replace(self, tables=tables, series=series, value=value)

    @property
    def lines(self) -> list[list[Any]]:
        """Its tables as one, a value a line: figure, table, line, column, value."""
        return [
            [self.name, table.title, row[0], heading, value]
            for table in self.tables
            for row in table.rows[1:]
            for heading, value in zip(table.rows[0][1:], row[1:], strict=True)
        ]


def headings_of_lines() -> list[str]:
    return [_("Chiffre"), _("Tableau"), _("Ligne"), _("Colonne"), _("Valeur")]


def few() -> str:
    return _("moins de %(count)s", count=LEAST)


def month_name(month: date) -> str:
    """« décembre 2025 »."""
    return str(format_date(month, "MMMM y"))


def total_of(counts: Sequence[int | None]) -> int | str:
    """The sum of counts of people, said so that no hidden one of them can be worked out."""
    shown = [_shown(count) for count in counts]
    seen = sum(count or 0 for count in shown)
    if None not in shown:
        return seen
    if seen:
        return _("au moins %(count)s", count=seen)
    return few() if sum(count or 0 for count in counts) < LEAST else _("au moins %(count)s", count=LEAST)


def _shown(count: int | None) -> int | None:
    return None if count is None or 0 < count < LEAST else count


def _hide_rows(rows: list[list[Any]]) -> list[list[Any]]:
    head, *others = rows
    return [head, *([first, *(_hide(cell) for cell in cells)] for first, *cells in others)]


def _hide(cell: Any) -> Any:
    return few() if isinstance(cell, int) and 0 < cell < LEAST else cell
