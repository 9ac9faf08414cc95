"""Two sides write to each other: who reads, who is told and how often, what stays, what is taken off."""

from __future__ import annotations

import hashlib
import re
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
import time_machine

from models import Activity, Attachment, Conversation, ConversationMessage, Notification, RuleViolation, db
from models.conversation import TELL_AFTER
from models.database import utc_now
from tests import files
from tests.adoptions import make_interest
from tests.client import Client, shown
from tests.factories import World, owed
from workers.attachments import check_attachments
from workers.messages import why_drop

WORDS = "Pouvez-vous venir voir les corbeilles mardi matin ?"


def begin(world: World, response: Any = None, *, by: Any = None, body: str = WORDS) -> Conversation:
    """A conversation about a response of Ultrason to Bagnolet, begun by the commune's validator."""
    response = response or world.response()
    by = by or world.bagnolet.validator
    conversation = Conversation.open(response, by=by)
    conversation.write(by=by, body=body)
    db.session.commit()
    return conversation


def address(conversation: Conversation) -> str:
    return f"/messages/{conversation.id}"


def told(user: Any) -> int:
    return len(owed(user, "message_new"))


def send(client: Client, where: str, body: str, *documents: tuple[str, bytes]) -> Any:
    sent = files.multipart({"body": body, "csrf_token": client.fetch_token()}, documents)
    return client.open(where, method="POST", data=sent, content_type=files.MULTIPART)


# ------------------------------------------------------------------ a conversation


def test_a_commune_writes_a_company_answers_and_each_sees_when_it_was_opened(
    client: Client, world: World
) -> None:
    response = world.response()
    client.sign_in(world.bagnolet.contributor)
    page = client.get(f"/reponses/{response.id}")
    assert f"/reponses/{response.id}/ecrire" in page.text
    first = send(client, f"/reponses/{response.id}/ecrire", WORDS)
    conversation = db.session.scalars(sa.select(Conversation)).one()
    assert first.status_code == 303 and first.headers["Location"] == address(conversation)
    assert "Pas encore ouvert par Ultrason" in shown(client.get(address(conversation)))

    client.sign_in(world.startup.contributor)
    assert "Conversations (une nouvelle)" in shown(client.get("/mon-espace"))
    assert "un nouveau message" in shown(client.get("/messages"))
    page = shown(client.get(address(conversation)))
    assert WORDS in page and "nouveau" in page and "L’équipe de la Métropole n’y a pas accès" in page
    assert "une nouvelle" not in shown(client.get("/mon-espace"))
    assert send(client, address(conversation), "Mardi à 10 h, très bien.").status_code == 303

    client.sign_in(world.bagnolet.contributor)
    page = shown(client.get(address(conversation)))
    assert "Mardi à 10 h" in page and page.index(WORDS) < page.index("Mardi à 10 h")
    assert re.search("Ouvert par Ultrason le .* à", page)


def test_nothing_typed_is_lost_when_a_message_is_refused(client: Client, world: World) -> None:
    conversation = begin(world)
    client.sign_in(world.startup.contributor)
    long = "mot " * 1_500
    refused = send(client, address(conversation), long)
    assert refused.status_code == 422 and long.strip() in refused.text
    refused = send(client, address(conversation), "Voici le plan.", ("plan.exe", b"MZ"))
    assert (
        refused.status_code == 422 and "Voici le plan." in refused.text and "format accepté" in shown(refused)
    )
    assert send(client, address(conversation), "  ").status_code == 422
    assert len(conversation.messages) == 1 and db.session.scalars(sa.select(Attachment)).all() == []


def test_a_double_click_writes_once(client: Client, world: World) -> None:
    conversation = begin(world)
    client.sign_in(world.startup.contributor)
    for _ in range(2):
        assert send(client, address(conversation), "Une seule fois.").status_code == 303
    assert len(db.session.get(Conversation, conversation.id).messages) == 2  # type: ignore[union-attr]


def test_while_the_need_is_open_a_banner_says_that_what_helps_all_is_said_to_all(
    client: Client, world: World
) -> None:
    conversation = begin(world)
    client.sign_in(world.startup.contributor)
    banner = "Toute information utile à tous doit passer par une réponse publique"
    assert banner in shown(client.get(address(conversation)))
    conversation.need.close()  # type: ignore[union-attr]
    db.session.commit()
    assert banner not in shown(client.get(address(conversation)))


