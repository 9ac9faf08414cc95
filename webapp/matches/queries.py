"""The introductions that a person may follow, from either side."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import contains_eager

from models import Match, Need, Solution, User


def introductions_of(person: User) -> Select[Match]:
    """Those of the person's companies once told, those of the person's communes once retained; latest first."""
    mine = [membership.organization_id for membership in person.active_memberships()]
    as_supplier = Solution.organization_id.in_(mine) & Match.status.in_(Match.TOLD)
    as_buyer = Need.organization_id.in_(mine) & Match.status.in_(("approved", *Match.TOLD))
    return (
        select(Match)
        .join(Match.need)
        .join(Match.solution)
        .where(or_(as_supplier, as_buyer))
        .options(
            contains_eager(Match.need).joinedload(Need.organization),
            contains_eager(Match.solution).joinedload(Solution.organization),
        )
        .order_by(Match.decided_at.desc(), Match.id.desc())
    )


def side_of(person: Any, match: Match) -> Any:
    """The organisation for which the person looks at ``match``: the company, else the commune; None for the team."""
    for organization in (match.solution.organization, match.need.organization):
        if person.membership_of(organization) is not None:
            return organization
    return None


def as_seen_by_company(match: Match) -> SimpleNamespace:
    """What explains ``match``, without the ceiling that the commune keeps to itself, the score nor the place among others.

    Whether a price fits goes too: by changing its price, a company would find the ceiling.
    """
    reasons = [reason for reason in match.reasons if reason.get("condition") != "budget"]
    return SimpleNamespace(
        reasons=reasons,
        closeness=match.closeness,
        encoder_version=match.encoder_version,
        ranking_version=match.ranking_version,
    )
