"""A message owed to a person: owed, sent, failed, dropped; one for each person and event.

A move owes messages in its own transaction; a worker delivers what is due (workers/mail.py). ``event`` and recipient are
unique together, so that owing twice or delivering twice changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    Select,
    String,
    Text,
    UniqueConstraint,
    delete,
    func,
    or_,
    select,
    update,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.database import Base, Dated, db, utc_now

#: What can wait for the next digest, and what a person may switch off. All other kinds are necessary: receipts, decisions,
#: what changes in a need one deals with, the account. These leave at once only for who asked for it (models/rhythm.py).
OPTIONAL = frozenset(
    (
        "alert_found",
        "digest",
        "message_new",
        "need_draft_reminder",
        "need_feedback_asked",
        "need_supported",
        "solution_draft_reminder",
    )
)
#: Of these, what is a message of its own, never a line of a digest.
_WHOLE = ("alert_found", "digest")
_HELD = tuple(sorted(OPTIONAL.difference(_WHOLE)))
#: After so many refusals a message is shown as failed instead of being tried again.
MOST_ATTEMPTS = 5
#: A worker that died while it sent leaves its claim; after this delay another may take the message.
CLAIM_LASTS = timedelta(seconds=60)


@dataclass(frozen=True)
class Addressee:
    """Who reads a mailbox without an account here, with what messages and delivery ask of a reader."""

    email: str
    first_name: str = ""
    locale: str = "fr"
    is_reachable: bool = True
    is_curator: bool = False

    @property
    def name(self) -> str:
        return self.email

    def active_memberships(self) -> list[Any]:
        return []


class Notification(Dated, Base):
    """``kind`` names the pure function of workers/messages.py which words it; ``subject`` is what it speaks of.

    Owed to a person (``recipient``), or to an ``address`` that has no account (invitations).
    """

    __tablename__ = "notification"
    __table_args__ = (
        UniqueConstraint("recipient_id", "event"),
        Index("ix_notification_due", "status", "due_at"),
        CheckConstraint("(recipient_id IS NULL) <> (address IS NULL)", name="one_reader"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    recipient_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"), index=True)
    address: Mapped[str | None] = mapped_column(String(254))
    kind: Mapped[str] = mapped_column(String(40))
    event: Mapped[str] = mapped_column(String(120), index=True)
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
        at: datetime | None = None,
    ) -> list[Notification]:
        """Owe ``kind`` about ``subject`` to each recipient once for this event. Gives the new rows only.

        ``event`` defaults to the activity that caused it; ``after`` leaves time to undo;
        ``at`` is the instant of a batch: who is told the same thing is told at the same instant (rule 2).
        """
        due_at = (at or utc_now()) + after
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
                due_at=due_at,
            )
            for number in wanted
            if number not in known
        ]
        db.session.add_all(rows)
        return rows

    @classmethod
    def owe_to_address(cls, kind: str, address: str, *, subject: Any, event: str) -> None:
        """Owe ``kind`` about ``subject`` to a mailbox, once for this event (the subject's own turn is the lock)."""
        if db.session.scalar(select(cls.id).where(cls.event == event)) is not None:
            return
        db.session.add(
            cls(
                address=address,
                kind=kind,
                event=event,
                subject_type=subject.subject_type,
                subject_id=subject.id,
                status="owed",
            )
        )

    @property
    def reader(self) -> Any:
        """The person, or whoever reads the mails of the address."""
        return self.recipient if self.address is None else Addressee(self.address)

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
    def last_due(cls, kind: str, *, subject: Any) -> datetime | None:
        """When the last message of this kind about ``subject`` left, or will leave."""
        return db.session.scalar(
            select(func.max(cls.due_at)).where(
                cls.kind == kind,
                cls.subject_type == subject.subject_type,
                cls.subject_id == subject.id,
                cls.status.in_(("owed", "sent")),
            )
        )

    @classmethod
    def drop_all(cls) -> None:
        """Nothing that is owed now will leave (the records of a demonstration: their events never happened)."""
        db.session.flush()
        db.session.execute(update(cls).where(cls.status == "owed").values(status="dropped"))

    @classmethod
    def due(cls) -> Select[Notification]:
        """What should leave now, oldest first; claims of dead workers are taken over. What can wait is left for the digest of its
        reader, unless they want it at once."""
        from models.user import User

        now = utc_now()
        at_once = select(User.id).where(User.rhythm == "instant")
        return (
            select(cls)
            .where(cls.status == "owed", cls.due_at <= now)
            .where(or_(cls.kind.not_in(_HELD), cls.recipient_id.in_(at_once)))
            .where(or_(cls.claimed_at.is_(None), cls.claimed_at < now - CLAIM_LASTS))
            .order_by(cls.due_at, cls.id)
        )

    @classmethod
    def held_for(cls, user: Any, until: datetime) -> Select[Notification]:
        """What waited for the digest of this person at that instant, oldest first."""
        return (
            select(cls)
            .where(
                cls.recipient_id == user.id, cls.status == "owed", cls.kind.in_(_HELD), cls.due_at <= until
            )
            .order_by(cls.due_at, cls.id)
        )

    @classmethod
    def drop_held(cls, user: Any) -> None:
        """What waited for the digest of this person will not be told."""
        db.session.execute(
            update(cls)
            .where(
                cls.recipient_id == user.id,
                cls.status == "owed",
                cls.kind.in_(_HELD),
                cls.due_at <= utc_now(),
            )
            .values(status="dropped", trouble="their messages were on pause")
        )

    @classmethod
    def forget_digest(cls, user: Any) -> None:
        """The digest that is owed ahead is owed again at another moment (nobody has begun to send it)."""
        db.session.execute(
            delete(cls).where(
                cls.recipient_id == user.id,
                cls.kind == "digest",
                cls.status == "owed",
                cls.claimed_at.is_(None),
            )
        )

    @classmethod
    def readers_held(cls) -> Select[int | None]:
        """The people for whom something waits."""
        return select(cls.recipient_id).where(cls.status == "owed", cls.kind.in_(_HELD)).distinct()

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
