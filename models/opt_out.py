"""Addresses to which the platform writes no more by itself: companies that asked to be left in peace.

Only a hash of the address is kept, for ever: enough to recognise it, not to write to it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import String, select
from sqlalchemy.orm import Mapped, mapped_column

from models.database import Base, db, utc_now


class OptOut(Base):
    """One address, whatever campaign it was written to by."""

    __tablename__ = "opt_out"

    id: Mapped[int] = mapped_column(primary_key=True)
    email_hash: Mapped[str] = mapped_column(String(64), unique=True)
    at: Mapped[datetime] = mapped_column(default=utc_now)

    @classmethod
    def keep(cls, email: str) -> None:
        """Never write to ``email`` again. Said twice, nothing changes."""
        if email not in cls.among([email]):
            db.session.add(cls(email_hash=_hash(email)))
            db.session.flush()

    @classmethod
    def among(cls, emails: Iterable[str]) -> set[str]:
        """Those of ``emails`` that asked to be left in peace."""
        by_hash = {_hash(email): email for email in emails}
        known = db.session.scalars(select(cls.email_hash).where(cls.email_hash.in_(by_hash)))
        return {by_hash[found] for found in known}


def _hash(email: str) -> str:
    return hashlib.sha256(email.strip().lower().encode()).hexdigest()
