"""Points of a review that the author ticks off; other public bodies say « nous aussi » under a need."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "review_point",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("need_id", sa.Integer(), nullable=True),
        sa.Column("solution_id", sa.Integer(), nullable=True),
        sa.Column("text", sa.String(500), nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("(need_id IS NULL) <> (solution_id IS NULL)", name="ck_review_point_one_subject"),
        sa.ForeignKeyConstraint(["need_id"], ["need.id"], name="fk_review_point_need_id_need"),
        sa.ForeignKeyConstraint(["solution_id"], ["solution.id"], name="fk_review_point_solution_id_solution"),
        sa.ForeignKeyConstraint(["asked_by_id"], ["user.id"], name="fk_review_point_asked_by_id_user"),
        sa.ForeignKeyConstraint(["done_by_id"], ["user.id"], name="fk_review_point_done_by_id_user"),
        sa.PrimaryKeyConstraint("id", name="pk_review_point"),
    )
    op.create_index("ix_review_point_need_id", "review_point", ["need_id"])
    op.create_index("ix_review_point_solution_id", "review_point", ["solution_id"])
    op.create_table(
        "need_support",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("need_id", sa.Integer(), nullable=False),
        sa.Column("organization_id", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("note", sa.String(500), nullable=False),
        sa.Column("amount_estimated_cents", sa.BigInteger(), nullable=True),
        sa.Column("joined_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["need_id"], ["need.id"], name="fk_need_support_need_id_need"),
        sa.ForeignKeyConstraint(["organization_id"], ["organization.id"], name="fk_need_support_organization_id_organization"),
        sa.ForeignKeyConstraint(["by_id"], ["user.id"], name="fk_need_support_by_id_user"),
        sa.PrimaryKeyConstraint("id", name="pk_need_support"),
        sa.UniqueConstraint("need_id", "organization_id", name="uq_need_support_need_id_organization_id"),
    )
    op.create_index("ix_need_support_need_id", "need_support", ["need_id"])
    op.create_index("ix_need_support_organization_id", "need_support", ["organization_id"])


def downgrade() -> None:
    op.drop_table("need_support")
    op.drop_table("review_point")
