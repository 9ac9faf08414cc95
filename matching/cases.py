"""What is already known: problems that were told, and what answers them. The knowledge that words and vectors lack.

« Les corbeilles débordent le dimanche » and « sondes de remplissage communicantes » share no word, and no encoder of this
size puts them near each other. A *case* says that they belong together: a problem in the words of those who live with it,
and answers in the words of suppliers. There are two kinds, in two tables: *cards* (a concept with many wordings of both
sides, `training/data/lexicon.jsonl`) and *pairs* (one need and what answered it, `training/data/*pairs.jsonl`).

A document's *profile* is the few cases that it is nearest to: a need is compared with their problems, a solution with
their answers. Two documents are alike when they have cases in common, whatever their words: that is explicit semantic
analysis (Gabrilovich and Markovitch, IJCAI 2007), with cases in the place of encyclopaedia articles. So a need meets a
solution, a need another need, a solution another solution, by one product of two short vectors, and the names of the
cards in common are a reason that a person can read.

    base = case_base(encoder)
    profiles = base.profiles(documents, vectors, version)     # narrow: kept for each candidate
    query = base.query(document, vector, version)             # wide: for the one that is compared with all
"""

from __future__ import annotations

import json
from array import array
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from matching.document import Document, DocumentKind
from matching.encoder import BUNDLED, Encoder, EncoderUnavailable, SentenceTransformerEncoder, Vectors
from matching.lexical import Postings, compared_stems

FILE = BUNDLED / "cases.npz"

#: Which base this is: eight hexadecimal digits over its contents. Part of the ranking's version.
VERSION: str = json.loads(FILE.with_suffix(".json").read_text(encoding="utf-8"))["version"]

# How many cases of each table: cards, then pairs. A candidate keeps few of them (100 000 candidates are held), a query
# many; fewer for both loses a point of recall on the development needs, more for both gains nothing.
NARROW = (20, 30)
WIDE = (50, 100)

# Words in common beside the cosine, when a text is set against a case: a little less.
WORDS_WEIGHT = 0.75

# Vectors are taken in steps of 1/256, up to a half. Products of such steps are whole numbers under 2^24, which float32
# adds exactly: a document has the same profile alone or among a thousand, bit for bit.
STEPS = 256.0
HIGHEST = 127.0

# Documents read together: their nearness to all cases is one block of some megabytes.
AT_ONCE = 64

Numbers = NDArray[np.uint16]
Weights = NDArray[np.float16]


@dataclass(frozen=True)
class Profiles:
    """One document a row: the numbers of its cases, and how near each is (the cards' of norm 1, then the pairs')."""

    numbers: Numbers
    weights: Weights

    def __len__(self) -> int:
        return len(self.numbers)


@dataclass(frozen=True)
class Side:
    """One side of all cases: `vectors` (cases, dimension) in steps, `words` (stems, cases) with BM25's weights."""

    vectors: NDArray[np.float32]
    words: Any


