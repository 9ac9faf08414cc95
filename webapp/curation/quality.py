"""How the matching shares out its proposals: concentration, the wait of newcomers, theme by theme. Figures for the team."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from statistics import median

from flask import render_template
from sqlalchemy import func, select

from models import Exposure, Organization, Theme, db
from models.attention import Online, concentration_of, read_online
from models.calendar import today_in_paris
from models.concentration import gini, median_wait
from models.exposure import NEWCOMER_FOR, SHARED, Totals, a_year_ago
from models.shares import LARGEST_SHARE, LEAST_INTRODUCTIONS, Share, largest_shares
from webapp.curation.views import blueprint


@blueprint.get("/curation/qualite")
def quality() -> str:
    online, totals = read_online(), Exposure.totals()
    return render_template(
        "curation/quality.html",
        since=a_year_ago(),
        until=today_in_paris(),
        online=len(online),
        concentrations=[concentration_of(kind, online, totals) for kind in SHARED],
        waits=[read_waits(kind, online) for kind in ("proposed", "introduced")],
        themes=read_themes(online, totals),
        newcomer_days=NEWCOMER_FOR.days,
        largest_share=round(100 * LARGEST_SHARE),
        least=LEAST_INTRODUCTIONS,
    )


# ------------------------------------------------------------------ how long a newcomer waits


@dataclass(frozen=True)
class Wait:
    """Of ``newcomers`` solutions published in twelve months: ``days``, the wait that half of all have not exceeded (None:
    fewer than half are served); ``waiting``: how many still wait, for ``waited`` days (median)."""

    kind: str
    newcomers: int
    days: int | None
    waiting: int
    waited: int


def read_waits(kind: str, online: Iterable[Online]) -> Wait:
    """Days from its publication to the first time that each newcomer was proposed, or introduced."""
    published = {
        one.number: one.published_on
        for one in online
        if one.published_on and one.published_on >= a_year_ago()
    }
    query = (
        select(Exposure.solution_id, func.min(Exposure.day))
        .where(Exposure.kind == kind)
        .group_by(Exposure.solution_id)
    )
    first = {number: day for number, day in db.session.execute(query) if number in published}
    waits = [max(0, (day - published[number]).days) for number, day in first.items()]
    since = [(today_in_paris() - day).days for number, day in published.items() if number not in first]
    return Wait(
        kind, len(published), median_wait(waits, len(since)), len(since), round(median(since)) if since else 0
    )


# ------------------------------------------------------------------ theme by theme


@dataclass(frozen=True)
class ThemeLine:
    """One theme: solutions online, proposals and how unequal they are, introductions and who has most of them."""

    theme: str
    solutions: int
    proposals: int
    gini: float | None
    share: Share | None
    supplier: str


def read_themes(online: Iterable[Online], totals: dict[int, Totals]) -> list[ThemeLine]:
    """Every theme, in the order of the list. A solution of two themes counts in both, an introduction in those of its need."""
    proposals: dict[str, list[int]] = defaultdict(list)
    for one in online:
        for theme in one.themes:
            proposals[theme].append(totals.get(one.number, Totals()).proposed)
    shares = largest_shares()
    names = _names({share.organization_id for share in shares.values()})
    lines = []
    for listed in db.session.scalars(Theme.listed()):
        counts, share = proposals[listed.code], shares.get(listed.code)
        supplier = names[share.organization_id] if share else ""
        lines.append(ThemeLine(listed.code, len(counts), sum(counts), gini(counts), share, supplier))
    return lines


def _names(organizations: set[int]) -> dict[int, str]:
    query = select(Organization.id, Organization.display_name).where(Organization.id.in_(organizations))
    return dict(db.session.execute(query).all())
