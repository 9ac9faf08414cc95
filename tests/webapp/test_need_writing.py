"""A need is written in four short steps that save themselves."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from models import Need, db
from models.calendar import today_in_paris
from tests.client import Client
from tests.factories import IRRITANT, OUTCOME, World, owed

LONG = "a" * 1_000_000


def page_of(need: Need) -> str:
    return f"/besoins/{need.id}-{need.slug}"


def latest(world: World) -> Need:
    need = db.session.scalar(sa.select(Need).order_by(Need.id.desc()).limit(1))
    assert need is not None
    return need


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


def test_without_a_worker_the_panels_keep_what_they_show(client: Client, world: World) -> None:
    draft = world.need(status="draft")
    client.sign_in(world.bagnolet.contributor)
    assert client.post(f"/besoins/{draft.id}/apercu", {"title": "Des sacs"}).status_code == 204
    assert client.get(f"/besoins/{draft.id}/rediger/problem").status_code == 200


def test_a_suggested_theme_is_accepted_with_one_press_even_without_javascript(
    client: Client, world: World
) -> None:
    draft = world.need(status="draft", themes=["mobility"])
    client.sign_in(world.bagnolet.contributor)
    form = {"step": "problem", "title": draft.title, "irritant": "Des sacs partout.", "themes": "mobility"}
    answer = client.post(f"/besoins/{draft.id}/rediger/problem", form | {"accept_theme": "circular_waste"})
    assert answer.status_code == 303 and answer.headers["Location"].endswith("/rediger/problem#themes")
    kept = db.session.get(Need, draft.id)
    assert kept is not None and kept.themes == ["mobility", "circular_waste"]
    assert kept.irritant == "Des sacs partout."
    form["accept_theme"] = "zut"
    assert client.post(f"/besoins/{draft.id}/rediger/problem", form).status_code == 422
