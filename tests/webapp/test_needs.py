"""Needs on the web: the list, a need, its four steps, and what the commune decides."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from models import Need, Notification, db
from models.need import today_in_paris
from tests.client import Client
from tests.factories import IRRITANT, OUTCOME, World, owed

LONG = "a" * 1_000_000


def page_of(need: Need) -> str:
    return f"/besoins/{need.id}-{need.slug}"


def latest(world: World) -> Need:
    need = db.session.scalar(sa.select(Need).order_by(Need.id.desc()).limit(1))
    assert need is not None
    return need


# ------------------------------------------------------------------ the list


def test_anybody_reads_open_needs_and_chooses_closed_ones(client: Client, world: World) -> None:
    world.need(title="Des bancs qui brûlent au soleil")
    world.need(title="Une fontaine toujours fermée", status="closed")
    shown = client.get("/besoins").text
    assert "Des bancs qui brûlent" in shown and "Une fontaine toujours" not in shown
    shown = client.get("/besoins?status=closed").text
    assert "Une fontaine toujours" in shown and "Des bancs qui brûlent" not in shown


def test_words_are_looked_up_without_accents_when_the_worker_does_not_answer(
    client: Client, world: World
) -> None:
    world.need(
        title="Des bancs qui brûlent au soleil",
        irritant="L’été, personne ne s’y assied : le métal dépasse 50 degrés à midi.",
    )
    world.need(title="Une fontaine toujours fermée")
    shown = client.get("/besoins?q=BRULENT+metal").text
    assert "Des bancs qui brûlent" in shown and "Une fontaine" not in shown
    assert "Cherchés par les mots" in shown
    nothing = client.get("/besoins?q=parapluie").text
    assert "Aucun besoin ne correspond" in nothing


def test_meaning_orders_the_list_and_filters_still_hold(
    client: Client, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = world.need(title="Des bancs qui brûlent au soleil", themes=["public_space"])
    second = world.need(title="Une fontaine toujours fermée", themes=["mobility"])
    hidden = world.need(title="Un brouillon que personne ne lit", status="draft")
    answer = [[second.id, 0.9], [hidden.id, 0.8], [first.id, 0.7], [999_999, 0.1]]
    monkeypatch.setattr("webapp.search.queries.ask", lambda question, **arguments: answer)
    shown = client.get("/besoins?q=chaleur").text
    assert "Cherchés par le sens" in shown and "brouillon que personne" not in shown
    assert shown.index("Une fontaine") < shown.index("Des bancs")
    shown = client.get("/besoins?q=chaleur&theme=public_space").text
    assert "Des bancs" in shown and "Une fontaine" not in shown


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("theme=mobility", True), ("theme=public_space", False), ("commune=93006", True), ("commune=bagnolet", True),
        ("commune=Bondy", False), ("maturity=M8", True), ("maturity=M3", False), ("deadline=30", True), ("deadline=7", False),
        ("theme=inconnu&maturity=M99&deadline=-1&status=x", True),
    ],
)  # fmt: skip
def test_each_filter_keeps_what_it_says(client: Client, world: World, query: str, expected: bool) -> None:
    world.need(title="Trottinettes laissées au milieu du trottoir", themes=["mobility"], maturity_min="M6")
    assert ("Trottinettes laissées" in client.get(f"/besoins?{query}").text) is expected


def test_a_list_asked_with_nonsense_is_a_page_all_the_same(client: Client, world: World) -> None:
    world.need()
    for query in (
        "page=99999999999999999999",
        "page=-3",
        "page=abc",
        "q=%00%01",
        "q=" + "é" * 5000,
        "q=%25%27%22%3C",
        "commune=%00",
    ):
        assert client.get(f"/besoins?{query}").status_code == 200, query


def test_a_need_kept_for_members_is_listed_for_them_only(client: Client, world: World) -> None:
    need = world.need(title="Un sujet réservé aux membres", visible_to_members_only=True)
    assert "réservé aux membres" not in client.get("/besoins").text
    assert client.get(page_of(need)).status_code in (303, 404)
    client.sign_in(world.startup.contributor)
    assert "réservé aux membres" in client.get("/besoins").text
    assert client.get(page_of(need)).status_code == 200


# ------------------------------------------------------------------ one need


def test_a_public_need_says_what_when_who_and_how_to_answer(client: Client, world: World) -> None:
    need = world.need(budget="lt_40k", places=["street"], resources=["data"])
    shown = client.get(page_of(need)).text
    assert "30\u00a0jours" in shown or "30 jours" in shown
    for words in (
        need.title,
        "débordent le dimanche",
        "Ville de Bagnolet",
        "Moins de 40 000",
        "Voirie",
        "Se connecter pour répondre",
    ):
        assert words in shown
    client.sign_in(world.startup.contributor)
    assert "Ce n’est pas une offre" in client.get(page_of(need)).text


def test_a_wrong_title_in_the_address_leads_to_the_right_one(client: Client, world: World) -> None:
    need = world.need()
    answer = client.get(f"/besoins/{need.id}-autre-chose")
    assert answer.status_code == 301 and answer.headers["Location"].endswith(page_of(need))


def test_the_end_of_a_need_is_public_with_its_reason(client: Client, world: World) -> None:
    assert "La commune y renonce cette année." in client.get(page_of(world.need(status="concluded"))).text
    assert "Le projet change de périmètre." in client.get(page_of(world.need(status="withdrawn"))).text


def test_each_version_stays_readable_by_all(client: Client, world: World) -> None:
    need = world.need()
    client.sign_in(world.bagnolet.validator)
    form = {
        "title": need.title, "irritant": need.irritant + " Le marché du jeudi aggrave tout.", "expected_outcome": need.expected_outcome,
        "themes": need.themes, "intent": "sourcing", "budget": "unknown",
    }  # fmt: skip
    assert "qui a changé" not in client.get(page_of(need)).text
    assert client.post(f"/besoins/{need.id}/modifier", form).status_code == 303
    client.forget()
    shown = client.get(page_of(need)).text
    assert "Ce qui a changé" in shown and "Version 2" in shown and "marché du jeudi" in shown
    assert db.session.get(Need, need.id).matched_at is None  # type: ignore[union-attr]


# ------------------------------------------------------------------ writing


def test_pressing_twice_begins_one_draft(client: Client, world: World) -> None:
    client.sign_in(world.bagnolet.contributor)
    assert "Commencer" in client.get("/besoins/nouveau").text
    first, second = client.post("/besoins/nouveau"), client.post("/besoins/nouveau")
    assert first.headers["Location"] == second.headers["Location"] and first.headers["Location"].endswith(
        "/rediger/problem"
    )


def test_a_need_is_written_in_four_steps_submitted_and_published(client: Client, world: World) -> None:
    client.sign_in(world.bagnolet.contributor)
    client.post("/besoins/nouveau")
    need = latest(world)
    base = f"/besoins/{need.id}"
    problem = {
        "title": "Corbeilles pleines le dimanche",
        "irritant": IRRITANT,
        "themes": ["circular_waste", "public_space"],
    }
    assert client.post(f"{base}/rediger/problem", problem).headers["Location"].endswith("/rediger/outcome")
    assert (
        client.post(
            f"{base}/rediger/outcome",
            {"expected_outcome": OUTCOME, "beneficiaries": "12 000", "maturity_min": "M5"},
        ).status_code
        == 303
    )
    assert "closes_on" in client.get(f"{base}/rediger/practical").text
    closes = today_in_paris() + timedelta(days=21)
    practical = {
        "intent": "experiment",
        "budget": "lt_40k",
        "budget_max_cents": "30 000 €",
        "closes_on": f"{closes:%d/%m/%Y}",
        "resources": ["data"],
        "sealed": "y",
    }
    assert client.post(f"{base}/rediger/practical", practical).headers["Location"].endswith("/rediger/review")
    review = client.get(f"{base}/rediger/review").text
    assert (
        "Il manque" not in review
        and "Soumettre aux validateurs" in review
        and "12 000" in review.replace("\u202f", " ")
    ) or "12000" in review
    assert client.post(f"{base}/soumettre").status_code == 303
    kept = db.session.get(Need, need.id)
    assert kept is not None and (kept.status, kept.beneficiaries, kept.budget_max_cents, kept.closes_on, kept.sealed, kept.open_to_group) == (
        "awaiting_validation", 12_000, 3_000_000, closes, True, False,
    )  # fmt: skip
    assert "need_to_validate" in owed(world.bagnolet.validator)
    client.sign_in(world.bagnolet.validator)
    assert "Publier" in client.get(page_of(kept)).text
    client.post(f"{base}/publier")
    client.post(f"{base}/publier")  # a double click
    kept = db.session.get(Need, need.id)
    assert kept is not None and kept.status == "published" and kept.matched_at is None
    assert owed(world.bagnolet.validator).count("need_published") == 2  # this one and the first of the world
    assert "Les propositions se préparent" in client.get(page_of(kept)).text


def test_a_draft_saves_itself_even_unfinished_and_says_when(client: Client, world: World) -> None:
    need = world.need(status="draft", themes=["mobility"])
    client.sign_in(world.bagnolet.contributor)
    answer = client.post(
        f"/besoins/{need.id}/brouillon", {"step": "problem", "title": "Court", "irritant": ""}
    )
    kept = db.session.get(Need, need.id)
    assert answer.status_code == 200 and "Enregistré le" in answer.text
    assert kept is not None and (kept.title, kept.irritant, kept.themes, kept.expected_outcome) == (
        "Court",
        "",
        [],
        OUTCOME,
    )
    client.post(f"/besoins/{need.id}/brouillon", {"title": "Seulement le titre"})
    kept = db.session.get(Need, need.id)
    assert kept is not None and kept.title == "Seulement le titre"


def test_what_cannot_be_kept_is_said_and_the_rest_is_kept(client: Client, world: World) -> None:
    need = world.need(status="draft")
    client.sign_in(world.bagnolet.contributor)
    answer = client.post(
        f"/besoins/{need.id}/brouillon", {"step": "problem", "title": "Un nouveau titre", "irritant": LONG}
    )
    assert answer.status_code == 422 and "dépasse 4" in answer.text
    kept = db.session.get(Need, need.id)
    assert kept is not None and kept.title == "Un nouveau titre" and kept.irritant == IRRITANT


@pytest.mark.parametrize(
    ("step", "field", "value", "sentence"),
    [
        ("problem", "irritant", LONG, "dépasse"),
        ("problem", "title", "t" * 121, "dépasse 120"),
        ("problem", "irritant", "Un texte avec \x00 et \x07 dedans", "caractères invisibles"),
        ("problem", "themes", "n_existe_pas", "Choisissez parmi les valeurs"),
        ("outcome", "beneficiaries", "beaucoup", "un nombre entier"),
        ("outcome", "beneficiaries", "9" * 30, "un nombre entier"),
        ("outcome", "maturity_min", "M42", "une valeur de la liste"),
        ("outcome", "places", "lune", "parmi les valeurs"),
        ("practical", "closes_on", "2020-01-01", "Cette date est passée"),
        ("practical", "closes_on", "9999-12-31", "dans les deux ans"),
        ("practical", "closes_on", "demain", "Écrivez une date"),
        ("practical", "budget_max_cents", "cher", "un montant en euros"),
        ("practical", "budget", "<script>", "une valeur de la liste"),
        ("practical", "intent", "voler", "choix"),
    ],
)
def test_bad_input_gets_a_sentence_and_is_given_back(
    client: Client, world: World, step: str, field: str, value: str, sentence: str
) -> None:
    need = world.need(status="draft")
    client.sign_in(world.bagnolet.contributor)
    answer = client.post(
        f"/besoins/{need.id}/rediger/{step}", {"intent": "sourcing", "budget": "unknown", field: value}
    )
    assert answer.status_code == 422
    assert "Il y a un problème" in answer.text and sentence in answer.text
    if field in ("irritant", "title", "beneficiaries", "budget_max_cents") and "\x00" not in value:
        assert value in answer.text


def test_markup_is_shown_as_it_was_typed(client: Client, world: World) -> None:
    need = world.need(
        title="<b>Gras</b> et <script>alert(1)</script>", irritant=IRRITANT + "<img src=x onerror=alert(1)>"
    )
    shown = client.get(page_of(need)).text
    assert "<script>alert" not in shown and "<img src=x" not in shown and "&lt;script&gt;" in shown


def test_an_empty_draft_is_not_submitted_and_each_missing_thing_is_a_link(
    client: Client, world: World
) -> None:
    client.sign_in(world.bagnolet.contributor)
    client.post("/besoins/nouveau")
    need = latest(world)
    answer = client.post(f"/besoins/{need.id}/soumettre", follow_redirects=True)
    assert (
        "Il manque encore" in answer.text
        and "/rediger/problem#title" in answer.text
        and "/rediger/practical#closes_on" in answer.text
    )
    assert latest(world).status == "draft"


def test_a_deadline_too_near_is_told_before_submitting(client: Client, world: World) -> None:
    need = world.need(status="draft", closes_on=today_in_paris() + timedelta(days=2))
    client.sign_in(world.bagnolet.contributor)
    assert "au moins 10 jours" in client.get(f"/besoins/{need.id}/rediger/review").text


def test_a_published_need_is_no_draft_any_more(client: Client, world: World) -> None:
    need = world.need()
    client.sign_in(world.bagnolet.contributor)
    assert client.get(f"/besoins/{need.id}/rediger/problem").status_code == 303
    answer = client.post(f"/besoins/{need.id}/brouillon", {"title": "Changé en douce"})
    assert answer.status_code == 409 and "Changé en douce" in answer.text  # kept in sight
    assert db.session.get(Need, need.id).title == "Tournées de corbeilles faites à l’aveugle"  # type: ignore[union-attr]


def test_an_unknown_step_is_no_page(client: Client, world: World) -> None:
    need = world.need(status="draft")
    client.sign_in(world.bagnolet.contributor)
    assert client.get(f"/besoins/{need.id}/rediger/zut").status_code == 404
    assert client.post(f"/besoins/{need.id}/rediger/review").status_code == 404


def test_the_panels_follow_the_text_and_show_only_what_may_be_read(
    client: Client, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft, solution = world.need(status="draft"), world.solution()
    elsewhere, own, secret = (
        world.need(world.bondy, title="Un besoin de Bondy très proche"),
        world.need(title="Un besoin à nous"),
        world.need(world.bondy, "draft", title="Un secret"),
    )
    asked: dict[str, Any] = {}

    def answer(question: str, **arguments: Any) -> Any:
        asked[question] = arguments["text"]
        return (
            [[secret.id, 0.9], [own.id, 0.8], [elsewhere.id, 0.7]]
            if question == "similar_needs"
            else [[solution.id, 0.9]]
        )

    monkeypatch.setattr("webapp.search.queries.ask", answer)
    client.sign_in(world.bagnolet.contributor)
    shown = client.post(
        f"/besoins/{draft.id}/apercu", {"title": "Des sacs partout", "irritant": "😀" * 9000}
    ).text
    assert "Un besoin de Bondy" in shown and solution.title in shown
    assert "Un secret" not in shown and "Un besoin à nous" not in shown and "<html" not in shown
    assert asked["similar_needs"].startswith("Des sacs partout") and len(asked["similar_needs"]) <= 1500


def test_without_a_worker_the_panels_say_nothing_rather_than_fail(client: Client, world: World) -> None:
    draft = world.need(status="draft")
    client.sign_in(world.bagnolet.contributor)
    assert client.post(f"/besoins/{draft.id}/apercu", {"title": "Des sacs"}).status_code == 200


# ------------------------------------------------------------------ decisions


def test_a_first_need_goes_to_the_team_and_comes_back_with_its_comments(client: Client, world: World) -> None:
    need = world.need(world.newcomer, "awaiting_validation")
    client.sign_in(world.newcomer.validator)
    shown = client.get(page_of(need)).text
    assert "Valider et transmettre à l’équipe" in shown and "/publier" not in shown
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


def test_the_author_does_not_publish_alone_where_two_regards_are_asked(client: Client, world: World) -> None:
    need = world.need(status="awaiting_validation")
    need.author = world.bagnolet.validator
    client.sign_in(world.bagnolet.validator)
    assert "un autre validateur" in client.get(page_of(need)).text
    client.post(f"/besoins/{need.id}/publier")
    assert db.session.get(Need, need.id).status == "awaiting_validation"  # type: ignore[union-attr]


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
    shown = client.get(f"/besoins/{need.id}/mises-en-relation").text
    assert "retenue par l’équipe" in shown and "à relire encore" not in shown and "écartée hier" not in shown
    assert "traitement algorithmique" in shown


def test_responses_stand_side_by_side_and_sealed_ones_stay_closed(client: Client, world: World) -> None:
    need, sealed = world.need(), world.need(title="Un besoin sous pli fermé", sealed=True)
    for one in (need, sealed):
        world.response(one)
        world.response(one, world.rival)
    client.sign_in(world.bagnolet.contributor)
    shown = client.get(f"/besoins/{need.id}/reponses").text
    assert (
        "2 réponses" in shown and "Ultrason" in shown and "Autre Piste" in shown and "Nous équipons" in shown
    )
    hidden = client.get(f"/besoins/{sealed.id}/reponses").text
    assert (
        "2 réponses" in hidden
        and "sous pli fermé" in hidden
        and "Ultrason" not in hidden
        and "Nous équipons" not in hidden
    )
