"""How Alembic reaches the database: the connection that ``webapp.commands`` hands over, or the one of DATABASE_URL.

All migrations of one call are one transaction, on both engines: a failure leaves the database as it was.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import context

import models
from models.database import UtcDateTime


def render_item(kind: str, item: Any, _context: Any) -> str | bool:
    """Migrations outlive our classes: they name plain types."""
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    return False


def run(connection: sa.Connection) -> None:
    """Bring the database of ``connection`` where the command asks."""
    is_sqlite = connection.dialect.name == "sqlite"
    if is_sqlite:
        # Changing a table means copying it: its rows must not drag others along when the old one is dropped. The
        # pragma only counts outside a transaction.
        connection.connection.driver_connection.execute("PRAGMA foreign_keys = OFF")
    context.configure(
        connection=connection,
        target_metadata=models.Base.metadata,
        render_as_batch=True,
        render_item=render_item,
        transactional_ddl=True,
    )
    with context.begin_transaction():
        if not is_sqlite:
            # Two machines that start together migrate one after the other (SQLite's BEGIN IMMEDIATE does as much).
            connection.execute(sa.text("SELECT pg_advisory_xact_lock(hashtext('migrations'))"))
        context.run_migrations()
        if is_sqlite and connection.execute(sa.text("PRAGMA foreign_key_check")).first():
            raise RuntimeError("a migration left rows that point nowhere")
    if is_sqlite:
        connection.connection.driver_connection.execute("PRAGMA foreign_keys = ON")


def open_and_run() -> None:
    """From the command line, where nobody hands a connection over."""
    from settings import Settings

    engine = sa.create_engine(Settings.from_environment().database_url)
    with engine.connect() as connection:
        run(connection)


given = context.config.attributes.get("connection")
if context.is_offline_mode():
    raise SystemExit("Ces migrations ne s’écrivent pas sans base : donnez DATABASE_URL.")
if given is not None:
    run(given)
else:
    open_and_run()
