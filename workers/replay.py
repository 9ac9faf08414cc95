"""A past ranking computed again from what was stored, and compared with what came out that day.

    replayer = Replayer(encoder)
    found = replayer.replay(ranking)       # reads only; found.verdict is one of models.ranking.VERDICTS

Texts, the state of the index, circumstances and weights are those of that day. What only saves time is taken where the very
same text (by its hash) is still known today: its vector from the table, its words and its cases from a present index. Else
they are made again: same text, same encoder, same vector.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import select, update
from sqlalchemy.exc import OperationalError

from matching.document import Document
from matching.encoder import Encoder, EncodingError
from matching.matcher import Matcher
from matching.ranking import Ranker
from models import DocumentVersion, Embedding, Match, Ranking, db
from models.database import reading_only
from models.ranking import outcome_of
from models.snapshot import fingerprint_of
from workers.corpus import Catalogue, the_corpus
from workers.holdings import document_from
from workers.ranking import RANKING_VERSION, Circumstances, rank
from workers.rows import numbers, one_by_one, take

log = logging.getLogger(__name__)

T = TypeVar("T")

READ_AT_ONCE = 1_000
# Scores are stored with six decimals. Sums made in another order may differ by one unit of the last.
SAME_SCORE = 2e-6

Progress = Callable[[int, int], object]


class Altered(Exception):
    """What was stored is no longer what its hashes say; the message names it."""


@dataclass(frozen=True)
class Replay:
    """``verdict``: one of VERDICTS; ``found``: what is kept of it and shown."""

    verdict: str
    found: dict[str, Any]


class Replayer:
    """A matcher of its own, which takes the state of one ranking after the other: what they share is read once."""

    def __init__(
        self,
        encoder: Encoder,
        progress: Progress = lambda done, of: None,
        beside: Catalogue | None = None,
    ) -> None:
        """``progress`` is told how many texts are held, of how many; ``beside``: a present index of the same encoder."""
        self.encoder = encoder
        self.progress = progress
        self._beside = beside
        self._matcher = Matcher(encoder)
        self._held: dict[int, str] = {}

    def replay(self, ranking: Ranking) -> Replay:
        """Compute ``ranking`` again and compare. Reads only; the session is rolled back."""
        with reading_only():
            try:
                verdict, found = self._compare(ranking)
            except Altered as why:
                verdict, found = "altered", {"altered": str(why)}
            db.session.rollback()
        return Replay(verdict, found)

    def _compare(self, ranking: Ranking) -> tuple[str, dict[str, Any]]:
        (document,) = self._documents({ranking.need_id: ranking.need_hash})
        self._become(ranking.state.fingerprint, ranking.state.pairs)
        found: dict[str, Any] = {
            "encoder_version": self.encoder.version,
            "ranking_version": RANKING_VERSION,
            "outcome": outcome_of(self._rank(ranking, document).suggestions),
        }
        if (ranking.encoder_version, ranking.ranking_version) != (self.encoder.version, RANKING_VERSION):
            return "other_version", found
        found["places"] = differing_places(ranking.outcome, found["outcome"])
        changed = self._proposals_that_say_otherwise(ranking)
        if changed:
            return "altered", found | {"altered": "match " + ", ".join(map(str, changed))}
        if order_of(ranking.outcome) != order_of(found["outcome"]):
            return "differs", found
        return ("rescored" if found["places"] else "identical"), found

    def _rank(self, ranking: Ranking, document: Document) -> Any:
        (vector,) = self._vectors([document])
        known = Circumstances.from_json(ranking.circumstances)
        try:
            ranker = Ranker.from_json(ranking.ranker) if ranking.ranker else None
        except (KeyError, ValueError) as why:
            raise Altered("ranker") from why
        return rank(self._matcher, document, vector, lambda numbers: known, ranker=ranker)

    def _become(self, fingerprint: str, pairs: Mapping[int, str]) -> None:
        """Hold exactly these texts."""
        if fingerprint_of(pairs) != fingerprint:
            raise Altered("catalogue_state")
        missing = {number: hashed for number, hashed in pairs.items() if self._held.get(number) != hashed}
        gone = [number for number in self._held if number not in pairs or number in missing]
        self._matcher.remove(gone)
        for number in gone:
            del self._held[number]
        known: list[Document] = []
        read = len(self._held)
        for some in _chunks(sorted(missing), READ_AT_ONCE):
            documents = self._documents({number: missing[number] for number in some})
            fresh = [one for one in documents if not self._is_known_beside(one)]
            self._hold(fresh)
            known += [one for one in documents if self._is_known_beside(one)]
            read += len(documents)
            self.progress(read, len(pairs))
        self._hold(known, beside=True)

    def _is_known_beside(self, document: Document) -> bool:
        held = self._beside.holdings.hashes if self._beside else {}
        return held.get(int(document.id)) == document.content_hash

    def _hold(self, documents: Sequence[Document], beside: bool = False) -> None:
        """``beside``: their words and cases are asked of the present index, of all of them at once (it looks through all
        its words each time)."""
        if not documents:
            return
        chunks = _chunks(documents, READ_AT_ONCE)
        vectors = np.stack([vector for some in chunks for vector in self._vectors(some)])
        if beside and self._beside:
            index, numbers = self._beside.matcher, [one.id for one in documents]
            self._matcher.add(documents, vectors, index.words_of(numbers), index.profiles_of(numbers))
        else:
            self._matcher.add(documents, vectors)
        self._held |= {int(one.id): one.content_hash for one in documents}

    def _documents(self, wanted: Mapping[int, str]) -> list[Document]:
        query = DocumentVersion.of(wanted.values())
        contents: dict[str, dict[str, Any]] = dict(
            # Columns, not rows: the session would keep a hundred thousand texts until the end.
            db.session.execute(
                query.with_only_columns(DocumentVersion.content_hash, DocumentVersion.contents)
            ).all()
        )
        documents = []
        for number, hashed in wanted.items():
            document = document_from(number, contents[hashed]) if hashed in contents else None
            if document is None or document.content_hash != hashed:
                raise Altered(f"document_version {hashed[:12]}")
            documents.append(document)
        return documents

    def _vectors(self, documents: Sequence[Document]) -> list[NDArray[np.float32]]:
        """Raises Altered for a text that has no vector: it could not have been ranked."""
        known = Embedding.known(self.encoder.version, [document.text_hash for document in documents])
        missing = {one.text_hash: one.text for one in documents if one.text_hash not in known}
        try:
            made = self.encoder.encode(list(missing.values())) if missing else ()
        except EncodingError as why:
            raise Altered("text without vector") from why
        known |= dict(zip(missing, made, strict=True))
        return [known[document.text_hash] for document in documents]

    def _proposals_that_say_otherwise(self, ranking: Ranking) -> list[int]:
        """Numbers of the proposals of this ranking whose score or place is not the one that it stored."""
        stored = {one["solution"]: (one["score"], one["rank"]) for one in ranking.outcome}
        rows = db.session.execute(
            select(Match.id, Match.solution_id, Match.score, Match.rank).where(
                Match.need_id == ranking.need_id, Match.ranking_id == ranking.id
            )
        )
        return [number for number, solution, score, place in rows if stored.get(solution) != (score, place)]


def order_of(outcome: Iterable[Mapping[str, Any]]) -> list[int]:
    return [one["solution"] for one in outcome]


def differing_places(stored: Sequence[Mapping[str, Any]], computed: Sequence[Mapping[str, Any]]) -> list[int]:
    """Places (from 1) where another solution stands, or the same with another score, component or word."""
    longest = max(len(stored), len(computed))
    pairs = [
        (stored[at] if at < len(stored) else None, computed[at] if at < len(computed) else None)
        for at in range(longest)
    ]
    return [place for place, (one, other) in enumerate(pairs, start=1) if not _are_same(one, other)]


def _are_same(one: Mapping[str, Any] | None, other: Mapping[str, Any] | None) -> bool:
    if one is None or other is None:
        return False
    if any(one.get(name) != other.get(name) for name in ("solution", "rank", "closeness")):
        return False
    numbers, others = (
        {"score": one["score"], **one["components"]},
        {"score": other["score"], **other["components"]},
    )
    return numbers.keys() == others.keys() and all(
        abs(numbers[name] - others[name]) <= SAME_SCORE for name in numbers
    )


def _chunks(items: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    for start in range(0, len(items), size):
        yield items[start : start + size]


# ------------------------------------------------------------------ the errand, and the command


def replay_rankings() -> None:
    """Replay what the team asked for. A ranking that stopped two workers is given up, and its page says so."""
    due = numbers(Ranking.due_to_replay())
    if due:
        one_by_one(due, _replay_asked)


def _replay_asked(number: int) -> None:
    ranking = take(Ranking, number)
    if ranking is None or not ranking.begin_replay():
        return
    if ranking.was_tried_enough:
        ranking.conclude_replay("unfinished", {})
        return
    db.session.commit()
    corpus = the_corpus()
    corpus.solutions.catch_up()
    replay_and_keep(Replayer(corpus.encoder, partial(_note_progress, number), corpus.solutions), number)


def _note_progress(number: int, done: int, of: int) -> None:
    """Say on the page how far it is. By a line of its own: the reading goes on, and may not be held up for this."""
    progress = update(Ranking).where(Ranking.id == number).values(replay={"done": done, "of": of})
    with suppress(OperationalError), db.engine.begin() as connection:
        connection.execute(progress)


def replay_and_keep(replayer: Replayer, number: int) -> Replay:
    """Replay one ranking and write down what came out; does not commit."""
    stored = db.session.get(Ranking, number, populate_existing=True)
    assert stored is not None, number
    found = replayer.replay(stored)
    ranking = take(Ranking, number)
    assert ranking is not None, number
    ranking.conclude_replay(found.verdict, found.found)
    log.info("ranking %d replayed: %s", number, found.verdict)
    return found


def chosen_rankings(*, number: int | None = None, last: int | None = None) -> list[int]:
    """The numbers of one ranking, of the ``last`` ones, or of all, oldest first. Empty: there is none."""
    query = select(Ranking.id).order_by(Ranking.id.desc())
    if number is not None:
        query = query.where(Ranking.id == number)
    if last is not None:
        query = query.limit(last)
    with reading_only():
        found = sorted(db.session.scalars(query))
        db.session.rollback()
    return found


def replay_many(chosen: Sequence[int], progress: Progress) -> Iterator[tuple[Ranking, Replay]]:
    """Replay these rankings one after the other, each written down as soon as it is done. Loads the encoder first."""
    corpus = the_corpus()
    replayer = Replayer(corpus.encoder, progress, corpus.solutions)
    for number in chosen:
        found = replay_and_keep(replayer, number)
        db.session.commit()
        ranking = db.session.get(Ranking, number)
        assert ranking is not None, number
        yield ranking, found
