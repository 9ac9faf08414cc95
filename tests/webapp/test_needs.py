"""Needs on the web, for everybody: the list and each need."""

from __future__ import annotations

import pytest

from models import Need, db
from tests.client import Client
from tests.factories import World
from tests.questions import make_question


def page_of(need: Need) -> str:
    return f"/besoins/{need.id}-{need.slug}"


# ------------------------------------------------------------------ the list


def test_anybody_reads_open_needs_and_chooses_closed_ones(client: Client, world: World) -> None:
    world.need(title="Des bancs qui brûlent au soleil")
    world.need(title="Une fontaine toujours fermée", status="closed")
    shown = client.get("/besoins").text
    assert "Des bancs qui brûlent" in shown and "Une fontaine toujours" not in shown
    shown = client.get("/besoins?status=closed").text
    assert "Une fontaine toujours" in shown and "Des bancs qui brûlent" not in shown


def test_words_are_looked_up_without_accents_when_the_worker_does_not_answer(
    client: Client, world: World
) -> None:
    world.need(
        title="Des bancs qui brûlent au soleil",
        irritant="L’été, personne ne s’y assied : le métal dépasse 50 degrés à midi.",
    )
    world.need(title="Une fontaine toujours fermée")
    shown = client.get("/besoins?q=BRULENT+metal").text
    assert "Des bancs qui brûlent" in shown and "Une fontaine" not in shown
    assert "Cherchés par les mots" in shown
    nothing = client.get("/besoins?q=parapluie").text
    assert "Aucun besoin ne correspond" in nothing


def test_meaning_orders_the_list_and_filters_still_hold(
    client: Client, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = world.need(title="Des bancs qui brûlent au soleil", themes=["public_space"])
    second = world.need(title="Une fontaine toujours fermée", themes=["mobility"])
    hidden = world.need(title="Un brouillon que personne ne lit", status="draft")
    found = [[second.id, 0.9], [hidden.id, 0.8], [first.id, 0.7], [999_999, 0.1]]
    answer = {"needs": {"close": True, "found": found}}
    monkeypatch.setattr("webapp.search.queries.ask", lambda question, **arguments: answer)
    shown = client.get("/besoins?q=chaleur").text
    assert "Cherchés par le sens" in shown and "brouillon que personne" not in shown
    assert shown.index("Une fontaine") < shown.index("Des bancs")
    shown = client.get("/besoins?q=chaleur&theme=public_space").text
    assert "Des bancs" in shown and "Une fontaine" not in shown


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("theme=mobility", True), ("theme=public_space", False), ("commune=93006", True), ("commune=bagnolet", True),
        ("commune=Bondy", False), ("maturity=M8", True), ("maturity=M3", False), ("deadline=30", True), ("deadline=7", False),
        ("theme=inconnu&maturity=M99&deadline=-1&status=x", True),
    ],
)  # fmt: skip
def test_each_filter_keeps_what_it_says(client: Client, world: World, query: str, expected: bool) -> None:
    world.need(title="Trottinettes laissées au milieu du trottoir", themes=["mobility"], maturity_min="M6")
    assert ("Trottinettes laissées" in client.get(f"/besoins?{query}").text) is expected


def test_a_list_asked_with_nonsense_is_a_page_all_the_same(client: Client, world: World) -> None:
    world.need()
    for query in (
        "page=99999999999999999999",
        "page=-3",
        "page=abc",
        "q=%00%01",
        "q=" + "é" * 5000,
        "q=%25%27%22%3C",
        "commune=%00",
    ):
        assert client.get(f"/besoins?{query}").status_code == 200, query


def test_a_need_kept_for_members_is_listed_for_them_only(client: Client, world: World) -> None:
    need = world.need(title="Un sujet réservé aux membres", visible_to_members_only=True)
    assert "réservé aux membres" not in client.get("/besoins").text
    assert client.get(page_of(need)).status_code in (303, 404)
    client.sign_in(world.startup.contributor)
    assert "réservé aux membres" in client.get("/besoins").text
    assert client.get(page_of(need)).status_code == 200


# ------------------------------------------------------------------ one need


