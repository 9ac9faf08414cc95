"""Solutions on the web: the catalogue, a page, its two steps, the team's answer, and what comes after."""

from __future__ import annotations

import re
from typing import Any

import pytest
import sqlalchemy as sa

from models import Organization, Solution, db
from models.solution import FRESH_FOR
from tests.client import Client, shown
from tests.factories import HOW, World, owed
from webapp.filters import day

PRESENTATION = {
    "step": "presentation",
    "title": "Sondes qui disent quand une corbeille est pleine",
    "pitch": "Un capteur posé en cinq minutes prévient l’équipe de propreté.",
    "how_it_works": HOW,
    "themes": ["circular_waste"],
    "maturity": "M8",
}


def elements(page: str) -> int:
    """How many elements a browser makes of ``page``, what is inside a drawing not counted."""
    return len(re.findall(r"<[a-z]", re.sub(r"<svg.*?</svg>", "<svg>", page, flags=re.DOTALL)))


def page_of(solution: Solution) -> str:
    return f"/solutions/{solution.id}-{solution.slug}"


def latest() -> Solution:
    return db.session.scalars(sa.select(Solution).order_by(Solution.id.desc()).limit(1)).one()


NOVELTY = {
    "innovation_note": "Rien ne la vide plus tôt que le capteur ne le dit.",
    "evidence": [{"figure": "3 tournées de moins sur 10", "source": "Ville de Bagnolet", "year": 2025}],
}


@pytest.fixture
def company(client: Client, world: World) -> Client:
    return client.sign_in(world.startup.contributor)


# ------------------------------------------------------------------ the catalogue


def test_anybody_reads_the_catalogue_and_drafts_are_not_in_it(client: Client, world: World) -> None:
    world.solution(title="Compacteurs solaires reliés")
    world.solution(status="draft", title="Un brouillon de fiche")
    world.solution(status="suspended", title="Une fiche suspendue hier")
    shown = client.get("/solutions").text
    assert "Compacteurs solaires" in shown and "1 solution" in shown
    assert "Un brouillon de fiche" not in shown and "Une fiche suspendue" not in shown


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("theme=mobility", True), ("theme=circular_waste", False), ("maturity=M5", True), ("maturity=M7", False),
        ("q=TROTTINETTES+rangees", True), ("q=ultrason", True), ("q=parapluie", False), ("theme=x&maturity=M99", True),
    ],
)  # fmt: skip
def test_each_filter_keeps_what_it_says(client: Client, world: World, query: str, expected: bool) -> None:
    world.solution(title="Trottinettes rangées d’elles-mêmes", themes=["mobility"], maturity="M6")
    assert ("Trottinettes rangées" in client.get(f"/solutions?{query}").text) is expected


def test_solutions_of_a_commune_are_those_of_organisations_seated_there(client: Client, world: World) -> None:
    solution = world.solution(title="Une solution dont le siège est à Bondy")
    solution.organization.territory = world.bondy.organization.territory
    db.session.commit()
    for commune in ("Bondy", "bondy", "93010"):
        assert solution.title in shown(client.get(f"/solutions?commune={commune}")), commune
    assert solution.title not in shown(client.get("/solutions?commune=Bagnolet"))


