"""What a public body carries itself (R087): another commune takes it up, and nothing shows without the validator (rule 4)."""

from __future__ import annotations

import pytest

from models import Solution, db
from tests.adoptions import make_interest
from tests.client import Client, shown
from tests.factories import World, owed

TITLE = "Le carnet de terrain des agents, libre et gratuit"


def page_of(solution: Solution) -> str:
    return f"/solutions/{solution.id}-{solution.slug}"


def test_an_innovation_of_a_commune_says_so_and_may_be_looked_for(client: Client, world: World) -> None:
    solution = world.solution(world.bondy, title=TITLE)
    assert "Innovation publique" in client.get(page_of(solution)).text
    assert solution.title in client.get("/solutions?nature=public").text


def test_its_validator_sends_it_to_the_team_and_the_agent_who_wrote_it_does_not(
    client: Client, world: World
) -> None:
    solution = world.solution(world.bondy, title=TITLE, status="draft")
    client.sign_in(world.bondy.contributor)
    page = shown(client.get(f"/solutions/{solution.id}/rediger/review"))
    assert "Qui peut l’envoyer" in page and world.bondy.validator.name in page
    assert "Envoyer à l’équipe" not in page
    assert client.post(f"/solutions/{solution.id}/envoyer").status_code == 403
    assert "Prévenir le validateur" in page
    for _ in range(2):
        asked = client.post(f"/solutions/{solution.id}/prevenir", follow_redirects=True)
        assert "Vos validateurs sont prévenus" in shown(asked)
    assert owed(world.bondy.validator).count("solution_to_send") == 1
    client.sign_in(world.bondy.validator)
    assert f"À relire, puis à envoyer à l’équipe : {TITLE}" in shown(client.get("/mon-espace"))
    client.post(f"/solutions/{solution.id}/envoyer")
    assert solution.status == "in_review"


@pytest.mark.parametrize(("act", "words"), [("modifier", "Modifier"), ("retirer", "Retirer la fiche")])
def test_once_online_its_validator_alone_changes_it_or_takes_it_off(
    client: Client, world: World, act: str, words: str
) -> None:
    solution = world.solution(world.bondy, title=TITLE)
    address = f"/solutions/{solution.id}/{act}"
    client.sign_in(world.bondy.contributor)
    assert client.get(address).status_code == 403 and address not in client.get(page_of(solution)).text
    client.sign_in(world.bondy.validator)
    assert client.get(address).status_code == 200 and words in shown(client.get(page_of(solution)))


def test_what_another_commune_asks_of_it_calls_nobody_a_company_either(client: Client, world: World) -> None:
    interest = make_interest(world, solution=world.solution(world.bondy, title=TITLE))
    client.sign_in(world.bagnolet.validator)
    assert "l’entreprise" not in shown(client.get(f"/adoptions/{interest.id}"))
    interest.acknowledge(by=world.bondy.contributor)
    db.session.commit()
    page = shown(client.get(f"/adoptions/{interest.id}"))
    assert "Écrire à la Ville de Bondy" in page and "l’entreprise" not in page


def test_its_page_calls_nobody_a_company(client: Client, world: World) -> None:
    solution = world.solution(
        world.bondy,
        title=TITLE,
        references_note="Utilisé dans trois quartiers.",
        evidence=[{"figure": "3 tournées de moins sur 10", "source": "Ville de Bondy", "year": 2025}],
    )
    client.sign_in(world.bagnolet.validator)
    pages = shown(client.get(page_of(solution))) + shown(client.get(f"/solutions/{solution.id}/adopter"))
    assert (
        "selon l’entreprise" not in pages
        and "à l’entreprise" not in pages
        and "par l’entreprise" not in pages
    )
