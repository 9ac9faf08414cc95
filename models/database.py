"""The database: base class, UTC instants, and how SQLite is opened so that it behaves like a server.

SQLite in WAL: a transaction that reads, then writes, fails at once (SQLITE_BUSY_SNAPSHOT, the time-out does not apply)
when another wrote in between. So transactions open with BEGIN IMMEDIATE, except where the caller promised to read only
(``reading_only``: pages answered to GET).
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import DateTime, Engine, MetaData, Select, event, func, inspect, select, text
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, registry
from sqlalchemy.types import TypeDecorator

PARIS = ZoneInfo("Europe/Paris")


def utc_now() -> datetime:
    """The present instant, aware, in UTC."""
    return datetime.now(UTC)


class UtcDateTime(TypeDecorator[datetime]):
    """An instant: aware on both sides, stored in UTC (SQLite forgets time zones, PostgreSQL does not)."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("instants must carry a time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Any) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


_NAMES = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """Every table: typed columns, named constraints (so that migrations can change them on both engines)."""

    registry = registry(
        metadata=MetaData(naming_convention=_NAMES), type_annotation_map={datetime: UtcDateTime}
    )


class Dated:
    """When a row was made and last changed."""

    created_at: Mapped[datetime] = mapped_column(default=utc_now)
    updated_at: Mapped[datetime] = mapped_column(default=utc_now, onupdate=utc_now)


def _dumps(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True)


db = SQLAlchemy(
    model_class=Base,
    engine_options={"json_serializer": _dumps},
    session_options={"autoflush": True},
)

_reading_only: ContextVar[bool] = ContextVar("reading_only", default=False)


@contextmanager
def reading_only(promise: bool = True) -> Iterator[None]:
    """Transactions begun inside take no write lock on SQLite. A write still works, but may fail as busy."""
    token = _reading_only.set(promise)
    try:
        yield
    finally:
        _reading_only.reset(token)


def promise_to_read_only(promise: bool) -> None:
    """The same promise for the rest of the current context (one web request)."""
    _reading_only.set(promise)


@event.listens_for(Engine, "connect")
def _open_sqlite(connection: Any, record: Any) -> None:
    if not isinstance(connection, sqlite3.Connection):
        return
    connection.isolation_level = None  # we say BEGIN ourselves, below
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode = WAL")
    cursor.execute("PRAGMA synchronous = FULL")  # NORMAL may lose the last commits at a power cut
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.execute("PRAGMA busy_timeout = 5000")
    cursor.execute("PRAGMA cache_size = -512")  # KiB; four times less than usual, the system keeps the file
    cursor.close()
    connection.create_function("fold", 1, _fold, deterministic=True)


@event.listens_for(Engine, "begin")
def _begin(connection: Any) -> None:
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("BEGIN" if _reading_only.get() else "BEGIN IMMEDIATE")


@lru_cache(maxsize=4_096)
def _fold(value: str | None) -> str | None:
    # A list searched by plain words folds the same texts again and again: remembered, it takes a tenth of the time.
    from models.text import fold

    return None if value is None else fold(value)


def lock_for_numbering(session: Session, name: str) -> None:
    """Let one transaction at a time number rows of ``name``, so that numbers become visible in their own order.

    On PostgreSQL sequences commit out of order: a reader that only remembers the highest number it saw would miss a
    late row. On SQLite the writing transaction itself is that lock.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(hashtext(:name))"), {"name": name})


def count_rows(query: Select[Any]) -> int:
    """How many rows ``query`` gives. Of one entity, only its key is named: SQLAlchemy keeps each statement that it made, at about
    four kilobytes a column, and there are as many counts as lists."""
    described = query.column_descriptions
    if len(described) == 1 and described[0]["expr"] is described[0]["entity"]:
        key = inspect(described[0]["entity"]).primary_key
        query = query.with_only_columns(*key, maintain_column_froms=True)
    return db.session.scalar(select(func.count()).select_from(query.order_by(None).subquery())) or 0
