"""Documents joined by a form without JavaScript: who opens which, what is refused with which sentence, what stays behind."""

from __future__ import annotations

import gc
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from models import Activity, Attachment, Need, Response, db
from models.attachment import LARGEST, MB
from tests import files
from tests.client import Client, shown
from tests.documents import join, send, store
from tests.factories import World, owed
from workers.attachments import check_attachments

OTHERS = ("visitor", "own", "rival", "commune", "other_commune", "team")


def page_of(owner: Any) -> str:
    folder = {"need": "besoins", "solution": "solutions", "response": "reponses"}[owner.subject_type]
    return f"/{folder}/{owner.id}/documents"


def address(attachment: Attachment) -> str:
    return f"/pieces/{attachment.id}/{attachment.name}"


def the_one() -> Attachment:
    return db.session.scalars(sa.select(Attachment)).one()


def files_kept() -> int:
    return sum(path.is_file() for path in store().folder.glob("*/*"))


def person(world: World, who: str) -> Any:
    return {
        "visitor": None,
        "own": world.startup.contributor,
        "rival": world.rival.contributor,
        "commune": world.bagnolet.contributor,
        "other_commune": world.bondy.validator,
        "team": world.curator,
    }[who]


def readers(client: Client, world: World, attachment: Attachment) -> set[str]:
    """Who of all gets the bytes."""
    found = set()
    for who in OTHERS:
        client.forget()
        if person(world, who) is not None:
            client.sign_in(person(world, who))
        if client.get(address(attachment)).status_code == 200:
            found.add(who)
    return found


# ------------------------------------------------------------------ the way of a document


def test_a_document_waits_is_checked_then_opens_as_a_file_to_keep(client: Client, world: World) -> None:
    response = world.response(status="draft")
    client.sign_in(world.startup.contributor)
    contents = files.pdf(pages=2)
    sent = send(client, page_of(response), ("Plan d’accès.pdf", contents))
    assert sent.status_code == 303
    attachment = the_one()
    assert attachment.status == "quarantined" and client.get(address(attachment)).status_code == 404
    page = shown(client.get(page_of(response)))
    assert "En cours de vérification" in page and "data-awaited" in page

    check_attachments()

    page = shown(client.get(page_of(response)))
    assert "En cours de vérification" not in page and "Plan d’accès.pdf" in page
    opened = client.get(address(attachment))
    assert opened.data == contents and opened.mimetype == "application/pdf"
    assert opened.headers["Content-Disposition"].startswith("attachment")
    assert "sandbox" in opened.headers["Content-Security-Policy"]
    assert opened.headers["X-Content-Type-Options"] == "nosniff"
    assert opened.headers["Cache-Control"] == "no-store"


def test_a_picture_is_served_as_it_was_drawn_again(client: Client, world: World) -> None:
    response = world.response(status="draft")
    client.sign_in(world.startup.contributor)
    send(client, page_of(response), ("photo.jpg", files.photograph_with_place()))
    came = the_one().sha256
    check_attachments()
    attachment = the_one()
    opened = client.get(address(attachment))
    assert opened.mimetype == "image/jpeg" and b"4321" not in opened.data
    assert attachment.sha256 != came == attachment.uploaded_sha256 and attachment.size == len(opened.data)


def test_what_is_refused_by_the_check_is_told_to_who_joined_it_and_opens_for_nobody(
    client: Client, world: World
) -> None:
    response = world.response(status="draft")
    client.sign_in(world.startup.contributor)
    send(client, page_of(response), ("note.docx", files.office(more={"word/vbaProject.bin": b"x"})))
    check_attachments()
    attachment = the_one()
    assert (attachment.status, attachment.verdict) == ("refused", "active")
    assert owed(world.startup.contributor, "attachment_refused") == ["attachment_refused"]
    assert "une macro, un script" in shown(client.get(page_of(response)))
    assert readers(client, world, attachment) == set()


