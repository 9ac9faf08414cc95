"""What the clock does for « J'adopte » and for references: remind a company, let a demand go out, tell the team, ask a commune."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from models import Interest, Notification, Organization, Reference, User, db
from models.calendar import is_working_day
from models.database import PARIS, utc_now
from workers.messages.truth import lately_unanswered
from workers.rows import numbers, one_by_one, take

#: The team reads its list on Monday morning, or on the first working day of the week.
FROM_HOUR = 8


def remind_of_interests() -> int:
    """At five working days without a word, then at ten; a demand that was answered is left alone."""
    return one_by_one(numbers(Interest.waiting()), _remind)


def _remind(number: int) -> None:
    interest = take(Interest, number)
    if interest is not None and interest.reminder_is_due:
        interest.remind()


def expire_interests() -> int:
    """Thirty days without an answer."""
    return one_by_one(numbers(Interest.due_to_expire()), _expire)


def _expire(number: int) -> None:
    interest = take(Interest, number)
    if interest is not None:
        interest.expire()


def tell_team_of_unanswered() -> int:
    """Once a week, when some went out since the last time."""
    now = utc_now().astimezone(PARIS)
    monday = now.date() - timedelta(days=now.weekday())
    worked = [day for day in (monday + timedelta(days=n) for n in range(5)) if is_working_day(day)]
    if now.hour < FROM_HOUR or worked[:1] != [now.date()] or not lately_unanswered():
        return 0
    metropole = select(Organization).where(Organization.kind == "metropole")
    year, week, _day = now.isocalendar()
    return one_by_one(
        numbers(metropole), lambda number: _tell_team(number, f"unanswered_interests:{year}-{week:02d}")
    )


def _tell_team(number: int, event: str) -> None:
    metropole = take(Organization, number)
    Notification.owe(
        "unanswered_interests", db.session.scalars(User.curators()), subject=metropole, event=event
    )


def ask_references() -> int:
    """Communes that came after a company named them."""
    return one_by_one(numbers(Reference.due_to_ask()), _ask)


def _ask(number: int) -> None:
    reference = take(Reference, number)
    if reference is not None and reference.may("ask"):
        reference.ask()
