"""Events: written and announced by the team, a place in one click, and nobody else reads who comes."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask

from models import Event, NotReady, Registration, User, db
from models.activity import Activity
from models.calendar import at_paris, today_in_paris
from models.database import utc_now
from tests.client import Client, shown
from tests.events import LINK, make_event, make_registration
from tests.factories import World, owed
from workers.events import end_past_events


def page_of(event: Event) -> str:
    return f"/evenements/{event.id}-{event.slug}"


def written(**changes: str) -> dict[str, str]:
    day = today_in_paris() + timedelta(days=20)
    return {
        "title": "Atelier du jeudi",
        "kind": "qualification_workshop",
        "description": "Trois communes disent leurs irritants, deux heures pour les écrire ensemble.",
        "starts_on": f"{day}",
        "starts": "9 h 30",
        "ends": "11:30",
        "place": "Mairie de Pantin",
        "link": "",
        "capacity": "2",
        "audience": "demand",
    } | changes


# ------------------------------------------------------------------ through the pages


def test_the_team_writes_an_event_announces_it_and_people_take_a_place_in_one_click(
    client: Client, world: World
) -> None:
    client.sign_in(world.curator)
    made = client.post("/curation/evenements/nouveau", written())
    assert made.status_code == 303, shown(made)
    event = db.session.scalars(sa.select(Event)).one()
    assert event.starts_at == at_paris(today_in_paris() + timedelta(days=20), 9) + timedelta(minutes=30)
    client.forget()
    assert client.get(page_of(event)).status_code == 303 and "Atelier" not in client.get("/evenements").text
    client.sign_in(world.curator).post(f"/curation/evenements/{event.id}/annoncer")

    client.forget()
    assert "Atelier du jeudi" in client.get("/").text and "Atelier du jeudi" in client.get("/evenements").text
    page = shown(client.get(page_of(event)))
    assert "Il reste 2 places." in page and "de 9 h 30 à 11 h 30" in page
    assert f"/connexion?next=/evenements/{event.id}" in page.replace("%2F", "/")

    agent = world.bondy.contributor
    client.sign_in(agent)
    client.post(f"/evenements/{event.id}/inscription")
    page = shown(client.get(page_of(event)))
    assert "Votre place est gardée." in page and "Rendre ma place" in page
    assert "Atelier du jeudi" in client.get("/mon-espace").text
    assert owed(agent, "event_registered") == ["event_registered"]


def test_an_event_of_several_days_says_its_first_and_its_last_one(client: Client, world: World) -> None:
    first = today_in_paris() + timedelta(days=20)
    client.sign_in(world.curator)
    wrong = client.post("/curation/evenements/nouveau", written(ends_on=f"{first - timedelta(days=1)}"))
    assert wrong.status_code == 422 and "vient après le premier" in shown(wrong)
    wrong = client.post("/curation/evenements/nouveau", written(ends_on=f"{first + timedelta(days=32)}"))
    assert wrong.status_code == 422 and "un mois au plus" in shown(wrong)
    made = client.post("/curation/evenements/nouveau", written(ends_on=f"{first + timedelta(days=2)}"))
    assert made.status_code == 303, shown(made)
    event = db.session.scalars(sa.select(Event)).one()
    assert event.ends_at == at_paris(first + timedelta(days=2), 11) + timedelta(minutes=30)
    form = client.get(f"/curation/evenements/{event.id}/modifier").text
    assert f'value="{first + timedelta(days=2)}"' in form
    client.post(f"/curation/evenements/{event.id}/annoncer")
    page = shown(client.get(page_of(event)))
    assert re.search(r"du \w+ \d.* à 9 h 30 au \w+ \d.* à 11 h 30", page), "both days, both hours"
    client.post(f"/curation/evenements/{event.id}/modifier", written(ends_on=""))
    assert event.ends_at == at_paris(first, 11) + timedelta(minutes=30)


@pytest.mark.parametrize(
    ("begins", "lasts", "wrong"),
    [(20, 31, None), (20, 32, "ends_on"), (20, -1, "ends_on"), (730, 0, None), (731, 0, "starts_on")],
)
def test_an_event_lasts_a_month_at_most_and_begins_within_two_years_whoever_writes_it(
    world: World, begins: int, lasts: int, wrong: str | None
) -> None:
    first = today_in_paris() + timedelta(days=begins)
    hours = {"starts_at": at_paris(first, 10), "ends_at": at_paris(first + timedelta(days=lasts), 12)}
    if wrong is None:
        assert make_event(world, **hours).status == "published"
        return
    with pytest.raises(NotReady) as refused:
        make_event(world, **hours)
    assert [field for field, _sentence in refused.value.problems] == [wrong]


def test_who_is_not_of_the_side_to_which_it_speaks_reads_so_and_gets_no_place(
    client: Client, world: World
) -> None:
    event = make_event(world, audience="demand")
    client.sign_in(world.startup.contributor)
    assert "s’adresse aux collectivités" in shown(client.get(page_of(event)))
    assert client.post(f"/evenements/{event.id}/inscription").status_code == 403
    with pytest.raises(NotReady, match="collectivités"):
        event.register(by=world.startup.contributor)
    event = make_event(world, audience="supply")
    with pytest.raises(NotReady, match="porteurs de solutions"):
        event.register(by=world.user("Seule"))
    event.register(by=world.startup.contributor)


def test_a_place_is_given_back_in_one_click_and_taken_again(client: Client, world: World) -> None:
    event, agent = make_event(world), world.bondy.contributor
    client.sign_in(agent)
    for verb, status in (
        ("inscription", "registered"),
        ("desinscription", "cancelled"),
        ("inscription", "registered"),
    ):
        for _twice in range(2):
            assert client.post(f"/evenements/{event.id}/{verb}").status_code == 303
        assert [one.status for one in db.session.scalars(Registration.of(event))] == [status]
    acts = db.session.scalars(Activity.of(Registration.find(event, agent))).all()
    assert [act.action for act in acts] == ["create", "cancel", "come_back"]


def test_once_it_has_begun_places_are_neither_taken_nor_given_back(client: Client, world: World) -> None:
    event = make_event(world)
    event.register(by=world.bondy.contributor)
    db.session.commit()
    with time_machine.travel(event.starts_at):
        for act in (event.register, event.unregister):
            with pytest.raises(NotReady, match="a commencé"):
                act(by=world.bondy.contributor)
            db.session.rollback()
        assert "inscription" not in client.get(page_of(event)).text


# ------------------------------------------------------------------ privacy


def test_nobody_but_the_team_reads_who_comes_and_the_link_is_for_who_has_a_place(
    client: Client, world: World
) -> None:
    event = make_event(world, capacity=1, place="")
    comes, waits = world.bondy.contributor, world.startup.contributor
    event.register(by=comes)
    event.register(by=waits)
    private = (comes.email, comes.last_name, waits.email, waits.last_name)
    for person in (None, waits, world.bagnolet.validator, world.rival.org_admin):
        client.sign_in(person) if person else client.forget()
        for path in ("/evenements", page_of(event)):
            page = client.get(path).text
            own = (person.email, person.last_name) if person else ()
            assert not [words for words in (*private, LINK) if words in page and words not in own], path
        assert client.get(f"/evenements/{event.id}/rendez-vous.ics").status_code in (303, 403)
        for path in ("", "/inscrits.csv"):
            assert client.get(f"/curation/evenements/{event.id}{path}").status_code in (303, 403)
    client.sign_in(comes)
    assert LINK in client.get(page_of(event)).text
    assert LINK in client.get(f"/evenements/{event.id}/rendez-vous.ics").text
    client.sign_in(world.curator)
    assert comes.name in client.get(f"/curation/evenements/{event.id}").text
    table = client.get(f"/curation/evenements/{event.id}/inscrits.csv").text
    assert all(words in table for words in private) and "Ville de Bondy" in table


def test_the_page_of_an_event_says_how_many_places_are_left_never_how_many_came(
    client: Client, world: World
) -> None:
    event = make_event(world, capacity=3)
    for _number in range(2):
        event.register(by=world.user())
    assert "Il reste une place." in shown(client.get(page_of(event)))
    event.register(by=world.user())
    assert "Toutes les places sont prises" in shown(client.get(page_of(event)))


# ------------------------------------------------------------------ the last place, and those who wait


def test_who_waited_longest_has_the_place_that_is_given_back_and_hears_so(world: World) -> None:
    event = make_event(world, capacity=1)
    first, second, third = (world.user(name) for name in ("Une", "Deux", "Trois"))
    assert [event.register(by=person).status for person in (first, second, third)] == [
        "registered", "waitlisted", "waitlisted",
    ]  # fmt: skip
    db.session.commit()
    event.unregister(by=first)
    db.session.commit()
    assert [event.has_place(person) for person in (first, second, third)] == [False, True, False]
    assert owed(second)[-1:] == ["event_promoted"] and "event_promoted" not in owed(third)
    # Who gave the place back takes their turn again, at the end.
    assert event.register(by=first).status == "waitlisted"
    event.unregister(by=second)
    assert event.has_place(third) and not event.has_place(first)


def test_a_larger_room_takes_those_who_wait_and_a_smaller_one_puts_nobody_out(world: World) -> None:
    event = make_event(world, capacity=1)
    people = [world.user() for _number in range(4)]
    for person in people:
        event.register(by=person)
    db.session.commit()
    event.write(by=world.curator, capacity=3)
    db.session.commit()
    assert [event.has_place(person) for person in people] == [True, True, True, False]
    with pytest.raises(NotReady, match="déjà inscrites"):
        event.write(by=world.curator, capacity=2)
    db.session.rollback()
    event.write(by=world.curator, capacity=None)
    assert all(event.has_place(person) for person in people)


def test_two_who_press_at_once_do_not_both_have_the_last_place(app: Flask, world: World) -> None:
    """The second transaction waits for the first: on SQLite for the writer, on PostgreSQL for the journal's turn."""
    from threading import Barrier, Thread

    number = make_event(world, capacity=1).id
    people = [world.user().id for _number in range(4)]
    start = Barrier(len(people))
    seen: list[str] = []

    def press(person: int) -> None:
        with app.app_context():
            start.wait()
            event, user = db.session.get_one(Event, number), db.session.get_one(User, person)
            seen.append(event.register(by=user).status)
            db.session.commit()
            db.session.remove()

    threads = [Thread(target=press, args=(person,)) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(seen) == ["registered", "waitlisted", "waitlisted", "waitlisted"]
    db.session.rollback()
    assert db.session.get_one(Event, number).places_taken == 1


# ------------------------------------------------------------------ who came


def test_the_team_ticks_who_came_and_only_that_is_counted_for_k3(client: Client, world: World) -> None:
    event = make_event(world)
    came, stayed, gave_back = (event.register(by=world.user()) for _number in range(3))
    event.unregister(by=gave_back.user)
    db.session.commit()
    address = f"/curation/evenements/{event.id}"
    ticks = {"listed": [came.id, stayed.id, gave_back.id], "came": [came.id, gave_back.id]}
    client.sign_in(world.curator)
    assert client.post(f"{address}/presences", ticks).status_code in (303, 409)
    assert _participants(event) == 0, "not before it begins"
    with time_machine.travel(event.starts_at + timedelta(hours=3)):
        client.sign_in(world.curator)
        client.post(f"{address}/presences", ticks)
        assert _participants(event) == 1
        client.post(f"{address}/presences", {"listed": [came.id], "came": []})
        assert _participants(event) == 0
        client.post(f"{address}/presences", ticks)
        end_past_events()
        end_past_events()
        assert db.session.get_one(Event, event.id).status == "past"
        assert _participants(event) == 1
        for path in (address, f"{address}/inscrits.csv"):
            listed = shown(client.get(path))
            assert "Inscrit, présence non notée" in listed and "A une place" not in listed, path
        assert "Matinée des irritants" in client.get("/evenements?quand=passes").text
        assert "Matinée des irritants" not in client.get("/evenements").text


def _participants(event: Event) -> int:
    day = event.starts_at.date()
    return len(
        db.session.scalars(
            Registration.attended_between(day - timedelta(days=1), day + timedelta(days=1))
        ).all()
    )


def test_participants_are_counted_by_the_day_of_paris_both_ends_included(world: World) -> None:
    starts = at_paris(date(2026, 6, 30), 23) + timedelta(minutes=30)  # the 30th in Paris, and in UTC
    night = at_paris(date(2026, 7, 1), 0)  # the 1st in Paris, the 30th in UTC
    with time_machine.travel(at_paris(date(2026, 6, 1), 9)):
        for at in (starts, night):
            event = make_event(world, starts_at=at, ends_at=at + timedelta(hours=1))
            make_registration(world, "attended", event=event)
    for first, last, count in (
        (date(2026, 6, 30), date(2026, 6, 30), 1),
        (date(2026, 7, 1), date(2026, 7, 31), 1),
        (date(2026, 6, 1), date(2026, 7, 1), 2),
        (date(2026, 7, 2), date(2026, 7, 31), 0),
    ):
        assert len(db.session.scalars(Registration.attended_between(first, last)).all()) == count


def test_an_announced_event_ends_when_its_last_minute_has_passed(world: World) -> None:
    event = make_event(world)
    with time_machine.travel(event.ends_at - timedelta(seconds=1)):
        end_past_events()
        assert event.status == "published"
    with time_machine.travel(event.ends_at):
        end_past_events()
    db.session.expire_all()
    assert event.status == "past" and event.ends_at > utc_now()
