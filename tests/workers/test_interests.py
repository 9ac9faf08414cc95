"""What the clock does for « J'adopte » and for references."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import sqlalchemy as sa
import time_machine
from flask import Flask

from models import Interest, Notification, db
from models.database import PARIS
from tests.adoptions import make_interest, make_reference
from tests.factories import World, owed
from workers.interests import tell_team_of_unanswered
from workers.mail import write_mail
from workers.messages import why_drop
from workers.reminders import remind_people

#: A Thursday; 8 May (a Friday) and Ascension (14 May, a Thursday) are holidays.
SENT = datetime(2026, 5, 7, 10, tzinfo=PARIS)


def _reminders(world: World) -> int:
    remind_people()
    query = sa.select(Notification.id).where(
        Notification.kind == "interest_reminder", Notification.recipient_id == world.startup.contributor.id
    )
    return len(db.session.scalars(query).all())


def test_a_company_is_reminded_after_five_working_days_then_ten_and_no_more(world: World) -> None:
    with time_machine.travel(SENT, tick=False):
        make_interest(world)
    seen = []
    for day in (14, 15, 18, 19, 22, 23, 26, 30):
        with time_machine.travel(SENT.replace(day=day, hour=12), tick=False):
            seen.append(_reminders(world))
            remind_people()
    # 11, 12, 13, 15 and 18 May are the five working days; the tenth is the 26th (Whit Monday, the 25th, does not count).
    assert seen == [0, 0, 0, 1, 1, 1, 1, 2]


def test_a_first_reminder_that_was_late_is_not_followed_by_the_second_at_once(world: World) -> None:
    with time_machine.travel(SENT, tick=False):
        make_interest(world)
    seen = []
    for day in (
        27,
        28,
        30,
    ):  # the site was stopped for three weeks; 3 June is the fifth working day after the 27th
        with time_machine.travel(SENT.replace(day=day, hour=12), tick=False):
            remind_people()
            seen.append(_reminders(world))
    with time_machine.travel(datetime(2026, 6, 3, 12, tzinfo=PARIS), tick=False):
        seen.append(_reminders(world))
    assert seen == [1, 1, 1, 2]


def test_an_acknowledged_demand_is_left_alone(world: World) -> None:
    with time_machine.travel(SENT, tick=False):
        make_interest(world, "acknowledged")
    with time_machine.travel(SENT + timedelta(days=40), tick=False):
        assert _reminders(world) == 0
        assert db.session.scalars(sa.select(Interest.status)).all() == ["acknowledged"]


def test_thirty_days_without_an_answer_end_it_and_the_team_reads_of_it_once_on_monday_morning(
    world: World,
) -> None:
    with time_machine.travel(SENT, tick=False):
        interest = make_interest(world)
    with time_machine.travel(SENT + timedelta(days=30, minutes=1), tick=False):
        remind_people()
        assert interest.status == "expired" and "interest_expired" in owed(world.bagnolet.contributor)
    monday = datetime(2026, 6, 8, 7, 30, tzinfo=PARIS)
    told = []
    for instant in (
        monday,
        monday + timedelta(hours=1),
        monday + timedelta(hours=2),
        monday + timedelta(days=7, hours=1),
    ):
        with time_machine.travel(instant, tick=False):
            tell_team_of_unanswered()
            told.append(len(owed(world.curator, "unanswered_interests")))
    assert told == [0, 1, 1, 1]


def test_the_date_of_a_meeting_leaves_with_a_file_for_the_calendar(
    app: Flask, world: World, tmp_path: Path
) -> None:
    interest = make_interest(world, "meeting_planned")
    notes = db.session.scalars(sa.select(Notification).where(Notification.kind == "interest_meeting")).all()
    assert {note.recipient_id for note in notes} >= {
        world.bagnolet.contributor.id,
        world.startup.contributor.id,
    }
    mail = write_mail(notes[0], interest)
    (file,) = mail.iter_attachments()
    assert file.get_content_type() == "text/calendar" and file.get_filename() == "rendez-vous.ics"
    words = file.get_content().replace("\r\n", "\n")
    assert "BEGIN:VEVENT" in words and interest.meeting_at is not None
    assert f"{interest.meeting_at:%Y%m%dT%H%M%SZ}" in words
    body = mail.get_body(("plain",))
    assert body is not None and "rendez-vous" in body.get_content().lower()


def test_a_commune_that_comes_later_is_asked_then_about_what_a_company_said_of_it(world: World) -> None:
    reference = make_reference(world, label="Sceaux")
    assert reference.status == "declared"
    sceaux = world.commune("Sceaux")
    remind_people(), remind_people()
    assert reference.status == "asked"
    assert owed(sceaux.contributor, "reference_to_confirm") == ["reference_to_confirm"]


def test_a_message_for_who_left_the_company_does_not_leave(world: World) -> None:
    interest = make_interest(world)
    for membership in list(interest.solution.organization.memberships):
        if membership.user == world.startup.contributor:
            membership.leave(by=world.startup.contributor)
    db.session.commit()
    query = sa.select(Notification).where(Notification.kind == "interest_received")
    dropped = {note.recipient_id: why_drop(note, interest) for note in db.session.scalars(query)}
    assert dropped[world.startup.contributor.id] and dropped[world.startup.validator.id] is None


def test_a_company_whose_meeting_is_called_off_reads_it_and_its_calendar_too(
    app: Flask, world: World
) -> None:
    interest = make_interest(world, "meeting_planned")
    interest.stop(by=world.bagnolet.contributor, reason="Le budget est reporté à l’an prochain.")
    db.session.commit()
    note = db.session.scalars(sa.select(Notification).where(Notification.kind == "interest_stopped")).first()
    assert note is not None
    mail = write_mail(note, interest)
    body = mail.get_body(("plain",))
    assert body is not None and "n’aura pas lieu" in " ".join(body.get_content().split())
    (file,) = mail.iter_attachments()
    assert "STATUS:CANCELLED" in file.get_content()


def test_a_demand_stopped_before_any_meeting_or_after_it_calls_nothing_off(app: Flask, world: World) -> None:
    for status in ("sent", "acknowledged", "met"):
        interest = make_interest(world, status, solution=world.solution())
        interest.stop(by=world.bagnolet.contributor, reason="Le budget est reporté à l’an prochain.")
        db.session.commit()
        note = db.session.scalars(
            sa.select(Notification)
            .where(Notification.kind == "interest_stopped")
            .order_by(Notification.id.desc())
        ).first()
        assert note is not None and not list(write_mail(note, interest).iter_attachments())
