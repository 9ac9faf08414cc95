"""Following: by one button, told with everybody, given up and taken up again; a commune ticks its themes when it arrives."""

from __future__ import annotations

import sqlalchemy as sa

from models import Follow, Organization, Territory, db
from tests.client import Client
from tests.factories import World, owed


def test_who_follows_a_need_is_told_of_its_changes_with_everybody(client: Client, world: World) -> None:
    need, reader = world.need(), world.user("Lectrice")
    client.sign_in(reader)
    page = f"/besoins/{need.id}-{need.slug}"
    assert client.post(f"/besoins/{need.id}/suivre", {"next": page}).headers["Location"].endswith(page)
    assert client.post(f"/besoins/{need.id}/suivre").status_code == 303  # pressed twice
    assert "Ne plus suivre" in client.get(page).text and need.title in client.get("/ce-que-je-suis").text
    need.amend(by=world.bagnolet.validator, title="Un tout autre titre de besoin")
    db.session.commit()
    assert owed(reader) == ["need_amended"]


def test_what_is_given_up_can_be_taken_up_again_in_one_press(client: Client, world: World) -> None:
    solution, reader = world.solution(), world.user("Lectrice")
    follow = Follow.begin(user=reader, kind="solution", key=solution.id)
    db.session.commit()
    client.sign_in(reader)
    page = client.post(f"/suivis/{follow.id}/arreter", follow_redirects=True).text
    assert Follow.find(reader, "solution", solution.id) is None
    assert "Suivre à nouveau" in page and f"/solutions/{solution.id}/suivre" in page


def test_nobody_gives_up_what_another_follows_nor_reads_it(client: Client, world: World) -> None:
    follow = Follow.begin(user=world.user("Suiveuse"), kind="theme", key="mobility")
    db.session.commit()
    client.sign_in(world.admin)
    assert client.post(f"/suivis/{follow.id}/arreter").status_code == 404
    assert Follow.find(follow.user, "theme", "mobility") is not None


def test_what_is_no_longer_public_is_named_to_nobody_and_told_to_nobody(client: Client, world: World) -> None:
    need, stranger = world.need(title="Un besoin que seuls les membres lisent"), world.user("Étranger")
    Follow.begin(user=stranger, kind="need", key=need.id)
    need.visible_to_members_only = True
    need.extend(by=world.bagnolet.validator, closes_on=need.closes_on.replace(year=need.closes_on.year + 1))
    db.session.commit()
    client.sign_in(stranger)
    page = client.get("/ce-que-je-suis").text
    assert need.title not in page and "Un besoin qui n’est plus public" in page
    assert owed(stranger) == []


def test_a_commune_ticks_its_themes_as_it_arrives_and_the_team_reads_numbers(
    client: Client, world: World
) -> None:
    commune = db.session.scalar(
        sa.select(Organization).join(Territory, Organization.territory_id == Territory.id).where(
            Territory.name == "Gentilly", Organization.kind == "commune"
        )
    )  # fmt: skip
    assert commune is not None
    person = world.user("Arrivée")
    client.sign_in(person)
    joined = client.post(f"/organisations/{commune.id}/rejoindre")
    assert joined.headers["Location"].endswith("/mes-themes")
    client.post("/mes-themes", {"themes": ["mobility", "circular_waste"]})
    client.post("/mes-themes", {"themes": ["mobility", "climate_nature"]})
    assert Follow.themes_of(person) == {"mobility", "climate_nature"}
    client.sign_in(world.curator)
    page = client.get("/curation/interets").text
    assert "Mobilit" in page and person.name not in page and "Gentilly" not in page


def test_a_theme_that_does_not_exist_is_not_followed(client: Client, world: World) -> None:
    client.sign_in(world.user("Lectrice"))
    assert client.post("/themes/licornes/suivre").status_code == 404
