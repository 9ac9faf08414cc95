"""One application for the whole run, one fresh database for each test: a copy of a migrated one.

SQLite by default; with DATABASE_URL on PostgreSQL (``make test-services``, as a superuser) a database named after this run is put
back for each test, and dropped at its end. REDIS_URL is used where given; without it bells are lost and the pages must not mind.
"""

from __future__ import annotations

import dataclasses
import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest
import sqlalchemy as sa
from argon2 import PasswordHasher
from flask import Flask

import models.user
from models import db
from settings import Settings
from tests.client import Client
from tests.factories import World
from webapp import create_app

# Properties are tried on the same examples everywhere, and never timed: a machine that does ten other things is no failure.
hypothesis.settings.register_profile("steady", derandomize=True, deadline=None)
hypothesis.settings.load_profile("steady")

# Real hashing, at the least cost: two hundred tests sign people in.
models.user._hasher = PasswordHasher(memory_cost=8, time_cost=1, parallelism=1)
models.user._NOBODY = models.user._hasher.hash("nobody has this password")


#: Their tests share whole stacks, and some wait for clocks: two processes begin with them, another does the rest meanwhile.
SLOW = ("browser", "failures")
#: Each test is long and shares nothing: any process may take the next one.
LOOSE = ("test_bad_input.py",)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A file stays with one process. What takes longest begins, so that nobody waits for it at the end.

    First of all hooks: xdist reads the groups in its own, and what it does not find there it spreads one by one.
    """
    slow, loose, rest = [], [], []
    for item in items:
        place = item.path.relative_to(Path(__file__).parent)
        if place.parts[0] in SLOW:
            item.add_marker(pytest.mark.xdist_group(place.parts[0]))
            slow.append(item)
        elif place.name in LOOSE:
            loose.append(item)
        else:
            item.add_marker(pytest.mark.xdist_group(str(place)))
            rest.append(item)
    slow.sort(key=lambda item: SLOW.index(item.path.relative_to(Path(__file__).parent).parts[0]))
    items[:] = slow + loose + rest


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """A file goes by its argument, a long text by its beginning: a megabyte is no name, and a zip holds the second at which it was
    made: processes that disagree on the names of tests run none."""
    if isinstance(val, bytes):
        return argname
    return f"{val[:40]}…" if isinstance(val, str) and len(val) > 200 else None


@sa.event.listens_for(sa.Engine, "connect")
def _write_without_waiting_for_the_disk(connection: Any, record: Any) -> None:
    """Nobody reads a test's database after a power cut (registered after models/database.py, which wants it whole)."""
    if isinstance(connection, sqlite3.Connection):
        connection.execute("PRAGMA synchronous = OFF")


class Databases:
    """What is written takes long, and many tests begin with the same: made once a process, then put back."""

    def __init__(self) -> None:
        self.kept: set[str] = set()
        self.told: dict[str, Any] = {}

    def once(self, name: str, make: Callable[[], Any]) -> Any:
        """The database as ``make`` left it; gives what ``make`` gave, which must hold no row: numbers and words only."""
        let_go()
        if name not in self.kept:
            self.told[name] = make()
            db.session.commit()
            let_go()
            self.keep(name)
        else:
            self.refresh(name)
        return self.told[name]

    def keep(self, name: str) -> None:
        raise NotImplementedError

    def refresh(self, name: str = "template") -> None:
        raise NotImplementedError


def let_go() -> None:
    """No connection to the database may be left while it is copied or replaced."""
    db.session.remove()
    db.engine.dispose()


class SqliteFiles(Databases):
    """A file kept under a name (the migrated one: « template »), copied over the one in use."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.folder = folder
        self.url = f"sqlite:///{folder / 'test.sqlite3'}"

    def keep(self, name: str) -> None:
        self.kept.add(name)
        with sa.create_engine(self.url).connect() as connection:
            connection.exec_driver_sql("COMMIT")
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        shutil.copy(self.folder / "test.sqlite3", self.folder / f"{name}.sqlite3")

    def refresh(self, name: str = "template") -> None:
        for leftover in self.folder.glob("test.sqlite3*"):
            leftover.unlink()
        shutil.copy(self.folder / f"{name}.sqlite3", self.folder / "test.sqlite3")

    def drop(self) -> None:
        """The folder is pytest's."""


