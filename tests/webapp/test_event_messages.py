"""What people at an event are told: each about their place, all at one instant about a change; and their calendars."""

from __future__ import annotations

import re
from datetime import date, timedelta

import sqlalchemy as sa
import time_machine

from models import Activity, Event, Notification, User, db
from models.calendar import at_paris
from models.database import PARIS
from tests.client import Client, shown
from tests.events import LINK, REASON, make_event
from tests.factories import World, owed
from workers.events import remind_of_events
from workers.mail import deliver_notifications, write_mail
from workers.messages import thing_of, why_drop


def page_of(event: Event) -> str:
    return f"/evenements/{event.id}-{event.slug}"


def told(kind: str) -> list[tuple[str, object]]:
    """(address, instant at which it is due) of every message of this kind, in the order of the people."""
    query = sa.select(Notification).where(Notification.kind == kind).order_by(Notification.recipient_id)
    return [(note.recipient.email, note.due_at) for note in db.session.scalars(query)]


def test_another_hour_or_place_is_told_to_all_at_one_instant_and_other_words_to_nobody(world: World) -> None:
    event = make_event(world, capacity=1)
    comes, waits, left = (world.user(name) for name in ("Vient", "Attend", "Partie"))
    for person in (comes, waits, left):
        event.register(by=person)
    event.unregister(by=left)
    db.session.commit()
    event.write(
        by=world.curator, description="On racontera plutôt cinq irritants, et l’on déjeunera ensuite."
    )
    assert told("event_changed") == []
    event.write(by=world.curator, place="Salle des fêtes de Pantin")
    people = told("event_changed")
    assert [email for email, _at in people] == [comes.email, waits.email]
    assert len({at for _email, at in people}) == 1
    # Who waits is told without the link: it comes with the place.
    texts = {person.email: _text_of(person, "event_changed") for person in (comes, waits)}
    assert LINK in texts[comes.email] and LINK not in texts[waits.email]
    assert all("Salle des fêtes de Pantin" in text for text in texts.values())


def test_saving_what_is_there_already_tells_nobody_and_leaves_no_act(client: Client, world: World) -> None:
    event = make_event(world)
    event.register(by=world.bondy.contributor)
    db.session.commit()
    acts = len(db.session.scalars(Activity.of(event)).all())
    same = {
        "title": event.title,
        "kind": event.kind,
        "description": event.description,
        "starts_on": f"{event.starts_at.astimezone(PARIS):%d/%m/%Y}",
        "starts": "10 h",
        "ends": "12:00",
        "place": event.place,
        "link": event.link,
        "capacity": "40",
        "audience": "all",
    }
    client.sign_in(world.curator)
    assert client.post(f"/curation/evenements/{event.id}/modifier", same).status_code == 303
    assert told("event_changed") == [] and len(db.session.scalars(Activity.of(event)).all()) == acts
    client.post(f"/curation/evenements/{event.id}/modifier", same | {"starts": "9h30"})
    assert len(told("event_changed")) == 1


def _text_of(person: User, kind: str) -> str:
    query = sa.select(Notification).where(Notification.recipient_id == person.id, Notification.kind == kind)
    notification = db.session.scalars(query).one()
    mail = write_mail(notification, thing_of(notification))
    part = mail.get_body(("plain",))
    assert part is not None
    return " ".join(part.get_content().split())


def test_a_cancelled_event_is_told_with_its_reason_to_all_expected_and_stays_on_line(
    client: Client, world: World
) -> None:
    event = make_event(world)
    comes = world.bondy.contributor
    event.register(by=comes)
    client.sign_in(world.curator)
    asked = shown(client.get(f"/curation/evenements/{event.id}/annuler"))
    assert "Une personne sera prévenue." in asked
    assert client.post(f"/curation/evenements/{event.id}/annuler", {"reason": "Non"}).status_code == 422
    client.post(f"/curation/evenements/{event.id}/annuler", {"reason": REASON})
    assert [email for email, _at in told("event_cancelled")] == [comes.email]
    # The confirmation that had not left does not leave any more.
    confirmation = db.session.scalars(
        sa.select(Notification).where(Notification.kind == "event_registered")
    ).one()
    assert why_drop(confirmation, thing_of(confirmation)) is not None
    client.forget()
    page = shown(client.get(page_of(event)))
    assert "n’aura pas lieu" in page and REASON in page and "inscription" not in page
    assert "Matinée des irritants" in client.get("/evenements").text


