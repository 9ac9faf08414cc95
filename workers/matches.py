"""Proposals: each open need meets the catalogue once for each of its texts, each new solution meets the open needs.

The debt is ``matched_at``, empty since the publication. Comparing happens outside of any transaction; then a short one
reads the need again, and stores only if it is still the text that was compared.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from functools import partial

from sqlalchemy import Select, select

from matching.document import Document, Suggestion
from matching.encoder import EncodingError
from models import Match, Need, Ranking, Solution, db
from models.database import reading_only, utc_now
from workers.corpus import Corpus, document_of, the_corpus
from workers.holdings import held_in, keep_state, keep_versions
from workers.learning import Weights, read_weights
from workers.ranking import RANKING_VERSION, Circumstances, Ranked, places, rank
from workers.rows import numbers, one_by_one, stamp, take
from workers.standings import standings_of

log = logging.getLogger(__name__)


def warm_up() -> None:
    """Load the encoder and everything public, and write down what is held, so that the first need does not wait."""
    corpus = the_corpus()
    corpus.catch_up()
    keep_state(corpus.solutions)


def propose_matches() -> None:
    """Propose what is owed. Run twice, or by two workers at once, it changes nothing more."""
    corpus = the_corpus()
    done = one_by_one(numbers(Need.awaiting_matching()), partial(_match_need, corpus))
    if done:
        log.info("%d needs compared with the catalogue", done)
    if numbers(Solution.awaiting_matching()):
        _match_solutions(corpus)


# ------------------------------------------------------------------ a need meets the catalogue


@dataclass(frozen=True)
class _Compared:
    """A need as it was compared, with what came out."""

    document: Document
    ranked: Ranked
    weights: Weights

    @property
    def places(self) -> dict[int, Suggestion]:
        return {int(one.document_id): one for one in self.ranked.suggestions}


def _match_need(corpus: Corpus, need_id: int) -> None:
    corpus.catch_up()
    compared = _compare(corpus, need_id)
    explained = _explained(corpus, compared, compared.places) if compared else []
    state_id = _keep_inputs(corpus, compared) if compared else None
    need = take(Need, need_id)
    if need is None or need.status != "published" or need.matched_at is not None:
        return
    current = document_of(need)
    if compared is not None and state_id is not None:
        if compared.document.content_hash != current.content_hash:
            return  # it changed meanwhile: still owed
        _store(corpus, need, compared, explained, state_id)
    # Without a vector there is nothing to propose, and nothing to try again.
    _void_outdated(need, current, {one.document_id for one in explained})
    stamp(need, matched_at=utc_now())


def _compare(corpus: Corpus, need_id: int) -> _Compared | None:
    """Rank the catalogue for a need, as both were at the last catch_up; None when it is not public or has no vector."""
    document = corpus.needs.document(need_id)
    if document is None:
        return None
    try:
        vector = corpus.needs.vector(need_id)
    except EncodingError:
        return None
    weights, look_up = read_weights(), partial(_circumstances, need_id)
    ranked = rank(corpus.solutions.matcher, document, vector, look_up, ranker=weights.in_service)
    return _Compared(document, ranked, weights)


def _circumstances(need_id: int, solutions: Collection[int]) -> Circumstances:
    """As they are today. How each stands is by what it had from other needs: what it has from this one is no reason to give
    way here."""
    standings, now = standings_of(solutions), utc_now()
    with reading_only():
        here = set(
            db.session.scalars(
                select(Match.solution_id).where(Match.need_id == need_id, Match.solution_id.in_(solutions))
            )
        )
        published = select(Solution.id, Solution.published_at).where(Solution.id.in_(solutions))
        ages = {
            number: (now - since).days if since else None for number, since in db.session.execute(published)
        }
        db.session.rollback()
    return Circumstances(
        {
            number: replace(standing, proposed=max(0, standing.proposed - 1)) if number in here else standing
            for number, standing in standings.items()
        },
        ages,
    )


def _explained(corpus: Corpus, compared: _Compared, wanted: Collection[int]) -> list[Suggestion]:
    chosen = [one for one in compared.ranked.suggestions if one.document_id in wanted]
    return corpus.solutions.matcher.explained(compared.document, chosen)


def _keep_inputs(corpus: Corpus, compared: _Compared) -> int:
    """Write down what was compared, before the transaction that stores the outcome. Commits."""
    keep_versions([compared.document])
    return keep_state(corpus.solutions)


def _store(
    corpus: Corpus, need: Need, compared: _Compared, suggestions: Sequence[Suggestion], state_id: int
) -> list[Match]:
    """Store the ranking whole, with the order that weights on trial would have given, and propose ``suggestions`` of it."""
    weights, ranked, matcher = compared.weights, compared.ranked, corpus.solutions.matcher
    trial = weights.on_trial and places(
        matcher, compared.document, ranked.wide, ranked.circumstances, weights.on_trial
    )
    ranking = Ranking.keep(
        need,
        ranked.suggestions,
        need_hash=compared.document.content_hash,
        state_id=state_id,
        encoder_version=corpus.encoder.version,
        ranking_version=RANKING_VERSION,
        circumstances=ranked.circumstances.as_json(),
        ranker=weights.in_service.as_json() if weights.in_service else None,
        shadow=weights.shadow(trial) if trial else None,
    )
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
        need_hash=compared.document.content_hash,
        solution_hashes=hashes,
        ranking=ranking,
    )


def _void_outdated(need: Need, document: Document, kept: Collection[int | str]) -> None:
    """A proposal that quotes a text which is no more, and that the new text does not confirm, leaves the desk."""
    for match in db.session.scalars(_waiting(need.id).where(Match.need_hash != document.content_hash)):
        if match.solution_id not in kept:
            match.void()


# ------------------------------------------------------------------ a solution meets the open needs


def _match_solutions(corpus: Corpus) -> None:
    """Propose each solution that waits for it to the open needs whose ten it enters.

    Each need is asked once for its ten, whatever the number of newcomers: 1 ms with 320 solutions. Needs that wait for
    their own comparison are asked too: it may have begun before these solutions were there.
    """
    corpus.catch_up()
    # Asked after catching up: whatever the index holds was compared before, or is among these.
    newcomers = numbers(Solution.awaiting_matching())
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
    newcomers = newcomers - _met_before(corpus, document, newcomers) if document else set()
    compared = _compare(corpus, need_id) if newcomers else None
    if compared is None:
        return
    entering = compared.places.keys() & newcomers
    alike, outdated = _stored(corpus, compared.document, newcomers)
    if entering <= alike and outdated <= entering:
        return
    wanted = entering - alike
    explained = _explained(corpus, compared, wanted)
    state_id = _keep_inputs(corpus, compared) if wanted else None
    need = take(Need, need_id)
    if need is None or need.status != "published":
        return
    if compared.document.content_hash != document_of(need).content_hash:
        return  # its new text is owed a comparison of its own
    if state_id is not None:
        _store(corpus, need, compared, explained, state_id)
    for match in db.session.scalars(_waiting(need_id).where(Match.solution_id.in_(outdated - entering))):
        match.void()


def _met_before(corpus: Corpus, document: Document, newcomers: set[int]) -> set[int]:
    """Those which the need met in their present text, in its last ranking. Asked again, it would give other near equals
    their turn, and each bell would add some to its ten."""
    query = Ranking.latest_of(
        int(document.id),
        need_hash=document.content_hash,
        encoder_version=corpus.encoder.version,
        ranking_version=RANKING_VERSION,
    )
    with reading_only():
        ranking = db.session.scalar(query)
        met = held_in(ranking.state, newcomers) if ranking else {}
        db.session.rollback()
    return {
        number for number, hashed in met.items() if hashed == corpus.solutions.holdings.hashes.get(number)
    }


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
