"""What a commune decides about its needs, on the web; what it follows."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from models import Need, Notification, db
from models.calendar import today_in_paris
from tests.client import Client, shown
from tests.documents import join
from tests.factories import IRRITANT, OUTCOME, World, owed


def page_of(need: Need) -> str:
    return f"/besoins/{need.id}-{need.slug}"


# ------------------------------------------------------------------ decisions


def test_a_first_need_goes_to_the_team_and_comes_back_with_its_comments(client: Client, world: World) -> None:
    need = world.need(world.newcomer, "awaiting_validation")
    client.sign_in(world.newcomer.validator)
    page = client.get(page_of(need)).text
    assert "Valider et transmettre à l’équipe" in page and "/publier" not in page
    client.post(f"/besoins/{need.id}/valider")
    assert db.session.get(Need, need.id).status == "in_review"  # type: ignore[union-attr]
    assert "need_in_review" in owed(world.curator)
    client.post(f"/besoins/{need.id}/publier")  # the team publishes this one
    need = db.session.get(Need, need.id)  # type: ignore[assignment]
    assert need.status == "in_review"
    need.request_changes(by=world.curator, reason="Précisez le lieu et les horaires.")
    client.sign_in(world.newcomer.contributor)
    assert "Précisez le lieu" in client.get(f"/besoins/{need.id}/rediger/outcome").text
    client.post(f"/besoins/{need.id}/renvoyer-apres-modification")
    assert db.session.get(Need, need.id).status == "in_review"  # type: ignore[union-attr]


def test_a_changed_substance_goes_back_to_the_validator_first(client: Client, world: World) -> None:
    need = world.need(status="changes_requested")
    client.sign_in(world.newcomer.contributor)
    client.post(
        f"/besoins/{need.id}/rediger/outcome", {"expected_outcome": OUTCOME + " Et moins de camions."}
    )
    client.post(f"/besoins/{need.id}/renvoyer-apres-modification")
    assert db.session.get(Need, need.id).status == "awaiting_validation"  # type: ignore[union-attr]


def test_a_validator_sends_back_with_a_reason_that_the_author_reads(client: Client, world: World) -> None:
    need = world.need(status="awaiting_validation")
    client.sign_in(world.bagnolet.validator)
    refused = client.post(f"/besoins/{need.id}/renvoyer", {"reason": "Non"})
    assert refused.status_code == 422 and "10 caractères" in refused.text and "Non" in refused.text
    client.post(f"/besoins/{need.id}/renvoyer", {"reason": "Dites dans quelles rues exactement."})
    client.sign_in(world.bagnolet.contributor)
    assert "Dites dans quelles rues" in client.get(f"/besoins/{need.id}/rediger/problem").text


def test_an_author_who_is_validator_takes_their_own_need_back_and_is_not_offered_to_send_it_to_themselves(
    client: Client, world: World
) -> None:
    need = world.need(status="awaiting_validation")
    need.author = world.bagnolet.validator
    db.session.commit()
    client.sign_in(world.bagnolet.validator)
    page = client.get(page_of(need)).text
    assert "Renvoyer à l’auteur" not in page and "Reprendre en brouillon" in page
    assert f"À valider : {need.title}" not in client.get("/mon-espace").text  # a colleague’s to do
    people = (world.bagnolet.validator, world.bagnolet.org_admin)
    mine, colleague = (len(owed(person, "need_to_validate")) for person in people)
    client.post(f"/besoins/{need.id}/reprendre")
    client.post(f"/besoins/{need.id}/soumettre")
    now = [len(owed(person, "need_to_validate")) for person in people]
    assert now == [mine, colleague + 1]  # nobody is asked to validate what they wrote
    refused = client.post(f"/besoins/{need.id}/renvoyer", {"reason": "Dites dans quelles rues exactement."})
    assert refused.status_code == 422 and "reprenez-le en brouillon" in refused.text


def test_a_validator_reads_what_is_to_look_at_twice_and_what_no_page_will_say_before_deciding(
    client: Client, world: World
) -> None:
    need = world.need(
        status="awaiting_validation",
        irritant=IRRITANT + " Appelez le 06 12 34 56 78.",
        budget_max_cents=1_500_000,
        sealed=True,
        visible_to_members_only=True,
    )
    client.sign_in(world.bagnolet.validator)
    page = " ".join(client.get(page_of(need)).text.split())
    assert "À relire" in page and "06 12 34 56 78" in page and "donnée personnelle" in page
    assert "15 000 € HT, jamais montré aux entreprises" in page.replace("\xa0", " ").replace("\u202f", " ")
    assert "sous pli fermé" in page and "seuls membres des organisations vérifiées" in page
    client.sign_in(world.bagnolet.contributor)
    deciders = f"Qui peut décider : {world.bagnolet.org_admin.name}, {world.bagnolet.validator.name}."
    assert deciders in shown(client.get(page_of(need)))


def test_what_is_missing_is_said_and_nobody_is_said_to_be_told_meanwhile(
    client: Client, world: World
) -> None:
    need = world.need(status="draft", themes=[])
    client.sign_in(world.bagnolet.contributor)
    review = client.get(f"/besoins/{need.id}/rediger/review").text
    assert "Il manque encore" in review and "sont prévenus" not in review
    need.write(themes=["waste"], beneficiaries=54_000)
    db.session.commit()
    review = client.get(f"/besoins/{need.id}/rediger/review").text
    assert "Quand vous le soumettez" in review and "54\u202f000 personnes" in review


def test_the_author_does_not_publish_alone_where_two_regards_are_asked(client: Client, world: World) -> None:
    need = world.need(status="awaiting_validation")
    need.author = world.bagnolet.validator
    client.sign_in(world.bagnolet.validator)
    page = shown(client.get(page_of(need)))
    assert f"Qui peut décider : {world.bagnolet.org_admin.name}." in page and ">Publier<" not in page
    client.post(f"/besoins/{need.id}/publier")
    assert db.session.get(Need, need.id).status == "awaiting_validation"  # type: ignore[union-attr]


def test_a_validator_who_took_up_the_text_of_another_or_joined_a_document_to_it_does_not_publish_it(
    client: Client, world: World
) -> None:
    rewritten, documented = world.need(status="draft"), world.need(status="draft")
    client.sign_in(world.bagnolet.validator)
    client.post(f"/besoins/{rewritten.id}/brouillon", {"title": "Un titre que le validateur a écrit"})
    join(world, documented, by=world.bagnolet.validator)
    for need in (rewritten, documented):
        client.post(f"/besoins/{need.id}/soumettre")
        page = shown(client.get(page_of(need)))
        assert "Vous avez écrit cette version" in page and ">Publier<" not in page
        assert "deux regards" in shown(client.post(f"/besoins/{need.id}/publier", follow_redirects=True))
        assert db.session.get_one(Need, need.id).status == "awaiting_validation"


def test_withdrawing_asks_once_says_who_is_told_and_keeps_what_was_typed(
    client: Client, world: World
) -> None:
    need = world.need()
    world.response(need)
    client.sign_in(world.bagnolet.validator)
    assert "3 personnes seront prévenues" in client.get(f"/besoins/{need.id}/retirer").text
    refused = client.post(f"/besoins/{need.id}/retirer", {"reason": "Bref"})
    assert refused.status_code == 422 and "Bref" in refused.text
    client.post(f"/besoins/{need.id}/retirer", {"reason": "Le budget a été voté autrement."})
    client.forget()
    assert "Le budget a été voté autrement." in client.get(page_of(need)).text
    assert "need_withdrawn" in owed(world.startup.contributor)


def test_a_deadline_is_only_moved_later(client: Client, world: World) -> None:
    need = world.need()
    client.sign_in(world.bagnolet.validator)
    earlier = today_in_paris() + timedelta(days=3)
    assert (
        "plus tardive" in client.post(f"/besoins/{need.id}/reporter", {"closes_on": earlier.isoformat()}).text
    )
    later = today_in_paris() + timedelta(days=50)
    assert client.post(f"/besoins/{need.id}/reporter", {"closes_on": later.isoformat()}).status_code == 303
    assert db.session.get(Need, need.id).closes_on == later  # type: ignore[union-attr]


def test_a_day_that_cannot_be_read_is_told_so_and_not_that_it_is_missing(
    client: Client, world: World
) -> None:
    need = world.need()
    client.sign_in(world.bagnolet.validator)
    page = client.post(f"/besoins/{need.id}/reporter", {"closes_on": "après les fêtes"}).text
    assert "Écrivez une date, par exemple 31/12/2026." in page and "Remplissez ce champ" not in page
    assert "après les fêtes" in page
    assert "Remplissez ce champ" in client.post(f"/besoins/{need.id}/reporter", {"closes_on": " "}).text


def test_a_ceiling_that_changes_alone_is_told_to_nobody_and_is_no_version(
    client: Client, world: World
) -> None:
    need = world.need(budget_max_cents=1_000_000)
    world.response(need)
    client.sign_in(world.bagnolet.validator)
    form = {"title": need.title, "irritant": need.irritant, "expected_outcome": need.expected_outcome, "themes": need.themes,
            "intent": need.intent, "budget": need.budget, "budget_max_cents": "15 000"}  # fmt: skip
    answer = client.post(f"/besoins/{need.id}/modifier", form)
    assert answer.status_code == 303, answer.text
    assert "Personne n’est prévenu" in client.get(page_of(need)).text
    need = db.session.get_one(Need, need.id)
    assert (need.version, need.budget_max_cents, need.matched_at) == (1, 1_500_000, None)
    assert "need_amended" not in owed(world.startup.contributor)
    client.sign_in(world.startup.contributor)
    assert "Version 2" not in client.get(page_of(need)).text


def test_amending_nothing_or_too_little_is_refused_with_the_text_kept(client: Client, world: World) -> None:
    need = world.need()
    client.sign_in(world.bagnolet.validator)
    form = {
        "title": "Court",
        "irritant": IRRITANT,
        "expected_outcome": OUTCOME,
        "themes": need.themes,
        "intent": "sourcing",
        "budget": "unknown",
    }
    answer = client.post(f"/besoins/{need.id}/modifier", form)
    assert (
        answer.status_code == 422
        and "au moins 10 caractères" in answer.text
        and 'value="Court"' in answer.text
    )
    assert (
        "Rien n’a changé" in client.post(f"/besoins/{need.id}/modifier", {**form, "title": need.title}).text
    )


def test_concluding_waits_until_each_company_had_its_answer(client: Client, world: World) -> None:
    need = world.need(status="in_dialogue")
    client.sign_in(world.bagnolet.validator)
    assert "Chaque entreprise mérite une réponse" in client.get(f"/besoins/{need.id}/conclure").text
    form = {"outcome": "unsuccessful", "reason": "Aucune réponse ne traite le week-end."}
    refused = client.post(f"/besoins/{need.id}/conclure", form)
    assert (
        refused.status_code == 422
        and "une réponse attend" in refused.text
        and "ne traite le week-end" in refused.text
    )
    response = need.responses[0]
    response.read(by=world.bagnolet.validator)
    response.decline(
        by=world.bagnolet.validator,
        reason_code="does_not_answer",
        reason="Votre réponse ne traite pas du week-end.",
    )
    assert (
        "Choisissez comment" in client.post(f"/besoins/{need.id}/conclure", {**form, "outcome": "gagné"}).text
    )
    assert client.post(f"/besoins/{need.id}/conclure", form).status_code == 303
    assert db.session.get(Need, need.id).status == "concluded"  # type: ignore[union-attr]


def test_a_discarded_draft_is_seen_by_nobody(client: Client, world: World) -> None:
    need = world.need(status="draft")
    client.sign_in(world.bagnolet.contributor)
    assert "Supprimer ce brouillon" in client.get(f"/besoins/{need.id}/supprimer").text
    assert client.post(f"/besoins/{need.id}/supprimer").status_code == 303
    assert db.session.get(Need, need.id).status == "discarded"  # type: ignore[union-attr]


def test_help_is_asked_once(client: Client, world: World) -> None:
    need = world.need(status="draft")
    client.sign_in(world.bagnolet.contributor)
    client.post(f"/besoins/{need.id}/demander-de-l-aide")
    assert "need_help_asked" in owed(world.curator)
    assert "Demander de l’aide" not in client.get(page_of(need)).text


@pytest.mark.parametrize(
    "route",
    ["soumettre", "publier", "valider", "ouvrir-le-dialogue", "reprendre", "renvoyer-apres-modification"],
)
def test_a_button_pressed_too_late_changes_nothing_and_says_so(
    client: Client, world: World, route: str
) -> None:
    need = world.need(status="withdrawn")
    client.sign_in(world.bagnolet.validator)
    before = db.session.scalar(sa.select(sa.func.count(Notification.id)))
    answer = client.post(f"/besoins/{need.id}/{route}", follow_redirects=True)
    assert answer.status_code == 200 and "Ce n’est plus possible" in answer.text
    assert db.session.scalar(sa.select(sa.func.count(Notification.id))) == before


# ------------------------------------------------------------------ what the commune follows


def test_the_commune_sees_retained_introductions_only(client: Client, world: World) -> None:
    need = world.need()
    world.match(need, world.solution(title="Une solution retenue par l’équipe"), "introduced")
    world.match(need, world.solution(title="Une solution à relire encore"), "suggested")
    world.match(need, world.solution(title="Une solution écartée hier"), "dismissed")
    client.sign_in(world.bagnolet.contributor)
    page = client.get(f"/besoins/{need.id}/mises-en-relation").text
    assert "retenue par l’équipe" in page and "à relire encore" not in page and "écartée hier" not in page
    assert "traitement algorithmique" in page


def test_responses_stand_side_by_side_and_sealed_ones_stay_closed(client: Client, world: World) -> None:
    need, sealed = world.need(), world.need(title="Un besoin sous pli fermé", sealed=True)
    for one in (need, sealed):
        world.response(one)
        world.response(one, world.rival)
    client.sign_in(world.bagnolet.contributor)
    page = client.get(f"/besoins/{need.id}/reponses").text
    assert "2 réponses" in page and "Ultrason" in page and "Autre Piste" in page and "Nous équipons" in page
    hidden = client.get(f"/besoins/{sealed.id}/reponses").text
    assert (
        "2 réponses" in hidden
        and "sous pli fermé" in hidden
        and "Ultrason" not in hidden
        and "Nous équipons" not in hidden
    )


def test_a_need_that_ends_in_a_purchase_leads_to_its_declaration_with_all_that_is_known(
    client: Client, world: World
) -> None:
    response = world.response(status="retained")
    need = response.need
    client.sign_in(world.bagnolet.validator)
    ending = {"outcome": "direct_purchase", "reason": "La commune achète trente capteurs."}
    answer = client.post(f"/besoins/{need.id}/conclure", ending)
    assert answer.headers["Location"].endswith(f"/achats-declares/nouveau?need={need.id}")
    page = client.get(answer.headers["Location"]).text
    assert 'value="Ultrason"' in page and "Reste à déclarer l’achat" in page
    assert '<option selected value="direct_purchase">' in page
