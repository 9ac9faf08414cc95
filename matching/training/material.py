"""What is learned from: pairs, cards and graded lists, as files of JSON lines (data card: `data/README.md`).

A pair says that a solution answers a need. Decisions of the team make pairs too (`python -m launch decisions`), in the same
format: that is how the Métropole retrains on what it has seen.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

DATA = Path(__file__).parent / "data"

#: The files of pairs, by the letter that `graded.jsonl` gives them. Line number 12 of `pairs.jsonl` is p0012.
PAIRS = {"f": "first_pairs.jsonl", "p": "pairs.jsonl"}

Part = Literal["a", "b", "m"]


class MaterialError(ValueError):
    """A file cannot be learned from; the message says where and why in one sentence."""


@dataclass(frozen=True)
class Pair:
    """A need and what answers it; `second`: another technique; `near_miss`: same vocabulary, another problem."""

    theme: str
    need_title: str
    need: str
    solution_title: str
    solution: str
    second: str = ""
    near_miss: str = ""
    near_miss_title: str = ""

    def asked(self) -> str:
        return f"{self.need_title}\n{self.need}".strip()

    def offered(self, part: Part) -> str:
        """The text of the answer (a), of the other answer (b), of the near miss (m); empty when there is none."""
        texts = {
            "a": (self.solution_title, self.solution),
            "b": ("", self.second),
            "m": (self.near_miss_title, self.near_miss),
        }
        return "\n".join(filter(None, texts[part]))


@dataclass(frozen=True)
class Card:
    """A concept: names for the thing, problems as people tell them, answers as suppliers word them."""

    theme: str
    concept: str
    words: tuple[str, ...]
    problems: tuple[str, ...]
    answers: tuple[str, ...]
    confused: tuple[str, ...] = ()


@dataclass(frozen=True)
class Graded:
    """What a reader thought of some offers for the need of one pair: grade 0 to 3 by (pair, part)."""

    need: Pair
    grades: tuple[tuple[Pair, Part, int], ...]

    def offers(self, *wanted: int) -> list[str]:
        return [pair.offered(part) for pair, part, grade in self.grades if grade in wanted]


@dataclass(frozen=True)
class Material:
    pairs: Sequence[Pair]
    cards: Sequence[Card]
    graded: Sequence[Graded] = field(default=())

    @classmethod
    def load(cls, folder: Path = DATA, decisions: Iterable[Path] = ()) -> Material:
        """Read `folder`, and more pairs from files of `decisions`. Raises MaterialError."""
        named = {letter: list(_read(folder / name, Pair)) for letter, name in PAIRS.items()}
        pairs = [pair for some in named.values() for pair in some]
        pairs += [pair for file in decisions for pair in _read(file, Pair)]
        cards = list(_read(folder / "lexicon.jsonl", Card))
        return cls(pairs, cards, list(_graded(folder / "graded.jsonl", named)))


def _read(file: Path, kind: Any) -> Iterator[Any]:
    for number, row in _rows(file):
        try:
            yield kind(
                **{name: tuple(v) if isinstance(v, list) else v for name, v in row.items() if v is not None}
            )
        except TypeError as error:
            raise MaterialError(f"{file}, line {number}: {error}.") from error


def _graded(file: Path, named: dict[str, list[Pair]]) -> Iterator[Graded]:
    for number, row in _rows(file):
        try:
            offers = [(named[key[0]][int(key[1:5])], key[5], grade) for key, grade in row["grades"].items()]
            yield Graded(named[row["need"][0]][int(row["need"][1:])], tuple(offers))
        except (KeyError, IndexError, ValueError) as error:
            raise MaterialError(f"{file}, line {number}: no such pair ({error!r}).") from error


def _rows(file: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise MaterialError(f"{file} is missing or unreadable.") from error
    for number, line in enumerate(lines, start=1):
        try:
            yield number, dict(json.loads(line))
        except (ValueError, TypeError) as error:
            raise MaterialError(f"{file}, line {number}: not a JSON object.") from error
