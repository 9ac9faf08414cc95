"""What a person follows, as the page lists it, and what communes said that interests them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from flask_login import current_user
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from models import Follow, Need, OpenCall, Organization, Solution, db
from models.organization import DEMAND_KINDS
from webapp.acting import me
from webapp.permissions import can

#: Of the latest needs and solutions of the followed themes.
NEWS = 6
_READ: dict[str, tuple[Any, tuple[Any, ...]]] = {
    "need": (Need, (joinedload(Need.organization),)),
    "solution": (Solution, (joinedload(Solution.organization),)),
    "organization": (Organization, ()),
    "open_call": (OpenCall, ()),
}


@dataclass(frozen=True)
class Followed:
    """By kind, (follow, thing): the thing is None once the person may not read it any more."""

    needs: list[tuple[Follow, Any]] = field(default_factory=list)
    solutions: list[tuple[Follow, Any]] = field(default_factory=list)
    organizations: list[tuple[Follow, Any]] = field(default_factory=list)
    calls: list[tuple[Follow, Any]] = field(default_factory=list)
    themes: list[Follow] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        return not (self.needs or self.solutions or self.organizations or self.calls or self.themes)


def followed() -> Followed:
    follows = db.session.scalars(Follow.of(me())).all()
    return Followed(
        needs=_with_things(follows, "need"),
        solutions=_with_things(follows, "solution"),
        organizations=_with_things(follows, "organization"),
        calls=_with_things(follows, "open_call"),
        themes=[follow for follow in follows if follow.subject_type == "theme"],
    )


def _with_things(follows: Sequence[Follow], kind: str) -> list[tuple[Follow, Any]]:
    mine = [follow for follow in follows if follow.subject_type == kind]
    if not mine:
        return []
    model, options = _READ[kind]
    numbers = [int(follow.subject_key) for follow in mine]
    found = {
        thing.id: thing
        for thing in db.session.scalars(select(model).where(model.id.in_(numbers)).options(*options))
    }
    readable = {number: thing for number, thing in found.items() if can(f"{kind}.view", thing)}
    return [(follow, readable.get(int(follow.subject_key))) for follow in mine]


def news_of(themes: set[str]) -> list[Any]:
    """The latest needs and solutions of these themes."""
    if not themes:
        return []
    needs = _latest(Need.public(me()).where(Need.status == "published"), Need, themes)
    solutions = _latest(Solution.public(), Solution, themes)
    return sorted([*needs, *solutions], key=lambda thing: thing.published_at, reverse=True)[:NEWS]


def _latest(query: Any, model: Any, themes: set[str]) -> list[Any]:
    # Lists of codes are JSON, which the two engines search differently: the latest are read and sorted out here.
    latest = (
        query.order_by(None)
        .order_by(model.published_at.desc())
        .options(joinedload(model.organization))
        .limit(200)
    )
    return [one for one in db.session.scalars(latest) if themes.intersection(one.themes)][:NEWS]


def follow_of(kind: str, key: Any) -> Follow | None:
    """How this person follows it, if they do."""
    return Follow.find(me(), kind, key) if current_user.is_authenticated else None


def interests() -> list[tuple[str, int, int]]:
    """(theme, public bodies, people): what the people of public bodies follow."""
    return [
        (code, bodies, people)
        for code, bodies, people in db.session.execute(Follow.themes_by_side(DEMAND_KINDS))
    ]
