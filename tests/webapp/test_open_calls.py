"""Calls: a window of days that opens and closes by itself at midnight in Paris; what is written in it, who is told."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
import sqlalchemy as sa
import time_machine

from models import Activity, Follow, IllegalMove, Need, Notification, NotReady, OpenCall, Solution, db
from models.calendar import at_paris, today_in_paris
from models.database import PARIS, utc_now
from tests.client import Client, shown
from tests.factories import HOW, World, owed
from tests.open_calls import make_call
from workers.open_calls import keep_calls, remind_of_calls

SECOND = timedelta(seconds=1)


def page_of(call: OpenCall) -> str:
    return f"/appels/{call.id}-{call.slug}"


def status_at(call: OpenCall, instant: datetime) -> str:
    """What the errand makes of it at that instant, run twice."""
    with time_machine.travel(instant, tick=False):
        keep_calls()
        keep_calls()
        db.session.expire_all()
        return db.session.get_one(OpenCall, call.id).status


def midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=PARIS)


# ------------------------------------------------------------------ time


@pytest.mark.parametrize(
    ("first", "last"),
    [
        (date(2027, 3, 28), date(2027, 3, 28)),  # the day of 23 hours
        (date(2027, 10, 31), date(2027, 10, 31)),  # the day of 25 hours
        (date(2027, 3, 27), date(2027, 3, 29)),
        (date(2027, 10, 30), date(2027, 11, 1)),
        (date(2018, 7, 2), date(2018, 9, 20)),
    ],
)
def test_a_call_opens_at_midnight_in_paris_and_closes_after_the_last_second_of_its_last_day(
    world: World, first: date, last: date
) -> None:
    world.curator  # noqa: B018 (made now)
    with time_machine.travel(at_paris(first - timedelta(days=20), 9)):
        call = OpenCall.draft(
            by=world.curator,
            title="Une vague",
            text="Dites ce qui ne va pas dans votre commune, en quelques phrases.",
            audience="demand",
            opens_on=first,
            closes_on=last,
        )
        call.announce(by=world.curator)
        db.session.commit()
    opens, ends = midnight(first), midnight(last + timedelta(days=1))
    assert (call.opens_at, call.closes_at) == (opens, ends.astimezone(PARIS) - timedelta(microseconds=1))
    assert status_at(call, opens - SECOND) == "announced"
    assert status_at(call, opens) == "open"
    assert status_at(call, call.closes_at) == "open"
    assert status_at(call, call.closes_at + SECOND) == "closed"


def test_what_one_may_do_follows_the_days_even_where_the_errand_is_late(world: World) -> None:
    call = make_call(world, "announced")
    for days, is_open in ((0, False), (1, True), (30, True), (31, False)):
        with time_machine.travel(at_paris(today_in_paris() + timedelta(days=days), 12)):
            assert call.is_open is is_open, days


def test_the_errand_does_what_is_due_once(world: World) -> None:
    for status in ("draft", "announced", "open", "closed", "archived", "discarded"):
        make_call(world, status, title=f"Appel {status}")
    keep_calls()
    with time_machine.travel(utc_now() + timedelta(days=2)):
        keep_calls()
    db.session.expire_all()
    now = {call.title.split()[1]: call.status for call in db.session.scalars(sa.select(OpenCall))}
    assert now == {
        "draft": "draft", "announced": "open", "open": "open", "closed": "closed", "archived": "archived",
        "discarded": "discarded",
    }  # fmt: skip


# ------------------------------------------------------------------ through the pages


def test_the_team_writes_a_call_announces_it_and_extends_it(client: Client, world: World) -> None:
    today = today_in_paris()
    typed = {
        "title": "Printemps des écoles",
        "text": "Dites ce qui ne marche pas dans vos écoles : cours, cantine, chauffage, inscriptions.",
        "programme": "Un atelier par semaine avec l’équipe.",
        "audience": "demand",
        "opens_on": f"{today}",
        "closes_on": f"{today + timedelta(days=5)}",
    }
    client.sign_in(world.curator)
    wrong = client.post("/curation/appels/nouveau", typed | {"closes_on": f"{today - timedelta(days=1)}"})
    assert (
        wrong.status_code == 422
        and "vient après le premier" in shown(wrong)
        and typed["text"] in shown(wrong)
    )
    assert client.post("/curation/appels/nouveau", typed).status_code == 303
    call = db.session.scalars(sa.select(OpenCall)).one()
    client.forget()
    assert client.get(page_of(call)).status_code == 303 and "Printemps" not in client.get("/appels").text
    client.sign_in(world.curator).post(f"/curation/appels/{call.id}/annoncer")
    keep_calls()
    client.forget()
    for path in ("/", "/appels", page_of(call)):
        assert "Printemps des écoles" in client.get(path).text, path
    assert "il reste 5 jours" in shown(client.get("/"))
    client.sign_in(world.curator)
    late = client.post(f"/curation/appels/{call.id}/prolonger", {"closes_on": f"{today + timedelta(days=3)}"})
    assert late.status_code == 422 and "plus tardif" in shown(late)
    client.post(f"/curation/appels/{call.id}/prolonger", {"closes_on": f"{today + timedelta(days=9)}"})
    assert db.session.get_one(OpenCall, call.id).days_left == 9
    # Announced: its words may be corrected, its days no longer.
    client.post(
        f"/curation/appels/{call.id}/modifier",
        typed | {"title": "Printemps des cours", "opens_on": "2020-01-01"},
    )
    db.session.expire_all()
    call = db.session.get_one(OpenCall, call.id)
    assert (call.title, call.opens_on) == ("Printemps des cours", today)


def test_each_side_reads_in_its_space_the_calls_for_which_it_may_write(client: Client, world: World) -> None:
    make_call(world, title="Pour les communes")
    make_call(world, title="Pour les entreprises", audience="supply")
    client.sign_in(world.startup.contributor)
    page = shown(client.get("/mon-espace"))
    assert "Pour les entreprises" in page and "Pour les communes" not in page and "il reste 12 jours" in page
    client.sign_in(world.bondy.contributor)
    assert "Pour les communes" in client.get("/mon-espace").text


# ------------------------------------------------------------------ what is written in it


def test_a_need_enters_a_call_at_its_practical_step_and_shows_on_its_page_once_published(
    client: Client, world: World
) -> None:
    call, other = make_call(world), make_call(world, title="Pour les entreprises", audience="supply")
    need = world.need(status="draft")
    client.sign_in(world.bagnolet.contributor)
    step = f"/besoins/{need.id}/rediger/practical"
    page = client.get(step).text
    assert call.title in page and other.title not in page
    closes = f"{today_in_paris() + timedelta(days=30)}"
    right = {
        "step": "practical",
        "closes_on": closes,
        "intent": "sourcing",
        "budget": "unknown",
        "purchase_kind": "supplies_services",
    }
    assert client.post(step, right | {"open_call_id": f"{other.id}"}).status_code == 422
    assert client.post(step, right | {"open_call_id": f"{call.id}"}).status_code == 303
    assert db.session.get_one(Need, need.id).open_call_id == call.id
    assert f'"{page_of(call)}"' in client.get(f"/besoins/{need.id}/rediger/review").text
    assert need.title not in client.get(page_of(call)).text, "a draft is read by nobody"
    need = db.session.get_one(Need, need.id)
    need.submit(by=world.bagnolet.contributor)
    need.publish(by=world.bagnolet.validator)
    db.session.commit()
    client.forget()
    assert need.title in client.get(page_of(call)).text
    assert f'"{page_of(call)}"' in client.get(f"/besoins/{need.id}-{need.slug}").text
    client.sign_in(world.bagnolet.contributor)
    assert db.session.get_one(Need, need.id).copy(by=world.bagnolet.contributor).open_call_id is None


def test_a_solution_enters_a_call_of_companies(client: Client, world: World) -> None:
    call = make_call(world, audience="supply")
    solution = world.solution(status="draft")
    client.sign_in(world.startup.contributor)
    step = f"/solutions/{solution.id}/rediger/practical"
    assert call.title in client.get(step).text
    client.post(step, {"step": "practical", "price_unit": "one_off", "open_call_id": f"{call.id}"})
    solution = db.session.get_one(Solution, solution.id)
    assert solution.open_call_id == call.id
    solution.submit(by=world.startup.contributor)
    solution.publish(by=world.curator)
    db.session.commit()
    client.forget()
    page = shown(client.get(page_of(call)))
    assert solution.title in page and "Solutions publiées dans cet appel" in page
    # Once on line it neither leaves the call nor enters one.
    client.sign_in(world.startup.contributor)
    assert "open_call_id" not in client.get(f"/solutions/{solution.id}/modifier").text
    solution = db.session.get_one(Solution, solution.id)
    solution.revise(by=world.startup.contributor, how_it_works=f"{HOW} Et davantage encore.")
    assert solution.open_call_id == call.id


def test_after_the_last_second_what_was_not_handed_over_says_so_and_what_was_may_come_back(
    world: World,
) -> None:
    call = make_call(world)
    agent, validator = world.bagnolet.contributor, world.bagnolet.validator
    late = world.need(status="draft", title="Un besoin en retard d’un jour", open_call_id=call.id)
    early = world.need(status="awaiting_validation", title="Un besoin remis à temps", open_call_id=call.id)
    closes = {"closes_on": today_in_paris() + timedelta(days=60)}
    with time_machine.travel(call.closes_at + SECOND):
        for need in (late, early):
            if need is early:
                need.send_back(by=validator, reason="Dites aussi où cela se passe.")
            need.write(**closes)
        with pytest.raises(NotReady, match="n’est pas ouvert : choisissez « Aucun appel »"):
            late.submit(by=agent)
        early.submit(by=agent)
        late.write(open_call_id=None)
        late.submit(by=agent)
    assert (late.open_call_id, early.open_call_id) == (None, call.id)


def test_a_need_kept_for_members_shows_on_the_call_to_members_alone(client: Client, world: World) -> None:
    call = make_call(world)
    need = world.need(title="Un besoin pour les membres", open_call_id=call.id, visible_to_members_only=True)
    assert need.title not in client.get(page_of(call)).text
    client.sign_in(world.startup.contributor)
    assert need.title in client.get(page_of(call)).text


def test_a_past_call_stays_readable_and_invites_nobody_any_more(client: Client, world: World) -> None:
    call = make_call(world, "archived")
    page = shown(client.get(page_of(call)))
    assert "Ouvert du" in page and "Écrire un besoin" not in page
    assert call.title in client.get("/appels").text and call.title not in client.get("/").text


# ------------------------------------------------------------------ who is told


def told(kind: str) -> list[tuple[str, datetime]]:
    query = sa.select(Notification).where(Notification.kind == kind).order_by(Notification.recipient_id)
    return [(note.recipient.email, note.due_at) for note in db.session.scalars(query)]


def test_who_follows_it_is_told_that_it_opens_and_with_its_writers_that_it_lasts_longer_all_at_once(
    client: Client, world: World
) -> None:
    call = make_call(world, "announced")
    follower, other = world.bondy.contributor, world.startup.contributor
    client.sign_in(follower)
    client.post(f"/appels/{call.id}/suivre")
    assert call.title in client.get("/ce-que-je-suis").text
    with time_machine.travel(call.opens_at):
        keep_calls()
    assert [email for email, _at in told("call_opened")] == [follower.email]
    db.session.expire_all()
    call = db.session.get_one(OpenCall, call.id)
    with time_machine.travel(call.opens_at + timedelta(days=2)):
        need = world.need(status="draft", title="Un brouillon pour lui", open_call_id=call.id)
        call.extend(by=world.curator, closes_on=call.closes_on + timedelta(days=10))
        db.session.commit()
    people = told("call_extended")
    assert {email for email, _at in people} == {follower.email, need.author.email}
    assert len(people) == 2 and len({at for _email, at in people}) == 1
    assert not owed(other, "call_opened", "call_extended")


def test_an_open_call_is_withdrawn_with_a_reason_that_who_follows_or_wrote_reads_at_once(
    client: Client, world: World
) -> None:
    call = make_call(world)
    Follow.begin(user=world.startup.contributor, kind="open_call", key=call.id)
    draft = world.need(status="draft", title="Un brouillon pour lui", open_call_id=call.id)
    online = world.need(world.bondy, title="Un besoin déjà publié", open_call_id=call.id)
    client.sign_in(world.curator)
    address = f"/curation/appels/{call.id}/retirer"
    assert address in client.get(f"/curation/appels/{call.id}").text
    asked = shown(client.get(address))
    assert "seront prévenues" in asked and "ne rouvre pas" in asked
    assert client.post(address, {"reason": "court"}).status_code == 422
    answer = client.post(address, {"reason": "Le programme qui le portait s’arrête."})
    assert answer.status_code == 303, shown(answer)
    people = told("call_withdrawn")
    assert {email for email, _at in people} == {
        world.startup.contributor.email, draft.author.email, online.author.email,
    }  # fmt: skip
    assert len({at for _email, at in people}) == 1
    act = db.session.scalars(Activity.of(call)).all()[-1]
    assert (act.action, act.before, act.after) == ("withdraw", "open", "withdrawn")

    client.forget()
    page = shown(client.get(page_of(call)))
    assert "Cet appel a été retiré le" in page and "Le programme qui le portait s’arrête." in page
    assert "Écrire un besoin" not in page and "Suivre" not in page and online.title in page
    assert call.title not in client.get("/").text and "retiré le" in shown(client.get("/appels"))
    with pytest.raises(NotReady, match="n’est pas ouvert"):
        draft.submit(by=draft.author)
    with pytest.raises(IllegalMove):
        call.extend(by=world.curator, closes_on=call.closes_on + timedelta(days=9))


def test_who_writes_for_it_is_reminded_fourteen_seven_and_two_days_before_the_end(world: World) -> None:
    today = today_in_paris()
    call = make_call(world, closes_on=today + timedelta(days=20))
    need = world.need(status="draft", open_call_id=call.id)
    done = world.need(world.bondy, open_call_id=call.id)
    seen = []
    for left in (15, 14, 13, 7, 2, 1, 0):
        with time_machine.travel(at_paris(call.closes_on - timedelta(days=left), 10)):
            remind_of_calls()
            remind_of_calls()
            seen.append(owed(need.author).count("call_deadline"))
    assert seen == [0, 1, 1, 2, 3, 3, 3]
    assert "call_deadline" not in owed(done.author)


def test_nothing_of_a_call_looks_like_a_competition(client: Client, world: World) -> None:
    call = make_call(world)
    world.need(open_call_id=call.id)
    for path in ("/appels", page_of(call)):
        page = shown(client.get(path)).lower()
        assert "rien n’y est attribué" in page
        assert not [word for word in ("lauréat", "gagnant", "candidat", "jury", "classement") if word in page]


def test_following_a_call_is_known_to_oneself_alone(client: Client, world: World) -> None:
    call = make_call(world)
    Follow.begin(user=world.bondy.contributor, kind="open_call", key=call.id)
    db.session.commit()
    client.sign_in(world.curator)
    for path in (page_of(call), f"/curation/appels/{call.id}"):
        assert world.bondy.contributor.email not in client.get(path).text
