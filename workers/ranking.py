"""One ranking, from what is given and nothing else: the proposer and the replay both call ``rank``.

What differs from one day to the next comes in by the arguments (the candidates held by the matcher, the text, its vector,
the learned weights, the circumstances of each candidate), so that the same arguments give the same order, whenever and
wherever they are given again.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matching import fusion
from matching.document import Document, Suggestion
from matching.fairness import WIDE, Standing, seat, turn_of, version_with_fairness
from matching.matcher import Matcher
from matching.ranking import Ranker, reorder

COUNT = 10
RANKING_VERSION = version_with_fairness(fusion.RANKING_VERSION)


@dataclass(frozen=True)
class Circumstances:
    """What is read of the candidates beside their texts, by number: how each stands, and its age in days (None: unknown)."""

    standings: Mapping[Any, Standing]
    ages: Mapping[Any, int | None]

    def as_json(self) -> dict[str, Any]:
        return {
            str(number): [*standing.as_json(), self.ages.get(number)]
            for number, standing in self.standings.items()
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Circumstances:
        return cls(
            {int(number): Standing.from_json(values[:-1]) for number, values in stored.items()},
            {int(number): values[-1] for number, values in stored.items()},
        )


#: Numbers of candidates → their circumstances: of today for the proposer, of that day for the replay.
LookUp = Callable[[Collection[int]], Circumstances]


@dataclass(frozen=True)
class Ranked:
    """``suggestions``: the places, best first, without reasons; ``wide``: the longer list that they were taken from, in the
    order of the fixed weights; ``circumstances``: what was read of its candidates."""

    suggestions: list[Suggestion]
    wide: list[Suggestion]
    circumstances: Circumstances


def rank(
    matcher: Matcher,
    document: Document,
    vector: NDArray[np.float32] | None,
    look_up: LookUp,
    *,
    ranker: Ranker | None = None,
    count: int = COUNT,
) -> Ranked:
    """The ``count`` places among what ``matcher`` holds for ``document``. ``vector`` None: encoded now; ``ranker`` None:
    the fixed weights.

    Raises EncodingError for a text that has no vector.
    """
    wide = matcher.suggest(document, count=max(WIDE, count), vector=vector, explain=False)
    circumstances = look_up([int(one.document_id) for one in wide])
    return Ranked(places(matcher, document, wide, circumstances, ranker, count), wide, circumstances)


def places(
    matcher: Matcher,
    document: Document,
    wide: Sequence[Suggestion],
    circumstances: Circumstances,
    ranker: Ranker | None,
    count: int = COUNT,
) -> list[Suggestion]:
    """The ``count`` places of a longer list: in the order of ``ranker`` if there is one, then shared among near equals."""
    ordered, chances = list(wide), None
    if ranker is not None:
        candidates = {one.document_id: matcher.document(one.document_id) for one in wide}
        ordered, chances = reorder(ranker, wide, document, candidates, circumstances.ages)
    return seat(ordered, circumstances.standings, count=count, turn=turn_of(document), chances=chances)
