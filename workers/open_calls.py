"""Calls open and close by themselves at midnight in Paris; whoever writes for one is reminded that it ends."""

from __future__ import annotations

from models import Notification, OpenCall, db
from workers.queue import ring
from workers.rows import numbers, one_by_one, take


def keep_calls() -> None:
    """Open what begins today, close what ended yesterday. Run twice, nothing more happens."""
    opened = one_by_one(numbers(OpenCall.due_to_open()), _open)
    one_by_one(numbers(OpenCall.due_to_close()), _close)
    if opened:
        ring("deliver_notifications")
        db.session.commit()


def _open(number: int) -> None:
    call = take(OpenCall, number)
    # Taken back meanwhile, or open already.
    if call is not None and call.status == "announced":
        call.open()


def _close(number: int) -> None:
    call = take(OpenCall, number)
    # Extended meanwhile: its guard says no.
    if call is not None and call.status == "open":
        call.close()


def remind_of_calls() -> int:
    """Whoever has a draft in a call which ends in so many days (models/open_call.py: REMIND_BEFORE)."""
    return one_by_one(numbers(OpenCall.due_to_remind()), _remind)


def _remind(number: int) -> None:
    call = take(OpenCall, number)
    if call is not None and call.is_open:
        event = f"call_deadline:{number}:{call.closes_on}:{call.days_left}"
        Notification.owe("call_deadline", call.writers(), subject=call, event=event)
