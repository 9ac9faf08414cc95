"""A message owed to a person: owed, sent, failed, dropped; one for each person and event.

A move owes messages in its own transaction; a worker delivers what is due (workers/mail.py). ``event`` and recipient are
unique together, so that owing twice or delivering twice changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ForeignKey, Index, Select, String, Text, UniqueConstraint, or_, select, update
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.database import Base, Dated, db, utc_now

#: After so many refusals a message is shown as failed instead of being tried again.
MOST_ATTEMPTS = 5
#: A worker that died while it sent leaves its claim; after this delay another may take the message.
CLAIM_LASTS = timedelta(seconds=60)


class Notification(Dated, Base):
    """``kind`` names the pure function of workers/messages.py which words it; ``subject`` is what it speaks of."""

    __tablename__ = "notification"
    __table_args__ = (
        UniqueConstraint("recipient_id", "event"),
        Index("ix_notification_due", "status", "due_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    recipient_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    kind: Mapped[str] = mapped_column(String(40))
    event: Mapped[str] = mapped_column(String(120))
    subject_type: Mapped[str] = mapped_column(String(24))
    subject_id: Mapped[int]
    activity_id: Mapped[int | None] = mapped_column(ForeignKey("activity.id"))
    status: Mapped[str] = mapped_column(String(12), default="owed")  # owed, sent, failed, dropped
    due_at: Mapped[datetime] = mapped_column(default=utc_now)
    claimed_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    sent_at: Mapped[datetime | None]
    trouble: Mapped[str | None] = mapped_column(Text)

    recipient = relationship("User", foreign_keys=[recipient_id])
    activity = relationship("Activity", foreign_keys=[activity_id])

    @classmethod
    def owe(
        cls,
        kind: str,
        recipients: Iterable[Any],
        *,
        subject: Any,
        activity: Any = None,
        event: str | None = None,
        after: timedelta = timedelta(0),
    ) -> list[Notification]:
        """Owe ``kind`` about ``subject`` to each recipient once for this event. Gives the new rows only.

        ``event`` defaults to the activity that caused it; ``after`` leaves time to undo.
        """
        event = event or f"{kind}:{subject.subject_type}:{subject.id}:{activity.id if activity else 0}"
        wanted = {user.id: user for user in recipients if user is not None and user.is_reachable}
        known = set(db.session.scalars(select(cls.recipient_id).where(cls.event == event)))
        rows = [
            cls(
                recipient_id=number,
                kind=kind,
                event=event,
                subject_type=subject.subject_type,
                subject_id=subject.id,
                activity_id=activity.id if activity else None,
                status="owed",
                due_at=utc_now() + after,
            )
            for number in wanted
            if number not in known
        ]
        db.session.add_all(rows)
        return rows

    @classmethod
    def drop(cls, *kinds: str, subject: Any) -> None:
        """Messages of these kinds about ``subject`` that have not left will not leave (an undo)."""
        db.session.execute(
            update(cls)
            .where(
                cls.kind.in_(kinds), cls.subject_type == subject.subject_type, cls.subject_id == subject.id
            )
            .where(cls.status == "owed")
            .values(status="dropped")
        )

    @classmethod
    def waiting(cls, kind: str, *, subject: Any) -> Select[Notification]:
        """Messages of this kind about ``subject`` which nobody has begun to send."""
        return select(cls).where(
            cls.kind == kind,
            cls.subject_type == subject.subject_type,
            cls.subject_id == subject.id,
            cls.status == "owed",
            cls.claimed_at.is_(None),
        )

    @classmethod
    def drop_all(cls) -> None:
        """Nothing that is owed now will leave (the records of a demonstration: their events never happened)."""
        db.session.flush()
        db.session.execute(update(cls).where(cls.status == "owed").values(status="dropped"))

    @classmethod
    def due(cls) -> Select[Notification]:
        """What should leave now, oldest first; claims of dead workers are taken over."""
        now = utc_now()
        return (
            select(cls)
            .where(cls.status == "owed", cls.due_at <= now)
            .where(or_(cls.claimed_at.is_(None), cls.claimed_at < now - CLAIM_LASTS))
            .order_by(cls.due_at, cls.id)
        )

    def claim(self) -> bool:
        """Take this message for delivery; False when another worker has it or it left. Commit before sending."""
        now = utc_now()
        taken: Any = db.session.execute(
            update(Notification)
            .where(Notification.id == self.id, Notification.status == "owed")
            .where(or_(Notification.claimed_at.is_(None), Notification.claimed_at < now - CLAIM_LASTS))
            .values(claimed_at=now, attempts=Notification.attempts + 1)
            .execution_options(synchronize_session=False)
        )
        db.session.expire(self)
        return bool(taken.rowcount)

    def mark_sent(self) -> None:
        self.status, self.sent_at, self.trouble = "sent", utc_now(), None

    def mark_dropped(self, why: str) -> None:
        """It is no longer true (withdrawn, undone): it will not leave."""
        self.status, self.trouble = "dropped", why

    def put_back(self, trouble: str) -> None:
        """The mail server could not be reached: not this message's fault, so the attempt does not count."""
        self.trouble, self.claimed_at, self.attempts = trouble[:500], None, max(0, self.attempts - 1)

    def mark_trouble(self, trouble: str, *, final: bool) -> None:
        """It could not be sent. Tried again later (1, 2, 4, 8 minutes) unless ``final`` or tried often enough."""
        self.trouble = trouble[:500]
        self.claimed_at = None
        if final or self.attempts >= MOST_ATTEMPTS:
            self.status = "failed"
        else:
            self.due_at = utc_now() + timedelta(minutes=2 ** (self.attempts - 1))
