"""« Mon espace »: what waits for each person, and the messages they were sent."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy import event

from models import Membership, Notification, Organization, db
from models.calendar import today_in_paris
from tests.client import Client, shown
from tests.factories import World
from webapp.spaces.messages import SENTENCES


def elements(page: str) -> int:
    """What EcoIndex counts: elements outside of drawings."""
    return len(re.findall(r"<[a-z]", re.sub(r"<svg.*?</svg>", "<svg", page, flags=re.DOTALL)))


def test_somebody_without_organisation_is_told_to_choose_one(client: Client, world: World) -> None:
    page = client.sign_in(world.user("Nadia")).get("/mon-espace")
    assert "choisissez votre organisation" in shown(page)


def test_an_investor_is_led_to_who_innovates_while_the_team_verifies_it(client: Client, world: World) -> None:
    """R029: neither buys nor offers; the first page is not an empty one."""
    nadia = world.user("Nadia")
    Organization.create(kind="investor", name="Fonds du Test", by=nadia)
    db.session.commit()
    page = client.sign_in(nadia).get("/mon-espace")
    assert "Trouver qui innove" in shown(page) and "vérifie Fonds du Test, puis vous écrit" in shown(page)
    address = "/annuaire?who=holders"
    assert address in page.text and client.get(address).status_code == 200


def test_a_validator_sees_what_to_validate_and_a_contributor_does_not(client: Client, world: World) -> None:
    need = world.need(status="awaiting_validation", title="Un besoin qui attend son validateur")
    assert f"À valider : {need.title}" in shown(client.sign_in(world.bagnolet.validator).get("/mon-espace"))
    page = shown(client.sign_in(world.bagnolet.contributor).get("/mon-espace"))
    assert "À valider :" not in page
    assert need.title in page


def test_a_commune_sees_changes_responses_deadlines_and_ends(client: Client, world: World) -> None:
    world.need(world.commune("Montreuil"), "changes_requested", title="Un besoin à reprendre selon l’équipe")
    soon = world.need(title="Un besoin qui finit bientôt", closes_on=today_in_paris() + timedelta(days=12))
    soon.closes_on = today_in_paris() + timedelta(days=2)
    read = world.response(world.need(title="Un besoin qui a une réponse"), status="submitted").need
    ended = world.response(world.need(title="Un besoin clos à conclure"), world.rival, "under_review").need
    ended.close()
    page = shown(client.sign_in(world.bagnolet.validator).get("/mon-espace"))
    assert f"Une réponse à lire : {read.title}" in page
    assert f"À conclure : {ended.title}" in page
    assert "une réponse attend la vôtre" in page
    assert f"Échéance proche : {soon.title}" in page
    assert "Un besoin à reprendre" not in page, "another commune's business"


def test_responses_under_seal_are_announced_but_not_to_be_read(client: Client, world: World) -> None:
    world.response(world.need(title="Un besoin sous pli fermé", sealed=True))
    page = shown(client.sign_in(world.bagnolet.validator).get("/mon-espace"))
    assert "Une réponse reçue sous pli fermé" in page
    assert "Une réponse à lire" not in page


def test_an_administrator_sees_who_asks_to_join(client: Client, world: World) -> None:
    Membership.request(user=world.user("Nadia"), organization=world.bagnolet.organization)
    assert "demande à rejoindre la Ville de Bagnolet" in shown(
        client.sign_in(world.bagnolet.org_admin).get("/mon-espace")
    )
    assert "demande à rejoindre" not in shown(client.sign_in(world.bagnolet.validator).get("/mon-espace"))


def test_a_company_is_led_to_its_charter_then_to_the_verification(client: Client, world: World) -> None:
    sam = world.user("Sam")
    company = Organization.create(kind="startup", name="Toute neuve", by=sam)
    assert "Signer la charte pour Toute neuve" in shown(client.sign_in(sam).get("/mon-espace"))
    company.sign_charter(by=sam)
    assert "vérifie Toute neuve" in shown(client.get("/mon-espace"))


def test_a_company_sees_introductions_with_their_reason_and_deadline(client: Client, world: World) -> None:
    match = world.match(status="introduced")
    match.reasons = [{"kind": "terms", "terms": ["corbeille", "capteur"]}]
    db.session.commit()
    page = shown(client.sign_in(world.startup.contributor).get("/mon-espace"))
    assert match.need.title in page
    assert "corbeille, capteur" in page
    assert "encore 30 jours" in page
    assert "Un besoin vous est présenté" in page and "Rien ne vous attend" not in page
    assert match.need.title not in shown(client.sign_in(world.rival.contributor).get("/mon-espace"))


def test_a_proposal_that_the_team_has_not_retained_shows_to_nobody(client: Client, world: World) -> None:
    need, solution = world.need(title="Un besoin encore entre nos mains"), world.solution()
    for status in ("suggested", "dismissed"):
        world.match(
            need,
            solution if status == "suggested" else world.solution(title="Une deuxième solution à essayer"),
            status,
        )
    assert need.title not in shown(client.sign_in(world.startup.contributor).get("/mon-espace"))
    assert "présentée" not in shown(client.sign_in(world.bagnolet.contributor).get("/mon-espace"))


def test_a_company_sees_what_it_must_finish(client: Client, world: World) -> None:
    draft = world.response(world.need(title="Un besoin où j’ai un brouillon"), status="draft")
    draft.need.closes_on = today_in_paris() + timedelta(days=3)
    world.response(world.need(title="Un besoin qui demande une précision"), status="clarification")
    world.solution(status="stale", title="Une fiche qui a vieilli d’un an")
    world.solution(status="changes_requested", title="Une fiche à reprendre bientôt")
    page = shown(client.sign_in(world.startup.contributor).get("/mon-espace"))
    for words in (
        "Réponse à finir : Un besoin où",
        "vous demande une précision : Un besoin qui",
        "À confirmer, sinon",
        "À modifier, à la demande",
    ):
        assert words in page


def test_a_company_sees_a_page_that_will_soon_be_a_year_old_until_it_confirms_it(
    client: Client, world: World
) -> None:
    solution = world.solution(title="Une fiche qui aura bientôt un an")
    words = "À confirmer : Une fiche qui aura bientôt un an"
    client.sign_in(world.startup.contributor)
    assert words not in shown(client.get("/mon-espace"))
    solution.warn_stale()
    db.session.commit()
    assert words in shown(client.get("/mon-espace"))
    client.post(f"/solutions/{solution.id}/confirmer")
    assert words not in shown(client.get("/mon-espace"))


def test_the_team_sees_its_queues_and_their_ages(client: Client, world: World) -> None:
    world.match()
    world.need(world.commune("Montreuil"), "in_review")
    world.solution(status="in_review", title="Une solution à relire bientôt")
    page = shown(client.sign_in(world.curator).get("/mon-espace"))
    assert "Besoins dont les propositions attendent" in page
    assert page.count("le plus ancien aujourd’hui") == 3
    assert "Ce qui attend l’équipe" not in shown(client.sign_in(world.startup.contributor).get("/mon-espace"))


def test_a_closed_organisation_leaves_no_part_behind(client: Client, world: World) -> None:
    idle = world.company("Tranquille")
    idle.organization.archive(by=idle.org_admin)
    assert "choisissez votre organisation" in shown(client.sign_in(idle.contributor).get("/mon-espace"))


@pytest.mark.parametrize("person", ["validator", "supplier", "curator"])
def test_a_full_space_stays_light(client: Client, world: World, person: str) -> None:
    for number in range(14):
        need = world.need(title=f"Besoin numéro {number} de la commune")
        if number < 8:
            world.match(need, world.solution(title=f"Solution numéro {number} de l’entreprise"), "introduced")
            world.response(need)
    user = {
        "validator": world.bagnolet.validator,
        "supplier": world.startup.contributor,
        "curator": world.curator,
    }[person]
    client.sign_in(user)
    statements: list[str] = []
    listen = lambda *a: statements.append(a[2])  # noqa: E731
    event.listen(db.engine, "before_cursor_execute", listen)
    page = client.get("/mon-espace")
    event.remove(db.engine, "before_cursor_execute", listen)
    assert page.status_code == 200
    assert elements(shown(page)) <= 350
    assert len([s for s in statements if s.startswith("SELECT")]) <= 20, statements


def test_messages_sent_are_listed_with_a_link_to_what_may_be_read(client: Client, world: World) -> None:
    world.match(status="introduced")
    supplier = world.startup.contributor
    db.session.execute(
        sa.update(Notification)
        .where(Notification.recipient_id == supplier.id)
        .values(status="sent", sent_at=sa.func.current_timestamp())
    )
    page = client.sign_in(supplier).get("/mon-espace/messages")
    assert page.status_code == 200
    assert "Un besoin peut vous intéresser" in shown(page)
    assert 'href="/mises-en-relation/' in shown(page)
    assert "Aucun message" in shown(client.sign_in(world.user()).get("/mon-espace/messages"))


def test_every_message_that_can_be_owed_has_its_sentence() -> None:
    from pathlib import Path

    owed = set()
    for path in Path("models").glob("*.py"):
        owed |= set(re.findall(r'(?:Owed|Notification\.owe)\(\s*"([a-z_]+)"', path.read_text()))
    for path in Path("workers").glob("*.py"):
        owed |= set(re.findall(r'Notification\.owe\(\s*"([a-z_]+)"', path.read_text()))
    assert owed <= set(SENTENCES)
