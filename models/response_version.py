"""What a company sent, word for word: written at each sending, read by the commune, never changed.

The row of the response is where the company goes on writing; others read the last version that was sent. A receipt
prints its number, its instant and the beginning of its fingerprint, so that each side can prove what was sent and when.
"""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import JSON, ForeignKey, String, UniqueConstraint, event
from sqlalchemy.orm import Mapped, Mapper, mapped_column, object_session, relationship

from models.database import Base, utc_now

if TYPE_CHECKING:
    from models.response import Response
    from models.user import User


class ResponseVersion(Base):
    """``contents``: the fields of the response by name, ``solution_id`` for its solution. ``sha256``: of these contents."""

    __tablename__ = "response_version"
    __table_args__ = (UniqueConstraint("response_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    response_id: Mapped[int] = mapped_column(ForeignKey("response.id"), index=True)
    number: Mapped[int]
    contents: Mapped[dict[str, Any]] = mapped_column(JSON)
    sha256: Mapped[str] = mapped_column(String(64))
    submitted_at: Mapped[datetime] = mapped_column(default=utc_now)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))

    response: Mapped[Response] = relationship(back_populates="versions")
    by: Mapped[User | None] = relationship()

    @property
    def short_hash(self) -> str:
        """The first sixteen signs of the fingerprint, for a receipt."""
        return self.sha256[:16]


def fingerprint(contents: dict[str, Any]) -> str:
    """SHA-256 of ``contents`` in one canonical writing."""
    words = json.dumps(contents, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(words.encode()).hexdigest()


def refuse_changes(mapper: Mapper[Any], connection: Any, version: Any) -> None:
    session = object_session(version)
    if session is not None and session.is_modified(version):
        raise ValueError(f"{type(version).__name__} is append-only")


event.listen(ResponseVersion, "before_update", refuse_changes)
