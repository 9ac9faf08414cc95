"""Which version of a response one person of the commune has read, so that each sees what is new to them alone."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import ForeignKey, UniqueConstraint, select
from sqlalchemy.orm import Mapped, mapped_column

from models.database import Base, db, utc_now

if TYPE_CHECKING:
    from models.response import Response
    from models.user import User


class ResponseReading(Base):
    """A mark in the margin, no act: it is not in the journal, and nobody else reads it."""

    __tablename__ = "response_reading"
    __table_args__ = (UniqueConstraint("response_id", "user_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    response_id: Mapped[int] = mapped_column(ForeignKey("response.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    version: Mapped[int]
    read_at: Mapped[datetime] = mapped_column(default=utc_now)

    @classmethod
    def note(cls, response: Response, *, by: User) -> None:
        """``by`` has the last version that was sent before their eyes."""
        assert response.sent is not None, "what was not sent is read by nobody"
        known = db.session.scalar(select(cls).where(cls.response_id == response.id, cls.user_id == by.id))
        if known is None:
            known = cls(response_id=response.id, user_id=by.id, version=response.sent.number)
            db.session.add(known)
        if known.version != response.sent.number:
            known.version, known.read_at = response.sent.number, utc_now()

    @classmethod
    def versions_read(cls, responses: Iterable[Response], *, by: User) -> dict[int, int]:
        """Response number → the version that ``by`` read last; a response that is not there was never opened."""
        numbers = [response.id for response in responses]
        rows = db.session.execute(
            select(cls.response_id, cls.version).where(cls.user_id == by.id, cls.response_id.in_(numbers))
        )
        return {row.response_id: row.version for row in rows}
