"""How long the matcher takes, on one thread, with 320, 10 000 and 100 000 solutions.

    python -m benchmarks.matching_speed [--sizes 320 10000 100000] [--added 10000]

Solutions vary the texts of the repository (``benchmarks.material``), vectors included; needs are those of the training pairs,
their vectors known. First table, milliseconds, median of 200 by the clock, 95th percentile, median of the processor's own time
(which other programs of the machine lengthen less): ten ids; ten among every second solution; a search of four words,
which is encoded; ten with reasons never computed before; one solution replaced by another text. Second table: solutions
are added, ten at a time, and a search follows each ten: what the searches wait while the index grows, and how many
solutions a second it takes in between. Nothing is ever rebuilt, so the longest one is the point.
"""

from __future__ import annotations

import argparse
import gc
import resource
import statistics
import time
from collections.abc import Callable, Sequence
from itertools import cycle, islice

import numpy as np
from threadpoolctl import threadpool_limits

from benchmarks import material
from benchmarks.stack import table
from matching.document import Document
from matching.encoder import SentenceTransformerEncoder, Vectors
from matching.matcher import Matcher

RUNS = 200
LOT = 10
GOAL_MILLISECONDS = 100.0  # no search waits longer at 100 000


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sizes", type=int, nargs="+", default=[320, 10_000, 100_000])
    parser.add_argument("--added", type=int, default=10_000, help="solutions added while searching (10000)")
    asked = parser.parse_args()
    threadpool_limits(1)  # as a worker is started
    encoder = SentenceTransformerEncoder()
    needs = [
        Document(f"need {number}", "need", need.title, (need.body,), (need.theme,))
        for number, need in enumerate(islice(material.needs(), RUNS))
    ]
    vectors = encoder.encode([need.text for need in needs])
    times, growing = [], []
    for size in asked.sizes:
        documents = _solutions(size + asked.added)
        rows = material.vectors(size + asked.added, encoder)
        matcher, started = Matcher(encoder), time.perf_counter()
        for start in range(0, size, 500):
            end = min(size, start + 500)
            matcher.add(documents[start:end], rows[start:end])
        filled = time.perf_counter() - started
        gc.freeze()  # as a worker does once it holds everything: what is held is not looked through again
        times.append([size, *_columns(matcher, documents[:size], rows, needs, vectors), filled, _megabytes()])
        growing.append([size, *_grow(matcher, documents[size:], rows[size:], needs, vectors)])
        gc.unfreeze()
    titles = ["solutions", "ten ids", "… of every second", "search", "with reasons", "one replaced"]
    print("milliseconds, median (95th percentile) processor")
    print(table([*titles, "all added s", "process MB"], times))
    print(f"\nwhile {asked.added} are added, milliseconds of a search")
    print(table(["solutions", "median", "p95", "longest", "processor", "longest", "added a second"], growing))


def _solutions(count: int) -> list[Document]:
    return [
        Document(number, "solution", text.title, (text.pitch, text.body), (text.theme,), organization_id=number // 4)
        for number, text in enumerate(material.varied(count))
    ]  # fmt: skip


def _columns(
    matcher: Matcher, documents: Sequence[Document], rows: Vectors, needs: list[Document], vectors: Vectors
) -> list[str]:
    half = {document.id for document in documents[::2]}
    words = cycle(" ".join(need.title for need in needs).split())
    typed = [" ".join(islice(words, 4)) for _ in needs]
    swapped = np.random.default_rng(1).integers(0, len(documents), (RUNS, 2)).tolist()

    def replaced(run: int) -> None:
        there, other = swapped[run]
        text = documents[other]
        matcher.add(
            [Document(there, "solution", text.title, text.parts, text.themes)], rows[other : other + 1]
        )

    acts: list[Callable[[int], object]] = [
        lambda run: matcher.suggest(needs[run], vector=vectors[run], explain=False),
        lambda run: matcher.suggest(needs[run], vector=vectors[run], only=half, explain=False),
        lambda run: matcher.search(typed[run]),
        lambda run: matcher.suggest(needs[run], vector=vectors[run]),
        replaced,
    ]
    return [_summary([_timed(act, run) for run in range(RUNS)]) for act in acts]


def _grow(
    matcher: Matcher, documents: list[Document], rows: Vectors, needs: list[Document], vectors: Vectors
) -> list[float]:
    searches, adding = [], 0.0
    for lot in range(0, len(documents), LOT):
        end = lot + LOT
        adding += _timed(lambda lot: matcher.add(documents[lot:end], rows[lot:end]), lot)[0]  # noqa: B023 (called at once)
        run = lot // LOT % len(needs)
        searches.append(
            _timed(lambda run: matcher.suggest(needs[run], vector=vectors[run], explain=False), run)
        )
    clock, busy = (list(seen) for seen in zip(*searches, strict=True))
    return [
        statistics.median(clock), float(np.percentile(clock, 95)), max(clock), statistics.median(busy), max(busy),
        1000 * len(documents) / adding,
    ]  # fmt: skip


def _timed(act: Callable[[int], object], run: int) -> tuple[float, float]:
    """Milliseconds by the clock, and of the processor."""
    busy, started = time.thread_time(), time.perf_counter()
    act(run)
    return 1000 * (time.perf_counter() - started), 1000 * (time.thread_time() - busy)


def _summary(times: list[tuple[float, float]]) -> str:
    clock, busy = zip(*times, strict=True)
    return f"{statistics.median(clock):.1f} ({np.percentile(clock, 95):.1f}) {statistics.median(busy):.1f}"


def _megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()
