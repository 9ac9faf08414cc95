"""Forms refused and things opened by hand stay accessible, which a walk of the pages does not see (test_every_page.py)."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from benchmarks.accessibility import violations
from tests.browser.conftest import Window
from tests.browser.test_every_page import LOOKS
from webapp.demonstration.accounts import CURATOR

pytestmark = pytest.mark.browser


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


def test_a_refused_form_takes_the_focus_even_when_the_address_names_a_field(
    window: Callable[..., Window],
) -> None:
    page = window().open("/inscription#email")
    page.locator("main form").first.locator("button[type=submit]").first.click()
    summary = page.get_by_role("alert").filter(has_text="Il y a un problème")
    expect(summary).to_be_focused()
    expect(summary).to_be_in_viewport()


def test_the_desk_stays_accessible_with_its_reasons_open_and_with_words_refused(
    window: Callable[..., Window],
) -> None:
    page, axe = window(CURATOR).open("/curation"), Axe()
    page.keyboard.press("e")
    expect(page.locator("#ecarter")).to_be_visible()
    assert list(violations(page, axe, LOOKS)) == []
    page.keyboard.press("Escape")
    page.get_by_label("Ce que nous dirons").fill("Oui.")
    page.locator("button[data-key=r]").click()
    expect(page.get_by_role("alert").filter(has_text="Il y a un problème")).to_be_visible()
    assert page.title().startswith("Erreur")
    assert list(violations(page, axe, LOOKS)) == []


def test_a_ranking_replayed_from_the_desk_says_what_came_of_it_and_stays_accessible(
    window: Callable[..., Window],
) -> None:
    page = window(CURATOR).open("/curation")
    page.get_by_text("Le classement d’où elle vient").click()
    page.get_by_role("button", name="Rejouer ce classement").click()
    expect(page.get_by_text("Identique")).to_be_visible()
    assert list(violations(page, Axe(), LOOKS)) == []


def test_the_panel_of_reasons_does_not_stay_over_what_the_keyboard_reaches_next(
    window: Callable[..., Window],
) -> None:
    page = window(CURATOR).open("/curation")
    page.keyboard.press("e")
    panel = page.locator("#ecarter")
    panel.get_by_role("button", name="Fermer").focus()
    page.keyboard.press("Tab")
    expect(panel).to_be_hidden()
    assert page.evaluate("document.activeElement !== document.body"), "what was reached keeps the focus"


def test_the_menu_of_a_phone_closes_behind_its_last_entry(window: Callable[..., Window]) -> None:
    page = window(CURATOR).open("/aide")
    page.set_viewport_size({"width": 360, "height": 740})
    page.get_by_role("button", name="Menu").press("Enter")
    page.get_by_role("button", name="Se déconnecter").focus()
    page.keyboard.press("Tab")
    expect(page.locator("#menu")).to_be_hidden()


def test_a_menu_as_high_as_the_screen_can_be_closed(window: Callable[..., Window]) -> None:
    page = window(CURATOR).open("/aide")
    page.set_viewport_size({"width": 640, "height": 320})
    page.get_by_role("button", name="Menu").click()
    page.locator("#menu").get_by_role("button", name="Fermer").click()
    expect(page.locator("#menu")).to_be_hidden()
    page.set_viewport_size({"width": 1280, "height": 900})
    expect(page.locator("#menu").get_by_role("button", name="Fermer")).to_be_hidden()


def test_on_the_desk_the_decision_comes_before_the_queue_for_the_keyboard_too(
    window: Callable[..., Window],
) -> None:
    page = window(CURATOR).open("/curation")
    page.locator("#contenu").focus()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('aside') === null")
    decision, queue = page.locator("#besoin").bounding_box(), page.locator(".desk > aside").bounding_box()
    assert decision is not None and queue is not None and queue["x"] < decision["x"], "still on the left"
