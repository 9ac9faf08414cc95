"""With what a company answers, and what keeps its draft from being sent."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from models import Match, Need, Organization, Response, Solution, db


def solutions_of(organization: Organization) -> Sequence[Solution]:
    """What it may answer with: its pages online."""
    return db.session.scalars(
        Solution.public().where(Solution.organization_id == organization.id).order_by(Solution.title)
    ).all()


def solution_of_match(need: Need, organization: Organization, match_id: int | None) -> Solution | None:
    """The solution of the introduction from which one answers; None when it is not theirs."""
    if match_id is None or not 0 < match_id < 2**31:
        return None
    query = (
        select(Solution)
        .join(Match, Match.solution_id == Solution.id)
        .where(Match.id == match_id, Match.need_id == need.id, Match.status.in_(Match.TOLD))
        .where(Solution.organization_id == organization.id, Solution.status.in_(Solution.PUBLIC))
    )
    return db.session.scalar(query)


def missing_in(response: Response) -> list[tuple[str, str]]:
    """(field, sentence): what keeps a draft from being sent, or a new version while the need is open."""
    if response.status != "draft" and not response.need.takes_responses:
        return []
    moves = response.lifecycle.find("submit" if response.status == "draft" else "modify", response.status)
    return response.lifecycle.problems(moves[0], response) if moves else []
