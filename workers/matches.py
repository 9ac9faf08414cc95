"""Proposals: each open need meets the catalogue once for each of its texts, each new solution meets the open needs.

The debt is ``matched_at``, empty since the publication. Comparing happens outside of any transaction; then a short one
reads the need again, and stores only if it is still the text that was compared.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Sequence
from functools import partial

from sqlalchemy import select

from matching.document import Document, Suggestion
from matching.encoder import EncodingError
from models import Match, Need, Solution, db
from models.database import reading_only, utc_now
from workers.corpus import Corpus, document_of, the_corpus
from workers.rows import numbers, one_by_one, stamp, take

log = logging.getLogger(__name__)

COUNT = 10


def warm_up() -> None:
    """Load the encoder and everything public, so that the first need does not wait."""
    the_corpus().catch_up()


def propose_matches() -> None:
    """Propose what is owed. Run twice, or by two workers at once, it changes nothing more."""
    corpus = the_corpus()
    done = one_by_one(numbers(Need.awaiting_matching()), partial(_match_need, corpus))
    if done:
        log.info("%d needs compared with the catalogue", done)
    newcomers = numbers(Solution.awaiting_matching())
    if newcomers:
        _match_solutions(corpus, newcomers)


# ------------------------------------------------------------------ a need meets the catalogue


def _match_need(corpus: Corpus, need_id: int) -> None:
    corpus.catch_up()
    document = corpus.needs.document(need_id)
    suggestions = _suggest(corpus, need_id) if document else []
    need = take(Need, need_id)
    if need is None or need.status != "published" or need.matched_at is not None:
        return
    if document is None:
        document = document_of(need)  # no vector at all: nothing to propose, nothing to try again
    elif document.content_hash != document_of(need).content_hash:
        return  # it changed meanwhile: still owed
    _store(corpus, need, document, suggestions)
    _void_outdated(need, document, {suggestion.document_id for suggestion in suggestions})
    stamp(need, matched_at=utc_now())


def _suggest(corpus: Corpus, need_id: int, explain: bool = True) -> list[Suggestion]:
    document = corpus.needs.document(need_id)
    if document is None:
        return []
    try:
        vector = corpus.needs.vector(need_id)
    except EncodingError:
        return []
    return corpus.solutions.matcher.suggest(document, count=COUNT, vector=vector, explain=explain)


def _store(corpus: Corpus, need: Need, document: Document, suggestions: Sequence[Suggestion]) -> list[Match]:
    hashes = {}
    for suggestion in suggestions:
        candidate = corpus.solutions.document(int(suggestion.document_id))
        if candidate is not None:
            hashes[int(candidate.id)] = candidate.content_hash
    # A solution may have been suspended since the index caught up.
    public = set(db.session.scalars(Solution.public().with_only_columns(Solution.id).where(Solution.id.in_(hashes))))
    return Match.propose(
        need, [s for s in suggestions if s.document_id in public], need_hash=document.content_hash, solution_hashes=hashes
    )


def _void_outdated(need: Need, document: Document, kept: Collection[int | str]) -> None:
    """A proposal that quotes a text which is no more, and that the new text does not confirm, leaves the desk."""
    waiting = select(Match).where(
        Match.need_id == need.id, Match.status == "suggested", Match.need_hash != document.content_hash
    )
    for match in db.session.scalars(waiting):
        if match.solution_id not in kept:
            match.void()


# ------------------------------------------------------------------ a solution meets the open needs


def _match_solutions(corpus: Corpus, newcomers: list[int]) -> None:
    """Propose each of ``newcomers`` to the open needs whose ten it enters.

    Each need is asked once for its ten, whatever the number of newcomers: 1 ms with 320 solutions. Needs that wait for
    their own comparison are asked too: it may have begun before these solutions were there.
    """
    corpus.catch_up()
    with reading_only():
        compared = {n: corpus.solutions.document(n) for n in newcomers}
        db.session.rollback()
    needs = numbers(Need.published())
    done = one_by_one(needs, partial(_offer, corpus, {n for n, document in compared.items() if document}))
    if done == len(needs):  # else they stay owed, for the needs that failed
        one_by_one(newcomers, partial(_stamp_solution, compared))
    log.info("%d solutions compared with %d open needs", len(newcomers), done)


def _offer(corpus: Corpus, newcomers: set[int], need_id: int) -> None:
    document = corpus.needs.document(need_id)
    entering = {s.document_id for s in _suggest(corpus, need_id, explain=False)} & newcomers
    if document is None or not (entering or _is_outdated(corpus, need_id, newcomers)):
        return
    entering -= _stored_alike(corpus, document, need_id)
    db.session.rollback()
    explained = [s for s in _suggest(corpus, need_id) if s.document_id in entering] if entering else []
    need = take(Need, need_id)
    if need is None or need.status != "published" or document.content_hash != document_of(need).content_hash:
        return  # no longer open, or its new text is owed its own comparison
    _store(corpus, need, document, explained)
    _void_solutions_outdated(corpus, need, newcomers)


def _stored_alike(corpus: Corpus, document: Document, need_id: int) -> set[int | str]:
    """Solutions whose pair with this need is already stored for the same texts: nothing to explain again."""
    pairs = select(Match.solution_id, Match.solution_hash).where(
        Match.need_id == need_id, Match.need_hash == document.content_hash,
        Match.encoder_version == corpus.encoder.version, Match.status != "void",
    )
    return {number for number, hashed in db.session.execute(pairs) if hashed == _solution_hash(corpus, number)}


def _solution_hash(corpus: Corpus, number: int) -> str | None:
    document = corpus.solutions.document(number)
    return document.content_hash if document else None


def _outdated(need_id: int, newcomers: set[int]) -> list[Match]:
    waiting = select(Match).where(
        Match.need_id == need_id, Match.status == "suggested", Match.solution_id.in_(newcomers)
    )
    return list(db.session.scalars(waiting))


def _is_outdated(corpus: Corpus, need_id: int, newcomers: set[int]) -> bool:
    return any(m.solution_hash != _solution_hash(corpus, m.solution_id) for m in _outdated(need_id, newcomers))


def _void_solutions_outdated(corpus: Corpus, need: Need, newcomers: set[int]) -> None:
    for match in _outdated(need.id, newcomers):
        if match.solution_hash != _solution_hash(corpus, match.solution_id):
            match.void()


def _stamp_solution(compared: dict[int, Document | None], number: int) -> None:
    solution = take(Solution, number)
    document = compared[number]
    if solution is None or solution.status != "published" or solution.matched_at is not None:
        return
    if document is None or document.content_hash == document_of(solution).content_hash:
        stamp(solution, matched_at=utc_now())
