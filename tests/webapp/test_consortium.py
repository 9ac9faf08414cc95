"""Suppliers who answer together: invited on a page, named once they agreed, reading what was sent and nothing of a rival."""

from __future__ import annotations

from models import ConsortiumMember, Notification, db
from tests.client import Client, shown
from tests.documents import join
from tests.evaluations import make_evaluation, make_partner
from tests.factories import World
from tests.files import pdf

SECRET, CONTACT = "Le prix d’achat de nos capteurs", "Sam, 06 00 00 00 00"


def test_a_company_invites_another_which_agrees_is_named_and_leaves(client: Client, world: World) -> None:
    response = world.response(status="submitted")
    page = f"/reponses/{response.id}/groupement"
    world.rival  # noqa: B018 (made by being asked for)
    client.sign_in(world.startup.contributor)
    assert "Autre Piste" in shown(client.get(f"{page}?q=autre"))
    asked = {
        "q": "autre",
        "organization_id": str(world.rival.organization.id),
        "part": "Pose les capteurs dans les rues.",
    }
    assert client.post(page, asked).status_code == 303
    member = db.session.query(ConsortiumMember).one()
    client.sign_in(world.rival.contributor)
    assert "vous invite à répondre ensemble" in shown(client.get("/mon-espace"))
    assert client.get(f"/reponses/{response.id}").status_code == 404
    client.post(f"/groupements/{member.id}/accepter")
    assert "Trente capteurs" in client.get(f"/reponses/{response.id}").text
    client.sign_in(world.bagnolet.contributor)
    assert "Pose les capteurs dans les rues." in client.get(f"/reponses/{response.id}").text
    client.sign_in(world.rival.contributor)
    client.post(f"/groupements/{member.id}/quitter")
    assert client.get(f"/reponses/{response.id}").status_code == 404
    assert "vous invite" not in client.get(f"/groupements/{member.id}").text, "that is over"
    client.sign_in(world.bagnolet.contributor)
    assert "Pose les capteurs dans les rues." not in client.get(f"/reponses/{response.id}").text


def test_a_partner_reads_what_was_sent_without_secrets_and_writes_nothing(
    client: Client, world: World
) -> None:
    need = world.need(sealed=True)
    response = world.response(need, world.startup, "draft")
    response.write(confidential_parts=SECRET, contact=CONTACT)
    member = make_partner(world, "accepted", response)
    client.sign_in(world.rival.contributor)
    assert client.get(f"/reponses/{response.id}").status_code == 404
    assert "pas encore envoyée" in shown(client.get(f"/groupements/{member.id}"))
    paper = join(world, response)
    secret = join(world, response, name="brevet.pdf", contents=pdf(pages=2), confidential=True)
    response.submit(by=world.startup.contributor)
    text = shown(client.get(f"/reponses/{response.id}"))
    assert "Trente capteurs" in text and SECRET not in text and "06 00 00" not in text
    assert client.get(f"/pieces/{paper.id}/plan.pdf").status_code == 200
    assert client.get(f"/pieces/{secret.id}/brevet.pdf").status_code in (403, 404)
    for verb in ("rediger", "modifier", "retirer", "versions", "groupement"):
        assert client.get(f"/reponses/{response.id}/{verb}").status_code == 403
    client.sign_in(world.bagnolet.contributor)
    assert "Autre Piste" not in client.get(f"/reponses/{response.id}").text


def test_a_partner_may_answer_for_itself_and_neither_side_learns_of_the_other(
    client: Client, world: World
) -> None:
    member = make_partner(world, "accepted", world.response(status="submitted"))
    own = world.response(member.response.need, world.rival, "submitted")
    client.sign_in(world.startup.contributor)
    assert client.get(f"/reponses/{own.id}").status_code == 404
    assert f"/reponses/{own.id}" not in client.get(f"/reponses/{member.response_id}/groupement").text
    third = world.response(member.response.need, world.company("Zèbre"), "submitted")
    client.sign_in(world.rival.contributor)
    assert client.get(f"/reponses/{third.id}").status_code == 404


def test_an_invitation_that_lacks_its_part_gives_back_what_was_chosen(client: Client, world: World) -> None:
    response, rival = world.response(status="draft"), world.rival.organization
    client.sign_in(world.startup.contributor)
    sent = {"q": "autre", "organization_id": str(rival.id), "part": "Pose"}
    page = client.post(f"/reponses/{response.id}/groupement", sent)
    assert (
        page.status_code == 422
        and "checked" in page.text
        and ">Pose</textarea>" in page.text.replace("\r\n", "")
    )


def test_messages_about_groups_and_evaluations_lead_to_their_pages(client: Client, world: World) -> None:
    member, shortlist = make_partner(world), make_evaluation(world, status="locked")
    for message in db.session.query(Notification).filter(Notification.status == "owed"):
        message.mark_sent()
    client.sign_in(world.rival.contributor)
    assert f"/groupements/{member.id}" in client.get("/mon-espace/messages").text
    client.sign_in(world.bagnolet.validator)
    assert f"/besoins/{shortlist.need_id}/evaluation" in client.get("/mon-espace/messages").text
