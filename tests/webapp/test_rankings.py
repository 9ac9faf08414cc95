"""The page of a ranking: what was stored, the button that has it computed again, what came out."""

from __future__ import annotations

import re

import pytest

from models import Activity, Match, Ranking, db
from tests.client import Client, shown
from tests.factories import World
from tests.rankings import make_ranking


def path(ranking: Ranking, act: str = "") -> str:
    return f"/curation/classements/{ranking.id}" + (f"/{act}" if act else "")


@pytest.fixture
def desk(client: Client, world: World) -> Client:
    return client.sign_in(world.curator)


def conclude(ranking: Ranking, verdict: str, **found: object) -> None:
    ranking.conclude_replay(verdict, found)
    db.session.commit()


def test_a_proposal_leads_to_its_ranking_and_has_it_replayed(desk: Client, world: World) -> None:
    solution = world.solution(title="Sondes pour corbeilles de rue")
    ranking = make_ranking(world, world.need(), solution)
    match = db.session.scalars(Match.of_need(ranking.need)).one()
    page = desk.get(f"/curation/propositions/{match.id}").text
    assert f'href="{path(ranking)}"' in page and f'action="{path(ranking, "rejouer")}"' in page

    answer = desk.post(path(ranking, "rejouer"))

    assert answer.location == path(ranking) + "#rejouer"
    assert ranking.is_waiting
    page = shown(desk.get(path(ranking)))
    assert "Il attend son tour" in page and "Voir où il en est" in page
    assert path(ranking, "rejouer") not in page, "one at a time"
    acts = list(db.session.scalars(Activity.of(ranking)))
    assert [(act.action, act.actor) for act in acts] == [("ask_replay", world.curator)]


def test_asking_twice_is_answered_with_a_sentence(desk: Client, world: World) -> None:
    ranking = make_ranking(world)
    desk.post(path(ranking, "rejouer"))
    answer = desk.post(path(ranking, "rejouer"))
    assert answer.location == path(ranking)
    assert "déjà en train d’être rejoué" in desk.get(answer.location).text


def test_the_page_says_how_far_it_is(desk: Client, world: World) -> None:
    ranking = make_ranking(world)
    ranking.ask_replay(by=world.curator)
    ranking.replay = {"done": 5000, "of": 100_000}
    db.session.commit()
    assert "5000 textes relus sur 100000" in shown(desk.get(path(ranking)))


def test_both_orders_stand_side_by_side_with_where_they_differ(desk: Client, world: World) -> None:
    one, two = world.solution(title="Sondes pour corbeilles"), world.solution(title="Compacteurs solaires")
    ranking = make_ranking(world, world.need(), one, two)
    stored = ranking.outcome
    computed = [{**stored[1], "rank": 1}, {**stored[0], "rank": 2}]
    conclude(ranking, "differs", outcome=computed, places=[1, 2])

    page = shown(desk.get(path(ranking)))

    rows = [re.findall(r"Sondes|Compacteurs|autre solution", row) for row in page.split("<tr>")[2:]]
    assert rows == [
        ["Sondes", "Compacteurs", "autre solution"],
        ["Compacteurs", "Sondes", "autre solution"],
    ]
    assert "Ordre différent" in page and "aux places 1, 2" in page and "0,800" in page


@pytest.mark.parametrize(
    ("verdict", "found", "words"),
    [
        ("identical", {"outcome": [], "places": []}, "redonne le même ordre et les mêmes scores"),
        ("rescored", {"outcome": [], "places": [3]}, "les scores changent aux places 3"),
        ("altered", {"altered": "match 7"}, "a été modifié depuis (match 7)"),
        (
            "other_version",
            {"outcome": [], "encoder_version": "e2", "ranking_version": "r2"},
            "autre version que celle d’ici (e2, r2)",
        ),
        ("unfinished", {}, "python -m launch replay"),
    ],
)
def test_each_verdict_is_a_sentence_that_says_what_to_make_of_it(
    desk: Client, world: World, verdict: str, found: dict[str, object], words: str
) -> None:
    ranking = make_ranking(world)
    conclude(ranking, verdict, **found)
    assert words in shown(desk.get(path(ranking)))


def test_a_ranking_leads_to_the_others_of_its_need_and_an_empty_one_says_so(
    desk: Client, world: World
) -> None:
    first = make_ranking(world)
    other = make_ranking(world, first.need)
    first.outcome = []
    db.session.commit()
    page = shown(desk.get(path(first)))
    assert "Aucune solution ne convenait ce jour-là" in page
    assert f'href="{path(other)}"' in page and "pas encore rejoué" in page
