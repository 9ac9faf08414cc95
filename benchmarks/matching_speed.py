"""How long the matcher takes: `python -m benchmarks.matching_speed DIR`, DIR being a judged collection.

Prints a table for the collection as it is, then for 10 000 candidates made of it (texts repeated, vectors shaken).
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

import numpy as np

from matching.document import Document
from matching.encoder import SentenceTransformerEncoder, Vectors, unit_rows
from matching.evaluation import Collection
from matching.matcher import Matcher

MANY = 10_000


def main(folder: Path) -> None:
    collection = Collection.load(folder)
    started = time.perf_counter()
    encoder = SentenceTransformerEncoder()
    print(f"encoder {encoder.version} ready in {time.perf_counter() - started:.1f} s\n")
    vectors = encoder.encode([solution.text for solution in collection.solutions])
    asked = encoder.encode([need.text for need in collection.needs])
    copies = -(-MANY // len(collection.solutions))
    many = [replace(one, id=f"{one.id}-{copy}") for copy in range(copies) for one in collection.solutions][
        :MANY
    ]
    noise = np.random.default_rng(0).standard_normal((MANY, encoder.dimension)) * 0.02
    shaken = unit_rows(np.tile(vectors, (copies, 1))[:MANY] + noise)
    print(
        f"{'milliseconds: median (95th percentile)':44}{'one candidate added':>22}{'ten ids':>18}{'with reasons':>18}"
    )
    for documents, rows in ((list(collection.solutions), vectors), (many, shaken)):
        matcher = Matcher(encoder)
        matcher.add(documents, rows)
        print(
            f"{len(matcher):>7} candidates{'':26}",
            *_columns(matcher, documents, rows, collection.needs, asked),
        )


def _columns(
    matcher: Matcher, documents: list[Document], rows: Vectors, needs: Iterable[Document], asked: Vectors
) -> list[str]:
    pairs = list(zip(needs, asked, strict=True))
    added = [_timed(lambda row=row: matcher.add([documents[row]], rows[row : row + 1])) for row in range(80)]
    bare = [_timed(lambda n=n, v=v: matcher.suggest(n, vector=v, explain=False)) for n, v in pairs]
    explained = [_timed(lambda n=n, v=v: matcher.suggest(n, vector=v)) for n, v in pairs]
    return [f"{_summary(times):>18}" for times in (added, bare, explained)]


def _timed(act: Callable[[], object]) -> float:
    started = time.perf_counter()
    act()
    return 1000 * (time.perf_counter() - started)


def _summary(times: list[float]) -> str:
    return f"{statistics.median(times):.2f} ({np.percentile(times, 95):.2f})"


if __name__ == "__main__":
    main(Path(sys.argv[1]))
