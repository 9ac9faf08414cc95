"""« Quelle voie d’achat ? » as a commune uses it; who reads it; the company's file that a buyer takes up; declared purchases."""

from __future__ import annotations

import re
from typing import Any

import pytest

from models import DeclaredPurchase, Guidance, Solution, db
from models.calendar import today_in_paris
from tests import files
from tests.adoptions import make_interest
from tests.client import Client, shown
from tests.documents import join
from tests.factories import World
from tests.procurement import SOLID, make_guidance, make_purchase
from webapp.filters import day
from webapp.forms import cents_of

ENDING = (
    "Aide à la réflexion, non un avis juridique. Faites valider par votre service de la commande publique."
)
FILLED = {"step": "all", "launched_on": "2026-04-01", "purchase_kind": "supplies_services", "buyer_kind": "local_public",
          "own_cents": "55 000", "ready_solution": "y"}  # fmt: skip


@pytest.fixture
def buyer(client: Client, world: World) -> Client:
    return client.sign_in(world.bagnolet.contributor)


def begin(client: Client, world: World) -> str:
    """The address of a draft for a published need of Bagnolet."""
    need = world.need()
    page = client.get(f"/besoins/{need.id}-{need.slug}").text
    assert f"/besoins/{need.id}/voie-d-achat" in page
    return client.post(f"/besoins/{need.id}/voie-d-achat").headers["Location"]


def begin_again(client: Client) -> str:
    """The address of a draft for nothing in particular."""
    return client.post("/voie-d-achat/nouvelle").headers["Location"]


def answer(client: Client, address: str, **fields: Any) -> str:
    sent = client.post(address, FILLED | fields)
    assert sent.status_code == 303, shown(sent)
    return shown(client.get(sent.headers["Location"]))


def test_from_a_need_to_its_ways_their_conditions_their_articles_and_the_sentence(
    buyer: Client, world: World
) -> None:
    page = answer(buyer, begin(buyer, world))
    for words in (
        "Achat direct envisageable", "60 000 € HT", "R2122-8", "gardez une trace", "Près d’un seuil.", "À 5 000 € de 60 000 € HT",
        "Données essentielles.", "Montant à comparer aux seuils : 55 000 € HT.", "Table des seuils relue le 31 janvier 2026.",
    ):  # fmt: skip
        assert words in page, words
    assert page.count(ENDING) == 2
    assert "Procédure adaptée" not in page
    # It is in the list, and the answer no longer changes.
    assert "Achat direct envisageable" in buyer.get("/voie-d-achat").text
    guidance = db.session.scalars(db.select(Guidance)).one()
    again = buyer.get(f"/voie-d-achat/{guidance.id}/remplir")
    assert again.status_code == 303 and again.headers["Location"].endswith(f"/voie-d-achat/{guidance.id}")


def test_research_opens_the_partnership_unless_one_says_that_a_solution_is_ready(
    buyer: Client, world: World
) -> None:
    address = begin(buyer, world)
    assert not re.search(r'name="ready_solution"[^>]*checked', buyer.get(address).text)
    page = answer(buyer, address, own_cents="300 000", research_needed="y")
    assert "le partenariat d’innovation suppose qu’il n’y en ait pas" in page  # FILLED ticks the box
    unticked = {name: value for name, value in FILLED.items() if name != "ready_solution"}
    sent = buyer.post(begin_again(buyer), unticked | {"own_cents": "300 000", "research_needed": "y"})
    page = shown(buyer.get(sent.headers["Location"]))
    assert "Partenariat d’innovation" in page and "critère de choix tient compte de l’environnement" in page


def test_members_lots_clues_and_the_innovative_ways(buyer: Client, world: World) -> None:
    clues = {f"clue_{n}_level": "2" for n in range(1, 11)} | {
        "clue_1_text": "Trente pour cent de tournées en moins."
    }
    page = answer(
        buyer, begin(buyer, world), own_cents="200 000", members="Ville de Pantin : 100 000\nVille de Bondy : 0",
        innovative_lots="40 000 ; 20 000", free_test="y", research_needed="y", **clues,
    )  # fmt: skip
    for words in (
        "Procédure formalisée", "Petits lots innovants", "Groupement de commandes", "Convention d’expérimentation",
        "20 points sur 20 : indices solides", "Trente pour cent", "Ville de Pantin, 100 000 € HT", "300 000 € HT",
    ):  # fmt: skip
        assert words in page, words
    assert "Achat innovant envisageable" not in page and "Partenariat d’innovation" not in page
    page = answer(buyer, begin(buyer, world), own_cents="85 000", **clues)
    assert "Achat innovant envisageable" in page and "100 000 € HT</b>, à confirmer" in page
    page = answer(buyer, begin(buyer, world), own_cents="85 000", **clues | {"clue_2_level": "many"})
    assert "indices faibles" in page and "Achat innovant envisageable" not in page