def test_a_document_of_a_message_opens_for_the_two_sides_once_it_is_checked(
    client: Client, world: World
) -> None:
    conversation = begin(world)
    client.sign_in(world.startup.contributor)
    assert send(client, address(conversation), "Voici le plan.", ("plan.pdf", files.pdf())).status_code == 303
    document = db.session.scalars(sa.select(Attachment)).one()
    check_attachments()
    for person, code in (
        (world.startup.validator, 200),
        (world.bagnolet.contributor, 200),
        (world.rival.contributor, 404),
        (world.curator, 404),
    ):
        client.sign_in(person)
        assert client.get(f"/pieces/{document.id}/plan.pdf").status_code == code
    client.sign_in(world.startup.contributor)
    assert client.post(f"/pieces/{document.id}/retirer").status_code in (403, 404)


# ------------------------------------------------------------------ who reads


def test_a_conversation_is_its_two_sides_business_and_nobody_elses(client: Client, world: World) -> None:
    conversation = begin(world)
    for person in (world.bondy.validator, world.rival.org_admin, world.curator, world.admin, world.user()):
        client.sign_in(person)
        assert client.get(address(conversation)).status_code == 404
        assert send(client, address(conversation), "Je passe par là.").status_code == 404
        assert WORDS not in shown(client.get("/messages"))
    assert len(conversation.messages) == 1


def test_who_left_the_company_reads_nothing_more_and_is_told_nothing_more(
    client: Client, world: World
) -> None:
    conversation = begin(world)
    leaver = world.startup.contributor
    client.sign_in(leaver)
    assert client.get(address(conversation)).status_code == 200
    leaver.memberships[0].leave(by=leaver)
    conversation.write(by=world.bagnolet.validator, body="Êtes-vous toujours là ?")
    db.session.commit()
    assert client.get(address(conversation)).status_code == 404
    assert conversation.subject not in client.get("/messages").text
    notification = db.session.scalars(
        sa.select(Notification).where(
            Notification.kind == "message_new", Notification.recipient_id == leaver.id
        )
    ).one()
    assert why_drop(notification, conversation)


def test_a_suspended_side_closes_the_conversation_and_what_was_written_stays(
    client: Client, world: World
) -> None:
    conversation = begin(world)
    world.startup.organization.suspend(
        by=world.curator, reason="Une vérification est en cours depuis ce matin."
    )
    db.session.commit()
    client.sign_in(world.bagnolet.validator)
    refused = send(client, address(conversation), "Bonjour ?")
    assert refused.status_code == 409 and "Bonjour ?" in refused.text
    assert WORDS in shown(client.get(address(conversation)))


# ------------------------------------------------------------------ when one may begin


@pytest.mark.parametrize("status", ["draft", "sealed"])
def test_nobody_writes_about_a_response_that_nobody_may_read_yet(
    client: Client, world: World, status: str
) -> None:
    response = world.response(
        world.need(sealed=status == "sealed"), status="draft" if status == "draft" else "submitted"
    )
    for person in (world.startup.contributor, world.bagnolet.validator):
        client.sign_in(person)
        assert send(client, f"/reponses/{response.id}/ecrire", WORDS).status_code in (303, 404)
    assert db.session.scalars(sa.select(Conversation)).all() == []


def test_a_commune_writes_to_a_company_that_was_introduced_and_the_company_answers(
    client: Client, world: World
) -> None:
    match = world.match(status="introduced")
    client.sign_in(world.startup.contributor)
    assert client.get(f"/mises-en-relation/{match.id}/ecrire").status_code == 403
    client.sign_in(world.bagnolet.validator)
    assert send(client, f"/mises-en-relation/{match.id}/ecrire", WORDS).status_code == 303
    conversation = db.session.scalars(sa.select(Conversation)).one()
    assert (conversation.context_type, conversation.context_id) == ("need", match.need_id)
    client.sign_in(world.startup.contributor)
    assert send(client, address(conversation), "Volontiers.").status_code == 303


