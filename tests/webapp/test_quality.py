"""The page that says how attention is shared between suppliers, and the words of fairness on the desk."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from models import Exposure, Match, db
from models.calendar import at_paris, today_in_paris
from models.database import utc_now
from models.shares import largest_shares
from tests.client import Client, shown
from tests.factories import World

PATH = "/curation/qualite"


@pytest.fixture
def desk(client: Client, world: World) -> Client:
    return client.sign_in(world.curator)


def row(page: str, head: str) -> list[str]:
    """The cells of the row of a table that begins with ``head``."""
    found = re.search(rf'<th scope="row">{head}</th>(.*?)</tr>', page, flags=re.DOTALL)
    assert found, head
    cells = re.findall(r"<td>(.*?)</td>", found[1], flags=re.DOTALL)
    return [re.sub(r"<[^>]+>", " ", cell).strip() for cell in cells]


def test_with_nothing_counted_the_page_says_so_and_what_comes_first(desk: Client) -> None:
    page = desk.get(PATH)
    assert page.status_code == 200
    assert "Aucune solution n’est en ligne" in page.text
    assert "Aucune solution publiée en douze mois." in page.text


def test_without_any_proposal_there_is_no_figure_instead_of_a_false_one(desk: Client, world: World) -> None:
    world.solution()
    page = shown(desk.get(PATH))
    assert row(page, "Proposée par le calcul") == ["0", "1", "–", "–"]
    assert "plus de la moitié attendent" in page


def test_concentration_is_that_of_twelve_months_over_what_is_online(desk: Client, world: World) -> None:
    solutions = [world.solution(world.startup, title=f"Une solution numéro {n}") for n in range(4)]
    Exposure.count("proposed", {solutions[0].id: 6, solutions[1].id: 2})
    Exposure.count("proposed", {solutions[3].id: 50}, on=today_in_paris() - timedelta(days=366))
    page = shown(desk.get(PATH))
    # Half of the mean difference over the mean: 6, 2, 0, 0.
    assert row(page, "Proposée par le calcul") == ["8", "2", "0,625", "75 %"]
    assert row(page, "Vue par quelqu’un")[0] == "0"


def test_so_few_introductions_that_they_cannot_be_even_are_said_to_be(desk: Client, world: World) -> None:
    solutions = [world.solution(world.startup, title=f"Une solution numéro {n}") for n in range(4)]
    Exposure.count("introduced", [solutions[0].id])
    assert "au mieux 0,750 avec si peu" in shown(desk.get(PATH))


def test_the_wait_of_newcomers_counts_those_who_still_wait(desk: Client, world: World) -> None:
    waited = {3: 10, 10: 30, None: 50}  # days until the first proposal → days since the publication
    for days, age in waited.items():
        solution = world.solution(title=f"Publiée il y a {age} jours")
        # At noon: at night a day of Paris before the change of the clocks is not one of today's.
        solution.published_at = at_paris(today_in_paris() - timedelta(days=age), 12)
        if days is not None:
            Exposure.count("proposed", [solution.id], on=today_in_paris() - timedelta(days=age - days))
    old = world.solution(title="Publiée il y a deux ans")
    old.published_at = utc_now() - timedelta(days=730)
    page = shown(desk.get(PATH))
    assert "3 solutions ont été publiées" in page
    assert "10 jours au plus pour la moitié" in page and "une attend encore, depuis 50 jours" in page


def test_a_supplier_with_too_large_a_share_of_a_theme_is_named_and_nothing_is_blocked(
    desk: Client, world: World
) -> None:
    for owner in (*[world.rival] * 4, *[world.startup] * 3, *[world.company("Troisième voie")] * 3):
        world.match(world.need(), world.solution(owner), "introduced")
    share = largest_shares()["circular_waste"]
    assert (share.organization_id, share.own, share.total) == (world.rival.organization.id, 4, 10)
    page = shown(desk.get(PATH))
    assert "Autre Piste a reçu 4 des 10 mises en relation en douze mois, plus de 30 %" in page
    assert "Rien n’est bloqué" in page
    # A year later it is forgotten.
    for match in db.session.scalars(db.select(Match)):
        match.introduced_at = utc_now() - timedelta(days=366)
    assert largest_shares() == {}
    assert "Égalité de traitement" not in desk.get(PATH).text


def test_a_share_of_nine_introductions_warns_of_nothing(desk: Client, world: World) -> None:
    for _ in range(9):
        world.match(world.need(), world.solution(world.rival), "introduced")
    assert not largest_shares()["circular_waste"].is_too_large
    assert "Égalité de traitement" not in desk.get(PATH).text


def test_the_desk_says_that_a_place_was_kept_or_given(desk: Client, world: World) -> None:
    match = world.match()
    for components, words in (
        ({"seat": 1.0, "moved": 3.0}, "Place réservée à une nouvelle venue"),
        ({"moved": 2.0}, "elle passe devant"),
    ):
        match.components = components
        db.session.commit()
        assert words in desk.get(f"/curation/propositions/{match.id}").text
    match.components = {"moved": -1.0}
    db.session.commit()
    assert PATH + "#" not in desk.get(f"/curation/propositions/{match.id}").text


def test_only_the_team_reads_the_page(client: Client, world: World) -> None:
    assert client.get(PATH).status_code == 303
    client.sign_in(world.startup.contributor)
    assert client.get(PATH).status_code == 403
