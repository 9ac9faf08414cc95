"""What a message is made of, and the few words that all of them share."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask import current_app
from flask_babel import format_date, get_locale
from flask_babel import gettext as _

from models import naming
from models.database import PARIS
from models.text import canon_line


@dataclass(frozen=True)
class Quote:
    """Words that somebody wrote, shown as theirs."""

    text: str


@dataclass(frozen=True)
class Listing:
    """One line each."""

    items: tuple[str, ...]


@dataclass(frozen=True)
class Links:
    """One line each, with the address it leads to."""

    items: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Action:
    """The one next step."""

    label: str
    url: str


Block = str | Quote | Listing | Links


@dataclass(frozen=True)
class Message:
    """A message before it is written as text and HTML (letter.py).

    ``blocks`` say what happened and what it means, ``action`` is the next step, ``because`` ends the sentence « Vous
    recevez ce message parce que … ». ``proposed``: it speaks of a proposal, so it says how proposals are made.
    ``unsubscribe``: the page where its reader asks for no more of these; a mail program may post there by itself.
    ``calendar``: a meeting, as a file that leaves with it (models/calendar_file.py).
    """

    subject: str
    blocks: tuple[Block, ...]
    action: Action | None
    because: str
    proposed: bool = False
    unsubscribe: str = ""
    calendar: str = ""


def link(endpoint: str, **values: Any) -> str:
    """The full address of a page. Values which its route does not ask for are left out.

    No request is at hand in a worker: PUBLIC_URL is the address that people use. Raises LookupError for an unknown page.
    """
    rules = list(current_app.url_map.iter_rules(endpoint)) if endpoint in current_app.view_functions else []
    if not rules:
        raise LookupError(f"no page is called {endpoint}")
    asked = set().union(*(rule.arguments for rule in rules))
    path = current_app.url_map.bind("localhost").build(
        endpoint, {k: v for k, v in values.items() if k in asked}
    )
    return str(current_app.config["SETTINGS"].public_url) + path


def to_need(need: Any, endpoint: str = "needs.show", **values: Any) -> str:
    return link(endpoint, need_id=need.id, slug=need.slug, **values)


def to_solution(solution: Any, endpoint: str = "solutions.show", **values: Any) -> str:
    return link(endpoint, solution_id=solution.id, slug=solution.slug, **values)


def to_response(response: Any, endpoint: str = "responses.show") -> str:
    return link(endpoint, response_id=response.id)


def to_organization(organization: Any, endpoint: str = "organizations.show") -> str:
    return link(endpoint, organization_id=organization.id, slug=organization.slug)


def title(thing: Any) -> str:
    """The title of a need or a solution, on one line, or words for a draft that has none."""
    return canon_line(thing.title or "") or _("sans titre")


def the(organization: Any) -> str:
    """« la Ville de Bagnolet », « l’EPT Plaine Commune », or the plain name; in English always the latter."""
    return naming.the(organization) if _is_french() else canon_line(organization.display_name)


def The(organization: Any) -> str:  # noqa: N802 (it begins a sentence)
    name = the(organization)
    return name[0].upper() + name[1:]


def of_the(organization: Any) -> str:
    """« de la Ville de Bagnolet », « d’Écovélo »; in English the plain name."""
    return naming.of(organization) if _is_french() else canon_line(organization.display_name)


def _is_french() -> bool:
    return str(get_locale()) == "fr"


def day(value: date | datetime | None) -> str:
    """4 décembre 2026, 1er décembre 2026."""
    if value is None:
        return ""
    local = value.astimezone(PARIS) if isinstance(value, datetime) else value
    written = format_date(local, "d MMMM y")
    return f"1er{written[1:]}" if local.day == 1 and str(get_locale()) == "fr" else str(written)


def moment(value: datetime | None) -> str:
    """4 décembre 2026 à 14 h 32, in Paris."""
    if value is None:
        return ""
    local = value.astimezone(PARIS)
    if str(get_locale()) != "fr":
        return f"{day(value)}, {local:%H:%M}"
    return f"{day(value)} à {hour(local)}"


def weekday(value: datetime) -> str:
    """vendredi 4 décembre 2026, in Paris."""
    return f"{format_date(value.astimezone(PARIS), 'EEEE')} {day(value)}"


def hour(value: datetime) -> str:
    """9 h, 14 h 30, in Paris."""
    local = value.astimezone(PARIS)
    if str(get_locale()) != "fr":
        return f"{local:%H:%M}"
    return f"{local.hour} h {local:%M}" if local.minute else f"{local.hour} h"


def consultation(need: Any) -> str | None:
    """Where the consultation that a need led to can be read; None when none was launched. Everybody concerned is told (R028)."""
    if need.outcome != "consultation_launched" or not need.consultation_url:
        return None
    number = _("(référence %(number)s)", number=need.consultation_number) if need.consultation_number else ""
    return str(
        _("La consultation est publiée sur %(url)s %(number)s", url=need.consultation_url, number=number)
    )


def reason_of(activity: Any) -> str:
    """What the person who acted gave as the reason; empty when none was asked."""
    return str((activity.details or {}).get("reason", "")) if activity is not None else ""


def actor_of(activity: Any) -> str:
    """Who acted, or « la plateforme »; never who asked a question."""
    if activity is not None and activity.is_anonymous:
        return _("une entreprise")
    return activity.actor.name if activity is not None and activity.actor is not None else _("la plateforme")


def some(*blocks: Block | None) -> tuple[Block, ...]:
    """The blocks that say something."""
    return tuple(
        block for block in blocks if block and not (isinstance(block, Quote) and not block.text.strip())
    )


def listing(items: Iterable[str]) -> Listing:
    return Listing(tuple(items))
