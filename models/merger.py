"""Two organisations become one: a commune that joined another, an organisation written twice.

Everything that lives (needs, solutions, responses, and whatever else belongs to an organisation and has a number in the journal)
moves, each with a line in the journal; members are members of the other at the role they had; the old one stays, closed,
under its name, and its page leads to the new one. Nothing of the past is rewritten: the journal keeps who acted for whom.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING, Any

from sqlalchemy import UniqueConstraint, inspect, select, update
from sqlalchemy.orm import Mapper

from models.activity import Activity
from models.calendar import today_in_paris
from models.database import Base, db
from models.errors import Conflict, NotReady
from models.membership import ORGANIZATION_ROLES, Membership

if TYPE_CHECKING:
    from models.organization import Organization
    from models.user import User

#: These stay with the organisation that wrote, sent or received them.
STAYS = {"organization", "membership", "invitation", "message", "company_invitation"}


def hand_over(old: Organization, into: Organization, *, on: date, by: User, reason: str) -> None:
    """``on``: the first day of the new state, not to come. Raises NotReady, or Conflict when both are the same kind of busy."""
    _check(old, into, on)
    old._move("merge", by=by, organization=into, reason=reason, into=into.id, on=on.isoformat())
    old.merged_into_id, old.merged_on = into.id, on
    for thing, column in _belongings(old):
        # Not by the object: what is declared or computed once refuses every change, and none is made to what it says.
        kind = type(thing)
        db.session.execute(update(kind).where(kind.id == thing.id).values({column: into.id}))
        db.session.expire(thing)
        Activity.record("hand_over", thing, by=by, organization=into, before_organization=old.id)
    _bring_members(old, into, by)
    if (
        old.territory is not None
        and old.kind == "commune" == into.kind
        and old.territory is not into.territory
    ):
        old.territory.join(into.territory, on=on)
    _tell(old, into, by)


def _check(old: Organization, into: Organization, on: date) -> None:
    if into.id == old.id:
        raise NotReady([("into", "Choisissez une autre organisation.")])
    if into.status not in ("prospect", "pending", "verified"):
        raise NotReady([("into", "Cette organisation est suspendue ou fermée.")])
    if "metropole" in (old.kind, into.kind):
        raise NotReady([("into", "L’organisation de la Métropole ne fusionne avec aucune autre.")])
    if old.is_demand != into.is_demand:
        raise NotReady([("into", "Une collectivité ne fusionne qu’avec une autre, une entreprise de même.")])
    if on > today_in_paris():
        raise NotReady([("on", "Une fusion s’inscrit quand elle a eu lieu : donnez un jour passé.")])
    if _one_answers_the_other(old, into):
        raise Conflict(
            "L’une des deux organisations a répondu à un besoin de l’autre, qui jugerait sa propre réponse : retirez ou concluez cette réponse d’abord."
        )


def _one_answers_the_other(old: Organization, into: Organization) -> bool:
    from models.need import Need
    from models.response import Response

    both = (old.id, into.id)
    between = (
        select(Response.id)
        .join(Response.need)
        .where(Response.status.in_(Response.OPEN))
        .where(Response.organization_id.in_(both), Need.organization_id.in_(both))
    )
    return db.session.scalar(between.limit(1)) is not None


def _belongings(old: Organization) -> Iterator[tuple[Any, str]]:
    """(thing, name of the column) for everything of ``old``, whatever areas were added since.

    What the other has already (both wrote « Nous aussi » under one need) stays where it is; two responses to one need are two
    answers that a commune reads, so somebody must withdraw one.
    """
    for model, column in owned_kinds():
        for thing in db.session.scalars(select(model).where(getattr(model, column) == old.id)).all():
            if not _has_twin(thing, column, old):
                yield thing, column
            elif thing.subject_type == "response":
                raise Conflict(
                    "Les deux organisations ont chacune répondu au même besoin : retirez ou concluez l’une des réponses d’abord."
                )


def owned_kinds() -> list[tuple[Any, str]]:
    """(class, column): the kinds of things, known to the journal, that belong to an organisation."""
    found = []
    for mapper in sorted(Base.registry.mappers, key=lambda mapper: mapper.class_.__name__):
        model = mapper.class_
        kind = getattr(model, "subject_type", None)
        if not isinstance(kind, str) or kind in STAYS:
            continue
        found += [(model, name) for name in _columns_to_organization(mapper)]
    return found


def _columns_to_organization(mapper: Mapper[Any]) -> list[str]:
    return [
        mapper.get_property_by_column(column).key
        for column in mapper.local_table.columns
        if any(key.column.table.name == "organization" for key in column.foreign_keys)
    ]


def _has_twin(thing: Any, column: str, old: Organization) -> bool:
    """Whether the other organisation has already the only one that there may be."""
    model, into = type(thing), old.merged_into_id
    mapper = inspect(model)
    for constraint in mapper.local_table.constraints:
        if not isinstance(constraint, UniqueConstraint):
            continue
        names = [mapper.get_property_by_column(c).key for c in constraint.columns]
        if column not in names:
            continue
        same = [getattr(model, name) == (into if name == column else getattr(thing, name)) for name in names]
        if db.session.scalar(select(model.id).where(*same)) is not None:
            return True
    return False


def _bring_members(old: Organization, into: Organization, by: User) -> None:
    """Each at the role they had; who is in both keeps the higher one."""
    here = {m.user_id: m for m in into.memberships}
    for membership in [m for m in old.memberships if m.status == "active"]:
        known = here.get(membership.user_id)
        if known is None:
            Membership.found(user=membership.user, organization=into, role=membership.role, by=by)
            continue
        if known.status in ("left", "refused"):
            known = Membership.request(user=membership.user, organization=into)
        if known.status == "requested":
            known.accept(by=by)
        rank = ORGANIZATION_ROLES.index
        if rank(membership.role) > rank(known.role):
            known.change_role(membership.role, by=by)
    db.session.refresh(into, ["memberships"])
    if into.status == "prospect" and into.members():
        into._move("claim", by=by, organization=into)


def _tell(old: Organization, into: Organization, by: User) -> None:
    from models.notification import Notification

    activity = Activity.record(
        "receive", into, by=by, organization=into, from_organization=old.id, name=old.display_name
    )
    Notification.owe("organization_merged", into.members(), subject=into, activity=activity)
