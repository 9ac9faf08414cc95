"""axe-core on every page that each person reaches, light and dark, at 360 and 1280 px.

    python -m benchmarks.accessibility [--url http://127.0.0.1:8000] [--person ines@metropole.example] [--each 2]

All rules of WCAG 2.0 to 2.2 levels A and AA, and axe's best practices. The dark page differs from the light one by its colours only:
it gets the rules on colours. Prints one line for each violation, then the counts; exit code 1 when there is any. axe finds about half
of what an audit finds: none is the floor, not conformity.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from benchmarks.browser import chromium, open_window
from benchmarks.stack import argument_parser, running_stack, table
from benchmarks.visitor import everybody, shape, walk

WIDTHS = (1280, 360)
LOOKS = [(width, scheme) for width in WIDTHS for scheme in ("light", "dark")]
#: axe leaves out by itself the one rule of WCAG 2.2 AA that it has.
_EVERYTHING = {"resultTypes": ["violations"], "rules": {"target-size": {"enabled": True}}}
_COLOURS = {"runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}}


def violations(
    page: Page, axe: Axe, looks: Sequence[tuple[int, str]] = LOOKS
) -> Iterator[tuple[str, int, str, str]]:
    """(« light » or « dark », width, rule, first element) of each violation on the page that is open, for each look."""
    for width, scheme in looks:
        page.set_viewport_size({"width": width, "height": 900})
        # Without motion: colours that slide from one scheme to the other would be judged on the way.
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
        if not page.evaluate("'axe' in window"):  # half a megabyte: once a page, not once a look
            page.evaluate(axe.axe_script)
        options = _COLOURS if scheme == "dark" else _EVERYTHING
        found: Any = page.evaluate("options => axe.run(options).then(found => found.violations)", options)
        for violation in found:
            node = violation["nodes"][0]
            yield scheme, width, violation["id"], f"{node['target']} {node['html'][:120]}"


def main() -> int:
    parser = argument_parser(__doc__)
    parser.add_argument(
        "--each", type=int, default=1, help="pages of one kind: needs in several states, say (default 1)"
    )
    asked = parser.parse_args()
    rows: list[list[object]] = []
    pages, axe = 0, Axe()
    with running_stack(asked.url) as stack, chromium() as browser:
        for visitor in everybody(stack.url, asked.person):
            context = open_window(browser, visitor)
            page = context.new_page()
            for path in walk(visitor, asked.each):
                page.goto(stack.url + path, wait_until="networkidle")
                rows += [[visitor.name, path, *violation] for violation in violations(page, axe)]
                pages += 1
            context.close()
    if rows:
        print(table(["person", "page", "scheme", "width", "rule", "first element"], rows))
    wrong = {(row[0], shape(str(row[1]))) for row in rows}
    print(
        f"{pages} pages × {len(WIDTHS)} widths × light and dark: {len(rows)} violations on {len(wrong)} pages"
    )
    return 1 if rows else 0


if __name__ == "__main__":
    sys.exit(main())
