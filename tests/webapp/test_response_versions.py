"""What was sent is what others read: never a draft, never what was taken back under seal; and each version can be proved."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from models import Activity, Need, Response, ResponseVersion, db
from models.calendar import today_in_paris
from tests.client import Client, shown
from tests.documents import join
from tests.factories import World

SENT = "Nous équipons vos corbeilles de capteurs."
UNSENT = "Des mots que personne n’a encore envoyés à qui que ce soit."
SECRET = "Le rendement exact de notre capteur est de 93 pour cent."


def resume_and_write(world: World, response: Response, words: str = UNSENT) -> None:
    response.resume(by=world.startup.contributor)
    response.write(summary=words)
    db.session.commit()


def page(client: Client, who: Any, response: Response) -> tuple[int, str]:
    client.sign_in(who)
    answer = client.get(f"/reponses/{response.id}")
    return answer.status_code, answer.text


@pytest.mark.parametrize("reader", ["curator", "validator"])
def test_a_draft_taken_up_again_is_read_by_its_company_alone(
    client: Client, world: World, reader: str
) -> None:
    response = world.response(status="withdrawn")
    resume_and_write(world, response)
    who = world.curator if reader == "curator" else world.bagnolet.validator
    assert page(client, who, response)[0] == 404
    assert UNSENT in page(client, world.startup.contributor, response)[1]


@pytest.mark.parametrize("reader", ["curator", "validator"])
def test_a_withdrawn_response_shows_what_was_sent_and_nothing_written_since(
    client: Client, world: World, reader: str
) -> None:
    response = world.response(status="withdrawn")
    resume_and_write(world, response)
    response.discard(by=world.startup.contributor)
    db.session.commit()
    who = world.curator if reader == "curator" else world.bagnolet.validator
    code, text = page(client, who, response)
    assert code == 200 and SENT in text and UNSENT not in text


@pytest.mark.parametrize("reader", ["curator", "validator"])
def test_a_sealed_response_taken_back_before_the_deadline_is_never_opened(
    client: Client, world: World, reader: str
) -> None:
    need = world.need(sealed=True)
    response = world.response(need, status="withdrawn")
    need.close()
    db.session.commit()
    who = world.curator if reader == "curator" else world.bagnolet.validator
    assert page(client, who, response)[0] == 404
    assert SENT in page(client, world.startup.contributor, response)[1]


@pytest.mark.parametrize("opened", ["the list", "a document"])
def test_a_seal_is_broken_by_the_list_that_shows_prices_and_by_a_document_as_by_the_response_itself(
    client: Client, world: World, opened: str
) -> None:
    attachment = join(world, world.response(world.need(sealed=True), status="draft"), sent=True)
    response = attachment.owner
    response.need.close()
    db.session.commit()
    pages = {"the list": f"/besoins/{response.need_id}/reponses", "a document": f"/pieces/{attachment.id}/x"}
    client.sign_in(world.bagnolet.contributor)
    assert client.get(pages[opened]).status_code == 200
    later = (today_in_paris() + timedelta(days=40)).isoformat()
    client.sign_in(world.bagnolet.validator)
    form = {"closes_on": later, "reason": "Une entreprise demandait plus de temps."}
    refused = client.post(f"/besoins/{response.need_id}/rouvrir", form)
    assert refused.status_code == 422 and "Les plis sont ouverts" in refused.text


def test_a_sealed_response_that_stayed_until_the_deadline_is_read_even_when_taken_back_afterwards(
    client: Client, world: World
) -> None:
    need = world.need(sealed=True)
    response = world.response(need)
    need.close()
    response.withdraw(by=world.startup.contributor)
    db.session.commit()
    assert SENT in page(client, world.bagnolet.validator, response)[1]


def test_each_sending_is_a_version_with_its_fingerprint_and_the_receipt_prints_it(
    client: Client, world: World
) -> None:
    response = world.response()
    response.modify(by=world.startup.contributor, summary="Nous équipons vos corbeilles, et vos abris aussi.")
    db.session.commit()
    first, second = response.versions
    assert (first.number, second.number) == (1, 2) and first.sha256 != second.sha256
    assert first.contents["summary"] == SENT
    _code, text = page(client, world.startup.contributor, response)
    assert "version 2" in text and second.sha256[:16] in text
    versions = client.get(f"/reponses/{response.id}/versions").text
    assert SENT in versions and "vos abris aussi" in versions
    assert first.sha256 in versions and second.sha256 in versions
    client.sign_in(world.bagnolet.validator)
    assert client.get(f"/reponses/{response.id}/versions").status_code in (403, 404)


def test_sent_again_after_being_taken_back_it_is_the_next_version(world: World) -> None:
    response = world.response(status="withdrawn")
    resume_and_write(world, response)
    response.submit(by=world.startup.contributor)
    db.session.commit()
    assert response.version == 2 and [version.number for version in response.versions] == [1, 2]


def test_a_version_never_changes(world: World) -> None:
    version = world.response().versions[0]
    version.contents = {**version.contents, "summary": "Autre chose, dit après coup."}
    with pytest.raises(ValueError, match="append-only"):
        db.session.flush()
    db.session.rollback()


def test_the_journal_keeps_names_and_fingerprints_never_words_prices_or_secrets(world: World) -> None:
    need = world.need(budget_max_cents=4_321_000)
    response = world.response(need)
    response.modify(by=world.startup.contributor, confidential_parts=SECRET, price_estimate_cents=1_234_500)
    need.amend(
        by=world.bagnolet.validator, irritant=f"{need.irritant} Et le lundi.", budget_max_cents=987_600
    )
    db.session.commit()
    written = str([act.details for act in db.session.scalars(sa.select(Activity))])
    for private in (SECRET, "1234500", "4321000", "987600", "Et le lundi"):
        assert private not in written
    assert "confidential_parts" in written and response.versions[-1].sha256 in written
    assert db.session.scalar(sa.select(ResponseVersion).where(ResponseVersion.number == 2)) is not None


def test_what_changed_in_a_need_is_read_from_its_versions(client: Client, world: World) -> None:
    need = world.need(budget_max_cents=4_321_000)
    need.amend(
        by=world.bagnolet.validator, irritant=f"{need.irritant} Et le lundi.", budget_max_cents=987_600
    )
    db.session.commit()
    assert [version.number for version in need.published_versions] == [1, 2]
    shown = client.get(f"/besoins/{need.id}-{need.slug}").text
    assert "Et le lundi." in shown and "9 876" not in shown and "43 210" not in shown
    assert isinstance(need, Need)


def test_a_receipt_says_its_year_and_a_title_never_stands_over_nothing(client: Client, world: World) -> None:
    response = world.response()
    client.sign_in(world.startup.contributor)
    year = f"{today_in_paris():%Y}"
    for page in (f"/reponses/{response.id}", f"/reponses/{response.id}/versions"):
        words = shown(client.get(page))
        assert re.search(rf"(reçue|Envoyée) le \d+(er)? \S+ {year} à \d+ h \d\d \(heure de Paris\)", words), (
            page
        )
        assert "En pratique" not in words
    response.modify(by=world.startup.contributor, timeline_weeks=4)
    db.session.commit()
    assert "En pratique" in shown(client.get(f"/reponses/{response.id}"))
