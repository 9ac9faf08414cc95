"""How dates, amounts and paragraphs are written: French or English typography, Paris time."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from flask import Flask
from flask_babel import format_date, format_datetime, format_decimal, get_locale, ngettext
from flask_babel import gettext as _
from markupsafe import Markup, escape

from models import naming
from models.calendar import day_in_paris, today_in_paris
from models.database import PARIS, utc_now
from models.text import typeset
from webapp.languages import in_french

NBSP, THIN = "\u00a0", "\u202f"


def init_app(app: Flask) -> None:
    for filter_ in (
        day,
        short_day,
        month,
        moment,
        weekday,
        hour,
        ago,
        euros,
        weight,
        decimal,
        paragraphs,
        excerpt,
        quoted,
        typeset,
        uncapitalised,
        sentence,
        figure,
        the,
        The,
        of_the,
        to_the,
    ):
        app.jinja_env.filters[filter_.__name__] = filter_
    app.jinja_env.globals["now"] = utc_now
    app.jinja_env.globals["who"] = who
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True


def _in_paris(value: date | datetime) -> date | datetime:
    return value.astimezone(PARIS) if isinstance(value, datetime) else value


def _first_in_french(local: date | datetime, pattern: str) -> str:
    """A date that begins with its day: « 1er décembre », but 2 décembre and 1 December."""
    written = str(format_date(local, pattern))
    return f"1er{written[1:]}" if local.day == 1 and str(get_locale()) == "fr" else written


def day(value: date | datetime | None) -> str:
    """4 décembre 2026."""
    return _first_in_french(_in_paris(value), "d MMMM y") if value else ""


def short_day(value: date | datetime | None) -> str:
    """4 déc."""
    return _first_in_french(_in_paris(value), "d MMM") if value else ""


def month(value: date) -> str:
    """déc. 2026."""
    return str(format_date(value, "MMM y"))


def moment(value: datetime | None, year: bool = False) -> str:
    """4 décembre à 14 h 32 (Paris); with its year where it is not this one, or where ``year`` asks for it."""
    if value is None:
        return ""
    local = value.astimezone(PARIS)
    pattern = "d MMMM y" if year or local.year != today_in_paris().year else "d MMMM"
    if str(get_locale()) == "en":
        return str(format_datetime(value, f"{pattern}, HH:mm"))
    return f"{_first_in_french(local, pattern)} à {hour(local)}"


def weekday(value: datetime) -> str:
    """vendredi 4 décembre 2026 (Paris)."""
    return f"{format_date(value.astimezone(PARIS), 'EEEE')} {day(value)}"


def hour(value: datetime) -> str:
    """9 h, 14 h 30 (Paris)."""
    local = value.astimezone(PARIS)
    if str(get_locale()) == "en":
        return f"{local:%H:%M}"
    return f"{local.hour}{NBSP}h{NBSP}{local:%M}" if local.minute else f"{local.hour}{NBSP}h"


def ago(value: datetime | None) -> str:
    """aujourd’hui, hier, depuis 4 jours."""
    if value is None:
        return ""
    days = (today_in_paris() - day_in_paris(value)).days
    if days <= 0:
        return _("aujourd’hui")
    return _("hier") if days == 1 else ngettext("il y a %(num)s jour", "il y a %(num)s jours", days)


def euros(cents: int | None) -> str:
    """9 000 € (thin spaces; cents only where there are some), or €9,000."""
    if cents is None:
        return ""
    figure, rest = f"{cents // 100:,}", f"{cents % 100:02d}"
    if str(get_locale()) == "en":
        return f"€{figure}.{rest}" if cents % 100 else f"€{figure}"
    return figure.replace(",", THIN) + (f",{rest}" if cents % 100 else "") + f"{NBSP}€"


def who(activity: Any) -> str:
    """Who did what the journal tells, as every page writes it: never who asked a question; empty for the platform itself."""
    if activity.is_anonymous:
        return _("une entreprise")
    return activity.actor.name if activity.actor is not None else ""


def weight(size: int) -> str:
    """12 Ko, 3,4 Mo; 12 KB, 3.4 MB."""
    unit, figure = (_("Mo"), size / 1_048_576) if size >= 1_048_576 else (_("Ko"), max(1, round(size / 1024)))
    return f"{format_decimal(figure, '#,##0.#')}{NBSP}{unit}"


def decimal(number: float) -> str:
    """0,831 or 0.831: three decimals, enough to tell two scores apart."""
    return str(format_decimal(number, "0.000"))


def paragraphs(text: str | None) -> Markup:
    """What people typed, as paragraphs and line breaks, with the spaces of French; nothing of it is read as HTML."""
    blocks = [block.strip() for block in (text or "").split("\n\n") if block.strip()]
    return Markup("").join(
        Markup("<p{}>{}</p>").format(
            in_french(), Markup("<br>").join(escape(typeset(line)) for line in block.split("\n"))
        )
        for block in blocks
    )


def excerpt(text: str | None, length: int = 150) -> str:
    """The beginning of a text, cut between words."""
    flat = " ".join((text or "").split())
    cut = flat if len(flat) <= length else flat[:length].rsplit(" ", 1)[0].rstrip(" ,;:.") + "…"
    return typeset(cut)


def quoted(words: str | None) -> str:
    """« … », or “…”."""
    return _("« %(words)s »", words=words or "")


def uncapitalised(words: str) -> str:
    """A label inside a sentence: « en France », but « PME »."""
    return words if words[1:2].isupper() else words[:1].lower() + words[1:]


def sentence(words: str) -> str:
    """The same words at the beginning of a line."""
    return words[:1].upper() + words[1:]


def figure(value: Any) -> Any:
    """A count as the language of the page writes it: 8 234 or 8,234; words as they are."""
    return format_decimal(value) if isinstance(value, int) else value


def the(organization: Any) -> str:
    """« la Ville de Bagnolet », « l’EPT Plaine Commune », or the plain name; in English always the latter."""
    return naming.the(organization) if _is_french() else str(organization.display_name)


def The(organization: Any) -> str:  # noqa: N802 (it begins a sentence)
    name = the(organization)
    return name[:1].upper() + name[1:]


def of_the(organization: Any) -> str:
    """« de la Ville de Bagnolet », « d’Écovélo »; in English the plain name."""
    return naming.of(organization) if _is_french() else str(organization.display_name)


def to_the(organization: Any) -> str:
    """« à la Ville de Bagnolet », « au Département »; in English the plain name."""
    return naming.to(organization) if _is_french() else str(organization.display_name)


def _is_french() -> bool:
    return str(get_locale()) == "fr"
