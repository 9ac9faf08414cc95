"""Live questions of the pages, answered from memory. In and out: short JSON, numbers of things and scores.

The page reads the things again and authorises again: an index may be a moment late, a right never is.
"""

from __future__ import annotations

from collections.abc import Iterable

from matching.document import Document, Suggestion
from matching.encoder import EncodingError
from workers.corpus import Catalogue, the_corpus

LONGEST_TEXT = 4_000  # characters
MOST_ANSWERS = 100
# A live question may encode this many texts that nobody encoded yet; more is left to the errands.
MOST_TO_ENCODE = 16
# While somebody writes, three words are close to everything: below this chance of being relevant, silence is better.
LEAST_SCORE = 0.10
# Two needs have no calibrated chance; a cosine is the honest measure (measured on the demonstration's needs).
LEAST_COSINE = 0.30

Scored = list[list[float]]


def warm_up() -> None:
    """Load the encoder and everything public."""
    the_corpus().catch_up()


def search_solutions(text: str, count: int = 20) -> Scored:
    """[[solution id, score 0–1], …], closest first, for a few words; empty for an empty text."""
    return _search(the_corpus().solutions, text, count)


def search_needs(text: str, count: int = 20) -> Scored:
    """The same among public needs, whatever their state."""
    return _search(the_corpus().needs, text, count)


def similar_needs(text: str, count: int = 6) -> Scored:
    """« Qui a déjà ce problème ? »: public needs close to the one that somebody is writing; the score is their cosine."""
    found = _suggest(the_corpus().needs, text, count)
    close = [s for s in found if s.components["cosine"] >= LEAST_COSINE]
    return [[int(s.document_id), round(s.components["cosine"], 4)] for s in close]


def likely_solutions(text: str, count: int = 6) -> Scored:
    """« Ce que l’on trouve aujourd’hui »: public solutions for the need that somebody is writing."""
    return _as_json(s for s in _suggest(the_corpus().solutions, text, count) if s.score >= LEAST_SCORE)


def _search(catalogue: Catalogue, text: str, count: int) -> Scored:
    catalogue.catch_up(MOST_TO_ENCODE)
    return _as_json(catalogue.matcher.search(_short(text), _few(count)))


def _suggest(catalogue: Catalogue, text: str, count: int) -> list[Suggestion]:
    catalogue.catch_up(MOST_TO_ENCODE)
    text = _short(text)
    if not text:
        return []
    try:
        return catalogue.matcher.suggest(Document("", "need", text), count=_few(count), explain=False)
    except EncodingError:
        return []


def _short(text: str) -> str:
    return str(text)[:LONGEST_TEXT].strip()


def _few(count: int) -> int:
    return max(0, min(int(count), MOST_ANSWERS))


def _as_json(found: Iterable[Suggestion]) -> Scored:
    return [[int(s.document_id), round(s.score, 4)] for s in found]
