"""BM25 over stems, updated in place.

Ours rather than a library: those at hand (bm25s) freeze the collection, and a new solution must not rebuild everything.
The postings of a stem are two growing arrays, in any order. A document is added at their ends; one that leaves is found in
each of its postings, and the last entry takes its place. So nothing is ever rebuilt or compacted: no search waits for it,
with 100 000 documents as with 300, also while thousands are being added (figures: benchmarks/matching_speed.py).

Scores are divided by the most that the query could get, so they read as "share of the query found", 0 to 1: the
order is BM25's, and numbers of different queries can be compared (fusion needs it for very small collections).
"""

from __future__ import annotations

import math
from array import array
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matching.document import Document
from matching.text import stems

# The usual values: any k1 in 0.9-2 and b in 0.4-0.75 gave the same figures within 0.5 point on the judged needs.
K1 = 1.2
B = 0.75

# A title says the subject: its words count twice, on both sides (+1.3 nDCG on the development needs, P@1 from 76 to 81;
# the interval of the first includes 0).
TITLE_WEIGHT = 2

Scores = NDArray[np.float64]


def compared_stems(document: Document) -> list[str]:
    """The stems of a document, those of its title TITLE_WEIGHT times."""
    return stems(document.title) * TITLE_WEIGHT + [stem for part in document.parts for stem in stems(part)]


class Postings:
    """Who uses one stem: slots, and how often each (same position)."""

    __slots__ = ("counts", "slots")

    def __init__(self) -> None:
        self.slots = array("i")
        self.counts = array("f")

    def __len__(self) -> int:
        return len(self.slots)

    def add(self, slot: int, count: float) -> None:
        self.slots.append(slot)
        self.counts.append(count)

    def extend(self, slots: NDArray[np.int32], counts: NDArray[np.float32]) -> None:
        self.slots.frombytes(slots.tobytes())
        self.counts.frombytes(counts.tobytes())

    def remove(self, slot: int) -> None:
        place = int(np.flatnonzero(np.frombuffer(self.slots, dtype=np.int32) == slot)[0])
        last = self.slots.pop(), self.counts.pop()
        if place < len(self.slots):
            self.slots[place], self.counts[place] = last

    def read(self) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
        """Views, to be dropped before the next change (an array that is being looked at cannot grow)."""
        return np.frombuffer(self.slots, dtype=np.int32), np.frombuffer(self.counts, dtype=np.float32)


@dataclass(frozen=True)
class Words:
    """The stems of some documents, counted: held again a hundred times sooner than their texts are read again.

    Document number i has the stems `numbers[starts[i] : starts[i + 1]]` (places in `stems`), `counts` times each.
    """

    stems: Sequence[str]
    starts: NDArray[np.int64]
    numbers: NDArray[np.int32]
    counts: NDArray[np.float32]


