"""Weights learned from the team's decisions. Numbers only: no decision, no person, no text is in them.

version = RankerVersion.keep(weights, …)     # a job, from decisions; measured on later ones
version.shadow()                             # each new ranking also says the order that it would have given
version.enter_service(by=curator)            # a person, who saw both orders and the figures
version.retire(by=curator)                   # back to the fixed weights; an older version comes back in the same way
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import JSON, ForeignKey, Index, Select, String, select, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.database import Base, Dated, db, utc_now
from models.lifecycle import HasLifecycle
from models.ranker_lifecycle import LIFECYCLE
from models.ranking import Ranking

if TYPE_CHECKING:
    from models.user import User

_ALONE = text("status = 'in_service'")


class RankerVersion(Dated, HasLifecycle, Base):
    """One set of learned weights (``weights``: JSON of ``matching.ranking.Ranker``), never changed afterwards.

    ``decisions``: how many taught it, up to ``seen_until``; ``held_out``: how many of them, the latest, what the others taught
    was measured on. ``figures``: ``learned`` and ``rival``, each {log_loss, pairs_right, ndcg} (see matching/learning.py),
    measured on these; ``rival``: the version that was in service then, None for the fixed weights. ``encoder_version``,
    ``ranking_version``: those whose components it weighs.
    """

    __tablename__ = "ranker_version"
    __table_args__ = (
        Index(
            "uq_ranker_version_in_service",
            "status",
            unique=True,
            sqlite_where=_ALONE,
            postgresql_where=_ALONE,
        ),
    )
    lifecycle = LIFECYCLE
    subject_type = "ranker"

    id: Mapped[int] = mapped_column(primary_key=True)
    weights: Mapped[dict[str, Any]] = mapped_column(JSON)
    encoder_version: Mapped[str] = mapped_column(String(80))
    ranking_version: Mapped[str] = mapped_column(String(40))
    decisions: Mapped[int]
    held_out: Mapped[int]
    seen_until: Mapped[datetime]
    rival_id: Mapped[int | None] = mapped_column(ForeignKey("ranker_version.id"))
    figures: Mapped[dict[str, Any]] = mapped_column(JSON)
    trained_at: Mapped[datetime] = mapped_column(default=utc_now)
    entered_at: Mapped[datetime | None]
    retired_at: Mapped[datetime | None]

    rival: Mapped[RankerVersion | None] = relationship(remote_side=[id])

    @classmethod
    def keep(
        cls,
        weights: Mapping[str, Any],
        *,
        encoder_version: str,
        ranking_version: str,
        decisions: int,
        held_out: int,
        seen_until: datetime,
        rival: RankerVersion | None,
        figures: Mapping[str, Any],
    ) -> RankerVersion:
        """Write down what a job learned and measured."""
        version = cls(
            weights=dict(weights),
            encoder_version=encoder_version,
            ranking_version=ranking_version,
            decisions=decisions,
            held_out=held_out,
            seen_until=seen_until,
            rival=rival,
            figures=dict(figures),
        )
        db.session.add(version)
        version._begin("trained", by=None, decisions=decisions, held_out=held_out)
        return version

    def shadow(self) -> None:
        """Try it beside the weights in service; what was tried before it makes room."""
        self.lifecycle.choose("shadow", self)  # refused, it changes nothing
        for earlier in db.session.scalars(RankerVersion.of_status("shadow")):
            earlier._move("retire", by=None)
        self._move("shadow", by=None)

    def enter_service(self, *, by: User) -> None:
        """From the next ranking on. What was in service is kept, and may come back. Raises RuleViolation."""
        self.lifecycle.choose("enter_service", self)
        for current in db.session.scalars(RankerVersion.of_status("in_service")):
            current._move("retire", by=by)
        self._move("enter_service", by=by)

    def retire(self, *, by: User) -> None:
        """Revenir aux poids fixes: from the next ranking on, unless another version enters service."""
        self._move("retire", by=by)

    @classmethod
    def of_status(cls, status: str) -> Select[RankerVersion]:
        return select(cls).where(cls.status == status).order_by(cls.id)

    @classmethod
    def in_service(cls) -> RankerVersion | None:
        """None: the fixed weights are."""
        return db.session.scalar(cls.of_status("in_service"))

    @classmethod
    def on_trial(cls) -> RankerVersion | None:
        return db.session.scalar(cls.of_status("shadow"))

    @classmethod
    def latest_first(cls) -> Select[RankerVersion]:
        return select(cls).order_by(cls.id.desc())

    def trials(self) -> Select[Ranking]:
        """Rankings that say the order this version would have given, the latest first."""
        return (
            select(Ranking)
            .where(Ranking.shadow["ranker"].as_integer() == self.id)
            .order_by(Ranking.id.desc())
        )
