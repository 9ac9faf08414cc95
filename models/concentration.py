"""How evenly something is shared out: plain numbers in, plain numbers out.

gini([5, 5, 5, 5])                 # 0.0: everybody has the same
gini([0, 0, 0, 20])                # 0.75: one has all of it (1 - 1/4: the most that four can reach)
share_of_top_tenth([9, 1, 0, …])   # 0.9: what the most served tenth has of the whole
median_wait([2, 30], waiting=1)    # 30
"""

from __future__ import annotations

from collections.abc import Sequence


def gini(counts: Sequence[int]) -> float | None:
    """0 (all have the same) to nearly 1 (one has everything); those who have nothing count. None for nobody or nothing.

    Half of the mean difference between two members taken at random, over the mean (Gini 1912).
    """
    total = sum(counts)
    if not total:
        return None
    ordered = sorted(counts)
    weighted = sum(place * count for place, count in enumerate(ordered, start=1))
    size = len(ordered)
    return 2 * weighted / (size * total) - (size + 1) / size


def share_of_top_tenth(counts: Sequence[int]) -> float | None:
    """What the most served tenth has of the whole, 0 to 1; of nineteen the first two (a tenth is rounded up)."""
    total = sum(counts)
    if not total:
        return None
    tenth = -(-len(counts) // 10)
    return sum(sorted(counts, reverse=True)[:tenth]) / total


def median_wait(waits: Sequence[int], waiting: int = 0) -> int | None:
    """The wait, in days, that half of all have not exceeded. ``waits``: of those served; ``waiting``: how many still wait.

    None when fewer than half are served: then nobody knows it yet, and a median of the served alone would flatter.
    """
    everybody = len(waits) + waiting
    half = -(-everybody // 2)
    return sorted(waits)[half - 1] if everybody and half <= len(waits) else None
