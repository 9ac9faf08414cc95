"""One person at one event: has a place, waits for one, gave it back, came. Read by themselves and by the team alone.

event.register(by=agent)                              # a place, or the end of the waiting list
event.unregister(by=agent)                            # whoever waited longest has the place, and a message
Registration.attended_between(first_day, last_day)    # K3 (R216): who came to the events of these days
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import ForeignKey, Select, UniqueConstraint, exists, or_, select
from sqlalchemy.orm import Mapped, contains_eager, mapped_column, relationship

from models.calendar import ONE_DAY, at_paris
from models.database import Base, Dated, db, utc_now
from models.event import Event
from models.event_lifecycle import REGISTRATION
from models.lifecycle import HasLifecycle

if TYPE_CHECKING:
    from models.user import User

#: Days before an event on which who comes is reminded of it (model §14).
REMIND_BEFORE = (7, 1)
_ABOUT_A_PLACE = ("event_registered", "event_waitlisted", "event_promoted", "event_reminder")


class Registration(Dated, HasLifecycle, Base):
    """``registered_at``: since when they are expected, or wait: the order of the waiting list."""

    __tablename__ = "registration"
    __table_args__ = (UniqueConstraint("event_id", "user_id"),)
    lifecycle = REGISTRATION
    subject_type = "registration"

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    registered_at: Mapped[datetime] = mapped_column(default=utc_now, index=True)
    attended_at: Mapped[datetime | None]

    event: Mapped[Event] = relationship()
    user: Mapped[User] = relationship()

    @classmethod
    def begin(cls, *, event: Event, by: User) -> Registration:
        """A place, or a line of the waiting list (Event.register holds the turn and checked that it takes people)."""
        from models.notification import Notification

        waits = event.is_full
        registration = cls(event=event, user=by)
        db.session.add(registration)
        registration._begin("waitlisted" if waits else "registered", by=by)
        if waits:
            Notification.owe("event_waitlisted", [by], subject=registration)
        else:
            Notification.owe("event_registered", [by], subject=registration)
        return registration

    def come_back(self, *, by: User) -> None:
        """Whoever gave the place back wants one again: as if they came for the first time."""
        self._move("come_back", by=by)

    def cancel(self, *, by: User) -> None:
        """Event.unregister, which gives the place on, is what pages call. A confirmation that has not left does not leave."""
        from models.notification import Notification

        self._move("cancel", by=by)
        Notification.drop(*_ABOUT_A_PLACE, subject=self)

    def promote(self) -> None:
        """A place was given back. Raises NotReady where there is none."""
        self._move("promote", by=None)

    def attend(self, *, by: User) -> None:
        """The team saw them, whether or not they had a place. Raises NotReady before the event begins."""
        self._move("attend", by=by)

    def unattend(self, *, by: User) -> None:
        """A wrong tick."""
        self._move("unattend", by=by)

    @classmethod
    def of(cls, event: Event, *statuses: str) -> Select[Registration]:
        """Registrations of an event (of these statuses, or all), in the order of their asking."""
        mine = select(cls).where(cls.event_id == event.id).order_by(cls.registered_at, cls.id)
        return mine.where(cls.status.in_(statuses)) if statuses else mine

    @classmethod
    def find(cls, event: Event, user: User) -> Registration | None:
        return db.session.scalar(select(cls).where(cls.event_id == event.id, cls.user_id == user.id))

    @classmethod
    def coming(cls, user: User) -> Select[Registration]:
        """Events ahead where this person is expected or waits, the next one first."""
        return (
            select(cls)
            .join(Event, Event.id == cls.event_id)
            .where(cls.user_id == user.id, cls.status.in_(("registered", "waitlisted")))
            .where(Event.status == "published", Event.ends_at > utc_now())
            .order_by(Event.starts_at, Event.id)
        )

    @classmethod
    def due_to_remind(cls, days: int) -> Select[Registration]:
        """Places at events that begin within ``days`` days (a week before: not those of the last day), whose person has not
        been reminded at this step since the event last moved."""
        from models.notification import Notification

        now = utc_now()
        last = timedelta(0) if days == min(REMIND_BEFORE) else timedelta(days=min(REMIND_BEFORE))
        told = exists().where(
            Notification.kind == "event_reminder",
            Notification.subject_id == cls.id,
            Notification.event.endswith(f":{days}"),
            or_(Event.changed_at.is_(None), Notification.created_at > Event.changed_at),
        )
        return (
            select(cls)
            .join(Event, Event.id == cls.event_id)
            .options(contains_eager(cls.event))
            .where(cls.status == "registered", Event.status == "published", ~told)
            .where(Event.starts_at > now + last, Event.starts_at <= now + timedelta(days=days))
            .order_by(cls.id)
        )

    def is_reminded(self, days: int) -> bool:
        """Whether the place was asked for before that day: who has just asked needs no reminder."""
        return self.registered_at <= self.event.starts_at - timedelta(days=days)

    @classmethod
    def attended_between(cls, first_day: date, last_day: date) -> Select[Registration]:
        """Who came to the events that began on these days of Paris, both included: participants of K3 (R216).

        Somebody who came to two events is counted twice: the indicator counts participants, not people.
        """
        return (
            select(cls)
            .join(Event, Event.id == cls.event_id)
            .where(cls.status == "attended")
            .where(
                Event.starts_at >= at_paris(first_day, 0), Event.starts_at < at_paris(last_day + ONE_DAY, 0)
            )
            .order_by(Event.starts_at, cls.id)
        )
