"""Which questions a page shows to whom."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from flask_login import current_user
from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from models import Need, Organization, Question, db
from webapp.acting import companies_that_may_answer
from webapp.permissions import can

#: On the page of the need; the others are one click away.
SHOWN = 3


@dataclass(frozen=True)
class Questions:
    """``public``: answered to all; ``waiting``: for the commune; ``ours``: what the reader's own organisation asked."""

    public: Sequence[Question]
    waiting: Sequence[Question]
    ours: Sequence[Question]
    last_day: date | None
    is_open: bool
    may_ask: bool

    @property
    def has_something(self) -> bool:
        return bool(self.public or self.waiting or self.ours or self.is_open)


def questions_of(need: Need) -> Questions:
    """What this person reads of the questions of ``need``."""
    is_ours = can("need.answer_questions", need)
    companies = companies_that_may_answer(need) if current_user.is_authenticated else []
    return Questions(
        public=db.session.scalars(Question.public_of(need)).all() if need.is_public else [],
        waiting=db.session.scalars(Question.waiting(need)).all() if is_ours else [],
        ours=_asked_by(companies, need),
        last_day=need.questions_end_on,
        is_open=need.takes_questions,
        may_ask=need.takes_questions and can("need.ask", need),
    )


def _asked_by(companies: Sequence[Organization], need: Need) -> Sequence[Question]:
    if not companies:
        return []
    query = Question.of_organizations([company.id for company in companies])
    return db.session.scalars(query.where(Question.need_id == need.id)).all()


def others_of(question: Question) -> Sequence[Question]:
    """Questions of the same need into which this one may be merged."""
    query = Question.about(question.need).where(
        Question.id != question.id, Question.status.in_(("asked", "answered_publicly"))
    )
    return db.session.scalars(query).all()


def asked_by(organizations: Sequence[int], limit: int) -> list[Question]:
    """What these organisations asked, for their space."""
    query = Question.of_organizations(list(organizations)).options(
        joinedload(Question.need).joinedload(Need.organization)
    )
    return list(db.session.scalars(query.limit(limit)))


def waiting_on(needs: Sequence[Need]) -> dict[int, tuple[int, int]]:
    """Need number → how many of its questions wait, and the first of them."""
    query = (
        select(Question.need_id, func.count(Question.id), func.min(Question.id))
        .where(Question.need_id.in_([need.id for need in needs]), Question.status == "asked")
        .group_by(Question.need_id)
    )
    return {row[0]: (row[1], row[2]) for row in db.session.execute(query)}
