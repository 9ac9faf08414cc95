"""Responses on the web: the company writes, sends and follows; the commune reads, asks and answers each one."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
import time_machine

from models import Match, Need, Response, RuleViolation, db
from models.calendar import today_in_paris
from models.database import PARIS
from tests.client import Client, shown
from tests.factories import World, owed

SUMMARY = "Nous équipons vos corbeilles de capteurs de remplissage."
ANSWER = "Trente capteurs, une réunion de calage, un tableau de bord : en service en quatre semaines."
LONG = "é" * 500_000


def begin(client: Client, need: Need, **fields: Any) -> Response:
    answer = client.post(f"/besoins/{need.id}/repondre", fields)
    assert answer.status_code == 303, answer.text
    response = db.session.scalar(
        sa.select(Response).where(Response.need_id == need.id).order_by(Response.id.desc()).limit(1)
    )
    assert response is not None
    return response


def again(response: Response) -> Response:
    found = db.session.get(Response, response.id)
    assert found is not None
    return found


# ------------------------------------------------------------------ the company


def test_a_company_writes_reads_again_sends_once_and_has_its_receipt(client: Client, world: World) -> None:
    need, solution = world.need(), world.solution()
    client.sign_in(world.startup.contributor)
    response = begin(client, need)
    assert begin(client, need).id == response.id  # a double click finds the same draft
    form = client.get(f"/reponses/{response.id}/rediger").text
    assert "Ce n’est pas une offre" in form and solution.title in form
    fields = {
        "solution_id": solution.id,
        "summary": SUMMARY,
        "answer": ANSWER,
        "maturity": "M8",
        "timeline_weeks": "4",
        "price_estimate_cents": "12 000",
        "experiment_terms": "free",
    }
    assert client.post(f"/reponses/{response.id}/rediger", fields).status_code == 303
    assert "Envoyer à la collectivité" in client.get(f"/reponses/{response.id}").text
    client.post(f"/reponses/{response.id}/envoyer")
    client.post(f"/reponses/{response.id}/envoyer")
    kept = again(response)
    assert (kept.status, kept.solution_id, kept.price_estimate_cents, kept.timeline_weeks) == (
        "submitted",
        solution.id,
        1_200_000,
        4,
    )
    shown = client.get(f"/reponses/{response.id}").text
    assert "Accusé de réception" in shown and f"n° {response.id}" in shown
    assert owed(world.startup.contributor, "response_receipt") == ["response_receipt"]
    assert owed(world.bagnolet.validator, "response_received") == ["response_received"]
    assert again(response).status == "submitted"  # its own company reading it is no reading


def test_an_introduction_fills_the_solution_and_becomes_a_response(client: Client, world: World) -> None:
    need, other = world.need(), world.solution(title="Une autre fiche de la même entreprise")
    match = world.match(need, world.solution(), "introduced")
    client.sign_in(world.startup.contributor)
    response = begin(client, need, match=match.id)
    assert response.solution_id == match.solution_id != other.id and response.maturity == "M8"
    client.post(
        f"/reponses/{response.id}/rediger",
        {"solution_id": match.solution_id, "summary": SUMMARY, "answer": ANSWER},
    )
    client.post(f"/reponses/{response.id}/envoyer")
    assert db.session.get(Match, match.id).status == "converted"  # type: ignore[union-attr]


def test_somebody_elses_introduction_or_solution_fills_nothing(client: Client, world: World) -> None:
    need = world.need()
    match = world.match(need, world.solution(), "introduced")
    client.sign_in(world.rival.contributor)
    response = begin(client, need, match=match.id)
    assert response.solution_id is None
    answer = client.post(
        f"/reponses/{response.id}/rediger",
        {"solution_id": match.solution_id, "summary": SUMMARY, "answer": ANSWER},
    )
    assert answer.status_code == 422 and "une valeur de la liste" in answer.text and SUMMARY in answer.text
    assert again(response).solution_id is None


def test_a_draft_saves_itself_field_by_field(client: Client, world: World) -> None:
    client.sign_in(world.startup.contributor)
    response = begin(client, world.need())
    assert "Enregistré le" in client.post(f"/reponses/{response.id}/brouillon", {"summary": "Court"}).text
    refused = client.post(f"/reponses/{response.id}/brouillon", {"summary": "Mieux dit", "answer": LONG})
    assert refused.status_code == 422 and "dépasse" in refused.text
    assert (again(response).summary, again(response).answer) == ("Mieux dit", "")


def test_an_incomplete_answer_is_not_sent_and_says_what_is_missing(client: Client, world: World) -> None:
    client.sign_in(world.startup.contributor)
    response = begin(client, world.need())
    shown = client.get(f"/reponses/{response.id}").text
    assert (
        "Avant d’envoyer" in shown
        and "/rediger#summary" in shown
        and "Envoyer à la collectivité" not in shown
    )
    assert (
        "Résumez votre réponse" in client.post(f"/reponses/{response.id}/envoyer", follow_redirects=True).text
    )
    assert again(response).status == "draft"


def test_an_unverified_company_prepares_but_does_not_send(client: Client, world: World) -> None:
    company = world.company("Pas encore vérifiée", verified=False)
    client.sign_in(company.contributor)
    response = begin(client, world.need())
    client.post(f"/reponses/{response.id}/rediger", {"summary": SUMMARY, "answer": ANSWER})
    assert (
        "doit d’abord vérifier" in client.post(f"/reponses/{response.id}/envoyer", follow_redirects=True).text
    )
    assert again(response).status == "draft"


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("answer", LONG, "dépasse"), ("summary", "s" * 1001, "dépasse"), ("summary", "Un \x00 et un \x1b[31m dedans", "caractères invisibles"),
        ("maturity", "M0", "une valeur de la liste"), ("timeline_weeks", "bientôt", "un nombre entier"), ("timeline_weeks", "-3", "un nombre entier"),
        ("price_estimate_cents", "1e9", "un montant en euros"), ("price_estimate_cents", "gratuit", "un montant en euros"),
        ("experiment_terms", "x' OR 1=1", "une valeur de la liste"), ("solution_id", "999999", "une valeur de la liste"),
    ],
)  # fmt: skip
def test_bad_input_gets_a_sentence_and_is_given_back(
    client: Client, world: World, field: str, value: str, sentence: str
) -> None:
    client.sign_in(world.startup.contributor)
    response = begin(client, world.need())
    answer = client.post(
        f"/reponses/{response.id}/rediger", {"needs_from_commune": "Un local à Bagnolet", field: value}
    )
    assert answer.status_code == 422 and "Il y a un problème" in answer.text and sentence in answer.text
    assert "Un local à Bagnolet" in answer.text
    if field in ("answer", "timeline_weeks", "price_estimate_cents"):
        assert value in answer.text


def test_a_response_is_not_sent_after_the_deadline_and_its_text_stays(client: Client, world: World) -> None:
    need = world.need()
    response = world.response(need, status="draft")
    need.close()
    client.sign_in(world.startup.contributor)
    assert (
        "L’échéance est passée" in client.post(f"/reponses/{response.id}/envoyer", follow_redirects=True).text
    )
    assert again(response).status == "draft" and again(response).summary
    client.sign_in(world.rival.contributor)
    assert (
        "ne reçoit plus de réponses"
        in client.post(f"/besoins/{need.id}/repondre", follow_redirects=True).text
    )


@pytest.mark.parametrize("last_day", [date(2027, 3, 28), date(2027, 10, 31), date(2027, 12, 25)])
def test_the_last_second_of_the_last_day_is_whole_even_when_the_clocks_change(
    world: World, last_day: date
) -> None:
    midnight = datetime.combine(last_day + timedelta(days=1), time(), tzinfo=PARIS).astimezone(UTC)
    with time_machine.travel(midnight - timedelta(days=20)):
        response = world.response(world.need(closes_on=last_day, sealed=True), status="draft")
    with (
        time_machine.travel(midnight, tick=False),
        pytest.raises(RuleViolation, match="L’échéance est passée"),
    ):
        response.submit(by=world.startup.contributor)
    db.session.rollback()
    with time_machine.travel(midnight - timedelta(milliseconds=1), tick=False):
        response.submit(by=world.startup.contributor)
        assert response.is_sealed


def test_a_sent_response_is_changed_withdrawn_and_taken_up_again(client: Client, world: World) -> None:
    response = world.response()
    client.sign_in(world.startup.contributor)
    form = {"summary": SUMMARY, "answer": response.answer}
    assert client.post(f"/reponses/{response.id}/modifier", form).status_code == 303
    assert again(response).version == 2 and again(response).summary == SUMMARY
    unchanged = client.post(f"/reponses/{response.id}/modifier", form)
    assert unchanged.status_code == 422 and "Rien n’a changé" in unchanged.text
    too_short = client.post(f"/reponses/{response.id}/modifier", {**form, "answer": "Trop court"})
    assert too_short.status_code == 422 and "Trop court" in too_short.text
    assert "Retirer votre réponse" in client.get(f"/reponses/{response.id}/retirer").text
    client.post(f"/reponses/{response.id}/retirer")
    assert again(response).status == "withdrawn"
    client.post(f"/reponses/{response.id}/reprendre")
    assert again(response).status == "draft"


def test_a_draft_put_aside_is_found_again(client: Client, world: World) -> None:
    response = world.response(status="draft")
    client.sign_in(world.startup.contributor)
    client.post(f"/reponses/{response.id}/abandonner")
    assert "Reprendre la rédaction" in client.get(f"/reponses/{response.id}").text
    assert (
        client.post(f"/besoins/{response.need_id}/repondre")
        .headers["Location"]
        .endswith(f"/reponses/{response.id}")
    )


def test_a_commune_does_not_answer_its_own_need(client: Client, world: World) -> None:
    need = world.need()
    client.sign_in(world.bagnolet.contributor)
    assert client.post(f"/besoins/{need.id}/repondre").status_code == 403
    client.sign_in(world.bondy.contributor)
    assert begin(client, need).organization_id == world.bondy.organization.id


# ------------------------------------------------------------------ the commune


def test_opening_a_response_marks_it_read_once_and_only_for_the_commune(client: Client, world: World) -> None:
    response = world.response()
    for person in (world.curator, world.startup.contributor):
        client.sign_in(person)
        assert client.get(f"/reponses/{response.id}").status_code == 200
        assert again(response).status == "submitted"
    client.sign_in(world.bagnolet.contributor)
    client.get(f"/reponses/{response.id}", headers={"Sec-Purpose": "prefetch"})
    client.head(f"/reponses/{response.id}")
    assert again(response).status == "submitted"
    assert "En cours d’examen" in client.get(f"/reponses/{response.id}").text
    first = again(response).read_at
    client.get(f"/reponses/{response.id}")
    assert again(response).status == "under_review" and again(response).read_at == first


def test_the_page_of_a_response_names_its_company_in_good_french(client: Client, world: World) -> None:
    response = world.response(owner=world.company("Écovélo"), status="submitted")
    client.sign_in(world.bagnolet.contributor)
    assert "Réponse d’Écovélo" in shown(client.get(f"/reponses/{response.id}"))


def test_a_sealed_response_stays_closed_to_commune_and_team_until_the_deadline(
    client: Client, world: World
) -> None:
    need = world.need(sealed=True)
    response = world.response(need)
    for person in (world.bagnolet.validator, world.curator):
        client.sign_in(person)
        shown = client.get(f"/reponses/{response.id}").text
        assert "sous pli fermé" in shown and response.summary not in shown and response.answer not in shown
        assert response.organization.display_name not in shown
    assert again(response).status == "submitted"
    client.sign_in(world.startup.contributor)
    assert response.summary in client.get(f"/reponses/{response.id}").text
    again(response).need.close()
    client.sign_in(world.bagnolet.validator)
    assert response.summary in client.get(f"/reponses/{response.id}").text


def test_business_secrets_and_contacts_are_read_by_the_commune_alone(client: Client, world: World) -> None:
    response = world.response(status="draft")
    response.write(confidential_parts="Notre marge est de 12 %.", contact="Sam, 06 00 00 00 00")
    response.submit(by=world.startup.contributor)
    client.sign_in(world.curator)
    shown = client.get(f"/reponses/{response.id}").text
    assert (
        "Notre marge" not in shown and "06 00" not in shown and "n’est lue que par la collectivité" in shown
    )
    client.sign_in(world.bagnolet.contributor)
    assert "Notre marge" in client.get(f"/reponses/{response.id}").text
    client.sign_in(world.rival.contributor)
    assert client.get(f"/reponses/{response.id}").status_code == 404


def test_a_question_and_its_answer_are_a_thread(client: Client, world: World) -> None:
    response = world.response(status="under_review")
    client.sign_in(world.bagnolet.contributor)
    soon, later = today_in_paris() + timedelta(days=1), today_in_paris() + timedelta(days=5)
    form = {"question": "Quel est le délai de pose exactement ?", "until": soon.isoformat()}
    refused = client.post(f"/reponses/{response.id}/demander-une-precision", form)
    assert (
        refused.status_code == 422 and "au moins 3 jours" in refused.text and "délai de pose" in refused.text
    )
    assert (
        client.post(
            f"/reponses/{response.id}/demander-une-precision", {**form, "until": later.isoformat()}
        ).status_code
        == 303
    )
    client.sign_in(world.startup.contributor)
    assert "délai de pose" in client.get(f"/reponses/{response.id}/preciser").text
    client.post(f"/reponses/{response.id}/preciser", {"answer": "Deux jours pour trente capteurs."})
    client.sign_in(world.bagnolet.contributor)
    shown = client.get(f"/reponses/{response.id}").text
    assert "délai de pose" in shown and "Deux jours pour trente" in shown


def test_a_refusal_needs_a_reason_that_the_company_reads(client: Client, world: World) -> None:
    response = world.response(status="under_review")
    response.need.close()
    db.session.commit()
    page, name = f"/besoins/{response.need_id}/decider", f"answer-{response.id}"
    client.sign_in(world.bagnolet.validator)
    wrong = {
        f"{name}-decision": "decline",
        f"{name}-reason_code": "conditions",
        f"{name}-reason": "Trop court",
    }
    refused = client.post(page, wrong)
    assert refused.status_code == 422 and "20 caractères" in refused.text and "Trop court" in refused.text
    without = {**wrong, f"{name}-reason_code": "", f"{name}-reason": "Une raison assez longue pour être lue."}
    assert "Choisissez pourquoi" in client.post(page, without).text
    right = {**wrong, f"{name}-reason": "Le prix dépasse ce que la collectivité peut engager."}
    assert client.post(page, right).status_code == 303
    client.sign_in(world.startup.contributor)
    assert "dépasse ce que la collectivité peut engager" in client.get(f"/reponses/{response.id}").text
    assert "response_not_retained" in owed(world.startup.contributor)


def test_shortlisting_waits_for_the_deadline_then_a_validator_retains(client: Client, world: World) -> None:
    response = world.response(status="under_review")
    page, name = f"/besoins/{response.need_id}/decider", f"answer-{response.id}-decision"
    client.sign_in(world.bagnolet.validator)
    assert client.post(page, {name: "shortlist"}).status_code == 303
    assert again(response).status == "under_review"
    again(response).need.close()
    db.session.commit()
    assert "n’attribue aucun marché" in client.get(page).text
    client.post(page, {name: "shortlist"})
    assert again(response).status == "shortlisted"
    client.post(page, {name: "retain"})
    client.post(page, {name: "retain"})
    assert again(response).status == "retained"
    assert owed(world.startup.contributor, "response_retained") == ["response_retained"]


def test_a_contributor_reads_and_asks_but_does_not_decide(client: Client, world: World) -> None:
    response = world.response(status="under_review")
    client.sign_in(world.bagnolet.contributor)
    shown = client.get(f"/reponses/{response.id}").text
    assert "Demander une précision" in shown and "Ne pas retenir" not in shown
    assert client.post(f"/besoins/{response.need_id}/decider").status_code == 403


def test_who_is_asked_to_be_precise_reads_that_it_is_their_turn_and_until_when(
    client: Client, world: World
) -> None:
    response = world.response(status="clarification")
    day = response.clarification_until
    assert day is not None
    client.sign_in(world.startup.contributor)
    page = client.get(f"/reponses/{response.id}").text
    assert "à vous de répondre à la collectivité" in page and "l’entreprise répond à la question" not in page
    assert (
        f"{day.year}"
        in client.get(f"/reponses/{response.id}/preciser").text.split("Elle attend votre réponse jusqu’au")[
            1
        ][:60]
    )
    client.sign_in(world.bagnolet.validator)
    assert "l’entreprise répond à la question" in client.get(f"/reponses/{response.id}").text
