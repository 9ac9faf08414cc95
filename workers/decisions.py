"""What the team and the companies decided, as material to train the matcher again (`python -m matching.training --decisions`).

A need and a solution that were introduced make a pair; a proposal dismissed because it was off topic is the near miss of its
need. Names and numbers of organisations are masked, as everywhere in front of the matcher.
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import joinedload

from matching.document import Document
from models import Match, Need, Organization, Solution, db
from workers.documents import document_of

# What an introduction that the company declined teaches depends on why; only those that were found useful count.
USEFUL = ("introduced", "converted")


def decided_pairs() -> Iterator[dict[str, str]]:
    """One row a useful introduction, oldest first: the format of `matching/training/data/pairs.jsonl`."""
    misses = {
        match.need_id: match for match in db.session.scalars(_matches(Match.reason_code == "off_topic"))
    }
    for match in db.session.scalars(_matches(Match.status.in_(USEFUL))):
        miss = misses.get(match.need_id)
        yield _pair(match, document_of(miss.solution) if miss else None)


def _matches(condition: ColumnElement[bool]) -> Select[Match]:
    owners = (
        joinedload(Match.need).joinedload(Need.organization).joinedload(Organization.territory),
        joinedload(Match.solution).joinedload(Solution.organization).joinedload(Organization.territory),
    )
    return select(Match).where(condition).options(*owners).order_by(Match.id)


def _pair(match: Match, miss: Document | None) -> dict[str, str]:
    need, solution = document_of(match.need), document_of(match.solution)
    themes = need.themes or solution.themes
    pair = {
        "theme": themes[0] if themes else "",
        "need_title": need.title,
        "need": "\n".join(filter(None, need.parts)),
        "solution_title": solution.title,
        "solution": "\n".join(filter(None, solution.parts)),
    }
    if miss is not None:
        pair |= {"near_miss_title": miss.title, "near_miss": "\n".join(filter(None, miss.parts))}
    return pair
