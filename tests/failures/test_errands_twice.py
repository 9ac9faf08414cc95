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
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask

from models import (
    Alert,
    AlertFind,
    Charter,
    ConsortiumMember,
    NeedChoices,
    Notification,
    SignIn,
    SignInAttempt,
    db,
)
from models.activity import broken_seals
from models.calendar import at_paris, today_in_paris
from models.database import reading_only, utc_now
from tests.adoptions import make_interest
from tests.arrivals import make_campaign, make_import_run, make_invitation
from tests.documents import join
from tests.events import make_event, make_registration
from tests.factories import World
from tests.open_calls import make_call
from tests.questions import make_question
from tests.rankings import make_decisions, make_ranking
from tests.stack import ROOT
from workers.schedule import ERRANDS

pytestmark = pytest.mark.encoder

LETTERS_OF_A_KIND = 4
ROUNDS = 2  # races differ from one time to the next
#: What depends on the instant, on the order of the rows or on the last bit of a float; the rest must be equal.
VOLATILE = {"hash", "previous_hash", "event", "activity_id", "sequence", "vector", "reasons", "components"}
_INSTANT = re.compile(r"\d{4}-\d{2}-\d{2}T[\d:.]+\+00:00")  # inside what is kept as JSON


class Twins:
    """Two processes that wait for a path, on the database of the tests."""

    def __init__(self, var_dir: Path, database_url: str, files_dir: Path) -> None:
        self.mail = var_dir / "mail"
        kept = {name: value for name, value in os.environ.items() if name != "REDIS_URL"}
        environ = kept | {"VAR_DIR": str(var_dir), "DATABASE_URL": database_url, "OMP_NUM_THREADS": "1"}
        environ["FILES_DIR"] = str(files_dir)
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

    def ready(self) -> bool:
        return self._answers(self.both) == ["ready", "ready"]

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
            one.kill()  # they have nothing left to do, and leaving in good order takes them seconds
        self._closing.close()


@pytest.fixture(scope="module")
def twins(tmp_path_factory: pytest.TempPathFactory, databases: Any, _application: Flask) -> Iterator[Twins]:
    files_dir = _application.config["SETTINGS"].files_dir
    started = Twins(tmp_path_factory.mktemp("twins"), databases.url, files_dir)
    try:
        assert started.ready()
        yield started
    finally:
        started.close()


@pytest.fixture
def much_owed(app: Flask, databases: Any) -> str:
    """The name under which a database is kept where every errand has something to do: made once."""
    databases.once("owed", lambda: leave_debts(World()))
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
    with ago(days=40):
        Charter.publish(
            text=f"{Charter.last().text} Un mot de plus.",
            change_note="Un mot de plus.",
            valid_from=today_in_paris(),
            by=world.curator,
        )
        db.session.commit()
    with ago(days=31):
        make_invitation(world)
    for status in ("read", "running"):
        make_import_run(world, status)
    make_campaign(world, "running", count=3)
    with ago(days=25):
        closing = world.need(title="Un besoin dont le délai est passé", closes_on=today - timedelta(days=1))
        world.response(closing, world.startup, "submitted")
        asked = world.need(title="Un besoin dont une réponse attend", closes_on=today + timedelta(days=2))
        world.response(asked, world.startup, "clarification")
        draft = world.response(asked, world.rival, "draft")
        ConsortiumMember.invite(
            draft,
            organization=world.startup.organization,
            part="Pose les capteurs dans les rues.",
            by=draft.author,
        )
    with ago(days=8):
        world.need(status="draft", title="Un brouillon oublié depuis une semaine")
        world.solution(status="draft", title="Une fiche oubliée depuis une semaine")
    with ago(days=2):
        world.match(world.need(), world.solution(title="Reportée à demain"), "snoozed")
    for days in (31, 12):
        with ago(days=days):
            make_interest(world, "sent", solution=world.solution(title=f"Demandée il y a {days} jours"))
    with ago(days=10):
        make_question(world, need=world.need(title="Un besoin et sa question"))
    with ago(minutes=30):
        make_question(world, "answered_publicly", need=world.need(title="Un besoin et sa réponse"))
    with ago(minutes=5):
        world.match(world.need(), world.solution(title="Retenue il y a cinq minutes"), "approved")
    join(world, world.response(world.need(title="Un besoin et un document"), status="draft"), "quarantined")
    make_ranking(world, world.need(title="Un besoin dont on rejoue le classement")).ask_replay(
        by=world.curator
    )
    for person, rhythm in ((world.rival.contributor, "instant"), (world.rival.validator, "daily")):
        alert = Alert.keep(user=person, kind="needs", choices=NeedChoices(), words="", name="Tout")
        alert.rhythm = rhythm
        AlertFind.note(alert, [asked.id], utc_now())
    leave_gatherings(world, today)
    for number in range(4):
        world.need(title=f"Corbeilles qui débordent, secteur {number}")
        world.solution(world.rival, title=f"Sondes pour corbeilles, modèle {number}")
    leave_few_letters()


def leave_few_letters() -> None:
    """Of each kind: one run sends two hundred at most (workers.mail.AT_ONCE), and must come to the end of them."""
    place = sa.func.row_number().over(partition_by=Notification.kind, order_by=Notification.id.desc())
    numbered = sa.select(Notification.id, place.label("place")).subquery()
    too_many = sa.select(numbered.c.id).where(numbered.c.place > LETTERS_OF_A_KIND)
    db.session.execute(sa.delete(Notification).where(Notification.id.in_(too_many)))


def leave_gatherings(world: World, today: date) -> None:
    """A call to open, one to close with nobody told, one with a draft; events that are over, and near."""
    soon = at_paris(today + timedelta(days=5), 10)
    with ago(days=40):
        make_call(world, "announced", opens_on=today - timedelta(days=2), closes_on=today + timedelta(days=9))
        make_call(world, "open", title="Qui se termine", closes_on=today - timedelta(days=1))
        make_event(world, title="Une matinée du mois dernier")
        near = make_event(world, title="Dans cinq jours", starts_at=soon, ends_at=soon + timedelta(hours=2))
        make_registration(world, event=near)
    call = make_call(world, "open", title="Dans une semaine", closes_on=today + timedelta(days=7))
    world.need(status="draft", title="Un brouillon pour l’appel", open_call_id=call.id)


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
    if isinstance(details := kept.get("details"), dict) and "salt" in details:
        kept["details"] = {**details, "salt": True}  # drawn at random, for each act
    if kept.get("subject_type") == "match":
        kept["subject_id"] = pairs[kept["subject_id"]]
    if "need_id" in kept or "subject_type" in kept:
        kept.pop("id")  # numbers of what errands make follow the order in which they made it
    return kept


#: They write or remove files and no row (tests/workers/test_index_file.py, test_attachments.py).
KEEPS_NO_ROW = {"keep_index", "sweep_files"}


@pytest.mark.parametrize("path", [errand.path for errand in ERRANDS if errand.bell not in KEEPS_NO_ROW])
def test_an_errand_run_twice_at_the_same_moment_does_what_it_does_once(
    much_owed: str, twins: Twins, databases: Any, path: str
) -> None:
    _put_back(databases, much_owed)
    before = books()
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