# ------------------------------------------------------------------ sent wrong


@pytest.mark.parametrize(
    ("name", "contents", "sentence"),
    [
        ("vide.pdf", b"", "est vide"),
        ("page.pdf", b"<html><script>alert(1)</script>", "n’est pas ce que dit son nom"),
        ("dessin.svg", b"<svg/>", "n’est pas d’un format accepté"),
        ("macro.docm", files.office(), "n’est pas d’un format accepté"),
        ("sans nom", b"x", "n’est pas d’un format accepté"),
        ("ancien.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1rest", "protégé par un mot de passe"),
        ("lourd.pdf", b"%PDF-" + b"0" * LARGEST, "dépasse 20 Mo"),
    ],
)
def test_a_wrong_file_gets_its_sentence_at_once_and_nothing_of_it_is_kept(
    client: Client, world: World, name: str, contents: bytes, sentence: str
) -> None:
    response = world.response(status="draft")
    before = files_kept()
    client.sign_in(world.startup.contributor)
    answer = send(client, page_of(response), (name, contents))
    assert answer.status_code == 422 and sentence in shown(answer)
    assert "Il y a un problème" in answer.text and name.split(".")[0] in answer.text
    assert db.session.scalars(sa.select(Attachment)).all() == []
    assert files_kept() == before


def test_of_several_files_the_good_ones_stay(client: Client, world: World) -> None:
    response = world.response(status="draft")
    client.sign_in(world.startup.contributor)
    answer = send(
        client, page_of(response), ("bon.pdf", files.pdf()), ("mauvais.exe", b"MZ"), ("x.png", files.image())
    )
    assert answer.status_code == 422
    assert "2 documents joints" in shown(answer) and "mauvais.exe" in answer.text
    assert [one.name for one in db.session.scalars(Attachment.of(response))] == ["bon.pdf", "x.png"]


def test_the_same_file_twice_is_joined_once(client: Client, world: World) -> None:
    response = world.response(status="draft")
    client.sign_in(world.startup.contributor)
    before = files_kept()
    for name in ("plan.pdf", "copie.pdf"):
        assert send(client, page_of(response), (name, files.pdf())).status_code == 303
    assert the_one().name == "plan.pdf"
    assert files_kept() == before + 1


def test_ten_documents_are_enough_and_an_eleventh_is_refused(client: Client, world: World) -> None:
    response = world.response(status="draft")
    client.sign_in(world.startup.contributor)
    ten = [(f"{pages}.pdf", files.pdf(pages=pages)) for pages in range(1, 11)]
    assert send(client, page_of(response), *ten).status_code == 303
    answer = send(client, page_of(response), ("onze.pdf", files.pdf(pages=11)))
    assert answer.status_code == 422 and "10 documents au plus" in shown(answer)


def test_one_organisation_cannot_fill_the_disk_in_a_day(client: Client, world: World) -> None:
    first = join(world, status="quarantined")
    first.size = 199 * MB
    db.session.commit()
    client.sign_in(world.startup.contributor)
    answer = send(client, page_of(first.owner), ("gros.pdf", files.pdf() + b"\n" * 2 * MB))
    assert answer.status_code == 422 and "200 Mo" in shown(answer)


def test_a_form_heavier_than_all_is_refused_with_a_sentence_about_files(client: Client, world: World) -> None:
    response = world.response(status="draft")
    client.sign_in(world.startup.contributor)
    answer = send(client, page_of(response), ("a.pdf", b"0" * 61 * MB))
    assert answer.status_code == 413 and "trop lourds" in shown(answer)


def test_a_visitor_cannot_make_us_read_a_heavy_body(client: Client, world: World) -> None:
    response = world.response(status="draft")
    answer = send(client, page_of(response), ("a.pdf", b"0" * 5 * MB))
    assert answer.status_code == 413


