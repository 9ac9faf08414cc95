"""What a worker costs before it answers: its start with and without a kept index, then one catch-up.

    python -m benchmarks.worker_start                                    # 320, 10 000
    python -m benchmarks.worker_start --solutions 100000 --database postgresql://…

For each size a catalogue is written in bulk with its vectors (``benchmarks.catalogue``), as publications leave it. A worker reads
all of it from the database, keeps its index and is thrown away; the next one begins with the file. Then catch-ups: when
nothing changed, and after one page was revised. Loading the encoder (the same for both) is not counted. Goals: under 5 ms
when nothing changed, whatever the size; the file at least five times quicker than the database.
"""

from __future__ import annotations

import argparse
import gc
import resource
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import select

from benchmarks.catalogue import prepare
from benchmarks.stack import table
from matching.encoder import SentenceTransformerEncoder
from models import Solution, db
from settings import Settings
from webapp import create_app
from workers.corpus import Corpus

LOOKS, REVISIONS = 100, 10
GOAL_MS = 5.0
GOAL_RATIO = 5.0


def main() -> int:
    """Print the table. Exit code 1 when a goal is missed."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--solutions", type=int, nargs="+", default=[320, 10_000])
    parser.add_argument(
        "--database", help="an empty PostgreSQL database; SQLite without (one size only with it)"
    )
    asked = parser.parse_args()
    encoder = SentenceTransformerEncoder()
    rows, missed = [], False
    for size in asked.solutions:
        with tempfile.TemporaryDirectory() as folder:
            row = measure(Path(folder), asked.database, size, encoder)
        rows.append(row)
        missed |= float(str(row[6])) >= GOAL_MS or (size >= 10_000 and float(str(row[3])) < GOAL_RATIO)
    print(
        table(
            ["solutions", "from the database, s", "from the file, s", "ratio", "keeping it, s", "file, MB",
             "nothing changed, ms", "slowest", "one changed, ms", "memory, MB"], rows
        )
    )  # fmt: skip
    print(f"goals: {GOAL_MS:.0f} ms, {GOAL_RATIO:.0f} times; {'MISSED' if missed else 'reached'}")
    return int(missed)


def measure(
    folder: Path, database: str | None, size: int, encoder: SentenceTransformerEncoder
) -> list[object]:
    """One row of the table."""
    url = database or f"sqlite:///{folder / 'catalogue.sqlite3'}"
    held = prepare(folder, url, solutions=size, encoder=encoder)
    settings = Settings.from_environment({"VAR_DIR": str(folder), "DATABASE_URL": url})
    with create_app(settings).app_context():
        first = Corpus(encoder, folder / "index")
        from_database = seconds(first.catch_up)
        keeping = seconds(first.save)
        megabytes = sum(file.stat().st_size for file in (folder / "index").iterdir()) / 1e6
        del first
        gc.collect()
        from_file = seconds(lambda: begin(encoder, folder / "index"))
        corpus = begin(encoder, folder / "index")
        assert len(corpus.solutions.matcher) == held
        looks = [1000 * seconds(corpus.solutions.catch_up) for _ in range(LOOKS)]
        changes = [revise_and_catch_up(corpus, place) for place in range(REVISIONS)]
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        db.session.remove()
        db.engine.dispose()
    nothing, one = statistics.median(looks), statistics.median(changes)
    return [held, from_database, from_file, from_database / from_file, keeping, megabytes, nothing, max(looks), one, memory]  # fmt: skip


def begin(encoder: SentenceTransformerEncoder, folder: Path) -> Corpus:
    """A worker that starts, ready to answer."""
    corpus = Corpus(encoder, folder)
    corpus.catch_up()
    return corpus


def revise_and_catch_up(corpus: Corpus, place: int) -> float:
    """Milliseconds of the catch-up after one page changed its price."""
    query = select(Solution).where(Solution.status == "published").order_by(Solution.id.desc()).offset(place)
    solution = db.session.scalars(query.limit(1)).one()
    solution.revise(by=solution.author, price_from_cents=100 * (place + 1))
    db.session.commit()
    return 1000 * seconds(corpus.solutions.catch_up)


def seconds(act: Callable[[], object]) -> float:
    started = time.perf_counter()
    act()
    return time.perf_counter() - started


if __name__ == "__main__":
    raise SystemExit(main())
