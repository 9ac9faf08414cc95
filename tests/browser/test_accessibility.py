"""axe finds nothing, on any kind of page, in light and dark, on a wide screen and on a phone. A floor, not conformity."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe

from benchmarks.accessibility import violations
from benchmarks.stack import Stack
from benchmarks.visitor import Visitor, own_pages
from tests.browser.conftest import Window, member
from tests.browser.test_pages_at_all_widths import PEOPLE
from webapp.demonstration.accounts import Account

pytestmark = pytest.mark.browser
#: Three of the four looks; `python -m benchmarks.accessibility` tries all on each page of each person.
LOOKS = ((1280, "light"), (360, "light"), (360, "dark"))


@PEOPLE
def test_axe_finds_nothing_in_light_and_dark_on_wide_and_narrow_screens(
    window: Callable[..., Window], stack: Stack, sessions: dict[str, Visitor], account: Account | None
) -> None:
    visitor = member(stack, sessions, account) if account else Visitor(stack.url)
    opened, axe = window(account), Axe()
    found = [
        (path, *violation)
        for path in own_pages(visitor)
        for violation in violations(opened.open(path), axe, LOOKS)
    ]
    assert found == []


@pytest.mark.parametrize("path", ["/connexion", "/inscription", "/mot-de-passe-oublie"])
def test_a_refused_form_says_so_first_takes_the_focus_and_stays_accessible(
    window: Callable[..., Window], path: str
) -> None:
    page = window().open(path)
    page.locator("main form").first.locator("button[type=submit]").first.click()
    summary = page.get_by_role("alert").filter(has_text="Il y a un problème")
    assert summary.is_visible()
    assert page.title().startswith("Erreur")
    assert summary.evaluate("element => element === document.activeElement")
    assert list(violations(page, Axe())) == []
