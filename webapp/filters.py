"""How dates, amounts and paragraphs are written: French or English typography, Paris time."""

from __future__ import annotations

from datetime import date, datetime

from flask import Flask
from flask_babel import format_date, format_datetime, format_decimal, get_locale, ngettext
from flask_babel import gettext as _
from markupsafe import Markup, escape

from models.database import PARIS, utc_now
from webapp.languages import in_french

NBSP, THIN = "\u00a0", "\u202f"


def init_app(app: Flask) -> None:
    for filter_ in (day, short_day, moment, ago, euros, decimal, paragraphs, excerpt, quoted, uncapitalised):
        app.jinja_env.filters[filter_.__name__] = filter_
    app.jinja_env.globals["now"] = utc_now
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


def moment(value: datetime | None) -> str:
    """4 décembre à 14 h 32 (Paris)."""
    if value is None:
        return ""
    if str(get_locale()) == "en":
        return str(format_datetime(value, "d MMMM, HH:mm"))
    local = value.astimezone(PARIS)
    return f"{_first_in_french(local, 'd MMMM')} à {local:%H}{NBSP}h{NBSP}{local:%M}"


def ago(value: datetime | None) -> str:
    """aujourd’hui, hier, depuis 4 jours."""
    if value is None:
        return ""
    days = (utc_now().astimezone(PARIS).date() - value.astimezone(PARIS).date()).days
    if days <= 0:
        return _("aujourd’hui")
    return _("hier") if days == 1 else ngettext("il y a %(num)s jour", "il y a %(num)s jours", days)


def euros(cents: int | None) -> str:
    """9 000 € (whole euros, thin spaces), or €9,000."""
    if cents is None:
        return ""
    figure = f"{cents // 100:,}"
    return f"€{figure}" if str(get_locale()) == "en" else figure.replace(",", THIN) + f"{NBSP}€"


def decimal(number: float) -> str:
    """0,831 or 0.831: three decimals, enough to tell two scores apart."""
    return str(format_decimal(number, "0.000"))


def paragraphs(text: str | None) -> Markup:
    """What people typed, as paragraphs and line breaks; nothing of it is read as HTML."""
    blocks = [block.strip() for block in (text or "").split("\n\n") if block.strip()]
    return Markup("").join(
        Markup("<p{}>{}</p>").format(
            in_french(), Markup("<br>").join(escape(line) for line in block.split("\n"))
        )
        for block in blocks
    )


def excerpt(text: str | None, length: int = 150) -> str:
    """The beginning of a text, cut between words."""
    flat = " ".join((text or "").split())
    return flat if len(flat) <= length else flat[:length].rsplit(" ", 1)[0].rstrip(" ,;:.") + "…"


def quoted(words: str | None) -> str:
    """« … », or “…”."""
    return _("« %(words)s »", words=words or "")


def uncapitalised(words: str) -> str:
    """A label inside a sentence: « en France », but « PME »."""
    return words if words[1:2].isupper() else words[:1].lower() + words[1:]
