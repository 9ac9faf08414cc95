"""« Déjà adopté par » : who uses what, from three sources that a commune stands behind: references it confirmed, demands
« J'adopte » that it declared an experiment or a purchase and lets be cited, responses it retained for a public need and whose
company accepts to be named.

What only the company declares is shown apart, and said so.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import joinedload

from models import Interest, Need, Organization, Reference, Response, Solution, db
from models.database import PARIS
from models.text import fold

SHOWN = 12
TRIED_OR_BOUGHT = ("experiment", "purchase")
#: A need may end otherwise although a response was retained: then nothing was adopted.
ADOPTING = ("experiment", "direct_purchase", "group")
DECLARED = ("declared", "asked")
#: The commune declared a trial or a purchase, and lets itself be cited.
_LETS_BE_CITED = (
    Interest.status == "converted",
    Interest.conversion.in_(TRIED_OR_BOUGHT),
    Interest.may_be_cited.is_(True),
)
#: The commune declared it by concluding its need; the company lets its name be told.
_LETS_BE_NAMED = (
    Response.status == "retained",
    Response.may_be_named.is_(True),
    Need.outcome.in_(ADOPTING),
)


@dataclass(frozen=True)
class Adoption:
    """``how``: pilot, purchase, or retained; ``need``: the public need it came from, where there is one."""

    organization: Organization
    solution: Solution
    year: int
    how: str
    need: Need | None = None
    reference: Reference | None = None


@dataclass(frozen=True)
class Actor:
    """Who answered a need, with which of its solutions where that is online."""

    organization: Organization
    solution: Solution | None

    @property
    def name(self) -> str:
        return fold(self.organization.display_name)


def adoptions_of(solution: Solution) -> list[Adoption]:
    """Who adopted this solution, the latest first, each public body once."""
    return _each_once(
        [
            *_confirmed(Reference.solution_id == solution.id),
            *_converted(Interest.solution_id == solution.id),
            *_retained(Response.solution_id == solution.id),
        ],
        "organization",
    )


def adopted_by(organization: Organization) -> list[Adoption]:
    """What this public body adopted, the latest first, each solution once."""
    return _each_once(
        [
            *_confirmed(Reference.organization_id == organization.id),
            *_converted(Interest.organization_id == organization.id),
            *_retained(Need.organization_id == organization.id),
        ],
        "solution",
    )


def adopted_from(organization: Organization) -> list[Adoption]:
    """Who adopted what of this organisation's solutions, the latest first, each public body once a solution."""
    owned = select(Solution.id).where(Solution.organization_id == organization.id)
    found = [
        *_confirmed(Reference.solution_id.in_(owned)),
        *_converted(Interest.solution_id.in_(owned)),
        *_retained(Response.solution_id.in_(owned)),
    ]
    return _each_once(found, "organization", "solution")


def adopted_for(need: Need) -> list[Adoption]:
    """What came of one need: solutions that its commune tried or bought."""
    return _each_once(
        [*_converted(Interest.need_id == need.id), *_retained(Response.need_id == need.id)], "solution"
    )


def ended_well(*, to_members: bool) -> Select[Need]:
    """Needs that ended in a trial, a purchase or a group with somebody who answered, the latest first (R213)."""
    answered = select(Response.need_id).where(Response.status == "retained")
    adopted = select(Interest.need_id).where(*_LETS_BE_CITED, Interest.need_id.is_not(None))
    return (
        Need.shown(to_members=to_members)
        .where(Need.outcome.in_(ADOPTING), Need.status.in_(("concluded", "archived")))
        .where(or_(Need.id.in_(answered), Need.id.in_(adopted)))
        .order_by(Need.concluded_at.desc(), Need.id.desc())
    )


def actors_of(needs: Iterable[Need]) -> dict[int, list[Actor]]:
    """Number of the need → who answered it and may be named, by name: with the company's consent, or the commune's for « J'adopte »."""
    numbers = [need.id for need in needs]
    retained = (
        select(Response.need_id, Organization, Solution)
        .join(Need, Response.need_id == Need.id)
        .join(Organization, Response.organization_id == Organization.id)
        .outerjoin(Solution, Response.solution_id == Solution.id)
        .where(Response.need_id.in_(numbers), *_LETS_BE_NAMED)
    )
    cited = (
        select(Interest.need_id, Organization, Solution)
        .join(Solution, Interest.solution_id == Solution.id)
        .join(Organization, Solution.organization_id == Organization.id)
        .where(Interest.need_id.in_(numbers), *_LETS_BE_CITED)
    )
    found: dict[int, list[Actor]] = {}
    sources: tuple[Any, ...] = (retained, cited)
    for query in sources:
        for number, organization, solution in db.session.execute(
            query.where(Organization.status == "verified")
        ):
            actor = Actor(organization, solution if solution is not None and solution.is_public else None)
            if actor not in found.setdefault(number, []):
                found[number].append(actor)
    return {number: sorted(actors, key=lambda actor: actor.name) for number, actors in found.items()}