def test_meaning_orders_the_list_and_what_is_not_public_stays_out(
    client: Client, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = (
        world.solution(title="Compacteurs solaires reliés"),
        world.solution(title="Sondes à poubelles bavardes"),
    )
    hidden = world.solution(status="draft", title="Un brouillon de fiche")
    found = [[second.id, 0.9], [hidden.id, 0.8], [first.id, 0.7], [999_999, 0.1]]
    answer = {"solutions": {"close": True, "found": found}}
    monkeypatch.setattr("webapp.search.queries.ask", lambda question, **arguments: answer)
    shown = client.get("/solutions?q=ordures").text
    assert "Cherchées par le sens" in shown and "Un brouillon" not in shown
    assert shown.index("Sondes à poubelles") < shown.index("Compacteurs solaires")


def test_a_list_asked_with_nonsense_is_a_page_all_the_same(client: Client) -> None:
    for query in ("page=99999999999999999999", "page=abc", "q=%00%01", "q=" + "é" * 5000, "q=%25%27%22%3C"):
        assert client.get(f"/solutions?{query}").status_code == 200, query


def test_an_empty_catalogue_says_what_to_do_first(client: Client) -> None:
    assert "Proposer une solution" in client.get("/solutions").text


# ------------------------------------------------------------------ one page


def test_a_page_says_in_words_what_a_commune_asks(client: Client, world: World) -> None:
    solution = world.solution(
        problem_solved="Les tournées partent à l’aveugle.", deployment_weeks=4, data_hosting="FR", accessibility="partial",
        uses_ai=True, ai_note="Prévoit le remplissage ; un agent décide.", price_unit="per_year", places=["street"],
    )  # fmt: skip
    shown = client.get(page_of(solution)).text
    for words in (
        "Les tournées partent", "4 semaines", "hébergées en France", "Partiellement conforme", "un agent décide",
        "par an", "voirie", "Produit qualifié", "a été confirmée le", world.startup.organization.display_name,
    ):  # fmt: skip
        assert words in shown, words
    assert client.get(f"/solutions/{solution.id}-autre-chose").location == page_of(solution)


def test_a_stale_page_says_that_nobody_confirmed_it(client: Client, world: World) -> None:
    solution = world.solution(status="stale")
    assert "pas été confirmée depuis plus d’un an" in client.get(page_of(solution)).text
    client.sign_in(world.startup.contributor)
    assert "Oui, elle est à jour" in client.get(page_of(solution)).text
    client.post(f"/solutions/{solution.id}/confirmer")
    assert solution.status == "published"


def test_what_is_not_online_exists_for_its_members_only(client: Client, world: World) -> None:
    draft = world.solution(status="draft")
    assert client.get(page_of(draft)).status_code in (303, 404)
    assert client.sign_in(world.rival.contributor).get(page_of(draft)).status_code == 404
    assert client.post(f"/solutions/{draft.id}/envoyer").status_code == 404
    assert client.sign_in(world.startup.contributor).get(page_of(draft)).status_code == 200


# ------------------------------------------------------------------ writing


def test_a_company_writes_a_page_in_two_steps_and_sends_it(company: Client, world: World) -> None:
    assert "deux pages courtes" in company.get("/solutions/nouvelle").text
    first = company.post("/solutions/nouvelle").location
    again = company.post("/solutions/nouvelle").location
    assert first == again, "pressed twice, the empty draft is found again"
    solution = latest()
    answer = company.post(first, PRESENTATION)
    assert answer.location == f"/solutions/{solution.id}/rediger/practical"
    answer = company.post(
        answer.location,
        {
            "step": "practical",
            "price_from_cents": "12 000 €",
            "price_unit": "per_year",
            "deployment_weeks": "4",
            "places": ["street"],
        },
    )
    assert answer.location == f"/solutions/{solution.id}/rediger/review"
    assert solution.price_from_cents == 1_200_000 and solution.places == ["street"]
    assert "Envoyer à l’équipe" in company.get(answer.location).text
    company.post(f"/solutions/{solution.id}/envoyer")
    assert solution.status == "in_review" and "solution_in_review" in owed(world.curator)
    company.post(f"/solutions/{solution.id}/envoyer")  # pressed twice
    assert solution.status == "in_review"
    company.post(f"/solutions/{solution.id}/reprendre")
    assert solution.status == "draft"


def test_what_is_missing_is_listed_with_links_and_nothing_is_sent(company: Client, world: World) -> None:
    solution = world.solution(status="draft", title="Court", pitch="")
    review = f"/solutions/{solution.id}/rediger/review"
    shown = company.get(review).text
    assert (
        "Il manque encore" in shown
        and f"/solutions/{solution.id}/rediger#pitch" in shown
        and "Envoyer à l’équipe" not in shown
    )
    assert company.post(f"/solutions/{solution.id}/envoyer").location == review and solution.status == "draft"


def test_what_shows_the_novelty_is_read_again_by_the_company_then_by_the_team(
    client: Client, world: World
) -> None:
    solution = world.solution(status="draft", **NOVELTY)
    client.sign_in(world.startup.contributor)
    mine = shown(client.get(f"/solutions/{solution.id}/rediger/review"))
    solution.submit(by=world.startup.contributor)
    db.session.commit()
    client.sign_in(world.curator)
    for page in (mine, shown(client.get(f"/curation/solutions/{solution.id}"))):
        assert "3 tournées de moins sur 10" in page and "Ville de Bagnolet" in page
        assert "Rien ne la vide plus tôt" in page


@pytest.mark.parametrize("page", ["/", "/solutions"])
def test_a_company_that_only_visits_is_shown_where_to_propose_its_solution(
    client: Client, world: World, page: str
) -> None:
    world.solution()
    assert 'href="/solutions/nouvelle"' in client.get(page).text


def test_without_charter_or_verification_one_may_write_and_is_told_what_to_do(
    client: Client, world: World
) -> None:
    founder = world.user("Max")
    organization = Organization.create(kind="startup", name="Jeune Pousse", by=founder)
    db.session.commit()
    client.sign_in(founder)
    assert "la charte soit signée" in client.get("/solutions/nouvelle").text
    client.post("/solutions/nouvelle")
    shown = client.get(f"/solutions/{latest().id}/rediger/review").text
    assert "Un signataire de votre organisation doit d’abord signer la charte." in shown
    assert "doit d’abord vérifier votre organisation" in shown and organization.display_name in shown


def test_a_draft_saves_itself_even_unfinished(company: Client, world: World) -> None:
    solution = world.solution(status="draft")
    address = f"/solutions/{solution.id}/brouillon"
    answer = company.post(address, {"step": "presentation", "title": "Un", "pitch": "", "themes": []})
    assert answer.status_code == 200 and "Enregistré" in answer.text
    assert solution.title == "Un" and solution.themes == [] and solution.how_it_works == HOW, (
        "what was not sent is left alone"
    )
    answer = company.post(address, {"step": "presentation", "title": "t" * 500, "pitch": "Gardé quand même."})
    assert answer.status_code == 422 and "Pas enregistré" in answer.text
    assert solution.title == "Un" and solution.pitch == "Gardé quand même."
    answer = company.post(address, {"title": "Sans dire l’étape"})
    assert answer.status_code == 200 and solution.title == "Sans dire l’étape" and solution.maturity == "M8"


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("how_it_works", "a" * 1_000_000, "dépasse 4"),
        ("title", "Sondes\x07 pour corbeilles", "caractères invisibles"),
        ("themes", ["n_importe"], "Choisissez parmi"),
        ("themes", ["mobility", "circular_waste", "public_space", "energy"], "3 thèmes au plus"),
        ("maturity", "M99", "Choisissez une valeur de la liste"),
    ],
)
def test_bad_input_gets_a_sentence_and_is_given_back(
    company: Client, world: World, field: str, value: Any, sentence: str
) -> None:
    solution = world.solution(status="draft")
    answer = company.post(f"/solutions/{solution.id}/rediger", {**PRESENTATION, field: value})
    assert answer.status_code == 422 and sentence in answer.text
    assert PRESENTATION["pitch"] in answer.text
    assert solution.title == "Sondes à ultrasons pour corbeilles de rue"


