"""A line of the register in words, the same on the page, in the PDF and in the table."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask_babel import format_decimal, ngettext
from flask_babel import gettext as _

from models import Need
from models.database import PARIS
from models.register import Line
from webapp.filters import day, hour, who
from webapp.labels import label


@dataclass(frozen=True)
class Entry:
    """``who``: the person where it may be told; ``facts``: what more there is to say, one sentence each."""

    number: int
    at: datetime
    what: str
    who: str
    organizations: str
    facts: list[str]
    seal: str

    @property
    def cells(self) -> list[Any]:
        facts = "\n".join(self.facts)
        return [self.number, instant(self.at), self.what, self.who, self.organizations, facts, self.seal]

    @property
    def printed(self) -> list[Any]:
        """The same for the eye: the seal in two halves, to be read out by telephone."""
        half = len(self.seal) // 2
        seal = f"{self.seal[:half]}\n{self.seal[half:]}"
        return [self.number, f"{day(self.at)}, {hour(self.at)}", *self.cells[2:-1], seal]


def headings() -> list[str]:
    return [
        _("Acte"),
        _("Date"),
        _("Fait"),
        _("Qui"),
        _("Organisations"),
        _("Précisions"),
        _("Empreinte (SHA-256)"),
    ]


def what_it_is() -> str:
    return _(
        "Tout ce qui s’est passé autour de ce besoin, dans l’ordre. Chaque acte porte son numéro dans le journal de la plateforme et "
        "son empreinte, calculée avec celle de l’acte précédent : un acte changé ou ôté après coup se voit."
    )


def instant(value: datetime) -> str:
    """2026-11-26 14:32, at Paris: as spreadsheets sort it."""
    return f"{value.astimezone(PARIS):%Y-%m-%d %H:%M}"


def entry(line: Line, need: Need) -> Entry:
    act = line.activity
    return Entry(
        number=act.id,
        at=act.at,
        what=label("register", line.name),
        who=_person(line, need),
        organizations=", ".join(line.organizations),
        facts=[]
        if line.is_masked
        else [_fact(act.subject_type, name, value) for name, value in line.facts.items()],
        seal=act.hash,
    )


def _person(line: Line, need: Need) -> str:
    """People of the commune and of the team by their name; a company by its own name only; never who asked a question."""
    act = line.activity
    if act.is_anonymous:
        return who(act)
    own = act.organization_id in (None, need.organization_id)
    return who(act) if own and not line.is_masked else ""


def _fact(kind: str, name: str, value: Any) -> str:
    match name:
        case "version":
            return _("Version %(number)s", number=value)
        case "number":
            return _("Question n° %(number)s", number=value)
        case "count":
            return ngettext("%(num)s personne prévenue", "%(num)s personnes prévenues", value)
        case "sole_validator":
            return _("Décidé par la personne qui l’a écrit, seule à valider dans l’organisation")
        case "documents":
            return ngettext("%(num)s document", "%(num)s documents", value)
        case "closes_on":
            return _("Échéance au %(day)s", day=day(date.fromisoformat(value))) if value else ""
        case "outcome" | "wish" | "conversion" | "kind":
            return label(f"{kind}.{name}", value)
        case "reason_code":
            return label("response.reason", value)
        case "sha256":
            return _("Empreinte du contenu : %(sha256)s", sha256=value)
        case "criteria":
            return ", ".join(
                _("%(label)s (poids %(weight)s)", label=words, weight=weight) for words, weight in value
            )
        case "marks":
            return ", ".join(
                _(
                    "%(company)s : %(mark)s sur 5",
                    company=company,
                    mark=format_decimal(float(round(mark, 2)), "0.00"),
                )
                for company, mark in value
            )
    return str(value)
