"""Search by meaning and the panels beside a text, with the real encoder and the real index behind the pages."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from flask import Flask

from matching.encoder import SentenceTransformerEncoder
from models import Base, Need, Solution, db
from models.choices import NEED_STATES, NeedChoices, SolutionChoices
from tests.client import Client, shown
from tests.factories import World
from tests.live import WorkerHere

pytestmark = pytest.mark.encoder

HEAT = "La cour de l’école est une fournaise dès le mois de juin : plus d’ombre, un sol qui brûle, des enfants malades."
SHADE = {
    "title": "Voiles d’ombrage repliables pour cours d’école",
    "pitch": "Des toiles tendues qui donnent de l’ombre et de la fraîcheur aux enfants dans la cour.",
    "how_it_works": "Des mâts, des toiles, une heure de pose : la cour de l’école perd dix degrés en juin et le sol ne brûle plus. " * 2,
    "themes": ["climate_nature"],
}  # fmt: skip


@pytest.fixture(scope="session")
def bundled() -> SentenceTransformerEncoder:
    return SentenceTransformerEncoder()


@pytest.fixture
def worker(app: Flask, bundled: SentenceTransformerEncoder) -> Iterator[WorkerHere]:
    here = WorkerHere(app, bundled)
    yield here
    here.leave()


# ------------------------------------------------------------------ search


def test_meaning_finds_what_shares_no_word_and_says_that_it_did(
    client: Client, world: World, worker: WorkerHere
) -> None:
    world.solution(**SHADE)
    world.solution()
    page = client.get("/recherche?q=trop chaud pour les élèves dans la cour").text
    assert "par le sens" in page
    assert page.index("Voiles d’ombrage") < page.find("Sondes à ultrasons") or "Sondes" not in page
    worker.late = True
    assert "Cherché par les mots" in client.get("/recherche?q=ombrage").text


def test_a_filter_chooses_before_the_ranking_however_many_are_closer(
    client: Client, world: World, worker: WorkerHere
) -> None:
    """A hundred closer ones elsewhere must not push the only one of this commune, or of this theme, out of the list."""
    for number in range(110):
        need = Need.draft(
            organization=world.bagnolet.organization, by=world.bagnolet.contributor,
            title=f"La cour de l’école est trop chaude en juin, {number}", irritant=HEAT, themes=["climate_nature"],
        )  # fmt: skip
        need.status = "published"
    one = world.need(
        world.bondy,
        title="Un préau où il fait chaud",
        irritant="Les élèves ont chaud dès la fin du mois de mai sous ce toit.",
        themes=["youth_education"],
    )
    db.session.commit()
    worker.catch_up()
    for filters in ("commune=Bondy", "theme=youth_education", "status=all&theme=youth_education"):
        page = client.get(f"/besoins?q=cour d’école trop chaude&{filters}").text
        assert one.title in page and "Cherché" in page, filters
        assert "La cour de l’école est trop chaude en juin" not in page, filters


def test_all_of_one_commune_are_found_and_not_three(client: Client, world: World, worker: WorkerHere) -> None:
    for place in ("Jaurès", "Pasteur", "Curie", "Hugo", "Zola"):
        world.need(world.bondy, title=f"Il fait trop chaud dans la cour de l’école {place}", irritant=HEAT)
    world.need(title="Une autre cour d’école trop chaude", irritant=HEAT)
    worker.catch_up()
    assert "5 besoins" in client.get("/besoins?q=cour d’école chaude&commune=Bondy").text


def test_the_worker_chooses_exactly_what_the_page_lists(app: Flask, world: World, worker: WorkerHere) -> None:
    """Every state and filter: what is ranked for words that all have is what the page without words shows."""
    for status in ("published", "closed", "withdrawn", "concluded", "draft"):
        world.need(world.bondy, status, irritant=HEAT)
    world.need(title="Réservé aux membres", irritant=HEAT, visible_to_members_only=True, maturity_min="M8")
    solutions = [world.solution(maturity="M5"), world.solution(themes=["mobility"])]
    world.solution(status="draft")
    db.session.commit()
    for state in NEED_STATES:
        for extra in (
            {},
            {"for_members": True},
            {"maturity": "M5"},
            {"deadline": "30"},
            {"commune": "Bondy"},
        ):
            choices = NeedChoices(status=state, **extra)
            listed = set(
                db.session.scalars(choices.select().with_only_columns(Need.id).where(Need.irritant == HEAT))
            )
            answer = worker.ask("search", {"text": "la cour brûle", "needs": choices.as_json()}, 1)
            assert {n for n, _ in answer["needs"]["found"]} == listed, choices
    for chosen in (SolutionChoices(), SolutionChoices(theme="mobility"), SolutionChoices(maturity="M6")):
        listed = set(db.session.scalars(chosen.select().with_only_columns(Solution.id)))
        answer = worker.ask("search", {"text": "corbeilles", "solutions": chosen.as_json()}, 1)
        assert {n for n, _ in answer["solutions"]["found"]} == listed, chosen
    assert len(solutions) == 2


def test_pages_follow_each_other_without_repeating_or_losing_anything(
    client: Client, world: World, worker: WorkerHere
) -> None:
    for number in range(45):
        solution = Solution.draft(
            organization=world.startup.organization, by=world.startup.contributor, **(SHADE | {"title": f"Voile numéro {number:02}"}),
        )  # fmt: skip
        solution.status = "published"
    db.session.commit()
    worker.catch_up()
    for late in (False, True):
        worker.late = late
        address, seen = "?q=ombre", []
        while address:
            page = client.get(f"/solutions{address}").text
            seen += re.findall(r"Voile numéro \d\d", page)
            following = re.search(r'rel="next" href="([^"]+)"', page)
            address = following[1].replace("&amp;", "&") if following else ""
            worker.late = False  # it comes back: pages begun by words go on by words
        assert len(seen) == len(set(seen)) == 45


def test_when_nothing_is_near_the_pages_say_so_and_what_would_help(
    client: Client, world: World, worker: WorkerHere
) -> None:
    world.solution(), world.need()
    for address in ("/recherche", "/solutions", "/besoins"):
        page = client.get(f"{address}?q=chirurgie esthétique").text
        assert "ien d’assez proche aujourd’hui" in page and "un mot du métier" in page, address


# ------------------------------------------------------------------ beside a text


def test_beside_a_need_stand_its_likes_and_what_is_found_today_without_javascript(
    client: Client, world: World, worker: WorkerHere
) -> None:
    world.solution(**SHADE)
    world.need(world.bondy, title="Cour d’école : 45 degrés au sol", irritant=HEAT, themes=["climate_nature"])
    world.need(title="Notre autre cour d’école brûlante", irritant=HEAT, themes=["climate_nature"])
    draft = world.need(
        status="draft", title="La cour de l’école brûle", irritant=HEAT, themes=["climate_nature"]
    )
    client.sign_in(world.bagnolet.contributor)
    page = shown(client.get(f"/besoins/{draft.id}/rediger/problem"))
    beside = page[page.index("<aside") :]
    assert "Qui a déjà ce problème" in beside and "Cour d’école : 45 degrés" in beside
    assert "Ce que l’on trouve aujourd’hui" in beside and "Voiles d’ombrage" in beside
    assert "Notre autre cour" not in beside, "one’s own needs answer nothing"


def test_beside_a_solution_stand_needs_it_would_answer_and_pages_nearly_the_same(
    client: Client, world: World, worker: WorkerHere
) -> None:
    world.need(title="Cour d’école : 45 degrés au sol", irritant=HEAT, themes=["climate_nature"])
    world.need(title="Cour d’école close", irritant=HEAT, themes=["climate_nature"], status="closed")
    world.solution(world.rival, **SHADE)
    draft = world.solution(
        status="draft", **(SHADE | {"title": "Toiles d’ombre repliables pour la cour d’école"})
    )
    client.sign_in(world.startup.contributor)
    page = shown(client.get(f"/solutions/{draft.id}/rediger"))
    beside = page[page.index("<aside") :]
    assert "Ces besoins vous correspondraient" in beside and "Cour d’école : 45 degrés" in beside
    assert "Cour d’école close" not in beside, "only open needs can be answered"
    assert "Solutions proches de la vôtre" in beside and "Voiles d’ombrage" in beside


def test_the_panels_follow_what_is_typed_and_never_what_may_not_be_read(
    client: Client, world: World, worker: WorkerHere
) -> None:
    secret = {"irritant": HEAT, "themes": ["climate_nature"]}
    world.need(world.bondy, "draft", title="Un brouillon de Bondy", **secret)
    world.need(world.bondy, title="Réservé aux membres", visible_to_members_only=True, **secret)
    draft = world.need(status="draft")
    client.sign_in(world.bagnolet.contributor)
    typed = {"title": "La cour brûle", "irritant": HEAT + "😀" * 9000, "themes": "climate_nature"}
    answer = client.post(f"/besoins/{draft.id}/apercu", typed)
    assert answer.status_code == 200 and "<html" not in answer.text
    assert "Réservé aux membres" in answer.text and "Un brouillon de Bondy" not in answer.text
    solution = world.solution(status="draft")
    lonely = Client(client.application).sign_in(
        world.company("Pas encore vérifiée", verified=False).contributor
    )
    mine = world.solution(world.company("Nouvelle", verified=False), status="draft")
    assert lonely.post(f"/solutions/{mine.id}/apercu", typed).status_code in (403, 404)
    client.sign_in(world.startup.contributor)
    assert "Réservé aux membres" in client.post(f"/solutions/{solution.id}/apercu", SHADE).text


def test_a_late_answer_leaves_the_panel_as_it_was(client: Client, world: World, worker: WorkerHere) -> None:
    draft = world.need(status="draft")
    client.sign_in(world.bagnolet.contributor)
    worker.late = True
    answer = client.post(f"/besoins/{draft.id}/apercu", {"irritant": HEAT})
    assert (answer.status_code, answer.text) == (204, "")
    assert "n’a pas répondu à temps" in client.get(f"/besoins/{draft.id}/rediger/problem").text


def test_three_words_are_not_compared_and_a_text_without_equal_says_what_would_help(
    client: Client, world: World, worker: WorkerHere
) -> None:
    world.solution()
    draft = world.need(status="draft", title="", irritant="", expected_outcome="")
    client.sign_in(world.bagnolet.contributor)
    few = client.post(f"/besoins/{draft.id}/apercu", {"irritant": "Trop chaud."}).text
    assert "Écrivez quelques mots" in few and worker.asked == []
    alone = client.post(f"/besoins/{draft.id}/apercu", {"irritant": HEAT}).text
    assert alone.count("Rien d’assez proche aujourd’hui") == 2 and "un mot du métier" in alone


def test_themes_are_offered_from_the_text_three_at_most_and_never_ticked(
    client: Client, world: World, worker: WorkerHere
) -> None:
    draft = world.need(status="draft", themes=[])
    client.sign_in(world.bagnolet.contributor)
    page = client.get(f"/besoins/{draft.id}/rediger/problem").text
    offers = re.findall(r'name="accept_theme" value="(\w+)"', page)
    assert 1 <= len(offers) <= 3 and {"circular_waste", "public_space"} & set(offers)
    assert " checked" not in page[page.index('<fieldset class="field choices" id="themes"') :]
    typed = {"step": "problem", "title": draft.title, "irritant": draft.irritant}
    taken = client.post(f"/besoins/{draft.id}/apercu", typed | {"themes": offers[0]}).text
    assert f'value="{offers[0]}"' not in taken, "what is chosen is not offered again"
    full = client.post(
        f"/besoins/{draft.id}/apercu", typed | {"themes": ["mobility", "energy", "culture_heritage"]}
    )
    assert "accept_theme" not in full.text, "the form takes three"


# ------------------------------------------------------------------ what is not kept


def test_what_is_searched_or_typed_beside_a_form_is_kept_nowhere_in_the_database_or_the_logs(
    client: Client, world: World, worker: WorkerHere, caplog: pytest.LogCaptureFixture
) -> None:
    draft = world.need(status="draft")
    client.sign_in(world.bagnolet.contributor)
    for late in (False, True):
        worker.late = late
        for address in ("/recherche", "/besoins", "/solutions"):
            assert client.get(f"{address}?q=girafes+zinzolines").status_code == 200
        client.post(f"/besoins/{draft.id}/apercu", {"irritant": "Des girafes zinzolines " * 9})
    assert len(worker.asked) == 4
    assert "zinzoline" not in caplog.text
    kept = [
        str(row).lower()
        for table in Base.metadata.sorted_tables
        for row in db.session.execute(sa.select(table))
    ]
    assert not [row for row in kept if "zinzoline" in row]
    for (
        question,
        arguments,
    ) in worker.asked:  # the organisation of a draft hides its own things; nobody’s name or number
        told = str(arguments)
        assert not {"user", "person", "author", "session", "address"} & set(arguments), question
        assert world.bagnolet.contributor.email not in told and world.bagnolet.contributor.name not in told
