"""What the team decided lately and what came of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload

from models import Activity, Match, Need, Solution, db
from models.database import PARIS, utc_now

WEEK = timedelta(days=7)
DECISIONS = 12
#: What becomes of a retained proposal, in the order of its life.
FATES = ("approved", "introduced", "converted", "declined", "expired")


def _with_both_sides(query: Select[Match]) -> Select[Match]:
    return query.options(
        joinedload(Match.need).joinedload(Need.organization),
        joinedload(Match.solution).joinedload(Solution.organization),
        joinedload(Match.decided_by),
    )


def decisions_since(instant: datetime) -> Select[Match]:
    """Decisions that still stand, latest first."""
    return (
        select(Match)
        .where(Match.decided_by_id.is_not(None), Match.decided_at >= instant)
        .order_by(Match.decided_at.desc(), Match.id.desc())
    )


def recent_decisions() -> Sequence[Match]:
    """Those of the last seven days."""
    return db.session.scalars(_with_both_sides(decisions_since(utc_now() - WEEK)).limit(DECISIONS)).all()


def count_decisions() -> tuple[int, int]:
    """(today, in seven days)."""
    midnight = utc_now().astimezone(PARIS).replace(hour=0, minute=0, second=0, microsecond=0)
    counts = [
        db.session.scalar(decisions_since(instant).with_only_columns(func.count()).order_by(None)) or 0
        for instant in (midnight, utc_now() - WEEK)
    ]
    return counts[0], counts[1]


def introductions(fate: str | None) -> Select[Match]:
    """Retained proposals, latest first; ``fate``: one of FATES, or all of them."""
    chosen = (fate,) if fate in FATES else FATES
    return _with_both_sides(
        select(Match).where(Match.status.in_(chosen)).order_by(Match.decided_at.desc(), Match.id.desc())
    )


def count_fates() -> dict[str, int]:
    query = select(Match.status, func.count()).where(Match.status.in_(FATES)).group_by(Match.status)
    return dict(db.session.execute(query).all())


def words_of_refusals(matches: Iterable[Match]) -> dict[int, str]:
    """What a company or a commune wrote when it declined: number of the match → its sentence."""
    numbers = [match.id for match in matches if match.status == "declined"]
    query = select(Activity.subject_id, Activity.details).where(
        Activity.subject_type == "match", Activity.action == "decline", Activity.subject_id.in_(numbers)
    )
    said: dict[int, Any] = (
        {number: details.get("reason", "") for number, details in db.session.execute(query)}
        if numbers
        else {}
    )
    return said