def test_the_confirmation_brings_a_file_for_the_calendar_that_a_change_moves_and_a_cancellation_removes(
    world: World,
) -> None:
    day = date(2027, 3, 28)  # the night of the change to summer time
    starts = at_paris(day, 9)
    with time_machine.travel(at_paris(date(2027, 3, 1), 8)):
        event = make_event(
            world, starts_at=starts, ends_at=starts + timedelta(hours=3), title="Réveil; à l’heure, dit-on"
        )
        event.register(by=world.bondy.contributor)
        db.session.commit()
        first = _calendar_of(world.bondy.contributor, "event_registered")
        assert "DTSTART:20270328T070000Z" in first and "DTEND:20270328T100000Z" in first
        assert f"URL:http://localhost{page_of(event)}" in first.replace("\r\n ", "")
        assert r"SUMMARY:Réveil\; à l’heure\, dit-on" in first and LINK in first.replace("\r\n ", "")
        event.write(
            by=world.curator, starts_at=starts - timedelta(days=1), ends_at=starts - timedelta(hours=22)
        )
        db.session.commit()
        moved = _calendar_of(world.bondy.contributor, "event_changed")
        assert "DTSTART:20270327T070000Z" in moved or "DTSTART:20270327T080000Z" in moved
        event.cancel(by=world.curator, reason=REASON)
        db.session.commit()
        gone = _calendar_of(world.bondy.contributor, "event_cancelled")
        assert "STATUS:CANCELLED" in gone and "STATUS" not in moved
        uids = {re.search(r"UID:(\S+)", file)[1] for file in (first, moved, gone)}  # type: ignore[index]
        assert len(uids) == 1


def _calendar_of(person: User, kind: str) -> str:
    query = sa.select(Notification).where(Notification.recipient_id == person.id, Notification.kind == kind)
    notification = db.session.scalars(query).one()
    mail = write_mail(notification, thing_of(notification))
    (file,) = [part for part in mail.iter_attachments() if part.get_content_type() == "text/calendar"]
    return file.get_payload(decode=True).decode()  # type: ignore[union-attr]


def test_who_comes_is_reminded_seven_days_and_one_day_before_once_each(world: World) -> None:
    event = make_event(world, capacity=2)
    early, waits = world.user("Tôt"), world.user("Attend")
    for person in (early, world.user(), waits):
        event.register(by=person)
    db.session.commit()
    seen = []
    for days, hours in ((8, 0), (7, 0), (6, 12), (3, 0), (1, 0), (0, 2), (0, -1)):
        with time_machine.travel(event.starts_at - timedelta(days=days, hours=hours)):
            remind_of_events()
            remind_of_events()
            seen.append(owed(early).count("event_reminder"))
    assert seen == [0, 1, 1, 1, 2, 2, 2]
    assert "event_reminder" not in owed(waits)


def test_who_registers_three_days_before_is_reminded_the_day_before_only(world: World) -> None:
    event, late = make_event(world), world.user("Tard")
    with time_machine.travel(event.starts_at - timedelta(days=3)):
        event.register(by=late)
        db.session.commit()
        remind_of_events()
        assert "event_reminder" not in owed(late)
    with time_machine.travel(event.starts_at - timedelta(hours=20)):
        remind_of_events()
        assert owed(late).count("event_reminder") == 1


def test_each_message_of_an_event_leaves_once_and_only_while_it_is_true(world: World) -> None:
    event, person = make_event(world), world.bondy.contributor
    event.register(by=person)
    event.unregister(by=person)
    event.register(by=person)
    db.session.commit()
    deliver_notifications()
    deliver_notifications()
    rows = db.session.scalars(
        sa.select(Notification).where(
            Notification.recipient_id == person.id, Notification.kind.like("event_%")
        )
    )
    # Taken, given back, taken again before anything left: one confirmation leaves.
    assert [(row.kind, row.status) for row in rows] == [
        ("event_registered", "dropped"),
        ("event_registered", "sent"),
    ]
