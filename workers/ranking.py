"""One ranking, from what is given and nothing else: the proposer and the replay both call ``rank``.

What may differ from one day to the next comes in by the arguments (the candidates held by the matcher, the text, its
vector), so that the same arguments give the same order, whenever and wherever they are given again.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matching.document import Document, Suggestion
from matching.fusion import RANKING_VERSION
from matching.matcher import Matcher

COUNT = 10
__all__ = ["COUNT", "RANKING_VERSION", "Ranked", "rank"]


@dataclass(frozen=True)
class Ranked:
    """``suggestions``: the places, best first, without reasons. ``standings``: what was read of the candidates, as JSON."""

    suggestions: list[Suggestion]
    standings: dict[str, Any] = field(default_factory=dict)


def rank(
    matcher: Matcher, document: Document, vector: NDArray[np.float32] | None, *, count: int = COUNT
) -> Ranked:
    """The ``count`` best of what ``matcher`` holds for ``document``. ``vector`` None: encoded now.

    Raises EncodingError for a text that has no vector.
    """
    return Ranked(matcher.suggest(document, count=count, vector=vector, explain=False))
