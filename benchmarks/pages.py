"""How long each page takes, for a visitor and for each account of the demonstration.

    python -m benchmarks.pages [--url http://127.0.0.1:8000] [--runs 9] [--person ines@metropole.example]

Milliseconds of one request at a time, compressed, over a connection kept open, as the median and the 95th percentile of the runs;
« × santé » is the median divided by that of /sante in the same rounds: what the page costs above an empty answer, whatever
the machine does beside. Ends with the slowest medians; exit code 1 when one is above the target.
"""

from __future__ import annotations

import statistics
import sys

from benchmarks.stack import argument_parser, running_stack, table
from benchmarks.visitor import Visitor, everybody, shape, walk

TARGET = 100.0  # milliseconds at the median


def measure(visitor: Visitor, addresses: list[str], runs: int) -> list[list[object]]:
    """One row for each page. Rounds pass over all pages in turn, so that a busy moment touches them alike."""
    spent: dict[str, list[float]] = {address: [] for address in ["/sante", *addresses]}
    for turn in range(runs + 1):
        for address, times in spent.items():
            answer = visitor.time(address)
            assert answer.status == 200, f"{address} answered {answer.status}"
            if turn:  # the first round fills the caches that a page in use finds full
                times.append(answer.milliseconds)
    empty = statistics.median(spent.pop("/sante"))
    return [
        [
            visitor.name,
            shape(address),
            statistics.median(times),
            percentile(times, 95),
            statistics.median(times) / empty,
        ]
        for address, times in spent.items()
    ]


def percentile(values: list[float], percent: int) -> float:
    """The smallest value with at least ``percent`` of the values at or below it."""
    ordered = sorted(values)
    return ordered[max(0, -(-len(ordered) * percent // 100) - 1)]


def main() -> int:
    parser = argument_parser(__doc__)
    parser.add_argument("--runs", type=int, default=9, help="measured requests a page (default 9)")
    asked = parser.parse_args()
    with running_stack(asked.url) as stack:
        rows = []
        for visitor in everybody(stack.url, asked.person):
            rows += measure(visitor, walk(visitor), asked.runs)
    print(table(["person", "page", "median ms", "p95 ms", "× santé"], rows))
    medians = sorted((row[2] for row in rows), reverse=True)
    slow = [row for row in rows if row[2] > TARGET]
    print(
        f"\n{len(rows)} pages, median of medians {statistics.median(medians):.1f} ms, slowest {medians[0]:.1f} ms,"
    )
    print(
        f"{len(slow)} above {TARGET:.0f} ms"
        + "".join(f"\n  {row[0]} {row[1]} {row[2]:.0f} ms" for row in slow)
    )
    return 1 if slow else 0


if __name__ == "__main__":
    sys.exit(main())