def test_an_interest_is_talked_about_once_the_company_has_acknowledged_it(
    client: Client, world: World
) -> None:
    waiting, known = make_interest(world), make_interest(world, "acknowledged", wish="quote")
    client.sign_in(world.bagnolet.contributor)
    assert send(client, f"/adoptions/{waiting.id}/ecrire", WORDS).status_code == 303
    assert db.session.scalars(sa.select(Conversation)).all() == []
    assert f"/adoptions/{known.id}/ecrire" in client.get(f"/adoptions/{known.id}").text
    client.sign_in(world.startup.contributor)
    assert send(client, f"/adoptions/{known.id}/ecrire", "Quand venir ?").status_code == 303
    conversation = db.session.scalars(sa.select(Conversation)).one()
    assert conversation.demand_id == world.bagnolet.organization.id
    assert told(world.bagnolet.contributor) == 1 and told(world.bagnolet.validator) == 1
    client.sign_in(world.curator)
    assert client.get(address(conversation)).status_code == 404


def test_nobody_writes_to_a_company_before_it_is_told(client: Client, world: World) -> None:
    match = world.match(status="approved")
    client.sign_in(world.bagnolet.validator)
    assert send(client, f"/mises-en-relation/{match.id}/ecrire", WORDS).status_code == 303
    assert db.session.scalars(sa.select(Conversation)).all() == []


def test_help_with_the_writing_is_a_conversation_in_which_the_team_takes_part_and_says_so(
    client: Client, world: World
) -> None:
    need = world.need(world.newcomer, "draft")
    client.sign_in(world.newcomer.contributor)
    assert client.get(f"/besoins/{need.id}/aide/ecrire").status_code == 303
    need.ask_help(by=world.newcomer.contributor)
    need.offer_help(by=world.curator)
    db.session.commit()
    client.sign_in(world.curator)
    assert send(client, f"/besoins/{need.id}/aide/ecrire", "Dites quelles rues.").status_code == 303
    conversation = db.session.scalars(sa.select(Conversation)).one()
    assert told(world.newcomer.contributor) == 1
    client.sign_in(world.newcomer.contributor)
    page = shown(client.get(address(conversation)))
    assert (
        "L’équipe de la Métropole prend part à cette conversation" in page and "Dites quelles rues." in page
    )
    assert send(client, address(conversation), "Les trois du marché.").status_code == 303
    assert told(world.curator) == 1
    client.sign_in(world.startup.contributor)
    assert client.get(address(conversation)).status_code == 404


# ------------------------------------------------------------------ who is told


def test_one_message_is_owed_until_one_reads_however_many_are_written(client: Client, world: World) -> None:
    conversation = begin(world)
    reader = world.startup.contributor
    conversation.write(by=world.bagnolet.validator, body="Et mercredi ?")
    conversation.write(by=world.bagnolet.contributor, body="Ou jeudi.")
    db.session.commit()
    assert told(reader) == told(world.startup.org_admin) == 1
    assert told(world.bagnolet.validator) == 0  # not of what one’s own side writes
    client.sign_in(reader)
    client.get(address(conversation))
    conversation.write(by=world.bagnolet.validator, body="Bonne nouvelle.")
    db.session.commit()
    assert told(reader) == 2 and told(world.startup.org_admin) == 1


def test_what_is_read_before_the_mail_leaves_is_not_mailed(client: Client, world: World) -> None:
    conversation = begin(world)
    client.sign_in(world.startup.contributor)
    rows = sa.select(Notification).where(
        Notification.kind == "message_new", Notification.recipient_id == world.startup.contributor.id
    )
    notification = db.session.scalars(rows).one()
    assert notification.due_at >= utc_now() + TELL_AFTER - timedelta(minutes=1)
    assert why_drop(notification, conversation) is None
    client.get(address(conversation))
    assert why_drop(db.session.scalars(rows).one(), conversation)


def test_the_mail_holds_no_word_of_what_was_written(world: World) -> None:
    from flask_babel import force_locale

    from workers.messages import KINDS, as_text

    conversation = begin(world, body="Le code du portail est 4321.")
    with force_locale("fr"):
        message = KINDS["message_new"](world.startup.contributor, conversation, None)
        text = " ".join(as_text(message, world.startup.contributor).replace("\u00a0", " ").split())
    assert "4321" not in text and "Ville de Bagnolet" in text and "réponse publique" in text


