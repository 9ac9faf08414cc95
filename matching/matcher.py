"""The pipeline. `Matcher.suggest` is the whole design in a dozen lines."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from heapq import heappop, heappush
from itertools import groupby, islice

import numpy as np
from numpy.typing import NDArray

from matching.cases import ProfileIndex, Profiles, case_base
from matching.dense import DenseIndex
from matching.document import Document, DocumentId, Suggestion
from matching.eligibility import may_meet
from matching.encoder import Encoder, EncodingError, Vectors
from matching.explanation import Explainer
from matching.fusion import RANKING_VERSION, Fused, chance, closeness_of, fuse
from matching.lexical import LexicalIndex, ThemeIndex, Words, compared_stems

# Fifty near-copies of one offer must not fill the ten places.
MOST_PER_ORGANIZATION = 3

# Two sums this close are one sum, added in another order: the id then decides.
TIE = 1e-6

# Below this cosine, a candidate without any of the words searched is noise, unless it is about the same known cases.
NEAR_COSINE = 0.25
NEAR_CASES = 0.15

# Ten places rarely need more looks than this; four times as many are put in order each time they do.
FIRST_LOOKS = 64


@dataclass(frozen=True)
class _Scored:
    """Every candidate against one query: same position, same candidate. Positions are in no particular order."""

    slots: NDArray[np.int64]
    cosines: NDArray[np.float64]
    words: NDArray[np.float64]
    cases: NDArray[np.float64]
    fused: Fused


class Matcher:
    """Holds the candidates of one kind (all open needs, or all published solutions) and ranks them.

    Same candidates and same query give the same suggestions, whatever the order or the batches they were added in.
    Not thread-safe: one thread, or one lock.
    """

    def __init__(self, encoder: Encoder) -> None:
        self.encoder = encoder
        self._dense = DenseIndex(encoder.dimension)
        self._lexical = LexicalIndex()
        self._themes = ThemeIndex()
        self._base = case_base(encoder)
        self._profiles = ProfileIndex()
        self._explainer = Explainer(encoder, self._lexical.rarity)
        # The four indexes know a candidate by its slot, a small integer, used again once it is free.
        self._documents: list[Document | None] = []
        self._slots: dict[DocumentId, int] = {}
        self._free: list[int] = []  # a heap

    def __len__(self) -> int:
        return len(self._slots)

    def __contains__(self, id: DocumentId) -> bool:
        return id in self._slots

    def document(self, id: DocumentId) -> Document | None:
        """The document held under this id; None when there is none."""
        return self._documents[self._slots[id]] if id in self._slots else None

    def vector(self, id: DocumentId) -> NDArray[np.float32]:
        """A copy of the vector held for a candidate. Raises KeyError."""
        return self._dense.vector(self._slots[id])

    def words_of(self, ids: Sequence[DocumentId]) -> Words:
        """The stems of these candidates, counted, in this order: to be stored, and given back to `add`. Raises KeyError."""
        return self._lexical.words_of([self._slots[id] for id in ids])

    def profiles_of(self, ids: Sequence[DocumentId]) -> Profiles:
        """The cases that these candidates are near to, in this order: to be stored, and given back to `add`. Raises KeyError."""
        return self._profiles.profiles_of([self._slots[id] for id in ids])

    def add(
        self,
        documents: Sequence[Document],
        vectors: Vectors | None = None,
        words: Words | None = None,
        profiles: Profiles | None = None,
    ) -> None:
        """Hold `documents`; one whose id is already held replaces it.

        `vectors` are theirs, one row each, from the same encoder version (a stored copy); None encodes now. `words` and
        `profiles` are theirs, as `words_of` and `profiles_of` gave them; None reads the texts. Raises EncodingError or
        ValueError, and then nothing was added.
        """
        if len({document.id for document in documents}) != len(documents):
            raise ValueError("The same id is given twice.")
        if vectors is None:
            vectors = self.encoder.encode([document.text for document in documents])
        slots = self._slots_for(documents)
        try:
            self._dense.add(slots, vectors)  # the only step that may refuse, so it comes first
        except ValueError:
            self._give_back(slots, documents)
            raise
        for slot, document in zip(slots, documents, strict=True):
            self._documents[slot] = document
            self._slots[document.id] = slot
            if words is None:
                self._lexical.add(slot, compared_stems(document))
            self._themes.add(slot, document.themes)
        if words is not None:
            self._lexical.add_words(slots, words)
        if profiles is None:
            profiles = self._base.profiles(documents, vectors, self.encoder.version)
        self._profiles.add(slots, profiles)

    def remove(self, ids: Iterable[DocumentId]) -> None:
        """Forget these candidates; an unknown id is no error."""
        for id in ids:
            slot = self._slots.pop(id, None)
            if slot is not None:
                self._documents[slot] = None
                heappush(self._free, slot)
                self._dense.remove([slot])
                self._lexical.remove(slot)
                self._themes.remove(slot)
                self._profiles.remove(slot)

    def suggest(
        self,
        document: Document,
        *,
        count: int = 10,
        exclude: Collection[DocumentId] = (),
        only: Collection[DocumentId] | None = None,
        vector: NDArray[np.float32] | None = None,
        explain: bool = True,
    ) -> list[Suggestion]:
        """The `count` best candidates for `document`, best first: fewer when hard conditions leave fewer.

        `exclude` are ids not to propose (dismissed pairs), besides the document itself if it is held. `only` keeps the
        ranking among exactly these ids (a filter; ids not held are no error), None among all: a filter chosen before
        ranking, so the ten are full as long as ten of them are allowed. A score does not change with the filter: the
        usual candidate that it is measured against is that of all candidates. `vector` is the document's own, if
        already known. Raises EncodingError when the text has no vector.
        """
        if not self._slots or count <= 0:
            return []
        scored = self._score(document, vector)
        allowed = self._best_allowed(document, scored, exclude, self._positions_of(only, scored))
        spread = self._few_of_each_organization(allowed, scored)
        return [
            self._suggestion(document, scored, position, rank, explain)
            for rank, position in enumerate(islice(spread, count), start=1)
        ]

    def search(
        self, text: str, count: int = 10, *, only: Collection[DocumentId] | None = None
    ) -> list[Suggestion]:
        """The candidates closest to a few words typed by a person, best first; none for an empty text.

        Candidates without any of the words are given only when they are close in meaning or about the same known cases. One organisation may take
        every place: somebody who searches wants what there is. Read the order, not the closeness: it was set on whole
        needs, and a few words say too little to deserve « very close ». `only` as in `suggest`.
        """
        first = next((held for held in self._documents if held), None)
        document = Document("", "need" if first and first.kind == "solution" else "solution", text)
        if not compared_stems(document):
            return []
        try:
            scored = self._score(document, None)
        except EncodingError:
            return []
        among = self._positions_of(only, scored)
        near = among[
            (scored.words[among] > 0)
            | (scored.cosines[among] >= NEAR_COSINE)
            | (scored.cases[among] >= NEAR_CASES)
        ]
        best = islice(self._best_allowed(document, scored, (), near), max(0, count))
        return [
            self._suggestion(document, scored, position, rank, explain=False)
            for rank, position in enumerate(best, start=1)
        ]

    def explained(self, document: Document, suggestions: Iterable[Suggestion]) -> list[Suggestion]:
        """The same suggestions with their reasons: for who ranked many without, and shows a few."""
        held = [(one, self._documents[self._slots[one.document_id]]) for one in suggestions]
        known = [(one, candidate) for one, candidate in held if candidate is not None]
        explained = self._explainer.explain(document, [candidate for _, candidate in known])
        return [replace(one, reasons=reasons) for (one, _), reasons in zip(known, explained, strict=True)]

    def _slots_for(self, documents: Sequence[Document]) -> list[int]:
        return [self._slots[one.id] if one.id in self._slots else self._fresh_slot() for one in documents]

    def _fresh_slot(self) -> int:
        if self._free:
            return heappop(self._free)
        self._documents.append(None)
        return len(self._documents) - 1

    def _give_back(self, slots: Sequence[int], documents: Sequence[Document]) -> None:
        for slot, document in zip(slots, documents, strict=True):
            if document.id not in self._slots:
                heappush(self._free, slot)

    def _score(self, document: Document, vector: NDArray[np.float32] | None) -> _Scored:
        """All candidates, by whole arrays: at 100 000 of them nothing here may loop in Python."""
        if vector is None:
            vector = self.encoder.encode([document.text])[0]
        size = len(self._documents)
        slots, similarities = self._dense.cosines(vector)
        cosines = similarities.astype(np.float64)
        words = self._lexical.scores(Counter(compared_stems(document)), size)[slots]
        themes = self._themes.scores(document.themes, size)[slots]
        query = self._base.query(document, vector, self.encoder.version)
        cases = self._profiles.scores(query, size)[slots]
        return _Scored(slots, cosines, words, cases, fuse(cosines, words, themes, cases))

    def _best_allowed(
        self,
        document: Document,
        scored: _Scored,
        exclude: Collection[DocumentId],
        among: NDArray[np.int64],
    ) -> Iterator[int]:
        """Positions, of those `among`, of the candidates that may be shown, best first; lazy: take as many as are needed.

        Their sums are `scored.fused.total` at these positions. The conditions are looked at in the order of the sums instead
        of for all candidates beforehand: no sum depends on a condition, so the outcome is the same, and ten places cost
        a dozen looks instead of ten thousand.
        """
        for position in self._best_first(scored, among):
            candidate = self._at(scored, position)
            is_itself = candidate.kind == document.kind and candidate.id == document.id
            if not is_itself and candidate.id not in exclude and may_meet(document, candidate):
                yield position

    def _positions_of(self, only: Collection[DocumentId] | None, scored: _Scored) -> NDArray[np.int64]:
        if only is None:
            return np.arange(len(scored.slots))
        kept = np.zeros(len(self._documents), dtype=np.bool_)
        kept[[slot for slot in map(self._slots.get, only) if slot is not None]] = True
        return np.flatnonzero(kept[scored.slots])

    def _best_first(self, scored: _Scored, among: NDArray[np.int64]) -> Iterator[int]:
        """Best sums first, near-ties by id. Puts in order what is asked for, in growing pieces, never everything at once."""
        rounded = np.round(scored.fused.total[among] / TIE)
        ceiling, looks = np.inf, FIRST_LOOKS
        while len(rounded):
            # A piece goes down to a sum, never to a number of candidates: near-ties are in the same piece.
            floor = np.partition(rounded, -looks)[-looks] if looks < len(rounded) else -np.inf
            piece = np.flatnonzero((rounded >= floor) & (rounded < ceiling))
            order = piece[np.argsort(-rounded[piece], kind="stable")].tolist()
            for _, tied in groupby(order, key=rounded.__getitem__):
                positions = among[list(tied)].tolist()
                yield from sorted(positions, key=lambda position: _id_order(self._at(scored, position).id))
            if floor == -np.inf:
                return
            ceiling, looks = floor, 4 * looks

    def _at(self, scored: _Scored, position: int) -> Document:
        held = self._documents[scored.slots[position]]
        assert held is not None, "the indexes hold a candidate that left"
        return held

    def _few_of_each_organization(self, positions: Iterable[int], scored: _Scored) -> Iterator[int]:
        met: Counter[int] = Counter()
        for position in positions:
            organization = self._at(scored, position).organization_id
            if organization is not None:
                met[organization] += 1
                if met[organization] > MOST_PER_ORGANIZATION:
                    continue
            yield position

    def _suggestion(
        self, document: Document, scored: _Scored, position: int, rank: int, explain: bool
    ) -> Suggestion:
        candidate, fused = self._at(scored, position), scored.fused
        score = chance(float(fused.total[position]))
        return Suggestion(
            document_id=candidate.id,
            score=round(score, 6),
            rank=rank,
            closeness=closeness_of(score),
            components={
                "cosine": round(float(scored.cosines[position]), 6),
                "words": round(float(scored.words[position]), 6),
                "known": round(float(scored.cases[position]), 6),
                "dense": round(float(fused.dense[position]), 6),
                "lexical": round(float(fused.lexical[position]), 6),
                "themes": round(float(fused.themes[position]), 6),
                "cases": round(float(fused.cases[position]), 6),
                "total": round(float(fused.total[position]), 6),
            },
            reasons=self._explainer.reasons(document, candidate) if explain else (),
            encoder_version=self.encoder.version,
            ranking_version=RANKING_VERSION,
        )


def _id_order(id: DocumentId) -> tuple[bool, DocumentId]:
    return isinstance(id, str), id
