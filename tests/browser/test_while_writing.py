"""The panel that follows a text, in Chromium on the real stack: it comes, never takes the focus, keeps what is being read."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Window
from tests.browser.people import Person
from webapp.demonstration.accounts import CONTRIBUTOR

pytestmark = pytest.mark.browser

BINS = "Les corbeilles débordent le dimanche près du métro, les agents passent sans savoir lesquelles sont pleines."
HEAT = "Dans l’école il fait trop chaud dès juin : pas un arbre dans la cour, le sol brûle, les enfants sont malades."


@pytest.mark.parametrize("width", [1280, 360])
def test_what_is_beside_a_text_follows_it_without_disturbing_who_writes(
    window: Callable[..., Window], width: int
) -> None:
    opened = window(CONTRIBUTOR, width=width)
    page = opened.page
    Person(page, opened.url).begin_need()
    beside, text = page.locator("[data-part=beside]"), page.get_by_label("Ce qui ne va pas aujourd’hui")

    text.fill(BINS)
    expect(beside.get_by_role("link").first).to_be_visible()
    expect(text).to_be_focused()
    expect(page.locator("[data-part=told]")).to_contain_text("Rapprochements à jour")

    # One press accepts a theme: its box is ticked, and the focus goes where the eye should.
    offer = page.locator("[data-accept]").first
    code = offer.get_attribute("value")
    offer.click()
    box = page.locator(f"input[name=themes][value={code}]")
    expect(box).to_be_checked()
    expect(box).to_be_focused()
    expect(page.locator(f"[data-accept][value={code}]")).to_have_count(0)

    # Who reads the panel by the keyboard keeps it as it is; the new answer comes when they leave.
    before = beside.inner_html()
    link = beside.get_by_role("link").first
    link.focus()
    with page.expect_response(lambda answer: answer.url.endswith("/apercu")):
        text.evaluate(
            "(field, typed) => { field.value = typed; field.dispatchEvent(new Event('input', { bubbles: true })); }",
            HEAT,
        )
    expect(page.locator("[data-part=told]")).to_contain_text("Rapprochements à jour")
    expect(link).to_be_focused()
    assert beside.inner_html() == before
    text.focus()
    page.wait_for_function(
        "before => document.querySelector('[data-part=beside]').innerHTML !== before", arg=before
    )
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert opened.troubles == []
