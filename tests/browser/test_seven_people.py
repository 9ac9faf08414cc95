"""A need lived by seven people, from the first word to what remains of it: what each does, what each is told, what nobody is told.

On a stack of its own: the commune publishes for the first time, so the team reads its need.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.people import COMPANIES, Person, Square
from tests.browser.seven_letters import LETTERS, TITLE
from tests.files import pdf
from tests.stack import launch, running

pytestmark = pytest.mark.browser

IRRITANT = (
    "Les corbeilles de rue débordent le dimanche près du métro : la tournée est la même pour toutes, les unes sont vides et les "
    "autres pleines dès midi. Les agents passent sans savoir lesquelles attendent."
)
OUTCOME = "Passer là où c’est plein et pas ailleurs, et garder les points sensibles propres le week-end."
POINT = "Dites sur combien de corbeilles vous voulez essayer."
CLEARER = f"{OUTCOME} Pour commencer, sur trente corbeilles autour de la gare."
QUESTION = "Les corbeilles ont-elles toutes la même serrure ?"
ANSWER = "Oui, un seul modèle de serrure sur toute la commune."
SUMMARIES = {
    "first": "Un capteur à ultrasons dans chaque corbeille, et la tournée du jour sur un écran.",
    "second": "Des corbeilles qui compactent trois fois plus et préviennent avant de déborder.",
    "third": "Un calcul de tournée chaque matin à partir des passages des agents, sans capteur.",
}
NEW_SUMMARY = (
    "Un calcul de tournée chaque matin et chaque midi à partir des passages des agents, sans capteur."
)
LONG_ANSWER = (
    "Nous commençons par trente corbeilles autour de la gare, avec une réunion de calage, puis nous revenons chaque mois mesurer "
    "avec les agents ce qui déborde encore. En service en quatre semaines."
)
DOCUMENT = "plan-des-capteurs.pdf"
PART = "Calcule chaque matin la tournée d’après les capteurs."
REFUSAL = "Vos corbeilles demandent de remplacer les nôtres, qui sont neuves."
REASON = "Un essai de six mois commence sur trente corbeilles autour de la gare."
REMAINS = "Les corbeilles ne débordent plus le dimanche ; il a fallu changer six capteurs après l’hiver."

#: Who reads the response of another, being behind it.
PARTNER_OF = {"third": ("first",)}
#: Where words of others would be, if they were anywhere.
READ_BY_ALL = ("/", "/mon-espace", "/besoins", "/mises-en-relation", "/messages", "/mon-espace/messages")
#: (what happened, which company's act or fate it is): the register that the commune takes away.
REGISTER = [
    ("Brouillon du besoin commencé", ""),
    ("Besoin soumis à relecture", ""),
    ("Besoin validé dans l’organisation", ""),
    ("Changements demandés par l’équipe", ""),
    ("Besoin soumis de nouveau", ""),
    ("Besoin validé dans l’organisation", ""),
    ("Besoin publié", ""),
    ("Question posée", ""),
    ("Réponse publiée à une question", ""),
    ("Échéance reportée", ""),
    ("Document joint", "first"),
    ("Partenaire ajouté à une réponse", "third first"),
    ("Réponse reçue", "first"),
    ("Mise en relation annoncée", "second"),
    ("Réponse reçue", "second"),
    ("Réponse reçue", "third"),
    ("Réponse modifiée", "third"),
    ("Réponse retirée par l’entreprise", "third"),
    ("Échéance atteinte", ""),
    ("Critères d’évaluation fixés", ""),
    ("Réponse ouverte", "first"),
    ("Réponse ouverte", "second"),
    ("Évaluation verrouillée", ""),
    ("Réponse présélectionnée", "first"),
    ("Réponse non retenue", "second"),
    ("Réponse retenue", "first"),
    ("Besoin conclu", ""),
    ("Retour d’expérience publié", ""),
]
#: A change of the deadline is told to everybody whom the need concerns, at once.
TOLD_OF_A_CHANGE = 4


@pytest.fixture
def square(browser: Browser, tmp_path: Path) -> Iterator[Square]:
    with running(tmp_path / "var") as stack:
        yield Square(stack)


def test_a_need_is_lived_by_seven_people_from_its_first_word_to_what_remains(
    browser: Browser, square: Square, tmp_path: Path
) -> None:
    people = {role: square.enter(browser, role) for role in square.emails}
    try:
        need_id = is_written_and_published(square, people)
        is_asked_and_answered(square, people, need_id)
        responses = is_responded_to(square, people, need_id)
        nobody_reads_a_competitor(people, responses)
        square.pass_the_deadline(need_id)
        square.hurry()
        is_evaluated(people, need_id, responses)
        is_decided_and_concluded(square, people, need_id, responses)
        nobody_reads_a_competitor(people, responses)
        square.hurry()
        for role, letters in LETTERS.items():
            assert square.letters_of(role) == letters, role
        the_register_holds_every_step(square, people["author"], need_id, tmp_path)
    finally:
        for person in people.values():
            person.context.close()


def is_written_and_published(square: Square, people: dict[str, Person]) -> int:
    """The author writes, the validator validates, the team asks for one thing, both decide again, the team publishes."""
    author, validator, curator = people["author"], people["validator"], people["curator"]
    author.begin_need()
    author.begin_to_write(IRRITANT)
    author.finish_need(TITLE, OUTCOME)
    square.hurry()
    need = square.need()
    validator.validate(need.path)
    square.hurry()
    curator.ask_changes(need.id, POINT)
    square.hurry()
    author.amend_as_asked(need.id, CLEARER)
    square.hurry()
    validator.validate(need.path)
    square.hurry()
    curator.publish(need.id)
    square.hurry()
    assert square.status_of(need.id) == "published"
    people["follower"].open(need.path)
    people["follower"].press("Suivre", "Ne plus suivre")
    return int(need.id)


def is_asked_and_answered(square: Square, people: dict[str, Person], need_id: int) -> None:
    """A company asks before the deadline; all read the answer, nobody reads who asked; the deadline moves for all at once."""
    people["first"].ask(need_id, QUESTION)
    square.hurry()
    people["author"].answer_question(need_id, ANSWER)
    square.hurry()
    for role, person in people.items():
        words = person.reads(f"/besoins/{need_id}/questions")
        assert QUESTION in words and ANSWER in words, role
        assert role == "first" or COMPANIES["first"] not in words, role
    people["validator"].extend(need_id, square.need().closes_on + timedelta(days=7))
    square.hurry()
    assert square.batches("need_extended") == [TOLD_OF_A_CHANGE]


def is_responded_to(square: Square, people: dict[str, Person], need_id: int) -> dict[str, int]:
    """One answers with a document and a partner, one is introduced, and the partner answers by itself too, writes a second version,
    then takes it back; the last two that arrive the same day are told in one message. Role → number of the response."""
    responses = {}
    people["first"].open(square.need().path)
    plan = (DOCUMENT, pdf())
    responses["first"] = people["first"].prepare_response(SUMMARIES["first"], LONG_ANSWER, plan)
    square.documents_are_checked()
    people["first"].invite_partner(responses["first"], COMPANIES["third"], PART)
    square.hurry()
    people["third"].accept_to_answer_with(COMPANIES["first"])
    square.hurry()
    assert people["third"].fetch(f"/reponses/{responses['first']}")[0] == 404, "a draft is its company’s"
    people["first"].send_response(responses["first"])
    square.hurry()
    people["curator"].introduce(square.proposal_of("second"))
    square.hurry()
    people["second"].open("/mises-en-relation")
    people["second"].follow_link(TITLE)
    responses["second"] = people["second"].write_response(SUMMARIES["second"], LONG_ANSWER)
    people["third"].open(square.need().path)
    responses["third"] = people["third"].write_response(SUMMARIES["third"], LONG_ANSWER)
    square.hurry()
    people["third"].change_response(responses["third"], NEW_SUMMARY)
    square.hurry()
    people["third"].withdraw_response(responses["third"])
    square.hurry()
    return responses


def nobody_reads_a_competitor(people: dict[str, Person], responses: dict[str, int]) -> None:
    """Of another's response there is no page, and on no page a word; a partner reads what was sent, with its document."""
    assert DOCUMENT in people["third"].reads(f"/reponses/{responses['first']}")
    for role in (*responses, "follower"):
        person, own = people[role], {role, *PARTNER_OF.get(role, ())}
        others = [(other, number) for other, number in responses.items() if other not in own]
        said = " ".join(person.reads(page) for page in READ_BY_ALL)
        for other, number in others:
            assert person.fetch(f"/reponses/{number}")[0] == 404, (role, other)
            assert SUMMARIES[other] not in said, (role, other)
        assert role == "third" or NEW_SUMMARY not in said, role


