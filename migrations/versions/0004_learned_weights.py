"""Weights learned from the team's decisions, with the figures that were measured before anybody used them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "ranker_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(length=24), nullable=False),
        sa.Column("weights", sa.JSON(), nullable=False),
        sa.Column("encoder_version", sa.String(length=80), nullable=False),
        sa.Column("ranking_version", sa.String(length=40), nullable=False),
        sa.Column("decisions", sa.Integer(), nullable=False),
        sa.Column("held_out", sa.Integer(), nullable=False),
        sa.Column("seen_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("rival_id", sa.Integer(), nullable=True),
        sa.Column("figures", sa.JSON(), nullable=False),
        sa.Column("trained_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["rival_id"], ["ranker_version.id"], name="fk_ranker_version_rival_id_ranker_version"),
        sa.PrimaryKeyConstraint("id", name="pk_ranker_version"),
    )
    op.create_index("ix_ranker_version_status", "ranker_version", ["status"])
    # One in service at most, whoever writes.
    alone = sa.text("status = 'in_service'")
    op.create_index(
        "uq_ranker_version_in_service", "ranker_version", ["status"], unique=True, sqlite_where=alone, postgresql_where=alone
    )


def downgrade() -> None:
    op.drop_table("ranker_version")
