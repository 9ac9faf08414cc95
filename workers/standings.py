"""What fairness reads of the candidates of one ranking: one query for fifty of them, whatever the size of the catalogue."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select

from matching.fairness import Standing
from models import Exposure, Solution, db
from models.database import reading_only, utc_now
from models.exposure import Totals, is_newcomer

NOTHING = Totals()


def standings_of(solutions: Collection[int]) -> dict[int, Standing]:
    """Number → how it stands today, for each of ``solutions``. Call it with nothing pending: the session is rolled back."""
    with reading_only():
        totals, now = Exposure.totals(solutions), utc_now()
        columns = select(Solution.id, Solution.organization_id, Solution.published_at)
        rows = db.session.execute(columns.where(Solution.id.in_(list(solutions)))).all()
        db.session.rollback()
    found = {}
    for number, organization_id, published_at in rows:
        had = totals.get(number, NOTHING)
        newcomer = is_newcomer(published_at, had, now)
        found[number] = Standing(had.proposed, had.introduced, newcomer, organization_id)
    return found
