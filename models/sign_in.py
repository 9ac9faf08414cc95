"""Sessions kept in the database, so that signing out, a new password or a closed account really end them (ASVS 7.4).

The browser holds 256 random bits, the table only their hash. Attempts are counted here too: the count must hold when
Redis does not.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, Select, String, func, select, update
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.database import Base, db, utc_now

IDLE = timedelta(hours=8)
IDLE_STAFF = timedelta(minutes=30)
LONGEST = timedelta(hours=12)
#: Writing "seen" on each page would take the write lock for nothing.
SEEN_EVERY = timedelta(minutes=2)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


class SignIn(Base):
    """One browser where a person is signed in. ``contents``: what Flask's session holds (CSRF token, messages)."""

    __tablename__ = "sign_in"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    contents: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    started_at: Mapped[datetime] = mapped_column(default=utc_now)
    seen_at: Mapped[datetime] = mapped_column(default=utc_now)
    ended_at: Mapped[datetime | None]
    browser: Mapped[str] = mapped_column(String(200), default="")
    address: Mapped[str] = mapped_column(String(45), default="")

    user = relationship("User")

    @classmethod
    def start(cls, user: Any, *, browser: str = "", address: str = "") -> tuple[SignIn, str]:
        """A new session and its token (256 bits, URL-safe), which is told once and never stored."""
        token = secrets.token_urlsafe(32)
        sign_in = cls(
            token_hash=_hash(token), user_id=user.id, contents={}, browser=browser[:200], address=address[:45]
        )
        user.last_seen_at = utc_now()
        db.session.add(sign_in)
        db.session.flush()
        return sign_in, token

    @classmethod
    def by_token(cls, token: str) -> Select[SignIn]:
        return select(cls).where(cls.token_hash == _hash(token), cls.ended_at.is_(None))

    @classmethod
    def living(cls, user: Any) -> Select[SignIn]:
        """The person's sessions that can still be used, latest first."""
        return (
            select(cls)
            .where(cls.user_id == user.id, cls.ended_at.is_(None), cls.started_at > utc_now() - LONGEST)
            .order_by(cls.seen_at.desc())
        )

    @property
    def is_living(self) -> bool:
        """Not ended, not idle too long (30 minutes for the Métropole's team, 8 hours else), not older than 12 hours."""
        now = utc_now()
        idle = IDLE_STAFF if self.user.is_curator else IDLE
        return self.ended_at is None and now - self.seen_at < idle and now - self.started_at < LONGEST

    @property
    def needs_seen(self) -> bool:
        return utc_now() - self.seen_at > SEEN_EVERY

    def end(self) -> None:
        """What it held is forgotten with it."""
        self.ended_at, self.contents = utc_now(), {}

    @classmethod
    def end_all(cls, user: Any, *, keep: SignIn | None = None) -> None:
        """End every session of a person, but ``keep``."""
        db.session.execute(
            update(cls)
            .where(cls.user_id == user.id, cls.ended_at.is_(None), cls.id != (keep.id if keep else 0))
            .values(ended_at=utc_now(), contents={})
        )


class SignInAttempt(Base):
    """A refused attempt, by account and by address; counted over a sliding window."""

    __tablename__ = "sign_in_attempt"
    __table_args__ = (Index("ix_sign_in_attempt_key_at", "key", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(default=utc_now)

    MOST: int = 10
    WINDOW = timedelta(minutes=5)

    @staticmethod
    def key_for(kind: str, value: str) -> str:
        return _hash(f"{kind}:{value.strip().lower()}")

    @classmethod
    def too_many(cls, kind: str, value: str) -> bool:
        """Ten refusals in five minutes for this account or address (Warehouse's figures)."""
        recent = select(func.count(cls.id)).where(
            cls.key == cls.key_for(kind, value), cls.at > utc_now() - cls.WINDOW
        )
        return (db.session.scalar(recent) or 0) >= cls.MOST

    @classmethod
    def note(cls, kind: str, value: str) -> None:
        db.session.add(cls(key=cls.key_for(kind, value)))
