"""A commune compares the responses it received, by criteria fixed beforehand (domain model §9). It helps to choose and awards
nothing (rule 1).

    evaluation = Shortlist.begin(need, by=agent, criteria=DEFAULT_CRITERIA)
    evaluation.declare(by=agent, conflict=False)
    evaluation.mark(response, by=agent, marks={criterion.id: (4, "")})     # nobody else reads it until the lock
    evaluation.lock(by=validator)                                          # nothing changes afterwards
    evaluation.results()[0].total                                          # a Fraction, out of five
    evaluation.share(by=validator)                                         # its fingerprint joins the register
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from sqlalchemy import JSON, ForeignKey, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models import marks as arithmetic
from models.database import Base, Dated, db, lock_for_numbering, utc_now
from models.errors import Conflict, NotReady, RuleViolation
from models.evaluation_lifecycle import LIFECYCLE, MARKED_WHILE
from models.evaluation_sheet import LONGEST_LABEL, ConflictDeclaration, Criterion, Score
from models.lifecycle import HasLifecycle
from models.marks import HIGHEST, LOWEST, WEIGHTS_SUM
from models.need import Need
from models.response import Response
from models.response_version import fingerprint
from models.text import Sentence, fold

if TYPE_CHECKING:
    from models.user import User

#: Offered to begin with; the commune changes them as it likes before the first mark.
DEFAULT_CRITERIA = (
    ("Pertinence au besoin", 30),
    ("Impact", 20),
    ("Maturité et faisabilité", 20),
    ("Évaluation possible", 10),
    ("Réplicabilité", 10),
    ("Coût indicatif", 10),
)
MOST_CRITERIA = 10
LEAST_REASON = 10
A_COLLEAGUE_DECIDES = "Vous avez déclaré un lien avec une entreprise : un autre validateur décide."
Mark = tuple[int | None, str]


@dataclass(frozen=True)
class Bounds:
    """What the people gave for one criterion."""

    mean: Fraction
    lowest: int
    highest: int


@dataclass(frozen=True)
class Result:
    """``rank``: shared in a tie (``tied``). ``by_criterion``: criterion number → mean and ends."""

    response: Response
    rank: int
    tied: bool
    total: Fraction
    by_criterion: dict[int, Bounds]


class Shortlist(Dated, HasLifecycle, Base):
    """At the lock ``compared`` keeps the numbers of the responses, ``panel`` those of the people in an order of chance: they
    are « Personne A », « Personne B »… in all that leaves the commune."""

    __tablename__ = "shortlist"
    lifecycle = LIFECYCLE
    subject_type = "shortlist"
    #: Said by who locks, for the guard of that move; kept as ``panel``.
    leaves_out_unfinished = False

    id: Mapped[int] = mapped_column(primary_key=True)
    need_id: Mapped[int] = mapped_column(ForeignKey("need.id"), unique=True)
    locked_at: Mapped[datetime | None]
    shared_at: Mapped[datetime | None]
    compared: Mapped[list[int]] = mapped_column(JSON, default=list)
    panel: Mapped[list[int]] = mapped_column(JSON, default=list)

    need: Mapped[Need] = relationship()
    criteria: Mapped[list[Criterion]] = relationship(
        back_populates="shortlist", order_by=Criterion.position, cascade="all, delete-orphan"
    )
    declarations: Mapped[list[ConflictDeclaration]] = relationship(back_populates="shortlist")

    # ------------------------------------------------------------------ verbs

    @classmethod
    def begin(cls, need: Need, *, by: User, criteria: Sequence[tuple[str, int]]) -> Shortlist:
        """Fix the criteria of the evaluation of ``need``. Raises NotReady, or Conflict when a colleague did meanwhile."""
        lock_for_numbering(db.session(), "activity")
        if cls.of(need) is not None:
            raise Conflict(
                "Un collègue vient de fixer les critères : relisez la page, puis changez-les au besoin."
            )
        if need.status not in ("published", *MARKED_WHILE):
            raise RuleViolation("Les critères se fixent une fois le besoin publié.")
        shortlist, organization = cls(need=need), need.organization
        shortlist._write(criteria)
        db.session.add(shortlist)
        shortlist._begin("draft", by=by, organization=organization, criteria=_as_words(criteria))
        return shortlist

    def set_criteria(self, *, by: User, criteria: Sequence[tuple[str, int]]) -> None:
        """Change them, as long as nobody gave a mark."""
        self._move("set_criteria", by=by, organization=self.need.organization, criteria=_as_words(criteria))
        self._write(criteria)

    def _write(self, criteria: Sequence[tuple[str, int]]) -> None:
        problems = list(what_is_wrong(criteria))
        if problems:
            raise NotReady(problems)
        self.criteria.clear()
        if self.id is not None:
            db.session.flush()  # the new ones take the places of the old ones
        for position, (label, weight) in enumerate(criteria):
            self.criteria.append(Criterion(position=position, label=label.strip(), weight=weight))

    def declare(self, *, by: User, conflict: bool, reason: str = "") -> None:
        """A tie with a company, or none. A later word replaces the first; the journal keeps both."""
        self._take_turn()
        reason = reason.strip()
        mine = self.declaration_of(by)
        goes_back = mine is not None and mine.conflict and not conflict
        if self.status != "draft":
            raise RuleViolation(self.lifecycle.refusal(self.status))
        if (conflict or goes_back) and len(reason) < LEAST_REASON:
            raise NotReady([("reason", _ask_why(conflict))])
        if mine is None:
            mine = ConflictDeclaration(shortlist=self, user=by)
            db.session.add(mine)
        mine.conflict, mine.reason, mine.at = conflict, reason, utc_now()
        self._record(
            "declare", by=by, before=self.status, organization=self.need.organization, conflict=conflict
        )

    def mark(self, response: Response, *, by: User, marks: Mapping[int, Mark]) -> None:
        """Keep what one person gave so far: criterion number → (mark or None, comment). Unfinished is kept too.

        The journal keeps that a person finished a response, never the marks.
        """
        lock_for_numbering(db.session(), "activity")  # a lock that is being made waits, or is waited for
        db.session.refresh(self, ["status"])
        self._refuse_to_mark(response, by)
        version = response.sent.number if response.sent else 0
        was_complete = self.is_complete(response, by)
        kept = {score.criterion_id: score for score in self.scores_of(by, response)}
        for criterion in self.criteria:
            if criterion.id not in marks:
                continue
            value, comment = marks[criterion.id]
            if value is not None and not LOWEST <= value <= HIGHEST:
                raise NotReady([("value", "Choisissez une note de 0 à 5.")])
            score = kept.get(criterion.id)
            if score is None and value is None and not comment.strip():
                continue
            if score is None:
                score = Score(criterion=criterion, response_id=response.id, user=by)
                db.session.add(score)
            score.value, score.comment, score.version = value, comment.strip(), version
        db.session.flush()
        if not was_complete and self.is_complete(response, by):
            self._record(
                "mark", by=by, before=self.status, organization=self.need.organization, response=response.id
            )

    def _refuse_to_mark(self, response: Response, by: User) -> None:
        if self.status != "draft":
            raise RuleViolation(self.lifecycle.refusal(self.status))
        if self.need.status not in MARKED_WHILE:
            raise RuleViolation(
                "Les réponses se notent après l’échéance : chacun doit avoir eu le même temps pour répondre."
            )
        if response.need_id != self.need_id or response.status not in Response.RECEIVED:
            raise RuleViolation("Cette réponse n’est pas, ou n’est plus, à noter.")
        declared = self.declaration_of(by)
        if declared is None:
            raise RuleViolation("Dites d’abord si un lien vous attache à l’une des entreprises.")
        if declared.conflict:
            raise RuleViolation("Vous avez déclaré un lien avec une entreprise : vous ne notez pas.")

    def lock(self, *, by: User, without_unfinished: bool = False) -> None:
        """Nothing changes any more, and the commune reads everything.

        ``without_unfinished``: no longer wait for who began and did not finish. Their marks do not count, and the journal says
        for how many; whose mark it is cannot weigh in this choice, since nobody has read any.
        """
        self._refuse_conflicted(by)
        self.leaves_out_unfinished = without_unfinished
        responses, progress = [response.id for response in self.responses()], self.progress()
        people = [person for person, done in progress.items() if done == len(responses)]
        random.SystemRandom().shuffle(people)
        counted: dict[str, Any] = {
            "people": len(people),
            "responses": len(responses),
            "left_out": len(progress) - len(people),
        }
        self._move("lock", by=by, organization=self.need.organization, **counted)
        self.panel, self.compared = people, responses

    def share(self, *, by: User) -> None:
        """The report joins the register of the need: its fingerprint proves which one."""
        self._refuse_conflicted(by)
        self._move("share", by=by, organization=self.need.organization, sha256=self.sha256)

    def _refuse_conflicted(self, by: User) -> None:
        if self.is_tied(by):
            raise RuleViolation(A_COLLEAGUE_DECIDES)

    def is_tied(self, person: User) -> bool:
        """Whether they said that something ties them to one of the companies."""
        declared = self.declaration_of(person)
        return declared is not None and declared.conflict

    # ------------------------------------------------------------------ reading

    @property
    def activity_need_id(self) -> int | None:
        return self.need_id or self.need.id

    @property
    def organization_id(self) -> int:
        return self.need.organization_id

    @property
    def is_locked(self) -> bool:
        return self.status in ("locked", "shared")

    @classmethod
    def of(cls, need: Need) -> Shortlist | None:
        return db.session.scalar(select(cls).where(cls.need_id == need.id))

    def declaration_of(self, person: User) -> ConflictDeclaration | None:
        return next((declared for declared in self.declarations if declared.user_id == person.id), None)

    def responses(self) -> list[Response]:
        """What is compared: all that was received and not taken back, in order of arrival; once locked, what was locked."""
        query = Response.received(self.need)
        if self.is_locked:
            query = (
                select(Response)
                .where(Response.id.in_(self.compared))
                .order_by(Response.submitted_at, Response.id)
            )
        return list(db.session.scalars(query))

    def scores(self) -> list[Score]:
        """Everybody’s, for the verbs and for what is shown once locked."""
        query = select(Score).join(Criterion).where(Criterion.shortlist_id == self.id).order_by(Score.id)
        return list(db.session.scalars(query))

    def scores_of(self, person: User, response: Response) -> list[Score]:
        """One person’s own, which they may always read."""
        return [s for s in self.scores() if s.user_id == person.id and s.response_id == response.id]

    def is_complete(self, response: Response, person: User) -> bool:
        """Every criterion is marked on the version that was sent last."""
        return is_complete(self.criteria, response, self.scores_of(person, response))

    def progress(self) -> dict[int, int]:
        """Number of each person who began → how many responses they finished. People with a tie are left out, and so is who
        left the organisation before the end: nobody can wait for them."""
        conflicted = {declared.user_id for declared in self.declarations if declared.conflict}
        here = {person.id for person in self.need.organization.members()}
        responses, sheets = self.responses(), self._sheets()
        progress = {}
        for person in sorted({person for person, _response in sheets} - conflicted):
            done = sum(is_complete(self.criteria, r, sheets.get((person, r.id), ())) for r in responses)
            if person in here or done == len(responses):
                progress[person] = done
        return progress

    def _sheets(self) -> dict[tuple[int, int], list[Score]]:
        """(person, response) → what the person said of it."""
        sheets: dict[tuple[int, int], list[Score]] = {}
        for score in self.scores():
            if score.value is not None or score.comment:
                sheets.setdefault((score.user_id, score.response_id), []).append(score)
        return sheets

    def scorers(self) -> list[User]:
        """Those whose marks count."""
        people = {score.user_id: score.user for score in self.scores()}
        return [people[number] for number in self.progress()]

    def results(self) -> list[Result]:
        """Once locked: the best first; within a tie by name, which decides nothing."""
        if not self.is_locked:
            raise RuleViolation("Les notes se lisent une fois l’évaluation verrouillée.")
        given: dict[int, dict[int, list[int]]] = {}
        for score in self.scores():
            if score.user_id in self.panel and score.value is not None:
                given.setdefault(score.response_id, {}).setdefault(score.criterion_id, []).append(score.value)
        weights = {criterion.id: criterion.weight for criterion in self.criteria}
        responses = {response.id: response for response in self.responses()}
        totals = {number: arithmetic.weighted_mean(weights, given[number]) for number in responses}
        places = arithmetic.ranks(totals)
        shared = list(places.values())
        found = [
            Result(
                response, places[number], shared.count(places[number]) > 1, totals[number],
                {c: Bounds(arithmetic.mean(v), min(v), max(v)) for c, v in given[number].items()},
            )
            for number, response in responses.items()
        ]  # fmt: skip
        return sorted(
            found, key=lambda result: (result.rank, fold(result.response.organization.display_name))
        )

    @property
    def sha256(self) -> str:
        """Of what was locked, whatever the language or the form of the report."""
        results = [
            [
                result.response.id,
                result.rank,
                str(result.total),
                [[c, str(b.mean)] for c, b in sorted(result.by_criterion.items())],
            ]
            for result in self.results()
        ]
        criteria = [[criterion.id, criterion.label, criterion.weight] for criterion in self.criteria]
        return fingerprint(
            {"need": self.need_id, "criteria": criteria, "results": results, "people": len(self.panel)}
        )


def is_complete(criteria: Sequence[Criterion], response: Response, scores: Iterable[Score]) -> bool:
    """Whether ``scores``, of one person, say everything on the version of ``response`` that was sent last."""
    version = response.sent.number if response.sent else 0
    done = {score.criterion_id for score in scores if score.is_complete and score.version == version}
    return done >= {criterion.id for criterion in criteria}


def what_is_wrong(criteria: Sequence[tuple[str, int]]) -> Iterable[tuple[str, str]]:
    """(field, sentence) for a list of (label, weight)."""
    labels = [fold(label.strip()) for label, _weight in criteria]
    if not criteria:
        yield "criteria", "Donnez au moins un critère."
    if len(criteria) > MOST_CRITERIA:
        yield "criteria", Sentence("Gardez %(count)s critères au plus.", count=MOST_CRITERIA)
    if any(not label or len(label) > LONGEST_LABEL for label in labels):
        yield (
            "criteria",
            Sentence("Nommez chaque critère, en %(count)s caractères au plus.", count=LONGEST_LABEL),
        )
    if len(set(labels)) < len(labels):
        yield "criteria", "Deux critères portent le même nom : gardez-en un."
    if any(weight < 1 for _label, weight in criteria):
        yield "criteria", "Chaque critère pèse 1 au moins : ôtez celui qui ne compte pas."
    total = sum(weight for _label, weight in criteria)
    if criteria and total != WEIGHTS_SUM:
        yield "criteria", Sentence("Les poids font %(total)s : ils doivent faire 100 ensemble.", total=total)


def _as_words(criteria: Sequence[tuple[str, int]]) -> list[list[Any]]:
    """As the journal keeps them: criteria are no secret, they are what the register must show."""
    return [[label.strip(), weight] for label, weight in criteria]


def is_tied(person: User, need: Need) -> bool:
    """Who declared a tie with one of the companies neither marks nor decides."""
    shortlist = Shortlist.of(need)
    return shortlist is not None and shortlist.is_tied(person)


def refuse_tied(person: User, need: Need) -> None:
    """Raises NotReady for who declared a tie: whoever has none decides."""
    if is_tied(person, need):
        raise NotReady([("status", A_COLLEAGUE_DECIDES)])


def _ask_why(conflict: bool) -> str:
    if conflict:
        return Sentence("Dites quel lien, en %(count)s caractères au moins.", count=LEAST_REASON)
    return Sentence(
        "Dites pourquoi ce lien n’existe pas, en %(count)s caractères au moins.", count=LEAST_REASON
    )
