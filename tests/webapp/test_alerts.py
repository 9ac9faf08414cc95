"""Alerts on the pages: one press keeps a search, one press ends messages without signing in."""

from __future__ import annotations

import re

import sqlalchemy as sa
from flask import Flask

from models import Alert, NeedChoices, Notification, User, db
from models.alert import MOST_ALERTS
from models.token import unsubscribe_token
from tests.client import Client
from tests.factories import World


def signed_in(app: Flask, user: User) -> Client:
    client = Client(app)
    client.sign_in(user)
    return client


def kept(user: User) -> list[Alert]:
    db.session.expire_all()
    return list(db.session.scalars(Alert.of(user)))


def test_a_search_is_kept_in_one_press_and_pressed_twice_it_is_one(app: Flask, world: World) -> None:
    user = world.startup.contributor
    client = signed_in(app, user)
    page = client.get("/besoins?q=corbeilles+pleines&theme=circular_waste&commune=Bagnolet")
    address = re.search(r'action="(/alertes/needs[^"]*)"', page.text)
    assert address is not None
    for _ in range(2):
        answer = client.post(address.group(1).replace("&amp;", "&"))
        assert answer.status_code == 303
    (alert,) = kept(user)
    assert (alert.words, alert.choices) == (
        "corbeilles pleines",
        {"theme": "circular_waste", "commune": "Bagnolet"},
    )
    assert alert.name.startswith("corbeilles pleines · ") and alert.name.endswith(" · Bagnolet")
    assert "corbeilles pleines" in client.get("/mes-alertes").text


def test_a_visitor_is_led_to_sign_in_and_back_to_the_search(app: Flask, world: World) -> None:
    assert "next=/solutions?q%3Dsondes" in Client(app).get("/solutions?q=sondes").text.replace(
        "%2F", "/"
    ).replace("%3F", "?")


def test_an_alert_changes_stops_goes_on_and_leaves_nothing_behind(app: Flask, world: World) -> None:
    user = world.startup.contributor
    client = signed_in(app, user)
    client.post("/alertes/solutions?q=sondes")
    (alert,) = kept(user)
    client.post(f"/alertes/{alert.id}", data={"name": "Sondes", "rhythm": "instant"})
    assert (kept(user)[0].name, kept(user)[0].rhythm) == ("Sondes", "instant")
    client.post(f"/alertes/{alert.id}/arreter")
    assert kept(user)[0].is_stopped
    client.post(f"/alertes/{alert.id}/reprendre")
    assert kept(user)[0].rhythm == "daily"
    client.post(f"/alertes/{alert.id}/supprimer")
    assert kept(user) == []


def test_one_keeps_twenty_alerts_and_is_told_so(app: Flask, world: World) -> None:
    user = world.startup.contributor
    for number in range(MOST_ALERTS):
        Alert.keep(user=user, kind="needs", choices=NeedChoices(), words=f"mot {number}", name="x")
    db.session.commit()
    answer = signed_in(app, user).post("/alertes/needs?q=encore", follow_redirects=True)
    assert "Vous avez déjà 20 alertes" in answer.text.replace("\u00a0", " ")
    assert len(kept(user)) == MOST_ALERTS


def test_one_press_ends_what_can_wait_without_signing_in_and_a_filter_of_mails_ends_nothing(
    app: Flask, world: World
) -> None:
    user = world.startup.contributor
    number, address = user.id, f"/messages/ne-plus-recevoir/{unsubscribe_token(user, 'digest')}"
    machine = Client(app)
    assert machine.get(address).status_code == 200
    assert db.session.get_one(User, number, populate_existing=True).rhythm == "daily"
    answer = machine.post(address, {"List-Unsubscribe": "One-Click"}, with_token=False)
    assert answer.status_code == 200 and "Set-Cookie" not in answer.headers
    assert db.session.get_one(User, number, populate_existing=True).rhythm == "paused"
    machine.post(address, {"again": "weekly"}, with_token=False)
    assert db.session.get_one(User, number, populate_existing=True).rhythm == "weekly"
    assert machine.post(address + "x", with_token=False).status_code == 404


def test_the_press_of_an_instant_alert_stops_those_and_leaves_the_others(app: Flask, world: World) -> None:
    user = world.startup.contributor
    for words, rhythm in (("vite", "instant"), ("demain", "daily")):
        Alert.keep(user=user, kind="needs", choices=NeedChoices(), words=words, name=words).rhythm = rhythm
    db.session.commit()
    Client(app).post(f"/messages/ne-plus-recevoir/{unsubscribe_token(user, 'alert_found')}", with_token=False)
    assert [alert.rhythm for alert in kept(user)] == ["paused", "daily"]
    assert user.rhythm == "daily"


def test_a_person_chooses_a_day_of_the_week_or_a_pause(app: Flask, world: World) -> None:
    user = world.startup.contributor
    client = signed_in(app, user)
    page = client.post(
        "/mon-compte/messages", data={"rhythm": "weekly", "rhythm_day": "0"}, follow_redirects=True
    )
    assert "Prochain message possible" in page.text.replace("\u00a0", " ")
    assert (user.rhythm, user.rhythm_day) == ("weekly", 0)
    assert (
        client.post("/mon-compte/messages", data={"rhythm": "hourly", "rhythm_day": "9"}).status_code == 422
    )
    client.post("/mon-compte/messages", data={"rhythm": "paused", "rhythm_day": "0"})
    assert "Rien de ce qui peut attendre" in client.get("/mon-compte/messages").text


def test_a_pause_holds_back_no_necessary_message(app: Flask, world: World) -> None:
    user = world.bagnolet.validator
    user.choose_rhythm("paused", 1)
    world.need(status="awaiting_validation")
    due = [one.kind for one in db.session.scalars(Notification.due()) if one.recipient_id == user.id]
    assert "need_to_validate" in due
    assert (
        db.session.scalar(sa.select(sa.func.count(Notification.id)).where(Notification.kind == "digest")) == 0
    )
