"""« Ce que les décisions ont appris »: figures, words, both orders, and one click each way."""

from __future__ import annotations

import pytest

from models import Activity, NotReady, RankerVersion, db
from tests.client import Client, shown
from tests.factories import World
from tests.rankings import make_ranker, make_ranking


def test_without_any_version_the_page_says_what_it_takes(world: World, client: Client) -> None:
    page = client.sign_in(world.curator).get("/curation/apprentissage")
    assert page.status_code == 200
    assert "Les classements suivent les poids fixes" in shown(page)
    assert "Il faut une quarantaine de décisions pour apprendre ; aucune n’est prise" in shown(page)


def test_a_curator_sees_figures_words_and_both_orders_then_puts_weights_in_service(
    world: World, client: Client
) -> None:
    first, second = world.solution(title="La première des deux"), world.solution(title="La deuxième")
    version = make_ranker(world, tried_on=make_ranking(world, None, first, second))
    client.sign_in(world.curator)
    page = shown(client.get(f"/curation/apprentissage/{version.id}"))
    assert "81 %" in page and "74 %" in page and "84,2" in page
    assert "Avec une maturité M7 ou plus, une solution monte beaucoup." in page
    assert (
        "Une solution dans le sujet garde au moins 50 % de ses chances, même si tout le reste lui manque."
        in page
    )
    assert "2 places changent" in page and "Avec ces poids" in page

    asked = shown(client.get(f"/curation/apprentissage/{version.id}/service"))
    assert "Les prochains classements suivront ces poids" in asked and version.status == "shadow"
    done = client.post(f"/curation/apprentissage/{version.id}/service")
    assert done.status_code == 303
    assert db.session.get_one(RankerVersion, version.id).status == "in_service"
    page = shown(client.get("/curation/apprentissage"))
    assert f"Les classements suivent les poids appris n° {version.id}" in page

    client.post(f"/curation/apprentissage/{version.id}/retirer")
    assert RankerVersion.in_service() is None
    acts = [act.action for act in db.session.scalars(Activity.of(version))]
    assert acts == ["create", "shadow", "enter_service", "retire"]
    assert "Remettre en service" in shown(client.get(f"/curation/apprentissage/{version.id}"))


def test_an_older_version_comes_back_in_the_place_of_the_one_in_service(world: World) -> None:
    older = make_ranker(world, "retired")
    current = make_ranker(
        world, "in_service", tried_on=make_ranking(world, world.need(title="Un autre besoin"))
    )
    older.enter_service(by=world.curator)
    db.session.commit()
    assert (older.status, current.status) == ("in_service", "retired")


def test_weights_that_were_never_tried_do_not_enter_service(world: World) -> None:
    """Nobody has seen their order beside the present one."""
    version = make_ranker(world, "trained")
    version.shadow()
    with pytest.raises(NotReady, match="Aucun besoin n’a encore été classé avec ces poids"):
        version.enter_service(by=world.curator)


def test_a_new_trial_takes_the_place_of_the_one_before(world: World) -> None:
    first = make_ranker(world)
    second = make_ranker(world, "trained")
    second.shadow()
    db.session.commit()
    assert (first.status, second.status) == ("retired", "shadow")
