"""A need and a solution that may suit each other: proposed by the machine, decided by a person. Domain model §5.

``approve`` (retenir) owes the company and the commune a message that leaves one minute later, so that a wrong key can be
undone; the match becomes « introduced » when the company's message has really left.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import JSON, ForeignKey, Select, String, Text, UniqueConstraint, func, select
from sqlalchemy.orm import Mapped, aliased, mapped_column, relationship

from models.database import Base, Dated, db, utc_now
from models.errors import NotReady
from models.exposure import Exposure
from models.introduction import checked, introduction_of
from models.lifecycle import HasLifecycle
from models.match_lifecycle import LIFECYCLE, UNDO_FOR, owners
from models.need import Need
from models.notification import Notification
from models.solution import Solution

if TYPE_CHECKING:
    from models.interest import Interest
    from models.ranking import Ranking
    from models.response import Response
    from models.user import User

REMIND_AFTER = timedelta(days=14)
EXPIRE_AFTER = timedelta(days=30)
DISMISS_REASONS = (
    "off_topic",
    "maturity",
    "territory",
    "duplicate",
    "already_in_touch",
    "conflict",
    "quality",
    "other",
)
DECLINE_REASONS = ("off_topic", "no_capacity", "territory", "timing", "already_in_touch", "other")


class Match(Dated, HasLifecycle, Base):
    """The frozen record of a recommendation: what was compared (hashes), with what (versions), how close, why.

    ``score``: 0–1; ``closeness``: very_close, close, to_check; ``components``: name → value; ``reasons``: see
    matching/explanation.py; ``introduction``: what the team wrote to both sides, empty before it was retained.
    """

    __tablename__ = "match"
    __table_args__ = (UniqueConstraint("need_id", "solution_id"),)
    lifecycle = LIFECYCLE
    subject_type = "match"
    OPEN = ("suggested", "snoozed", "approved", "introduced")
    TOLD = ("introduced", "converted", "declined", "expired")
    #: Worth a person's time: « proche » at least. Whether two texts are so is the matcher's to say (matching/fusion.py).
    GOOD = ("very_close", "close")

    id: Mapped[int] = mapped_column(primary_key=True)
    need_id: Mapped[int] = mapped_column(ForeignKey("need.id"), index=True)
    solution_id: Mapped[int] = mapped_column(ForeignKey("solution.id"), index=True)
    score: Mapped[float]
    rank: Mapped[int]
    closeness: Mapped[str] = mapped_column(String(12))
    components: Mapped[dict[str, float]] = mapped_column(JSON)
    reasons: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    encoder_version: Mapped[str] = mapped_column(String(80))
    ranking_version: Mapped[str] = mapped_column(String(40))
    need_hash: Mapped[str] = mapped_column(String(64))
    solution_hash: Mapped[str] = mapped_column(String(64))
    ranking_id: Mapped[int | None] = mapped_column(ForeignKey("ranking.id"))
    suggested_at: Mapped[datetime] = mapped_column(default=utc_now)
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    reason_code: Mapped[str | None] = mapped_column(String(20))
    note: Mapped[str] = mapped_column(Text, default="")
    introduction: Mapped[str] = mapped_column(Text, default="")
    snoozed_until: Mapped[datetime | None]
    introduced_at: Mapped[datetime | None]
    seen_at: Mapped[datetime | None]
    reminded_at: Mapped[datetime | None]
    converted_at: Mapped[datetime | None]
    response_id: Mapped[int | None] = mapped_column(ForeignKey("response.id"))
    interest_id: Mapped[int | None] = mapped_column(ForeignKey("interest.id"))

    need: Mapped[Need] = relationship()
    solution: Mapped[Solution] = relationship()
    decided_by: Mapped[User | None] = relationship(foreign_keys=[decided_by_id])
    response: Mapped[Response | None] = relationship(foreign_keys=[response_id])
    interest: Mapped[Interest | None] = relationship(foreign_keys=[interest_id])

    @classmethod
    def propose(
        cls,
        need: Need,
        suggestions: Sequence[Any],
        *,
        need_hash: str,
        solution_hashes: dict[int, str],
        ranking: Ranking | None = None,
    ) -> list[Match]:
        """Store what the matcher suggests for ``need``, in this ``ranking``. Gives the new pairs only.

        A pair that waits is refreshed; a pair that staff dismissed returns only when its texts or the versions of the
        encoder or of the ranking changed; a decided pair is left as it is. Running it twice changes nothing.
        """
        known = {m.solution_id: m for m in db.session.scalars(select(cls).where(cls.need_id == need.id))}
        fresh = []
        for suggestion in suggestions:
            frozen = {
                "score": suggestion.score,
                "rank": suggestion.rank,
                "closeness": str(suggestion.closeness),
                "components": dict(suggestion.components),
                "reasons": [r.as_json() for r in suggestion.reasons],
                "encoder_version": suggestion.encoder_version,
                "ranking_version": suggestion.ranking_version,
                "need_hash": need_hash,
                "solution_hash": solution_hashes[int(suggestion.document_id)],
                "ranking_id": ranking.id if ranking else None,
            }
            match = known.get(int(suggestion.document_id))
            if match is None:
                match = cls(need=need, solution_id=int(suggestion.document_id), **frozen)
                db.session.add(match)
                match._begin("suggested", by=None, score=round(suggestion.score, 4), rank=suggestion.rank)
                fresh.append(match)
            elif match.status in ("suggested", "snoozed"):
                match._refresh(frozen)
            elif match.status in ("dismissed", "void") and not match._is_same_comparison(frozen):
                match._refresh(frozen)
                match._begin(
                    "suggested", by=None, again=True, score=round(suggestion.score, 4), rank=suggestion.rank
                )
                match.decided_at = match.decided_by = match.reason_code = None
                fresh.append(match)
            elif match.status == "void":
                match._refresh(frozen)
                match._begin("suggested", by=None, again=True, score=round(match.score, 4), rank=match.rank)
                fresh.append(match)
        Exposure.count("proposed", [match.solution_id for match in fresh])
        return fresh

    def _refresh(self, frozen: dict[str, Any]) -> None:
        if (self.need_hash, self.solution_hash) != (frozen["need_hash"], frozen["solution_hash"]):
            self.introduction = ""  # it quoted sentences that may be there no more
        for name, value in frozen.items():
            if getattr(self, name) != value:
                setattr(self, name, value)

    def _is_same_comparison(self, frozen: dict[str, Any]) -> bool:
        return all(
            getattr(self, name) == frozen[name]
            for name in ("encoder_version", "ranking_version", "need_hash", "solution_hash")
        )

    @property
    def prepared_introduction(self) -> str:
        """What to say to both sides: the words of an approval that was taken back, else a paragraph made from the reasons."""
        return self.introduction or introduction_of(self)

    def approve(self, *, by: User, note: str = "", introduction: str | None = None) -> None:
        """Retenir: the company is told in a minute, the commune in the same batch, both in the words of ``introduction``.

        The same words are kept here and in the journal. None: those that were prepared. Raises NotReady when they are
        empty, too long, hold an e-mail address or HTML.
        """
        words = checked(self.prepared_introduction if introduction is None else introduction)
        self.decided_by, self.note, self.introduction = by, note.strip(), words
        self._move("approve", by=by, note=note.strip(), introduction=words)
        self._tell_buyer_later()

    def _tell_buyer_later(self) -> None:
        """One message for all that is retained within a minute of each other: it waits for the last one's minute."""
        waiting = {
            row.recipient_id: row
            for row in db.session.scalars(Notification.waiting("match_for_buyer", subject=self.need))
        }
        for row in waiting.values():
            row.due_at = utc_now() + UNDO_FOR
        others = [user for user in owners(self) if user.id not in waiting]
        event = f"match_for_buyer:match:{self.id}:{utc_now().timestamp()}"
        Notification.owe("match_for_buyer", others, subject=self.need, event=event, after=UNDO_FOR)

    def dismiss(self, *, by: User, reason_code: str, note: str = "") -> None:
        """Écarter, with the reason that the evaluation of the matcher needs."""
        if reason_code not in DISMISS_REASONS:
            raise NotReady([("reason_code", "Choisissez pourquoi vous écartez cette proposition.")])
        if reason_code == "other" and len(note.strip()) < 5:
            raise NotReady([("note", "Dites en quelques mots pourquoi vous écartez cette proposition.")])
        self._move("dismiss", by=by, reason=note, reason_code=reason_code)
        self.decided_by, self.reason_code, self.note = by, reason_code, note.strip()
        Notification.drop("match_for_supplier", subject=self)

    def snooze(self, *, by: User, until: datetime) -> None:
        """Reporter until an instant."""
        if until <= utc_now():
            raise NotReady([("until", "Choisissez une date à venir.")])
        self._move("snooze", by=by, until=until.isoformat())
        self.decided_by, self.snoozed_until = by, until

    def undo(self, *, by: User) -> None:
        """Annuler within the minute: messages that have not left will not leave. The words to both sides stay, for next time."""
        self._move("undo", by=by)
        self.decided_by = self.decided_at = self.reason_code = self.snoozed_until = None
        self.note = ""
        Notification.drop("match_for_supplier", subject=self)

    def wake(self) -> None:
        self._move("wake", by=None)
        self.snoozed_until = self.decided_at = self.decided_by = None

    def introduce(self) -> None:
        """The company's message has left."""
        self._move("introduce", by=None)
        Exposure.count("introduced", [self.solution_id])

    def see(self) -> None:
        """Somebody of the company opened it. Only the first time counts."""
        if self.seen_at is None:
            self.seen_at = utc_now()

    def convert(self, response: Response) -> None:
        """The company responds."""
        self.response = response
        self._move("convert", by=None, response=response.id)

    def convert_by_interest(self, interest: Interest) -> None:
        """The buyer writes to the company first (« J'adopte »)."""
        self.interest = interest
        self._move("convert", by=None, interest=interest.id)

    def decline(self, *, by: User, organization: Any, reason_code: str, note: str = "") -> None:
        """One of the two sides says no; its reason goes to the person who introduced them."""
        if reason_code not in DECLINE_REASONS:
            raise NotReady(
                [
                    (
                        "reason_code",
                        "Choisissez pourquoi vous déclinez : cela améliore les propositions suivantes.",
                    )
                ]
            )
        self.reason_code = reason_code
        self._move("decline", by=by, organization=organization, reason=note, reason_code=reason_code)

    def remind(self) -> None:
        self._move("remind", by=None)

    def expire(self) -> None:
        self._move("expire", by=None)

    def void(self) -> None:
        self._move("void", by=None)

    @property
    def activity_need_id(self) -> int | None:
        return self.need_id or self.need.id

    @property
    def undo_seconds(self) -> int:
        """Seconds left to undo, 0 when it is too late."""
        if self.decided_at is None or self.status not in ("approved", "dismissed", "snoozed"):
            return 0
        return max(0, int((self.decided_at + UNDO_FOR - utc_now()).total_seconds()))

    @classmethod
    def promising(cls) -> Select[int]:
        """Numbers of the needs with a proposal that is « proche » at least and not turned down, or that the team retained
        whatever the calculation said. The words mean the same in a small catalogue as in a large one."""
        other = aliased(cls)
        waits = other.status.in_(("suggested", "snoozed")) & other.closeness.in_(cls.GOOD)
        return select(other.need_id).where(waits | other.status.in_(("approved", "introduced", "converted")))

    @classmethod
    def waiting(cls) -> Select[Match]:
        """Proposals that nobody decided on, of open needs, closest first within a need: the weak ones of needs for which
        nothing is close enough too."""
        return (
            select(cls)
            .join(Need)
            .where(cls.status == "suggested", Need.status == "published")
            .order_by(cls.need_id, cls.rank)
        )

    @classmethod
    def to_curate(cls) -> Select[Match]:
        """What waits for a decision, closest first within a need; nothing of a need for which nothing is close enough."""
        return cls.waiting().where(cls.need_id.in_(cls.promising()))

    @classmethod
    def queue(cls) -> Select[int, int, datetime]:
        """(need id, number of proposals waiting, since when), the oldest need first."""
        since = func.min(cls.suggested_at)
        return (
            select(cls.need_id, func.count(cls.id), since)
            .join(Need)
            .where(cls.status == "suggested", Need.status == "published", cls.need_id.in_(cls.promising()))
            .group_by(cls.need_id)
            .order_by(since, cls.need_id)
        )

    @classmethod
    def of_need(cls, need: Need) -> Select[Match]:
        return select(cls).where(cls.need_id == need.id).order_by(cls.rank, cls.id)

    @classmethod
    def told_for(cls, need: Need) -> Select[Match]:
        """Introductions which the company has received."""
        return select(cls).where(cls.need_id == need.id, cls.status.in_(cls.TOLD))

    @classmethod
    def open_for(cls, *, need: Need | None = None, solution: Solution | None = None) -> Select[Match]:
        query = select(cls).where(cls.status.in_(cls.OPEN))
        if need is not None:
            query = query.where(cls.need_id == need.id)
        return query.where(cls.solution_id == solution.id) if solution is not None else query

    @classmethod
    def due_to_wake(cls) -> Select[Match]:
        return select(cls).where(cls.status == "snoozed", cls.snoozed_until <= utc_now())

    @classmethod
    def due_to_remind(cls) -> Select[Match]:
        return select(cls).where(
            cls.status == "introduced",
            cls.introduced_at < utc_now() - REMIND_AFTER,
            cls.reminded_at.is_(None),
        )

    @classmethod
    def due_to_expire(cls) -> Select[Match]:
        return select(cls).where(cls.status == "introduced", cls.introduced_at < utc_now() - EXPIRE_AFTER)
