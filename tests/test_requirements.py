"""Each core requirement has its page or job and its test: the table of docs/requirements.md has no hole that is not named here."""

from __future__ import annotations

import re
from pathlib import Path

from webapp.routes import ROUTES
from workers.schedule import BELLS

ROOT = Path(__file__).resolve().parent.parent
ROWS = [
    tuple(cell.strip() for cell in line.strip("|").split("|"))
    for line in (ROOT / "docs/requirements.md").read_text().splitlines()
    if line.startswith("| R")
]
#: How many items the founding documents make the core.
CORE = 77
#: What is not built yet. An item leaves this list when its line is complete, and none may enter.
NOT_YET: set[str] = set()


def names(cell: str) -> list[str]:
    return re.findall(r"`([^`]+)`", cell)


def test_each_core_item_has_its_line() -> None:
    items = [item for item, *_ in ROWS]
    assert len(items) == len(set(items)) == CORE


def test_each_page_or_job_that_is_named_exists() -> None:
    unknown = [
        (item, name)
        for item, _, done_by, _ in ROWS
        for name in names(done_by)
        if name not in {*ROUTES, *BELLS}
    ]
    assert not unknown


def test_each_test_that_is_named_exists() -> None:
    for item, _, _, shown_by in ROWS:
        for path, *_, name in (test.split("::") for test in names(shown_by)):
            assert f"def {name}(" in (ROOT / path).read_text(), (item, path, name)


def test_a_line_is_complete_or_said_not_to_be() -> None:
    incomplete = {item for item, _, done_by, shown_by in ROWS if not (names(done_by) and names(shown_by))}
    assert incomplete == NOT_YET