def test_no_file_at_all_is_said_at_the_field(client: Client, world: World) -> None:
    response = world.response(status="draft")
    client.sign_in(world.startup.contributor)
    answer = client.post(page_of(response), {"files": "une phrase"})
    assert answer.status_code == 422 and "Choisissez au moins un document" in answer.text


@contextmanager
def small_disk(size: int) -> Iterator[None]:
    """The system refuses to write larger files to this process, as a full disk does."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


# The reader of forms leaves the file it could not write to the garbage collector.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning", "ignore::ResourceWarning")
@pytest.mark.parametrize("weight", [800 * 1024, 3 * MB], ids=["while it is kept", "while it arrives"])
def test_a_full_disk_is_a_sentence_and_leaves_nothing_half_written(
    client: Client, world: World, weight: int, app: Flask
) -> None:
    response = world.response(status="draft")
    client.sign_in(world.startup.contributor)
    token = client.fetch_token()
    before = files_kept()
    heavy = files.pdf() + b"\n" * weight
    with small_disk(700 * 1024 if weight < MB else 2 * MB):
        answer = send(client, page_of(response), ("lourd.pdf", heavy), csrf_token=token)
    assert answer.status_code == 507 and "plus de place" in shown(answer)
    assert files_kept() == before and db.session.scalars(sa.select(Attachment)).all() == []
    gc.collect()
    assert send(client, page_of(response), ("lourd.pdf", heavy)).status_code == 303


# ------------------------------------------------------------------ who opens what


def test_a_draft_belongs_to_its_company_and_a_response_to_commune_and_team(
    client: Client, world: World
) -> None:
    attachment = join(world, sent=False)
    assert readers(client, world, attachment) == {"own"}
    attachment.owner.submit(by=world.startup.contributor)
    db.session.commit()
    assert readers(client, world, attachment) == {"own", "commune", "team"}


def test_a_business_secret_is_for_the_commune_alone(client: Client, world: World) -> None:
    attachment = join(world, confidential=True)
    assert readers(client, world, attachment) == {"own", "commune"}


def test_a_sealed_response_keeps_its_documents_closed_until_the_deadline(
    client: Client, world: World
) -> None:
    attachment = join(world, world.response(world.need(sealed=True), status="draft"), sent=True)
    assert readers(client, world, attachment) == {"own"}
    attachment.owner.need.close()
    db.session.commit()
    assert readers(client, world, attachment) == {"own", "commune", "team"}


def test_what_is_joined_to_a_response_taken_up_again_is_read_once_it_is_sent_again(
    client: Client, world: World
) -> None:
    response = join(world).owner
    response.withdraw(by=world.startup.contributor)
    response.resume(by=world.startup.contributor)
    later = join(world, response, contents=files.pdf(pages=3), name="secret.pdf")
    assert readers(client, world, later) == {"own"}
    response.discard(by=world.startup.contributor)
    db.session.commit()
    assert readers(client, world, later) == {"own"}


def test_documents_of_a_public_need_open_for_all_and_those_of_a_draft_do_not(
    client: Client, world: World
) -> None:
    need = world.need(status="draft")
    attachment = join(world, need)
    assert readers(client, world, attachment) == {"commune"}
    need.submit(by=world.bagnolet.contributor)
    need.publish(by=world.bagnolet.validator)
    db.session.commit()
    assert readers(client, world, attachment) == set(OTHERS)


def test_only_the_address_of_a_document_leads_to_it(client: Client, world: World) -> None:
    attachment = join(world)
    client.sign_in(world.startup.contributor)
    for path in (
        f"/static/{attachment.store_key}",
        f"/files/{attachment.store_key}",
        f"/pieces/{attachment.store_key}/x",
    ):
        assert client.get(path).status_code == 404


# ------------------------------------------------------------------ what it changes


def test_a_document_joined_after_publication_is_told_to_all_at_the_moment_when_it_opens(
    client: Client, world: World
) -> None:
    need = world.need()
    world.response(need)
    world.response(need, world.rival, "draft")
    told = [*world.startup.organization.members(), *world.rival.organization.members()]
    client.sign_in(world.bagnolet.contributor)
    assert send(client, page_of(need), ("plan.pdf", files.pdf())).status_code == 403
    client.sign_in(world.bagnolet.validator)
    assert "annoncée à tous" in shown(client.get(page_of(need)))
    assert send(client, page_of(need), ("plan.pdf", files.pdf())).status_code == 303
    assert all(owed(user, "need_amended") == [] for user in told)

    check_attachments()

    kept = db.session.get(Need, need.id)
    assert kept is not None and kept.version == 2
    assert all(owed(user, "need_amended") == ["need_amended"] for user in told)
    page = shown(client.get(f"/besoins/{need.id}-{need.slug}"))
    assert "Documents joints" in page and "plan.pdf" in page
    client.post(f"/pieces/{the_one().id}/retirer")
    assert db.session.get(Need, need.id).version == 3  # type: ignore[union-attr]


def test_a_document_checked_after_the_deadline_comes_too_late(client: Client, world: World) -> None:
    need = world.need()
    client.sign_in(world.bagnolet.validator)
    send(client, page_of(need), ("plan.pdf", files.pdf()))
    db.session.get(Need, need.id).close()  # type: ignore[union-attr]
    db.session.commit()
    check_attachments()
    assert (the_one().status, the_one().verdict) == ("refused", "too_late")


def test_what_the_validator_decided_on_includes_the_documents(world: World) -> None:
    need = world.need(status="changes_requested")
    assert need.substance_hash == need.validated_hash
    join(world, need, by=world.newcomer.contributor)
    need.resubmit(by=world.newcomer.contributor)
    assert need.status == "awaiting_validation"


def test_a_document_joined_to_a_sent_response_is_a_new_version_with_its_receipt(
    client: Client, world: World
) -> None:
    response = world.response()
    client.sign_in(world.startup.contributor)
    assert "nouvelle version" in shown(client.get(page_of(response)))
    send(client, page_of(response), ("a.pdf", files.pdf()), ("b.pdf", files.pdf(pages=2)))
    kept = db.session.get(Response, response.id)
    assert kept is not None and kept.version == 2 and len(kept.sent.contents["documents"]) == 2  # type: ignore[union-attr]
    assert owed(world.startup.contributor, "response_receipt") == ["response_receipt"] * 2


def test_a_document_is_taken_away_after_a_question_and_its_trace_stays(client: Client, world: World) -> None:
    attachment = join(world, world.response(status="draft"))
    key = attachment.store_key
    client.sign_in(world.startup.contributor)
    assert "Retirer ce document ?" in shown(client.get(f"/pieces/{attachment.id}/retirer"))
    assert client.post(f"/pieces/{attachment.id}/retirer").status_code == 303
    kept = the_one()
    assert kept.status == "removed" and kept.store_key == key and client.get(address(kept)).status_code == 404
    acts = [act.action for act in db.session.scalars(Activity.of(kept))]
    assert acts == ["create", "accept", "remove"]


def test_nothing_is_joined_or_taken_away_once_the_response_is_being_judged(
    client: Client, world: World
) -> None:
    attachment = join(world)
    response = attachment.owner
    response.need.close()
    db.session.commit()
    client.sign_in(world.startup.contributor)
    answer = send(client, page_of(response), ("tard.pdf", files.pdf(pages=4)))
    assert answer.status_code in (303, 409) and len(db.session.scalars(Attachment.of(response)).all()) == 1
    client.post(f"/pieces/{attachment.id}/retirer")
    assert the_one().status == "clean"


def test_the_journal_holds_fingerprints_and_no_name(world: World) -> None:
    attachment = join(world, name="Notre prix 12 000 euros.pdf")
    for act in db.session.scalars(Activity.of(attachment)):
        assert "prix" not in str(act.details)
        assert act.details["sha256"] == attachment.sha256 and act.need_id == attachment.owner.need_id
