"""Calls for tests, walked to a status through the verbs of the domain."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import time_machine

from models import OpenCall, db
from models.calendar import today_in_paris
from models.database import utc_now
from tests.factories import World


def make_call(world: World, status: str = "open", **fields: Any) -> OpenCall:
    """For communes, from three days ago to twelve days ahead; « announced »: from tomorrow; « closed »: until yesterday."""
    today = today_in_paris()
    first, last = {
        "announced": (today + timedelta(days=1), today + timedelta(days=30)),
        "closed": (today - timedelta(days=60), today - timedelta(days=1)),
        "archived": (today - timedelta(days=60), today - timedelta(days=1)),
    }.get(status, (today - timedelta(days=3), today + timedelta(days=12)))
    values = {
        "title": "Vos irritants du quotidien",
        "text": "Dites ce qui ne marche pas dans vos rues, vos écoles et vos guichets : l’équipe vous aide à l’écrire.",
        "audience": "demand",
        "opens_on": first,
        "closes_on": last,
    }
    world.curator  # noqa: B018 (made now, not in the past)
    with time_machine.travel(utc_now() - timedelta(days=90)):
        call = OpenCall.draft(by=world.curator, **values | fields)
        if status == "discarded":
            call.discard(by=world.curator)
        elif status != "draft":
            call.announce(by=world.curator)
    if status in ("open", "closed", "archived", "withdrawn"):
        call.open()
    if status == "withdrawn":
        call.withdraw(by=world.curator, reason="Le programme qui le portait s’arrête.")
    if status in ("closed", "archived"):
        call.close()
    if status == "archived":
        call.archive(by=world.curator)
    db.session.commit()
    return call
