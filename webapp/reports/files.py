"""A frozen report to take away: PDF, CSV, spreadsheet. Everything comes from what was frozen, nothing is counted again."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask_babel import gettext as _

from models import Report
from webapp.filters import figure, moment
from webapp.pdf import Block, Heading
from webapp.pdf import Table as Printed
from webapp.reports.forms import period_name


def title_of(report: Report) -> str:
    return _("Rapport au comité de pilotage : %(period)s", period=period_name(report.period))


def frozen_words(report: Report) -> str:
    assert report.frozen_by is not None
    return _(
        "Figé le %(at)s par %(name)s. Empreinte (SHA-256) : %(sha256)s",
        at=moment(report.frozen_at, year=True),
        name=report.frozen_by.name,
        sha256=report.sha256,
    )


def blocks_of(report: Report) -> list[Block]:
    blocks: list[Block] = [frozen_words(report), Heading(_("Avis de l’équipe")), report.opinion]
    for section in report.contents or []:
        blocks += [Heading(section["title"]), *([section["note"]] if section["note"] else [])]
        for table in section["tables"]:
            blocks += [table["title"], _printed(table["rows"])]
    return blocks


def _printed(rows: list[list[Any]]) -> Block:
    if len(rows) == 1:
        return _("Rien dans cette période.")
    return Printed([[figure(cell) for cell in row] for row in rows], (3.0, *([1.5] * (len(rows[0]) - 1))))


def lines_of(report: Report) -> list[list[Any]]:
    """A value a line, the opinion and the seal first."""
    lines: list[list[Any]] = [
        [_("Partie"), _("Tableau"), _("Ligne"), _("Colonne"), _("Valeur")],
        [_("Rapport"), "", _("Premier jour"), "", report.first_on],
        [_("Rapport"), "", _("Dernier jour"), "", report.last_on],
        [_("Rapport"), "", _("Figé"), "", frozen_words(report)],
        [_("Rapport"), "", _("Avis de l’équipe"), "", report.opinion],
    ]
    for section, table in _tables(report):
        heading, *rows = table["rows"]
        lines += [
            [section["title"], table["title"], row[0], name, value]
            for row in rows
            for name, value in zip(heading[1:], row[1:], strict=True)
        ]
    return lines


def sheets_of(report: Report) -> list[tuple[str, list[list[Any]]]]:
    """A sheet for the opinion, one for each table: names are cut where spreadsheets want it, so they are numbered."""
    opinion = [[title_of(report)], [frozen_words(report)], [report.opinion]]
    named = [
        (f"{number} {table['title']}", table["rows"])
        for number, (_section, table) in enumerate(_tables(report), start=1)
    ]
    return [(_("Avis"), opinion), *named]


def _tables(report: Report) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """(section, table) in order."""
    for section in report.contents or []:
        for table in section["tables"]:
            yield section, table
