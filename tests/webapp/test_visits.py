"""Visits are counted without anybody: no cookie, no address, no robot, no team, and no page writes while it is read."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from sqlalchemy import event

from models import VisitCount, db
from models.calendar import today_in_paris
from models.period import Period
from models.visit_count import KINDS
from tests.client import Client
from tests.factories import World
from webapp.tally import Tally, write_tally
from webapp.visits import KIND_OF

Counted = Callable[[], dict[str, int]]


@pytest.fixture
def counted(app: Flask) -> Iterator[Counted]:
    """Writes down what was noted so far, and says how often each kind of page was read today."""
    before, app.extensions["tally"] = app.extensions["tally"], Tally()

    def read() -> dict[str, int]:
        db.session.commit()
        write_tally(app)
        return VisitCount.totals(Period(today_in_paris(), today_in_paris()))

    yield read
    app.extensions["tally"] = before


def test_a_page_counts_once_a_person_and_a_visit_once_whatever_is_read(
    client: Client, world: World, counted: Counted
) -> None:
    first, second = world.solution(), world.solution(title="Une autre sonde, pour les conteneurs")
    for _ in range(2):
        client.get("/")
        for solution in (first, second):
            client.get(f"/solutions/{solution.id}-{solution.slug}")
    assert counted() == {"visit": 1, "home": 1, "solution": 2}
    client.get("/", headers={"User-Agent": "Another browser/1.0"})
    assert counted() == {"visit": 2, "home": 2, "solution": 2}


def test_neither_robots_nor_the_team_nor_pages_of_ones_own_nor_errors_count(
    client: Client, world: World, counted: Counted
) -> None:
    client.get("/", headers={"User-Agent": "Mozilla/5.0 (compatible; Googlebot/2.1)"})
    client.get("/", headers={"Sec-Purpose": "prefetch"})
    client.get("/besoins/999999-nulle-part")
    client.sign_in(world.curator).get("/")
    client.sign_in(world.bagnolet.contributor).get("/mon-espace")
    assert counted() == {}


def test_what_is_kept_is_a_day_a_kind_and_a_number(client: Client, counted: Counted) -> None:
    assert {column.name for column in VisitCount.__table__.columns} == {"day", "kind", "times"}
    page = client.get("/")
    assert "Set-Cookie" not in page.headers
    assert counted() == {"visit": 1, "home": 1}


def test_reading_writes_nothing_and_takes_no_lock(client: Client, counted: Counted) -> None:
    statements = []

    @event.listens_for(db.engine, "before_cursor_execute")
    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        statements.append(statement)

    client.get("/")
    event.remove(db.engine, "before_cursor_execute", note)
    assert statements and not any(re.match("INSERT|UPDATE|DELETE|BEGIN IMM", one) for one in statements)
    assert counted()["home"] == 1


def test_every_kind_that_a_page_counts_as_is_known() -> None:
    assert set(KIND_OF.values()) <= set(KINDS)
