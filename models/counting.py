"""Counts by day that several processes add to at once: one statement, no row read before."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy.dialects import postgresql, sqlite

from models.database import db

#: Rows a statement (SQLite takes 32 766 values).
AT_ONCE = 2_000


def add_up(model: Any, rows: Sequence[dict[str, Any]]) -> None:
    """Add ``times`` of each row to the row of ``model`` with the same key, or write it.

    Give the rows in the order of their keys, so that two processes never wait for each other in a circle.
    """
    for start in range(0, len(rows), AT_ONCE):
        db.session.execute(_adding(model, rows[start : start + AT_ONCE]))


def _adding(model: Any, rows: Sequence[dict[str, Any]]) -> Any:
    dialect: Any = postgresql if db.engine.dialect.name == "postgresql" else sqlite
    statement = dialect.insert(model).values(list(rows))
    return statement.on_conflict_do_update(
        index_elements=[column.name for column in model.__table__.primary_key],
        set_={"times": model.times + statement.excluded.times},
    )
