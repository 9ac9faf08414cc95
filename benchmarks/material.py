"""Texts for benchmarks: what the repository holds, and as many variations of it as a measure needs.

    sources()               # solutions of the training pairs and of the demonstration, as they are
    varied(10_000)          # each the title and the pitch of one, the body of another, a sentence of a third, a figure
    needs()                 # the needs of the training pairs

Variations read like a catalogue (the words of the trade, their usual frequency, one to four near-copies of each idea a
thousand), not like a text that somebody would publish. Same count and same seed, same texts.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from matching.encoder import Encoder, Vectors, unit_rows
from matching.text import sentences

ROOT = Path(__file__).resolve().parent.parent
PAIRS = ROOT / "matching" / "training" / "data" / "pairs.jsonl"
LEXICON = ROOT / "matching" / "training" / "data" / "lexicon.jsonl"
SOLUTIONS = ROOT / "data" / "demonstration" / "solutions.jsonl"


@dataclass(frozen=True)
class Text:
    """A need (title, story) or a solution (title, pitch and body), with one theme."""

    title: str
    pitch: str
    body: str
    theme: str

    @property
    def whole(self) -> str:
        return "\n".join(filter(None, (self.title, self.pitch, self.body)))


def sources() -> list[Text]:
    """Solutions: some seven thousand from the pairs (first answer, second one, near miss), then the demonstration's."""
    found = []
    for pair in _lines(PAIRS):
        theme = str(pair["theme"])
        found.append(Text(str(pair["solution_title"]), "", str(pair["solution"]), theme))
        if pair.get("second"):
            found.append(Text(str(pair["second"])[:70], "", str(pair["second"]), theme))
        if pair.get("near_miss"):
            found.append(Text(str(pair["near_miss_title"]), "", str(pair["near_miss"]), theme))
    for row in _lines(SOLUTIONS):
        themes = row["themes"]
        assert isinstance(themes, list)
        found.append(Text(str(row["title"]), str(row["pitch"]), str(row["description"]), str(themes[0])))
    return found


def needs() -> list[Text]:
    """Needs of the training pairs, in the order of the file."""
    return [
        Text(str(pair["need_title"]), "", str(pair["need"]), str(pair["theme"])) for pair in _lines(PAIRS)
    ]


def varied(count: int, seed: int = 20) -> list[Text]:
    """``count`` solutions, all different."""
    drawn = random.Random(seed)
    known = sources()
    return [
        _mixed(*(known[part] for part in parts), number, drawn)
        for number, parts in enumerate(mixtures(count, seed))
    ]


def mixtures(count: int, seed: int = 20) -> list[list[int]]:
    """Which three of ``sources()`` each of ``varied(count, seed)`` is made of: title and pitch, body, one sentence."""
    drawn = random.Random(seed + 1)
    known = range(len(sources()))
    return [drawn.choices(known, k=3) for _ in range(count)]


def vectors(count: int, encoder: Encoder, seed: int = 20) -> Vectors:
    """One row for each of ``varied(count, seed)``: the mean of the vectors of its three texts, weighted about as their words
    are. The bundled encoder gives nearly that (cosine 0.90 at the median of 500), and a hundred thousand texts need not be encoded."""
    known = encoder.encode([text.whole for text in sources()])
    parts = np.array(mixtures(count, seed), dtype=np.int64).reshape(-1, 3)
    return unit_rows(sum(share * known[parts[:, part]] for part, share in enumerate((0.4, 0.45, 0.15))))


def phrases() -> list[str]:
    """Every different sentence of the pairs, of the demonstration and of the lexicon."""
    found: dict[str, None] = {}
    for text in [*sources(), *needs()]:
        found |= dict.fromkeys(sentences(text.whole))
    for card in _lines(LEXICON):
        for name in ("words", "problems", "answers", "confused"):
            listed = card.get(name, [])
            assert isinstance(listed, list)
            found |= dict.fromkeys(map(str, listed))
    return [phrase for phrase in found if len(phrase.split()) > 1]


def _mixed(first: Text, second: Text, third: Text, number: int, drawn: random.Random) -> Text:
    opening = sentences(first.body)[0]
    return Text(
        title=f"{first.title} ({number})",
        pitch=first.pitch or opening,
        body=f"{second.body} {drawn.choice(sentences(third.body))} Déjà {drawn.randint(2, 400)} sites équipés.",
        theme=first.theme,
    )


def _lines(path: Path) -> Iterator[dict[str, object]]:
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.strip():
            yield json.loads(line)