def test_a_date_without_row_is_said_and_nothing_is_proposed_on_it(buyer: Client, world: World) -> None:
    page = answer(buyer, begin(buyer, world), launched_on="2028-01-01", own_cents="100 000")
    assert "Seuil inconnu à cette date : demandez à votre service." in page
    assert "seuil européen, fournitures et services des collectivités" in page
    assert "Aucune voie ne peut être proposée" in page and page.count(ENDING) == 2


def test_without_an_amount_it_still_answers_what_it_can(buyer: Client, world: World) -> None:
    page = answer(buyer, begin(buyer, world), own_cents="", similar_needs="y")
    assert "Montant à estimer" in page and "Groupement de commandes" in page and "Achat direct" not in page


@pytest.mark.parametrize("typed", ["59999,99", "59 999,99 €", "59.999,99", "59,999.99", "59\u202f999.99"])
def test_an_amount_is_read_as_people_write_it_to_the_cent(typed: str) -> None:
    assert cents_of(typed) == 5_999_999


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"launched_on": ""}, "Donnez la date de lancement envisagée."),
        ({"launched_on": "1066-10-14"}, "Choisissez une date entre 2000 et dans dix ans."),
        ({"own_cents": "-12"}, "Écrivez un montant en euros"),
        ({"own_cents": "59 999,999"}, "Écrivez un montant en euros"),
        ({"own_cents": "12,345"}, "Écrivez un montant en euros"),
        ({"own_cents": "0,001"}, "Écrivez un montant en euros"),
        ({"members": "Ville de Pantin : beaucoup"}, "Écrivez une collectivité par ligne"),
        ({"innovative_lots": "90 000"}, "Les lots innovants dépassent le montant de l’achat."),
        ({"buyer_kind": "defence"}, "Choisissez une valeur de la liste."),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_typed_is_lost(
    buyer: Client, world: World, wrong: dict[str, str], sentence: str
) -> None:
    address = begin(buyer, world)
    refused = buyer.post(address, FILLED | {"clue_1_text": "Un mot à garder"} | wrong)
    assert refused.status_code == 422 and sentence in shown(refused)
    assert "Un mot à garder" in refused.text and "Erreur" in refused.text
    assert all(value in refused.text for name, value in wrong.items() if name != "buyer_kind")


def test_a_draft_saves_itself_even_unfinished(buyer: Client, world: World) -> None:
    address = begin(buyer, world)
    save = address.replace("remplir", "brouillon")
    assert (
        "Enregistré le" in buyer.post(save, {"step": "all", "own_cents": "12 345,67", "free_test": "y"}).text
    )
    refused = buyer.post(save, {"step": "all", "own_cents": "douze"})
    assert refused.status_code == 422 and "Pas enregistré" in refused.text
    page = buyer.get(address).text
    assert 'value="12345,67"' in page
    kept = db.session.scalars(db.select(Guidance)).one()
    assert kept.inputs["own_cents"] == 1_234_567 and kept.made_at is None


def test_taking_it_up_again_begins_another_one_with_the_same_words(buyer: Client, world: World) -> None:
    guidance = make_guidance(world, supplier_name="Ultrason", own_cents=5_599_999)
    where = buyer.post(f"/voie-d-achat/{guidance.id}/reprendre").headers["Location"]
    page = buyer.get(where).text
    assert 'value="Ultrason"' in page and 'value="55999,99"' in page
    assert f"/{guidance.id}/" not in where


