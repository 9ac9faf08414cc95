"""What one person of the commune writes in an evaluation: whether they may take part, and a mark by criterion and response."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.database import Base, Dated, utc_now
from models.marks import HIGHEST, LEAST_COMMENT, LOWEST, must_be_explained

if TYPE_CHECKING:
    from models.evaluation import Shortlist
    from models.user import User

LONGEST_LABEL, LONGEST_COMMENT = 120, 1000


class Criterion(Base):
    """``weight``: out of one hundred for all the criteria of one evaluation."""

    __tablename__ = "criterion"
    __table_args__ = (UniqueConstraint("shortlist_id", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    shortlist_id: Mapped[int] = mapped_column(ForeignKey("shortlist.id"))
    position: Mapped[int]
    label: Mapped[str] = mapped_column(String(LONGEST_LABEL))
    weight: Mapped[int]

    shortlist: Mapped[Shortlist] = relationship(back_populates="criteria")


class Score(Dated, Base):
    """A mark of one person. ``version``: of the response that was read. Without ``value`` it is only begun."""

    __tablename__ = "score"
    __table_args__ = (
        UniqueConstraint("criterion_id", "response_id", "user_id"),
        CheckConstraint(f"value BETWEEN {LOWEST} AND {HIGHEST}", name="value_in_bounds"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    criterion_id: Mapped[int] = mapped_column(ForeignKey("criterion.id"))
    response_id: Mapped[int] = mapped_column(ForeignKey("response.id"), index=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    value: Mapped[int | None]
    comment: Mapped[str] = mapped_column(Text, default="")
    version: Mapped[int]

    criterion: Mapped[Criterion] = relationship()
    user: Mapped[User] = relationship()

    @property
    def is_complete(self) -> bool:
        """With a mark, and a comment where the mark asks for one."""
        return self.value is not None and not (must_be_explained(self.value) and self.lacks_comment)

    @property
    def lacks_comment(self) -> bool:
        return len(self.comment.strip()) < LEAST_COMMENT


class ConflictDeclaration(Base):
    """Before the first mark each person says whether a tie binds them to one of the companies; who has one does not mark.

    ``reason`` stays here: the journal keeps that there was a tie, never which.
    """

    __tablename__ = "conflict_declaration"
    __table_args__ = (UniqueConstraint("shortlist_id", "user_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    shortlist_id: Mapped[int] = mapped_column(ForeignKey("shortlist.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    conflict: Mapped[bool]
    reason: Mapped[str] = mapped_column(Text, default="")
    at: Mapped[datetime] = mapped_column(default=utc_now)

    shortlist: Mapped[Shortlist] = relationship(back_populates="declarations")
    user: Mapped[User] = relationship()
