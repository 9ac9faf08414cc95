"""The commune marks responses on pages that lose nothing, shows nobody’s marks before the lock, and takes a report away."""

from __future__ import annotations

import csv
import io
import zipfile
from fractions import Fraction

import pytest
from pypdf import PdfReader

from models import Activity, Response, Shortlist, db
from tests.client import Client, shown
from tests.evaluations import WHY, make_compared, make_evaluation, mark_all
from tests.factories import World


def _sheet(shortlist: Shortlist, value: str = "4", comment: str = "") -> dict[str, str]:
    return {f"mark_{c.id}": value for c in shortlist.criteria} | {
        f"comment_{c.id}": comment for c in shortlist.criteria
    }


def test_a_commune_fixes_its_criteria_declares_its_ties_marks_locks_and_shares(
    client: Client, world: World
) -> None:
    need = make_compared(world)
    page = f"/besoins/{need.id}/evaluation"
    client.sign_in(world.bagnolet.contributor)
    assert "Fixer les critères" in shown(client.get(page))
    offered = {"label_0": "Pertinence au besoin", "weight_0": "60", "label_1": "Coût", "weight_1": "40"}
    assert client.post(f"{page}/criteres", offered).location.endswith(page)
    first, second = [response.id for response in db.session.scalars(Response.received(need))]
    assert client.get(f"/reponses/{first}/notes").location.endswith("/evaluation/liens")
    client.post(f"{page}/liens", {"conflict": "no"})
    assert "Commencer à noter" in shown(client.get(page))
    shortlist = Shortlist.of(need)
    assert shortlist is not None
    sent = client.post(f"/reponses/{first}/notes", _sheet(shortlist))
    assert sent.location.endswith(f"/reponses/{second}/notes")
    assert "1 réponse sur 2 notée" in shown(client.get(page))
    client.post(f"/reponses/{second}/notes", _sheet(shortlist, "3"))
    client.sign_in(world.bagnolet.validator)
    before = shown(client.get(page))
    assert "Une personne a commencé à noter" in before and "4,00" not in before
    client.post(f"{page}/verrouiller")
    after = shown(client.get(page))
    assert "4,00" in after and "3,00" in after and "Verrouillée" in after
    client.post(f"{page}/verser")
    assert "Rapport au registre" in shown(client.get(page))


def test_nobody_reads_the_marks_of_a_colleague_before_the_lock(client: Client, world: World) -> None:
    shortlist = make_evaluation(world)
    response = shortlist.responses()[0]
    mark_all(shortlist, response, world.bagnolet.contributor, 5)
    client.sign_in(world.bagnolet.validator)
    for page in (f"/besoins/{shortlist.need_id}/evaluation", f"/reponses/{response.id}/notes"):
        text = client.get(page).text
        assert WHY not in text and "checked" not in text
    for ending in ("pdf", "xlsx", "csv"):
        answer = client.get(f"/besoins/{shortlist.need_id}/evaluation/rapport.{ending}")
        assert answer.status_code == 303
    client.sign_in(world.bagnolet.contributor)
    assert WHY in client.get(f"/reponses/{response.id}/notes").text


def test_a_validator_locks_without_who_never_finishes_and_the_journal_says_for_how_many(
    client: Client, world: World
) -> None:
    shortlist = make_evaluation(world)
    first, second = shortlist.responses()
    for response in (first, second):
        mark_all(shortlist, response, world.bagnolet.validator, 3)
    mark_all(shortlist, first, world.bagnolet.contributor, 5)
    page = f"/besoins/{shortlist.need_id}/evaluation/verrouiller"
    client.sign_in(world.bagnolet.validator)
    assert "n’ont pas fini de noter" in shown(client.get(page))
    assert "n’a pas fini" in shown(client.post(page, {"unfinished": "wait"}))
    assert client.post(page, {"unfinished": "without"}).status_code == 303
    kept = db.session.get(Shortlist, shortlist.id)
    assert kept is not None and kept.is_locked and kept.panel == [world.bagnolet.validator.id]
    assert {result.total for result in kept.results()} == {Fraction(3)}
    assert list(db.session.scalars(Activity.of(kept)))[-1].details["left_out"] == 1


