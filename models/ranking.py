"""A ranking as it was made: which texts met, with which versions and weights, and the order that came out.

Kept so that it can be computed again (« rejouer ») and compared, years later, after everything changed. Nobody's name
is in it; who asked for a replay is in the journal.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import JSON, ForeignKey, Select, String, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.activity import Activity
from models.database import Base, db, utc_now
from models.errors import IllegalMove
from models.need import Need
from models.snapshot import CatalogueState

if TYPE_CHECKING:
    from models.user import User

#: What comes of a replay. identical; rescored: same order, other scores; differs: another order; altered: what was stored
#: is no longer what its hashes say; other_version: made by versions that this installation does not have; unfinished:
#: it took longer than a job may.
VERDICTS = ("identical", "rescored", "differs", "altered", "other_version", "unfinished")
#: Those which say that something is wrong.
ALARMS = ("rescored", "differs", "altered")
MOST_ATTEMPTS = 2
#: A worker that took a replay up so long ago is dead: a job ends after 100 s, its process 20 s later (workers/queue.py).
GIVEN_UP_AFTER = timedelta(seconds=150)


class Ranking(Base):
    """One comparison of a need with the catalogue.

    ``outcome``: best first, {solution, score, rank, closeness, components}; ``circumstances``: what was read of the candidates
    beside their texts, by number (workers/ranking.py); ``ranker``: the learned weights, None for the fixed ones; ``shadow``:
    the order that weights on trial would have given, {version, order}. ``replay``: what came out last time, as
    ``workers.replay`` writes it; while one is under way, how many texts have been read again, {done, of}.
    """

    __tablename__ = "ranking"
    subject_type = "ranking"

    id: Mapped[int] = mapped_column(primary_key=True)
    need_id: Mapped[int] = mapped_column(ForeignKey("need.id"), index=True)
    need_hash: Mapped[str] = mapped_column(ForeignKey("document_version.content_hash"))
    state_id: Mapped[int] = mapped_column(ForeignKey("catalogue_state.id"))
    encoder_version: Mapped[str] = mapped_column(String(80))
    ranking_version: Mapped[str] = mapped_column(String(40))
    ranker: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    circumstances: Mapped[dict[str, Any]] = mapped_column(JSON)
    shadow: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    outcome: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    made_at: Mapped[datetime] = mapped_column(default=utc_now, index=True)
    replay_asked_at: Mapped[datetime | None] = mapped_column(index=True)
    replay_begun_at: Mapped[datetime | None]
    replay_attempts: Mapped[int] = mapped_column(default=0)
    replayed_at: Mapped[datetime | None]
    verdict: Mapped[str | None] = mapped_column(String(16))
    replay: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))

    need: Mapped[Need] = relationship()
    state: Mapped[CatalogueState] = relationship()

    @classmethod
    def keep(
        cls,
        need: Need,
        suggestions: Sequence[Any],
        *,
        need_hash: str,
        state_id: int,
        encoder_version: str,
        ranking_version: str,
        ranker: Mapping[str, Any] | None = None,
        circumstances: Mapping[str, Any] | None = None,
        shadow: Mapping[str, Any] | None = None,
    ) -> Ranking:
        """Write down what the matcher answered for ``need``, in its order."""
        ranking = cls(
            need=need,
            need_hash=need_hash,
            state_id=state_id,
            encoder_version=encoder_version,
            ranking_version=ranking_version,
            ranker=dict(ranker) if ranker else None,
            circumstances=dict(circumstances or {}),
            shadow=dict(shadow) if shadow else None,
            outcome=outcome_of(suggestions),
        )
        db.session.add(ranking)
        db.session.flush()
        return ranking

    @property
    def is_waiting(self) -> bool:
        """Whether somebody asked for a replay that has not come out yet."""
        return self.replay_asked_at is not None

    def ask_replay(self, *, by: User) -> None:
        """Rejouer: computed again by a worker, soon. Raises IllegalMove while one is under way."""
        if self.is_waiting:
            raise IllegalMove("Ce classement est déjà en train d’être rejoué : son résultat arrive.")
        self.replay_asked_at, self.replay_begun_at, self.replay_attempts = utc_now(), None, 0
        self.replay = None
        Activity.record("ask_replay", self, by=by)

    def begin_replay(self) -> bool:
        """A worker takes it up, for itself alone. False when nothing is asked, or when another one is at it."""
        if not self.is_waiting:
            return False
        if self.replay_begun_at is not None and self.replay_begun_at > utc_now() - GIVEN_UP_AFTER:
            return False
        self.replay_begun_at, self.replay_attempts = utc_now(), self.replay_attempts + 1
        return True

    @property
    def was_tried_enough(self) -> bool:
        """Whatever stopped the workers that took it up would stop the next one."""
        return self.replay_attempts > MOST_ATTEMPTS

    def conclude_replay(self, verdict: str, found: Mapping[str, Any]) -> None:
        """Write down what came out, and that it did, in the journal."""
        assert verdict in VERDICTS, verdict
        self.replayed_at, self.replay_asked_at, self.replay_begun_at = utc_now(), None, None
        self.replay_attempts, self.verdict, self.replay = 0, verdict, dict(found)
        Activity.record("replay", self, by=None, verdict=verdict)

    @classmethod
    def latest_of(
        cls, need_id: int, *, need_hash: str, encoder_version: str, ranking_version: str
    ) -> Select[Ranking]:
        """The last one of this very text by these very versions."""
        query = cls.of_need(need_id).where(
            cls.need_hash == need_hash,
            cls.encoder_version == encoder_version,
            cls.ranking_version == ranking_version,
        )
        return query.limit(1)

    @classmethod
    def due_to_replay(cls) -> Select[Ranking]:
        return select(cls).where(cls.replay_asked_at.is_not(None)).order_by(cls.replay_asked_at, cls.id)

    @classmethod
    def of_need(cls, need_id: int) -> Select[Ranking]:
        """All rankings of a need, the latest first."""
        return select(cls).where(cls.need_id == need_id).order_by(cls.id.desc())


def outcome_of(suggestions: Sequence[Any]) -> list[dict[str, Any]]:
    """Suggestions as plain JSON, in their order."""
    return [
        {
            "solution": int(one.document_id),
            "score": one.score,
            "rank": one.rank,
            "closeness": str(one.closeness),
            "components": dict(one.components),
        }
        for one in suggestions
    ]
