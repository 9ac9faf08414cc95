"""Four scores into one, and what the result is worth.

The cosine, BM25, the known cases and the themes do not speak the same unit. The first three are standardised over all candidates
of the query ("how many standard deviations above the usual candidate"), then added, so that a clear lead in one counts.
Adding places instead (reciprocal ranks) measured 1.7 nDCG lower, and the interval includes 0.

A handful of candidates gives no honest mean or deviation: both lean on the values usual on the judged collection, as if
PRIOR_COUNT more candidates had been seen. So the sum says the same of a pair in a small catalogue and in a large one, and a need
that nothing answers does not make its least bad candidate look far above the others.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matching.cases import VERSION as CASES_VERSION
from matching.document import Closeness

# Bumped whenever the order of suggestions, their score or their reasons may change.
RANKING_VERSION = f"zsum-5.{CASES_VERSION}"

Scores = NDArray[np.float64]


@dataclass(frozen=True)
class Usual:
    """Mean and standard deviation of a score between a need and a solution taken at random."""

    mean: float
    deviation: float


# Measured on the development needs (80 needs x 320 solutions) with static-fr.
USUAL_COSINE = Usual(mean=0.07, deviation=0.10)
USUAL_LEXICAL = Usual(mean=0.014, deviation=0.014)
USUAL_CASES = Usual(mean=0.017, deviation=0.07)

# With twenty, a right answer raised the very deviation that it was measured by: 79 % of them were « proche » among ten candidates
# (now 89 %), and of 74 needs whose answers were taken out of the catalogue 42 still had something « proche » (now 29; in return one more
# of the same needs has nothing while its answers are there). From 100 on it changes little.
PRIOR_COUNT = 100
EXACT_STEPS = 2**20

# A word that only one candidate has (an English query in a French catalogue, a query of one word) puts it twenty deviations
# above the rest, and nothing else counts any more. Beyond seven it is simply "the one"; the judged needs do not change.
MOST_DEVIATIONS = 7.0

# A candidate that has most of the query's cases is far above the rest because nearly all have none: that is the very news.
MOST_DEVIATIONS_OF_CASES = 20.0

# Rare words in common count whole only where the meanings are near too: « les corbeilles débordent le dimanche » shares
# « dimanche » with car sharing. Without nearness a fifth of them is left, from three deviations of cosine on all of them
# (+1.6 nDCG and +2.5 recall on the development needs; fifths to halves and 2.5 to 3 deviations do as well within a point).
LONELY_WORDS = 0.2
AGREEMENT = 3.0

# Weights: one each. Heavier themes still gain on the judged needs (+1.4 nDCG at 2), but these labels come from the hand that
# wrote the texts; people choose themes less exactly, so half of it was taken.
DENSE_WEIGHT = 1.0
LEXICAL_WEIGHT = 1.0
THEMES_WEIGHT = 1.0
CASES_WEIGHT = 0.8
# Cases in common count by themselves too, whatever the other candidates have: what is merely the best of a bad lot stays low. The
# chance then tells answers apart better (log loss 0.205 to 0.189), and needs without an answer score lower.
CASES_IN_COMMON = 6.0

# Logistic fitted on the ten first of each development need: chance that a pair is graded 2 or 3, from the sum.
CHANCE_SLOPE = 0.410
CHANCE_MIDDLE = 14.00

# Lowest score of each band (table: `python -m matching evaluate`).
CLOSENESS_FROM = {Closeness.VERY_CLOSE: 0.70, Closeness.CLOSE: 0.30}


@dataclass(frozen=True)
class Fused:
    """For each candidate, the sum and what was added (same positions)."""

    total: Scores
    dense: Scores
    lexical: Scores
    themes: Scores
    cases: Scores


def fuse(cosines: Scores, lexical: Scores, themes: Scores, cases: Scores) -> Fused:
    """Add the four scores of the same candidates. `lexical` is 0 to 1, `themes` is 0, 0.5 or 1, `cases` 0 to 2."""
    dense = DENSE_WEIGHT * _standardised(cosines, USUAL_COSINE)
    words = LEXICAL_WEIGHT * _standardised(lexical, USUAL_LEXICAL)
    agreement = LONELY_WORDS + (1 - LONELY_WORDS) * np.clip(dense / AGREEMENT, 0, 1)
    words = np.where(words > 0, words * agreement, words)
    shared = THEMES_WEIGHT * themes
    known = (
        CASES_WEIGHT * _standardised(cases, USUAL_CASES, MOST_DEVIATIONS_OF_CASES) + CASES_IN_COMMON * cases
    )
    return Fused(dense + words + shared + known, dense, words, shared, known)


def _standardised(scores: Scores, usual: Usual, most: float = MOST_DEVIATIONS) -> Scores:
    seen = len(scores)
    # Summed as whole numbers of millionths (2^-20), exactly: the order of the candidates cannot change a bit.
    steps = np.rint(scores * EXACT_STEPS).astype(np.int64)
    total, squares = int(steps.sum()) / EXACT_STEPS, int((steps * steps).sum()) / EXACT_STEPS**2
    mean = (total + PRIOR_COUNT * usual.mean) / (seen + PRIOR_COUNT)
    spread = squares - 2 * mean * total + seen * mean**2
    spread += PRIOR_COUNT * (usual.deviation**2 + (usual.mean - mean) ** 2)
    return np.minimum((scores - mean) / math.sqrt(spread / (seen + PRIOR_COUNT)), most)


def chance(total: float) -> float:
    """The sum as a chance between 0 and 1 (see CHANCE_SLOPE)."""
    return 1 / (1 + math.exp(-CHANCE_SLOPE * (total - CHANCE_MIDDLE)))


def closeness_of(score: float) -> Closeness:
    """The band of a score between 0 and 1."""
    for closeness, lowest in CLOSENESS_FROM.items():
        if score >= lowest:
            return closeness
    return Closeness.TO_CHECK
