"""Delivery: once, to each, when it is true, whatever breaks."""

from __future__ import annotations

import dataclasses
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask

from models import Match, Notification, User, db
from models.database import utc_now
from models.match import UNDO_FOR
from models.notification import CLAIM_LASTS, MOST_ATTEMPTS
from tests.factories import World
from tests.workers.conftest import Mailbox, words_of
from tests.workers.own_mail import MailServer, mail_server
from workers import mail
from workers.mail import deliver_notifications

SOON = timedelta(seconds=1)


def rows(user: User) -> list[Notification]:
    query = sa.select(Notification).where(Notification.recipient_id == user.id).order_by(Notification.id)
    return list(db.session.scalars(query))


def status_of(user: User, kind: str) -> list[str]:
    db.session.expire_all()
    return [row.status for row in rows(user) if row.kind == kind]


@pytest.fixture
def server(app: Flask) -> Iterator[MailServer]:
    before = app.config["SETTINGS"]
    with mail_server() as server:
        app.config["SETTINGS"] = dataclasses.replace(before, mail_url=server.url)
        yield server
    app.config["SETTINGS"] = before


def test_a_message_leaves_once_with_its_text_and_its_html(world: World, mailbox: Mailbox) -> None:
    need = world.need(status="awaiting_validation")
    validator = world.bagnolet.validator

    deliver_notifications()
    deliver_notifications()

    letters = [letter for letter in mailbox.to(validator) if "À valider" in str(letter["Subject"])]
    assert len(letters) == 1
    (letter,) = letters
    assert need.title in str(letter["Subject"])
    assert f"http://localhost/besoins/{need.id}-" in words_of(letter)
    assert "Lire et décider" in words_of(letter, "html")
    assert str(letter["From"]).startswith("Adopte une innovation")
    assert letter["Auto-Submitted"] == "auto-generated"
    assert status_of(validator, "need_to_validate")[-1] == "sent"


def test_files_sort_by_time_and_leave_no_other_file(world: World, mailbox: Mailbox) -> None:
    world.need()
    deliver_notifications()

    assert mailbox.files
    assert all(file.stem[8] == "T" and file.stem.partition("-")[2].isdigit() for file in mailbox.files)
    assert {file.suffix for file in mailbox.folder.iterdir()} == {".eml"}


def test_the_company_hears_of_an_introduction_after_the_minute_and_then_only_is_it_introduced(
    world: World, mailbox: Mailbox
) -> None:
    match = world.match(status="approved")
    supplier = world.startup.contributor
    deliver_notifications()
    assert (
        mailbox.subjects(supplier).count(
            "Un besoin publié peut vous concerner : Tournées de corbeilles faites à l’aveugle"
        )
        == 0
    )
    assert match.status == "approved"

    with time_machine.travel(match.decided_at + UNDO_FOR + SOON):
        deliver_notifications()

    db.session.expire_all()
    assert match.status == "introduced"
    assert any("peut vous concerner" in subject for subject in mailbox.subjects(supplier))
    assert any("solution présentée" in subject for subject in mailbox.subjects(world.bagnolet.validator))
    # Every member is told, also after the first message made the match « introduced ».
    for person in (world.startup.org_admin, world.startup.validator):
        assert any("peut vous concerner" in subject for subject in mailbox.subjects(person))


def test_a_decision_undone_within_the_minute_tells_nobody(world: World, mailbox: Mailbox) -> None:
    match = world.match(status="approved")
    match.undo(by=world.curator)
    db.session.commit()

    with time_machine.travel(utc_now() + UNDO_FOR + SOON):
        deliver_notifications()

    db.session.expire_all()
    assert match.status == "suggested"
    for person in (world.startup.contributor, world.bagnolet.validator):
        assert not any("concerner" in subject or "retenue" in subject for subject in mailbox.subjects(person))
    assert status_of(world.bagnolet.validator, "match_for_buyer") == ["dropped"]


def test_several_decisions_in_a_row_make_one_message_to_the_commune(world: World, mailbox: Mailbox) -> None:
    need = world.need()
    for number in range(3):
        last = world.match(
            need, world.solution(title=f"Une solution parmi trois, la {number}e"), status="approved"
        )

    with time_machine.travel(last.decided_at + UNDO_FOR + SOON):
        deliver_notifications()

    about = [subject for subject in mailbox.subjects(world.bagnolet.validator) if "présentée" in subject]
    assert about == ["3 solutions présentées pour « Tournées de corbeilles faites à l’aveugle »"]


def test_a_worker_killed_between_claim_and_sending_is_taken_over_after_a_minute_and_the_message_leaves_once(
    world: World, mailbox: Mailbox
) -> None:
    world.need(status="awaiting_validation")
    validator = world.bagnolet.validator
    (row,) = [row for row in rows(validator) if row.kind == "need_to_validate" and row.subject_id != 1][-1:]
    assert row.claim()
    db.session.commit()

    deliver_notifications()
    assert status_of(validator, "need_to_validate")[-1] == "owed"
    with time_machine.travel(utc_now() + CLAIM_LASTS + SOON):
        deliver_notifications()
        deliver_notifications()

    assert status_of(validator, "need_to_validate")[-1] == "sent"
    assert sum(file.stem.endswith(f"-{row.id}") for file in mailbox.files) == 1


