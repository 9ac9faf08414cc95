"""The reasons that a person can check, as codes and values. Nothing here changes a rank."""

from __future__ import annotations

from collections import Counter, OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from matching.document import Document, Reason
from matching.eligibility import verdicts
from matching.encoder import Encoder, EncodingError, Vectors
from matching.text import sentences, stems, tokens

MOST_TERMS = 6

# Sentences of fewer words (« Compatible SIP. ») are close to nothing or to everything by chance.
FEWEST_STEMS = 4

# About 20 MB with ten sentences of 256 dimensions.
KEPT_DOCUMENTS = 2048


@dataclass(frozen=True)
class _Read:
    """The sentences of a document worth showing, and their vectors (same order)."""

    sentences: tuple[str, ...]
    vectors: Vectors


class Explainer:
    """Explains pairs; remembers the sentence vectors of the documents that it met last."""

    def __init__(self, encoder: Encoder, rarity: Callable[[str], float]) -> None:
        """`rarity` of a stem: higher for a rarer one (`LexicalIndex.rarity`)."""
        self._encoder = encoder
        self._rarity = rarity
        self._read: OrderedDict[str, _Read] = OrderedDict()

    def reasons(self, asked: Document, found: Document) -> tuple[Reason, ...]:
        """Sentences, terms, themes (each only when there is one), then what fits, is unknown, contradicts."""
        shown = [
            self._closest_sentences(asked, found),
            self._shared_terms(asked, found),
            _shared_themes(asked, found),
        ]
        said = sorted(
            verdicts(asked, found),
            key=lambda verdict: ("fits", "unknown", "contradicts").index(verdict.outcome),
        )
        return (*(reason for reason in shown if reason), *(verdict.as_reason() for verdict in said))

    def _closest_sentences(self, asked: Document, found: Document) -> Reason | None:
        ours, theirs = self._read_sentences(asked), self._read_sentences(found)
        if not ours.sentences or not theirs.sentences:
            return None
        cosines = ours.vectors @ theirs.vectors.T
        row, column = divmod(int(cosines.argmax()), len(theirs.sentences))
        return Reason(
            "sentences",
            {
                "asked": ours.sentences[row],
                "found": theirs.sentences[column],
                "similarity": round(float(cosines[row, column]), 4),
            },
        )

    def _read_sentences(self, document: Document) -> _Read:
        key = document.content_hash
        if key not in self._read:
            self._read[key] = self._encode_sentences(document)
            if len(self._read) > KEPT_DOCUMENTS:
                self._read.popitem(last=False)
        self._read.move_to_end(key)
        return self._read[key]

    def _encode_sentences(self, document: Document) -> _Read:
        every = [sentence for part in (document.title, *document.parts) for sentence in sentences(part)]
        # A short text has only short sentences: then they all count.
        kept = [sentence for sentence in every if len(stems(sentence)) >= FEWEST_STEMS] or every
        try:
            vectors = self._encoder.encode(kept)
        except EncodingError:
            kept = [sentence for sentence in kept if _has_vector(self._encoder, sentence)]
            vectors = self._encoder.encode(kept)
        return _Read(tuple(kept), vectors)

    def _shared_terms(self, asked: Document, found: Document) -> Reason | None:
        theirs = set(stems(found.text))
        surfaces: dict[str, Counter[str]] = {}
        for token in tokens(asked.text):
            if token.stem in theirs and not token.stem.isdigit():
                surfaces.setdefault(token.stem, Counter())[token.surface] += 1
        rarest = sorted(surfaces, key=lambda stem: (-self._rarity(stem), stem))[:MOST_TERMS]
        # The form most often written; the first one when two are written as often.
        terms = [surfaces[stem].most_common(1)[0][0] for stem in rarest]
        return Reason("terms", {"terms": terms}) if terms else None


def _shared_themes(asked: Document, found: Document) -> Reason | None:
    shared = [theme for theme in asked.themes if theme in found.themes]
    return Reason("themes", {"themes": shared}) if shared else None


def _has_vector(encoder: Encoder, sentence: str) -> bool:
    try:
        encoder.encode([sentence])
    except EncodingError:
        return False
    return True
