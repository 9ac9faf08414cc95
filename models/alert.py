"""A search that somebody keeps, and what is found for it as it is published. Theirs alone: nobody is told who searches what.

Alert.keep(user=agent, kind="needs", choices=NeedChoices(theme="mobility"), words="vélos mal garés")
AlertFind.note(alert, need_ids, at)           # a worker, after publication: never twice the same
AlertFind.untold(agent)                       # what the next digest holds (workers/messages/gathering.py)
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    Select,
    String,
    UniqueConstraint,
    exists,
    func,
    select,
    update,
)
from sqlalchemy.orm import Mapped, aliased, mapped_column, relationship

from models.choices import NeedChoices, SolutionChoices
from models.database import Base, Dated, db, lock_for_numbering, utc_now
from models.errors import RuleViolation
from models.need import Need
from models.rhythm import RHYTHMS
from models.solution import Solution
from models.text import Sentence, canon_line
from models.user import User

KINDS: dict[str, tuple[Any, Any]] = {"needs": (Need, NeedChoices), "solutions": (Solution, SolutionChoices)}
MOST_ALERTS = 20
LONGEST_NAME, LONGEST_WORDS = 80, 300
#: An alert is about what will be published: what was chosen of its state says nothing, and the reader's rights may change.
_NOT_KEPT = ("status", "for_members")


class Alert(Dated, Base):
    """``kind``: needs or solutions; ``choices``: NeedChoices or SolutionChoices as JSON; ``words``: looked up by meaning, none
    when empty; ``rhythm``: one of RHYTHMS, paused when it is stopped."""

    __tablename__ = "alert"
    subject_type = "alert"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    name: Mapped[str] = mapped_column(String(LONGEST_NAME))
    kind: Mapped[str] = mapped_column(String(12))
    choices: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    words: Mapped[str] = mapped_column(String(LONGEST_WORDS), default="")
    rhythm: Mapped[str] = mapped_column(String(8))

    user: Mapped[User] = relationship()
    finds: Mapped[list[AlertFind]] = relationship(back_populates="alert", cascade="all, delete-orphan")

    @classmethod
    def keep(
        cls, *, user: User, kind: str, choices: NeedChoices | SolutionChoices, words: str, name: str
    ) -> Alert:
        """Keep a search; the same one kept twice is found again, and goes on. Raises RuleViolation past MOST_ALERTS."""
        assert kind in KINDS, kind
        wanted = {key: value for key, value in choices.as_json().items() if key not in _NOT_KEPT}
        words = canon_line(words)[:LONGEST_WORDS]
        lock_for_numbering(db.session(), "alert")
        mine = db.session.scalars(cls.of(user)).all()
        rhythm = "weekly" if user.rhythm == "weekly" else "daily"
        for one in mine:
            if (one.kind, one.choices, one.words) == (kind, wanted, words):
                if one.is_stopped:
                    one.rhythm = rhythm
                return one
        if len(mine) >= MOST_ALERTS:
            raise RuleViolation(
                Sentence("Vous avez déjà %(count)s alertes : supprimez-en une d’abord.", count=MOST_ALERTS)
            )
        alert = cls(
            user=user,
            kind=kind,
            choices=wanted,
            words=words,
            rhythm=rhythm,
            name=canon_line(name)[:LONGEST_NAME],
        )
        db.session.add(alert)
        db.session.flush()
        return alert

    def change(self, *, name: str, rhythm: str) -> None:
        """What was found while it was stopped is not told afterwards."""
        assert rhythm in RHYTHMS, rhythm
        if self.is_stopped:
            AlertFind.mark_told(select(AlertFind.id).where(AlertFind.alert_id == self.id), utc_now())
        self.name, self.rhythm = canon_line(name)[:LONGEST_NAME], rhythm

    def stop(self) -> None:
        self.rhythm = "paused"

    def end(self) -> None:
        """Nothing of it is kept."""
        db.session.delete(self)

    @property
    def is_stopped(self) -> bool:
        return self.rhythm == "paused"

    @property
    def thing(self) -> Any:
        """The class of what it looks for."""
        return KINDS[self.kind][0]

    def chosen(self) -> NeedChoices | SolutionChoices:
        """What was chosen, with what its owner may read today."""
        members = {"for_members": True} if self.kind == "needs" and self.user.is_verified_member else {}
        chosen: NeedChoices | SolutionChoices = KINDS[self.kind][1].from_json({**self.choices, **members})
        return chosen

    @classmethod
    def of(cls, user: User) -> Select[Alert]:
        return select(cls).where(cls.user_id == user.id).order_by(cls.id)

    @classmethod
    def looking(cls, kind: str) -> Select[Alert]:
        """Those that look for needs (or solutions) and whose owner may be written to."""
        return (
            select(cls)
            .join(User, User.id == cls.user_id)
            .where(cls.kind == kind, cls.rhythm != "paused", User.closed_at.is_(None))
            .order_by(cls.id)
        )

    @classmethod
    def stop_instant(cls, user: User) -> None:
        """Those that write at once write no more (the one press at the end of their messages)."""
        for alert in db.session.scalars(cls.of(user).where(cls.rhythm == "instant")):
            alert.stop()


class AlertFind(Base):
    """One need or one solution found for one alert: told once, or never."""

    __tablename__ = "alert_find"
    __table_args__ = (
        UniqueConstraint("alert_id", "need_id"),
        UniqueConstraint("alert_id", "solution_id"),
        CheckConstraint("(need_id IS NULL) <> (solution_id IS NULL)", name="one_thing"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    alert_id: Mapped[int] = mapped_column(ForeignKey("alert.id"), index=True)
    need_id: Mapped[int | None] = mapped_column(ForeignKey("need.id"), index=True)
    solution_id: Mapped[int | None] = mapped_column(ForeignKey("solution.id"), index=True)
    found_at: Mapped[datetime] = mapped_column(default=utc_now)
    told_at: Mapped[datetime | None] = mapped_column(index=True)

    alert: Mapped[Alert] = relationship(back_populates="finds")
    need: Mapped[Need | None] = relationship()
    solution: Mapped[Solution | None] = relationship()

    @property
    def thing(self) -> Any:
        return self.need or self.solution

    @classmethod
    def note(cls, alert: Alert, numbers: Collection[int], at: datetime) -> int:
        """Found for ``alert``: those of ``numbers`` that were not found before. How many."""
        column = cls.need_id if alert.kind == "needs" else cls.solution_id
        known = set(
            db.session.scalars(select(column).where(cls.alert_id == alert.id, column.in_(list(numbers))))
        )
        fresh = [number for number in numbers if number not in known]
        db.session.add_all(cls(alert_id=alert.id, found_at=at, **{column.key: number}) for number in fresh)
        return len(fresh)

    @classmethod
    def untold(cls, user: User) -> Select[AlertFind]:
        """What was found for this person and not told yet, oldest first; nothing for a stopped alert."""
        return (
            select(cls)
            .join(Alert)
            .where(Alert.user_id == user.id, Alert.rhythm != "paused", cls.told_at.is_(None))
            .order_by(cls.found_at, cls.id)
        )

    @classmethod
    def latest(cls, user: User, count: int) -> Select[AlertFind]:
        return (
            select(cls)
            .join(Alert)
            .where(Alert.user_id == user.id)
            .order_by(cls.found_at.desc(), cls.id.desc())
            .limit(count)
        )

    @classmethod
    def mark_told(cls, numbers: Select[int], at: datetime) -> None:
        """These were told, and so was the same thing where another alert of the same person had found it too."""
        told, its_alert, own = aliased(cls), aliased(Alert), aliased(Alert)
        same_thing = (told.need_id == cls.need_id) | (told.solution_id == cls.solution_id)
        known = exists().where(
            told.id.in_(numbers), its_alert.id == told.alert_id, own.id == cls.alert_id,
            own.user_id == its_alert.user_id, same_thing,
        )  # fmt: skip
        db.session.execute(
            update(cls)
            .where(known, cls.told_at.is_(None))
            .values(told_at=at)
            .execution_options(synchronize_session=False)
        )

    @classmethod
    def readers_of(cls, need: Need) -> Select[int]:
        """The people for whom ``need`` was found."""
        return select(func.distinct(Alert.user_id)).join(cls).where(cls.need_id == need.id)
