"""« Où j'en suis » : every introduction, demand, response, invitation to answer together and solution of my organisations, with its step and whose turn it is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from flask import render_template, request
from flask_login import current_user
from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Date,
    Select,
    String,
    and_,
    case,
    cast,
    func,
    literal,
    null,
    select,
    type_coerce,
    union_all,
)
from sqlalchemy.orm import joinedload

from models import ConsortiumMember, Interest, Match, Need, Response, Solution, db
from models.calendar import today_in_paris
from webapp.search.queries import paginate
from webapp.spaces.area import blueprint
from webapp.spaces.standing_words import Line, line_of

PER_PAGE = 20
#: Whose turn it is, in the order of the page.
MINE, THEIRS, OVER = 0, 1, 2
FILTERS = {"moi": MINE, "en-cours": THEIRS, "termine": OVER}


@blueprint.get("/mon-espace/ou-j-en-suis")
def standing() -> str:
    lines, chosen = _lines(_mine()).subquery(), request.args.get("tour", "")
    query = select(lines.c.key).order_by(lines.c.turn, lines.c.due.nulls_last(), lines.c.at.desc(), "key")
    if chosen in FILTERS:
        query = query.where(lines.c.turn == FILTERS[chosen])
    page = paginate(query, per_page=PER_PAGE)
    counts: dict[int, int] = dict(
        db.session.execute(select(lines.c.turn, func.count()).group_by(lines.c.turn)).all()
    )
    return render_template(
        "spaces/standing.html",
        page=page,
        lines=_read(page.items),
        chosen=chosen if chosen in FILTERS else "",
        counts={name: counts.get(turn, 0) for name, turn in FILTERS.items()},
    )


def _mine() -> list[int]:
    mine = (m for m in current_user.active_memberships() if m.includes("contributor"))
    return [m.organization_id for m in mine if m.organization.is_supply]


def _lines(organizations: Sequence[int]) -> CompoundSelect[Any]:
    """(key « match:12 », turn, due, at) of everything of these organisations that they may read. ``due``: of what waits for
    them, the day until which; a demand comes by its own day, before all that closes later."""
    offered = Solution.organization_id.in_(organizations)
    told = Match.status.in_(Match.TOLD) | (Match.introduced_at.is_not(None) & (Match.status == "void"))
    is_open = (Need.status == "published") & (Need.closes_on >= today_in_paris())
    response_is_mine = (Response.status == "clarification") | and_(Response.status == "draft", is_open)
    is_carried = (ConsortiumMember.status == "accepted") & Response.status.in_(Response.OPEN)
    return union_all(
        _line(Match, Match.status == "introduced", (), Need.closes_on)
        .join(Solution)
        .join(Need)
        .where(offered, told),
        _line(
            Interest,
            Interest.status.in_(("sent", "acknowledged")),
            ("meeting_planned", "met"),
            func.date(Interest.sent_at),
        )
        .join(Solution)
        .where(offered),
        _line(
            Response,
            response_is_mine,
            ("submitted", "under_review", "shortlisted"),
            func.coalesce(Response.clarification_until, Need.closes_on),
        )
        .join(Need)
        .where(
            Response.organization_id.in_(organizations),
            # A draft that was thrown away was never sent: it is nowhere.
            (Response.status != "withdrawn") | Response.submitted_at.is_not(None),
        ),
        _line(ConsortiumMember, (ConsortiumMember.status == "invited") & is_open, is_carried, Need.closes_on)
        .join(Response)
        .join(Need)
        .where(ConsortiumMember.organization_id.in_(organizations)),
        _line(
            Solution, Solution.status.in_(("draft", "changes_requested", "stale")), ("in_review", "published")
        ).where(offered),
    )


def _line(
    kind: Any, is_mine: ColumnElement[bool], theirs: Iterable[str] | ColumnElement[bool], due: Any = None
) -> Select[Any]:
    """``theirs``: the condition, or the statuses, in which somebody else moves."""
    is_theirs = theirs if isinstance(theirs, ColumnElement) else kind.status.in_(list(theirs))
    turn = case((is_mine, MINE), (is_theirs, THEIRS), else_=OVER)
    key = literal(f"{kind.__tablename__}:") + cast(kind.id, String)
    until = case((is_mine, type_coerce(due, Date)), else_=cast(null(), Date))
    columns = (key.label("key"), turn.label("turn"), until.label("due"), kind.updated_at.label("at"))
    return select(*columns).select_from(kind)


#: kind → (class, what its line needs of other rows)
READ: dict[str, tuple[Any, list[Any]]] = {
    "match": (
        Match,
        [joinedload(Match.need).joinedload(Need.organization), joinedload(Match.solution)],
    ),
    "interest": (Interest, [joinedload(Interest.solution), joinedload(Interest.organization)]),
    "response": (Response, [joinedload(Response.need).joinedload(Need.organization)]),
    "consortium_member": (
        ConsortiumMember,
        [
            joinedload(ConsortiumMember.response).joinedload(Response.need),
            joinedload(ConsortiumMember.response).joinedload(Response.organization),
        ],
    ),
    "solution": (Solution, []),
}


def _read(keys: Sequence[str]) -> list[Line]:
    """The things of these keys, in the same order, one query a kind."""
    numbers: dict[str, list[int]] = {}
    for key in keys:
        kind, _, number = key.partition(":")
        numbers.setdefault(kind, []).append(int(number))
    things = {}
    for kind, wanted in numbers.items():
        model, options = READ[kind]
        for thing in db.session.scalars(select(model).where(model.id.in_(wanted)).options(*options)):
            things[f"{kind}:{thing.id}"] = thing
    return [line_of(things[key]) for key in keys]
