"""The pipeline. `Matcher.suggest` is the whole design in a dozen lines."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, islice

import numpy as np
from numpy.typing import NDArray

from matching.dense import DenseIndex
from matching.document import Document, DocumentId, DocumentKind, Suggestion
from matching.eligibility import may_meet
from matching.encoder import Encoder, EncodingError, Vectors
from matching.explanation import Explainer
from matching.fusion import RANKING_VERSION, Fused, chance, closeness_of, fuse
from matching.lexical import LexicalIndex, ThemeIndex, compared_stems

# Fifty near-copies of one offer must not fill the ten places.
MOST_PER_ORGANIZATION = 3

# Two sums this close are one sum, added in another order: the id then decides.
TIE = 1e-6

# Below this cosine, a candidate without any of the words searched is noise.
NEAR_COSINE = 0.25


@dataclass(frozen=True)
class _Scored:
    """Every candidate against one query: same position, same candidate."""

    candidates: list[Document]
    cosines: NDArray[np.float64]
    words: NDArray[np.float64]
    fused: Fused


class Matcher:
    """Holds the candidates of one kind (all open needs, or all published solutions) and ranks them.

    Same candidates and same query give the same suggestions, whatever the order or the batches they were added in.
    Not thread-safe: one thread, or one lock.
    """

    def __init__(self, encoder: Encoder) -> None:
        self.encoder = encoder
        self._dense = DenseIndex(encoder.dimension, encoder.version)
        self._lexical = LexicalIndex()
        self._themes = ThemeIndex()
        self._explainer = Explainer(encoder, self._lexical.rarity)
        # The three indexes know a candidate by its slot, a small integer, used again once it is free.
        self._documents: list[Document | None] = []
        self._slots: dict[DocumentId, int] = {}

    def __len__(self) -> int:
        return len(self._slots)

    def __contains__(self, id: DocumentId) -> bool:
        return id in self._slots

    def add(self, documents: Sequence[Document], vectors: Vectors | None = None) -> None:
        """Hold `documents`; one whose id is already held replaces it.

        `vectors` are theirs, one row each, from the same encoder version (a stored copy); None encodes now. Raises
        EncodingError or ValueError, and then nothing was added.
        """
        if len({document.id for document in documents}) != len(documents):
            raise ValueError("The same id is given twice.")
        if vectors is None:
            vectors = self.encoder.encode([document.text for document in documents])
        slots = self._slots_for(documents)
        self._dense.add(slots, vectors)  # the only step that may refuse, so it comes first
        for slot, document in zip(slots, documents, strict=True):
            self._documents += [None] * (slot + 1 - len(self._documents))
            self._documents[slot] = document
            self._slots[document.id] = slot
            self._lexical.add(slot, compared_stems(document))
            self._themes.add(slot, document.themes)

    def remove(self, ids: Iterable[DocumentId]) -> None:
        """Forget these candidates; an unknown id is no error."""
        for id in ids:
            slot = self._slots.pop(id, None)
            if slot is not None:
                self._documents[slot] = None
                self._dense.remove([slot])
                self._lexical.remove(slot)
                self._themes.remove(slot)

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
        ranked = self._best_first(scored)
        kept = None if only is None else set(only)
        allowed = (
            one
            for one in ranked
            if (kept is None or scored.candidates[one].id in kept)
            and self._may_be_shown(document, scored, one, exclude)
        )
        spread = _few_of_each_organization(allowed, scored)
        return [
            self._suggestion(document, scored, position, rank, explain)
            for rank, position in enumerate(islice(spread, count), start=1)
        ]

    def search(
        self, text: str, count: int = 10, *, only: Collection[DocumentId] | None = None
    ) -> list[Suggestion]:
        """The candidates closest to a few words typed by a person, best first; none for an empty text.

        Candidates without any of the words are given only when they are close in meaning. Read the order, not the
        closeness: it was set on whole needs, and a few words say too little to deserve « very close ». `only` as in
        `suggest`.
        """
        holds_solutions = any(held and held.kind == "solution" for held in self._documents)
        other: DocumentKind = "need" if holds_solutions else "solution"
        try:
            found = self.suggest(Document("", other, text), count=count, only=only, explain=False)
        except EncodingError:
            return []
        return [
            one for one in found if one.components["words"] > 0 or one.components["cosine"] >= NEAR_COSINE
        ]

    def _slots_for(self, documents: Sequence[Document]) -> list[int]:
        empty = (slot for slot, held in enumerate(self._documents) if held is None)
        after = range(len(self._documents), len(self._documents) + len(documents))
        fresh = iter([*islice(empty, len(documents)), *after])
        return [self._slots[one.id] if one.id in self._slots else next(fresh) for one in documents]

    def _score(self, document: Document, vector: NDArray[np.float32] | None) -> _Scored:
        if vector is None:
            vector = self.encoder.encode([document.text])[0]
        size = len(self._documents)
        found, similarities = self._dense.search(vector, len(self))
        in_order = np.argsort(found)
        slots, cosines = found[in_order], similarities[in_order].astype(np.float64)
        words = self._lexical.scores(Counter(compared_stems(document)), size)[slots]
        themes = self._themes.scores(document.themes, size)[slots]
        candidates = [held for held in self._documents if held is not None]
        return _Scored(candidates, cosines, words, fuse(cosines, words, themes))

    def _best_first(self, scored: _Scored) -> Iterator[int]:
        rounded = np.round(scored.fused.total / TIE)
        order = np.argsort(-rounded, kind="stable").tolist()
        for _, tied in groupby(order, key=lambda position: rounded[position]):
            yield from sorted(tied, key=lambda position: _id_order(scored.candidates[position].id))

    def _may_be_shown(
        self, document: Document, scored: _Scored, position: int, exclude: Collection[DocumentId]
    ) -> bool:
        # Looked at in the order of the sums instead of for all candidates beforehand: no sum depends on a condition,
        # so the outcome is the same, and ten places cost a dozen looks instead of ten thousand.
        candidate = scored.candidates[position]
        is_itself = candidate.kind == document.kind and candidate.id == document.id
        return not is_itself and candidate.id not in exclude and may_meet(document, candidate)

    def _suggestion(
        self, document: Document, scored: _Scored, position: int, rank: int, explain: bool
    ) -> Suggestion:
        candidate, fused = scored.candidates[position], scored.fused
        score = chance(float(fused.total[position]))
        return Suggestion(
            document_id=candidate.id,
            score=round(score, 6),
            rank=rank,
            closeness=closeness_of(score),
            components={
                "cosine": round(float(scored.cosines[position]), 6),
                "words": round(float(scored.words[position]), 6),
                "dense": round(float(fused.dense[position]), 6),
                "lexical": round(float(fused.lexical[position]), 6),
                "themes": round(float(fused.themes[position]), 6),
                "total": round(float(fused.total[position]), 6),
            },
            reasons=self._explainer.reasons(document, candidate) if explain else (),
            encoder_version=self.encoder.version,
            ranking_version=RANKING_VERSION,
        )


def _few_of_each_organization(positions: Iterable[int], scored: _Scored) -> Iterator[int]:
    met: Counter[int] = Counter()
    for position in positions:
        organization = scored.candidates[position].organization_id
        if organization is not None:
            met[organization] += 1
            if met[organization] > MOST_PER_ORGANIZATION:
                continue
        yield position


def _id_order(id: DocumentId) -> tuple[bool, DocumentId]:
    return isinstance(id, str), id
