"""The base of cases as one file: what `matching.cases.CaseBase.load` reads."""

from __future__ import annotations

import hashlib
import json
import math
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matching.cases import in_steps
from matching.encoder import Encoder
from matching.lexical import K1, B
from matching.text import stems
from matching.training.material import Card, Material


def build(material: Material, encoder: Encoder, file: Path) -> str:
    """Write the cases of `material` as `encoder` reads them. Gives the version, also written beside (`cases.json`)."""
    needs = [_problem_of(card) for card in material.cards] + [pair.asked() for pair in material.pairs]
    solutions = [_answer_of(card) for card in material.cards] + [
        "\n".join(filter(None, (pair.offered("a"), pair.second))) for pair in material.pairs
    ]
    counted = {
        kind: [Counter(stems(text)) for text in texts]
        for kind, texts in (("need", needs), ("solution", solutions))
    }
    vocabulary = sorted({stem for counts in counted.values() for one in counts for stem in one})
    arrays: dict[str, Any] = {
        "names": np.array([card.concept for card in material.cards] + [""] * len(material.pairs)),
        "themes": np.array([card.theme for card in material.cards] + [pair.theme for pair in material.pairs]),
        "stems": np.array(vocabulary),
        "encoder": np.array(encoder.version),
    }
    for kind, texts in (("need", needs), ("solution", solutions)):
        arrays[f"{kind}_vectors"] = in_steps(encoder.encode(texts)).astype(np.int8)
        words = _words(counted[kind], {stem: number for number, stem in enumerate(vocabulary)})
        arrays |= {f"{kind}_{name}": array for name, array in words.items()}
    version = _digest(arrays)
    np.savez_compressed(file, **arrays)
    manifest = {"version": version, "cards": len(material.cards), "pairs": len(material.pairs)}
    file.with_suffix(".json").write_text(json.dumps(manifest) + "\n", encoding="utf-8")
    return version


def _problem_of(card: Card) -> str:
    return " ".join((card.concept, *card.words, *card.problems))


def _answer_of(card: Card) -> str:
    return " ".join((card.concept, *card.words, *card.answers))


def _words(counted: Sequence[Counter[str]], numbers: dict[str, int]) -> dict[str, NDArray[Any]]:
    """BM25's weight of each stem in each case, by stem: `starts` of its cases, `cases`, `values`."""
    lengths = np.array([sum(counts.values()) for counts in counted])
    using = Counter(stem for counts in counted for stem in counts)
    rows: list[list[tuple[int, float]]] = [[] for _ in numbers]
    for case, counts in enumerate(counted):
        norm = K1 * (1 - B + B * lengths[case] / lengths.mean())
        for stem, times in counts.items():
            rarity = math.log(1 + (len(counted) - using[stem] + 0.5) / (using[stem] + 0.5))
            rows[numbers[stem]].append((case, rarity * times * (K1 + 1) / (times + norm)))
    return {
        "starts": np.cumsum([0, *map(len, rows)]).astype(np.int32),
        "cases": np.array([case for row in rows for case, _ in row], dtype=np.int32),
        "values": np.array([value for row in rows for _, value in row], dtype=np.float16),
    }


def _digest(arrays: dict[str, Any]) -> str:
    digest = hashlib.sha256()
    for name in sorted(arrays):
        digest.update(name.encode() + np.ascontiguousarray(arrays[name]).tobytes())
    return digest.hexdigest()[:8]
