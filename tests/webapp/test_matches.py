"""Introductions as the two sides follow them."""

from __future__ import annotations

from models import Match, db
from tests.client import Client
from tests.factories import World, owed


def again(match: Match) -> Match:
    found = db.session.get(Match, match.id)
    assert found is not None
    return found


def test_each_side_lists_its_introductions_once_they_are_its_business(client: Client, world: World) -> None:
    need = world.need(title="Le besoin présenté à l’entreprise")
    told = world.match(need, world.solution(title="La solution déjà présentée"), "introduced")
    world.match(need, world.solution(title="La solution retenue ce matin"), "approved")
    world.match(need, world.solution(title="La solution que personne n’a lue"), "suggested")
    client.sign_in(world.startup.contributor)
    shown = client.get("/mises-en-relation").text
    assert (
        "1 mise en relation" in shown
        and "déjà présentée" in shown
        and "retenue ce matin" not in shown
        and "Nouveau" in shown
    )
    client.sign_in(world.bagnolet.contributor)
    shown = client.get("/mises-en-relation").text
    assert "déjà présentée" in shown and "retenue ce matin" in shown and "personne n’a lue" not in shown
    client.sign_in(world.rival.contributor)
    assert "Aucune mise en relation" in client.get("/mises-en-relation").text
    assert client.get(f"/mises-en-relation/{told.id}").status_code == 404


def test_an_introduction_says_why_and_that_a_calculation_had_a_part(client: Client, world: World) -> None:
    match = world.match(status="introduced")
    client.sign_in(world.startup.contributor)
    shown = client.get(f"/mises-en-relation/{match.id}").text
    for words in (
        "Ce que dit la collectivité",
        "Pourquoi cette proposition",
        "traitement algorithmique",
        "Répondre",
        "Décliner",
    ):
        assert words in shown


def test_the_company_opening_it_is_noted_and_nobody_elses_look_is(client: Client, world: World) -> None:
    match = world.match(status="introduced")
    for person in (world.bagnolet.contributor, world.curator):
        client.sign_in(person)
        assert client.get(f"/mises-en-relation/{match.id}").status_code == 200
    assert again(match).seen_at is None
    client.sign_in(world.startup.contributor)
    client.get(f"/mises-en-relation/{match.id}")
    first = again(match).seen_at
    client.get(f"/mises-en-relation/{match.id}")
    assert first is not None and again(match).seen_at == first


def test_the_company_declines_with_a_reason_for_the_team(client: Client, world: World) -> None:
    match = world.match(status="introduced")
    client.sign_in(world.startup.contributor)
    assert "décliner en un mot aide" in client.get(f"/mises-en-relation/{match.id}").text
    unsaid = client.post(f"/mises-en-relation/{match.id}/decliner", {"note": "Nous sommes complets."})
    assert "Choisissez une réponse." in unsaid.text and "Remplissez ce champ" not in unsaid.text
    refused = client.post(
        f"/mises-en-relation/{match.id}/decliner", {"reason_code": "zut", "note": "Nous sommes complets."}
    )
    assert (
        refused.status_code == 422
        and "Choisissez pourquoi" in refused.text
        and "Nous sommes complets." in refused.text
    )
    assert (
        client.post(
            f"/mises-en-relation/{match.id}/decliner",
            {"reason_code": "no_capacity", "note": "Nous sommes complets."},
        ).status_code
        == 303
    )
    assert again(match).status == "declined" and again(match).reason_code == "no_capacity"
    assert "match_declined" in owed(world.curator)
    assert "décliner en un mot aide" not in client.get(f"/mises-en-relation/{match.id}").text
    assert client.get(f"/mises-en-relation/{match.id}/decliner").status_code == 303


def test_the_communes_validator_may_decline_and_its_contributor_may_not(client: Client, world: World) -> None:
    match = world.match(status="introduced")
    client.sign_in(world.bagnolet.contributor)
    assert client.get(f"/mises-en-relation/{match.id}/decliner").status_code == 403
    client.sign_in(world.bagnolet.validator)
    assert (
        client.post(f"/mises-en-relation/{match.id}/decliner", {"reason_code": "timing"}).status_code == 303
    )
    assert again(match).status == "declined"


def test_the_ceiling_of_the_commune_is_never_shown_to_a_company(client: Client, world: World) -> None:
    need = world.need(budget="lt_40k", budget_max_cents=2_345_600)
    match = world.match(need, world.solution(), "introduced")
    match.reasons = [
        {
            "kind": "fits",
            "condition": "budget",
            "price_from_cents": 900_000,
            "price_to_cents": None,
            "budget_max_cents": 2_345_600,
        }
    ]
    client.sign_in(world.startup.contributor)
    for address in (f"/mises-en-relation/{match.id}", f"/besoins/{need.id}-{need.slug}"):
        page = client.get(address).text
        assert "23\u202f456" not in page and "prix à partir de" not in page
    client.sign_in(world.bagnolet.contributor)
    page = client.get(f"/mises-en-relation/{match.id}").text
    # Its own page says the ceiling to the commune; here it learns only that a price fits.
    assert "prix à partir de" in page and "23\u202f456" not in page


def test_both_sides_read_the_words_of_the_team_once_they_cannot_be_taken_back(
    client: Client, world: World
) -> None:
    match = world.match()
    match.approve(by=world.curator, introduction="Vos deux textes parlent de la même rue.")
    addresses = (f"/mises-en-relation/{match.id}", f"/besoins/{match.need_id}/mises-en-relation")
    client.sign_in(world.bagnolet.contributor)
    for address in addresses:
        assert "la même rue" not in client.get(address).text
    again(match).introduce()
    for address in addresses:
        assert "Vos deux textes parlent de la même rue." in client.get(address).text
    client.sign_in(world.startup.contributor)
    assert "Vos deux textes parlent de la même rue." in client.get(addresses[0]).text


def test_outside_the_team_the_score_is_one_of_three_words(client: Client, world: World) -> None:
    match = world.match(status="introduced", score=0.83, closeness="very_close")
    for person in (world.startup.contributor, world.bagnolet.contributor):
        client.sign_in(person)
        page = client.get(f"/mises-en-relation/{match.id}").text.split("<main")[
            1
        ]  # not the fingerprints of its files
        assert "très proche" in page and "83" not in page and "sur 100" not in page
    client.sign_in(world.curator)
    assert "83 sur 100" in client.get(f"/curation/propositions/{match.id}").text.replace("\u00a0", " ")
