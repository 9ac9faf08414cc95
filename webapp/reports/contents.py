"""The sections of a report, computed today, as they are printed and as they are frozen: plain values, French words.

A section is {"code", "title", "note", "tables"}, a table {"title", "rows"}: rows have the heading first. No person, no company,
no amount is in it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from flask_babel import force_locale, format_decimal
from flask_babel import gettext as _
from sqlalchemy import func, select

from models import Alert, AlertFind, Exposure, Theme, db
from models.attention import concentration_of, read_online
from models.calendar import today_in_paris
from models.exposure import SHARED
from models.need_columns import plain
from models.need_figures import by_outcome, by_place, by_status, by_theme, published_in
from models.need_lifecycle import OUTCOMES
from models.period import Period
from models.shares import LARGEST_SHARE, LEAST_INTRODUCTIONS, largest_shares
from models.unmet_demand import unmet
from webapp.figures.community import community
from webapp.figures.encounters import encounters
from webapp.figures.sheet import Sheet, Table
from webapp.filters import day
from webapp.labels import label
from webapp.reports.forms import period_name

Section = dict[str, Any]


def sections_of(period: Period) -> list[Section]:
    """Everything, in the order in which the committee reads it; the same words whoever makes it."""
    with force_locale("fr"):
        sheets = [*community(period), *encounters(period)]
        before = [*community(period.before), *encounters(period.before)]
        themes = _theme_names()
        return [
            _summary(period, sheets, before),
            *(_section(sheet.slug, sheet.name, sheet.tables, sheet.definition) for sheet in sheets),
            _themes(period, themes),
            _places(period),
            _states(period),
            _unmet(themes),
            _sharing(),
            _alerts(period),
        ]


def _theme_names() -> dict[str, str]:
    """In the order of the list."""
    query = select(Theme.code, Theme.name_fr).where(Theme.taxonomy == "theme").order_by(Theme.position)
    return dict(db.session.execute(query).all())


def _section(code: str, title: str, tables: Iterable[Table], note: str = "") -> Section:
    printed = [
        {"title": table.title, "rows": [[_plain(cell) for cell in row] for row in table.rows]}
        for table in tables
    ]
    return {"code": code, "title": title, "note": note, "tables": printed}


def _plain(cell: Any) -> Any:
    """What JSON keeps as it is."""
    return (
        cell
        if isinstance(cell, int | float) or cell is None
        else plain(cell)
        if not isinstance(cell, str)
        else cell
    )


def _summary(period: Period, sheets: Sequence[Sheet], before: Sequence[Sheet]) -> Section:
    rows: list[list[Any]] = [[_("Indicateur"), period_name(period), period_name(period.before)]]
    for sheet, past in zip(sheets, before, strict=True):
        name = sheet.name if sheet.name.lower().startswith(sheet.unit) else f"{sheet.name} ({sheet.unit})"
        rows.append([name, sheet.value, past.value])
    rows.append([_("Besoins publiés"), _published(period), _published(period.before)])
    title = _("Les indicateurs, et la période d’avant")
    return _section("essentiel", _("L’essentiel"), [Table(title, rows)])


def _published(period: Period) -> int:
    query = published_in(period).with_only_columns(func.count()).order_by(None)
    return db.session.scalar(query) or 0


def _themes(period: Period, themes: dict[str, str]) -> Section:
    counts = by_theme(period)
    rows = [[name, *counts[code]] for code, name in themes.items() if code in counts]
    table = Table(_("Besoins publiés, par thème"), [[_("Thème"), _("Besoins"), _("Réponses reçues")], *rows])
    return _section(
        "themes", _("Besoins par thème"), [table], _("Un besoin de deux thèmes compte dans les deux.")
    )


def _places(period: Period) -> Section:
    rows: list[list[Any]] = [[_("Territoire"), _("Besoins")], *(list(row) for row in by_place(period))]
    return _section(
        "territoires", _("Besoins par territoire"), [Table(_("Besoins publiés, par territoire"), rows)]
    )


def _states(period: Period) -> Section:
    states = [[label("need.status", status), count] for status, count in sorted(by_status(period).items())]
    ended = by_outcome(period)
    ends = [[label("need.outcome", outcome), ended.get(outcome, 0)] for outcome in OUTCOMES]
    note = _(
        "L’état est celui du %(day)s. L’issue est déclarée par la collectivité : la plateforme présente, elle n’attribue rien.",
        day=day(today_in_paris()),
    )
    tables = [
        Table(_("Besoins publiés, où ils en sont"), [[_("État"), _("Besoins")], *states]),
        Table(_("Besoins conclus, et comment"), [[_("Issue"), _("Besoins")], *ends]),
    ]
    return _section("issues", _("États et issues"), tables, note)


def _unmet(themes: dict[str, str]) -> Section:
    """Demand of today: what was unmet in the past is known no more."""
    counts: Counter[str] = Counter()
    for need in db.session.scalars(unmet()):
        counts.update(need.themes)
    rows = [[name, counts[code]] for code, name in themes.items() if counts[code]]
    note = _(
        "Besoins ouverts le %(day)s, comparés à tout le catalogue, sans proposition proche, sans mise en relation et sans "
        "réponse. Un besoin de deux thèmes compte dans les deux.",
        day=day(today_in_paris()),
    )
    table = Table(_("Demandes sans réponse, par thème"), [[_("Thème"), _("Besoins")], *rows])
    return _section("sans-reponse", _("Demandes sans réponse"), [table], note)


def _sharing() -> Section:
    """Equality of treatment over twelve months: no supplier is named, and none ranked."""
    online, totals = read_online(), Exposure.totals()
    names = {
        "proposed": _("Proposées par le calcul"),
        "shown": _("Vues par quelqu’un"),
        "introduced": _("Mises en relation"),
    }
    rows: list[list[Any]] = [
        [_("Ce qui est compté"), _("Fois"), _("Solutions sans aucune"), _("Indice de Gini"), _("Part du dixième le plus servi")]
    ]  # fmt: skip
    for kind in SHARED:
        one = concentration_of(kind, online, totals)
        rows.append([names[kind], one.total, one.never, _ratio(one.gini), _percent(one.top_tenth)])
    crowded = sum(share.is_too_large for share in largest_shares().values())
    rows.append([_("Thèmes où une entreprise dépasse le seuil d’alerte"), crowded, "", "", ""])
    note = _(
        "Douze mois jusqu’au %(day)s, sur les %(count)s solutions en ligne ce jour-là. Gini : 0, toutes autant ; près de 1, une "
        "seule a tout. Seuil d’alerte : plus de %(share)s %% des mises en relation d’un thème, à partir de %(least)s.",
        day=day(today_in_paris()), count=len(online), share=round(100 * LARGEST_SHARE), least=LEAST_INTRODUCTIONS,
    )  # fmt: skip
    title = _("Comment l’attention se partage entre les solutions")
    return _section("partage", _("Partage de l’attention"), [Table(title, rows)], note)


def _ratio(value: float | None) -> str:
    return "–" if value is None else str(format_decimal(value, "0.000"))


def _percent(part: float | None) -> str:
    return "–" if part is None else _("%(percent)s %%", percent=round(100 * part))


def _alerts(period: Period) -> Section:
    def between(column: Any) -> int:
        inside = (column >= period.begins_at, column < period.ends_at)
        return db.session.scalar(select(func.count()).where(*inside)) or 0

    living = db.session.scalar(select(func.count(Alert.id)).where(Alert.rhythm != "paused")) or 0
    rows = [
        [_("Alertes"), _("Nombre")],
        [_("Gardées dans la période"), between(Alert.created_at)],
        [_("Actives le %(day)s", day=day(today_in_paris())), living],
        [_("Besoins et solutions trouvés pour elles"), between(AlertFind.found_at)],
        [_("… dont annoncés à la personne"), between(AlertFind.told_at)],
    ]
    return _section("alertes", _("Alertes"), [Table(_("Alertes gardées et ce qu’elles trouvent"), rows)])
