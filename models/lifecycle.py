"""Legal moves between statuses, declared as data, enforced in one place.

A lifecycle is a list of ``Move``: from which statuses, to which, who does it, what must hold, what instant it stamps,
who is owed which message. ``HasLifecycle._move`` is the only code of the project that assigns ``status`` (a test reads
the tree to make sure). The tables come from the domain model (sections 1, 3, 4, 5, 6).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, ClassVar

from sqlalchemy import String, inspect, select
from sqlalchemy.orm import Mapped, mapped_column, object_session, validates

from models.database import lock_for_numbering, utc_now
from models.errors import Conflict, IllegalMove, NotReady
from models.text import Sentence

if TYPE_CHECKING:
    from models.user import User

# A guard answers the problems it sees: (field, French sentence). None of them: the move is allowed.
Guard = Callable[[Any], Iterable[tuple[str, str]]]
Audience = Callable[[Any], Iterable["User"]]


@dataclass(frozen=True)
class Owed:
    """A message owed when a move happens: which (workers/messages.py), to whom, how long we wait before sending."""

    kind: str
    to: Audience
    after: timedelta = timedelta(0)


@dataclass(frozen=True)
class Move:
    """One line of a lifecycle.

    ``who`` names the role for people (contributor, validator, curator, supplier, owner, system …): permissions.py
    enforces it for persons, here it documents and lets tests cross-check. ``target`` None: the status stays.
    ``reason_min`` is the least number of characters of the reason that must be given (0: none asked).
    """

    action: str
    sources: tuple[str, ...]
    target: str | None
    who: str
    guards: tuple[Guard, ...] = ()
    owes: tuple[Owed, ...] = ()
    stamps: str | None = None
    reason_min: int = 0


class Lifecycle:
    """The moves of one kind of thing, and the words for saying no."""

    def __init__(self, statuses: Sequence[str], moves: Sequence[Move], refusals: dict[str, str]) -> None:
        """``refusals``: status → French end of the sentence « Ce n’est plus possible : … »."""
        self.statuses = tuple(statuses)
        self.moves = tuple(moves)
        self.refusals = refusals
        for move in moves:
            assert set(move.sources) <= set(statuses), move
            assert move.target is None or move.target in statuses, move

    @property
    def actions(self) -> set[str]:
        return {move.action for move in self.moves}

    def find(self, action: str, status: str) -> list[Move]:
        """The moves named ``action`` that leave from ``status`` (several may differ by their guards)."""
        return [move for move in self.moves if move.action == action and status in move.sources]

    def allows(self, action: str, subject: HasLifecycle) -> bool:
        """Whether the move is possible now, guards included: used to show or hide a button."""
        return any(not self.problems(move, subject) for move in self.find(action, subject.status))

    def choose(self, action: str, subject: HasLifecycle) -> Move:
        """The first legal move. Raises IllegalMove (wrong status) or NotReady (a guard says no)."""
        candidates = self.find(action, subject.status)
        if not candidates:
            raise IllegalMove(self.refusal(subject.status))
        refused: list[tuple[str, str]] = []
        for move in candidates:
            problems = self.problems(move, subject)
            if not problems:
                return move
            refused = refused or problems
        raise NotReady(refused)

    def refusal(self, status: str) -> str:
        """The sentence for who comes too late, or too early."""
        why = self.refusals.get(status, "l’état a changé")
        return Sentence("Ce n’est plus possible : %(why)s.", why=why)

    @staticmethod
    def problems(move: Move, subject: HasLifecycle) -> list[tuple[str, str]]:
        return [problem for guard in move.guards for problem in guard(subject)]


class HasLifecycle:
    """What has a status that changes through verbs only."""

    lifecycle: ClassVar[Lifecycle]
    subject_type: ClassVar[str]
    status: Mapped[str] = mapped_column(String(24), index=True)
    if TYPE_CHECKING:
        updated_at: Mapped[datetime]  # of Dated, which every thing with a life is too

    @validates("status")
    def _only_known_statuses(self, key: str, value: str) -> str:
        if value not in self.lifecycle.statuses:
            raise ValueError(f"{value!r} is no status of {type(self).__name__}")
        return value

    @property
    def status_since(self) -> datetime | None:
        """When it came to its present status, where a move that leads there leaves a stamp; None otherwise."""
        stamps = {move.stamps for move in self.lifecycle.moves if move.target == self.status and move.stamps}
        return max(filter(None, (getattr(self, stamp) for stamp in stamps)), default=None)

    def may(self, action: str) -> bool:
        """Whether ``action`` is possible in the present state (not: whether this person may do it)."""
        return self.lifecycle.allows(action, self)

    def _begin(self, status: str, *, by: User | None, organization: Any = None, **details: Any) -> None:
        """Give a new thing its first status, recorded as « create »."""
        self.status = status
        self._record("create", by=by, before=None, organization=organization, **details)

    def _move(
        self,
        action: str,
        *,
        by: User | None,
        reason: str = "",
        organization: Any = None,
        at: datetime | None = None,
        **details: Any,
    ) -> Move:
        """Check, change, stamp, record, owe. ``by`` None means the platform itself (a deadline, a job). ``at``: the
        instant of a batch of moves; all that one move owes is due at one instant anyway."""
        from models.notification import Notification

        self._take_turn()
        move = self.lifecycle.choose(action, self)
        if move.reason_min and len(reason.strip()) < move.reason_min:
            raise NotReady([("reason", _ask_for_reason(move.reason_min))])
        at = at or utc_now()
        before = self.status
        if move.target is not None:
            self.status = move.target
        if move.stamps:
            setattr(self, move.stamps, at)
        if reason.strip():
            details["reason"] = reason.strip()
        activity = self._record(action, by=by, before=before, organization=organization, **details)
        for owed in move.owes:
            Notification.owe(
                owed.kind, owed.to(self), subject=self, activity=activity, after=owed.after, at=at
            )
        return move

    def _take_turn(self) -> None:
        """Wait for whoever is moving anything, then make sure that this is still the row that was read.

        PostgreSQL lets two transactions read the same status: a double click, or two workers, would move it twice. Every
        move is written into the journal, so the journal's turn is the turn to move. (SQLite has one writer at a time.)
        """
        session = object_session(self)
        if session is None or not inspect(self).persistent:
            return
        model: Any = type(self)
        with session.no_autoflush:
            lock_for_numbering(session, "activity")
            kept = session.execute(
                select(model.status, model.updated_at).where(model.id == inspect(self).identity[0])
            ).one()
            read = self.status, self.updated_at
        if kept.status != read[0]:
            raise IllegalMove(self.lifecycle.refusal(kept.status))
        if kept.updated_at != read[1]:
            raise Conflict("Quelqu’un vient de changer cela : relisez la page, puis recommencez.")

    def _record(
        self, action: str, *, by: User | None, before: str | None, organization: Any, **details: Any
    ) -> Any:
        from models.activity import Activity

        return Activity.record(
            action, self, by=by, organization=organization, before=before, after=self.status, **details
        )

    @property
    def activity_need_id(self) -> int | None:
        """The need in whose sourcing register this thing's activities appear, if any."""
        return None


def _ask_for_reason(minimum: int) -> str:
    if minimum == 1:
        return "Dites pourquoi en une phrase."
    return Sentence("Dites pourquoi, en %(count)s caractères au moins.", count=minimum)