# ------------------------------------------------------------------ what stays


def test_the_journal_has_the_length_and_the_fingerprint_and_not_a_word(world: World) -> None:
    conversation = begin(world)
    opened, wrote = list(db.session.scalars(Activity.of(conversation)))
    assert (opened.action, wrote.action) == ("open", "write")
    assert wrote.details == {
        "length": len(WORDS),
        "sha256": hashlib.sha256(WORDS.encode()).hexdigest(),
        "documents": 0,
    }
    assert wrote.need_id == conversation.need_id and wrote.organization_id == world.bagnolet.organization.id


def test_a_message_is_changed_neither_by_the_application_nor_in_the_database(world: World) -> None:
    message = begin(world).messages[0]
    message.body = "Autre chose."
    with pytest.raises(RuleViolation, match="ne se modifie pas"):
        db.session.flush()
    db.session.rollback()
    for statement in (
        "UPDATE conversation_message SET body = 'autre chose'",
        "UPDATE conversation_message SET body = '', author_id = 1, redacted_at = sent_at",
        "DELETE FROM conversation_message",
    ):
        with pytest.raises(sa.exc.DBAPIError, match="append only"):
            db.session.execute(sa.text(statement))
        db.session.rollback()
    assert db.session.scalars(sa.select(ConversationMessage)).one().body == WORDS


def test_a_message_is_reported_by_a_reader_and_taken_off_by_an_administrator_who_does_not_read_it(
    client: Client, world: World
) -> None:
    conversation = begin(world)
    client.sign_in(world.bagnolet.validator)
    send(client, address(conversation), "Mots déplacés.", ("plan.pdf", files.pdf()))
    message = db.session.scalars(
        sa.select(ConversationMessage).order_by(ConversationMessage.id.desc())
    ).first()
    assert message is not None
    check_attachments()
    admin = world.admin  # noqa: F841 (somebody must be there to be told)

    client.sign_in(world.startup.contributor)
    assert f"/messages/signaler/{message.id}" in client.get(address(conversation)).text
    assert client.get(f"/messages/retirer/{message.id}").status_code == 403
    sent = client.post(f"/messages/signaler/{message.id}", {"reason": "Ces mots sont blessants."})
    assert sent.status_code == 303
    assert (
        owed(world.admin, "message_reported") == ["message_reported"]
        and owed(world.curator, "message_reported") == []
    )

    client.sign_in(world.admin)
    page = client.get(f"/messages/retirer/{message.id}")
    assert page.status_code == 200 and "Mots déplacés" not in page.text
    assert client.post(f"/messages/retirer/{message.id}", {"reason": "court"}).status_code == 422
    assert (
        client.post(f"/messages/retirer/{message.id}", {"reason": "Propos blessants, retirés."}).status_code
        == 303
    )

    client.sign_in(world.startup.contributor)
    page = shown(client.get(address(conversation)))
    assert (
        "Mots déplacés" not in page
        and "Message retiré par un administrateur" in page
        and "plan.pdf" not in page
    )
    document = db.session.scalars(sa.select(Attachment)).one()
    assert document.status == "removed" and client.get(f"/pieces/{document.id}/plan.pdf").status_code == 404
    acts = [(act.action, act.details["reason"]) for act in db.session.scalars(Activity.of(message))]
    assert acts == [("report", "Ces mots sont blessants."), ("redact", "Propos blessants, retirés.")]
    assert client.get(address(conversation)).status_code == 200


def test_the_list_shows_the_latest_word_first(client: Client, world: World) -> None:
    with time_machine.travel(utc_now() - timedelta(days=3)):
        older = begin(world, world.response(world.need(title="Un besoin plus ancien que l’autre")))
    newer = begin(world, world.response(world.need(title="Un besoin plus récent que l’autre")))
    client.sign_in(world.startup.contributor)
    page = client.get("/messages").text
    assert page.index(newer.subject) < page.index(older.subject)
    older.write(by=world.bagnolet.validator, body="Je reviens vers vous.")
    db.session.commit()
    page = client.get("/messages").text
    assert page.index(older.subject) < page.index(newer.subject)
