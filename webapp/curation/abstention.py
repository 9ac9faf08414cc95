"""When nothing is close enough for a need: the desk says so, what would help, and still lets one look."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func
from sqlalchemy.orm import joinedload

from models import Match, db
from models.unmet_demand import gaps_of, is_unmet, unmet


@dataclass(frozen=True)
class Abstention:
    """``gaps``: what the need does not say; ``weak``: the proposals that one may look at all the same, closest first."""

    gaps: list[str]
    weak: Sequence[Match]


def abstention_for(match: Match) -> Abstention | None:
    """None when its need has something close, or is not compared yet."""
    if not is_unmet(match.need):
        return None
    weak = Match.waiting().where(Match.need_id == match.need_id).options(joinedload(Match.solution))
    return Abstention(gaps_of(match.need), db.session.scalars(weak).all())


def count_unmet() -> int:
    """How many open needs have nothing close enough."""
    return db.session.scalar(unmet().with_only_columns(func.count()).order_by(None)) or 0
