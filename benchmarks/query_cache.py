"""What fewer statements kept ready cost the web in processor: ``query_cache_size`` of webapp/__init__.py, two sizes against each other.

    python -m benchmarks.query_cache [--sizes 80 500] [--rounds 6]

One process serves both sizes by turns, with the processor seconds of this process alone, so that what the machine does beside
falls on both. « everybody, every page »: all pages of all people one after the other, the worst case for a cache. « public pages »:
those of a visitor, each three times in a row, nearer to a site that many people read. The first round of each fills the caches
and is not counted.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from collections.abc import Sequence

from flask import Flask
from sqlalchemy.util import LRUCache

from benchmarks.stack import running_stack, table
from benchmarks.visitor import everybody, walk
from models import db
from settings import Settings
from webapp import create_app

#: A page with what its reader sends to be known.
Page = tuple[str, str]
TIMES_IN_A_ROW = 3


def pages_of_everybody(url: str) -> list[Page]:
    """Each page that each person reaches; searches, which wait for a worker, are left out."""
    return [
        (address, "; ".join(f"{name}={value}" for name, value in visitor.cookies.items()))
        for visitor in everybody(url)
        for address in walk(visitor)
        if "q=" not in address
    ]


def seconds(app: Flask, pages: Sequence[Page], times: int) -> float:
    """Processor seconds of this process for each of ``pages``, ``times`` in a row."""
    client = app.test_client(use_cookies=False)
    started = time.process_time()
    for address, cookies in pages:
        for _time in range(times):
            status = client.get(
                address, headers={"Cookie": cookies, "Accept-Encoding": "identity"}
            ).status_code
            assert status < 500, f"{address} answered {status}"
    return time.process_time() - started


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--sizes", type=int, nargs=2, default=[80, 500], help="statements kept ready (80 500)"
    )
    parser.add_argument("--rounds", type=int, default=6, help="counted rounds of each (default 6)")
    asked = parser.parse_args()
    rows = []
    with running_stack() as stack:
        pages = pages_of_everybody(stack.url)
        app = create_app(
            Settings.from_environment({"VAR_DIR": str(stack.var_dir), "APP_ENV": "demonstration"})
        )
        with app.app_context():
            engine = db.engine
        public = [page for page in pages if not page[1]]
        for name, some, times in (
            ("everybody, every page", pages, 1),
            ("public pages", public, TIMES_IN_A_ROW),
        ):
            caches = {size: LRUCache(size) for size in asked.sizes}
            spent: dict[int, list[float]] = {size: [] for size in asked.sizes}
            for turn in range(asked.rounds + 1):
                for size in asked.sizes[:: 1 if turn % 2 else -1]:
                    engine._compiled_cache = caches[size]
                    used = seconds(app, some, times)
                    if turn:
                        spent[size].append(used)
            small, large = (statistics.median(spent[size]) for size in asked.sizes)
            ratios = [one / other for one, other in zip(*(spent[size] for size in asked.sizes), strict=True)]
            rows.append([f"{name} ({len(some)})", small, large, small / large, min(ratios), max(ratios)])
    few, many = asked.sizes
    print(f"processor seconds, median of {asked.rounds} rounds")
    print(table(["pages", f"{few} kept", f"{many} kept", "ratio", "least", "most"], rows))
    return 0


if __name__ == "__main__":
    sys.exit(main())
