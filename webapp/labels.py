"""The French word for each stored value (labelled/); English comes from translations/."""

from __future__ import annotations

from flask import Flask, g
from flask_babel import get_locale
from sqlalchemy import select
from wtforms import SelectChoice

from models import Theme, db
from webapp.labelled import LABELS


def init_app(app: Flask) -> None:
    app.jinja_env.globals.update(
        label=label, theme_label=theme_label, choices_of=choices_of, defi_choices=defi_choices
    )


def label(kind: str, value: str | None) -> str:
    """The word for a stored value: ``label('need.status', 'draft')`` is « Brouillon ». Lists of the tables (maturity,
    place, business_model) are read there."""
    if value is None or value == "":
        return ""
    if kind in LABELS:
        return str(LABELS[kind].get(value, value))
    taxonomy = {"place": "territory"}.get(kind, kind)
    return _listed().get((taxonomy, value), value)


def theme_label(code: str) -> str:
    return _listed().get(("theme", code), code)


def choices_of(kind: str) -> list[SelectChoice]:
    """The values of a kind with their words, for a form field."""
    return [SelectChoice(value, words) for value, words in LABELS[kind].items()]


def theme_choices(taxonomy: str = "theme") -> list[SelectChoice]:
    """The lines of one closed list in its own order, for a form field."""
    return [SelectChoice(code, words) for (listed, code), words in _listed().items() if listed == taxonomy]


def defi_choices() -> list[tuple[str, str]]:
    """The six challenges of the Métropole, in short: « Une Métropole agile » is « Agile »."""
    listed = ((code, words) for (taxonomy, code), words in _listed().items() if taxonomy == "defi")
    return [(code, words.removeprefix("Une Métropole ").capitalize()) for code, words in listed]


def _listed() -> dict[tuple[str, str], str]:
    """Every line of the closed lists in the language of the page, read once a request."""
    if "listed" not in g:
        name = Theme.name_en if str(get_locale()) == "en" else Theme.name_fr
        rows = db.session.execute(select(Theme.taxonomy, Theme.code, name).order_by(Theme.position))
        g.listed = {(taxonomy, code): words or code for taxonomy, code, words in rows}
    return g.listed