def test_neither_a_company_nor_the_team_nor_another_commune_reads_it(client: Client, world: World) -> None:
    need = world.need()
    world.response(need)
    guidance = make_guidance(world, need=need, supplier_name="Canari Jaune", own_cents=4_242_424)
    make_purchase(world, need=need, amount_cents=5_353_535)
    people = [None, world.startup.contributor, world.curator, world.admin, world.bondy.validator]
    for person in people:
        client.forget()
        if person is not None:
            client.sign_in(person)
        assert client.get(f"/voie-d-achat/{guidance.id}").status_code in (303, 404)
        for address in (
            f"/besoins/{need.id}-{need.slug}", "/mon-espace", "/voie-d-achat", "/achats-declares",
            f"/curation/besoins/{need.id}", "/curation/suivi", f"/organisations/{need.organization_id}-x",
        ):  # fmt: skip
            page = client.get(address, follow_redirects=True).text.replace("\u202f", "")
            assert not re.search("Canari Jaune|42424|53535", page), (person, address)


# ------------------------------------------------------------------ the company's file


def documented(world: World) -> Solution:
    solution = world.solution()
    clues = {number: clue for number, clue in SOLID.items() if number != "10"}
    clues["1"] = {"level": "2", "text": "Un tiers de tournées en moins, mesuré à Vanves."}
    solution.document_innovation(by=world.startup.contributor, clues=clues)
    db.session.commit()
    return solution


def test_a_company_documents_what_is_new_and_it_saves_itself(client: Client, world: World) -> None:
    solution = world.solution()
    client.sign_in(world.startup.contributor)
    page = client.get(f"/solutions/{solution.id}-{solution.slug}").text
    file = f"/solutions/{solution.id}/dossier-innovation"
    assert file in page
    saved = client.post(
        f"{file}/brouillon", {"clue_4_level": "1", "clue_4_text": "Six communes depuis 2024."}
    )
    assert "Enregistré le" in saved.text
    form = client.get(f"{file}/remplir").text
    assert "Six communes depuis 2024." in form and "clue_10_level" not in form
    sent = client.post(f"{file}/remplir", {"clue_4_level": "2", "clue_4_text": "Six communes depuis 2024."})
    page = shown(client.get(sent.headers["Location"]))
    assert "2 points sur 20 : indices faibles" in page and "Six communes depuis 2024." in page
    assert "Qui l’a vérifié dans la collectivité" in page and "Reprendre ce dossier" not in page


def test_a_buyer_takes_the_file_up_then_justifies_it(client: Client, world: World) -> None:
    solution, need = documented(world), world.need()
    client.sign_in(world.bagnolet.contributor)
    assert "dossier-innovation" in client.get(f"/solutions/{solution.id}-{solution.slug}").text
    page = client.get(f"/solutions/{solution.id}/dossier-innovation").text
    assert "Reprendre ce dossier" in page and need.title in page
    where = client.post(f"/solutions/{solution.id}/dossier-innovation/reprendre", {"need": need.id}).headers[
        "Location"
    ]
    form = shown(client.get(where))
    assert "mesuré à Vanves" in form and "Repris du dossier de Ultrason" in form
    fields = dict(
        re.findall(r'name="(clue_\d+_level)"(?:.|\n)*?<option selected value="(\d)"', client.get(where).text)
    )
    page = answer(client, where, own_cents="85 000", **fields, clue_1_text="Vérifié sur deux tournées.")
    assert "Achat innovant envisageable" in page and "Vérifié sur deux tournées." in page
    assert "puis relu par l’acheteur" in page and need.title in page
    # The company's own file is untouched, and the company learns nothing of it.
    kept = db.session.get(Solution, solution.id)
    assert kept is not None and "Vanves" in kept.innovation_clues["1"]["text"]


def test_the_documents_that_a_file_speaks_of_open_beside_it(client: Client, world: World) -> None:
    solution = documented(world)
    join(world, solution, name="rapport-essai.pdf")
    client.sign_in(world.bagnolet.contributor)
    assert "rapport-essai.pdf" in client.get(f"/solutions/{solution.id}/dossier-innovation").text
    client.sign_in(world.startup.contributor)
    page = shown(client.get(f"/solutions/{solution.id}/dossier-innovation"))
    assert f"/solutions/{solution.id}/documents" in page and "Joindre ou retirer" in page


