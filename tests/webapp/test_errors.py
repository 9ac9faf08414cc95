"""What people read when something does not work: a busy database and a mistake of ours are two things."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from models import db
from tests.client import Client
from tests.factories import World

WORDS = "Les corbeilles débordent le dimanche près du métro."


def rename(column: str, to: str) -> None:
    db.session.remove()
    with db.engine.begin() as connection:
        connection.execute(sa.text(f"ALTER TABLE need RENAME COLUMN {column} TO {to}"))


def test_a_column_that_is_missing_is_a_mistake_of_ours_not_a_busy_moment(
    client: Client, world: World
) -> None:
    need = world.need(status="draft")
    client.sign_in(world.bagnolet.contributor)
    client.fetch_token()
    address = f"/besoins/{need.id}/rediger/problem"
    rename("irritant", "irritant_2")
    try:
        answer = client.post(address, {"irritant": WORDS})
    finally:  # a database that is put back for the next test keeps its columns on PostgreSQL
        rename("irritant_2", "irritant")
    assert answer.status_code == 500
    assert "Retry-After" not in answer.headers
    assert "Une erreur est arrivée chez nous." in answer.text
    assert WORDS in answer.text


def test_somebody_else_writing_for_long_is_a_busy_moment_and_what_was_typed_is_given_back(
    client: Client, world: World
) -> None:
    need = world.need(status="draft")
    client.sign_in(world.bagnolet.contributor)
    client.fetch_token()
    address, engine = f"/besoins/{need.id}/rediger/problem", db.engine
    db.session.remove()
    engine.dispose()
    sqlite = engine.dialect.name == "sqlite"

    def give_up_soon(connection: Any, record: Any) -> None:
        connection.execute("PRAGMA busy_timeout = 50" if sqlite else "SET lock_timeout = '50ms'")
        connection.commit()

    sa.event.listen(engine, "connect", give_up_soon)
    try:
        with engine.begin() as other:  # on SQLite, beginning is the lock
            other.exec_driver_sql("SELECT 1" if sqlite else "LOCK TABLE need")
            answer = client.post(address, {"irritant": WORDS})
    finally:
        sa.event.remove(engine, "connect", give_up_soon)
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "5"
    assert WORDS in answer.text


@pytest.mark.parametrize("path", ["/besoins", "/une-adresse-inconnue", "/connexion"])
def test_a_host_that_is_not_ours_is_refused_in_a_sentence_and_nothing_breaks(
    app: Flask, client: Client, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, path: str
) -> None:
    monkeypatch.setitem(app.config, "TRUSTED_HOSTS", ["localhost"])
    answer = client.get(path, headers={"Host": "ailleurs.example"})
    assert answer.status_code == 400 and "ailleurs.example" not in answer.text
    assert "failed" not in caplog.text
