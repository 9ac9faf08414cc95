"""Help by invitation, points to tick off, reopening, taking up again, « nous aussi », what came of it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from models import Activity, Need, NeedSupport, NotReady, ReviewPoint, db
from models.calendar import is_working_day, today_in_paris
from models.need_audiences import late_to_know
from models.need_columns import usual_end_of_questions
from tests.client import Client, shown
from tests.factories import World, owed
from webapp.filters import day


def again(need: Need) -> Need:
    return db.session.get_one(Need, need.id)


# ------------------------------------------------------------------ help


def helped(world: World) -> Need:
    need = world.need(status="draft")
    need.ask_help(by=world.bagnolet.contributor)
    need.offer_help(by=world.curator)
    db.session.commit()
    return need


def test_who_helps_writes_only_when_invited_and_never_submits(client: Client, world: World) -> None:
    need, words = helped(world), "Les corbeilles du parc débordent chaque dimanche, dès midi."
    client.sign_in(world.curator)
    assert client.post(f"/besoins/{need.id}/brouillon", {"irritant": words}).status_code in (403, 404)
    client.sign_in(world.bagnolet.contributor)
    client.post(f"/besoins/{need.id}/inviter-a-ecrire")
    assert owed(world.curator, "need_help_invited") == ["need_help_invited"]
    client.sign_in(world.curator)
    assert "sur invitation" in client.get(f"/besoins/{need.id}/rediger/problem").text
    assert client.post(f"/besoins/{need.id}/brouillon", {"irritant": words}).status_code == 200
    assert again(need).irritant == words
    assert client.post(f"/besoins/{need.id}/soumettre").status_code in (403, 404)
    act = db.session.scalar(sa.select(Activity).where(Activity.action == "assist"))
    assert act is not None and act.actor_id == world.curator.id and act.details == {"fields": ["irritant"]}


def test_who_helps_neither_reads_nor_changes_the_amounts_that_the_commune_keeps_for_itself(
    client: Client, world: World
) -> None:
    """« Personne d’autre ne le lit » is said beside these two fields."""
    need = helped(world)
    need.write(by=world.bagnolet.contributor, budget_max_cents=1_234_500, amount_estimated_cents=1_122_300)
    need.invite_assistant(by=world.bagnolet.contributor)
    db.session.commit()
    client.sign_in(world.curator)
    for page in ("rediger/practical", "rediger/review", ""):
        read = shown(client.get(f"/besoins/{need.id}/{page}".rstrip("/"), follow_redirects=True))
        assert "12 345" not in read and "11 223" not in read, page
    typed = {
        "step": "practical",
        "budget_max_cents": "1",
        "amount_estimated_cents": "",
        "practical_notes": "Le soir.",
    }
    client.post(f"/besoins/{need.id}/brouillon", typed)
    kept = again(need)
    assert (kept.budget_max_cents, kept.amount_estimated_cents) == (1_234_500, 1_122_300)
    assert kept.practical_notes == "Le soir."


def test_help_ends_with_a_button_or_when_the_draft_is_handed_over(client: Client, world: World) -> None:
    need = helped(world)
    need.invite_assistant(by=world.bagnolet.contributor)
    db.session.commit()
    client.sign_in(world.bagnolet.contributor)
    client.post(f"/besoins/{need.id}/terminer-l-aide")
    assert not again(need).is_assisted_by(world.curator)
    need.invite_assistant(by=world.bagnolet.contributor)
    need.submit(by=world.bagnolet.contributor)
    need.recall(by=world.bagnolet.contributor)
    assert not need.is_assisted_by(world.curator)


def test_the_team_names_a_colleague(client: Client, world: World) -> None:
    need = helped(world)
    colleague = world.member(world.metropole, "curator", "Paul")
    client.sign_in(world.curator)
    client.post(f"/curation/besoins/{need.id}/confier-l-aide", {"assistant": str(colleague.id)})
    assert again(need).assistant_id == colleague.id
    assert owed(colleague, "need_help_assigned") == ["need_help_assigned"]
    client.sign_in(world.curator)
    refused = client.post(
        f"/curation/besoins/{need.id}/confier-l-aide", {"assistant": str(world.startup.contributor.id)}
    )
    assert refused.status_code == 422


def test_what_the_team_asks_is_ticked_off_point_by_point(client: Client, world: World) -> None:
    need = world.need(status="in_review")
    client.sign_in(world.curator)
    client.post(
        f"/curation/besoins/{need.id}/demander-des-changements",
        {"reason": "- Dites où et quand.\n\nDites combien de corbeilles."},
    )
    points = db.session.scalars(ReviewPoint.of(need)).all()
    assert [point.text for point in points] == ["Dites où et quand.", "Dites combien de corbeilles."]
    client.sign_in(world.newcomer.contributor)
    client.post(f"/points/{points[0].id}/cocher", {"from": "review"})
    shown = client.get(f"/besoins/{need.id}/rediger/review").text
    assert "<s>Dites où et quand.</s>" in shown and "ne sont pas cochés" in shown
    client.sign_in(world.bondy.contributor)
    assert client.post(f"/points/{points[1].id}/cocher").status_code == 404


# ------------------------------------------------------------------ dates


def test_questions_end_on_a_working_day_five_days_before_and_move_with_the_deadline(world: World) -> None:
    need = world.need(closes_on=date(2027, 3, 4), status="draft")
    need.submit(by=world.bagnolet.contributor)
    need.publish(by=world.bagnolet.validator)
    assert need.questions_close_on == date(2027, 2, 26)  # the 27th is a Saturday
    assert need.questions_close_on is not None and is_working_day(need.questions_close_on)
    need.extend(by=world.bagnolet.validator, closes_on=date(2027, 3, 14))
    assert need.questions_close_on == date(2027, 3, 8)


def test_a_deadline_that_moves_leaves_the_end_of_questions_on_a_working_day(world: World) -> None:
    need = world.need(closes_on=date(2026, 12, 18), questions_close_on=date(2026, 12, 11))
    need.extend(by=world.bagnolet.validator, closes_on=date(2027, 1, 8))
    assert need.questions_close_on == date(2026, 12, 31)  # a week before would be New Year’s Day


def test_a_need_published_before_questions_had_a_last_day_takes_them_until_the_usual_one(
    client: Client, world: World
) -> None:
    closes = today_in_paris() + timedelta(days=30)
    need = world.need(closes_on=closes, questions_close_on=None)
    usual = usual_end_of_questions(closes)
    client.sign_in(world.startup.contributor)
    page = shown(client.get(f"/besoins/{need.id}-{need.slug}"))
    assert f"jusqu’au {day(usual)}, 23 h 59" in page and "Poser une question" in page
    assert client.post(f"/besoins/{need.id}/questions", {"text": "Combien de guichets ?"}).status_code == 303
    need.extend(by=world.bagnolet.validator, closes_on=closes + timedelta(days=14))
    assert need.questions_close_on is not None and need.questions_close_on > usual


def test_questions_that_would_end_after_the_deadline_are_refused(world: World) -> None:
    closes = today_in_paris() + timedelta(days=30)
    need = world.need(status="draft", closes_on=closes, questions_close_on=closes)
    with pytest.raises(NotReady, match="avant l’échéance"):
        need.submit(by=world.bagnolet.contributor)


def test_a_closed_need_reopens_only_while_nobody_was_told_and_no_seal_is_broken(
    client: Client, world: World
) -> None:
    need = world.need()
    response = world.response(need)
    need.close()
    db.session.commit()
    later = (today_in_paris() + timedelta(days=40)).isoformat()
    form = {"closes_on": later, "reason": "Deux entreprises demandaient plus de temps."}
    client.sign_in(world.bagnolet.validator)
    assert "Rouvrir…" in client.get(f"/besoins/{need.id}-{need.slug}").text
    assert "seront prévenues" in client.get(f"/besoins/{need.id}/rouvrir").text
    too_soon = {**form, "closes_on": (today_in_paris() + timedelta(days=3)).isoformat()}
    refused = client.post(f"/besoins/{need.id}/rouvrir", too_soon).text
    assert "au moins 10 jours" in refused and "Les questions se terminent" not in refused
    assert client.post(f"/besoins/{need.id}/rouvrir", form).status_code == 303
    assert again(need).status == "published" and again(need).matched_at is None
    assert owed(world.startup.contributor, "need_reopened") == ["need_reopened"]
    page = shown(client.get(f"/besoins/{need.id}-{need.slug}"))
    assert form["reason"] in page and "Fin des questions" in page  # not only to those who are written to
    response.read(by=world.bagnolet.validator)
    need.close()
    response.decline(
        by=world.bagnolet.validator, reason_code="other", reason="Une raison assez longue pour être lue."
    )
    db.session.commit()
    assert client.post(f"/besoins/{need.id}/rouvrir", form).status_code == 422
    assert again(need).status == "closed"


# ------------------------------------------------------------------ afterwards


def test_an_ended_need_is_taken_up_again_as_a_draft_without_its_dates_and_amounts(
    client: Client, world: World
) -> None:
    need = world.need(status="concluded", budget_max_cents=3_000_000, amount_estimated_cents=2_500_000)
    client.sign_in(world.bagnolet.contributor)
    where = client.post(f"/besoins/{need.id}/reprendre-comme-brouillon").headers["Location"]
    copied = db.session.scalar(sa.select(Need).where(Need.copied_from_id == need.id))
    assert copied is not None and f"/besoins/{copied.id}/rediger/problem" in where
    assert copied.status == "draft" and copied.irritant == need.irritant
    assert (copied.closes_on, copied.budget_max_cents, copied.amount_estimated_cents) == (None, None, None)


def test_what_came_of_a_need_is_read_under_it(client: Client, world: World) -> None:
    need = world.need(status="concluded")
    client.sign_in(world.bagnolet.contributor)
    assert client.post(f"/besoins/{need.id}/ce-qu-il-en-reste", {"text": "Bien."}).status_code == 422
    words = "Les capteurs sont tombés en panne l’hiver : nous gardons la tournée revue avec les agents."
    assert client.post(f"/besoins/{need.id}/ce-qu-il-en-reste", {"text": words}).status_code == 303
    client.post("/deconnexion")
    assert words in shown(client.get(f"/besoins/{need.id}-{need.slug}"))


def test_a_version_is_read_whole_and_amounts_are_nobody_elses(client: Client, world: World) -> None:
    need = world.need(budget_max_cents=4_321_000, amount_estimated_cents=1_234_500, defis=["D5"])
    before = need.irritant
    need.amend(
        by=world.bagnolet.validator, irritant="Un tout autre récit, assez long pour être un vrai récit."
    )
    db.session.commit()
    for page in (f"/besoins/{need.id}/versions/1", f"/besoins/{need.id}-{need.slug}"):
        text = shown(client.get(page))
        assert "43 210" not in text and "12 345" not in text
    assert before in shown(client.get(f"/besoins/{need.id}/versions/1"))
    assert client.get(f"/besoins/{need.id}/versions/7").status_code == 404


def test_another_commune_says_us_too_once_and_its_amount_stays_its_own(client: Client, world: World) -> None:
    need = world.need()
    client.sign_in(world.bondy.contributor)
    form = {"note": "Le même débordement à la gare.", "amount_estimated_cents": "23 456"}
    assert client.post(f"/besoins/{need.id}/nous-aussi", form).status_code == 303
    client.post(f"/besoins/{need.id}/nous-aussi", form)
    assert owed(world.bagnolet.validator, "need_supported") == ["need_supported"]
    client.sign_in(world.bagnolet.contributor)
    shown = client.get(f"/besoins/{need.id}-{need.slug}").text.replace("\u202f", " ").replace("\u00a0", " ")
    assert "Le même débordement" in shown and "23 456" not in shown
    vanves = world.newcomer
    NeedSupport.join(need, organization=vanves.organization, by=vanves.contributor, amount_cents=1_000_000)
    db.session.commit()
    shown = client.get(f"/besoins/{need.id}-{need.slug}").text.replace("\u202f", " ").replace("\u00a0", " ")
    assert "environ 40 000" in shown and "33 456" not in shown, (
        "exact, it would say what the last to join gave"
    )
    client.post("/deconnexion")
    assert "40 000 € HT. Vous seuls" not in client.get(f"/besoins/{need.id}-{need.slug}").text.replace(
        "\u202f", " "
    )
    client.sign_in(world.bondy.contributor)
    client.post(f"/besoins/{need.id}/plus-concernes")
    assert "Le même débordement" not in client.get(f"/besoins/{need.id}-{need.slug}").text


def test_who_said_us_too_is_offered_to_change_it_and_hears_what_becomes_of_the_need(
    client: Client, world: World
) -> None:
    """R295, R302: another commune counts on this need; nobody tells it else. It does not answer: no last call for it."""
    need = world.need()
    people, elected = world.bondy.contributor, world.bondy.validator
    NeedSupport.join(need, organization=world.bondy.organization, by=people)
    db.session.commit()
    client.sign_in(elected)
    page = shown(client.get(f"/besoins/{need.id}-{need.slug}"))
    assert "Changer ce que nous disons" in page and ">Nous aussi<" not in page
    need.extend(by=world.bagnolet.validator, closes_on=need.closes_on + timedelta(days=7))
    assert owed(people, "need_extended") and not owed(elected, "need_extended")
    assert people not in late_to_know(need)
    need.closes_on = today_in_paris() - timedelta(days=1)
    need.close()
    need.conclude(
        by=world.bagnolet.validator, outcome="no_followup", reason="La commune y renonce pour cette année."
    )
    assert owed(people, "need_concluded_followed")


# ------------------------------------------------------------------ défis


def test_needs_and_solutions_are_found_by_the_defi_they_answer(client: Client, world: World) -> None:
    need = world.need(title="Des corbeilles pleines le dimanche matin", defis=["D5", "D4"])
    solution = world.solution(title="Sondes pour corbeilles de rue pleines", defis=["D5"])
    for page, title in (("/besoins", need.title), ("/solutions", solution.title)):
        assert title in client.get(f"{page}?defi=D5").text
        assert title not in client.get(f"{page}?defi=D1").text
    assert "Une Métropole résiliente" in client.get(f"/besoins/{need.id}-{need.slug}").text
    assert "Une Métropole résiliente" in client.get(f"/solutions/{solution.id}-{solution.slug}").text


def test_two_defis_at_most(client: Client, world: World) -> None:
    need = world.need(status="draft")
    client.sign_in(world.bagnolet.contributor)
    form = {"step": "practical", "defis": ["D1", "D2", "D3"], "closes_on": "2099-01-01"}
    refused = client.post(f"/besoins/{need.id}/rediger/practical", form)
    assert refused.status_code == 422 and "2 défis au plus" in refused.text
