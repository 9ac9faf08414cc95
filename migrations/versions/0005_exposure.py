"""How often each solution was proposed, shown and introduced, a day; what is known of the past comes from the matches."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

PARIS = ZoneInfo("Europe/Paris")


def upgrade() -> None:
    exposure = op.create_table(
        "exposure",
        sa.Column("solution_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["solution_id"], ["solution.id"], name="fk_exposure_solution_id_solution"),
        sa.PrimaryKeyConstraint("solution_id", "kind", "day", name="pk_exposure"),
    )
    op.create_index("ix_exposure_kind_day", "exposure", ["kind", "day"])
    rows = [
        {"solution_id": solution, "kind": kind, "day": day, "times": count}
        for (solution, kind, day), count in sorted(_counted().items())
    ]
    if rows:
        op.bulk_insert(exposure, rows)


def _counted() -> Counter[tuple[int, str, date]]:
    match = sa.table(
        "match",
        sa.column("solution_id", sa.Integer()),
        sa.column("suggested_at", sa.DateTime(timezone=True)),
        sa.column("introduced_at", sa.DateTime(timezone=True)),
    )
    counted: Counter[tuple[int, str, date]] = Counter()
    for solution, suggested, introduced in op.get_bind().execute(sa.select(match)):
        counted[solution, "proposed", _day(suggested)] += 1
        if introduced is not None:
            counted[solution, "introduced", _day(introduced)] += 1
    return counted


def _day(instant: datetime) -> date:
    """In Paris. SQLite forgets time zones: what it holds is UTC."""
    aware = instant if instant.tzinfo else instant.replace(tzinfo=UTC)
    return aware.astimezone(PARIS).date()


def downgrade() -> None:
    op.drop_table("exposure")
