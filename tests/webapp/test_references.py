"""Who uses what already: declared by a company, confirmed by a commune, shown on both sides; the facts of a page."""

from __future__ import annotations

import sqlalchemy as sa

from models import Activity, Reference, db
from tests.adoptions import make_interest, make_reference
from tests.client import Client, shown
from tests.factories import World
from workers.messages import as_text
from workers.messages.responses import response_retained


def test_a_company_declares_and_the_commune_confirms_or_takes_it_off_the_page(
    client: Client, world: World
) -> None:
    solution = world.solution()
    page = f"/solutions/{solution.id}-{solution.slug}"
    world.bagnolet  # noqa: B018 (it must be here to be asked)
    client.sign_in(world.startup.contributor)
    said = {"label": "Bagnolet", "year": "2025", "kind": "pilot", "note": "Trente corbeilles place Nicole."}
    assert client.post(f"/solutions/{solution.id}/references", said).status_code == 303
    assert "Déclaré par qui la propose" in shown(client.get(page))

    client.sign_in(world.bagnolet.contributor)
    assert "est-ce exact" in shown(client.get("/mon-espace"))
    reference = db.session.scalars(sa.select(Reference)).one()
    client.post(f"/references/{reference.id}/confirmer")
    client.forget()
    assert "confirmé par la collectivité le" in shown(client.get(page))
    bagnolet = world.bagnolet.organization
    assert solution.title in client.get(f"/organisations/{bagnolet.id}-{bagnolet.slug}").text

    client.sign_in(world.bagnolet.validator)
    why = {"reason": "Ce n’était qu’une visite de chantier."}
    assert client.post(f"/references/{reference.id}/contester", why).status_code == 303
    client.forget()
    assert "Trente corbeilles" not in client.get(page).text and "confirmé par la collectivité" not in shown(
        client.get(page)
    )
    client.sign_in(world.curator)
    assert "une visite de chantier" in shown(client.get("/curation/adoptions"))


def test_a_foreign_commune_neither_confirms_nor_contests(client: Client, world: World) -> None:
    reference = make_reference(world)
    client.sign_in(world.bondy.validator)
    assert client.get(f"/references/{reference.id}").status_code == 200
    assert client.post(f"/references/{reference.id}/confirmer").status_code == 403
    assert (
        client.post(f"/references/{reference.id}/contester", {"reason": "Je ne sais pas."}).status_code == 403
    )


def test_a_contested_reference_is_no_page_for_the_public(client: Client, world: World) -> None:
    reference = make_reference(world, "contested")
    assert client.get(f"/references/{reference.id}").status_code == 303
    client.sign_in(world.rival.contributor)
    assert client.get(f"/references/{reference.id}").status_code == 404


def test_who_did_not_accept_to_be_cited_is_not(client: Client, world: World) -> None:
    interest = make_interest(world, "acknowledged")
    interest.convert(by=world.bagnolet.validator, conversion="purchase", may_be_cited=False)
    page = client.get(f"/solutions/{interest.solution_id}-{interest.solution.slug}")
    assert "Déjà adopté" not in shown(page) and "Bagnolet" not in page.text


def test_a_retained_response_links_the_need_and_the_solution(client: Client, world: World) -> None:
    need, solution = world.need(), world.solution()
    db.session.refresh(solution)
    response = world.response(need, status="shortlisted", solution=solution)
    response.retain(by=world.bagnolet.validator)
    response.choose_naming(by=world.startup.contributor, named=True)
    need.conclude(
        by=world.bagnolet.validator, outcome="experiment", reason="Un essai d’une saison est décidé."
    )
    db.session.commit()
    assert "Ce que la collectivité a adopté" in shown(client.get(f"/besoins/{need.id}-{need.slug}"))
    page = shown(client.get(f"/solutions/{solution.id}-{solution.slug}"))
    assert "Déjà adopté par" in page and "déclaré par la collectivité" in page


