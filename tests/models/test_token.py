"""Links sent by mail: each proves one address, for one purpose, once."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine

from models import db
from models.database import utc_now
from models.token import make_token, read_token
from tests.factories import World

ANOTHER = "encore une phrase de passe"


def test_a_link_gives_its_person(world: World) -> None:
    user = world.user(confirmed=False)
    assert read_token("confirm", make_token("confirm", user)) is user
    assert read_token("reset", make_token("reset", user)) is user


def test_a_link_used_is_dead(world: World) -> None:
    user = world.user(confirmed=False)
    confirm, reset = make_token("confirm", user), make_token("reset", user)
    user.confirm()
    assert read_token("confirm", confirm) is None
    user.set_password(ANOTHER)
    db.session.commit()
    assert read_token("reset", reset) is None


@pytest.mark.parametrize(
    ("purpose", "lasts"), [("confirm", timedelta(days=3)), ("reset", timedelta(hours=1))]
)
def test_a_link_lives_as_long_as_it_says(world: World, purpose: str, lasts: timedelta) -> None:
    user = world.user(confirmed=False)
    token = make_token(purpose, user)
    with time_machine.travel(utc_now() + lasts - timedelta(seconds=5)):
        assert read_token(purpose, token) is user
    with time_machine.travel(utc_now() + lasts + timedelta(seconds=5)):
        assert read_token(purpose, token) is None


def test_a_link_for_one_purpose_serves_no_other(world: World) -> None:
    assert read_token("reset", make_token("confirm", world.user(confirmed=False))) is None


@pytest.mark.parametrize("token", ["", "x", "a.b.c", "é", "W10.x.y", "\x00"])
def test_a_false_link_gives_nobody(world: World, token: str) -> None:
    assert read_token("reset", token) is None


def test_a_closed_account_has_no_living_link(world: World) -> None:
    user = world.user()
    token = make_token("reset", user)
    user.closed_at = utc_now()
    db.session.commit()
    assert read_token("reset", token) is None
