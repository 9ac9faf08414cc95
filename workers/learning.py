"""What the team's decisions teach: weights learned by a job, measured on later decisions, tried beside those in service.

The job never puts anything in service. It keeps what it learned, with its figures; not worse than the weights in service, it
is tried: each new ranking then also says the order that it would have given (``Ranking.shadow``), and the page « Ce que les
décisions ont appris » shows both. A person decides there.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, func, select

from matching.document import Document, Suggestion
from matching.learning import SILENT_REASONS, Decision, Lesson, learn
from matching.ranking import FIXED, Ranker, features_of, without_texts
from models import DocumentVersion, Match, RankerVersion, Solution, db
from models.database import lock_for_numbering, reading_only, utc_now
from models.match_lifecycle import UNDO_FOR
from workers.holdings import document_from
from workers.ranking import RANKING_VERSION
from workers.rows import one_by_one, take

log = logging.getLogger(__name__)

#: New decisions that are worth learning again at once; fewer wait for the next day.
ENOUGH_NEWS = 25
AT_LEAST_EVERY = timedelta(days=1)
#: The latest decisions; what the team thought years ago teaches no more.
MOST_DECISIONS = 5_000
READ_AT_ONCE = 500

RETAINED = ("approved", "introduced", "converted", "declined", "expired")


def learn_from_decisions() -> None:
    """Learn when there is news, keep the outcome, try it if it is not worse. Run twice, it changes nothing more."""
    one_by_one([0], _learn)


def _learn(_number: int) -> None:
    with reading_only():
        latest = db.session.scalar(RankerVersion.latest_first().limit(1))
        seen_until = latest.seen_until if latest else None
        is_due = _is_due(latest)
        current = RankerVersion.in_service()
        number, rival = (current.id, weights_of(current)) if current else (None, FIXED)
        decided = read_decisions() if is_due else []
        db.session.rollback()
    lesson = learn([one.decision for one in decided], rival)
    if lesson is None:
        return
    _keep(lesson, decided[-1], number, seen_until)


def _is_due(latest: RankerVersion | None) -> bool:
    news = select(func.count(Match.id)).where(*_telling(latest.seen_until if latest else None))
    count = db.session.scalar(news) or 0
    if latest is None or count >= ENOUGH_NEWS:
        return True
    return count > 0 and utc_now() - latest.trained_at >= AT_LEAST_EVERY


def _keep(lesson: Lesson, last: Decided, rival_id: int | None, seen_until: datetime | None) -> None:
    lock_for_numbering(db.session(), "activity")  # the journal's turn is the turn to write a version
    known = db.session.scalar(RankerVersion.latest_first().limit(1))
    if known is not None and known.seen_until != seen_until:
        return  # another worker was quicker
    version = RankerVersion.keep(
        lesson.ranker.as_json(),
        encoder_version=last.encoder_version,
        ranking_version=RANKING_VERSION,
        decisions=lesson.decisions,
        held_out=lesson.held_out,
        seen_until=last.at,
        rival=take(RankerVersion, rival_id) if rival_id else None,
        figures={
            "learned": lesson.learned.as_json(),
            "rival": lesson.rival.as_json(),
            "is_not_worse": lesson.is_not_worse,
        },
    )
    if lesson.is_not_worse:
        version.shadow()
    log.info("weights %s learned from %d decisions", lesson.ranker.version, lesson.decisions)


# ------------------------------------------------------------------ decisions, as the library reads them


@dataclass(frozen=True)
class Decided:
    """A decision, when it was made, and the encoder that its pair was compared with."""

    decision: Decision
    at: datetime
    encoder_version: str


def read_decisions() -> list[Decided]:
    """The latest decisions that still stand and can no longer be undone, oldest first, with what was weighed that day.

    The texts are those that were compared; a pair whose texts were not kept (before rankings were) is left out.
    """
    query = (
        select(Match, Solution.published_at)
        .join(Solution)
        .where(*_telling(None))
        .order_by(Match.decided_at.desc(), Match.id.desc())
        .limit(MOST_DECISIONS)
    )
    rows = [(match, published_at) for match, published_at in db.session.execute(query)][::-1]
    return [
        decided
        for start in range(0, len(rows), READ_AT_ONCE)
        for decided in _as_decided(rows[start : start + READ_AT_ONCE])
    ]


def _telling(since: datetime | None) -> tuple[ColumnElement[bool], ...]:
    """Decisions of a person about how well the two fit. Refused by one side as off topic, it says neither yes nor no."""
    kept = Match.status.in_(RETAINED) & ~((Match.status == "declined") & (Match.reason_code == "off_topic"))
    dismissed = (Match.status == "dismissed") & Match.reason_code.not_in(sorted(SILENT_REASONS))
    conditions = [
        kept | dismissed,
        Match.decided_by_id.is_not(None),
        Match.decided_at <= utc_now() - UNDO_FOR,
    ]
    if since is not None:
        conditions.append(Match.decided_at > since)
    return tuple(conditions)


def _as_decided(rows: Sequence[tuple[Match, datetime | None]]) -> Iterator[Decided]:
    hashes = {hashed for match, _since in rows for hashed in (match.need_hash, match.solution_hash)}
    versions = {version.content_hash: version for version in db.session.scalars(DocumentVersion.of(hashes))}

    def document(number: int, content_hash: str) -> Document | None:
        version = versions.get(content_hash)
        return document_from(number, version.contents) if version else None

    for match, published_at in rows:
        need = document(match.need_id, match.need_hash)
        solution = document(match.solution_id, match.solution_hash)
        if need is None or solution is None or match.decided_at is None:
            continue
        age = (match.suggested_at - published_at).days if published_at else None
        features = features_of(_suggestion(match), need, solution, age if age is None else max(0, age))
        if match.ranking_version != RANKING_VERSION:
            features = without_texts(features)
        retained = match.status != "dismissed"
        yield Decided(
            Decision(features, retained, match.need_id, None if retained else match.reason_code),
            match.decided_at,
            match.encoder_version,
        )


def _suggestion(match: Match) -> Suggestion:
    return Suggestion(
        match.solution_id,
        match.score,
        match.rank,
        match.closeness,  # type: ignore[arg-type]
        match.components,
        (),
        match.encoder_version,
        match.ranking_version,
    )


# ------------------------------------------------------------------ weights for a ranking


def weights_of(version: RankerVersion) -> Ranker:
    """As they apply here: what they learned of the texts counts only for the version of the matcher that it was learned on."""
    ranker = Ranker.from_json(version.weights)
    return ranker if version.ranking_version == RANKING_VERSION else ranker.with_fixed_topic()


@dataclass(frozen=True)
class Weights:
    """What a ranking is made with: ``in_service`` (None: the fixed weights), ``on_trial`` with its number in ``trial_id``."""

    in_service: Ranker | None = None
    on_trial: Ranker | None = None
    trial_id: int | None = None

    def shadow(self, places: Sequence[Suggestion]) -> dict[str, Any] | None:
        """``Ranking.shadow`` of the ``places`` that the weights on trial give."""
        if self.on_trial is None:
            return None
        order = [int(one.document_id) for one in places]
        return {"ranker": self.trial_id, "version": self.on_trial.version, "order": order}


def read_weights() -> Weights:
    """Those of this moment. Call it with nothing pending: the session is rolled back."""
    with reading_only():
        current, trial = RankerVersion.in_service(), RankerVersion.on_trial()
        weights = Weights(
            weights_of(current) if current else None,
            weights_of(trial) if trial else None,
            trial.id if trial else None,
        )
        db.session.rollback()
    return weights
