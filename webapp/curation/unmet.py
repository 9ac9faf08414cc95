"""What communes ask for and the catalogue does not have: by theme, need by need, and as a table to take away."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Response, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from models import Match, Need, Theme, db
from models.unmet_demand import best_proposals, gaps_of, recurring_words, unmet
from webapp.curation.views import blueprint
from webapp.labels import label, theme_label
from webapp.languages import said
from webapp.search.queries import paginate
from webapp.tables import csv_answer

PER_PAGE = 12


@dataclass(frozen=True)
class ThemeLine:
    """Unmet needs of one theme: how many, since when the oldest waits, the best that was found, words that recur."""

    theme: str
    count: int
    since: datetime | None
    best: Match | None
    words: list[str]


def by_theme(needs: Sequence[Need], best: dict[int, Match]) -> list[ThemeLine]:
    """A need of two themes counts in both; the fullest theme first."""
    groups: dict[str, list[Need]] = {}
    for need in needs:
        for theme in need.themes or ("",):
            groups.setdefault(theme, []).append(need)
    lines = [
        ThemeLine(
            theme,
            len(group),
            min((need.published_at for need in group if need.published_at), default=None),
            max((best[n.id] for n in group if n.id in best), key=lambda match: match.score, default=None),
            recurring_words(group),
        )
        for theme, group in groups.items()
    ]
    return sorted(lines, key=lambda line: (-line.count, line.theme))


@blueprint.get("/curation/sans-reponse")
def unmet_needs() -> str:
    theme, needs = _chosen_theme(), _everything()
    best = best_proposals(needs)
    chosen = [need.id for need in needs if not theme or theme in need.themes]
    page = paginate(
        unmet().where(Need.id.in_(chosen)).options(joinedload(Need.organization)), per_page=PER_PAGE
    )
    return render_template(
        "curation/unmet.html",
        total=len(needs),
        lines=by_theme(needs, best),
        page=page,
        best=best,
        gaps={need.id: gaps_of(need) for need in page.items},
        theme=theme,
    )


def _chosen_theme() -> str:
    """A theme that does not exist is no filter, and no heading."""
    theme = request.args.get("theme", "")
    return theme if theme in Theme.codes() else ""


def _everything() -> Sequence[Need]:
    return db.session.scalars(unmet().options(joinedload(Need.organization))).all()


# ------------------------------------------------------------------ the table


@blueprint.get("/curation/sans-reponse.csv")
def unmet_csv() -> Response:
    needs = _everything()
    best, turned_down = best_proposals(needs), _turned_down()
    rows = (_row(n, best.get(n.id), turned_down.get(n.id, 0)) for n in needs)
    return csv_answer([_headings(), *rows], "besoins-sans-reponse.csv")


def _headings() -> list[str]:
    return [
        _("Numéro"), _("Besoin"), _("Collectivité"), _("Thèmes"), _("Publié le"), _("Échéance"), _("Meilleure proposition"),
        _("Score sur 100"), _("Propositions écartées"), _("Ce qui aiderait"), _("Adresse"),
    ]  # fmt: skip


def _row(need: Need, best: Match | None, turned_down: int) -> list[Any]:
    return [
        need.id,
        need.title,
        need.organization.display_name,
        ", ".join(theme_label(code) for code in need.themes),
        need.published_at,
        need.closes_on,
        label("match.closeness", best.closeness) if best else "",
        round(best.score * 100) if best else "",
        turned_down,
        " ".join(said(gap) for gap in gaps_of(need)),
        url_for("needs.show", need_id=need.id, slug=need.slug, _external=True),
    ]


def _turned_down() -> dict[int, int]:
    query = (
        select(Match.need_id, func.count())
        .where(Match.status.in_(("dismissed", "declined", "expired")))
        .group_by(Match.need_id)
    )
    return dict(db.session.execute(query).all())
