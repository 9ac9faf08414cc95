"""Documents that come with the form of a response: with its words, or not at all."""

from __future__ import annotations

import sqlalchemy as sa

from models import Attachment, db
from tests import files
from tests.client import Client, shown
from tests.documents import send, store
from tests.factories import World, owed
from workers.attachments import check_attachments


def joined() -> list[Attachment]:
    return list(db.session.scalars(sa.select(Attachment)))


def files_kept() -> int:
    return sum(path.is_file() for path in store().folder.glob("*/*"))


def test_documents_are_joined_from_the_form_of_a_response_with_what_was_typed(
    client: Client, world: World
) -> None:
    response = world.response(status="draft")
    client.sign_in(world.startup.contributor)
    words = {
        "summary": "Des capteurs dans vos corbeilles.",
        "answer": "Posés en une matinée.",
        "confidential": "y",
    }
    sent = send(client, f"/reponses/{response.id}/rediger", ("plan.pdf", files.pdf()), **words)
    assert sent.status_code == 303
    check_attachments()
    page = shown(client.get(f"/reponses/{response.id}"))
    assert "Des capteurs dans vos corbeilles." in page and "plan.pdf" in page
    assert [one.confidential for one in joined()] == [True]


def test_a_wrong_document_in_the_form_of_a_response_loses_nothing_of_what_was_typed(
    client: Client, world: World
) -> None:
    response = world.response(status="draft")
    client.sign_in(world.startup.contributor)
    before = files_kept()
    page = send(
        client,
        f"/reponses/{response.id}/rediger",
        ("plan.pdf", files.pdf()),
        ("outil.pdf", b"MZ a program"),
        summary="Des mots tapés à l’instant.",
        answer="Posés en une matinée.",
    )
    assert page.status_code == 422 and "Des mots tapés à l’instant." in shown(page)
    assert "outil.pdf" in page.text and "choisissez-les de nouveau" in shown(page)
    assert files_kept() == before and joined() == []


def test_words_and_documents_of_a_sent_response_make_one_version_with_one_receipt(
    client: Client, world: World
) -> None:
    response = world.response()
    client.sign_in(world.startup.contributor)
    before = owed(world.startup.contributor, "response_receipt")
    address = f"/reponses/{response.id}/modifier"
    kept = {"summary": response.summary, "answer": response.answer}
    assert send(client, address, ("plan.pdf", files.pdf()), **kept).status_code == 303
    assert response.version == 2 and len(response.versions) == 2
    assert owed(world.startup.contributor, "response_receipt") == [*before, "response_receipt"]
    assert response.sent is not None and len(response.sent.contents["documents"]) == 1
    changed = kept | {"summary": "Nous équipons vos corbeilles, et vos bancs."}
    assert send(client, address, ("photo.png", files.image()), **changed).status_code == 303
    assert response.version == 3 and len(response.sent.contents["documents"]) == 2
    page = shown(client.get(f"/reponses/{response.id}/versions"))
    second = page[page.index("Version 2") : page.index("Version 1")]
    assert (
        "photo.png" in page[: page.index("Version 2")] and "plan.pdf" in second and "photo.png" not in second
    )
