"""The figures of the last twelve months, for anybody: a page of all, one of each with its tables, CSV under open licence."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, Response, abort, render_template

from models.period import Period
from webapp.figures.community import members_sheet, participants_sheet, projects_sheet, visits_sheet
from webapp.figures.encounters import delays_sheet, meetings_sheet
from webapp.figures.sheet import Sheet, headings_of_lines
from webapp.tables import csv_answer

blueprint = Blueprint("figures", __name__)


#: Address of each figure → who computes it, in the order of the page.
SHEETS: dict[str, Callable[[Period], Sheet]] = {
    "rencontres": meetings_sheet,
    "delais": delays_sheet,
    "membres": members_sheet,
    "visites": visits_sheet,
    "participants": participants_sheet,
    "projets": projects_sheet,
}


def public_sheets() -> list[Sheet]:
    return [_sheet(slug) for slug in SHEETS]


@blueprint.get("/chiffres")
def index() -> str:
    return render_template("figures/index.html", sheets=public_sheets())


@blueprint.get("/chiffres.csv")
def all_csv() -> Response:
    lines = (line for sheet in public_sheets() for line in sheet.lines)
    return csv_answer([headings_of_lines(), *lines], "chiffres.csv")


@blueprint.get("/chiffres/<figure>")
def show(figure: str) -> str:
    return render_template("figures/show.html", sheet=_sheet(figure))


@blueprint.get("/chiffres/<figure>.csv")
def as_csv(figure: str) -> Response:
    sheet = _sheet(figure)
    return csv_answer([headings_of_lines(), *sheet.lines], f"chiffres-{sheet.slug}.csv")


def _sheet(slug: str) -> Sheet:
    """What anybody may read of one figure."""
    if slug not in SHEETS:
        abort(404)
    return SHEETS[slug](Period.twelve_months()).in_public
