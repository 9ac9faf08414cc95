"""The common search: needs and solutions for the same words."""

from __future__ import annotations

import html
import re

import pytest

from tests.client import Client
from tests.factories import World


def test_no_words_explain_how_to_ask(client: Client) -> None:
    assert "comme vous le diriez" in client.get("/recherche").text


def test_words_find_needs_and_solutions_when_the_worker_is_late(client: Client, world: World) -> None:
    world.need(title="Des bancs qui brûlent au soleil")
    world.need(title="Des bancs gardés en brouillon", status="draft")
    world.need(title="Des bancs retirés de la place", status="withdrawn")
    world.solution(title="Des bancs frais sous les arbres")
    shown = client.get("/recherche?q=BANCS").text
    assert "Cherché par les mots" in shown
    assert "Des bancs qui brûlent" in shown and "Des bancs frais" in shown
    assert "brouillon" not in shown and "Des bancs retirés" not in shown


def test_meaning_finds_both_in_its_own_order(
    client: Client, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    needs = [
        world.need(title=title)
        for title in ("Des bancs qui brûlent au soleil", "Une cour d’école trop chaude")
    ]
    solution = world.solution(title="Des voiles d’ombrage qui se replient")
    hidden = world.need(title="Un besoin réservé aux membres", visible_to_members_only=True)
    answer = {
        "needs": {"close": True, "found": [[hidden.id, 0.9], [needs[1].id, 0.8], [needs[0].id, 0.7]]},
        "solutions": {"close": False, "found": [[solution.id, 0.6], [12345, 0.1]]},
    }
    monkeypatch.setattr("webapp.search.queries.ask", lambda question, **arguments: answer)
    shown = client.get("/recherche?q=canicule").text
    assert "par le sens" in shown and "réservé aux membres" not in shown and "voiles d’ombrage" in shown
    assert shown.index("Une cour d’école") < shown.index("Des bancs qui brûlent")
    client.sign_in(world.startup.contributor)
    assert "réservé aux membres" in client.get("/recherche?q=canicule").text


def test_nothing_found_says_what_to_do(client: Client) -> None:
    assert "Rien ne correspond" in client.get("/recherche?q=zzzz").text


@pytest.mark.parametrize("words", ["%00%07", "é" * 3000, "<script>alert(1)</script>", "%25_%27%22%5C"])
def test_any_words_get_a_page(client: Client, world: World, words: str) -> None:
    answer = client.get(f"/recherche?q={words}")
    assert answer.status_code == 200 and "<script>alert" not in answer.text


@pytest.mark.parametrize("page", ["/recherche", "/solutions"])
def test_who_types_the_name_of_an_organisation_is_led_to_its_page(
    client: Client, world: World, page: str
) -> None:
    ultrason = world.startup.organization
    world.company("Pas encore", verified=False)
    link = f'href="/organisations/{ultrason.id}-{ultrason.slug}"'
    assert link in client.get(f"{page}?q=ultrason").text
    assert "Vous cherchez une organisation" not in client.get(f"{page}?q=Pas encore").text
    for number in range(4):
        world.company(f"Ultrason {number}")
    assert "Vous cherchez une organisation" not in client.get(f"{page}?q=ultrason").text, (
        "too many to be meant"
    )


@pytest.mark.parametrize(("typed", "field"), [("Chaleur douce", "name"), ("909 876 567 00019", "siret")])
def test_what_was_typed_to_find_ones_organisation_is_there_to_create_it(
    client: Client, world: World, typed: str, field: str
) -> None:
    client.sign_in(world.user("Sofia"))
    page = client.get("/organisations/choisir", query_string={"q": typed}).text
    link = html.unescape(page.split('href="/organisations/nouvelle')[1].split('"')[0])
    form = client.get(f"/organisations/nouvelle{link}").text
    (filled,) = re.findall(rf'<input[^>]*value="{typed}"[^>]*>', form)
    assert f'name="{field}"' in filled
