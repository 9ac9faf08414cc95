"""Needs and solutions for the same words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask_login import current_user
from sqlalchemy.orm import joinedload

from models import Need, Organization, Solution, User, db
from webapp.search.queries import closest_first, containing, find

#: Shown of each kind; the lists have the rest.
SHOWN = 6


@dataclass(frozen=True)
class Found:
    """``needs``, ``solutions``: the first of each, closest first. ``by_meaning``: False when plain words were looked up."""

    needs: list[Need]
    solutions: list[Solution]
    by_meaning: bool


def search(words: str) -> Found:
    """Nothing for no words. One late answer is enough to look up words for both: two orders would not compare."""
    if not words:
        return Found([], [], True)
    needs = find("needs", words)
    solutions = find("solutions", words) if needs is not None else None
    if needs is None or solutions is None:
        return Found(_needs_holding(words), _solutions_holding(words), False)
    return Found(
        _first(closest_first(_open_needs(), Need.id, needs)),
        _first(closest_first(_solutions(), Solution.id, solutions)),
        True,
    )


def _first(query: Any) -> list[Any]:
    return list(db.session.scalars(query.limit(SHOWN)))


def _open_needs() -> Any:
    """Those that the visitor may read and that were not taken back."""
    viewer: User | None = current_user if current_user.is_authenticated else None
    return Need.public(viewer).where(Need.status != "withdrawn").options(joinedload(Need.organization))


def _solutions() -> Any:
    return Solution.public().options(joinedload(Solution.organization))


def _needs_holding(words: str) -> list[Need]:
    held = containing(words, Need.title, Need.irritant, Need.expected_outcome, Organization.display_name)
    query = _open_needs().join(Organization, Need.organization_id == Organization.id).where(*held)
    return _first(query.order_by(Need.published_at.desc(), Need.id.desc()))


def _solutions_holding(words: str) -> list[Solution]:
    columns = (Solution.title, Solution.pitch, Solution.problem_solved, Solution.how_it_works)
    query = _solutions().join(Organization, Solution.organization_id == Organization.id)
    query = query.where(*containing(words, *columns, Organization.display_name))
    return _first(query.order_by(None).order_by(Solution.published_at.desc(), Solution.id.desc()))
