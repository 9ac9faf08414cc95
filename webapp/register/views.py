"""The sourcing register of a need: a page, and the same to take away."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, render_template
from flask_babel import gettext as _

from models import Need, db
from models.activity import last_seal
from models.database import utc_now
from models.register import register_of
from webapp.pdf import Block, Heading, Table, pdf_answer
from webapp.permissions import can, loaded
from webapp.register import words
from webapp.tables import csv_answer

blueprint = Blueprint("register", __name__)


@blueprint.get("/besoins/<int:need_id>/registre")
def show(need_id: int) -> str:
    need = loaded(Need)
    number, seal = last_seal(db.session())
    return render_template("register/show.html", need=need, lines=_entries(need), number=number, seal=seal)


@blueprint.get("/besoins/<int:need_id>/registre.csv")
def as_csv(need_id: int) -> Response:
    need = loaded(Need)
    return csv_answer(
        [words.headings(), *(entry.cells for entry in _entries(need)), _foot()], _name(need, "csv")
    )


@blueprint.get("/besoins/<int:need_id>/registre.pdf")
def as_pdf(need_id: int) -> Response:
    need = loaded(Need)
    number, seal = last_seal(db.session())
    blocks: list[Block] = [
        Heading(need.title),
        need.organization.display_name,
        words.what_it_is(),
        Table(
            [words.headings(), *(entry.printed for entry in _entries(need))], (40, 94, 112, 78, 106, 138, 178)
        ),
        _("Dernier acte du journal de la plateforme à cet instant : n° %(number)s.", number=number),
        seal,
    ]
    return pdf_answer(_("Registre de sourçage"), blocks, _name(need, "pdf"), wide=True)


def _entries(need: Need) -> list[words.Entry]:
    for_commune = can("need.read_responses", need)
    return [words.entry(line, need) for line in register_of(need, for_commune=for_commune)]


def _foot() -> list[Any]:
    """The last act of the whole journal: it vouches for all the others."""
    number, seal = last_seal(db.session())
    return [
        number,
        words.instant(utc_now()),
        _("Fin du journal à l’instant de cette copie"),
        "",
        "",
        "",
        seal,
    ]


def _name(need: Need, ending: str) -> str:
    return f"registre-besoin-{need.id}.{ending}"


@blueprint.context_processor
def sentences() -> dict[str, Any]:
    return {"what_it_is": words.what_it_is}