class CaseBase:
    """`names` of the cards (a pair has the empty name), `themes` of all cases, cards first; `sides` by kind of document."""

    def __init__(
        self,
        encoder: Encoder,
        names: Sequence[str],
        themes: Sequence[str],
        stems: Sequence[str],
        sides: dict[DocumentKind, Side],
    ) -> None:
        self.names = list(names)
        self.themes = list(themes)
        self.cards = sum(1 for name in names if name)
        self._encoder = encoder
        self._numbers = {stem: number for number, stem in enumerate(stems)}
        self._sides = sides
        self._last: tuple[Any, Profiles | None] = (None, None)

    def __len__(self) -> int:
        return len(self.names)

    @classmethod
    def load(cls, encoder: Encoder, file: Path = FILE) -> CaseBase:
        """The base made by `python -m matching.training` for this encoder. Raises EncoderUnavailable when it is another's."""
        with np.load(file, allow_pickle=False) as stored:
            if str(stored["encoder"]) != encoder.version:
                raise EncoderUnavailable(
                    f"The cases were read by {stored['encoder']}, not by {encoder.version}: run python -m matching.training."
                )
            stems = stored["stems"].tolist()
            kinds: tuple[DocumentKind, ...] = ("need", "solution")
            sides = {
                kind: Side(
                    stored[f"{kind}_vectors"].astype(np.float32),
                    sparse.csr_array(
                        tuple(stored[f"{kind}_{part}"] for part in ("values", "cases", "starts")),
                        shape=(len(stems), len(stored["names"])),
                        dtype=np.float32,
                    ),
                )
                for kind in kinds
            }
            return cls(encoder, stored["names"].tolist(), stored["themes"].tolist(), stems, sides)

    def knows(self, document: Document) -> bool:
        """Whether a word of it is in some case. What has none is near nothing, and its nearest cases are chance."""
        return any(stem in self._numbers for stem in compared_stems(document))

    def profiles(self, documents: Sequence[Document], vectors: Vectors, encoder_version: str) -> Profiles:
        """The narrow profiles of `documents` of one kind or both; `vectors` are theirs, one row each.

        Vectors of another encoder than this base's are made again, by its own.
        """
        return self._profiles(documents, vectors, encoder_version, NARROW)

    def query(self, document: Document, vector: NDArray[np.float32], encoder_version: str) -> Profiles:
        """The wide profile of one document, to be compared with narrow ones. Do not write into it: the last one is kept.

        While somebody writes, one text is compared with the needs, with the solutions, and read for its themes.
        """
        read = (document.kind, document.title, document.parts, encoder_version, vector.tobytes())
        known, profile = self._last
        if profile is None or known != read:
            profile = self._profiles([document], vector.reshape(1, -1), encoder_version, WIDE)
            self._last = (read, profile)
        return profile

    def _profiles(
        self, documents: Sequence[Document], vectors: Vectors, encoder_version: str, widths: tuple[int, int]
    ) -> Profiles:
        numbers = np.zeros((len(documents), sum(widths)), dtype=np.uint16)
        weights = np.zeros((len(documents), sum(widths)), dtype=np.float16)
        for kind, side in self._sides.items():
            rows = [row for row, document in enumerate(documents) if document.kind == kind]
            for some in (rows[start : start + AT_ONCE] for start in range(0, len(rows), AT_ONCE)):
                read = [documents[row] for row in some]
                own = encoder_version == self._encoder.version
                seen = vectors[some] if own else self._encoder.encode([document.text for document in read])
                numbers[some], weights[some] = self._nearest(read, seen, side, widths)
        return Profiles(numbers, weights)

    def _nearest(
        self, documents: Sequence[Document], vectors: Vectors, side: Side, widths: tuple[int, int]
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        steps = in_steps(vectors)
        # One row by its own product: the general one first copies all cases, twenty times the work. Same bits (see STEPS).
        cosines = (side.vectors @ steps[0])[None] if len(steps) == 1 else steps @ side.vectors.T
        words = (self._counted(documents) @ side.words).toarray()
        parts = []
        for table, width in zip((slice(0, self.cards), slice(self.cards, len(self))), widths, strict=True):
            near = _standardised(cosines[:, table])
            near += _standardised(words[:, table], WORDS_WEIGHT)
            numbers, weights = _best(near, width)
            parts.append((numbers + table.start, weights))
        return np.hstack([numbers for numbers, _ in parts]), np.hstack([weights for _, weights in parts])

    def _counted(self, documents: Sequence[Document]) -> Any:
        """How often each document (row) has each stem (column) that some case has too."""
        columns, values, starts = array("i"), array("f"), [0]
        for document in documents:
            for stem, times in Counter(compared_stems(document)).items():
                number = self._numbers.get(stem)
                if number is not None:
                    columns.append(number)
                    values.append(times)
            starts.append(len(columns))
        counted = np.frombuffer(values, dtype=np.float32), np.frombuffer(columns, dtype=np.int32), starts
        return sparse.csr_array(counted, shape=(len(documents), len(self._numbers)))


class ProfileIndex:
    """The narrow profiles of all candidates, by slot: a small integer chosen by the caller, used again once removed.

    Scores have the same bits whatever the order of the additions: each slot gets its parts in the order of the query.
    """

    def __init__(self) -> None:
        self._postings: defaultdict[int, Postings] = defaultdict(Postings)  # by number of the case
        self._held: dict[int, bytes] = {}

    def add(self, slots: Sequence[int], profiles: Profiles) -> None:
        """Hold one profile a slot; what was there is replaced."""
        if not slots:
            return
        for slot in slots:
            self.remove(slot)
        numbers, weights = profiles.numbers.reshape(-1), profiles.weights.astype(np.float32).reshape(-1)
        users = np.repeat(np.array(slots, dtype=np.int32), len(numbers) // len(slots))
        by_case = np.argsort(numbers, kind="stable")
        cases, starts = np.unique(numbers[by_case], return_index=True)
        for case, (start, end) in zip(
            cases.tolist(), pairwise([*starts.tolist(), len(numbers)]), strict=True
        ):
            self._postings[case].extend(users[by_case[start:end]], weights[by_case[start:end]])
        for row, slot in enumerate(slots):
            self._held[slot] = profiles.numbers[row].tobytes() + profiles.weights[row].tobytes()

    def remove(self, slot: int) -> None:
        """Forget a profile; an unknown slot is no error."""
        held = self._held.pop(slot, None)
        if held is not None:
            for number in np.frombuffer(held[: len(held) // 2], dtype=np.uint16).tolist():
                self._postings[number].remove(slot)

    def profiles_of(self, slots: Sequence[int]) -> Profiles:
        """Those held at these slots, in this order: to be stored, and given back to `add`."""
        held = np.frombuffer(b"".join(self._held[slot] for slot in slots), dtype=np.uint16)
        halves = held.reshape(len(slots), 2, -1) if len(slots) else held.reshape(0, 2, sum(NARROW))
        return Profiles(halves[:, 0].copy(), halves[:, 1].copy().view(np.float16))

    def scores(self, query: Profiles, size: int) -> NDArray[np.float64]:
        """For slots 0 to `size` - 1, how much of the query's cases is there: 0, to 2 for the same profile."""
        found = np.zeros(size)
        for number, weight in zip(query.numbers[0].tolist(), query.weights[0].tolist(), strict=True):
            if number in self._postings:
                slots, weights = self._postings[number].read()
                found[slots] += weight * weights
        return found


def in_steps(vectors: Vectors) -> NDArray[np.float32]:
    """Whole numbers from -127 to 127 (see STEPS)."""
    return np.clip(np.rint(vectors * STEPS), -HIGHEST, HIGHEST).astype(np.float32)


def _standardised(scores: NDArray[np.float32], weight: float = 1.0) -> NDArray[np.float32]:
    """Each row in standard deviations above its mean, times `weight`; zeros where all are equal."""
    rows = scores - scores.mean(axis=1, dtype=np.float64, keepdims=True).astype(np.float32)
    spread = np.sqrt(np.einsum("ij,ij->i", rows, rows) / rows.shape[1])[:, None]
    rows *= weight / np.where(spread > 0, spread, 1.0)
    return rows


def _best(near: NDArray[np.float32], width: int) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """The `width` nearest of each row by number, and how far each is above the next one; of norm 1 a row."""
    best = np.argpartition(-near, width, axis=1)[:, : width + 1]
    order = np.lexsort((best, -np.take_along_axis(near, best, axis=1)))
    best = np.take_along_axis(best, order, axis=1)
    kept = np.take_along_axis(near, best, axis=1)
    above = kept[:, :width] - kept[:, width:]
    norms = np.linalg.norm(above, axis=1, keepdims=True)
    return best[:, :width], (above / np.where(norms > 0, norms, 1.0)).astype(np.float32)


_loaded: dict[str, CaseBase] = {}


def case_base(encoder: Encoder) -> CaseBase:
    """The bundled base, once a process. It is read by `encoder` where it was made by it, else by the bundled one."""
    if encoder.version not in _loaded:
        try:
            _loaded[encoder.version] = CaseBase.load(encoder)
        except EncoderUnavailable:
            _loaded[encoder.version] = CaseBase.load(SentenceTransformerEncoder())
    return _loaded[encoder.version]
