"""Evaluations and groups of suppliers for tests, through the verbs of the domain."""

from __future__ import annotations

from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

from models import ConsortiumMember, Need, Response, Shortlist, User, db
from models.evaluation import DEFAULT_CRITERIA
from models.evaluation_sheet import LEAST_COMMENT

WHY = "Elle tient compte du week-end et des points sensibles."
assert len(WHY) >= LEAST_COMMENT


def make_compared(world: Any, owners: tuple[SimpleNamespace, ...] = (), **fields: Any) -> Need:
    """A need of Bagnolet, closed, with a response of each of ``owners`` (Ultrason and Autre Piste), read by nobody."""
    need = world.need(**fields)
    for owner in owners or (world.startup, world.rival):
        world.response(need, owner, "submitted")
    need.close()
    db.session.commit()
    return need


def make_evaluation(
    world: Any, need: Need | None = None, status: str = "draft", *, declared: bool = True
) -> Shortlist:
    """With the criteria that are offered; ``declared``: two people of the commune said that they have no tie. Locked or shared:
    each of the two gave a 4 for everything."""
    need = need or make_compared(world)
    shortlist = Shortlist.begin(need, by=world.bagnolet.contributor, criteria=DEFAULT_CRITERIA)
    for person in (
        (world.bagnolet.contributor, world.bagnolet.validator) if declared or status != "draft" else ()
    ):
        shortlist.declare(by=person, conflict=False)
        if status != "draft":
            for response in shortlist.responses():
                mark_all(shortlist, response, person, 4)
    if status != "draft":
        shortlist.lock(by=world.bagnolet.validator)
    if status == "shared":
        shortlist.share(by=world.bagnolet.validator)
    db.session.commit()
    return shortlist


def mark_all(
    shortlist: Shortlist, response: Response, person: User, value: int, other: Mapping[int, int] | None = None
) -> None:
    """``value`` for each criterion, but those of ``other`` (position → value), with the same reason everywhere."""
    marks = {c.id: ((other or {}).get(c.position, value), WHY) for c in shortlist.criteria}
    shortlist.mark(response, by=person, marks=marks)
    db.session.commit()


def make_partner(world: Any, status: str = "invited", response: Response | None = None) -> ConsortiumMember:
    """Ultrason answers, and invites Autre Piste."""
    response = response or world.response(status="draft")
    lead, partner = response.author, world.rival.contributor
    member = ConsortiumMember.invite(
        response, organization=world.rival.organization, part="Pose les capteurs et les entretient.", by=lead
    )
    for verb in {"accepted": ["accept"], "refused": ["refuse"], "left": ["accept", "leave"]}.get(status, []):
        getattr(member, verb)(by=partner)
    if status == "removed":
        member.remove(by=lead)
    db.session.commit()
    return member
