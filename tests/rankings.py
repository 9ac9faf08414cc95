"""A stored ranking for tests that are about its pages: its hashes are of no text, and replaying it says so."""

from __future__ import annotations

from models import CatalogueState, DocumentVersion, Match, Need, Ranking, Solution, db
from models.snapshot import fingerprint_of
from tests.factories import World, suggest

NEED_HASH = "0" * 64


def make_ranking(world: World, need: Need | None = None, *solutions: Solution) -> Ranking:
    """The ranking that proposed ``solutions`` (or one of Ultrason's) for ``need``, best first; committed."""
    need, chosen = need or world.need(), solutions or (world.solution(),)
    suggestions = [suggest(solution, rank=rank) for rank, solution in enumerate(chosen, start=1)]
    hashes = {solution.id: f"{solution.id:064x}" for solution in chosen}
    DocumentVersion.keep({NEED_HASH: {"kind": "need"}})
    state = CatalogueState.keep(fingerprint_of(hashes), len(hashes), hashes, None)
    ranking = Ranking.keep(
        need,
        suggestions,
        need_hash=NEED_HASH,
        state_id=state.id,
        encoder_version="e1",
        ranking_version="r1",
    )
    Match.propose(need, suggestions, need_hash=NEED_HASH, solution_hashes=hashes, ranking=ranking)
    db.session.commit()
    return ranking
