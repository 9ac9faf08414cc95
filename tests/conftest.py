"""One application for the whole run, one fresh database for each test: a copy of a migrated one.

SQLite by default; with DATABASE_URL on PostgreSQL (``make test-services``) each test gets a database made from a
template, named after this run, and dropped at its end. REDIS_URL is used where given; without it bells are lost and the
pages must not mind.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
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


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A file stays with one process, and so do the browser's tests (one stack) and the stacks that are made to fail."""
    for item in items:
        place = item.path.relative_to(Path(__file__).parent)
        group = place.parts[0] if place.parts[0] in ("browser", "failures") else str(place)
        item.add_marker(pytest.mark.xdist_group(group))


class SqliteFiles:
    """A file kept under a name (the migrated one: « template »), copied over the one in use."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.url = f"sqlite:///{folder / 'test.sqlite3'}"

    def keep(self, name: str) -> None:
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


class PostgresDatabases:
    """A database kept under a name (the migrated one: « template »), cloned for each test."""

    def __init__(self, url: str) -> None:
        self.server = sa.create_engine(url, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
        self.name = f"adopte_test_{os.getpid()}"
        self.url = self.server.url.set(database=self.name).render_as_string(hide_password=False)
        self.kept: set[str] = set()
        self._run(f"DROP DATABASE IF EXISTS {self.name}", f"CREATE DATABASE {self.name}")

    def _run(self, *statements: str) -> None:
        with self.server.connect() as connection:
            for statement in statements:
                connection.exec_driver_sql(statement)

    def keep(self, name: str) -> None:
        """Nobody may be connected to it at this moment."""
        copy = f"{self.name}_{name}"
        self._run(f"DROP DATABASE IF EXISTS {copy}", f"CREATE DATABASE {copy} TEMPLATE {self.name}")
        self.kept.add(copy)

    def refresh(self, name: str = "template") -> None:
        self._run(
            f"DROP DATABASE IF EXISTS {self.name} WITH (FORCE)",
            f"CREATE DATABASE {self.name} TEMPLATE {self.name}_{name}",
        )

    def drop(self) -> None:
        self._run(
            *(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)" for name in (self.name, *sorted(self.kept)))
        )


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
        db.session.remove()
        db.engine.dispose()
    databases.keep("template")
    return app


@pytest.fixture
def app(_application: Flask, databases: Any) -> Iterator[Flask]:
    """The application in its context, on a fresh database with the reference tables, limits off."""
    from webapp.limits import limiter

    with _application.app_context():
        databases.refresh()
        limiter.enabled = False
        yield _application
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def client(app: Flask) -> Client:
    return Client(app)


@pytest.fixture
def world(app: Flask) -> World:
    """People and organisations to begin with: see tests/factories.py."""
    return World()
