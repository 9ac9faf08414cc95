"""Alerts and digests: what is published finds its readers once, at their rhythm, and one press ends it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
import time_machine

from models import (
    Activity,
    Alert,
    AlertFind,
    Follow,
    NeedChoices,
    Notification,
    SolutionChoices,
    User,
    db,
)
from models.database import PARIS, utc_now
from models.rhythm import next_moment
from tests.factories import World
from tests.workers.conftest import Mailbox, words_of
from workers import digests as digests_errand
from workers.alerts import look_for_alerts
from workers.corpus import Corpus
from workers.digests import send_digests
from workers.mail import deliver_notifications
from workers.messages.following import followers_with_news

pytestmark = pytest.mark.encoder

#: A Wednesday, in the afternoon.
WEDNESDAY = datetime(2027, 3, 10, 15, 0, tzinfo=PARIS)


def keep(user: User, words: str = "", kind: str = "needs", rhythm: str = "daily", **choices: Any) -> Alert:
    chosen = NeedChoices(**choices) if kind == "needs" else SolutionChoices(**choices)
    alert = Alert.keep(user=user, kind=kind, choices=chosen, words=words, name=words or "Une alerte")
    alert.rhythm = rhythm
    db.session.commit()
    return alert


def begin(world: World) -> None:
    """What is online already is no news."""
    assert world.bagnolet and world.startup and world.rival
    look_for_alerts()


def live(days: float, step: timedelta = timedelta(hours=1), start: datetime | None = None) -> None:
    """Let the clock of the platform go on for so many days."""
    begin = start or utc_now()
    moment = begin
    while moment <= begin + timedelta(days=days):
        with time_machine.travel(moment, tick=False):
            look_for_alerts()
            send_digests()
            deliver_notifications()
        moment += step


def digests(mailbox: Mailbox, user: User) -> list[str]:
    return [words_of(mail) for mail in mailbox.to(user)]


def test_what_is_published_is_found_once_for_each_alert_and_leaves_at_eight(
    world: World, corpus: Corpus, mailbox: Mailbox
) -> None:
    reader = world.startup.contributor
    with time_machine.travel(WEDNESDAY, tick=False):
        begin(world)
        deliver_notifications()
        before = len(mailbox.to(reader))
        keep(reader, theme="circular_waste")
        keep(reader, "corbeilles de rue pleines le dimanche")
        need = world.need(title="Corbeilles pleines & <vides>")
        look_for_alerts()
        look_for_alerts()
        finds = db.session.scalars(sa.select(AlertFind)).all()
        assert [find.need_id for find in finds] == [need.id, need.id]
        lines = db.session.scalars(sa.select(Activity).where(Activity.action == "alert")).all()
        assert [(line.need_id, line.details["count"]) for line in lines] == [(need.id, 1)]
        assert lines[0].details["organizations"] == [world.startup.organization.id]
        send_digests()
        deliver_notifications()
        assert len(mailbox.to(reader)) == before
    with time_machine.travel(datetime(2027, 3, 11, 8, 1, tzinfo=PARIS), tick=False):
        deliver_notifications()
    (text,) = digests(mailbox, reader)[before:]
    assert text.count("Corbeilles pleines & <vides>") == 1
    live(3, start=datetime(2027, 3, 11, 9, 0, tzinfo=PARIS), step=timedelta(hours=6))
    assert len(mailbox.to(reader)) == before + 1


def test_an_alert_at_once_writes_to_all_at_the_same_instant_and_one_message_for_all_alerts(
    world: World, corpus: Corpus, mailbox: Mailbox
) -> None:
    begin(world)
    readers = [world.startup.contributor, world.rival.contributor]
    for reader in readers:
        keep(reader, rhythm="instant", theme="circular_waste")
        keep(reader, rhythm="instant")
    db.session.execute(sa.delete(Notification))
    world.need(title="Un besoin que deux attendent")
    look_for_alerts()
    owed = db.session.scalars(sa.select(Notification).where(Notification.kind == "alert_found")).all()
    assert {one.recipient_id for one in owed} == {reader.id for reader in readers} and len(owed) == 2
    assert len({one.due_at for one in owed}) == 1
    with time_machine.travel(utc_now() + timedelta(minutes=2)):
        deliver_notifications()
        deliver_notifications()
    for reader in readers:
        (mail,) = mailbox.to(reader)
        assert words_of(mail).count("Un besoin que deux attendent") >= 1
        assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_words_find_by_meaning_and_leave_the_rest(world: World, corpus: Corpus) -> None:
    begin(world)
    alert = keep(world.startup.contributor, "poubelles publiques qui débordent")
    near = world.need(title="Tournées de corbeilles faites à l’aveugle")
    world.need(
        title="Des pics de chaleur dans les écoles maternelles",
        irritant="Dès juin les classes dépassent trente degrés et les enfants ne dorment plus à la sieste de l’après-midi.",
        expected_outcome="Des classes où l’on peut dormir et apprendre en juin sans climatisation.",
        themes=["climate_air_energy"],
    )
    look_for_alerts()
    assert [find.need_id for find in alert.finds] == [near.id]


def test_a_withdrawn_need_a_stopped_alert_and_a_need_for_members_are_not_told(
    world: World, corpus: Corpus, mailbox: Mailbox
) -> None:
    begin(world)
    outsider, reader = world.user("Dehors"), world.startup.contributor
    for person in (outsider, reader):
        keep(person, theme="circular_waste")
    gone = world.need(title="Un besoin vite retiré")
    world.need(title="Un besoin pour les membres", visible_to_members_only=True)
    look_for_alerts()
    gone.withdraw(by=world.bagnolet.validator, reason="La mairie a trouvé une autre voie entre-temps.")
    db.session.commit()
    send_digests()
    with time_machine.travel(utc_now() + timedelta(days=7)):
        deliver_notifications()
    assert digests(mailbox, outsider) == []
    (text,) = digests(mailbox, reader)
    assert "vite retiré" not in text and "pour les membres" in text


def test_what_can_wait_is_one_message_of_twelve_lines_and_says_how_many_more(
    world: World, corpus: Corpus, mailbox: Mailbox
) -> None:
    author = world.bagnolet.contributor
    with time_machine.travel(WEDNESDAY, tick=False):
        drafts = [world.need(status="draft", title=f"Un brouillon numéro {n}") for n in range(14)]
        for draft in drafts:
            Notification.owe(
                "need_draft_reminder", [author], subject=draft, event=f"need_draft_reminder:{draft.id}:7"
            )
        db.session.commit()
        deliver_notifications()
        before = len(mailbox.to(author))
        send_digests()
    with time_machine.travel(datetime(2027, 3, 11, 8, 5, tzinfo=PARIS), tick=False):
        deliver_notifications()
        (mail,) = mailbox.to(author)[before:]
        assert words_of(mail).count("brouillon numéro") >= 12
        assert "Et 2 autres nouvelles" in words_of(mail)
        assert not db.session.scalars(Notification.held_for(author, utc_now())).all()


def test_followers_hear_of_new_things_in_their_digest_and_nobody_of_what_they_wrote(
    world: World, corpus: Corpus, mailbox: Mailbox
) -> None:
    follower, author = world.rival.contributor, world.bagnolet.contributor
    with time_machine.travel(WEDNESDAY, tick=False):
        begin(world)
        for person in (follower, author):
            Follow.begin(user=person, kind="theme", key="circular_waste")
        Follow.begin(user=follower, kind="organization", key=world.startup.organization.id)
        db.session.commit()
    with time_machine.travel(WEDNESDAY + timedelta(hours=1), tick=False):
        world.need(title="Le besoin suivi")
        world.solution(title="La solution suivie")
        look_for_alerts()
        send_digests()
    with time_machine.travel(datetime(2027, 3, 11, 8, 5, tzinfo=PARIS), tick=False):
        deliver_notifications()
        text = digests(mailbox, follower)[-1]
        assert "Le besoin suivi" in text and "La solution suivie" in text
        assert "Le besoin suivi" not in digests(mailbox, author)[-1]
        send_digests()
        assert not db.session.scalars(
            sa.select(Notification).where(Notification.kind == "digest", Notification.status == "owed")
        ).all()


def test_a_pause_keeps_silent_and_what_came_meanwhile_is_not_told_after(
    world: World, corpus: Corpus, mailbox: Mailbox
) -> None:
    begin(world)
    reader = world.startup.contributor
    keep(reader)
    reader.choose_rhythm("paused", 1)
    db.session.commit()
    world.need(title="Pendant la pause")
    live(3, step=timedelta(hours=8))
    assert digests(mailbox, reader) == []
    with time_machine.travel(utc_now() + timedelta(days=4), tick=False):
        reader.choose_rhythm("daily", 1)
        db.session.commit()
        send_digests()
        assert not db.session.scalars(sa.select(Notification).where(Notification.kind == "digest")).all()


def test_who_changes_rhythm_waits_for_the_new_moment_and_not_the_old_one(
    world: World, corpus: Corpus, mailbox: Mailbox
) -> None:
    reader = world.startup.contributor
    with time_machine.travel(WEDNESDAY, tick=False):
        begin(world)
        reader.choose_rhythm("weekly", 1)
        keep(reader)
        world.need(title="Plus tôt que prévu")
        look_for_alerts()
        send_digests()
        reader.choose_rhythm("daily", 1)
        db.session.commit()
        send_digests()
    with time_machine.travel(datetime(2027, 3, 11, 8, 5, tzinfo=PARIS), tick=False):
        deliver_notifications()
    assert "Plus tôt que prévu" in digests(mailbox, reader)[-1]


def test_a_digest_tried_again_after_a_crash_holds_the_same_and_is_one_message(
    world: World, corpus: Corpus, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    reader = world.startup.contributor
    with time_machine.travel(WEDNESDAY, tick=False):
        begin(world)
        keep(reader)
        world.need(title="Une seule fois")
        look_for_alerts()
        send_digests()
    for minutes in (1, 3):  # the worker dies between the mail and its note; another one takes over
        with (
            time_machine.travel(datetime(2027, 3, 11, 8, minutes, tzinfo=PARIS), tick=False),
            monkeypatch.context() as patch,
        ):
            if minutes == 1:
                patch.setattr("workers.mail._note", lambda *_: None)
            deliver_notifications()
    assert len({mail["Message-ID"] for mail in mailbox.to(reader)}) == len(mailbox.to(reader)) == 1
    assert all(find.told_at for find in db.session.scalars(sa.select(AlertFind)))


@pytest.mark.parametrize(
    ("rhythm", "day", "instant", "moment"),
    [
        ("daily", 1, "2027-03-10T07:59", "2027-03-10T08:00"),
        ("daily", 1, "2027-03-10T08:01", "2027-03-11T08:00"),
        ("daily", 1, "2027-03-12T09:00", "2027-03-15T08:00"),  # over a week-end
        (
            "daily",
            1,
            "2027-03-27T09:00",
            "2027-03-30T08:00",
        ),  # the clocks change on Sunday; Monday is Easter’s
        ("weekly", 1, "2027-03-10T09:00", "2027-03-16T08:00"),
        ("weekly", 0, "2027-03-23T09:00", "2027-03-30T08:00"),  # Easter Monday: the day after
    ],
)
def test_what_can_wait_leaves_at_eight_in_paris_on_working_days(
    rhythm: str, day: int, instant: str, moment: str
) -> None:
    def in_paris(written: str) -> datetime:
        return datetime.fromisoformat(written).replace(tzinfo=PARIS)

    assert next_moment(rhythm, day, in_paris(instant)) == in_paris(moment)


def test_who_follows_a_need_reads_where_its_consultation_is_at_once(
    world: World, corpus: Corpus, mailbox: Mailbox
) -> None:
    begin(world)
    follower, need = world.rival.contributor, world.need()
    Follow.begin(user=follower, kind="need", key=need.id)
    world.response(need, status="not_retained")
    need.close()
    need.conclude(
        by=world.bagnolet.validator,
        outcome="consultation_launched",
        reason="Une consultation est ouverte à toutes les entreprises depuis ce matin.",
        consultation_url="https://marches.bagnolet.example/2027-12",
        consultation_number="2027-12",
    )
    db.session.commit()
    deliver_notifications()
    text = digests(mailbox, follower)[-1]
    assert "https://marches.bagnolet.example/2027-12 (référence 2027-12)" in text


def test_a_follower_is_looked_at_when_something_happened_in_what_they_follow_and_not_otherwise(
    world: World,
) -> None:
    theme, company, page = (world.member(world.bagnolet.organization, "contributor") for _ in range(3))
    with time_machine.travel(WEDNESDAY, tick=False):
        solution = world.solution(themes=["energy_buildings"])
        Follow.choose_themes(theme, {"circular_waste"})
        Follow.begin(user=company, kind="organization", key=world.startup.organization.id)
        Follow.begin(user=page, kind="solution", key=solution.id)
        db.session.commit()
        assert followers_with_news() == set()
    with time_machine.travel(WEDNESDAY + timedelta(hours=1), tick=False):
        world.need(themes=["circular_waste"])
        assert followers_with_news() == {theme.id}
        world.solution(title="Une autre fiche de la même entreprise", themes=["energy_buildings"])
        assert followers_with_news() == {theme.id, company.id}
        solution.suspend(by=world.curator, reason="Une raison assez longue pour être lue par tous.")
        db.session.commit()
        assert followers_with_news() == {theme.id, company.id, page.id}
        for person in (theme, company, page):
            person.news_told_at = utc_now()
        db.session.commit()
        assert followers_with_news() == set()


def test_a_digest_that_cannot_be_gathered_holds_no_other_back(
    world: World, corpus: Corpus, monkeypatch: pytest.MonkeyPatch
) -> None:
    readers = (world.startup.contributor, world.rival.contributor)
    with time_machine.travel(WEDNESDAY, tick=False):
        begin(world)
        for reader in readers:
            keep(reader)
        world.need(title="Pour les deux")
        look_for_alerts()
        gather = digests_errand.news_of

        def fails_for_the_first(user: User, moment: datetime) -> Any:
            assert user.id != min(reader.id for reader in readers), "a mistake of ours"
            return gather(user, moment)

        monkeypatch.setattr(digests_errand, "news_of", fails_for_the_first)
        send_digests()
    owed = db.session.scalars(sa.select(Notification).where(Notification.kind == "digest")).all()
    assert [one.recipient_id for one in owed] == [max(reader.id for reader in readers)]


def test_what_one_alert_told_at_once_is_not_told_again_by_another_of_the_same_person(
    world: World, corpus: Corpus, mailbox: Mailbox
) -> None:
    begin(world)
    reader, other = world.startup.contributor, world.rival.contributor
    keep(reader, rhythm="instant")
    keep(reader, rhythm="weekly", theme="circular_waste")
    keep(other, rhythm="weekly", theme="circular_waste")
    with time_machine.travel(WEDNESDAY):
        world.need(title="Un besoin trouvé deux fois")
    live(8, start=WEDNESDAY, step=timedelta(hours=6))
    told = [mail for mail in mailbox.to(reader) if "Un besoin trouvé deux fois" in words_of(mail)]
    assert len(told) == 1
    assert [mail for mail in mailbox.to(other) if "Un besoin trouvé deux fois" in words_of(mail)]
