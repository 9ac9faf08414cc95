"""Searches that people keep, what is found for them, and how often what can wait is written."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("user") as table:
        table.add_column(sa.Column("rhythm", sa.String(8), nullable=False, server_default="daily"))
        table.add_column(sa.Column("rhythm_day", sa.Integer(), nullable=False, server_default="1"))
        table.add_column(sa.Column("news_told_at", sa.DateTime(timezone=True), nullable=True))
    with op.batch_alter_table("user") as table:
        table.alter_column("rhythm", server_default=None)
        table.alter_column("rhythm_day", server_default=None)
    for name in ("need", "solution"):
        with op.batch_alter_table(name) as table:
            table.add_column(sa.Column("alerted_at", sa.DateTime(timezone=True), nullable=True))
        op.create_index(f"ix_{name}_alerted_at", name, ["alerted_at"])
        # What is online already is no news.
        op.execute(f"UPDATE {name} SET alerted_at = published_at WHERE published_at IS NOT NULL")
    op.create_table(
        "alert",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("kind", sa.String(12), nullable=False),
        sa.Column("choices", sa.JSON(), nullable=False),
        sa.Column("words", sa.String(300), nullable=False),
        sa.Column("rhythm", sa.String(8), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name="fk_alert_user_id_user"),
        sa.PrimaryKeyConstraint("id", name="pk_alert"),
    )
    op.create_index("ix_alert_user_id", "alert", ["user_id"])
    op.create_table(
        "alert_find",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("alert_id", sa.Integer(), nullable=False),
        sa.Column("need_id", sa.Integer(), nullable=True),
        sa.Column("solution_id", sa.Integer(), nullable=True),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(need_id IS NULL) <> (solution_id IS NULL)", name="ck_alert_find_one_thing"),
        sa.ForeignKeyConstraint(["alert_id"], ["alert.id"], name="fk_alert_find_alert_id_alert"),
        sa.ForeignKeyConstraint(["need_id"], ["need.id"], name="fk_alert_find_need_id_need"),
        sa.ForeignKeyConstraint(["solution_id"], ["solution.id"], name="fk_alert_find_solution_id_solution"),
        sa.PrimaryKeyConstraint("id", name="pk_alert_find"),
        sa.UniqueConstraint("alert_id", "need_id", name="uq_alert_find_alert_id_need_id"),
        sa.UniqueConstraint("alert_id", "solution_id", name="uq_alert_find_alert_id_solution_id"),
    )
    for column in ("alert_id", "need_id", "solution_id", "told_at"):
        op.create_index(f"ix_alert_find_{column}", "alert_find", [column])


def downgrade() -> None:
    op.drop_table("alert_find")
    op.drop_table("alert")
    for name in ("solution", "need"):
        op.drop_index(f"ix_{name}_alerted_at", name)
        with op.batch_alter_table(name) as table:
            table.drop_column("alerted_at")
    with op.batch_alter_table("user") as table:
        for column in ("news_told_at", "rhythm_day", "rhythm"):
            table.drop_column(column)
