"""The journal: who did what to what, when, why. Append only, each row sealed with the hash of the one before.

A row is sealed just before it is written (``before_flush``), under the numbering lock, so two transactions cannot seal
on the same predecessor. Changing or deleting a row is refused here and by triggers of the database (migrations).
"""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from secrets import token_hex
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, Select, String, event, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from models.database import Base, db, lock_for_numbering, utc_now
from models.errors import RuleViolation

#: Kinds whose acts keep somebody's name back while the register shows their seal: without chance in it, who knows the rest of
#: the act would try every name until the seal comes out.
GUESSABLE = ("question", "response", "match", "interest")


class Activity(Base):
    """One act. ``subject_type``/``subject_id`` name its object, ``need_id`` the sourcing register it belongs to."""

    __tablename__ = "activity"
    __table_args__ = (Index("ix_activity_subject", "subject_type", "subject_id"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(default=utc_now, index=True)
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    organization_id: Mapped[int | None] = mapped_column(ForeignKey("organization.id"))
    action: Mapped[str] = mapped_column(String(40))
    subject_type: Mapped[str] = mapped_column(String(24))
    subject_id: Mapped[int]
    need_id: Mapped[int | None] = mapped_column(ForeignKey("need.id"), index=True)
    before: Mapped[str | None] = mapped_column(String(24))
    after: Mapped[str | None] = mapped_column(String(24))
    details: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    previous_hash: Mapped[str] = mapped_column(String(64), default="")
    hash: Mapped[str] = mapped_column(String(64), default="")

    actor = relationship("User", foreign_keys=[actor_id])
    organization = relationship("Organization", foreign_keys=[organization_id])

    @property
    def is_anonymous(self) -> bool:
        """Whether who acted is nobody’s business: a question is asked without a name (domain model §8).

        What prints such an act shows « une entreprise »: neither the person, nor the organisation, nor the details.
        """
        return self.subject_type == "question" and self.action in ("create", "hand_over")

    @classmethod
    def record(
        cls,
        action: str,
        subject: Any,
        *,
        by: Any,
        organization: Any = None,
        before: str | None = None,
        after: str | None = None,
        **details: Any,
    ) -> Activity:
        """Write down one act on ``subject`` (which gets its number first). ``by`` None: the platform."""
        session = db.session
        if subject.subject_type in GUESSABLE:
            details["salt"] = token_hex(16)
        session.add(subject)
        session.flush()
        activity = cls(
            at=utc_now(),
            action=action,
            subject_type=subject.subject_type,
            subject_id=subject.id,
            need_id=getattr(subject, "activity_need_id", None),
            actor_id=by.id if by else None,
            organization_id=organization.id if organization else None,
            before=before,
            after=after,
            details=details,
        )
        session.add(activity)
        session.flush()
        return activity

    @classmethod
    def of(cls, subject: Any) -> Select[Activity]:
        """The acts on ``subject``, oldest first."""
        return (
            select(cls)
            .where(cls.subject_type == subject.subject_type, cls.subject_id == subject.id)
            .order_by(cls.id)
        )

    @classmethod
    def since(cls, number: int) -> Select[Activity]:
        """The acts from ``number`` on, itself included, in order: what changed since a reader last looked.

        Numbers are given under a lock and each act is written with what it changed, so none becomes visible late. The row of
        ``number`` itself comes too: when its hash is another, this is no longer the journal that was read.
        """
        return select(cls).where(cls.id >= number).order_by(cls.id)

    @classmethod
    def seal_of(cls, number: int) -> Select[str]:
        """The seal of one act, from the database; nothing when there is no such act."""
        return select(cls.hash).where(cls.id == number)

    def seal(self, previous_hash: str) -> str:
        """The hash of this row's contents and of the row before it (SHA-256, hexadecimal)."""
        contents = [
            previous_hash,
            self.id,
            self.at.isoformat(timespec="microseconds"),
            self.actor_id,
            self.organization_id,
            self.action,
            self.subject_type,
            self.subject_id,
            self.need_id,
            self.before,
            self.after,
            self.details,
        ]
        return hashlib.sha256(json.dumps(contents, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def last_seal(session: Session) -> tuple[int, str]:
    """Number and seal of the last act: they vouch for the whole journal up to there."""
    last = session.execute(select(Activity.id, Activity.hash).order_by(Activity.id.desc()).limit(1)).first()
    return (last.id, last.hash) if last else (0, "")


def broken_seals(session: Session) -> list[int]:
    """Numbers of the rows whose contents or predecessor were changed after the fact; empty when the journal is whole."""
    broken, previous = [], ""
    # A few at a time: the journal may be longer than memory.
    whole = select(Activity).order_by(Activity.id).execution_options(yield_per=1000)
    for activity in session.scalars(whole):
        if activity.previous_hash != previous or activity.hash != activity.seal(previous):
            broken.append(activity.id)
        previous = activity.hash
    return broken


@event.listens_for(Session, "before_flush")
def _seal_new_activities(session: Session, context: Any, instances: Any) -> None:
    if any(isinstance(row, Activity) for row in session.deleted) or any(
        isinstance(row, Activity) and session.is_modified(row) for row in session.dirty
    ):
        raise RuleViolation("Le journal ne se modifie pas.")
    fresh = [row for row in session.new if isinstance(row, Activity)]
    if not fresh:
        return
    with session.no_autoflush:
        lock_for_numbering(session, "activity")
        number, previous = last_seal(session)
    for row in fresh:
        number += 1
        row.id, row.previous_hash = number, previous
        previous = row.hash = row.seal(previous)
