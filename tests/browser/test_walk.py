"""The walk, as three people do it in their browsers on the real stack: pages only, from the first word to the answer read."""

from __future__ import annotations

import re
import time
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Window
from tests.browser.people import Person
from webapp.demonstration.accounts import (
    COMPANY_ADMIN,
    CONTRIBUTOR,
    CURATOR,
    NEW_VALIDATOR,
    PASSWORD,
    VALIDATOR,
    Account,
)

pytestmark = pytest.mark.browser

TITLE = "À l’accueil de la mairie, on ne se comprend pas"
IRRITANT = (
    "Chaque matin, des habitants qui parlent une autre langue arrivent au guichet de l’état civil. L’agent et l’usager miment, "
    "appellent un collègue, dessinent. On perd vingt minutes par personne, et certains repartent sans leur papier."
)
OUTCOME = "Que l’agent et l’usager se comprennent tout de suite au guichet, chacun dans sa langue, sans attendre un interprète."
SUMMARY = (
    "Un écran posé sur le guichet affiche les deux langues entre l’agent et l’usager, phrase après phrase."
)
ANSWER = (
    "Nous installons un écran sur deux guichets pendant six mois. Les agents sont formés en une heure ; nous revenons chaque mois "
    "mesurer le temps d’attente avec eux. Les langues rares demandent encore un relais par téléphone."
)
SOLUTION = "Écran transparent de traduction instantanée pour guichet"


def enter(window: Window, account: Account) -> Person:
    person = Person(window.page, window.url)
    person.sign_in(account.email, PASSWORD)
    return person


def write_need(person: Person, title: str) -> None:
    person.page.get_by_label("Ce qui ne va pas aujourd’hui").fill(IRRITANT)
    person.finish_need(title, OUTCOME)


def open_in_space(page: Page, title: str, heading: str | None = None) -> None:
    """What waits comes first there; ``heading``: of the page that one then lands on, the title if left out."""
    page.get_by_role("link", name="Mon espace").first.click()
    page.get_by_role("link", name=title).first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(heading or title)


def named(words: str) -> re.Pattern[str]:
    """These words whatever their spaces: French typography puts no-break ones before : ; ? and !"""
    return re.compile(r"\s".join(re.escape(word) for word in words.split()))


def press(page: Page, key: str) -> None:
    """A key of the desk, once the page listens."""
    page.wait_for_load_state("load")
    page.keyboard.press(key)


def reload_until(page: Page, wanted: str, seconds: float) -> None:
    """Read the page again, as somebody who waits does, until it holds a link named ``wanted``."""
    deadline = time.monotonic() + seconds
    while not page.get_by_role("link", name=named(wanted)).count():
        assert time.monotonic() < deadline, f"{wanted} never came on {page.url}"
        page.wait_for_timeout(2000)
        page.reload()


def test_a_need_is_written_published_proposed_introduced_answered_and_the_answer_read(
    window: Callable[..., Window],
) -> None:
    nadia, thomas, ines, sofia = (window() for _ in range(4))

    # The contributor of Bondy writes; its validator publishes.
    author = enter(nadia, CONTRIBUTOR)
    author.begin_need()
    write_need(author, TITLE)
    enter(thomas, VALIDATOR)
    open_in_space(thomas.page, TITLE)
    thomas.page.get_by_role("button", name="Publier").click()
    expect(thomas.page.get_by_text("Publié").first).to_be_visible()

    # The workers propose; Inès finds the need from her desk, reads why.
    enter(ines, CURATOR)
    page = ines.open("/curation")
    page.get_by_role("link", name="autres besoins").click()
    reload_until(page, TITLE, 60)
    page.get_by_role("link", name=TITLE).first.click()
    expect(page.get_by_role("heading", name=TITLE).first).to_be_visible()
    expect(page.get_by_text(re.compile(r"proposition 1 sur 10"))).to_be_visible()
    expect(page.get_by_text("Se répondent")).to_be_visible()
    for place in range(1, 11):
        expect(page.get_by_text(f"proposition {place} sur 10")).to_be_visible()
        if page.get_by_role("heading", name=SOLUTION).count():
            break
        press(page, "j")
    expect(page.get_by_role("heading", name=SOLUTION)).to_be_visible()

    # r, a change of mind, r again: one message leaves, a minute after the second.
    press(page, "r")
    expect(page.get_by_text("Proposition retenue")).to_be_visible()
    press(page, "z")
    expect(page.get_by_text("Décision annulée")).to_be_visible()
    expect(page.get_by_role("heading", name=SOLUTION)).to_be_visible()
    press(page, "r")
    expect(page.get_by_text("Proposition retenue")).to_be_visible()
    subject = f"Un besoin publié peut vous concerner : {TITLE}"
    page = sofia.open("/courrier")
    assert not page.get_by_role("link", name=named(subject)).count()
    reload_until(page, subject, 100)
    letters = page.get_by_role("listitem").filter(has_text=named(subject))
    assert letters.filter(has_text=COMPANY_ADMIN.email).count() == 1
    letters.filter(has_text=COMPANY_ADMIN.email).get_by_role("link").click()
    expect(
        page.get_by_text("attribue pas de marché").or_(page.get_by_text("traitement algorithmique")).first
    ).to_be_visible()

    # The company opens the introduction and answers.
    company = enter(sofia, COMPANY_ADMIN)
    open_in_space(page, TITLE)
    company.write_response(SUMMARY, ANSWER)

    # « Mon espace » tells Bondy that an answer came; Nadia reads it.
    page = nadia.page
    open_in_space(page, TITLE, heading="Réponses reçues")
    page.get_by_role("main").get_by_role("link", name="Loutre & Lanterne").first.click()
    expect(page.get_by_text(ANSWER)).to_be_visible()
    for person in (nadia, thomas, ines, sofia):
        assert person.troubles == []


def test_without_javascript_a_need_is_written_refused_corrected_and_submitted(
    window: Callable[..., Window],
) -> None:
    odile = window(java_script_enabled=False)
    person = enter(odile, NEW_VALIDATOR)
    page, too_long = odile.page, "Les bancs du parc cassent " * 6
    person.begin_need()
    page.get_by_label("Ce qui ne va pas aujourd’hui").fill(IRRITANT)
    page.get_by_label("Le problème en une phrase").fill(too_long)
    page.get_by_role("button", name="Enregistrer et continuer").click()
    expect(page.get_by_text("Il y a un problème")).to_be_visible()
    assert page.title().startswith("Erreur")
    expect(page.get_by_label("Ce qui ne va pas aujourd’hui")).to_have_value(IRRITANT)
    expect(page.get_by_label("Le problème en une phrase")).to_have_value(re.compile(too_long.strip()))
    write_need(person, "Les bancs du parc cassent chaque hiver")
    open_in_space(page, "Les bancs du parc cassent chaque hiver")
