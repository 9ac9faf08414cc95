"""« Rien d’assez proche aujourd’hui »: what the team, the commune and a spreadsheet read of it."""

from __future__ import annotations

import csv
import io

import sqlalchemy as sa

from models import Match, Need, db
from models.calendar import day_in_paris
from models.database import utc_now
from tests.client import Client, shown
from tests.factories import World


def without_answer(world: World, title: str = "Un besoin que rien ne rapproche", weak: int = 2) -> Need:
    need = world.need(title=title)
    for rank in range(1, weak + 1):
        solution = world.solution(title=f"Une piste lointaine, la {rank}e")
        world.match(need, solution, closeness="to_check", score=0.2 / rank, rank=rank)
    need.matched_at = utc_now()
    db.session.commit()
    return need


def first_match(need: Need) -> Match:
    found = db.session.scalars(Match.of_need(need)).first()
    assert found is not None
    return found


def test_the_desk_has_nothing_to_decide_there_and_says_why(client: Client, world: World) -> None:
    need = without_answer(world)
    db.session.execute(sa.update(Need).values(matched_at=utc_now()))
    db.session.commit()
    client.sign_in(world.curator)
    desk = client.get("/curation")
    assert "Rien à décider" in desk.text
    assert "2 besoins sans réponse" in shown(desk)  # the commune's first need has none either
    page = shown(client.get(f"/curation/propositions/{first_match(need).id}"))
    for words in (
        "Rien d’assez proche aujourd’hui", "L’échelle : combien", "Le lieu : dans la rue", "Une piste lointaine, la 2e",
        "/curation/sans-reponse",
    ):  # fmt: skip
        assert words in page


def test_the_list_says_by_theme_since_when_and_the_best_there_is(client: Client, world: World) -> None:
    without_answer(world)
    without_answer(world, "Un autre besoin que rien ne rapproche", weak=0)
    world.match(world.need(title="Un besoin qui a trouvé"), world.solution(), closeness="close")
    client.sign_in(world.curator)
    page = shown(client.get("/curation/sans-reponse"))
    for words in (
        "2 besoins", "Économie circulaire et déchets", "à vérifier", "(20 sur 100)", "aucune proposition", "corbeilles",
        "Ce qui aiderait",
    ):  # fmt: skip
        assert words in page, words
    assert "Un besoin qui a trouvé" not in page
    assert "0 besoin" in shown(client.get("/curation/sans-reponse?theme=mobility"))
    assert "2 besoins" in shown(client.get("/curation/sans-reponse?theme=no_such_theme"))


def test_an_empty_list_says_what_it_means(client: Client, world: World) -> None:
    client.sign_in(world.curator)
    assert "Aucune demande sans réponse" in client.get("/curation/sans-reponse").text


def test_the_table_opens_in_a_spreadsheet_and_holds_no_formula(client: Client, world: World) -> None:
    need = without_answer(world, "=HYPERLINK(A) dans un titre de besoin")
    client.sign_in(world.curator)
    answer = client.get("/curation/sans-reponse.csv")
    assert answer.mimetype == "text/csv" and "attachment" in answer.headers["Content-Disposition"]
    (row,) = csv.DictReader(io.StringIO(answer.text.lstrip("\ufeff")), delimiter=";")
    assert row["Besoin"].startswith("'=HYPERLINK") and row["Numéro"] == str(need.id)
    assert row["Score sur 100"] == "20" and row["Meilleure proposition"] == "à vérifier"
    assert "L’échelle" in row["Ce qui aiderait"]
    assert (
        row["Publié le"] == day_in_paris(need.published_at).isoformat()
        and row["Échéance"] == need.closes_on.isoformat()
    )


def test_the_commune_reads_what_would_change_it(client: Client, world: World) -> None:
    need = without_answer(world)
    client.sign_in(world.bagnolet.validator)
    page = shown(client.get(f"/besoins/{need.id}-{need.slug}"))
    assert "Rien d’assez proche aujourd’hui" in page and "L’échelle : combien" in page
    assert f"/besoins/{need.id}/modifier" in page
    assert "Une piste lointaine" not in page
    assert "Rien d’assez proche aujourd’hui" in client.get(f"/besoins/{need.id}/mises-en-relation").text


def test_a_company_hears_nothing_of_weak_proposals(client: Client, world: World) -> None:
    without_answer(world)
    client.sign_in(world.startup.contributor)
    for address in ("/mon-espace", "/mises-en-relation"):
        assert "Un besoin que rien ne rapproche" not in client.get(address).text
