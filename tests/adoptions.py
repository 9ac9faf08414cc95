"""Demands « J'adopte » and references for tests, walked to a status through the verbs of the domain."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import time_machine

from models import Interest, Reference, Solution, db
from models.calendar import today_in_paris
from models.database import utc_now
from tests.factories import World

MESSAGE = "Nous avons deux cents corbeilles de rue et voudrions voir comment cela marche."


def make_interest(
    world: World, status: str = "sent", *, solution: Solution | None = None, **fields: Any
) -> Interest:
    """Bagnolet asks Ultrason for a demonstration. ``meeting_over``: planned, and the hour is past."""
    buyer, supplier = world.bagnolet, world.startup
    if status == "meeting_over":
        with time_machine.travel(utc_now() - timedelta(days=5)):
            return make_interest(world, "meeting_planned", solution=solution, **fields)
    interest = Interest.send(
        solution=solution or world.solution(), organization=buyer.organization, by=fields.pop("by", buyer.contributor),
        **{"wish": "demo", "message": MESSAGE} | fields,
    )  # fmt: skip
    for verb in _walk(buyer, supplier, status):
        verb(interest)
    db.session.commit()
    return interest


def _walk(buyer: Any, supplier: Any, status: str) -> list[Any]:
    def plan(interest: Interest) -> None:
        day = utc_now() + timedelta(days=3)
        interest.plan(by=buyer.contributor, organization=buyer.organization, meeting_at=day, place="Mairie")

    def meet(interest: Interest) -> None:
        with time_machine.travel(utc_now() + timedelta(days=4)):
            interest.meet(by=buyer.contributor, notes="Le capteur tient au gel.")

    acknowledge = [lambda i: i.acknowledge(by=supplier.contributor)]
    why = "Le calendrier ne nous convient pas cette année."
    return {
        "sent": [],
        "acknowledged": acknowledge,
        "meeting_planned": [*acknowledge, plan],
        "met": [*acknowledge, plan, meet],
        "converted": [
            *acknowledge,
            lambda i: i.convert(by=buyer.validator, conversion="purchase", may_be_cited=True),
        ],
        "no_followup": [lambda i: i.stop(by=buyer.contributor, reason=why)],
        "declined": [lambda i: i.decline(by=supplier.contributor, reason_code="timing", reason=why)],
        "expired": [_expire],
        "void": [lambda i: i.void()],
    }[status]


def _expire(interest: Interest) -> None:
    with time_machine.travel(utc_now() + timedelta(days=31)):
        interest.expire()


def make_reference(world: World, status: str = "asked", **fields: Any) -> Reference:
    """Ultrason names Bagnolet, which is here; « declared » names a body that is not."""
    said = {
        "label": "Bagnolet" if status != "declared" else "Ville de Nulle-Part",
        "year": today_in_paris().year,
        "kind": "pilot",
    }
    world.bagnolet  # noqa: B018 (it must be here to be asked)
    reference = Reference.declare(
        solution=fields.pop("solution", None) or world.solution(),
        by=world.startup.contributor,
        **said | fields,
    )
    match status:
        case "confirmed":
            reference.confirm(by=world.bagnolet.contributor)
        case "contested":
            reference.contest(by=world.bagnolet.contributor, reason="Nous n’avons fait qu’une visite.")
        case "withdrawn":
            reference.withdraw(by=world.startup.contributor)
    db.session.commit()
    return reference
