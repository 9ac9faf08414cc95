"""Places shared fairly among near equals: who was shown less comes first, a newcomer has a seat kept, ties take turns.

    wide = matcher.suggest(need, count=WIDE, explain=False)
    ten = seat(wide, standings, count=10, turn=turn_of(need))

A difference of score that no reader would notice decides nothing by itself: left to it, the same few pages win all of these
draws, and one that was just published never shows. Nobody passes somebody clearly better, no score changes, and the same
input gives the same places, so that a ranking can be replayed from the standings that were stored with it. What each
figure below gives and costs over a year: `python -m benchmarks.fairness`.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, pairwise
from typing import Any

from matching.document import Document, DocumentId, Suggestion

# Bumped whenever the places given to the same input may change; part of the version of a ranking.
FAIRNESS_VERSION = "fair-3"

# How many candidates, best first, to give to `seat` for ten places.
WIDE = 50

# Near equals: chances (0 to 1) that differ by less than this. Being less exposed is worth at most as much.
NEAR = 0.02
# Under two points of chance everything would be near: whoever enters the places has at least this part of the chance of
# the last that the scores alone would have kept.
LEAST_PART = 0.5
# With less than so many proposals, one more or less says nothing yet.
FEW = 2
# One place in so many is kept for a newcomer.
SEAT_IN = 10
MOST_PER_ORGANIZATION = 3


@dataclass(frozen=True)
class Standing:
    """What a candidate has had over twelve months: times proposed, times introduced. `is_newcomer`: lately published and
    hardly proposed (the caller's rule)."""

    proposed: int = 0
    introduced: int = 0
    is_newcomer: bool = False
    organization_id: int | None = None

    @property
    def load(self) -> int:
        # An introduction counts once more, not more than that: the pages that suit would pay for suiting (weighing it
        # three times gains nothing).
        return self.proposed + self.introduced

    def as_json(self) -> list[Any]:
        return [self.proposed, self.introduced, self.is_newcomer, self.organization_id]

    @classmethod
    def from_json(cls, stored: Sequence[Any]) -> Standing:
        return cls(*stored)


UNKNOWN = Standing()


@dataclass(frozen=True)
class _Candidate:
    """A suggestion with what decides its place: `position` by score (from 0), `worth` once exposure is weighed."""

    suggestion: Suggestion
    standing: Standing
    position: int
    chance: float
    worth: float
    draw: int


def version_with_fairness(ranking_version: str) -> str:
    """The version of a ranking whose places were shared by `seat`."""
    return f"{ranking_version}+{FAIRNESS_VERSION}"


def turn_of(document: Document) -> int:
    """Whose turn it is when two are exactly equal: another for each text, the same for the same text."""
    return int(document.content_hash[:12], 16)


def seat(
    suggestions: Sequence[Suggestion],
    standings: Mapping[DocumentId, Standing],
    *,
    count: int,
    turn: int,
    chances: Mapping[DocumentId, float] | None = None,
) -> list[Suggestion]:
    """The `count` places, best first, of `suggestions`: a longer list (WIDE), best first.

    `chances` (id → 0 to 1) is what that list is in order of, where it is not the score (learned weights). A candidate
    without standing was never shown. Scores stay; `rank` is the place; the components say what fairness did: `moved`, the
    places gained (lost: below 0), and `seat` 1 for the one that was kept for a newcomer; the version says that it did.
    """
    candidates = _weighed(suggestions, standings, chances, turn)
    near = [one for one in candidates if one.chance >= LEAST_PART * _last_chance(candidates, count)]
    ordered = list(_spread(sorted(near, key=lambda one: (-one.worth, one.draw, one.position))))
    places, others = ordered[:count], ordered[count:]
    kept = _newcomers_due(places, others, seats=count // SEAT_IN)
    if kept:
        places[-len(kept) :] = kept
    return [_placed(one, rank, one in kept) for rank, one in enumerate(places, start=1)]


def _weighed(
    suggestions: Sequence[Suggestion],
    standings: Mapping[DocumentId, Standing],
    chances: Mapping[DocumentId, float] | None,
    turn: int,
) -> list[_Candidate]:
    own = [one.score if chances is None else chances[one.document_id] for one in suggestions]
    # The order given is the authority: a chance above that of somebody better placed is brought down to it.
    stepped = list(accumulate(own, min))
    held = [standings.get(one.document_id, UNKNOWN) for one in suggestions]
    usual = FEW + sum(standing.load for standing in held) / max(1, len(held))
    tied = _in_a_tie(own)
    return [
        _Candidate(
            suggestion,
            standing,
            position,
            chance,
            chance + NEAR * usual / (usual + standing.load),
            _draw(turn, suggestion.document_id) if position in tied else 0,
        )
        for position, (suggestion, standing, chance) in enumerate(
            zip(suggestions, held, stepped, strict=True)
        )
    ]


def _in_a_tie(chances: Sequence[float]) -> set[int]:
    """Positions whose neighbour has exactly the same chance."""
    equal = [at for at, (one, next_one) in enumerate(pairwise(chances)) if one == next_one]
    return {*equal, *(at + 1 for at in equal)}


def _draw(turn: int, id: DocumentId) -> int:
    return int.from_bytes(hashlib.sha256(f"{turn}:{id}".encode()).digest()[:8], "big")


def _last_chance(candidates: Sequence[_Candidate], count: int) -> float:
    """That of the last place if the scores decided alone; 0 when there is room for everybody."""
    return candidates[count - 1].chance if 0 < count <= len(candidates) else 0.0


def _spread(candidates: Sequence[_Candidate]) -> Iterator[_Candidate]:
    """A few of each organisation, as in the list that was given."""
    met: Counter[int] = Counter()
    for one in candidates:
        organization = one.standing.organization_id
        if organization is not None:
            met[organization] += 1
            if met[organization] > MOST_PER_ORGANIZATION:
                continue
        yield one


def _newcomers_due(
    places: Sequence[_Candidate], others: Sequence[_Candidate], *, seats: int
) -> list[_Candidate]:
    """The best newcomers without a place, near the last of them, for the seats that no newcomer has yet."""
    free = seats - sum(one.standing.is_newcomer for one in places)
    if free <= 0 or not others:
        return []
    lowest = places[-1].chance - NEAR
    return [one for one in others if one.standing.is_newcomer and one.chance >= lowest][:free]


def _placed(one: _Candidate, rank: int, is_kept: bool) -> Suggestion:
    moved = one.position + 1 - rank
    said = {"moved": float(moved)} if moved else {}
    if is_kept:
        said["seat"] = 1.0
    return replace(
        one.suggestion,
        rank=rank,
        components={**one.suggestion.components, **said},
        ranking_version=version_with_fairness(one.suggestion.ranking_version),
    )
