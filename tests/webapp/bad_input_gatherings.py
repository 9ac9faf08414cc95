"""Forms about events and calls: their cases."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from models import Event
from models.calendar import today_in_paris
from tests.events import make_event, make_registration
from tests.factories import World
from tests.open_calls import make_call
from tests.webapp.bad_input_case import Case


def gathering_cases(world: World) -> dict[str, Case]:
    """Endpoint → its case."""
    return {**_events(world), **_calls(world)}


def _events(world: World) -> dict[str, Case]:
    hours = {"starts": "10:00", "ends": "12 h 30", "link": "https://visio.example/salle"}

    def by_team(make: Callable[[], Any]) -> Case:
        return Case(make, lambda event: world.curator, right=lambda: hours)

    def draft() -> Event:
        return make_event(world, "draft")

    def begun() -> Event:
        return make_registration(world, event=make_event(world, "published")).event

    return {
        "events.register": Case(lambda: make_event(world), lambda event: world.bondy.contributor),
        "events.unregister": Case(begun, lambda event: world.bondy.contributor),
        "events.create": by_team(lambda: None),
        "events.edit": by_team(draft),
        "events.publish": by_team(draft),
        "events.discard": by_team(draft),
        "events.cancel": by_team(lambda: make_event(world)),
        "events.attendance": by_team(begun),
    }


def _calls(world: World) -> dict[str, Case]:
    def by_team(status: str) -> Case:
        return Case(lambda: make_call(world, status), lambda call: world.curator)

    days = {
        "opens_on": f"{today_in_paris()}",
        "closes_on": f"{today_in_paris() + timedelta(days=40)}",
    }
    later = {"closes_on": f"{today_in_paris() + timedelta(days=60)}"}
    return {
        "open_calls.create": Case(lambda: None, lambda call: world.curator, right=lambda: days),
        "open_calls.edit": by_team("draft"),
        "open_calls.announce": by_team("draft"),
        "open_calls.take_back": by_team("announced"),
        "open_calls.extend": Case(
            lambda: make_call(world, "open"), lambda call: world.curator, right=lambda: later
        ),
        "open_calls.withdraw": by_team("open"),
        "open_calls.archive": by_team("closed"),
        "open_calls.discard": by_team("draft"),
        "following.open_call": Case(lambda: make_call(world, "open"), lambda call: world.bondy.contributor),
    }
