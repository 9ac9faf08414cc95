"""Events as time passes: who comes is reminded seven days and one day before, and what is over is past."""

from __future__ import annotations

from functools import partial

from models import Event, Notification, Registration, db
from models.database import reading_only
from models.registration import REMIND_BEFORE
from workers.rows import numbers, one_by_one, take


def end_past_events() -> None:
    """Events whose last minute has passed."""
    one_by_one(numbers(Event.due_to_end()), lambda number: db.session.get_one(Event, number).end())


def remind_of_events() -> int:
    """Each person with a place, once for each of REMIND_BEFORE; who asked for it since then is not reminded at that step."""
    return sum(one_by_one(_due(days), partial(_remind, days)) for days in REMIND_BEFORE)


def _due(days: int) -> list[int]:
    with reading_only():
        due = db.session.scalars(Registration.due_to_remind(days))
        found = [registration.id for registration in due if registration.is_reminded(days)]
        db.session.rollback()
    return found


def _remind(days: int, number: int) -> None:
    registration = take(Registration, number)
    if registration is not None and registration.status == "registered":
        # The hour is part of it: an event that moves is another one to be reminded of.
        event = f"event_reminder:{number}:{registration.event.starts_at:%Y%m%dT%H%M}:{days}"
        Notification.owe("event_reminder", [registration.user], subject=registration, event=event)
