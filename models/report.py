"""The report that the committee of the Métropole reads each half-year: figures, and the opinion of the team (R023, model §14).

report = Report.draft(period=Period.half_year(2026, 1), by=curator)
report.write(by=curator, opinion="Le semestre a vu…")
report.freeze(by=curator, contents=[…])          # from now on it never changes: the PDF, the tables come from here
again = report.redo(by=curator)                  # another one, which replaces it once it is frozen

What is frozen is sealed by its fingerprint (SHA-256), which is in the journal too.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import JSON, ForeignKey, Select, String, Text, event, inspect, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.calendar import today_in_paris
from models.database import Base, Dated, db
from models.errors import Conflict, IllegalMove, NotReady, RuleViolation
from models.lifecycle import HasLifecycle, Lifecycle, Move
from models.period import Period
from models.text import Sentence

if TYPE_CHECKING:
    from models.user import User

OPINION_MIN, OPINION_MAX = 40, 6000
Problems = Iterable[tuple[str, str]]


def _period_is_over(report: Report) -> Problems:
    if not report.is_over:
        yield (
            "status",
            "Cette période n’est pas finie : ses chiffres changeraient encore. Figez le rapport le lendemain de son "
            "dernier jour, ou faites-en un autre qui s’arrête plus tôt.",
        )


def _has_opinion(report: Report) -> Problems:
    if len(report.opinion.strip()) < OPINION_MIN:
        yield (
            "opinion",
            Sentence(
                "Écrivez l’avis de l’équipe en %(count)s caractères au moins : le comité le lit d’abord.",
                count=OPINION_MIN,
            ),
        )


#: The platform counted nothing before; further ahead a day is a slip of the hand (and the last day of all has no next one).
FIRST_YEAR, AHEAD = 2020, timedelta(days=366)

LIFECYCLE = Lifecycle(
    ("draft", "frozen", "discarded"),
    (
        Move(
            "freeze",
            ("draft",),
            "frozen",
            "curator",
            guards=(_period_is_over, _has_opinion),
            stamps="frozen_at",
        ),
        Move("discard", ("draft",), "discarded", "curator"),
    ),
    {
        "draft": "ce rapport est encore un projet",
        "frozen": "ce rapport est figé",
        "discarded": "ce projet de rapport a été supprimé",
    },
)


class Report(Dated, HasLifecycle, Base):
    """``first_on`` to ``last_on``: its days, in Paris; ``contents``: the sections as they were printed (webapp/curation/
    report_contents.py), None before it is frozen; ``replaces``: the frozen report that this one puts right."""

    __tablename__ = "report"
    lifecycle = LIFECYCLE
    subject_type = "report"

    id: Mapped[int] = mapped_column(primary_key=True)
    first_on: Mapped[date]
    last_on: Mapped[date]
    opinion: Mapped[str] = mapped_column(Text, default="")
    contents: Mapped[list[dict[str, Any]] | None] = mapped_column(JSON(none_as_null=True))
    sha256: Mapped[str] = mapped_column(String(64), default="")
    author_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    frozen_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    frozen_at: Mapped[datetime | None]
    replaces_id: Mapped[int | None] = mapped_column(ForeignKey("report.id"), index=True)

    author: Mapped[User] = relationship(foreign_keys=[author_id])
    frozen_by: Mapped[User | None] = relationship(foreign_keys=[frozen_by_id])
    replaces: Mapped[Report | None] = relationship(remote_side=[id])

    @classmethod
    def draft(cls, *, period: Period, by: User, opinion: str = "", replaces: Report | None = None) -> Report:
        """Begin one. Raises NotReady for days that do not follow each other, to come, or far from ours."""
        if period.last < period.first:
            raise NotReady([("last_on", "Le dernier jour vient avant le premier.")])
        if period.first.year < FIRST_YEAR:
            raise NotReady(
                [("first_on", "Rien n’a été compté avant 2020 : choisissez un premier jour plus récent.")]
            )
        if period.first > today_in_paris():
            raise NotReady([("first_on", "Cette période n’a pas commencé : il n’y a rien à compter.")])
        if period.last > today_in_paris() + AHEAD:
            raise NotReady([("last_on", "Choisissez un dernier jour qui soit dans un an au plus.")])
        report = cls(
            first_on=period.first, last_on=period.last, opinion=opinion, author=by, replaces=replaces
        )
        db.session.add(report)
        details = {"replaces": replaces.id} if replaces is not None else {}
        report._begin("draft", by=by, first=period.first.isoformat(), last=period.last.isoformat(), **details)
        return report

    def write(self, *, by: User, opinion: str) -> None:
        """Keep the opinion, finished or not. Raises IllegalMove once it is frozen."""
        if self.status != "draft":
            raise IllegalMove(self.lifecycle.refusal(self.status))
        self.opinion = opinion.strip()

    def freeze(self, *, by: User, contents: list[dict[str, Any]]) -> None:
        """Keep the figures of this instant for good. Raises NotReady without an opinion, or before the period is over."""
        if self.replaces is not None and self.replaces.replaced_by is not None:
            raise Conflict("Ce rapport a déjà été remplacé par un autre : partez du dernier.")
        self.lifecycle.choose("freeze", self)
        self.contents, self.frozen_by = contents, by
        self.sha256 = self.fingerprint
        self._move("freeze", by=by, sha256=self.sha256)

    def discard(self, *, by: User) -> None:
        """Throw a draft away; the journal says that there was one."""
        self._move("discard", by=by)

    def redo(self, *, by: User) -> Report:
        """A new draft of the same days with the same opinion: what is frozen is never edited. Raises RuleViolation when that
        is under way, or done."""
        if self.status != "frozen":
            raise IllegalMove(self.lifecycle.refusal(self.status))
        if db.session.scalar(self.successors().limit(1)) is not None:
            raise Conflict("Ce rapport est déjà repris dans un autre : allez à celui-là.")
        return Report.draft(period=self.period, by=by, opinion=self.opinion, replaces=self)

    # ------------------------------------------------------------------ reading

    @property
    def period(self) -> Period:
        return Period(self.first_on, self.last_on)

    @property
    def is_over(self) -> bool:
        """Whether its last day has passed, in Paris."""
        return self.last_on < today_in_paris()

    @property
    def fingerprint(self) -> str:
        """SHA-256 of its days, its opinion and its figures."""
        whole = [self.first_on.isoformat(), self.last_on.isoformat(), self.opinion, self.contents]
        return hashlib.sha256(json.dumps(whole, sort_keys=True, ensure_ascii=False).encode()).hexdigest()

    @property
    def is_intact(self) -> bool:
        """Whether what is stored is what was frozen."""
        return self.status == "frozen" and self.sha256 == self.fingerprint

    def successors(self) -> Select[Report]:
        """Reports that were begun to replace this one, drafts included."""
        return select(Report).where(Report.replaces_id == self.id, Report.status != "discarded")

    @property
    def replaced_by(self) -> Report | None:
        """The frozen report that puts this one right."""
        return db.session.scalar(self.successors().where(Report.status == "frozen"))

    @classmethod
    def listed(cls) -> Select[Report]:
        """All but those that were thrown away, the latest period first."""
        return select(cls).where(cls.status != "discarded").order_by(cls.last_on.desc(), cls.id.desc())


@event.listens_for(Report, "before_update")
def _frozen_for_good(mapper: Any, connection: Any, report: Report) -> None:
    """Only the move that freezes writes a frozen report: not even a verb of ours changes one later."""
    before = inspect(report).attrs.status.history.deleted or [report.status]
    if before[0] == "frozen":
        raise RuleViolation("Un rapport figé ne se modifie pas : faites-en un autre.")
