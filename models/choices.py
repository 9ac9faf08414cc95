"""What a reader chose among needs or solutions, as a query: the same for the page that lists and the worker that ranks.

    choices = NeedChoices(theme="mobility", status="closed")
    choices.select()                                   # Select[Need], without order
    NeedChoices.from_json(choices.as_json()).select()  # the same, at the worker's

A filter applies before ranking, so the worker ranks exactly what the page would list. Values come from `OFFERED` lists; who
reads is reduced to one bit, ``for_members``: a question never says whose it is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, fields
from datetime import timedelta
from typing import Any, Self

from sqlalchemy import ColumnElement, Select, String, cast, func, or_, select

from models.calendar import today_in_paris
from models.database import db
from models.need import Need
from models.organization import Organization
from models.solution import Solution
from models.territory import Territory
from models.text import fold

#: What a list of states may ask → the statuses meant. Open is what one reads without choosing.
NEED_STATES = {
    "open": ("published",),
    "closed": ("closed", "in_dialogue"),
    "concluded": ("concluded", "archived"),
    "withdrawn": ("withdrawn",),
    "not_withdrawn": tuple(status for status in Need.PUBLIC if status != "withdrawn"),
    "all": Need.PUBLIC,
}
#: Closes within so many days.
NEED_DEADLINES = ("7", "30", "90")
NATURES = ("public", "common")


class Choices:
    """Common to the two kinds: short values that travel as JSON; an empty one chooses nothing."""

    def as_json(self) -> dict[str, Any]:
        """Only what was chosen: {} for everything public."""
        return {name: value for name, value in asdict(self).items() if value}  # type: ignore[call-overload]

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        """Raises TypeError for a choice that does not exist."""
        return cls(**stored)

    @property
    def any_filter(self) -> bool:
        """Whether the reader narrowed the list (being a member narrows nothing)."""
        return any(getattr(self, one.name) for one in fields(self) if one.name != "for_members")  # type: ignore[arg-type]


@dataclass(frozen=True)
class NeedChoices(Choices):
    """``theme``: a code; ``commune``: a name or an INSEE code; ``maturity``: M1…M9, which the need accepts; ``deadline``: a
    number of days, of NEED_DEADLINES; ``status``: a key of NEED_STATES, open when empty; ``defi``: a challenge
    of the Métropole, D1…D6; ``for_members``: the reader belongs
    to a verified organisation and also sees what is kept for these."""

    theme: str = ""
    commune: str = ""
    maturity: str = ""
    deadline: str = ""
    status: str = ""
    defi: str = ""
    for_members: bool = False

    def select(self) -> Select[Need]:
        """The needs chosen, without order."""
        return Need.shown(to_members=self.for_members).where(*self._conditions())

    def _conditions(self) -> Iterator[ColumnElement[bool]]:
        yield Need.status.in_(NEED_STATES[self.status or "open"])
        if self.theme:
            yield lists(Need.themes, self.theme)
        if self.defi:
            yield lists(Need.defis, self.defi)
        if self.commune:
            yield Need.organization_id.in_(bodies_of(self.commune))
        if self.maturity:
            yield or_(Need.maturity_min.is_(None), Need.maturity_min <= self.maturity)
            yield or_(Need.maturity_max.is_(None), Need.maturity_max >= self.maturity)
        if self.deadline:
            today = today_in_paris()
            yield Need.closes_on.between(today, today + timedelta(days=int(self.deadline)))


@dataclass(frozen=True)
class SolutionChoices(Choices):
    """``theme``: a code; ``commune``: name or INSEE code of the seat of the organisation; ``maturity``: at least, M1…M9.
    ``nature``: of NATURES, a common or what a public body carries; ``defi``: a challenge of the Métropole, D1…D6."""

    theme: str = ""
    commune: str = ""
    maturity: str = ""
    nature: str = ""
    defi: str = ""

    def select(self) -> Select[Solution]:
        """The public solutions chosen, without order."""
        return Solution.public().where(*self._conditions())

    def _conditions(self) -> Iterator[ColumnElement[bool]]:
        if self.theme:
            yield lists(Solution.themes, self.theme)
        if self.defi:
            yield lists(Solution.defis, self.defi)
        if self.commune:
            yield Solution.organization_id.in_(bodies_of(self.commune))
        if self.maturity:
            yield Solution.maturity >= self.maturity
        if self.nature == "common":
            yield Solution.is_common.is_(True)
        elif self.nature == "public":
            yield Solution.organization_id.in_(
                select(Organization.id).where(lists(Organization.sides, "demand"))
            )


def bodies_of(place: str) -> Select[int]:
    """Organisations of the territory that is named, by code or by name (the exact name first, else what holds it): those of an
    EPT are its own and those of its communes; a commune that merged leads to its successor."""
    named = _named(place)
    epts = select(Territory.id).where(named, Territory.kind == "ept")
    successors = select(Territory.successor_id).where(named, Territory.kind == "former")
    meant = select(Territory.id).where(
        or_(named, Territory.parent_id.in_(epts), Territory.id.in_(successors))
    )
    return select(Organization.id).where(Organization.territory_id.in_(meant))


def is_nowhere(place: str) -> bool:
    """Whether a territory is named that is none of ours: « nobody there » and « nowhere » are two answers."""
    return bool(place) and db.session.scalar(select(Territory.id).where(_named(place)).limit(1)) is None


def _named(place: str) -> ColumnElement[bool]:
    exact = or_(Territory.code == place.upper(), func.fold(Territory.name) == fold(place))
    if db.session.scalar(select(Territory.id).where(exact).limit(1)) is not None:
        return exact
    return func.fold(Territory.name).contains(fold(place), autoescape=True)


def lists(column: Any, code: str) -> ColumnElement[bool]:
    """Whether a JSON list of codes holds ``code``. Codes are letters and underscores, one never the end of another in
    quotes, so that the text of the list says it on both engines."""
    return cast(column, String).contains(f'"{code}"', autoescape=True)
