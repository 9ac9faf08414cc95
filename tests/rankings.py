"""A stored ranking, and learned weights, for tests that are about their pages: the hashes are of no text, and replaying says so."""

from __future__ import annotations

from models import CatalogueState, DocumentVersion, Match, Need, RankerVersion, Ranking, Solution, db
from models.database import utc_now
from models.snapshot import fingerprint_of
from tests.factories import World, suggest
from workers.documents import document_of
from workers.holdings import keep_versions
from workers.ranking import RANKING_VERSION

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


def make_ranker(world: World, status: str = "shadow", *, tried_on: Ranking | None = None) -> RankerVersion:
    """Learned weights walked to ``status``, tried on a ranking (one more, unless it is given); committed."""
    weights = {
        "version": "0" * 12,
        "questions": [
            {"name": "topic", "weights": {"fixed": 1.0}, "intercept": 0.0, "spreads": {}},
            {
                "name": "maturity",
                "weights": {"maturity_from_7": 1.2},
                "intercept": -0.4,
                "spreads": {},
            },
        ],
        "left": 0.5,
    }
    version = RankerVersion.keep(
        weights,
        encoder_version="e1",
        ranking_version="r1",
        decisions=160,
        held_out=40,
        seen_until=utc_now(),
        rival=RankerVersion.in_service(),
        figures={
            "learned": {"log_loss": 0.402, "pairs_right": 0.81, "ndcg": 84.2},
            "rival": {"log_loss": 0.447, "pairs_right": 0.74, "ndcg": 80.1},
            "is_not_worse": True,
        },
    )
    if status != "trained":
        version.shadow()
        ranking = tried_on or make_ranking(world)
        order = [one["solution"] for one in ranking.outcome]
        ranking.shadow = {"ranker": version.id, "version": weights["version"], "order": order[::-1]}
    if status in ("in_service", "retired"):
        version.enter_service(by=world.curator)
    if status == "retired":
        version.retire(by=world.curator)
    db.session.commit()
    return version


def make_decisions(world: World, count: int) -> None:
    """As many proposals of one need, decided by the team an hour ago: from M8 on it retains; committed."""
    need = world.need(title="Un besoin dont tout a été décidé")
    solutions = [
        world.solution(
            world.rival, title=f"Sonde décidée, modèle {number}", maturity=("M5", "M9")[number % 2]
        )
        for number in range(count)
    ]
    documents = {solution.id: document_of(solution) for solution in solutions}
    keep_versions([document_of(need), *documents.values()])
    Match.propose(
        need,
        [suggest(one, rank=rank, ranking=RANKING_VERSION) for rank, one in enumerate(solutions, start=1)],
        need_hash=document_of(need).content_hash,
        solution_hashes={number: document.content_hash for number, document in documents.items()},
    )
    for match in db.session.scalars(Match.of_need(need)).all():
        if match.solution.maturity == "M9":
            match.approve(by=world.curator)
        else:
            match.dismiss(by=world.curator, reason_code="maturity")
    db.session.commit()
