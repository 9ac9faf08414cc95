"""« J'adopte » on the pages: a commune asks, a company answers, both see where it stands."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa
import time_machine

from models import DeclaredPurchase, Interest, db
from models.calendar import day_in_paris, today_in_paris
from models.database import PARIS, utc_now
from tests.adoptions import MESSAGE, make_interest
from tests.client import Client, shown
from tests.factories import World


def test_a_commune_asks_a_company_acknowledges_they_meet_and_the_commune_says_what_it_bought(
    client: Client, world: World
) -> None:
    solution = world.solution()
    client.sign_in(world.bagnolet.contributor)
    assert "J’adopte" in client.get(f"/solutions/{solution.id}-{solution.slug}").text
    sent = client.post(
        f"/solutions/{solution.id}/adopter", {"wish": "demo", "message": MESSAGE, "site": "Le parc"}
    )
    page = sent.headers["Location"]
    assert "cinq jours ouvrés" in shown(client.get(page))

    client.sign_in(world.startup.contributor)
    assert "presse « J’adopte »" in shown(client.get("/mon-espace"))
    assert MESSAGE in client.get(page).text and "Écrire à la collectivité" not in client.get(page).text
    client.post(f"{page}/recue")
    assert (
        "Écrire à la collectivité" in client.get(page).text
        and world.bagnolet.contributor.email not in client.get(page).text
    )
    soon = {
        "meeting_on": f"{today_in_paris() + timedelta(days=3)}",
        "meeting_time": "14 h 30",
        "place": "Mairie",
    }
    assert client.post(f"{page}/rendez-vous", soon).status_code == 303
    file = client.get(f"{page}/rendez-vous.ics")
    assert file.mimetype == "text/calendar" and "SUMMARY:Rendez-vous" in file.text

    client.sign_in(world.bagnolet.validator)
    assert client.post(f"{page}/rencontre", {"notes": "Bon accueil."}).status_code == 422, "not yet"
    with time_machine.travel(utc_now() + timedelta(days=4)):
        client.sign_in(world.bagnolet.validator)
        assert "La rencontre a-t-elle eu lieu" in shown(client.get("/mon-espace"))
        client.post(f"{page}/rencontre", {"notes": "Bon accueil."})
        done = {"conversion": "purchase", "amount_cents": "8 000", "may_be_cited": "y"}
        assert client.post(f"{page}/suite", done).status_code == 303
    purchase = db.session.scalars(sa.select(DeclaredPurchase)).one()
    assert purchase.amount_cents == 800_000 and purchase.supplier == world.startup.organization
    assert "Déjà adopté par" in shown(client.get(f"/solutions/{solution.id}-{solution.slug}"))
    commune = world.bagnolet.organization
    assert solution.title in client.get(f"/organisations/{commune.id}-{commune.slug}").text


def test_the_company_reads_neither_the_amount_nor_the_notes_of_the_commune(
    client: Client, world: World
) -> None:
    interest = make_interest(world, "met", amount_estimated_cents=4_321_900)
    page = f"/adoptions/{interest.id}"
    client.sign_in(world.bagnolet.contributor)
    assert "43 219" in shown(client.get(page)) and "Le capteur tient au gel" in client.get(page).text
    client.sign_in(world.startup.contributor)
    assert "43 219" not in shown(client.get(page)) and "Le capteur tient au gel" not in client.get(page).text


@pytest.mark.parametrize("stranger", ["visitor", "other_commune", "rival", "team"])
def test_nobody_else_reads_a_demand(client: Client, world: World, stranger: str) -> None:
    page = f"/adoptions/{make_interest(world).id}"
    person = {
        "other_commune": world.bondy.validator,
        "rival": world.rival.contributor,
        "team": world.curator,
    }.get(stranger)
    if person is not None:
        client.sign_in(person)
    assert client.get(page).status_code == (303 if person is None else 404)
    assert client.post(f"{page}/recue").status_code in (303, 404)


def test_a_wrong_form_gives_back_what_was_typed_and_says_why(client: Client, world: World) -> None:
    solution = world.solution()
    client.sign_in(world.bagnolet.contributor)
    answer = client.post(f"/solutions/{solution.id}/adopter", {"wish": "experiment", "message": MESSAGE})
    assert answer.status_code == 422 and MESSAGE in answer.text
    assert "un validateur de votre organisation doit l’envoyer" in answer.text
    for hour in ("25:00", "midi", "14:75"):
        interest = make_interest(world, "acknowledged", wish="reference_call", solution=world.solution())
        wrong = {"meeting_on": f"{today_in_paris() + timedelta(days=3)}", "meeting_time": hour}
        answer = client.post(f"/adoptions/{interest.id}/rendez-vous", wrong)
        assert answer.status_code == 422 and "par exemple 14:30" in answer.text


def test_a_date_that_was_fixed_is_shown_again_to_be_changed(client: Client, world: World) -> None:
    interest = make_interest(world, "meeting_planned")
    day = day_in_paris(interest.meeting_at) + timedelta(days=1)
    client.sign_in(world.startup.contributor)
    page = client.get(f"/adoptions/{interest.id}/rendez-vous")
    assert page.status_code == 200 and f"{interest.meeting_at.astimezone(PARIS):%H:%M}" in page.text
    client.post(f"/adoptions/{interest.id}/rendez-vous", {"meeting_on": f"{day}", "meeting_time": "9 h 30"})
    assert f"{interest.meeting_at.astimezone(PARIS):%Y-%m-%d %H:%M}" == f"{day} 09:30"


def test_asking_a_quote_reminds_to_consult_several_companies_and_leads_to_the_ways_of_buying(
    client: Client, world: World
) -> None:
    interest = make_interest(world, wish="quote")
    client.sign_in(world.bagnolet.contributor)
    for page in (f"/solutions/{interest.solution_id}/adopter?wish=quote", f"/adoptions/{interest.id}"):
        answer = client.get(page)
        assert "plusieurs entreprises" in answer.text and "/voie-d-achat" in answer.text, page


def test_a_need_that_is_written_after_a_demand_begins_as_a_draft_without_the_name_of_the_product(
    client: Client, world: World
) -> None:
    interest = make_interest(world, "acknowledged")
    client.sign_in(world.bagnolet.validator)
    answer = client.post(f"/adoptions/{interest.id}/suite", {"conversion": "need"})
    assert "/rediger/problem" in answer.headers["Location"]
    assert "sans nommer de produit" in shown(client.get(answer.headers["Location"]))


def test_the_team_counts_and_reads_who_was_left_without_an_answer_but_no_message(
    client: Client, world: World
) -> None:
    interest = make_interest(world, "expired")
    client.sign_in(world.curator)
    page = client.get("/curation/adoptions")
    assert interest.solution.title in page.text and world.bagnolet.organization.display_name in page.text
    assert MESSAGE not in page.text


def test_the_same_click_twice_sends_one_demand(client: Client, world: World) -> None:
    solution = world.solution()
    client.sign_in(world.bagnolet.contributor)
    for expected in (303, 422):
        answer = client.post(f"/solutions/{solution.id}/adopter", {"wish": "demo", "message": MESSAGE})
        assert answer.status_code == expected
    assert len(db.session.scalars(sa.select(Interest)).all()) == 1


def test_who_may_not_say_what_came_of_it_is_not_asked_to(client: Client, world: World) -> None:
    interest = make_interest(world, "met")
    client.sign_in(world.bagnolet.contributor)
    assert "Dire ce que vous en faites" not in shown(client.get("/mon-espace"))
    page = shown(client.get(f"/adoptions/{interest.id}"))
    assert 'next">un validateur de votre organisation dit ce que vous en faites' in page
    client.sign_in(world.bagnolet.validator)
    assert "Dire ce que vous en faites" in shown(client.get("/mon-espace"))
    assert 'next">dites ce que vous en faites' in shown(client.get(f"/adoptions/{interest.id}"))


def test_once_the_hour_of_the_meeting_is_past_the_page_asks_whether_it_took_place(
    client: Client, world: World
) -> None:
    page = f"/adoptions/{make_interest(world, 'meeting_over').id}"
    client.sign_in(world.bagnolet.contributor)
    assert 'next">dites si la rencontre a eu lieu' in shown(client.get(page))
    client.sign_in(world.startup.contributor)
    assert 'next">la collectivité dit si la rencontre a eu lieu' in shown(client.get(page))


def test_a_meeting_that_will_not_take_place_is_not_shown_as_done(client: Client, world: World) -> None:
    interest = make_interest(world, "meeting_planned")
    page = f"/adoptions/{interest.id}"
    client.sign_in(world.bagnolet.contributor)
    client.post(f"{page}/arreter", {"reason": "Le budget est reporté à l’an prochain."})
    for person in (world.bagnolet.contributor, world.startup.contributor):
        client.sign_in(person)
        answer = shown(client.get(page))
        assert "Rendez-vous" in answer and "(n’aura pas lieu)" in answer
        assert "Rendez-vous<span" not in answer and "rendez-vous.ics" not in answer


@pytest.mark.parametrize("status", ["declined", "expired"])
def test_a_commune_that_had_no_luck_reads_where_to_go_on(client: Client, world: World, status: str) -> None:
    page = f"/adoptions/{make_interest(world, status).id}"
    client.sign_in(world.bagnolet.contributor)
    answer = client.get(page).text
    assert "Voir les solutions du même thème" in answer and "Déposer un besoin" in answer
    client.sign_in(world.startup.contributor)
    assert "Voir les solutions du même thème" not in client.get(page).text


def test_the_page_of_a_solution_says_what_ones_organisation_has_asked_already(
    client: Client, world: World
) -> None:
    interest = make_interest(world)
    page = f"/solutions/{interest.solution_id}-{interest.solution.slug}"
    client.sign_in(world.bagnolet.validator)
    answer = client.get(page)
    assert "Votre organisation a déjà écrit" in shown(answer) and f"/adoptions/{interest.id}" in answer.text
    for stranger in (world.bondy.validator, world.curator):
        client.sign_in(stranger)
        assert f"/adoptions/{interest.id}" not in client.get(page).text