class LexicalIndex:
    """Documents are known by their slot: a small integer chosen by the caller, that it may use again once removed.

    Scores have the same bits whatever the order of the additions: each slot gets its parts in the order of the query.
    """

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}  # of stems; a stem that nobody uses any more keeps its number
        self._postings: list[Postings] = []
        # Bytes (numbers of stems, 32 bits each): ten million objects would be looked through by the garbage collector.
        self._stems_of: dict[int, bytes] = {}
        self._lengths = np.zeros(64)
        self._total_length = 0

    def __len__(self) -> int:
        return len(self._stems_of)

    def add(self, slot: int, stems: Sequence[str]) -> None:
        """Hold a document; the one that was at this slot is replaced."""
        self.remove(slot)
        if slot >= len(self._lengths):
            self._lengths = _grown(self._lengths, slot)
        counts = Counter(stems)
        numbers = array("i", [self._number(stem) for stem in counts])
        for number, count in zip(numbers, counts.values(), strict=True):
            self._postings[number].add(slot, count)
        self._stems_of[slot] = numbers.tobytes()
        self._lengths[slot] = len(stems)
        self._total_length += len(stems)

    def words_of(self, slots: Sequence[int]) -> Words:
        """The stems of these documents, in this order."""
        places = np.full(len(self._lengths), -1)
        places[list(slots)] = np.arange(len(slots))
        read = [postings.read() for postings in self._postings]
        users = places[np.concatenate([held for held, _ in read] or [np.zeros(0, dtype=np.int32)])]
        numbers = np.repeat(np.arange(len(read), dtype=np.int32), [len(held) for held, _ in read])
        counts = np.concatenate([times for _, times in read] or [np.zeros(0, dtype=np.float32)])
        wanted = np.flatnonzero(users >= 0)
        order = wanted[np.argsort(users[wanted], kind="stable")]
        starts = np.concatenate([[0], np.cumsum(np.bincount(users[wanted], minlength=len(slots)))])
        return Words(list(self._numbers), starts, numbers[order], counts[order])

    def add_words(self, slots: Sequence[int], words: Words) -> None:
        """Hold the documents of `words`, one a slot: what `add` does, by whole arrays."""
        for slot in slots:
            self.remove(slot)
        if not slots:
            return
        if max(slots) >= len(self._lengths):
            self._lengths = _grown(self._lengths, max(slots))
        ours = np.array([self._number(stem) for stem in words.stems], dtype=np.int32)
        users = np.repeat(np.array(slots, dtype=np.int32), np.diff(words.starts))
        by_stem = np.argsort(words.numbers, kind="stable")
        bounds = np.searchsorted(words.numbers[by_stem], np.arange(len(ours) + 1)).tolist()
        for number, (start, end) in zip(ours.tolist(), pairwise(bounds), strict=True):
            self._postings[number].extend(users[by_stem[start:end]], words.counts[by_stem[start:end]])
        numbers = ours[words.numbers]
        for slot, (start, end) in zip(slots, pairwise(words.starts.tolist()), strict=True):
            self._stems_of[slot] = numbers[start:end].tobytes()
        lengths = np.bincount(users, words.counts, minlength=len(self._lengths))
        self._lengths[list(slots)] = lengths[list(slots)]
        self._total_length += int(lengths.sum())

    def remove(self, slot: int) -> None:
        """Forget a document; an unknown slot is no error."""
        numbers = self._stems_of.pop(slot, None)
        if numbers is None:
            return
        for number in memoryview(numbers).cast("i"):
            self._postings[number].remove(slot)
        self._total_length -= int(self._lengths[slot])
        self._lengths[slot] = 0

    def rarity(self, stem: str) -> float:
        """Inverse document frequency: 0 for a stem that everyone uses, high for a rare one."""
        number = self._numbers.get(stem)
        held, using = len(self), 0 if number is None else len(self._postings[number])
        return math.log(1 + (held - using + 0.5) / (using + 0.5))

    def scores(self, query: Mapping[str, int], size: int) -> Scores:
        """For slots 0 to `size` - 1, the share of `query` (stem → times) found there; 0 for an empty slot."""
        found = np.zeros(max(size, len(self._lengths)))
        best = sum(self.rarity(stem) * times for stem, times in query.items()) * (K1 + 1)
        if best <= 0 or not self._total_length:
            return found[:size]
        norm = K1 * (1 - B + B * self._lengths * (len(self) / self._total_length))
        for stem, times in query.items():
            number = self._numbers.get(stem)
            if number is not None:
                slots, counts = self._postings[number].read()
                weight = self.rarity(stem) * times * (K1 + 1)
                found[slots] += counts / (counts + norm[slots]) * weight
        return found[:size] / best

    def _number(self, stem: str) -> int:
        number = self._numbers.setdefault(stem, len(self._postings))
        if number == len(self._postings):
            self._postings.append(Postings())
        return number


class ThemeIndex:
    """Which slots carry which theme code ("" stands for: says no theme)."""

    def __init__(self) -> None:
        self._carried: dict[str, NDArray[np.bool_]] = {}
        self._themes_of: dict[int, tuple[str, ...]] = {}

    def add(self, slot: int, themes: Sequence[str]) -> None:
        """Hold the themes of a document; those that were at this slot are replaced."""
        self.remove(slot)
        self._themes_of[slot] = tuple(themes) or ("",)
        for theme in self._themes_of[slot]:
            carried = self._carried.get(theme, np.zeros(64, dtype=np.bool_))
            self._carried[theme] = _grown(carried, slot) if slot >= len(carried) else carried
            self._carried[theme][slot] = True

    def remove(self, slot: int) -> None:
        """Forget a document; an unknown slot is no error."""
        for theme in self._themes_of.pop(slot, ()):
            self._carried[theme][slot] = False

    def scores(self, themes: Sequence[str], size: int) -> Scores:
        """1 where a theme is shared, 0 where none is, 0.5 where one of the two says no theme."""
        if not themes:
            return np.full(size, 0.5)
        found = np.zeros(size)
        for theme, score in [("", 0.5), *[(theme, 1.0) for theme in themes]]:
            carried = self._carried.get(theme)
            if carried is not None:
                found[: len(carried)][carried[:size]] = score
        return found


def _grown(flat: NDArray[Any], slot: int) -> NDArray[Any]:
    """A copy with zeros at its end, long enough for `slot` and for as many again."""
    grown = np.zeros(2 * (slot + 1), dtype=flat.dtype)
    grown[: len(flat)] = flat
    return grown
