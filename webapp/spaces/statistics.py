"""What my solutions bring: all of them in a table, one of them month by month, and the same to take away (R035)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Response, render_template
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import Select, select

from models import Solution, db
from models.period import Period
from models.solution_figures import KINDS, Monthly, monthly
from webapp.figures.community import monthly as monthly_table
from webapp.figures.sheet import Series, Table, month_name
from webapp.labels import label
from webapp.permissions import loaded
from webapp.search.queries import paginate
from webapp.spaces.area import blueprint
from webapp.tables import csv_answer

PER_PAGE = 20


@blueprint.get("/mon-espace/statistiques")
def statistics() -> str:
    page, period = paginate(_mine(), per_page=PER_PAGE), Period.twelve_months()
    counts = monthly([solution.id for solution in page.items], period)
    totals = {number: [sum(of[kind]) for kind in KINDS] for number, of in counts.items()}
    return render_template("spaces/statistics.html", page=page, totals=totals, kinds=KINDS, period=period)


@blueprint.get("/mon-espace/statistiques.csv")
def statistics_csv() -> Response:
    solutions = db.session.scalars(_mine()).all()
    return csv_answer(_rows(solutions), "mes-solutions.csv")


@blueprint.get("/solutions/<int:solution_id>/statistiques")
def solution_statistics(solution_id: int) -> str:
    solution, period = loaded(Solution), Period.twelve_months()
    counts = monthly([solution.id], period)[solution.id]
    return render_template(
        "spaces/solution_statistics.html",
        solution=solution,
        period=period,
        drawn=[(kind, sum(counts[kind]), Series(period.months, counts[kind])) for kind in KINDS],
        table=_table(counts, period),
    )


@blueprint.get("/solutions/<int:solution_id>/statistiques.csv")
def solution_statistics_csv(solution_id: int) -> Response:
    return csv_answer(_rows([loaded(Solution)]), f"solution-{solution_id}.csv")


def _mine() -> Select[Solution]:
    """Those of the organisations for which I may write, archived ones too: what they brought stays."""
    mine = [m.organization_id for m in current_user.active_memberships() if m.includes("contributor")]
    return (
        select(Solution)
        .where(Solution.organization_id.in_(mine), Solution.published_at.is_not(None))
        .order_by(Solution.published_at.desc(), Solution.id.desc())
    )


def _table(counts: dict[str, list[int]], period: Period) -> Table:
    columns = [(label("solution.figure", kind), counts[kind]) for kind in KINDS]
    return monthly_table(_("Mois par mois"), period, columns)


def _rows(solutions: Sequence[Solution]) -> list[list[Any]]:
    period = Period.twelve_months()
    counts: Monthly = monthly([solution.id for solution in solutions], period)
    rows: list[list[Any]] = [[_("Solution"), _("Mois"), *(label("solution.figure", kind) for kind in KINDS)]]
    for solution in solutions:
        for place, month in enumerate(period.months):
            rows.append(
                [solution.title, month_name(month), *(counts[solution.id][kind][place] for kind in KINDS)]
            )
    return rows
