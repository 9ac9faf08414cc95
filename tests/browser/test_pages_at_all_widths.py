"""Every page that a person reaches by links: no horizontal scroll, nothing wrong in the console, nobody else asked."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from benchmarks.stack import Stack
from benchmarks.visitor import Visitor, own_pages, walk
from tests.browser.conftest import Window, member
from webapp.demonstration.accounts import COMPANY_ADMIN, CURATOR, VALIDATOR, Account

pytestmark = pytest.mark.browser
WIDTHS = (320, 360, 1280)
PEOPLE = pytest.mark.parametrize(
    "account", [None, VALIDATOR, COMPANY_ADMIN, CURATOR], ids=["visitor", "commune", "company", "team"]
)


@PEOPLE
def test_pages_fit_every_screen_ask_nobody_else_and_complain_of_nothing(
    window: Callable[..., Window], stack: Stack, sessions: dict[str, Visitor], account: Account | None
) -> None:
    visitor = member(stack, sessions, account) if account else Visitor(stack.url)
    opened = window(account)
    wide = {}
    for path in own_pages(visitor):
        page = opened.open(path)
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            needed = page.evaluate("document.documentElement.scrollWidth")
            if needed > width:
                wide[path, width] = needed
    assert wide == {}
    assert opened.troubles == []


def test_who_only_reads_gets_no_cookie(window: Callable[..., Window], stack: Stack) -> None:
    opened = window()
    for path in walk(Visitor(stack.url)):
        opened.open(path)
    assert opened.context.cookies() == []
