"""Calls: windows of days during which communes, or companies, are invited to write; and what was written in which."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "open_call",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(120), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("programme", sa.Text(), nullable=False),
        sa.Column("audience", sa.String(8), nullable=False),
        sa.Column("themes", sa.JSON(), nullable=False),
        sa.Column("defis", sa.JSON(), nullable=False),
        sa.Column("opens_on", sa.Date(), nullable=False),
        sa.Column("closes_on", sa.Date(), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=False),
        sa.Column("announced_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("status", sa.String(24), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["made_by_id"], ["user.id"], name="fk_open_call_made_by_id_user"),
        sa.PrimaryKeyConstraint("id", name="pk_open_call"),
    )
    for column in ("opens_on", "closes_on", "status"):
        op.create_index(f"ix_open_call_{column}", "open_call", [column])
    for name in ("need", "solution"):
        with op.batch_alter_table(name) as table:
            table.add_column(sa.Column("open_call_id", sa.Integer(), nullable=True))
            table.create_foreign_key(
                f"fk_{name}_open_call_id_open_call", "open_call", ["open_call_id"], ["id"]
            )
        op.create_index(f"ix_{name}_open_call_id", name, ["open_call_id"])


def downgrade() -> None:
    for name in ("solution", "need"):
        op.drop_index(f"ix_{name}_open_call_id", name)
        with op.batch_alter_table(name) as table:
            table.drop_constraint(f"fk_{name}_open_call_id_open_call", type_="foreignkey")
            table.drop_column("open_call_id")
    op.drop_table("open_call")
