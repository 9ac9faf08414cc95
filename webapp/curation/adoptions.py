"""« J'adopte » for the team: how many, where they stand, companies that answered nobody, references that a commune contests.

Neither messages nor amounts: they are between the two sides.
"""

from __future__ import annotations

from flask import render_template
from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload

from models import Interest, Reference, Solution, db
from webapp.curation.views import blueprint
from webapp.search.queries import paginate


@blueprint.get("/curation/adoptions")
def adoptions() -> str:
    return render_template(
        "curation/adoptions.html",
        page=paginate(_unanswered()),
        counts=_counts(),
        statuses=Interest.lifecycle.statuses,
        contested=db.session.scalars(_contested().limit(50)).all(),
    )


def _counts() -> dict[str, int]:
    rows = db.session.execute(select(Interest.status, func.count(Interest.id)).group_by(Interest.status))
    return {row[0]: row[1] for row in rows}


def _unanswered() -> Select[Interest]:
    """Demands that no company answered in time, the latest first, with their two sides."""
    return (
        select(Interest)
        .where(Interest.status == "expired")
        .order_by(Interest.ended_at.desc(), Interest.id)
        .options(
            joinedload(Interest.solution).joinedload(Solution.organization), joinedload(Interest.organization)
        )
    )


def _contested() -> Select[Reference]:
    """References that the commune named says are wrong, with their two sides."""
    return Reference.contested().options(
        joinedload(Reference.solution).joinedload(Solution.organization), joinedload(Reference.organization)
    )
