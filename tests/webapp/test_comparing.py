"""Responses side by side, and what each person has read."""

from __future__ import annotations

from tests.client import Client, shown
from tests.evaluations import make_compared
from tests.factories import World


def test_two_responses_are_read_whole_side_by_side(client: Client, world: World) -> None:
    third = world.company("Zèbre")
    need = make_compared(world, (world.startup, world.rival, third))
    client.sign_in(world.bagnolet.contributor)
    page = f"/besoins/{need.id}/reponses/cote-a-cote"
    text = shown(client.get(page))
    assert text.count("Trente capteurs") == 2 and "Ultrason" in text and "Autre Piste" in text
    last = need.responses[-1].id
    assert f'id="response-{last}"' in client.get(f"{page}?a={last}&b={need.responses[0].id}").text
    for nonsense in ("?a=abc&b=99999999999", f"?a={last}&b={last}"):
        assert client.get(page + nonsense).status_code == 200


def test_each_person_sees_what_is_new_to_them_alone(client: Client, world: World) -> None:
    need = world.need()
    response = world.response(need, world.startup, "submitted")
    listed = f"/besoins/{need.id}/reponses"
    client.sign_in(world.bagnolet.contributor)
    assert "à lire" in shown(client.get(listed))
    client.get(f"/reponses/{response.id}")
    assert "à lire" not in shown(client.get(listed)) and ">lue<" in client.get(listed).text
    client.sign_in(world.bagnolet.validator)
    assert "à lire" in shown(client.get(listed))
    response.modify(
        by=world.startup.contributor, summary="Nous équipons aussi les conteneurs, à la même date."
    )
    client.sign_in(world.bagnolet.contributor)
    assert "changée depuis votre lecture" in shown(client.get(listed))


def test_nothing_is_compared_under_seal(client: Client, world: World) -> None:
    need = world.need(sealed=True)
    world.response(need, world.startup, "submitted")
    client.sign_in(world.bagnolet.validator)
    assert client.get(f"/besoins/{need.id}/reponses/cote-a-cote").location.endswith("/reponses")
    assert client.get(f"/besoins/{need.id}/reponses").status_code == 200
