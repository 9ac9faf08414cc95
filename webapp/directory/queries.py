"""A page of the directory, and how many members each commune has."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from flask_sqlalchemy.pagination import Pagination
from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from models import Need, Organization, Solution, Territory, db
from webapp.directory.choices import MemberChoices
from webapp.references.adopters import suppliers_confirmed, suppliers_declared
from webapp.search.queries import paginate


@dataclass
class Shown:
    """What the line of a member says besides its name. ``references``: confirmed, declared, or nothing."""

    solutions: list[str] = field(default_factory=list)
    open_needs: int = 0
    references: str = ""


def listed(choices: MemberChoices) -> Pagination:
    """The members that were asked for, by their names: the order says nothing of them."""
    by_name = choices.select().order_by(func.fold(Organization.display_name), Organization.id)
    return paginate(by_name.options(joinedload(Organization.territory)))


def shown_of(members: Iterable[Organization], choices: MemberChoices) -> dict[int, Shown]:
    """Number of the member → what its line says, all of it public."""
    numbers = [member.id for member in members]
    lines: dict[int, Shown] = defaultdict(Shown)
    offered = Solution.public().where(Solution.organization_id.in_(numbers)).order_by(None)
    titles = offered.with_only_columns(Solution.organization_id, Solution.title).order_by(Solution.title)
    for owner, title in db.session.execute(titles):
        lines[owner].solutions.append(title)
    needs = Need.shown(to_members=choices.for_members).where(
        Need.status == "published", Need.organization_id.in_(numbers)
    )
    counted: Any = needs.with_only_columns(Need.organization_id, func.count()).order_by(None)
    for owner, count in db.session.execute(counted.group_by(Need.organization_id)):
        lines[owner].open_needs = count
    for state, owners in (("declared", suppliers_declared()), ("confirmed", suppliers_confirmed())):
        for owner in db.session.scalars(owners.where(Solution.organization_id.in_(numbers))):
            lines[owner].references = state
    return lines


def count_by_commune(choices: MemberChoices) -> dict[str, int]:
    """INSEE code → how many of the members asked for have their seat there, wherever one looks."""
    members = choices.anywhere.select().subquery()
    query = (
        select(Territory.code, func.count(members.c.id))
        .join(members, members.c.territory_id == Territory.id)
        .where(Territory.kind == "commune")
        .group_by(Territory.code)
    )
    return {code: count for code, count in db.session.execute(query)}  # noqa: C416 (typed pairs)