def test_a_worker_killed_between_sending_and_noting_it_overwrites_its_own_file(
    world: World, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.need(status="awaiting_validation")
    with monkeypatch.context() as patched:
        patched.setattr(mail, "_note", lambda *arguments: None)  # killed here
        deliver_notifications()
    before = [file.name for file in mailbox.files]
    identities = [letter["Message-ID"] for letter in mailbox.mails]

    with time_machine.travel(utc_now() + CLAIM_LASTS + SOON):
        deliver_notifications()

    assert [file.name for file in mailbox.files] == before
    assert [letter["Message-ID"] for letter in mailbox.mails] == identities
    assert status_of(world.bagnolet.validator, "need_to_validate")[-1] == "sent"


def test_two_workers_at_once_send_each_message_once(world: World, app: Flask, server: MailServer) -> None:
    world.need(), world.solution()

    def work() -> None:
        with app.app_context():
            deliver_notifications()

    workers = [threading.Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    sent = sa.select(sa.func.count(Notification.id)).where(Notification.status == "sent")
    assert len(server.taken) == db.session.scalar(sent) > 3
    assert len({contents.partition("Message-ID:")[2].split()[0] for _, contents in server.taken}) == len(
        server.taken
    )
    assert not list(db.session.scalars(Notification.due()))


def test_one_dead_mailbox_holds_nobody_back(world: World, server: MailServer) -> None:
    gone, full = world.startup.contributor, world.startup.validator
    server.refusals = {gone.email: "550 no such mailbox", full.email: "452 mailbox full"}
    world.solution()

    deliver_notifications()

    assert status_of(gone, "solution_published") == ["failed"]
    assert "550" in rows(gone)[-1].trouble
    assert status_of(full, "solution_published") == ["owed"]
    assert status_of(world.startup.org_admin, "solution_published") == ["sent"]
    assert world.startup.org_admin.email in [mailbox for mailbox, _ in server.taken]

    server.refusals = {}
    deliver_notifications()
    assert status_of(full, "solution_published") == ["owed"]  # a minute of rest
    with time_machine.travel(utc_now() + timedelta(minutes=1, seconds=5)):
        deliver_notifications()
    assert status_of(full, "solution_published") == ["sent"]


def test_a_mailbox_that_stays_full_is_given_up(world: World, server: MailServer) -> None:
    full = world.startup.validator
    server.refusals = {full.email: "452 mailbox full"}
    world.solution()

    for attempt in range(MOST_ATTEMPTS):
        with time_machine.travel(utc_now() + timedelta(hours=attempt)):
            deliver_notifications()

    assert status_of(full, "solution_published") == ["failed"]


def test_a_mail_server_that_is_down_makes_messages_late_never_lost(
    world: World, app: Flask, server: MailServer
) -> None:
    supplier = world.startup.contributor
    up = app.config["SETTINGS"]
    world.solution()
    app.config["SETTINGS"] = dataclasses.replace(up, mail_url="smtp://127.0.0.1:9")
    for _ in range(MOST_ATTEMPTS + 2):
        deliver_notifications()
    assert status_of(supplier, "solution_published") == ["owed"]
    assert server.taken == []

    app.config["SETTINGS"] = up
    deliver_notifications()

    assert status_of(supplier, "solution_published") == ["sent"]


def test_each_envelope_has_one_recipient(world: World, server: MailServer) -> None:
    world.solution()
    deliver_notifications()

    for mailbox, contents in server.taken:
        assert f"<{mailbox}>" in contents
        others = [user.email for user in db.session.scalars(sa.select(User)) if user.email != mailbox]
        assert not any(other in contents for other in others)


def test_a_message_that_cannot_be_written_is_kept_with_its_trouble_and_the_others_leave(
    world: World, mailbox: Mailbox
) -> None:
    world.solution()
    (row,) = [row for row in rows(world.startup.contributor) if row.kind == "solution_published"]
    row.kind = "nobody_wrote_this"
    db.session.commit()

    deliver_notifications()

    db.session.refresh(row)
    assert (row.status, "nobody_wrote_this" in row.trouble) == ("owed", True)
    assert status_of(world.startup.validator, "solution_published") == ["sent"]


def test_a_closed_account_receives_nothing(world: World, mailbox: Mailbox) -> None:
    world.solution()
    world.startup.contributor.closed_at = utc_now()
    db.session.commit()

    deliver_notifications()

    assert mailbox.to(world.startup.contributor) == []
    assert "sent" not in [row.status for row in rows(world.startup.contributor)]


def test_a_folder_that_cannot_be_written_makes_messages_wait(
    world: World, app: Flask, tmp_path: Path, mailbox: Mailbox
) -> None:
    (tmp_path / "file").write_text("not a folder")
    app.config["SETTINGS"] = dataclasses.replace(
        app.config["SETTINGS"], mail_url=f"file:{tmp_path / 'file' / 'mail'}"
    )
    world.solution()

    deliver_notifications()

    assert status_of(world.startup.contributor, "solution_published") == ["owed"]


def test_matches_introduced_are_counted_from_the_first_message(world: World, mailbox: Mailbox) -> None:
    match = world.match(status="approved")
    with time_machine.travel(match.decided_at + UNDO_FOR + SOON):
        deliver_notifications()

    introduced = list(db.session.scalars(Match.told_for(match.need)))
    assert [m.id for m in introduced] == [match.id]
    assert introduced[0].introduced_at is not None