def test_a_company_is_named_beside_the_need_it_answered_only_when_it_says_so(
    client: Client, world: World
) -> None:
    need, solution = world.need(), world.solution()
    db.session.refresh(solution)
    response = world.response(need, status="shortlisted", solution=solution)
    response.retain(by=world.bagnolet.validator)
    need.conclude(
        by=world.bagnolet.validator, outcome="experiment", reason="Un essai d’une saison est décidé."
    )
    db.session.commit()
    page, name = f"/besoins/{need.id}-{need.slug}", world.startup.organization.display_name
    assert name not in client.get(page).text
    assert "Déjà adopté par" not in shown(client.get(f"/solutions/{solution.id}-{solution.slug}"))

    naming = f"/reponses/{response.id}/etre-nomme"
    client.sign_in(world.bagnolet.validator)
    assert client.post(naming, {"named": "yes"}).status_code == 403
    client.sign_in(world.startup.contributor)
    assert "Peut-on dire que c’est vous" in shown(client.get(f"/reponses/{response.id}"))
    assert client.post(naming, {"named": "yes"}).status_code == 303
    client.forget()
    assert name in client.get(page).text

    client.sign_in(world.startup.contributor)
    client.post(naming)
    client.forget()
    assert name not in client.get(page).text
    acts = db.session.scalars(Activity.of(response).where(Activity.action == "choose_naming")).all()
    assert [act.details["named"] for act in acts] == [True, False]


def test_the_message_asks_the_company_that_answered_and_not_its_partners(world: World) -> None:
    response = world.response(status="retained")
    activity = db.session.scalars(Activity.of(response).where(Activity.action == "retain")).one()
    asked, partner = world.startup.contributor, world.rival.contributor
    said = {to: as_text(response_retained(to, response, activity), to) for to in (asked, partner)}
    assert "Peut-on dire que c’est vous" in said[asked] and f"/reponses/{response.id}" in said[asked]
    assert "Peut-on dire" not in said[partner]


def test_nobody_consents_to_be_named_before_the_commune_retained_the_response(
    client: Client, world: World
) -> None:
    response = world.response(status="submitted")
    client.sign_in(world.startup.contributor)
    assert client.post(f"/reponses/{response.id}/etre-nomme", {"named": "yes"}).status_code == 409
    db.session.refresh(response)
    assert not response.may_be_named


FACTS = {
    "licence": "EUPL 1.2",
    "is_common": "y",
    "open_source": "y",
    "labels": "nr",
    "evidence": "30 % de tournées en moins ; Ville de Bagnolet ; 2025",
    "innovation_note": "Le capteur se passe de pile.",
    "price_tiers": "2 : 9 000\n5 : 8 000",
    "price_unit": "per_year",
}


def test_facts_that_a_buyer_checks_are_on_the_page_and_may_be_looked_for(
    client: Client, world: World
) -> None:
    solution = world.solution(status="draft")
    client.sign_in(world.startup.contributor)
    assert client.post(f"/solutions/{solution.id}/rediger/practical", FACTS).status_code == 303
    assert solution.evidence == [
        {"figure": "30 % de tournées en moins", "source": "Ville de Bagnolet", "year": 2025}
    ]
    again = shown(client.get(f"/solutions/{solution.id}/rediger/practical"))
    assert "2 : 9000" in again and "30 % de tournées en moins ; Ville de Bagnolet ; 2025" in again
    solution.submit(by=world.startup.contributor)
    solution.publish(by=world.curator)
    db.session.commit()
    client.forget()
    page = shown(client.get(f"/solutions/{solution.id}-{solution.slug}"))
    for words in (
        "licence EUPL 1.2",
        "Bien commun",
        "Label Numérique Responsable",
        "Ville de Bagnolet, 2025",
        "se passe de pile",
        "dès 5 communes",
    ):
        assert words in page, words
    assert solution.title in client.get("/solutions?nature=common").text
    assert solution.title not in client.get("/solutions?nature=public").text


def test_figures_without_a_source_and_prices_that_rise_are_refused_with_what_was_typed(
    client: Client, world: World
) -> None:
    solution = world.solution()
    client.sign_in(world.startup.contributor)
    for field, typed, why in (
        ("evidence", "30 % de tournées en moins", "un chiffre par ligne"),
        ("price_tiers", "cinq : 8000", "un palier par ligne"),
        ("price_tiers", "2 : 8000\n5 : 9000", "le prix baisse"),
        ("evidence", "\n".join(f"{n} % ; nous ; 2025" for n in range(6)), "cinq chiffres au plus"),
    ):
        answer = client.post(
            f"/solutions/{solution.id}/modifier",
            {"title": solution.title, "pitch": solution.pitch, "how_it_works": solution.how_it_works,
             "themes": solution.themes[0], "maturity": solution.maturity, "price_unit": "one_off", field: typed},
        )  # fmt: skip
        assert answer.status_code == 422 and why in shown(answer) and typed.split("\n")[0] in answer.text, (
            typed
        )


def test_before_it_is_sent_a_page_says_which_needs_it_would_answer(client: Client, world: World) -> None:
    solution = world.solution(status="draft")
    client.sign_in(world.startup.contributor)
    assert "Ces besoins vous correspondraient" in shown(
        client.get(f"/solutions/{solution.id}/rediger/review")
    )
