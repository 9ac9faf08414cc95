"""« Où j'en suis » : everything of one's company with its step, its date and the next thing to do; nothing of another's."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from models import db
from models.calendar import today_in_paris
from tests.adoptions import make_interest
from tests.client import Client, shown
from tests.evaluations import make_partner
from tests.factories import World

PATH = "/mon-espace/ou-j-en-suis"


@pytest.fixture
def company(client: Client, world: World) -> Client:
    return client.sign_in(world.startup.contributor)


def articles(page: str) -> list[str]:
    """Each line as words."""
    found = re.findall(r"<article.*?</article>", page, flags=re.DOTALL)
    return [" ".join(re.sub(r"<[^>]+>", " ", one).split()) for one in found]


def counts(page: str) -> list[int]:
    """All, mine, theirs, over: as the filters say."""
    return [int(count) for count in re.findall(r"\((\d+)\)</a>", page)]


def test_each_thing_has_its_step_its_date_whose_turn_and_the_next_thing(
    company: Client, world: World
) -> None:
    solution = world.solution()
    match = world.match(world.need(title="Un besoin présenté à Ultrason"), solution, "introduced")
    answered = world.response(world.need(title="Un besoin répondu"))
    draft = world.response(world.need(title="Un besoin commencé"), status="draft")
    interest = make_interest(world, solution=solution)
    page = shown(company.get(PATH))
    assert counts(page) == [5, 3, 2, 0]
    lines = articles(page)
    assert "Un besoin présenté à Ultrason Présentation (fait)" in next(x for x in lines if "Mise en" in x)
    assert f"/mises-en-relation/{match.id}" in page and "Répondre ou décliner" in page
    assert f"/reponses/{draft.id}" in page and "Finir et envoyer" in page
    assert "Accuser réception ou décliner" in page and f"/{interest.id}" in page
    theirs = next(x for x in lines if "Un besoin répondu" in x)
    assert "Écriture (fait)" in theirs and "Envoi (fait)" in theirs and "à la Ville de Bagnolet" in theirs
    assert f"/reponses/{answered.id}" in page
    assert "Ce qu’elle apporte" in next(x for x in lines if x.startswith("Solution"))


def test_an_invitation_to_answer_together_waits_for_me_then_for_who_carries_it(
    client: Client, world: World
) -> None:
    member = make_partner(world)  # Ultrason invites Autre Piste
    client.sign_in(world.rival.contributor)
    page = shown(client.get(f"{PATH}?tour=moi"))
    assert "portée par Ultrason" in page and "Accepter ou refuser" in page
    member.accept(by=world.rival.contributor)
    db.session.commit()
    page = shown(client.get(f"{PATH}?tour=en-cours"))
    assert "Accord (fait)" in articles(page)[0] and "Accepter ou refuser" not in page
    assert "portée par" not in shown(client.sign_in(world.startup.contributor).get(PATH))


def test_the_filters_keep_what_waits_for_me_what_goes_on_and_what_is_over(
    company: Client, world: World
) -> None:
    world.match(world.need(title="À vous de répondre"), world.solution(), "introduced")
    world.response(world.need(title="La commune lit"))
    world.match(world.need(title="Vous avez dit non"), world.solution(), "declined")
    for name, title in (
        ("moi", "À vous de répondre"),
        ("en-cours", "La commune lit"),
        ("termine", "Vous avez"),
    ):
        page = shown(company.get(f"{PATH}?tour={name}"))
        titles = {t for t in ("À vous de répondre", "La commune lit", "Vous avez dit non") if t in page}
        assert len(titles) == 1 and titles.pop().startswith(title)
    assert len(articles(company.get(f"{PATH}?tour=autre").text)) == 5  # with the two solutions


def test_a_draft_whose_need_is_closed_is_over_and_one_thrown_away_is_nowhere(
    company: Client, world: World
) -> None:
    late = world.response(world.need(title="Trop tard pour celui-ci"), status="draft")
    late.need.closes_on = today_in_paris() - timedelta(days=1)
    thrown = world.response(world.need(title="Brouillon jeté"), status="draft")
    thrown.discard(by=world.startup.contributor)
    db.session.commit()
    page = shown(company.get(f"{PATH}?tour=termine"))
    assert "Trop tard pour celui-ci" in page and "l’échéance est passée" in page
    assert "Brouillon jeté" not in shown(company.get(PATH))


def test_twenty_a_page_what_waits_for_me_first(company: Client, world: World) -> None:
    solution = world.solution()
    for number in range(19):
        world.match(world.need(title=f"Besoin décliné numéro {number}"), solution, "declined")
    world.match(world.need(title="Celui qui attend"), solution, "introduced")
    first, second = (articles(company.get(f"{PATH}?page={number}").text) for number in (1, 2))
    assert (len(first), len(second)) == (20, 1)
    assert "Celui qui attend" in first[0]


def test_what_waits_for_me_comes_by_its_day(company: Client, world: World) -> None:
    today = today_in_paris()
    for title, days in (("Dans un mois", 30), ("Dans douze jours", 12), ("Dans vingt jours", 20)):
        world.match(
            world.need(title=f"À rendre : {title}", closes_on=today + timedelta(days=days)),
            status="introduced",
        )
    world.solution(status="draft", title="Un brouillon sans échéance du tout")
    page = shown(company.get(PATH))
    places = [
        page.index(words)
        for words in ("Dans douze jours", "Dans vingt jours", "Dans un mois", "sans échéance")
    ]
    assert places == sorted(places)


def test_nothing_of_another_company_nor_what_it_was_not_told(client: Client, world: World) -> None:
    world.match(world.need(title="Proposé, pas encore dit"), world.solution(), "approved")
    world.match(world.need(title="Pour Ultrason seule"), world.solution(), "introduced")
    world.response(world.need(title="Réponse d’Ultrason"))
    mine = shown(client.sign_in(world.startup.contributor).get(PATH))
    assert "Proposé, pas encore dit" not in mine and "Pour Ultrason seule" in mine
    other = shown(client.sign_in(world.rival.contributor).get(PATH))
    assert "Rien n’est commencé" in other
    for title in ("Pour Ultrason seule", "Réponse d’Ultrason", "Proposé, pas encore dit"):
        assert title not in other


def test_who_has_only_an_account_is_told_where_to_begin(client: Client, world: World) -> None:
    assert "Rien n’est commencé" in shown(client.sign_in(world.user("Seule")).get(PATH))
    client.forget()
    assert client.get(PATH).status_code == 303
