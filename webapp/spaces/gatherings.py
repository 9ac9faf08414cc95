"""Where a person is expected, and the calls for which they may write."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm import contains_eager

from models import Membership, Registration, db
from webapp.acting import me
from webapp.open_calls.views import calls_now

EVENTS_SHOWN, CALLS_SHOWN = 4, 3


def gatherings(active: Sequence[Membership]) -> dict[str, Any]:
    """``coming``: registrations, the next event first; ``calls``: those of the first side of these organisations (a commune may
    offer solutions too, but is not called upon for them here)."""
    coming = Registration.coming(me()).options(contains_eager(Registration.event)).limit(EVENTS_SHOWN)
    sides = {membership.organization.sides[0] for membership in active}
    calls = [call for call in calls_now() if call.audience in sides]
    return {"coming": db.session.scalars(coming).all(), "calls": calls[:CALLS_SHOWN]}
