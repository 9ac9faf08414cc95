"""The table of thresholds, what the legal route assistant answered, purchases that were declared; the clues of a solution."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "threshold",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("purchase_kind", sa.String(length=20), nullable=False),
        sa.Column("buyer_kind", sa.String(length=20), nullable=False),
        sa.Column("amount_cents", sa.BigInteger(), nullable=True),
        sa.Column("applicable", sa.Boolean(), nullable=False),
        sa.Column("comparator", sa.String(length=8), nullable=False),
        sa.Column("effect_fr", sa.String(length=300), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("legal_ref", sa.String(length=300), nullable=False),
        sa.Column("confidence", sa.String(length=40), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("checked_on", sa.Date(), nullable=False),
        sa.Column("checked_by_id", sa.Integer(), nullable=True),
        sa.Column("replaces_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["checked_by_id"], ["user.id"], name="fk_threshold_checked_by_id_user"),
        sa.ForeignKeyConstraint(["replaces_id"], ["threshold.id"], name="fk_threshold_replaces_id_threshold"),
        sa.PrimaryKeyConstraint("id", name="pk_threshold"),
    )
    op.create_index("ix_threshold_code", "threshold", ["code"])
    op.create_table(
        "guidance",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organization_id", sa.Integer(), nullable=False),
        sa.Column("need_id", sa.Integer(), nullable=True),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("inputs", sa.JSON(), nullable=False),
        sa.Column("result", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("table_hash", sa.String(length=64), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["user.id"], name="fk_guidance_author_id_user"),
        sa.ForeignKeyConstraint(["need_id"], ["need.id"], name="fk_guidance_need_id_need"),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organization.id"], name="fk_guidance_organization_id_organization"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_guidance"),
    )
    op.create_index("ix_guidance_organization_id", "guidance", ["organization_id"])
    op.create_index("ix_guidance_need_id", "guidance", ["need_id"])
    op.create_index("ix_guidance_made_at", "guidance", ["made_at"])
    op.create_table(
        "declared_purchase",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organization_id", sa.Integer(), nullable=False),
        sa.Column("supplier_id", sa.Integer(), nullable=True),
        sa.Column("supplier_name", sa.String(length=160), nullable=False),
        sa.Column("need_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("purchase_kind", sa.String(length=20), nullable=False),
        sa.Column("amount_cents", sa.BigInteger(), nullable=True),
        sa.Column("innovative", sa.Boolean(), nullable=False),
        sa.Column("bought_on", sa.Date(), nullable=False),
        sa.Column("declared_by_id", sa.Integer(), nullable=False),
        sa.Column("replaces_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["declared_by_id"], ["user.id"], name="fk_declared_purchase_declared_by_id_user"
        ),
        sa.ForeignKeyConstraint(["need_id"], ["need.id"], name="fk_declared_purchase_need_id_need"),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organization.id"], name="fk_declared_purchase_organization_id_organization"
        ),
        sa.ForeignKeyConstraint(
            ["replaces_id"], ["declared_purchase.id"], name="fk_declared_purchase_replaces_id_declared_purchase"
        ),
        sa.ForeignKeyConstraint(
            ["supplier_id"], ["organization.id"], name="fk_declared_purchase_supplier_id_organization"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_declared_purchase"),
        sa.UniqueConstraint("replaces_id", name="uq_declared_purchase_replaces_id"),
    )
    for column in ("organization_id", "supplier_id", "need_id"):
        op.create_index(f"ix_declared_purchase_{column}", "declared_purchase", [column])
    with op.batch_alter_table("solution") as batch:
        batch.add_column(sa.Column("innovation_clues", sa.JSON(), nullable=False, server_default="{}"))
    with op.batch_alter_table("solution") as batch:
        batch.alter_column("innovation_clues", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("solution") as batch:
        batch.drop_column("innovation_clues")
    for table in ("declared_purchase", "guidance", "threshold"):
        op.drop_table(table)
