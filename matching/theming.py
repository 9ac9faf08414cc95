"""Themes suggested from a text: those of the known cases that it is nearest to. Suggested, never forced."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from matching.cases import case_base
from matching.document import Document, DocumentKind
from matching.encoder import Encoder, EncodingError


class ThemeSuggester:
    """Reads with `encoder` the needs or the solutions of one writer after the other."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self._base = case_base(encoder)
        self._themes = sorted(set(self._base.themes))
        places = {theme: place for place, theme in enumerate(self._themes)}
        self._theme_of = np.array([places[theme] for theme in self._base.themes])

    def suggest(self, text: str, count: int = 3, kind: DocumentKind = "need") -> list[tuple[str, float]]:
        """The `count` likeliest theme codes and the share of the nearest cases that carry each, likeliest first.

        Shares go from 0 to 1 and those of all themes add up to 1. None for a text that says nothing.
        """
        document = Document("", kind, text)
        try:
            return self.suggest_for(document, self._encoder.encode([document.text])[0], count)
        except EncodingError:
            return []

    def suggest_for(
        self, document: Document, vector: NDArray[np.float32], count: int = 3
    ) -> list[tuple[str, float]]:
        """The same for a document whose vector is known."""
        if not self._base.knows(document):
            return []
        query = self._base.query(document, vector, self._encoder.version)
        weights = query.weights[0].astype(np.float64)
        shares = np.bincount(self._theme_of[query.numbers[0]], weights, minlength=len(self._themes))
        best = np.argsort(-shares, kind="stable")[:count]
        return [
            (self._themes[place], round(float(shares[place] / shares.sum()), 4))
            for place in best
            if shares[place]
        ]
