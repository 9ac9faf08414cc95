"""Migrations and models say the same thing, on SQLite and (with DATABASE_URL) on PostgreSQL."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from flask import Flask

from models import Activity, db
from models.text import fold

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    """An empty database of the kind under test."""
    given = os.environ.get("DATABASE_URL", "")
    if not given.startswith("postgres"):
        yield f"sqlite:///{tmp_path / 'empty.sqlite3'}"
        return
    server = sa.create_engine(
        f"postgresql+psycopg://{given.partition('://')[2]}",
        isolation_level="AUTOCOMMIT",
        poolclass=sa.NullPool,
    )
    name = f"adopte_migrations_{os.getpid()}"
    with server.connect() as connection:
        connection.exec_driver_sql(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
    yield server.url.set(database=name).render_as_string(hide_password=False)
    with server.connect() as connection:
        connection.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def engine(address: str) -> Iterator[sa.Engine]:
    engine = sa.create_engine(address)
    yield engine
    engine.dispose()


@pytest.fixture
def config(engine: sa.Engine) -> Iterator[Config]:
    config = Config(str(ROOT / "alembic.ini"))
    with engine.connect() as connection:
        config.attributes["connection"] = connection
        yield config


def test_models_and_migrations_agree_after_going_up_down_and_up_again(
    engine: sa.Engine, config: Config
) -> None:
    command.upgrade(config, "head")
    command.check(config)
    command.downgrade(config, "base")
    with engine.connect() as connection:
        assert sa.inspect(connection).get_table_names() == ["alembic_version"]
    command.upgrade(config, "head")
    command.check(config)


def test_what_was_signed_before_the_charter_had_versions_is_a_signature_of_the_first(
    engine: sa.Engine, config: Config
) -> None:
    command.upgrade(config, "0020")
    now = "2026-05-04 10:00:00+00:00"
    with engine.begin() as connection:
        for statement in (
            'INSERT INTO "user" (id, email, first_name, last_name, job_title, locale, password_hash, password_changed_at,'
            f" rhythm, rhythm_day, created_at, updated_at) VALUES (7, 'a@b.fr', '', '', '', 'fr', '', '{now}', 'daily', 1, '{now}', '{now}')",
            "INSERT INTO organization (id, kind, sides, legal_name, display_name, description, website, email_domains, four_eyes,"
            " source, naf, rna, size_band, labels, contact_email, status, charter_signed_at, charter_version, created_at, updated_at)"
            f" VALUES (3, 'startup', '[]', 'A', 'A', '', '', '[]', false, 'self', '', '', '', '[]', '', 'verified', '{now}', '2026-1', '{now}', '{now}')",
            "INSERT INTO activity (id, at, actor_id, action, subject_type, subject_id, details, previous_hash, hash)"
            f" VALUES (1, '{now}', 7, 'sign_charter', 'organization', 3, '{{}}', '', '')",
        ):
            connection.exec_driver_sql(statement)
    command.upgrade(config, "0021")
    with engine.connect() as connection:
        signed = connection.exec_driver_sql(
            "SELECT organization_id, user_id, version, charter_signature.text_hash = charter.text_hash FROM charter_signature"
            " JOIN charter ON charter.id = charter_id"
        ).all()
    assert [tuple(row) for row in signed] == [(3, 7, "2026-1", True)]
    command.downgrade(config, "0020")
    with engine.connect() as connection:
        kept = connection.exec_driver_sql("SELECT charter_version FROM organization WHERE id = 3").scalar()
    assert kept == "2026-1"


def test_migrating_twice_changes_nothing(engine: sa.Engine, config: Config) -> None:
    command.upgrade(config, "head")
    with engine.connect() as connection:
        before = sorted(sa.inspect(connection).get_table_names())
    command.upgrade(config, "head")
    with engine.connect() as connection:
        assert sorted(sa.inspect(connection).get_table_names()) == before


def test_the_command_line_migrates_the_database_of_the_environment(address: str, tmp_path: Path) -> None:
    environ = {**os.environ, "DATABASE_URL": address, "VAR_DIR": str(tmp_path), "APP_ENV": "demonstration"}
    for words in (["upgrade", "head"], ["check"]):
        done = subprocess.run(
            [sys.executable, "-m", "alembic", *words],
            cwd=ROOT,
            env=environ,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("statement", ["UPDATE activity SET action = 'other'", "DELETE FROM activity"])
def test_the_database_itself_refuses_to_change_the_journal(app: Flask, statement: str) -> None:
    before = db.session.scalar(sa.select(sa.func.count(Activity.id)))
    assert before, "public bodies are recorded as they are loaded"
    db.session.rollback()
    with pytest.raises(sa.exc.DBAPIError, match="append only"):
        db.session.execute(sa.text(statement))
    db.session.rollback()
    kept = sa.select(sa.func.count(Activity.id)).where(Activity.action != "other")
    assert db.session.scalar(kept) == before


@pytest.mark.parametrize(
    "words",
    [
        "L’Haÿ-les-Roses", "L'Haÿ-les-Roses", "ÉPINAY-SUR-SEINE", "Cœur de ville", "ŒUVRE", "Lætitia", "Ça et là", "Noël", "Où ?",
        "ÎLE, Août, Ambiguë", "e\u0301te\u0301", "Straße", "Dépôts sauvages — 20 % « propres »", "",
    ],
)  # fmt: skip
def test_the_database_folds_text_as_we_do(app: Flask, words: str) -> None:
    assert db.session.scalar(sa.select(sa.func.fold(words))) == fold(words)


def test_an_apostrophe_of_the_keyboard_finds_one_of_the_books() -> None:
    assert fold("L'Haÿ") == fold("L’HAŸ")
