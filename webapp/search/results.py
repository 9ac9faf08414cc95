"""Needs and solutions for the same words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select
from sqlalchemy.orm import joinedload

from models import Need, Organization, Solution, db
from models.choices import NeedChoices, SolutionChoices
from webapp.search.queries import closest_first, containing, find, reads_as_member

#: Shown of each kind; the lists have the rest.
SHOWN = 6


@dataclass(frozen=True)
class Found:
    """``needs``, ``solutions``: the first of each, closest first. ``by_meaning``: False when plain words were looked up.
    ``close``: whether one of them is close enough to be called an answer (words that are there are)."""

    needs: list[Need]
    solutions: list[Solution]
    by_meaning: bool
    close: bool


def search(words: str) -> Found:
    """Nothing for no words. Both are found the same way: two orders would not compare."""
    if not words:
        return Found([], [], True, True)
    needs = NeedChoices(status="not_withdrawn", for_members=reads_as_member())
    found = find(words, needs=needs, solutions=SolutionChoices())
    if found is None:
        held = _needs_holding(words, needs), _solutions_holding(words)
        return Found(*held, by_meaning=False, close=any(held))
    return Found(
        _first(closest_first(_with_owner(needs.select(), Need), Need.id, found["needs"].ids)),
        _first(closest_first(_with_owner(Solution.public(), Solution), Solution.id, found["solutions"].ids)),
        by_meaning=True,
        close=found["needs"].close or found["solutions"].close,
    )


def _first(query: Select[Any]) -> list[Any]:
    return list(db.session.scalars(query.limit(SHOWN)))


def _with_owner(query: Select[Any], model: Any) -> Select[Any]:
    return query.options(joinedload(model.organization))


def _needs_holding(words: str, choices: NeedChoices) -> list[Need]:
    held = containing(words, Need.title, Need.irritant, Need.expected_outcome, Organization.display_name)
    query = _with_owner(choices.select(), Need).join(Organization, Need.organization_id == Organization.id)
    return _first(query.where(*held).order_by(Need.published_at.desc(), Need.id.desc()))


def _solutions_holding(words: str) -> list[Solution]:
    columns = (Solution.title, Solution.pitch, Solution.problem_solved, Solution.how_it_works)
    query = _with_owner(Solution.public(), Solution)
    query = query.join(Organization, Solution.organization_id == Organization.id)
    query = query.where(*containing(words, *columns, Organization.display_name))
    return _first(query.order_by(None).order_by(Solution.published_at.desc(), Solution.id.desc()))
