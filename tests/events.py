"""Events and registrations for tests, walked to a status through the verbs of the domain."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from datetime import timedelta
from typing import Any

import time_machine

from models import Event, Registration, db
from models.calendar import at_paris, today_in_paris
from models.database import utc_now
from tests.factories import World

REASON = "La salle n’est plus disponible ce jour-là."
LINK = "https://visio.example/salle-42"


def make_event(world: World, status: str = "published", **fields: Any) -> Event:
    """A meeting in Bondy in ten days from 10 to 12; one that is « past » was last week."""
    day = today_in_paris() + timedelta(days=10)
    values = {
        "title": "Matinée des irritants",
        "kind": "meetup",
        "description": "On raconte trois irritants, des entreprises disent ce qu’elles feraient, puis on déjeune.",
        "starts_at": at_paris(day, 10),
        "ends_at": at_paris(day, 12),
        "place": "Hôtel de ville de Bondy",
        "link": LINK,
        "capacity": 40,
    }
    with _lately(world) if status == "past" else nullcontext():
        event = Event.draft(by=world.curator, **_shifted(values, status) | fields)
        if status == "discarded":
            event.discard(by=world.curator)
        elif status != "draft":
            event.publish(by=world.curator)
        if status == "cancelled":
            event.cancel(by=world.curator, reason=REASON)
    if status == "past":
        event.end()
    db.session.commit()
    return event


def _lately(world: World) -> AbstractContextManager[Any]:
    world.curator  # noqa: B018 (made now, not then)
    return time_machine.travel(utc_now() - timedelta(days=20))


def _shifted(values: dict[str, Any], status: str) -> dict[str, Any]:
    if status == "past":
        values["starts_at"] -= timedelta(days=17)
        values["ends_at"] -= timedelta(days=17)
    return values


def make_registration(
    world: World, status: str = "registered", *, event: Event | None = None
) -> Registration:
    """Of somebody of Bondy, who waits when the last place is taken."""
    event = event or make_event(world, capacity=1 if status == "waitlisted" else 40)
    if status == "waitlisted":
        event.register(by=world.user("Première"))
    person = world.bondy.contributor
    registration = event.register(by=person)
    if status == "cancelled":
        event.unregister(by=person)
    if status == "attended":
        with time_machine.travel(event.starts_at + timedelta(hours=1)):
            registration.attend(by=world.curator)
    db.session.commit()
    return registration
