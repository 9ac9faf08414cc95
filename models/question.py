"""A question about a published need. Public once answered, and anonymous: nobody but the asker's organisation ever reads who
asked, neither the commune, nor the team, nor the register (domain model §8; rule 2: the same information for all).

    question = Question.ask(need=need, organization=company, by=supplier, text="Les corbeilles ont-elles une serrure ?")
    question.answer_publicly(by=agent, public_text=question.text, answer="Oui, la même partout.")
    # followers, respondents, those who write or asked: each is owed one message, all at the same instant
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import ForeignKey, Select, Text, UniqueConstraint, false, func, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.calendar import add_working_days, end_of_day, is_working_day, today_in_paris
from models.database import Base, Dated, db, lock_for_numbering
from models.errors import NotReady
from models.lifecycle import HasLifecycle
from models.need import Need
from models.organization import Organization
from models.question_lifecycle import LIFECYCLE, REMIND_AFTER, is_well_asked
from models.text import Sentence, fold

if TYPE_CHECKING:
    from models.user import User

#: Questions of one organisation that wait on one need: more would be a letter.
MOST_WAITING = 10


class Question(Dated, HasLifecycle, Base):
    """``number``: counted within the need. ``text``: as asked; ``public_text``: as all read it, reworded by the commune.

    ``reason``: why it was answered to the asker alone, or put aside. ``joined``: questions merged into this one.
    """

    __tablename__ = "question"
    __table_args__ = (UniqueConstraint("need_id", "number"),)
    lifecycle = LIFECYCLE
    subject_type = "question"
    ANSWERED = ("answered_publicly", "answered_privately", "merged", "rejected")

    id: Mapped[int] = mapped_column(primary_key=True)
    need_id: Mapped[int] = mapped_column(ForeignKey("need.id"), index=True)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organization.id"), index=True)
    asker_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    number: Mapped[int]
    text: Mapped[str] = mapped_column(Text)
    public_text: Mapped[str] = mapped_column(Text, default="")
    answer: Mapped[str] = mapped_column(Text, default="")
    reason: Mapped[str] = mapped_column(Text, default="")
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("question.id"), index=True)
    answered_at: Mapped[datetime | None] = mapped_column(index=True)
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    reminded_at: Mapped[datetime | None]

    need: Mapped[Need] = relationship()
    organization: Mapped[Organization] = relationship()
    asker: Mapped[User] = relationship(foreign_keys=[asker_id])
    answered_by: Mapped[User | None] = relationship(foreign_keys=[answered_by_id])
    merged_into: Mapped[Question | None] = relationship(remote_side=[id], back_populates="joined")
    joined: Mapped[list[Question]] = relationship(back_populates="merged_into")

    # ------------------------------------------------------------------ verbs

    @classmethod
    def ask(cls, *, need: Need, organization: Organization, by: User, text: str) -> Question:
        """Ask. Pressed twice, the same question is found again. Raises NotReady."""
        lock_for_numbering(db.session(), "activity")
        waiting = list(db.session.scalars(cls.waiting(need).where(cls.organization_id == organization.id)))
        again = next((one for one in waiting if one.text == text.strip()), None)
        if again is not None:
            return again
        problems = [*_may_be_asked(need, organization, len(waiting)), *is_well_asked(text)]
        if problems:
            raise NotReady(problems)
        question = cls(need=need, organization=organization, asker=by, text=text.strip())
        last = select(func.max(cls.number)).where(cls.need_id == need.id)
        with db.session.no_autoflush:
            question.number = (db.session.scalar(last) or 0) + 1
        db.session.add(question)
        question._begin(
            "asked", by=by, organization=organization, number=question.number, **_trace(text=text)
        )
        question._announce()
        return question

    def _announce(self) -> None:
        from models.notification import Notification
        from models.question_lifecycle import owners

        event = f"question_received:{self.id}"
        Notification.owe("question_received", owners(self), subject=self, event=event)

    def answer_publicly(self, *, by: User, public_text: str, answer: str) -> None:
        """Publish the question, in words that do not say who asked, with its answer. Everybody concerned is told at once."""
        self.public_text, self.answer, self.answered_by = public_text.strip(), answer.strip(), by
        trace = _trace(public_text=self.public_text, answer=self.answer)
        self._move("answer_publicly", by=by, organization=self.need.organization, number=self.number, **trace)

    def answer_privately(self, *, by: User, answer: str, reason: str) -> None:
        """To the asker alone: only when the question itself is its business secret. The reason is kept in the journal."""
        self.answer, self.reason, self.answered_by = answer.strip(), reason.strip(), by
        trace = _trace(answer=self.answer)
        self._move(
            "answer_privately",
            by=by,
            organization=self.need.organization,
            reason=reason,
            number=self.number,
            **trace,
        )

    def merge(self, *, by: User, into: Question) -> None:
        """It was asked already: the asker is sent to the other one, and reads its answer with everybody."""
        with db.session.no_autoflush:
            self.merged_into, self.answered_by = into, by
            self._move(
                "merge",
                by=by,
                organization=self.need.organization,
                number=self.number,
                into=getattr(into, "number", 0),
            )
        for other in list(self.joined):
            other.merged_into = into

    def reject(self, *, by: User, reason: str) -> None:
        """It will have no answer; the asker reads why."""
        self.reason, self.answered_by = reason.strip(), by
        self._move("reject", by=by, organization=self.need.organization, reason=reason, number=self.number)

    def remind(self) -> None:
        self._move("remind", by=None, organization=self.need.organization, number=self.number)

    def void(self) -> None:
        """The need has ended: the question has no object any more."""
        self._move("void", by=None, organization=self.need.organization, number=self.number)

    # ------------------------------------------------------------------ reading

    @property
    def activity_need_id(self) -> int | None:
        return self.need_id or self.need.id

    @property
    def asked_at(self) -> datetime:
        return self.created_at

    @classmethod
    def waiting(cls, need: Need) -> Select[Question]:
        """Those of ``need`` without an answer, oldest first."""
        return select(cls).where(cls.need_id == need.id, cls.status == "asked").order_by(cls.id)

    @classmethod
    def about(cls, need: Need) -> Select[Question]:
        """Every question that was asked on ``need``, in their order."""
        return select(cls).where(cls.need_id == need.id).order_by(cls.id)

    @classmethod
    def public_of(cls, need: Need) -> Select[Question]:
        """What everybody reads, in the order of the answers."""
        query = select(cls).where(cls.need_id == need.id, cls.status == "answered_publicly")
        return query.order_by(cls.answered_at, cls.id)

    @classmethod
    def of_organizations(cls, organizations: list[int]) -> Select[Question]:
        """What these organisations asked, the latest first."""
        return select(cls).where(cls.organization_id.in_(organizations)).order_by(cls.id.desc())

    @classmethod
    def due_to_remind(cls) -> Select[Question]:
        """Asked three working days ago or earlier, nobody told yet. Nothing on a day when nobody works."""
        today = today_in_paris()
        limit = end_of_day(add_working_days(today, -REMIND_AFTER))
        query = select(cls).where(cls.status == "asked", cls.reminded_at.is_(None), cls.created_at <= limit)
        return query if is_working_day(today) else query.where(false())


def _may_be_asked(need: Need, organization: Organization, waiting: int) -> list[tuple[str, str]]:
    if not need.takes_questions:
        return [("text", "Les questions ne sont plus reçues sur ce besoin : leur date est passée.")]
    if not organization.is_supply or organization.id == need.organization_id:
        return [("text", "Les questions sont posées par ceux qui peuvent répondre au besoin.")]
    if organization.status != "verified":
        return [("text", "L’équipe de la Métropole doit d’abord vérifier votre organisation.")]
    if waiting >= MOST_WAITING:
        return [
            (
                "text",
                Sentence(
                    "%(count)s de vos questions attendent déjà : attendez leurs réponses.", count=waiting
                ),
            )
        ]
    return []


# ---------------------------------------------------------------------- no name in a question

_ADDRESS = re.compile(r"[\w.+-]+@[\w-]+\.\w+|https?://\S+|www\.\S+")
_PHONE = re.compile(r"(?:\+33|0)\s?[1-9](?:[\s.-]?\d{2}){4}")
_LEAST_LETTERS = 3


def says_who(text: str, organization: Organization, person: User) -> list[str]:
    """What in ``text`` tells who asks: the name of the organisation, of the person or of a product, an address, a
    telephone number."""
    names = (organization.display_name, organization.legal_name, person.last_name, *_products(organization))
    found = [name for name in dict.fromkeys(names) if _is_said(name, _words(text))]
    return [*found, *_ADDRESS.findall(text), *_PHONE.findall(text)]


def _products(organization: Organization) -> Iterator[str]:
    """What stands before the colon of « Célestine décroche : l’agent vocal… », else the whole title. One word says too little."""
    from models.solution import Solution

    for solution in db.session.scalars(Solution.of(organization)):
        name = solution.title.partition(":")[0].strip()
        if " " in name:
            yield name


def _words(text: str) -> str:
    """Folded, « Loutre & Lanterne » as « Loutre et Lanterne »."""
    return " ".join(re.findall(r"\w+", fold(text.replace("&", " et "))))


def _is_said(name: str, words: str) -> bool:
    said = _words(name)
    return len(said) >= _LEAST_LETTERS and re.search(rf"\b{re.escape(said)}\b", words) is not None


def _trace(**texts: str) -> dict[str, Any]:
    """What the journal keeps of words: how long they are and their fingerprint, never the words."""
    return {
        name: {"length": len(text), "sha256": hashlib.sha256(text.strip().encode()).hexdigest()}
        for name, text in texts.items()
    }