class PostgresDatabases(Databases):
    """One database; its rows kept under a name are those of a schema of that name.

    A database made from a template for each test would take most of the run: a server makes one in a third of a second.
    """

    def __init__(self, url: str) -> None:
        super().__init__()
        self.server = sa.create_engine(url, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
        self.name = f"adopte_test_{os.getpid()}"
        self.url = self.server.url.set(database=self.name).render_as_string(hide_password=False)
        self.inside = sa.create_engine(self.url, poolclass=sa.NullPool)
        self.numbers: dict[str, list[str]] = {}
        self.drop()
        with self.server.connect() as connection:
            connection.exec_driver_sql(f"CREATE DATABASE {self.name}")
            connection.exec_driver_sql(f"ALTER DATABASE {self.name} SET synchronous_commit = off")

    def _run(self, *statements: str) -> None:
        with self.inside.begin() as connection:
            connection.exec_driver_sql("; ".join(statements))

    def keep(self, name: str) -> None:
        tables = [table.name for table in db.metadata.sorted_tables]
        if name not in self.kept:
            make = [f'CREATE UNLOGGED TABLE {name}."{table}" (LIKE public."{table}")' for table in tables]
            self._run(f"CREATE SCHEMA {name}", *make)
        self.kept.add(name)
        copy = [f'INSERT INTO {name}."{table}" SELECT * FROM public."{table}"' for table in tables]
        self._run(*(f'DELETE FROM {name}."{table}"' for table in tables), *copy)
        with self.inside.connect() as connection:
            self.numbers[name] = list(connection.scalars(sa.text(_NUMBERS)))

    def refresh(self, name: str = "template") -> None:
        tables = [table.name for table in db.metadata.sorted_tables]
        self._run(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()",
            "SET LOCAL session_replication_role = replica",  # acts of the journal cannot be removed otherwise
            *(f'DELETE FROM public."{table}"' for table in reversed(tables)),
            *(f'INSERT INTO public."{table}" SELECT * FROM {name}."{table}"' for table in tables),
            *self.numbers[name],
        )

    def drop(self) -> None:
        with self.server.connect() as connection:
            connection.exec_driver_sql(f"DROP DATABASE IF EXISTS {self.name} WITH (FORCE)")


#: What sets each counter to where it stands now.
_NUMBERS = """
    SELECT format('SELECT setval(''public.%I'', %s, %L)', sequencename, coalesce(last_value, start_value), last_value IS NOT NULL)
    FROM pg_sequences WHERE schemaname = 'public'
"""


@pytest.fixture(scope="session")
def databases(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    url = os.environ.get("DATABASE_URL", "")
    if url.startswith("postgres"):
        _scheme, _, rest = url.partition("://")
        kept: Any = PostgresDatabases(f"postgresql+psycopg://{rest}")
    else:
        kept = SqliteFiles(tmp_path_factory.mktemp("database"))
    yield kept
    kept.drop()


@pytest.fixture(scope="session")
def settings(databases: Any, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Those of a demonstration without its records, in a folder of the run's own."""
    return Settings.from_environment(
        {
            "VAR_DIR": str(tmp_path_factory.mktemp("var")),
            "DATABASE_URL": databases.url,
            "REDIS_URL": os.environ.get("REDIS_URL", ""),
            "PUBLIC_URL": "http://localhost",
        }
    )


@pytest.fixture(scope="session")
def _application(settings: Settings, databases: Any) -> Flask:
    from webapp.commands import migrate
    from webapp.reference import load_reference_tables

    app = create_app(settings)
    app.config["TESTING"] = True
    app.config["PROPAGATE_EXCEPTIONS"] = False  # a mistake of ours is a page with status 500, as for people
    with app.app_context():
        migrate()
        load_reference_tables()
        db.session.commit()
        let_go()
    databases.keep("template")
    return app


@pytest.fixture
def app(_application: Flask, databases: Any, tmp_path: Path) -> Iterator[Flask]:
    """The application in its context, on a fresh database with the reference tables and an empty mailbox, limits off."""
    from webapp.limits import limiter

    settings = _application.config["SETTINGS"]
    with _application.app_context():
        databases.refresh()
        limiter.enabled = False
        _application.config["SETTINGS"] = dataclasses.replace(settings, mail_url=f"file:{tmp_path / 'mail'}")
        yield _application
        _application.config["SETTINGS"] = settings
        let_go()


@pytest.fixture
def client(app: Flask) -> Client:
    return Client(app)


@pytest.fixture
def world(app: Flask) -> World:
    """People and organisations to begin with: see tests/factories.py."""
    return World()