def test_nobody_locks_without_anybody_who_finished(client: Client, world: World) -> None:
    shortlist = make_evaluation(world)
    mark_all(shortlist, shortlist.responses()[0], world.bagnolet.contributor, 5)
    client.sign_in(world.bagnolet.validator)
    page = f"/besoins/{shortlist.need_id}/evaluation/verrouiller"
    assert "n’a pas fini" in shown(client.post(page, {"unfinished": "without"}))
    assert not Shortlist.of(shortlist.need).is_locked


def test_an_unfinished_sheet_is_kept_and_says_what_it_lacks(client: Client, world: World) -> None:
    shortlist = make_evaluation(world)
    response, criterion = shortlist.responses()[0], shortlist.criteria[0]
    page = f"/reponses/{response.id}/notes"
    client.sign_in(world.bagnolet.contributor)
    saved = client.post(
        f"{page}/brouillon", {f"mark_{criterion.id}": "5", f"comment_{criterion.id}": "Très bien"}
    )
    assert saved.status_code == 200 and "Enregistré" in saved.text
    refused = client.post(f"{page}/brouillon", {f"mark_{criterion.id}": "6"})
    assert refused.status_code == 422 and "Choisissez une note de 0 à 5." in refused.text
    text = shown(client.get(page))
    assert "Très bien" in text and "Dites pourquoi" in text and text.count("Il manque la note.") == 5
    assert client.post(page, {f"mark_{criterion.id}": "5"}).location.endswith(page)


def test_a_refused_sheet_gives_back_all_that_was_typed(client: Client, world: World) -> None:
    shortlist = make_evaluation(world)
    client.sign_in(world.bagnolet.contributor)
    sent = _sheet(shortlist, comment="Une raison assez longue pour être gardée.") | {
        f"mark_{shortlist.criteria[0].id}": "9"
    }
    page = client.post(f"/reponses/{shortlist.responses()[0].id}/notes", sent)
    assert page.status_code == 422
    assert (
        page.text.count("Une raison assez longue pour être gardée.") == 6 and page.text.count("checked") == 5
    )


def test_who_declared_a_tie_is_kept_away_from_marks_and_from_the_lock(client: Client, world: World) -> None:
    shortlist = make_evaluation(world)
    for response in shortlist.responses():
        mark_all(shortlist, response, world.bagnolet.contributor, 4)
    page = f"/besoins/{shortlist.need_id}/evaluation"
    client.sign_in(world.bagnolet.validator)
    assert client.post(f"{page}/liens", {"conflict": "yes", "reason": ""}).status_code == 422
    client.post(f"{page}/liens", {"conflict": "yes", "reason": "Ma sœur dirige Ultrason."})
    assert client.get(f"/reponses/{shortlist.responses()[0].id}/notes").status_code == 303
    assert "un autre validateur décide" in shown(client.post(f"{page}/verrouiller"))
    assert db.session.get(Shortlist, shortlist.id).status == "draft"
    client.sign_in(world.bagnolet.org_admin)
    assert "Ma sœur" not in client.get(page).text


def test_a_response_that_changed_is_marked_again(client: Client, world: World) -> None:
    shortlist = make_evaluation(world)
    response, agent = shortlist.responses()[0], world.bagnolet.contributor
    mark_all(shortlist, response, agent, 4)
    shortlist.need.reopen(
        by=world.bagnolet.validator, reason="Une réunion publique a précisé le besoin.",
        closes_on=shortlist.need.closes_on,
    )  # fmt: skip
    response.modify(
        by=world.startup.contributor, summary="Nous équipons aussi les conteneurs, à la même date."
    )
    shortlist.need.close()
    client.sign_in(agent)
    assert "a changé depuis vos notes" in shown(client.get(f"/reponses/{response.id}/notes"))
    assert not shortlist.is_complete(response, agent)
    client.post(f"/reponses/{response.id}/notes", _sheet(shortlist))
    assert db.session.get(Shortlist, shortlist.id).is_complete(response, agent)


