"""Rankings as they were made: each text once, which of them the index held, the order that came out."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "document_version",
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("contents", sa.JSON(), nullable=False),
        sa.Column("kept_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("content_hash", name="pk_document_version"),
    )
    op.create_table(
        "catalogue_state",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("base_id", sa.Integer(), nullable=True),
        sa.Column("rows", sa.LargeBinary(), nullable=False),
        sa.Column("kept_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["base_id"], ["catalogue_state.id"], name="fk_catalogue_state_base_id_catalogue_state"),
        sa.PrimaryKeyConstraint("id", name="pk_catalogue_state"),
        sa.UniqueConstraint("fingerprint", name="uq_catalogue_state_fingerprint"),
    )
    op.create_table(
        "ranking",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("need_id", sa.Integer(), nullable=False),
        sa.Column("need_hash", sa.String(length=64), nullable=False),
        sa.Column("state_id", sa.Integer(), nullable=False),
        sa.Column("encoder_version", sa.String(length=80), nullable=False),
        sa.Column("ranking_version", sa.String(length=40), nullable=False),
        sa.Column("ranker", sa.JSON(), nullable=True),
        sa.Column("circumstances", sa.JSON(), nullable=False),
        sa.Column("shadow", sa.JSON(), nullable=True),
        sa.Column("outcome", sa.JSON(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("replay_asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("replay_begun_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("replay_attempts", sa.Integer(), nullable=False),
        sa.Column("replayed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("verdict", sa.String(length=16), nullable=True),
        sa.Column("replay", sa.JSON(), nullable=True),
        sa.ForeignKeyConstraint(["need_id"], ["need.id"], name="fk_ranking_need_id_need"),
        sa.ForeignKeyConstraint(["need_hash"], ["document_version.content_hash"], name="fk_ranking_need_hash_document_version"),
        sa.ForeignKeyConstraint(["state_id"], ["catalogue_state.id"], name="fk_ranking_state_id_catalogue_state"),
        sa.PrimaryKeyConstraint("id", name="pk_ranking"),
    )
    op.create_index("ix_ranking_need_id", "ranking", ["need_id"])
    op.create_index("ix_ranking_made_at", "ranking", ["made_at"])
    op.create_index("ix_ranking_replay_asked_at", "ranking", ["replay_asked_at"])
    with op.batch_alter_table("match") as batch:
        batch.add_column(sa.Column("ranking_id", sa.Integer(), nullable=True))
        batch.create_foreign_key("fk_match_ranking_id_ranking", "ranking", ["ranking_id"], ["id"])


def downgrade() -> None:
    with op.batch_alter_table("match") as batch:
        batch.drop_constraint("fk_match_ranking_id_ranking", type_="foreignkey")
        batch.drop_column("ranking_id")
    for table in ("ranking", "catalogue_state", "document_version"):
        op.drop_table(table)