def test_a_public_need_says_what_when_who_and_how_to_answer(client: Client, world: World) -> None:
    need = world.need(budget="lt_40k", places=["street"], resources=["data"])
    shown = client.get(page_of(need)).text
    assert "30\u00a0jours" in shown or "30 jours" in shown
    for words in (
        need.title,
        "débordent le dimanche",
        "Ville de Bagnolet",
        "Moins de 40 000",
        "Voirie",
        "Se connecter pour répondre",
    ):
        assert words in shown
    client.sign_in(world.startup.contributor)
    assert "Ce n’est pas une offre" in client.get(page_of(need)).text


def test_a_wrong_title_in_the_address_leads_to_the_right_one(client: Client, world: World) -> None:
    need = world.need()
    answer = client.get(f"/besoins/{need.id}-autre-chose")
    assert answer.status_code == 301 and answer.headers["Location"].endswith(page_of(need))


def test_the_end_of_a_need_is_public_with_its_reason(client: Client, world: World) -> None:
    assert "La commune y renonce cette année." in client.get(page_of(world.need(status="concluded"))).text
    assert "Le projet change de périmètre." in client.get(page_of(world.need(status="withdrawn"))).text


def test_each_version_stays_readable_by_all(client: Client, world: World) -> None:
    need = world.need()
    client.sign_in(world.bagnolet.validator)
    form = {
        "title": need.title, "irritant": need.irritant + " Le marché du jeudi aggrave tout.", "expected_outcome": need.expected_outcome,
        "themes": need.themes, "intent": "sourcing", "budget": "unknown",
    }  # fmt: skip
    assert "qui a changé" not in client.get(page_of(need)).text
    assert client.post(f"/besoins/{need.id}/modifier", form).status_code == 303
    client.forget()
    shown = client.get(page_of(need)).text
    assert "Ce qui a changé" in shown and "Version 2" in shown and "marché du jeudi" in shown
    assert db.session.get(Need, need.id).matched_at is None  # type: ignore[union-attr]


def test_a_title_never_breaks_before_its_colon_where_it_is_read(client: Client, world: World) -> None:
    need = world.need(title="Harcèlement : la mairie l’apprend par la presse")
    for address in ("/", "/besoins", f"/besoins/{need.id}-{need.slug}"):
        page = client.get(address).text
        assert "Harcèlement\u00a0: la mairie" in page, address


def test_what_people_wrote_never_breaks_before_its_signs_where_it_is_read_and_is_kept_as_typed(
    client: Client, world: World
) -> None:
    typed = "Qui passe le dimanche ? Personne : les corbeilles « débordent » avant midi."
    set_well = "dimanche\u00a0? Personne\u00a0: les corbeilles «\u00a0débordent\u00a0» avant"
    need = world.need(irritant=typed, practical_notes=typed)
    response = world.response(need, status="draft")
    response.write(summary=typed)
    response.submit(by=world.startup.contributor)
    make_question(world, "answered_publicly", need=need, text=typed)
    client.sign_in(world.bagnolet.contributor)
    for address, times in (
        (page_of(need), 3),
        ("/besoins", 1),
        (f"/besoins/{need.id}/reponses", 1),
        (f"/reponses/{response.id}", 1),
    ):
        page = client.get(address).text
        assert page.count(set_well) == times, address
        assert typed not in page, address
    kept = db.session.get_one(Need, need.id)
    assert kept.irritant == typed and kept.published_versions[0].contents["irritant"] == typed


def test_an_address_cut_before_its_words_leads_to_the_page_and_tells_nothing_of_what_is_private(
    client: Client, world: World
) -> None:
    need, draft = world.need(), world.need(status="draft")
    for thing, path in (
        (need, "besoins"),
        (world.solution(), "solutions"),
        (need.organization, "organisations"),
    ):
        answer = client.get(f"/{path}/{thing.id}")
        assert answer.status_code == 301 and answer.location == f"/{path}/{thing.id}-{thing.slug}"
    private = client.get(f"/besoins/{draft.id}")
    assert private.status_code == 303 and "/connexion" in private.location
    assert client.get("/besoins/999999").status_code == 404
