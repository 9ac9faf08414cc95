"""The sourcing register of a need: everything that happened, for the commune and the team, and nobody given away."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from pathlib import Path

import sqlalchemy as sa
from pypdf import PdfReader

from launch.journal import WHOLE, print_check, read_register
from models import Activity, ConsortiumMember, Conversation, DeclaredPurchase, Need, Organization, db
from models.calendar import today_in_paris
from models.register import TOLD
from tests.adoptions import make_interest
from tests.client import Client, shown
from tests.evaluations import make_evaluation, make_partner
from tests.factories import IRRITANT, OUTCOME, World
from tests.questions import make_question
from webapp.labelled import LABELS


def address(need: Need, ending: str = "") -> str:
    return f"/besoins/{need.id}/registre{ending}"


def table(client: Client, need: Need) -> list[list[str]]:
    """The lines of the CSV, without its heading and its foot."""
    return list(csv.reader(io.StringIO(client.get(address(need, ".csv")).text), delimiter=";"))[1:-1]


def everything(client: Client, need: Need) -> str:
    """The register in its three forms, as one text."""
    printed = PdfReader(io.BytesIO(client.get(address(need, ".pdf")).data))
    pages = " ".join(page.extract_text() for page in printed.pages)
    return " ".join(
        (shown(client.get(address(need))), client.get(address(need, ".csv")).text, " ".join(pages.split()))
    )


def test_the_register_is_a_page_a_pdf_and_a_table_whose_seals_are_those_of_the_journal(
    client: Client, world: World, tmp_path: Path
) -> None:
    shortlist = make_evaluation(world, status="shared")
    need = shortlist.need
    client.sign_in(world.bagnolet.contributor)
    page = shown(client.get(f"/besoins/{need.id}-{need.slug}"))
    assert "Registre de sourçage" in page
    whole = everything(client, need)
    for words in (
        "Besoin publié",
        "Réponse reçue",
        "Échéance atteinte",
        "Critères d’évaluation fixés",
        "Évaluation verrouillée",
    ):
        assert whole.count(words) >= 3, words
    assert "Ultrason : 4,00 sur 5" in whole and "Pertinence au besoin (poids 30)" in whole
    assert client.get(address(need, ".pdf")).data.startswith(b"%PDF")
    file = tmp_path / "registre.csv"
    file.write_bytes(client.get(address(need, ".csv")).data)
    assert print_check(read_register(file)) == WHOLE
    assert len(read_register(file)) == len(table(client, need)) + 1


def test_who_asked_a_question_is_in_no_line_of_the_register_even_for_the_team(
    client: Client, world: World
) -> None:
    question = make_question(world)
    for reader in (world.bagnolet.validator, world.curator):
        client.sign_in(reader)
        whole = everything(client, question.need)
        assert "Question posée" in whole and "une entreprise" in whole
        for secret in (
            world.startup.organization.display_name,
            world.startup.contributor.name,
            question.text,
        ):
            assert secret not in whole.replace(reader.name, "")
        line = next(row for row in table(client, question.need) if row[2] == "Question posée")
        assert line[3:6] == ["une entreprise", "", ""]


def test_two_questions_alike_have_seals_that_nobody_can_try_names_against(world: World) -> None:
    first = make_question(world)
    acts = db.session.scalars(Activity.of(first)).all()
    assert all(len(act.details["salt"]) == 32 for act in acts)
    assert len({act.details["salt"] for act in acts}) == len(acts)


def test_a_response_under_seal_is_received_from_nobody_until_the_deadline(
    client: Client, world: World
) -> None:
    need = world.need(sealed=True)
    world.response(need, world.startup, "submitted")
    taken_back = world.response(need, world.rival, "submitted")
    taken_back.withdraw(by=world.rival.contributor)
    db.session.commit()
    client.sign_in(world.bagnolet.validator)
    whole = everything(client, need)
    assert "Réponse reçue" in whole and "Ultrason" not in whole and "Autre Piste" not in whole
    need.close()
    db.session.commit()
    whole = everything(client, need)
    assert "Ultrason" in whole and "Autre Piste" not in whole
    assert [row[2] for row in table(client, need)].count("Réponse retirée par l’entreprise") == 1


def test_the_team_reads_that_an_interest_a_talk_or_a_route_took_place_and_not_whose(
    client: Client, world: World
) -> None:
    need = world.need()
    make_interest(
        world, need=need, message="Nous voudrions voir vos capteurs.", amount_estimated_cents=1234500
    )
    response = world.response(need, world.startup, "submitted")
    response.read(by=world.bagnolet.validator)
    Conversation.open(response, by=world.bagnolet.validator).write(
        by=world.bagnolet.validator, body="Venez mardi matin."
    )
    db.session.commit()
    lines = {}
    for reader in (world.bagnolet.validator, world.curator):
        client.sign_in(reader)
        whole = everything(client, need)
        assert (
            "capteurs." not in whole
            and "12 345" not in whole
            and "1234500" not in whole
            and "Venez mardi" not in whole
        )
        lines[reader.id] = {row[2]: row for row in table(client, need)}
    mine, teams = lines[world.bagnolet.validator.id], lines[world.curator.id]
    assert (
        mine.keys() == teams.keys() and {"Message échangé", "Intérêt pour une solution envoyé"} <= mine.keys()
    )
    assert (
        "Ultrason" in mine["Message échangé"][4]
        and "Une démonstration" in mine["Intérêt pour une solution envoyé"][5]
    )
    for fact in ("Message échangé", "Intérêt pour une solution envoyé"):
        assert teams[fact][3:6] == ["", "", ""] and teams[fact][6] == mine[fact][6]


def test_what_a_buyer_declares_is_a_purchase_or_an_experiment_and_its_own_people_read_which(
    client: Client, world: World
) -> None:
    need = world.need()
    buyer = {"buyer": need.organization, "by": world.bagnolet.validator, "need": need}
    DeclaredPurchase.declare(kind="experiment", supplier_name="Ultrason", **buyer)
    db.session.commit()
    client.sign_in(world.bagnolet.contributor)
    assert ["Suite déclarée", "Expérimentation"] in [[line[2], line[5]] for line in table(client, need)]
    client.sign_in(world.curator)
    assert "Expérimentation" not in everything(client, need)


def test_a_draft_response_and_what_the_matcher_proposes_are_no_line(client: Client, world: World) -> None:
    need = world.need()
    world.match(need=need)
    world.response(need, world.startup, "draft")
    client.sign_in(world.bagnolet.validator)
    assert {row[2] for row in table(client, need)} <= set(map(str, LABELS["register"].values()))
    assert "Ultrason" not in everything(client, need)


def test_each_act_that_is_a_line_has_its_words() -> None:
    assert {f"{kind}.{act}" for kind, acts in TOLD.items() for act in acts} == set(LABELS["register"])


def test_suppliers_and_other_communes_find_no_register(client: Client, world: World) -> None:
    need = world.need()
    for reader in (world.startup.contributor, world.bondy.org_admin):
        client.sign_in(reader)
        for ending in ("", ".pdf", ".csv"):
            assert client.get(address(need, ending)).status_code in (403, 404)


def test_the_register_names_a_partner_from_the_moment_when_the_commune_reads_the_response(
    client: Client, world: World
) -> None:
    member = make_partner(world, "accepted")
    response, other = member.response, world.company("Zèbre")
    gone = ConsortiumMember.invite(
        response, organization=other.organization, part="Entretient les capteurs.", by=response.author
    )
    gone.accept(by=other.contributor)
    gone.leave(by=other.contributor)
    client.sign_in(world.bagnolet.contributor)
    assert "Autre Piste" not in everything(client, response.need), "the response is not sent yet"
    response.submit(by=response.author)
    member.leave(by=world.rival.contributor)
    for person in (world.bagnolet.contributor, world.curator):
        client.sign_in(person)
        lines = [row for row in table(client, response.need) if "Partenaire" in row[2]]
        assert [row[2] for row in lines] == [
            "Partenaire ajouté à une réponse",
            "Partenaire parti d’une réponse",
        ]
        assert all(row[3] == "" and row[4] == "Autre Piste, Ultrason" for row in lines)
        assert "Zèbre" not in everything(client, response.need), "it was gone before anybody could read it"


def test_the_register_says_that_a_need_was_validated_by_its_author_alone(
    client: Client, world: World
) -> None:
    alone = world.user("Seule")
    query = sa.select(Organization).where(
        Organization.kind == "commune", Organization.display_name.contains("Gentilly")
    )
    organization = db.session.scalars(query).one()
    organization.claim(by=alone)
    organization.verify(by=world.curator)
    need = Need.draft(
        organization=organization, by=alone, title="Des bancs qui cassent chaque hiver", irritant=IRRITANT,
        expected_outcome=OUTCOME, themes=["mobility"], closes_on=today_in_paris() + timedelta(days=30),
    )  # fmt: skip
    need.submit(by=alone)
    client.sign_in(alone)
    page = shown(client.get(f"/besoins/{need.id}-{need.slug}"))
    assert "vous êtes seul validateur" in page and "le journal dira qu’il n’y a eu qu’un regard" in page
    assert client.post(f"/besoins/{need.id}/valider").status_code == 303
    for person in (alone, world.curator):
        client.sign_in(person)
        assert "Décidé par la personne qui l’a écrit, seule à valider" in everything(client, need)