def declared_of(solution: Solution) -> list[Reference]:
    """What the company alone declares."""
    query = Reference.of(solution).where(Reference.status.in_(DECLARED))
    return list(db.session.scalars(query.options(joinedload(Reference.organization)).limit(SHOWN)))


def declared_by(organization: Organization) -> list[Reference]:
    """The same, of all its solutions that are online, the latest first."""
    query = (
        select(Reference)
        .join(Solution, Reference.solution_id == Solution.id)
        .where(Solution.organization_id == organization.id, Solution.status.in_(Solution.PUBLIC))
        .where(Reference.status.in_(DECLARED))
        .order_by(Reference.year.desc(), Reference.id)
    )
    return list(db.session.scalars(_with_ends(query, Reference).limit(SHOWN)))


# ------------------------------------------------------------------ the same, as numbers of organisations


def suppliers_confirmed() -> Select[Any]:
    """Numbers of the organisations whose solution a public body stands behind: those that ``adopted_from`` names."""
    bodies = select(Organization.id).where(Organization.status == "verified")
    confirmed = select(Reference.solution_id).where(
        Reference.status == "confirmed", Reference.organization_id.in_(bodies)
    )
    cited = select(Interest.solution_id).where(*_LETS_BE_CITED, Interest.organization_id.in_(bodies))
    retained = select(Response.solution_id).join(Need, Response.need_id == Need.id)
    retained = retained.where(
        *_LETS_BE_NAMED, Response.solution_id.is_not(None), Need.organization_id.in_(bodies),
        Need.status.in_(Need.PUBLIC), Need.visible_to_members_only.is_(False),
    )  # fmt: skip
    return _owners().where(or_(*(Solution.id.in_(numbers) for numbers in (confirmed, cited, retained))))


def suppliers_declared() -> Select[Any]:
    """Numbers of the organisations that say of a solution online where it serves already."""
    named = select(Reference.solution_id).where(Reference.status.in_(DECLARED))
    return _owners().where(or_(Solution.id.in_(named), Solution.references_note != ""))


def _owners() -> Select[Any]:
    return select(Solution.organization_id).where(Solution.status.in_(Solution.PUBLIC))


# ------------------------------------------------------------------ the three sources


def _each_once(found: Iterable[Adoption], *keys: str) -> list[Adoption]:
    """The latest of those that have the same ``keys`` (organization, solution)."""
    kept: dict[tuple[int, ...], Adoption] = {}
    for adoption in sorted(found, key=lambda one: one.year, reverse=True):
        if adoption.solution.is_public and adoption.organization.status == "verified":
            kept.setdefault(tuple(getattr(adoption, key).id for key in keys), adoption)
    return list(kept.values())[:SHOWN]


def _confirmed(condition: Any) -> Iterable[Adoption]:
    query = select(Reference).where(condition, Reference.status == "confirmed")
    for one in db.session.scalars(_with_ends(query, Reference)):
        if one.organization is not None:
            yield Adoption(one.organization, one.solution, one.year, one.kind, reference=one)


def _converted(condition: Any) -> Iterable[Adoption]:
    query = select(Interest).where(condition, *_LETS_BE_CITED)
    for one in db.session.scalars(_with_ends(query, Interest).options(joinedload(Interest.need))):
        need = one.need if one.need is not None and _is_for_all(one.need) else None
        how = "pilot" if one.conversion == "experiment" else "purchase"
        yield Adoption(one.organization, one.solution, _year(one.ended_at), how, need)


def _retained(condition: Any) -> Iterable[Adoption]:
    query = (
        select(Response)
        .join(Need, Response.need_id == Need.id)
        .where(condition, *_LETS_BE_NAMED)
        .options(
            joinedload(Response.need).joinedload(Need.organization),
            joinedload(Response.solution).joinedload(Solution.organization),
        )
    )
    for one in db.session.scalars(query):
        if one.solution is not None and _is_for_all(one.need):
            yield Adoption(
                one.need.organization, one.solution, _year(one.need.concluded_at), "retained", one.need
            )


def _with_ends(query: Select[Any], kind: Any) -> Select[Any]:
    return query.options(
        joinedload(kind.organization), joinedload(kind.solution).joinedload(Solution.organization)
    )


def _is_for_all(need: Need) -> bool:
    return need.is_public and not need.visible_to_members_only


def _year(instant: datetime | None) -> int:
    assert instant is not None, "it ended"
    return instant.astimezone(PARIS).year
