"""One ranking, from what is given and nothing else: the proposer and the replay both call ``rank``.

What differs from one day to the next comes in by the arguments (the candidates held by the matcher, the text, its vector,
how each candidate stands), so that the same arguments give the same order, whenever and wherever they are given again.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matching import fusion
from matching.document import Document, Suggestion
from matching.fairness import WIDE, Standing, seat, turn_of, version_with_fairness
from matching.matcher import Matcher

COUNT = 10
RANKING_VERSION = version_with_fairness(fusion.RANKING_VERSION)

#: Numbers of candidates → how each stands: read today by the proposer, read from the stored ranking by the replay.
Standings = Callable[[Collection[int]], Mapping[Any, Standing]]


@dataclass(frozen=True)
class Ranked:
    """``suggestions``: the places, best first, without reasons. ``standings``: what was read of the candidates."""

    suggestions: list[Suggestion]
    standings: Mapping[Any, Standing]

    @property
    def standings_as_json(self) -> dict[str, Any]:
        return {str(number): standing.as_json() for number, standing in self.standings.items()}


def rank(
    matcher: Matcher,
    document: Document,
    vector: NDArray[np.float32] | None,
    standings: Standings,
    *,
    count: int = COUNT,
) -> Ranked:
    """The ``count`` places among what ``matcher`` holds for ``document``. ``vector`` None: encoded now.

    Raises EncodingError for a text that has no vector.
    """
    wide = matcher.suggest(document, count=max(WIDE, count), vector=vector, explain=False)
    held = standings([int(one.document_id) for one in wide])
    return Ranked(seat(wide, held, count=count, turn=turn_of(document)), held)


def stored_standings(stored: Mapping[str, Any]) -> Standings:
    """Those of ``Ranked.standings_as_json``, whoever is asked for."""
    known = {int(number): Standing.from_json(values) for number, values in stored.items()}
    return lambda numbers: known
