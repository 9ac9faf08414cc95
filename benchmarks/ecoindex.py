"""EcoIndex of the main pages in a real Chromium: cold cache, 1920 × 1080, scrolled to the bottom.

    python -m benchmarks.ecoindex [--url http://127.0.0.1:8000]

DOM: elements of the page, what is inside an <svg> not counted. Requests and kilobytes: as transferred, headers and
compression included (Chrome DevTools Protocol). Score: the published method of EcoIndex (cnumr), re-typed below. « 2nd »: the same
page again with what the first visit left in the cache. Shift: cumulative layout shift. Paint: largest contentful paint, in
milliseconds, which depends on this machine. Exit code 1 when a page misses its grade (A; B for the desk).
"""

from __future__ import annotations

import bisect
import sys
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import BrowserContext, Page

from benchmarks.browser import chromium, open_window
from benchmarks.stack import argument_parser, running_stack, table
from benchmarks.visitor import Visitor, everybody, own_pages, shape

# Twentiles of the half million pages that EcoIndex measured: elements, requests, kilobytes.
DOM = (
    0,
    47,
    75,
    159,
    233,
    298,
    358,
    417,
    476,
    537,
    603,
    674,
    753,
    843,
    949,
    1076,
    1237,
    1459,
    1801,
    2479,
    594601,
)
REQUESTS = (0, 2, 15, 25, 34, 42, 49, 56, 63, 70, 78, 86, 95, 105, 117, 130, 147, 170, 205, 281, 3920)
KILOBYTES = (
    0, 1.37, 144.7, 319.53, 479.46, 631.97, 783.38, 937.91, 1098.62, 1265.47, 1448.32, 1648.27, 1876.08, 2142.06,
    2465.37, 2866.31, 3401.59, 4155.73, 5400.08, 8037.54, 223212.26,
)  # fmt: skip
GRADES = ((80, "A"), (70, "B"), (55, "C"), (40, "D"), (25, "E"), (10, "F"))
#: Pages that everybody has and that the budgets name; the others are found by following links.
EVERYBODY = (
    "/",
    "/besoins",
    "/besoins/…",
    "/solutions",
    "/solutions/…",
    "/connexion",
    "/inscription",
    "/recherche?q",
)
DESK = "/curation"  # its pages, and statistics, may have grade B

_WATCH = """
window.seen = {shift: 0, paint: 0};
new PerformanceObserver(list => list.getEntries().forEach(entry => { if (!entry.hadRecentInput) seen.shift += entry.value; }))
  .observe({type: "layout-shift", buffered: true});
new PerformanceObserver(list => list.getEntries().forEach(entry => { seen.paint = entry.startTime; }))
  .observe({type: "largest-contentful-paint", buffered: true});
"""
_COUNT = "document.querySelectorAll('*').length - document.querySelectorAll('svg *').length"


def quantile(value: float, steps: tuple[float, ...]) -> float:
    """Where ``value`` lies among the twenty steps, 0–20."""
    above = bisect.bisect_right(steps, value)
    if above >= len(steps):
        return 20.0
    return above - 1 + (value - steps[above - 1]) / (steps[above] - steps[above - 1])


def score(elements: int, requests: int, kilobytes: float) -> float:
    """0–100; the elements weigh half."""
    weighed = 3 * quantile(elements, DOM) + 2 * quantile(requests, REQUESTS) + quantile(kilobytes, KILOBYTES)
    return 100 - 5 * weighed / 6


def grade(points: float) -> str:
    return next((letter for least, letter in GRADES if points > least), "G")


@dataclass
class Traffic:
    """What the network carried for one visit: request → bytes, headers included. What the cache gave is not there."""

    carried: dict[str, int] = field(default_factory=dict)

    @property
    def requests(self) -> int:
        return len(self.carried)

    @property
    def kilobytes(self) -> float:
        return sum(self.carried.values()) / 1000

    def ask(self, event: dict[str, Any]) -> None:
        if not event["request"]["url"].startswith("data:"):
            self.carried[event["requestId"]] = 0

    def answer(self, event: dict[str, Any]) -> None:
        if event["response"].get("fromDiskCache"):
            self.forget(event)

    def forget(self, event: dict[str, Any]) -> None:
        self.carried.pop(event["requestId"], None)

    def finish(self, event: dict[str, Any]) -> None:
        if event["requestId"] in self.carried:
            self.carried[event["requestId"]] = int(event["encodedDataLength"])


def visit(page: Page, protocol: Any, address: str) -> Traffic:
    """Open a page, scroll to its end, wait for silence."""
    traffic = Traffic()
    listeners = {
        "requestWillBeSent": traffic.ask,
        "responseReceived": traffic.answer,
        "requestServedFromCache": traffic.forget,
        "loadingFinished": traffic.finish,
    }
    for name, listener in listeners.items():
        protocol.on(f"Network.{name}", listener)
    page.goto(address, wait_until="networkidle")
    page.evaluate("window.scrollTo(0, document.body.scrollHeight)")
    page.wait_for_timeout(200)
    for name, listener in listeners.items():
        protocol.remove_listener(f"Network.{name}", listener)
    return traffic


def measure(context: BrowserContext, visitor: Visitor, path: str) -> list[object]:
    """One row of the table."""
    page = context.new_page()
    page.add_init_script(_WATCH)
    protocol = context.new_cdp_session(page)
    protocol.send("Network.enable")
    protocol.send("Network.clearBrowserCache")
    cold = visit(page, protocol, visitor.url + path)
    elements = page.evaluate(_COUNT)
    seen = page.evaluate("seen")
    page.goto("about:blank")
    warm = visit(page, protocol, visitor.url + path)
    page.close()
    points = score(elements, cold.requests, cold.kilobytes)
    return [
        visitor.name, shape(path), elements, cold.requests, cold.kilobytes, points, grade(points), warm.requests,
        warm.kilobytes, f"{seen['shift']:.3f}", round(seen["paint"]),
    ]  # fmt: skip


def main() -> int:
    parser = argument_parser(__doc__)
    asked = parser.parse_args()
    rows = []
    with running_stack(asked.url) as stack, chromium() as browser:
        for visitor in everybody(stack.url, asked.person):
            context = open_window(browser, visitor, width=1920)
            rows += [measure(context, visitor, path) for path in own_pages(visitor)]
            context.close()
    titles = [
        "person",
        "page",
        "DOM",
        "requests",
        "KB",
        "score",
        "grade",
        "2nd requests",
        "2nd KB",
        "shift",
        "paint",
    ]
    print(table(titles, rows))
    missed = [row for row in rows if row[6] not in ("AB" if str(row[1]).startswith(DESK) else "A")]
    absent = set(EVERYBODY) - {str(row[1]) for row in rows} if asked.person is None else set()
    print(
        f"\n{len(rows)} pages, {len(missed)} below their grade{''.join(f'; not found: {name}' for name in sorted(absent))}"
    )
    return 1 if missed or absent else 0


if __name__ == "__main__":
    sys.exit(main())
