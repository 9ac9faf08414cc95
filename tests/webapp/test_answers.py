"""What the commune decides reaches every company at the same instant, and each reads what is its own."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from models import Need, Notification, NotReady, Response, db
from models.response import Answer
from tests.client import Client, shown
from tests.evaluations import make_evaluation
from tests.factories import World, owed

WHY = "Votre réponse ne traite pas du week-end, qui est notre problème."


def two_read(world: World) -> tuple[Need, Response, Response]:
    """A closed need with two responses that the commune has read."""
    need = world.need()
    one, other = world.response(need, world.startup), world.response(need, world.rival)
    for response in (one, other):
        response.read(by=world.bagnolet.validator)
    need.close()
    db.session.commit()
    return need, one, other


def decide(client: Client, need: Need, *decisions: tuple[Response, str, str, str]) -> int:
    fields = {}
    for response, decision, code, reason in decisions:
        name = f"answer-{response.id}"
        fields |= {f"{name}-decision": decision, f"{name}-reason_code": code, f"{name}-reason": reason}
    return client.post(f"/besoins/{need.id}/decider", fields).status_code


def test_a_shortlisting_and_a_refusal_leave_at_the_same_instant(client: Client, world: World) -> None:
    need, one, other = two_read(world)
    client.sign_in(world.bagnolet.validator)
    shown = client.get(f"/besoins/{need.id}/decider").text
    assert "Ultrason" in shown and "Autre Piste" in shown
    assert decide(client, need, (one, "shortlist", "", ""), (other, "decline", "does_not_answer", WHY)) == 303
    kinds = ("response_shortlisted", "response_not_retained")
    due = db.session.scalars(sa.select(Notification.due_at).where(Notification.kind.in_(kinds))).all()
    assert len(due) == 6 and len(set(due)) == 1
    assert (one.status, other.status) == ("shortlisted", "not_retained")


def test_what_the_evaluation_found_stands_beside_each_decision_once_it_is_locked(
    client: Client, world: World
) -> None:
    shortlist = make_evaluation(world, status="locked")
    client.sign_in(world.bagnolet.validator)
    for response in shortlist.need.responses:
        response.read(by=world.bagnolet.validator)
    db.session.commit()
    page = client.get(f"/besoins/{shortlist.need_id}/decider").text
    assert page.count("4,00 sur 5, rang 1") == 2
    assert "(facultatif)" not in page  # a refusal asks for its reason


def test_who_declared_a_tie_decides_nothing_about_the_companies(client: Client, world: World) -> None:
    shortlist = make_evaluation(world)
    need, response = shortlist.need, shortlist.need.responses[0]
    response.read(by=world.bagnolet.org_admin)
    shortlist.declare(by=world.bagnolet.validator, conflict=True, reason="Mon frère y travaille.")
    db.session.commit()
    client.sign_in(world.bagnolet.validator)
    page = client.get(f"/besoins/{need.id}-{need.slug}").text
    assert "un autre validateur décide" in page and "Répondre aux entreprises" not in page
    assert "Conclure…" not in page and "Ouvrir le dialogue" not in page
    assert decide(client, need, (response, "shortlist", "", "")) == 303
    assert db.session.get_one(Response, response.id).status == "under_review"
    client.post(f"/besoins/{need.id}/ouvrir-le-dialogue")
    assert db.session.get_one(Need, need.id).status == "closed"
    with pytest.raises(NotReady, match="un autre validateur décide"):
        need.answer_responses(by=world.bagnolet.validator, answers={response: Answer("shortlist", "", "")})
    ending = {"outcome": "no_followup", "reason": "Nous n’avons plus de budget cette année."}
    refused = client.post(f"/besoins/{need.id}/conclure", ending)
    assert refused.status_code == 422 and "un autre validateur décide" in refused.text
    client.sign_in(world.bagnolet.org_admin)
    assert decide(client, need, (response, "shortlist", "", "")) == 303
    assert db.session.get_one(Response, response.id).status == "shortlisted"


def test_a_refusal_is_said_in_the_title_and_leads_to_its_field(client: Client, world: World) -> None:
    need, one, _other = two_read(world)
    client.sign_in(world.bagnolet.validator)
    name = f"answer-{one.id}"
    page = client.post(f"/besoins/{need.id}/decider", {f"{name}-decision": "decline"})
    assert page.status_code == 422 and "<title>Erreur : Répondre aux entreprises" in shown(page)
    assert f'<a href="#{name}-reason_code">' in page.text and f'id="{name}-reason_code"' in page.text


def test_one_refused_decision_holds_all_of_them_back(client: Client, world: World) -> None:
    need, one, other = two_read(world)
    client.sign_in(world.bagnolet.validator)
    assert decide(client, need, (one, "shortlist", "", ""), (other, "decline", "other", "Non.")) == 422
    assert owed(world.startup.contributor, "response_shortlisted") == []
    assert db.session.get_one(Response, one.id).status == "under_review"


def test_nothing_is_there_to_send_while_no_response_can_be_decided(client: Client, world: World) -> None:
    need = world.need()
    response = world.response(need, world.startup)
    need.close()
    db.session.commit()
    client.sign_in(world.bagnolet.validator)
    page = client.get(f"/besoins/{need.id}/decider").text
    assert "Pas encore lue" in page and "Envoyer ces décisions" not in page
    assert 'href="/reponses/' in page
    response.read(by=world.bagnolet.validator)
    db.session.commit()
    assert "Envoyer ces décisions" in client.get(f"/besoins/{need.id}/decider").text


def test_a_contributor_proposes_and_a_validator_decides(client: Client, world: World) -> None:
    need, one, _other = two_read(world)
    client.sign_in(world.bagnolet.contributor)
    client.post(f"/reponses/{one.id}/proposer-la-preselection")
    assert one.shortlist_proposed_by_id == world.bagnolet.contributor.id and one.status == "under_review"
    client.sign_in(world.bagnolet.validator)
    assert "Présélection proposée par Nour" in client.get(f"/besoins/{need.id}/decider").text


def test_those_shortlisted_and_the_others_read_different_words_when_the_dialogue_opens(world: World) -> None:
    need, one, other = two_read(world)
    one.shortlist(by=world.bagnolet.validator)
    need.open_dialogue(by=world.bagnolet.validator)
    db.session.commit()
    assert owed(world.startup.contributor, "need_dialogue_opened") == ["need_dialogue_opened"]
    assert owed(world.rival.contributor, "need_dialogue_opened", "need_dialogue_started_with_others") == [
        "need_dialogue_started_with_others"
    ]
    assert other.status == "under_review"


def test_at_the_end_each_company_reads_one_message_with_its_own_answer(world: World) -> None:
    from workers.messages import KINDS, as_text

    need, one, other = two_read(world)
    one.shortlist(by=world.bagnolet.validator)
    one.retain(by=world.bagnolet.validator)
    other.decline(by=world.bagnolet.validator, reason_code="does_not_answer", reason=WHY)
    need.conclude(
        by=world.bagnolet.validator,
        outcome="consultation_launched",
        reason="Une consultation est lancée cet automne.",
        consultation_url="https://marches.exemple.fr/4521",
        consultation_number="2027-014",
    )
    db.session.commit()
    for people, own, foreign in (
        (world.startup, "Votre réponse est retenue", WHY),
        (world.rival, WHY, "est retenue. La suite"),
    ):
        kinds = ("need_concluded", "response_retained", "response_not_retained")
        assert owed(people.contributor, *kinds) == ["need_concluded"]
        message = KINDS["need_concluded"](people.contributor, need, None)
        text = " ".join(as_text(message, people.contributor).replace("> ", "").split())
        assert own in text and foreign not in text and "https://marches.exemple.fr/4521" in text
