"""What the team asks to change in a need or a solution before it shows: points that the author ticks off one by one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import CheckConstraint, ForeignKey, Select, String, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.database import Base, db, utc_now

if TYPE_CHECKING:
    from models.need import Need
    from models.solution import Solution
    from models.user import User

LONGEST = 500


class ReviewPoint(Base):
    """One line of a request for changes, of a need or of a solution. ``done_at``: when the author said it was done."""

    __tablename__ = "review_point"
    __table_args__ = (CheckConstraint("(need_id IS NULL) <> (solution_id IS NULL)", name="one_subject"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    need_id: Mapped[int | None] = mapped_column(ForeignKey("need.id"), index=True)
    solution_id: Mapped[int | None] = mapped_column(ForeignKey("solution.id"), index=True)
    text: Mapped[str] = mapped_column(String(LONGEST))
    asked_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    asked_at: Mapped[datetime] = mapped_column(default=utc_now)
    done_at: Mapped[datetime | None]
    done_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))

    need: Mapped[Need | None] = relationship()
    solution: Mapped[Solution | None] = relationship()
    asked_by: Mapped[User | None] = relationship(foreign_keys=[asked_by_id])
    done_by: Mapped[User | None] = relationship(foreign_keys=[done_by_id])

    @classmethod
    def ask(cls, thing: Any, words: str, *, by: User) -> None:
        """A point for each line of ``words``, all of one request."""
        owner, at = {f"{thing.subject_type}_id": thing.id}, utc_now()
        lines = (line.strip(" \t-–•*") for line in words.splitlines())
        db.session.add_all(
            cls(text=line[:LONGEST], asked_by=by, asked_at=at, **owner) for line in lines if line
        )

    @classmethod
    def of(cls, thing: Any) -> Select[ReviewPoint]:
        """In the order in which they were asked."""
        owner = cls.need_id if thing.subject_type == "need" else cls.solution_id
        return select(cls).where(owner == thing.id).order_by(cls.asked_at, cls.id)

    @classmethod
    def to_do(cls, thing: Any) -> Sequence[ReviewPoint]:
        """What the team asked to change, ticked off or not, while it is being changed."""
        return db.session.scalars(cls.of(thing)).all() if thing.status == "changes_requested" else ()

    @classmethod
    def read_again(cls, thing: Any) -> Sequence[ReviewPoint]:
        """The same, for the team which reads it again."""
        return db.session.scalars(cls.of(thing)).all() if thing.status == "in_review" else ()

    def tick(self, *, by: User) -> None:
        """Done, or after all not: pressed again, the point is open again."""
        self.done_at, self.done_by = (None, None) if self.done_at else (utc_now(), by)
