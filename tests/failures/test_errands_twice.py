"""Every errand run by two processes at the same moment on the same database: what is there is what one would have done."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask

from models import Notification, SignIn, SignInAttempt, db
from models.activity import broken_seals
from models.database import reading_only, utc_now
from models.need import today_in_paris
from tests.factories import World
from tests.rankings import make_decisions, make_ranking
from tests.stack import ROOT
from workers.schedule import ERRANDS

pytestmark = pytest.mark.encoder

ROUNDS = 2  # races differ from one time to the next
#: What depends on the instant, on the order of the rows or on the last bit of a float; the rest must be equal.
VOLATILE = {"hash", "previous_hash", "event", "activity_id", "sequence", "vector", "reasons", "components"}
_INSTANT = re.compile(r"\d{4}-\d{2}-\d{2}T[\d:.]+\+00:00")  # inside what is kept as JSON


class Twins:
    """Two processes that wait for a path, on the database of the tests."""

    def __init__(self, var_dir: Path, database_url: str) -> None:
        self.mail = var_dir / "mail"
        kept = {name: value for name, value in os.environ.items() if name != "REDIS_URL"}
        environ = kept | {"VAR_DIR": str(var_dir), "DATABASE_URL": database_url, "OMP_NUM_THREADS": "1"}
        self._closing = ExitStack()
        self.both = [
            self._closing.enter_context(
                subprocess.Popen(
                    [sys.executable, "-m", "tests.failures.twin"],
                    cwd=ROOT,
                    env=environ,
                    text=True,
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                )
            )
            for _ in range(2)
        ]
        assert self._answers(self.both) == ["ready", "ready"]

    def run(self, path: str, *, twice: bool) -> list[str]:
        """What each one answered."""
        shutil.rmtree(self.mail, ignore_errors=True)
        asked = self.both if twice else self.both[:1]
        for one in asked:
            assert one.stdin
            one.stdin.write(path + "\n")
            one.stdin.flush()
        return self._answers(asked)

    @staticmethod
    def _answers(asked: list[subprocess.Popen[str]]) -> list[str]:
        return [one.stdout.readline().strip() for one in asked if one.stdout]

    def letters(self) -> list[str]:
        return sorted(path.name for path in self.mail.iterdir()) if self.mail.exists() else []

    def close(self) -> None:
        for one in self.both:
            assert one.stdin
            one.stdin.close()
        self._closing.close()


@pytest.fixture(scope="module")
def twins(tmp_path_factory: pytest.TempPathFactory, databases: Any, _application: Flask) -> Iterator[Twins]:
    started = Twins(tmp_path_factory.mktemp("twins"), databases.url)
    yield started
    started.close()


@pytest.fixture
def much_owed(app: Flask, world: World, databases: Any) -> str:
    """The name under which a database is kept where every errand has something to do."""
    leave_debts(world)
    db.session.commit()
    db.session.remove()
    db.engine.dispose()
    databases.keep("owed")
    return "owed"


def ago(**delta: float) -> time_machine.travel:
    return time_machine.travel(utc_now() - timedelta(**delta))


def leave_debts(world: World) -> None:
    today = today_in_paris()
    with ago(days=800):
        world.bagnolet, world.startup, world.rival  # noqa: B018 (made by being asked for)
        user = world.user("Ancienne")
        SignIn.start(user)
        db.session.add(SignInAttempt(key="une clé", at=utc_now()))
        db.session.commit()
    with ago(hours=1):
        make_decisions(world, 48)
        db.session.execute(sa.delete(Notification))  # the others leave letters enough
        db.session.commit()
    with ago(days=750):
        world.need(status="concluded", title="Un besoin conclu depuis longtemps")
    for days in (340, 370, 410, 500):
        with ago(days=days):
            world.solution(title=f"Une fiche de {days} jours")
    with ago(days=100):
        world.need(status="concluded", title="Un besoin conclu il y a trois mois")
    for days in (31, 20):
        with ago(days=days):
            until = today + timedelta(days=20)
            need = world.need(title=f"Un besoin de {days} jours", closes_on=until)
            world.match(need, world.solution(title=f"Présentée il y a {days} jours"), "introduced")
    with ago(days=25):
        closing = world.need(title="Un besoin dont le délai est passé", closes_on=today - timedelta(days=1))
        world.response(closing, world.startup, "submitted")
        asked = world.need(title="Un besoin dont une réponse attend", closes_on=today + timedelta(days=2))
        world.response(asked, world.startup, "clarification")
        world.response(asked, world.rival, "draft")
    with ago(days=8):
        world.need(status="draft", title="Un brouillon oublié depuis une semaine")
        world.solution(status="draft", title="Une fiche oubliée depuis une semaine")
    with ago(days=2):
        world.match(world.need(), world.solution(title="Reportée à demain"), "snoozed")
    with ago(minutes=5):
        world.match(world.need(), world.solution(title="Retenue il y a cinq minutes"), "approved")
    make_ranking(world, world.need(title="Un besoin dont on rejoue le classement")).ask_replay(
        by=world.curator
    )
    for number in range(4):
        world.need(title=f"Corbeilles qui débordent, secteur {number}")
        world.solution(world.rival, title=f"Sondes pour corbeilles, modèle {number}")


def books() -> Counter[str]:
    """Every row of every table, without what VOLATILE names; instants count as there or not."""
    with reading_only():
        pairs = {
            row.id: [row.need_id, row.solution_id]
            for row in db.session.execute(sa.text('SELECT * FROM "match"'))
        }
        found = Counter(
            _INSTANT.sub("…", json.dumps([table.name, _plain_row(row, pairs)], sort_keys=True, default=str))
            for table in db.metadata.sorted_tables
            for row in db.session.execute(sa.select(table)).mappings()
        )
        assert broken_seals(db.session()) == []
        db.session.rollback()
    return found


def _plain_row(row: Any, pairs: dict[int, list[int]]) -> dict[str, Any]:
    kept = {
        name: value is not None
        if isinstance(value, datetime)
        else round(value, 4)
        if isinstance(value, float)
        else value
        for name, value in row.items()
        if name not in VOLATILE
    }
    if kept.get("subject_type") == "match":
        kept["subject_id"] = pairs[kept["subject_id"]]
    if "need_id" in kept or "subject_type" in kept:
        kept.pop("id")  # numbers of what errands make follow the order in which they made it
    return kept


#: It writes a file and no row (tests/workers/test_index_file.py).
KEEPS_NO_ROW = "keep_index"


@pytest.mark.parametrize("path", [errand.path for errand in ERRANDS if errand.bell != KEEPS_NO_ROW])
def test_an_errand_run_twice_at_the_same_moment_does_what_it_does_once(
    much_owed: str, twins: Twins, databases: Any, path: str
) -> None:
    before = books()
    _put_back(databases, much_owed)
    assert twins.run(path, twice=False) == ["done"]
    once, letters = books(), twins.letters()
    assert once != before, f"{path} had nothing to do"

    for _ in range(ROUNDS):
        _put_back(databases, much_owed)
        assert twins.run(path, twice=True) == ["done", "done"]
        twice = books()
        assert (twice - once, once - twice) == (Counter(), Counter())
        assert len(twins.letters()) == len(letters)


def _put_back(databases: Any, name: str) -> None:
    db.session.remove()
    db.engine.dispose()
    databases.refresh(name)
