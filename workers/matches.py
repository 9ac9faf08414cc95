"""Proposals: each open need meets the catalogue once for each of its texts, each new solution meets the open needs.

The debt is ``matched_at``, empty since the publication. Comparing happens outside of any transaction; then a short one
reads the need again, and stores only if it is still the text that was compared.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Sequence
from functools import partial

from sqlalchemy import Select, select

from matching.document import Document, Suggestion
from matching.encoder import EncodingError
from matching.fusion import RANKING_VERSION
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
    public = set(
        db.session.scalars(Solution.public().with_only_columns(Solution.id).where(Solution.id.in_(hashes)))
    )
    return Match.propose(
        need,
        [s for s in suggestions if s.document_id in public],
        need_hash=document.content_hash,
        solution_hashes=hashes,
    )


def _void_outdated(need: Need, document: Document, kept: Collection[int | str]) -> None:
    """A proposal that quotes a text which is no more, and that the new text does not confirm, leaves the desk."""
    for match in db.session.scalars(_waiting(need.id).where(Match.need_hash != document.content_hash)):
        if match.solution_id not in kept:
            match.void()


# ------------------------------------------------------------------ a solution meets the open needs


def _match_solutions(corpus: Corpus, newcomers: list[int]) -> None:
    """Propose each of ``newcomers`` to the open needs whose ten it enters.

    Each need is asked once for its ten, whatever the number of newcomers: 1 ms with 320 solutions. Needs that wait for
    their own comparison are asked too: it may have begun before these solutions were there.
    """
    corpus.catch_up()
    compared = {number: corpus.solutions.document(number) for number in newcomers}
    needs = numbers(Need.published())
    done = one_by_one(
        needs, partial(_offer, corpus, {number for number, document in compared.items() if document})
    )
    if done == len(needs):  # else they stay owed, for the needs that failed
        one_by_one(newcomers, partial(_stamp_solution, compared))
    log.info("%d solutions compared with %d open needs", len(newcomers), done)


def _offer(corpus: Corpus, newcomers: set[int], need_id: int) -> None:
    document = corpus.needs.document(need_id)
    if document is None:
        return
    entering = {int(s.document_id) for s in _suggest(corpus, need_id, explain=False)} & newcomers
    alike, outdated = _stored(corpus, document, newcomers)
    if entering <= alike and outdated <= entering:
        return
    wanted = entering - alike
    explained = [s for s in _suggest(corpus, need_id) if s.document_id in wanted] if wanted else []
    need = take(Need, need_id)
    if need is None or need.status != "published" or document.content_hash != document_of(need).content_hash:
        return  # no longer open, or its new text is owed a comparison of its own
    _store(corpus, need, document, explained)
    for match in db.session.scalars(_waiting(need_id).where(Match.solution_id.in_(outdated - entering))):
        match.void()


def _stored(corpus: Corpus, document: Document, newcomers: set[int]) -> tuple[set[int], set[int]]:
    """Of the pairs of a need with ``newcomers``: those stored for these very texts, those waiting for others."""
    need_id = int(document.id)
    with reading_only():
        pairs = select(Match).where(
            Match.need_id == need_id, Match.solution_id.in_(newcomers), Match.status != "void"
        )
        alike = {m.solution_id for m in db.session.scalars(pairs) if _is_alike(corpus, document, m)}
        waiting = {m.solution_id for m in db.session.scalars(_waiting(need_id)) if m.solution_id in newcomers}
        db.session.rollback()
    return alike, waiting - alike


def _is_alike(corpus: Corpus, document: Document, match: Match) -> bool:
    candidate = corpus.solutions.document(match.solution_id)
    return (
        candidate is not None
        and match.need_hash == document.content_hash
        and match.solution_hash == candidate.content_hash
        and match.encoder_version == corpus.encoder.version
        and match.ranking_version == RANKING_VERSION
    )


def _waiting(need_id: int) -> Select[Match]:
    return select(Match).where(Match.need_id == need_id, Match.status == "suggested")


def _stamp_solution(compared: dict[int, Document | None], number: int) -> None:
    solution = take(Solution, number)
    document = compared[number]
    if solution is None or solution.status != "published" or solution.matched_at is not None:
        return
    if document is None or document.content_hash == document_of(solution).content_hash:
        stamp(solution, matched_at=utc_now())