def is_evaluated(people: dict[str, Person], need_id: int, responses: dict[str, int]) -> None:
    """Two people of the commune mark, blind; once locked, each reads the other's."""
    author, validator = people["author"], people["validator"]
    author.open(f"/besoins/{need_id}/evaluation/criteres")
    author.page.get_by_role("button", name="Enregistrer les critères").click()
    author.page.wait_for_load_state()
    for person, marks in ((author, {"first": 4, "second": 3}), (validator, {"first": 4, "second": 2})):
        person.declare_no_tie(need_id)
        for role, value in marks.items():
            assert DOCUMENT in person.reads(f"/reponses/{responses['first']}")
            person.open(f"/reponses/{responses[role]}")
            person.mark(responses[role], value)
    validator.open(f"/besoins/{need_id}/evaluation/verrouiller")
    validator.press(re.compile("^Verrouiller"), "Évaluation verrouillée")
    author.open(f"/besoins/{need_id}/evaluation")
    expect(author.page.get_by_text("Moyennes de 2 personnes").first).to_be_visible()


def is_decided_and_concluded(
    square: Square, people: dict[str, Person], need_id: int, responses: dict[str, int]
) -> None:
    """One is shortlisted and the other is told why not, at one instant; the retained one and the end in one message each."""
    validator = people["validator"]
    validator.decide(
        need_id,
        {
            responses["first"]: ("Présélectionner", ""),
            responses["second"]: ("Ne pas retenir", REFUSAL),
        },
    )
    square.hurry()
    validator.decide(need_id, {responses["first"]: ("Retenir", "")})
    square.hurry()
    validator.open(f"/besoins/{need_id}/conclure")
    validator.page.get_by_label("expérimentation").first.check()
    validator.page.get_by_label("Ce que chacun doit savoir de cette décision").fill(REASON)
    validator.press("Conclure", "Besoin conclu")
    people["author"].open(f"/besoins/{need_id}/ce-qu-il-en-reste")
    people["author"].page.get_by_label("Ce qu’il en reste aujourd’hui").fill(REMAINS)
    people["author"].press("Publier ce retour", "Votre retour paraît sous le besoin")
    expect(people["author"].page.get_by_text(REMAINS)).to_be_visible()


def the_register_holds_every_step(square: Square, author: Person, need_id: int, folder: Path) -> None:
    status, text = author.fetch(f"/besoins/{need_id}/registre.csv")
    assert status == 200
    file = folder / "registre.csv"
    file.write_text(text, encoding="utf-8")
    rows = list(csv.reader(io.StringIO(text.lstrip("\ufeff")), delimiter=";"))
    roles = {name: role for role, name in COMPANIES.items()}
    told = [
        (row[2], " ".join(roles[name] for name in row[4].split(", ") if name in roles)) for row in rows[1:-1]
    ]
    assert told == REGISTER
    checked = launch("check-journal", "--register", str(file), var_dir=str(folder / "var"))
    assert checked.returncode == 0, checked.stdout + checked.stderr
