"""What a person's alerts look for, in words and as an address, and what they found."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy.orm import joinedload

from models import Alert, AlertFind, Need, NeedChoices, Solution, SolutionChoices, db
from webapp.acting import me
from webapp.labels import label, theme_label
from webapp.needs.queries import chosen as needs_chosen
from webapp.permissions import can
from webapp.search.queries import typed_question
from webapp.solutions.queries import chosen as solutions_chosen

SHOWN = 20
_CHOSEN: dict[str, Callable[[], NeedChoices | SolutionChoices]] = {
    "needs": needs_chosen,
    "solutions": solutions_chosen,
}
#: How each choice is said; what is not here is said as it is.
_WORDS = {
    "theme": theme_label,
    "maturity": lambda code: label("maturity", code),
    "nature": lambda code: label("solution.nature", code),
    "defi": lambda code: label("defi", code),
    "deadline": lambda days: _("à répondre sous %(days)s jours", days=days),
}


@dataclass(frozen=True)
class Asked:
    """The search of this request’s address."""

    words: str
    choices: NeedChoices | SolutionChoices


def asked(kind: str) -> Asked:
    return Asked(typed_question(), _CHOSEN[kind]())


def name_of(kind: str, search: Asked) -> str:
    """« corbeilles pleines · Économie circulaire · Bagnolet »: what was typed and chosen, in the words of the page."""
    chosen = [
        str(_WORDS.get(name, str)(value))
        for name, value in search.choices.as_json().items()
        if name not in ("for_members", "status") and isinstance(value, str)
    ]
    said = " · ".join(filter(None, [search.words, *chosen]))
    return said or (_("Tous les besoins") if kind == "needs" else _("Toutes les solutions"))


def address_of_search(alert: Alert) -> str:
    """The list as it stands today."""
    return url_for(f"{alert.kind}.index", q=alert.words or None, **alert.choices)


def mine() -> list[Alert]:
    return list(db.session.scalars(Alert.of(me())))


def latest_finds() -> list[tuple[AlertFind, Any]]:
    """The last things found that may still be read, each once."""
    query = AlertFind.latest(me(), 3 * SHOWN).options(
        joinedload(AlertFind.alert),
        joinedload(AlertFind.need).joinedload(Need.organization),
        joinedload(AlertFind.solution).joinedload(Solution.organization),
    )
    found: dict[Any, tuple[AlertFind, Any]] = {}
    for find in db.session.scalars(query):
        thing = find.thing
        if can(f"{thing.subject_type}.view", thing):
            found.setdefault((thing.subject_type, thing.id), (find, thing))
    return list(found.values())[:SHOWN]
