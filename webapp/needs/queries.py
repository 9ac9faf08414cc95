"""The public list of needs: which ones, in which order, and what the visitor chose."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask import request
from flask_login import current_user
from flask_sqlalchemy.pagination import Pagination
from sqlalchemy import ColumnElement, Select, String, cast, func, or_, select
from sqlalchemy.orm import joinedload

from models import Match, Need, Organization, Response, Solution, Theme, User, db
from models.need import today_in_paris
from models.solution_lifecycle import MATURITIES
from models.text import canon_line
from webapp.search.queries import bodies_of, closest_first, containing, find, paginate, typed_question

#: What the list of states offers → the statuses meant. Open is what one sees without choosing.
STATES = {
    "open": ("published",),
    "closed": ("closed", "in_dialogue"),
    "concluded": ("concluded", "archived"),
    "withdrawn": ("withdrawn",),
    "all": Need.PUBLIC,
}
DEADLINES = ("7", "30", "90")


@dataclass(frozen=True)
class Choices:
    """What the address asks for, put in canon; a value that does not exist is as if it was not chosen."""

    q: str
    theme: str
    commune: str
    maturity: str
    deadline: str
    status: str

    @classmethod
    def of_request(cls) -> Choices:
        def one_of(name: str, allowed: Any) -> str:
            value = request.args.get(name, "")
            return value if value in allowed else ""

        return cls(
            q=typed_question(),
            theme=one_of("theme", Theme.codes()),
            commune=canon_line(request.args.get("commune", "")[:80]),
            maturity=one_of("maturity", MATURITIES),
            deadline=one_of("deadline", DEADLINES),
            status=one_of("status", STATES),
        )

    @property
    def any_filter(self) -> bool:
        return any((self.theme, self.commune, self.maturity, self.deadline, self.status))


@dataclass(frozen=True)
class Listed:
    """A page of needs; ``by_meaning``: True when the worker ranked them, False when words were looked up, None without words."""

    page: Pagination
    by_meaning: bool | None


def listed(choices: Choices) -> Listed:
    """The needs that the visitor asked for and may read, one page."""
    query = visible_needs().where(*_conditions(choices))
    if not choices.q:
        return Listed(paginate(_in_usual_order(query, choices)), None)
    ranked = find("needs", choices.q)
    if ranked is not None:
        return Listed(paginate(closest_first(query, Need.id, ranked)), True)
    words = containing(choices.q, Need.title, Need.irritant, Need.expected_outcome, Organization.display_name)
    query = query.join(Organization, Need.organization_id == Organization.id).where(*words)
    return Listed(paginate(_in_usual_order(query, choices)), False)


def visible_needs() -> Select[Need]:
    """Public needs that the person of this request may read, with what a card shows."""
    return Need.public(viewer()).options(joinedload(Need.organization))


def viewer() -> User | None:
    return current_user if current_user.is_authenticated else None


def read_again(numbers: list[int], *, except_for: Organization | None = None) -> list[Need]:
    """The needs of these numbers that may be read and take responses or have ended well, in this order."""
    query = closest_first(visible_needs(), Need.id, numbers).where(Need.status != "withdrawn")
    if except_for is not None:
        query = query.where(Need.organization_id != except_for.id)
    return list(db.session.scalars(query))


def _in_usual_order(query: Select[Any], choices: Choices) -> Select[Any]:
    """Open ones by deadline, the others latest first."""
    if choices.status in ("", "open"):
        return query.order_by(Need.closes_on, Need.id)
    return query.order_by(Need.published_at.desc(), Need.id.desc())


def _conditions(choices: Choices) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [Need.status.in_(STATES[choices.status or "open"])]
    if choices.theme:
        conditions.append(_lists(Need.themes, choices.theme))
    if choices.commune:
        conditions.append(Need.organization_id.in_(bodies_of(choices.commune)))
    if choices.maturity:
        conditions.append(or_(Need.maturity_min.is_(None), Need.maturity_min <= choices.maturity))
        conditions.append(or_(Need.maturity_max.is_(None), Need.maturity_max >= choices.maturity))
    if choices.deadline:
        today = today_in_paris()
        conditions.append(Need.closes_on.between(today, today + timedelta(days=int(choices.deadline))))
    return conditions


def _lists(column: Any, code: str) -> ColumnElement[bool]:
    """Whether a JSON list of codes holds ``code``. Codes are letters and underscores, one never the end of another in
    quotes, so that the text of the list says it on both engines."""
    return cast(column, String).contains(f'"{code}"', autoescape=True)


# ------------------------------------------------------------------ what the commune follows


def retained_for(need: Need) -> Select[Match]:
    """Introductions that the team retained; what it dismissed or has not read stays on its desk."""
    shown = Match.of_need(need).where(Match.status.in_(("approved", *Match.TOLD)))
    return shown.options(joinedload(Match.solution).joinedload(Solution.organization))


def received_by(need: Need) -> Select[Response]:
    """Responses in order of arrival, with what the comparison shows."""
    loads = (joinedload(Response.organization), joinedload(Response.solution), joinedload(Response.need))
    return Response.received(need).options(*loads)


def count_followed(need: Need) -> dict[str, int]:
    """How many introductions and responses the commune may open."""
    retained = select(func.count(Match.id)).where(
        Match.need_id == need.id, Match.status.in_(("approved", *Match.TOLD))
    )
    received = select(func.count(Response.id)).where(
        Response.need_id == need.id, Response.status.in_(Response.RECEIVED)
    )
    row = db.session.execute(select(retained.scalar_subquery(), received.scalar_subquery())).one()
    return {"matches": row[0], "responses": row[1]}


def empty_drafts(organization: Organization, author: User) -> Select[Need]:
    """Drafts that this person began and wrote nothing in."""
    return (
        Need.of(organization)
        .where(Need.author_id == author.id, Need.status == "draft", Need.title == "", Need.irritant == "")
        .limit(1)
    )


def has_published(organization: Organization) -> bool:
    query = (
        select(Need.id)
        .where(Need.organization_id == organization.id, Need.published_at.is_not(None))
        .limit(1)
    )
    return db.session.scalar(query) is not None