def test_a_file_says_which_documents_were_seen_and_when_even_once_they_are_gone(
    client: Client, world: World
) -> None:
    solution = documented(world)
    report = join(world, solution, name="rapport-essai.pdf")
    join(world, solution, "quarantined", name="brouillon.pdf", contents=files.pdf(pages=2))
    seen = (
        f"vus le {day(today_in_paris())}", f"rapport-essai.pdf, joint le {day(report.created_at)}", report.sha256,
    )  # fmt: skip
    client.sign_in(world.bagnolet.contributor)
    address = f"/solutions/{solution.id}/dossier-innovation"
    page = shown(client.get(address))
    assert all(words in page for words in seen) and "brouillon.pdf" not in page
    where = client.post(f"{address}/reprendre").headers["Location"]
    report.remove(by=world.startup.contributor)
    assert "rapport-essai.pdf" not in client.get(address).text
    page = answer(client, where, own_cents="85 000")
    assert all(words in page for words in seen)


def test_the_file_of_a_draft_is_its_companys(client: Client, world: World) -> None:
    solution = world.solution(status="draft")
    for person, code in (
        (world.startup.contributor, 200),
        (world.rival.contributor, 404),
        (world.bagnolet.contributor, 404),
    ):
        client.sign_in(person)
        assert client.get(f"/solutions/{solution.id}/dossier-innovation").status_code == code


def test_the_public_does_not_read_a_file_and_is_not_sent_to_one(client: Client, world: World) -> None:
    solution = documented(world)
    assert "dossier-innovation" not in client.get(f"/solutions/{solution.id}-{solution.slug}").text
    client.sign_in(world.rival.contributor)
    assert "dossier-innovation" not in client.get(f"/solutions/{solution.id}-{solution.slug}").text
    assert client.get(f"/solutions/{solution.id}/dossier-innovation").status_code == 403


# ------------------------------------------------------------------ declared purchases, budgets


def test_a_validator_declares_a_purchase_then_corrects_it(client: Client, world: World) -> None:
    need = world.need()
    client.sign_in(world.bagnolet.contributor)
    assert "Un validateur de votre organisation les déclare." in client.get("/achats-declares").text
    assert client.get("/achats-declares/nouveau").status_code == 403
    client.sign_in(world.bagnolet.validator)
    fields = {"kind": "direct_purchase", "supplier_name": "Ultrason", "bought_on": "2026-03-02",
              "purchase_kind": "supplies_services", "amount_cents": "12 000", "need": str(need.id)}  # fmt: skip
    assert client.post("/achats-declares/nouveau", fields | {"supplier_name": ""}).status_code == 422
    assert client.post("/achats-declares/nouveau", fields).status_code == 303
    page = shown(client.get("/achats-declares"))
    assert "Achat direct, Ultrason, 12 000 € HT" in page.replace("</b>", "") and need.title in page
    (declared,) = db.session.scalars(db.select(DeclaredPurchase)).all()
    client.post(f"/achats-declares/{declared.id}/corriger", fields | {"amount_cents": "13 000"})
    page = shown(client.get("/achats-declares"))
    assert "13 000 € HT" in page and "12 000 € HT" not in page and "corrigé" in page


def test_beside_the_bands_of_a_budget_stand_the_thresholds_of_the_day(client: Client, world: World) -> None:
    need = world.need(status="draft")
    client.sign_in(world.bagnolet.contributor)
    page = shown(client.get(f"/besoins/{need.id}/rediger/practical"))
    assert (
        "achat direct envisageable sous 60 000 € HT" in page
        and "procédure formalisée à partir de 216 000 € HT" in page
    )


def test_a_concluded_need_leads_to_its_declaration_already_filled_in(client: Client, world: World) -> None:
    need = world.need(title="Des corbeilles à relever autrement")
    world.response(need, status="retained")
    need.conclude(
        by=world.bagnolet.validator, outcome="direct_purchase", reason="La solution convient telle quelle."
    )
    client.sign_in(world.bagnolet.validator)
    page = client.get(f"/besoins/{need.id}-{need.slug}").text
    assert f"/achats-declares/nouveau?need={need.id}" in page
    form = client.get(f"/achats-declares/nouveau?need={need.id}").text
    assert 'value="Ultrason"' in form and 'selected value="direct_purchase"' in form


def test_who_asks_for_a_quote_is_led_to_the_ways_of_buying(client: Client, world: World) -> None:
    interest = make_interest(world, "sent", wish="quote")
    client.sign_in(world.bagnolet.contributor)
    address = f"/adoptions/{interest.id}/voie-d-achat"
    assert address in client.get(f"/adoptions/{interest.id}").text
    where = client.post(address).headers["Location"]
    assert 'value="Ultrason"' in client.get(where).text
    client.sign_in(world.startup.contributor)
    assert client.post(address).status_code == 403
