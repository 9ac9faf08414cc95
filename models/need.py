"""What a commune says does not work. Lifecycle: domain model §3; three exact ends besides the good ones:

- *infructueux* (``unsuccessful``): it closed and no answer suited;
- *sans suite* (``no_followup``): it closed and the commune gave it up;
- *retiré* (``withdrawn``): taken back before its deadline.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from sqlalchemy.orm import Mapped, relationship

from models.calendar import today_in_paris, working_day_before
from models.database import Base, Dated, db, utc_now
from models.errors import NotReady, RuleViolation
from models.need_audiences import validators
from models.need_columns import (
    EDITABLE,
    LEAST_DAYS_AFTER_AMENDMENT,
    LEAST_FEEDBACK,
    PRIVATE,
    SUBSTANCE,
    plain,
    usual_end_of_questions,
)
from models.need_help import BEING_WRITTEN, NeedHelp
from models.need_lifecycle import LIFECYCLE, OUTCOMES, has_good_dates, is_not_over
from models.need_version import NeedVersion
from models.notification import Notification
from models.organization import Organization
from models.review_point import ReviewPoint
from models.text import Sentence

if TYPE_CHECKING:
    from models.open_call import OpenCall
    from models.response import Answer, Response
    from models.user import User


class Need(NeedHelp, Dated, Base):
    """Its verbs. What is written of it: need_columns.py; what one asks of it: need_reading.py."""

    __tablename__ = "need"
    lifecycle = LIFECYCLE
    subject_type = "need"

    organization: Mapped[Organization] = relationship()
    author: Mapped[User] = relationship(foreign_keys="Need.author_id")
    assistant: Mapped[User | None] = relationship(foreign_keys="Need.assistant_id")
    open_call: Mapped[OpenCall | None] = relationship()
    responses: Mapped[list[Response]] = relationship(back_populates="need", order_by="Response.id")
    published_versions: Mapped[list[NeedVersion]] = relationship(
        back_populates="need", order_by="NeedVersion.number"
    )

    # ------------------------------------------------------------------ writing

    @classmethod
    def draft(cls, *, organization: Organization, by: User, **fields: Any) -> Need:
        """Begin a need. Nothing is asked yet: a draft may be empty and saves itself (R165)."""
        need = cls(organization=organization, author=by, **fields)
        db.session.add(need)
        need._begin("draft", by=by, organization=organization)
        return need

    def write(self, *, by: User | None = None, **fields: Any) -> None:
        """Keep what was typed in a draft, finished or not. Raises RuleViolation once it is out of the author's hands."""
        if self.status not in BEING_WRITTEN:
            raise RuleViolation("Ce besoin n’est plus un brouillon : reprenez-le d’abord pour le modifier.")
        for name in fields:
            assert name in EDITABLE, name
        changed = [name for name, value in fields.items() if getattr(self, name) != value]
        for name in changed:
            setattr(self, name, fields[name])
        if by is not None and changed:
            self.note_hand(by, changed)

    def submit(self, *, by: User) -> None:
        """Hand it to the validators of the commune. Whoever helped writes no more."""
        self.assistant_may_edit = False
        self._move("submit", by=by, organization=self.organization)

    def recall(self, *, by: User) -> None:
        """Take it back into the drafts while nobody outside has seen it."""
        self._move("recall", by=by, organization=self.organization)

    def discard(self, *, by: User) -> None:
        """Throw a draft away. The row stays for the journal, nobody sees it any more."""
        self._move("discard", by=by, organization=self.organization)

    def send_back(self, *, by: User, reason: str) -> None:
        """To its author, with what to change. Its author takes it back instead: nobody writes to themselves."""
        if by.id == self.author_id:
            raise RuleViolation("Vous avez écrit ce besoin : reprenez-le en brouillon.")
        self._move("send_back", by=by, organization=self.organization, reason=reason)

    def validate(self, *, by: User) -> None:
        """The commune's decision to publish its first need, which the team reads before (R019)."""
        eyes = self._note_own_eyes(by)
        self.validated_hash = self.substance_hash
        self._move("validate", by=by, organization=self.organization, substance=self.substance_hash, **eyes)

    def resubmit(self, *, by: User) -> None:
        """Answer a request for changes; when the substance moved, the validator decides again first."""
        self.assistant_may_edit = False
        self._move("resubmit", by=by, organization=self.organization)

    def request_changes(self, *, by: User, reason: str) -> None:
        """``reason``: what to change, a point on each line; the author ticks them off."""
        self._move("request_changes", by=by, organization=self.organization, reason=reason)
        ReviewPoint.ask(self, reason, by=by)

    def publish(self, *, by: User) -> None:
        """Make it public. ``matched_at`` becomes empty: the workers owe it proposals."""
        eyes: dict[str, Any] = {}
        if self.status == "awaiting_validation":
            eyes = self._note_own_eyes(by)
            self.validated_hash, self.validated_at = self.substance_hash, utc_now()
        self.matched_at = None
        if self.questions_close_on is None and self.closes_on is not None:
            self.questions_close_on = usual_end_of_questions(self.closes_on)
        self._move(
            "publish",
            by=by,
            organization=self.organization,
            substance=self.substance_hash,
            version=self.version,
            **eyes,
        )
        self._keep_version()

    def _keep_version(self) -> None:
        """The words of this version, for those who read what changed; the journal keeps their hash only."""
        kept = NeedVersion(number=self.version, contents=self.substance, sha256=self.substance_hash)
        self.published_versions.append(kept)

    def _note_own_eyes(self, by: User) -> dict[str, Any]:
        """Four eyes: who wrote last does not validate where the organisation asks it (model §2). Where there is nobody else to
        do it, what the journal says of that."""
        if not self.organization.four_eyes or by.id != self.last_writer_id:
            return {}
        others = [person.name for person in validators(self) if person.id != by.id]
        if others:
            sentence = "Votre organisation demande deux regards, et vous avez écrit cette version. Qui peut décider : %(names)s."
            raise RuleViolation(Sentence(sentence, names=", ".join(others)))
        return {"sole_validator": True}

    # ------------------------------------------------------------------ once public

    def amend(self, *, by: User, **fields: Any) -> None:
        """Change a published need: a new version, the old words kept, everybody told at once (rule 2)."""
        names = [name for name, value in fields.items() if name in SUBSTANCE and getattr(self, name) != value]
        if not names:
            raise NotReady([("title", "Rien n’a changé dans ce besoin.")])
        if set(names) <= set(PRIVATE):
            self.change_ceiling(by=by, budget_max_cents=fields["budget_max_cents"])
            return
        for name in names:
            setattr(self, name, fields[name])
        self.version += 1
        changed = self._leave_time_to_read()
        self.matched_at = None
        details: dict[str, Any] = {"version": self.version, "fields": names, "substance": self.substance_hash}
        self._move("amend", by=by, organization=self.organization, changed=changed, **details)
        self._keep_version()

    def change_ceiling(self, *, by: User, budget_max_cents: int | None) -> None:
        """Kept for the commune: nobody else is told, there is nothing new to read; what is proposed is looked for again."""
        self.budget_max_cents, self.matched_at = budget_max_cents, None
        self._move("change_ceiling", by=by, organization=self.organization)

    def _leave_time_to_read(self) -> dict[str, Any]:
        """An amendment in the last days moves the deadline; what moved, before and after."""
        least = today_in_paris() + LEAST_DAYS_AFTER_AMENDMENT
        if self.closes_on is None or self.closes_on >= least:
            return {}
        return self._close_later(least)

    def change_documents(self, *, by: User, before: list[str], after: list[str]) -> None:
        """A public document was joined or taken away (their names): everybody is told at once, and has time to read it."""
        self.version += 1
        changed: dict[str, Any] = {"documents": [before, after]} | self._leave_time_to_read()
        details: dict[str, Any] = {
            "version": self.version,
            "fields": ["documents"],
            "substance": self.substance_hash,
        }
        self._move("amend", by=by, organization=self.organization, changed=changed, **details)
        self._keep_version()

    def extend(self, *, by: User, closes_on: date) -> None:
        """Give a later deadline. Raises NotReady when it is not later."""
        if self.closes_on is not None and closes_on <= self.closes_on:
            raise NotReady([("closes_on", "La nouvelle date doit être plus tardive que l’ancienne.")])
        self._move("extend", by=by, organization=self.organization, changed=self._close_later(closes_on))

    def _close_later(self, closes_on: date) -> dict[str, list[Any]]:
        """Move the deadline, and the end of the questions by as many days, back to a working day; what moved, for the journal."""
        if problems := list(is_not_over(self)):  # before the new date makes it true
            raise NotReady(problems)
        changed = {"closes_on": [plain(self.closes_on), plain(closes_on)]}
        before = self.questions_end_on
        if self.closes_on is not None and before is not None:
            moved = working_day_before(before + (closes_on - self.closes_on))
            self.questions_close_on = max(before, moved)  # never earlier than what was said
            if self.questions_close_on != before:
                changed["questions_close_on"] = [plain(before), plain(self.questions_close_on)]
        self.closes_on, self.closing_warned_at = closes_on, None
        return changed

    def warn_closing(self) -> None:
        """Three days are left: who follows it and has begun nothing hears of it once."""
        self._move("warn_closing", by=None, organization=self.organization)

    def reopen(self, *, by: User, reason: str, closes_on: date) -> None:
        """Take responses again, before anybody was told a decision; everybody concerned is told at once."""
        before, self.closes_on = self.closes_on, closes_on
        questions, self.questions_close_on = self.questions_close_on, usual_end_of_questions(closes_on)
        # The end of the questions follows from the deadline: one wrong date is told once.
        if problems := [problem for problem in has_good_dates(self) if problem[0] == "closes_on"]:
            raise NotReady(problems)
        self.closing_warned_at = self.matched_at = self.closed_at = None
        changed = {
            "closes_on": [plain(before), plain(closes_on)],
            "questions_close_on": [plain(questions), plain(self.questions_close_on)],
        }
        self._move("reopen", by=by, organization=self.organization, reason=reason, changed=changed)

    def copy(self, *, by: User) -> Need:
        """A new draft with the same words: dates and amounts are for its author to choose again."""
        kept = {name: getattr(self, name) for name in SUBSTANCE if name not in (*PRIVATE, "budget")}
        return Need.draft(organization=self.organization, by=by, copied_from_id=self.id, **kept)

    def close(self) -> None:
        """The deadline has passed: no more responses."""
        self._move("close", by=None, organization=self.organization)
        self._void_open_matches()

    def open_dialogue(self, *, by: User) -> None:
        _refuse_tied(by, self)
        self._move("open_dialogue", by=by, organization=self.organization)

    def withdraw(self, *, by: User, reason: str) -> None:
        """Take it back before its deadline; the reason is public."""
        self.ending_reason = reason.strip()
        self._move("withdraw", by=by, organization=self.organization, reason=reason)
        for response in self.responses:
            response.void()
        self._void_open_matches()
        self._void_questions()

    def answer_responses(self, *, by: User, answers: Mapping[Response, Answer]) -> None:
        """Tell several companies what is decided, all at one instant: nobody learns it before another (rule 2).

        Raises NotReady with every problem, named ``answer-<number>`` after the response: nothing is decided then.
        """
        _refuse_tied(by, self)
        at, problems = utc_now(), []
        for response, answer in answers.items():
            assert response.need is self, response
            try:
                response.answer_with(answer, by=by, at=at)
            except RuleViolation as error:
                problems.append((f"answer-{response.id}", str(error)))
        if problems:
            raise NotReady(problems)

    def conclude(
        self,
        *,
        by: User,
        outcome: str,
        reason: str,
        lessons: str = "",
        consultation_url: str = "",
        consultation_number: str = "",
    ) -> None:
        """Say how it ended, after each response had its answer (rule 1: the buyer declares, the platform awards nothing).

        Each respondent gets one message of its own: how it ended, its own answer with its reasons. ``lessons`` is public
        (R294: what failed teaches too)."""
        _refuse_tied(by, self)
        if outcome not in OUTCOMES:
            raise NotReady([("outcome", "Choisissez comment ce besoin se termine.")])
        if outcome == "unsuccessful" and any(r.status == "retained" for r in self.responses):
            raise NotReady([("outcome", "Une réponse est retenue : ce besoin n’est donc pas infructueux.")])
        self.outcome, self.ending_reason = outcome, reason.strip()
        self.lessons = lessons.strip()
        self.consultation_url, self.consultation_number = consultation_url, consultation_number
        self._move("conclude", by=by, organization=self.organization, reason=reason, outcome=outcome)
        for response in self.responses:
            # Decided a moment ago and not sent yet: the message of the conclusion says it.
            Notification.drop("response_retained", "response_not_retained", subject=response)
        self._void_open_matches()
        self._void_questions()

    def give_feedback(self, *, by: User, text: str) -> None:
        """What became of it, three months later. The journal keeps its hash: the words are on the need's own page."""
        if len(text.strip()) < LEAST_FEEDBACK:
            raise NotReady(
                [("text", Sentence("Dites-le en %(count)s caractères au moins.", count=LEAST_FEEDBACK))]
            )
        self.feedback = text.strip()
        sha256 = hashlib.sha256(self.feedback.encode()).hexdigest()
        self._move("give_feedback", by=by, organization=self.organization, sha256=sha256)

    def archive(self) -> None:
        self._move("archive", by=None, organization=self.organization)

    def ask_feedback(self) -> None:
        self._move("ask_feedback", by=None, organization=self.organization)

    def _void_open_matches(self) -> None:
        from models.match import Match

        for match in db.session.scalars(Match.open_for(need=self)):
            match.void()

    def _void_questions(self) -> None:
        from models.question import Question

        for question in db.session.scalars(Question.waiting(self)):
            question.void()


def _refuse_tied(by: User, need: Need) -> None:
    """Whoever declared a tie with a company decides nothing about it: here too, not only in the evaluation."""
    from models.evaluation import refuse_tied

    refuse_tied(by, need)
