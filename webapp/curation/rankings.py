"""A ranking as it was made, and replayed: what was stored beside what comes out when it is computed again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

from flask import redirect, render_template, url_for
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from models import Match, Ranking, Solution, db
from webapp.acting import me
from webapp.curation.views import blueprint
from webapp.permissions import loaded
from workers.queue import ring

OTHERS = 12


@blueprint.get("/curation/classements/<int:ranking_id>")
def ranking(ranking_id: int) -> str:
    made = loaded(Ranking)
    return render_template(
        "curation/ranking.html",
        ranking=made,
        places=read_places(made),
        others=other_rankings(made),
        proposal=proposal_of(made),
    )


@blueprint.post("/curation/classements/<int:ranking_id>/rejouer")
def replay(ranking_id: int) -> Any:
    loaded(Ranking).ask_replay(by=me())
    ring("replay_rankings")
    db.session.commit()
    return redirect(url_for("curation.ranking", ranking_id=ranking_id) + "#rejouer", 303)


@dataclass(frozen=True)
class Seat:
    """Who stands at a place, in one of the two orders. ``solution`` is None when it exists no more."""

    number: int
    solution: Solution | None
    score: float
    closeness: str


@dataclass(frozen=True)
class Place:
    """One line of the comparison; ``differs`` is what the replay itself said."""

    rank: int
    stored: Seat | None
    computed: Seat | None
    differs: bool

    @property
    def is_same_solution(self) -> bool:
        return bool(self.stored and self.computed and self.stored.number == self.computed.number)


def read_places(ranking: Ranking) -> list[Place]:
    """The two orders side by side; the second is empty before the first replay."""
    replay = {} if ranking.is_waiting else ranking.replay or {}
    stored, computed = ranking.outcome, replay.get("outcome", [])
    numbers = {one["solution"] for one in (*stored, *computed)}
    query = select(Solution).where(Solution.id.in_(numbers)).options(joinedload(Solution.organization))
    solutions = {solution.id: solution for solution in db.session.scalars(query)}

    def seat(one: dict[str, Any] | None) -> Seat | None:
        if one is None:
            return None
        return Seat(one["solution"], solutions.get(one["solution"]), one["score"], one["closeness"])

    differing = set(replay.get("places", ()))
    return [
        Place(rank, seat(one), seat(other), rank in differing)
        for rank, (one, other) in enumerate(zip_longest(stored, computed), start=1)
    ]


def other_rankings(ranking: Ranking) -> Sequence[Ranking]:
    """The latest ones of the same need, this one aside."""
    query = Ranking.of_need(ranking.need_id).where(Ranking.id != ranking.id).limit(OTHERS)
    return db.session.scalars(query).all()


def proposal_of(ranking: Ranking) -> Match | None:
    """The closest proposal that this ranking made: where the reader probably comes from."""
    query = Match.of_need(ranking.need).where(Match.ranking_id == ranking.id).limit(1)
    return db.session.scalars(query).first()
