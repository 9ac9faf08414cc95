"""The public list of needs: which ones, in which order, and what the visitor chose."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import request
from flask_sqlalchemy.pagination import Pagination
from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload, selectinload

from models import Match, Need, NeedSupport, Organization, Response, Solution, Theme, User, db
from models.choices import NEED_DEADLINES, NEED_STATES, NeedChoices
from models.solution_lifecycle import MATURITIES
from models.text import canon_line
from models.unmet_demand import gaps_of, is_unmet
from webapp.search.queries import closest_first, containing, find, paginate, reads_as_member

#: What the list of states offers; « not_withdrawn » is for the common search.
STATES = tuple(state for state in NEED_STATES if state != "not_withdrawn")


def chosen() -> NeedChoices:
    """What the address asks for, put in canon; a value that does not exist is as if it was not chosen."""

    def one_of(name: str, allowed: Any) -> str:
        value = request.args.get(name, "")
        return value if value in allowed else ""

    return NeedChoices(
        theme=one_of("theme", Theme.codes()),
        commune=canon_line(request.args.get("commune", "")[:80]),
        maturity=one_of("maturity", MATURITIES),
        deadline=one_of("deadline", NEED_DEADLINES),
        status=one_of("status", STATES),
        defi=one_of("defi", Theme.codes("defi")),
        for_members=reads_as_member(),
    )


@dataclass(frozen=True)
class Listed:
    """A page of needs. ``by_meaning``: True when the worker ranked them, False when words were looked up, None without words.
    ``close``: whether the first is close enough to be called an answer."""

    page: Pagination
    by_meaning: bool | None = None
    close: bool = True


def listed(q: str, choices: NeedChoices) -> Listed:
    """The needs that the visitor asked for and may read, one page."""
    query = choices.select().options(joinedload(Need.organization))
    if not q:
        return Listed(paginate(_in_usual_order(query, choices)))
    found = find(q, needs=choices)
    if found is not None:
        ranked = found["needs"]
        return Listed(paginate(closest_first(query, Need.id, ranked.ids)), True, ranked.close)
    words = containing(q, Need.title, Need.irritant, Need.expected_outcome, Organization.display_name)
    query = query.join(Organization, Need.organization_id == Organization.id).where(*words)
    return Listed(paginate(_in_usual_order(query, choices)), False)


def _in_usual_order(query: Select[Any], choices: NeedChoices) -> Select[Any]:
    """Open ones by deadline, the others latest first."""
    if choices.status in ("", "open"):
        return query.order_by(Need.closes_on, Need.id)
    return query.order_by(Need.published_at.desc(), Need.id.desc())


# ------------------------------------------------------------------ what the commune follows


def retained_for(need: Need) -> Select[Match]:
    """Introductions that the team retained; what it dismissed or has not read stays on its desk."""
    shown = Match.of_need(need).where(Match.status.in_(("approved", *Match.TOLD)))
    return shown.options(joinedload(Match.solution).joinedload(Solution.organization))


def received_by(need: Need) -> Select[Response]:
    """Responses in order of arrival, with what the comparison shows."""
    loads = (joinedload(Response.organization), joinedload(Response.need), selectinload(Response.versions))
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


def supports_of(need: Need) -> Sequence[NeedSupport]:
    """Who else has this problem."""
    return db.session.scalars(NeedSupport.of(need).options(joinedload(NeedSupport.organization))).all()


def gaps_if_unmet(need: Need) -> list[str] | None:
    """Nothing is close enough: what the text does not say and would help. None while there is something, or no comparison yet."""
    return gaps_of(need) if is_unmet(need) else None


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