def test_markup_is_text_and_a_price_must_be_a_number(company: Client, world: World) -> None:
    solution = world.solution(status="draft")
    company.post(
        f"/solutions/{solution.id}/rediger",
        {**PRESENTATION, "pitch": "<script>alert(1)</script> et plus de vingt"},
    )
    assert "<script>alert" not in company.get(page_of(solution)).text
    answer = company.post(
        f"/solutions/{solution.id}/rediger/practical", {"step": "practical", "price_from_cents": "cher"}
    )
    assert answer.status_code == 422 and "Écrivez un montant" in answer.text and "cher" in answer.text
    assert company.get(f"/solutions/{solution.id}/rediger/nulle-part").status_code == 404


def test_the_team_s_comment_is_shown_and_the_page_sent_again(company: Client, world: World) -> None:
    solution = world.solution(status="changes_requested")
    for address in (page_of(solution), f"/solutions/{solution.id}/rediger"):
        assert "Donnez un prix indicatif." in company.get(address).text
    company.post(f"/solutions/{solution.id}/renvoyer")
    assert solution.status == "in_review"


# ------------------------------------------------------------------ once online


def everything(solution: Solution, **changes: Any) -> dict[str, Any]:
    """What the form of a page online sends."""
    fields = {
        "title": solution.title, "pitch": solution.pitch, "problem_solved": solution.problem_solved,
        "how_it_works": solution.how_it_works, "themes": solution.themes, "maturity": solution.maturity,
        "price_from_cents": "9000", "price_unit": solution.price_unit,
    }  # fmt: skip
    return {**fields, **changes}


