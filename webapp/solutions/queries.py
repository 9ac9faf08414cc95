"""The catalogue: which solutions, in which order, and what the visitor chose."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import request
from flask_sqlalchemy.pagination import Pagination
from sqlalchemy import Select
from sqlalchemy.orm import joinedload

from models import Activity, Organization, Solution, Theme, User, db
from models.choices import NATURES, SolutionChoices
from models.solution_lifecycle import MATURITIES
from models.text import canon_line
from webapp.search.queries import closest_first, containing, find, paginate


def chosen() -> SolutionChoices:
    """What the address asks for; a value that does not exist is as if it was not chosen."""
    theme, maturity = request.args.get("theme", ""), request.args.get("maturity", "")
    nature, defi = request.args.get("nature", ""), request.args.get("defi", "")
    return SolutionChoices(
        theme=theme if theme in Theme.codes() else "",
        commune=canon_line(request.args.get("commune", "")[:80]),
        maturity=maturity if maturity in MATURITIES else "",
        nature=nature if nature in NATURES else "",
        defi=defi if defi in Theme.codes("defi") else "",
    )


@dataclass(frozen=True)
class Listed:
    """A page of solutions. ``by_meaning``: True when the worker ranked them, False when words were looked up, None without
    words. ``close``: whether the first is close enough to be called an answer."""

    page: Pagination
    by_meaning: bool | None = None
    close: bool = True


def listed(q: str, choices: SolutionChoices) -> Listed:
    """The public solutions that the visitor asked for, one page."""
    query = choices.select().options(joinedload(Solution.organization))
    if not q:
        return Listed(paginate(_latest_first(query)))
    found = find(q, solutions=choices)
    if found is not None:
        ranked = found["solutions"]
        return Listed(paginate(closest_first(query, Solution.id, ranked.ids)), True, ranked.close)
    return Listed(paginate(_latest_first(holding(query, q))), False)


def holding(query: Select[Any], words: str) -> Select[Any]:
    """``query`` kept to the solutions that contain these words, their organisation's name included."""
    columns = (Solution.title, Solution.pitch, Solution.problem_solved, Solution.how_it_works)
    owner = Organization.display_name
    return query.join(Organization, Solution.organization_id == Organization.id).where(
        *containing(words, *columns, owner)
    )


def _latest_first(query: Select[Any]) -> Select[Any]:
    return query.order_by(None).order_by(Solution.published_at.desc(), Solution.id.desc())


def empty_draft(organization: Organization, author: User) -> Solution | None:
    """A draft that this person began and wrote nothing in."""
    query = Solution.of(organization).where(
        Solution.author_id == author.id,
        Solution.status == "draft",
        Solution.title == "",
        Solution.pitch == "",
        Solution.how_it_works == "",
    )
    return db.session.scalars(query.limit(1)).first()


def others_of(solution: Solution, count: int = 4) -> list[Solution]:
    """Other public pages of the same organisation."""
    query = (
        Solution.public()
        .where(Solution.organization_id == solution.organization_id, Solution.id != solution.id)
        .order_by(None)
        .order_by(Solution.published_at.desc())
    )
    return list(db.session.scalars(query.limit(count)))


def last_comment(solution: Solution) -> Activity | None:
    """What the team last asked for or refused; None when nothing of it is open any more."""
    actions = ("request_changes", "refuse_changes", "submit", "resubmit", "propose_changes", "accept_changes")
    query = Activity.of(solution).where(Activity.action.in_(actions)).order_by(None)
    latest = db.session.scalars(query.order_by(Activity.id.desc()).limit(1)).first()
    return latest if latest is not None and latest.action in ("request_changes", "refuse_changes") else None
