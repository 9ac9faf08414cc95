"""What leaves about questions: answers in one message, at one moment; a reminder after three working days, once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import time_machine

from models import Follow, Notification, Question, db
from models.database import PARIS
from models.question_lifecycle import GATHER_FOR
from tests.factories import World
from tests.questions import ANSWER, make_question
from workers.mail import deliver_notifications
from workers.messages import compose
from workers.reminders import remind_people

LONG_AGO = datetime(2026, 11, 4, 9, 0, tzinfo=UTC)  # a Wednesday


def _told(person: object) -> list[Notification]:
    rows = db.session.query(Notification).filter_by(kind="question_answered", recipient_id=person.id)  # type: ignore[attr-defined]
    return rows.order_by(Notification.id).all()


def test_answers_of_the_same_quarter_of_an_hour_make_one_message_which_says_who_asked_to_nobody(
    world: World,
) -> None:
    need, reader = world.need(), world.user("Suiveuse")
    Follow.begin(user=reader, kind="need", key=need.id)
    make_question(world, "answered_publicly", need=need, text="Les corbeilles ont-elles un couvercle ?")
    make_question(world, "answered_publicly", need=need, company=world.rival, text="Qui vide le dimanche ?")
    deliver_notifications()
    assert [row.status for row in _told(reader)] == ["owed", "owed"]
    with time_machine.travel(datetime.now(UTC) + GATHER_FOR + timedelta(minutes=1)):
        deliver_notifications()
        rows = _told(reader)
        assert [row.status for row in rows] == ["dropped", "sent"] or [row.status for row in rows] == [
            "sent",
            "dropped",
        ]
    for row in _told(reader):
        if row.status == "sent":
            question = db.session.get_one(Question, row.subject_id)
            words = str(compose(row, question))
            assert "Ultrason" not in words and "Autre Piste" not in words and ANSWER in words


def test_a_question_that_waits_three_working_days_is_recalled_once_to_those_who_answer(world: World) -> None:
    world.bagnolet, world.startup  # noqa: B018 (made by being asked for)
    with time_machine.travel(LONG_AGO):
        question = make_question(world)
    # Wednesday 4; the three working days are 5, 6 and 9; the holiday of the 11th and the week-end do not count.
    for day, expected in ((6, False), (7, False), (8, False), (9, True), (10, True)):
        with time_machine.travel(datetime(2026, 11, day, 12, 0, tzinfo=PARIS)):
            remind_people()
            db.session.refresh(question)
            assert (question.reminded_at is not None) is expected, day
    rows = db.session.query(Notification).filter_by(
        kind="question_reminder", recipient_id=question.need.author_id
    )
    assert rows.count() == 1
