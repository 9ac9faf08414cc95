"""Every page that a person reaches by links, opened once: it fits every screen, axe finds nothing (a floor, not conformity),
nothing is wrong in the console, nobody else is asked, who only reads gets no cookie."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe

from benchmarks.accessibility import violations
from benchmarks.stack import Stack
from benchmarks.visitor import Visitor, own_pages, shape, walk
from tests.browser.conftest import Window, member
from webapp.demonstration.accounts import COMPANY_ADMIN, CURATOR, VALIDATOR, Account

pytestmark = pytest.mark.browser
WIDTHS = (320, 360, 1280)
#: Both widths and both schemes; `python -m benchmarks.accessibility` tries the four looks on each page of every account.
LOOKS = ((1280, "light"), (360, "dark"))
PEOPLE = pytest.mark.parametrize(
    "account", [None, VALIDATOR, COMPANY_ADMIN, CURATOR], ids=["visitor", "commune", "company", "team"]
)


@pytest.fixture(scope="session")
def public_pages(stack: Stack) -> list[str]:
    """One address of each shape that a visitor reaches."""
    return walk(Visitor(stack.url))


@PEOPLE
def test_pages_fit_every_screen_axe_finds_nothing_and_nobody_else_is_asked(
    window: Callable[..., Window],
    stack: Stack,
    sessions: dict[str, Visitor],
    public_pages: list[str],
    account: Account | None,
) -> None:
    opened, axe = window(account), Axe()
    own = own_pages(member(stack, sessions, account), public_pages) if account else public_pages
    wide, found = {}, []
    for path in own:
        page = opened.open(path, until="load")
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            needed = page.evaluate("document.documentElement.scrollWidth")
            if needed > width:
                wide[path, width] = needed
        found += [(path, *violation) for violation in violations(page, axe, LOOKS)]
    assert wide == {}
    assert found == []
    assert opened.troubles == []
    if account is None:
        assert opened.context.cookies() == []


def test_the_walk_of_the_team_passes_by_every_page_of_the_desk(
    stack: Stack, sessions: dict[str, Visitor], public_pages: list[str]
) -> None:
    reached = {shape(path) for path in own_pages(member(stack, sessions, CURATOR), public_pages)}
    wanted = ("", "/file", "/propositions/…", "/classements/…", "/apprentissage", "/qualite", "/sans-reponse", "/suivi",
              "/relectures", "/entreprises", "/entreprises/fichiers", "/entreprises/fichiers/…", "/campagnes", "/campagnes/…",
              "/campagnes/nouvelle", "/adoptions", "/charte", "/charte/…", "/charte/nouvelle")  # fmt: skip
    assert [page for page in wanted if f"/curation{page}" not in reached] == []


def test_the_map_is_seen_on_the_first_screen_beside_its_long_table(window: Callable[..., Window]) -> None:
    page = window().open("/carte")
    page.set_viewport_size({"width": 1280, "height": 900})
    drawn = page.locator("figure.map svg, .map svg").first.bounding_box()
    assert drawn is not None and drawn["y"] + drawn["height"] < 900