@pytest.fixture
def reported(world: World) -> Shortlist:
    need = world.need()
    for owner, secret in ((world.startup, "Algorithme secret"), (world.rival, "")):
        response = world.response(need, owner, "draft")
        response.write(confidential_parts=secret, contact="Sam, 06 00 00 00 00")
        response.submit(by=owner.contributor)
    need.close()
    return make_evaluation(world, need, "locked")


def test_the_report_holds_ranks_and_marks_and_never_a_name_of_who_marked_a_comment_or_a_secret(
    client: Client, world: World, reported: Shortlist
) -> None:
    client.sign_in(world.bagnolet.contributor)
    address = f"/besoins/{reported.need_id}/evaluation/rapport"
    sheet = client.get(f"{address}.csv").text
    book = zipfile.ZipFile(io.BytesIO(client.get(f"{address}.xlsx").data))
    cells = " ".join(book.read(name).decode() for name in book.namelist() if name.endswith(".xml"))
    printed = " ".join(
        page.extract_text() for page in PdfReader(io.BytesIO(client.get(f"{address}.pdf").data)).pages
    )
    printed = " ".join(printed.split())  # lines of a narrow column
    for text in (sheet, cells, printed):
        assert "Ultrason" in text and "ex æquo" in text
        for hidden in ("Algorithme secret", "06 00 00", WHY, world.bagnolet.contributor.last_name):
            assert hidden not in text
    assert "Personne A" in cells and "Plus haute A B" in printed
    assert "Avec" not in printed  # nobody answered together
    assert "<f>" not in cells
    rows = list(csv.reader(io.StringIO(sheet.lstrip("\ufeff")), delimiter=";"))
    assert rows[1][:4] == ["1 ex æquo", "Autre Piste", "", "4,00"] and len(rows) == 3


def test_a_name_that_looks_like_a_formula_leaves_as_text(client: Client, world: World) -> None:
    odd = world.company("=HYPERLINK(1)")
    shortlist = make_evaluation(world, make_compared(world, (odd, world.startup)), "locked")
    client.sign_in(world.bagnolet.contributor)
    address = f"/besoins/{shortlist.need_id}/evaluation/rapport"
    assert "'=HYPERLINK(1)" in client.get(f"{address}.csv").text
    book = zipfile.ZipFile(io.BytesIO(client.get(f"{address}.xlsx").data))
    assert all("<f>" not in book.read(name).decode() for name in book.namelist() if "worksheets" in name)


def test_criteria_that_do_not_add_up_are_given_back_with_the_sum(client: Client, world: World) -> None:
    need = make_compared(world)
    client.sign_in(world.bagnolet.contributor)
    page = client.post(f"/besoins/{need.id}/evaluation/criteres", {"label_0": "Coût", "weight_0": "90"})
    assert page.status_code == 422 and "Les poids font 90" in shown(page) and 'value="Coût"' in page.text
    assert Shortlist.of(need) is None


def test_my_space_says_what_i_have_left_to_mark(client: Client, world: World) -> None:
    shortlist = make_evaluation(world)
    agent = world.bagnolet.contributor
    client.sign_in(agent)
    for response, told in zip(
        [*shortlist.responses(), None], ("2 réponses à noter", "1 réponse sur 2 notée", ""), strict=True
    ):
        space = shown(client.get("/mon-espace"))
        assert told in space and ("Évaluation à faire" in space) == bool(told)
        if response is not None:
            mark_all(shortlist, response, agent, 4)