def test_practical_matters_change_at_once_and_the_substance_waits(company: Client, world: World) -> None:
    solution = world.solution()
    address = f"/solutions/{solution.id}/modifier"
    assert "changent tout de suite" in company.get(address).text
    before = solution.title
    company.post(
        address, everything(solution, deployment_weeks="6", title="Sondes pour toutes les corbeilles")
    )
    assert solution.deployment_weeks == 6 and solution.title == before
    assert solution.proposed_changes == {"title": "Sondes pour toutes les corbeilles"}
    assert "solution_in_review" in owed(world.curator)
    shown = company.get(address).text
    assert "Sondes pour toutes les corbeilles" in shown and "attend déjà l’équipe" in shown
    assert "attendent l’équipe" in company.get(page_of(solution)).text


def test_a_change_of_nothing_or_to_nothing_is_said_and_given_back(company: Client, world: World) -> None:
    solution = world.solution()
    address = f"/solutions/{solution.id}/modifier"
    answer = company.post(address, everything(solution))
    assert answer.status_code == 422 and "Rien n’a changé" in answer.text
    answer = company.post(address, everything(solution, title="Court", how_it_works="Bref.", themes=[]))
    assert (
        answer.status_code == 422
        and "de 10 à 120" in answer.text
        and "Bref." in answer.text
        and solution.proposed_changes is None
    )
    answer = company.post(address, everything(solution, price_to_cents="100"))
    assert answer.status_code in (303, 422)


def test_the_page_that_changes_everything_stays_small_even_refused(company: Client, world: World) -> None:
    solution = world.solution(status="published")
    address = f"/solutions/{solution.id}/modifier"
    company.post(address, everything(solution, title="Sondes pour toutes les corbeilles"))
    refused = company.post(address, everything(solution, price_from_cents="cher"))
    assert refused.status_code == 422
    page = shown(refused)
    said_by_script = page.count("data-limit")  # what is left to type is told to screen readers too
    assert elements(page) + said_by_script <= 350
    practical = page[page.index("Ce qu’elle coûte") :]
    assert page.count("Rien n’est obligatoire ici") == 1 and "(facultatif)" not in practical


def test_taking_a_page_off_asks_once(company: Client, world: World) -> None:
    solution = world.solution()
    match = world.match(solution=solution)
    address = f"/solutions/{solution.id}/retirer"
    assert "Retirer cette fiche" in company.get(address).text and solution.status == "published"
    company.post(address)
    assert solution.status == "archived" and match.status == "void"
    assert company.post(address).status_code == 303
    company.forget()
    assert company.get(page_of(solution)).status_code in (303, 404)


def test_pages_answer_in_every_status_and_stay_small(company: Client, world: World) -> None:
    for number in range(20):
        world.solution(title=f"Une solution parmi vingt, la {number}", price_from_cents=100)
    things = [
        world.solution(status=status)
        for status in (
            "draft",
            "in_review",
            "changes_requested",
            "published",
            "stale",
            "suspended",
            "archived",
        )
    ]
    addresses = ["/solutions", "/solutions/nouvelle"]
    for thing in things:
        addresses += [page_of(thing), f"/solutions/{thing.id}/retirer", f"/solutions/{thing.id}/modifier"]
        addresses += [
            f"/solutions/{thing.id}/rediger",
            f"/solutions/{thing.id}/rediger/practical",
            f"/solutions/{thing.id}/rediger/review",
        ]
    for address in addresses:
        answer = company.get(address)
        assert answer.status_code in (200, 303), address
        assert elements(answer.text) <= 350, address


def test_the_page_says_the_day_from_which_its_year_runs_and_never_two_things_that_disagree(
    client: Client, world: World
) -> None:
    solution = world.solution(status="stale")
    assert solution.fresh_until is not None
    since = day(solution.fresh_until - FRESH_FOR)
    assert f"a été confirmée le {since}" in shown(client.get(page_of(solution)))
    client.sign_in(world.startup.contributor)
    assert "vérifiez auprès de l’entreprise" not in shown(client.get(page_of(solution))), "it is the company"
