"""« J'adopte » : what a public body asks of a company about a solution; references of a solution; more facts of a solution."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

#: name → (type, what rows that exist hold)
FACTS = {
    "labels": (sa.JSON(), "[]"),
    "certifications_note": (sa.Text(), ""),
    "licence": (sa.String(40), ""),
    "is_common": (sa.Boolean(), sa.false()),
    "evidence": (sa.JSON(), "[]"),
    "innovation_note": (sa.Text(), ""),
    "price_tiers": (sa.JSON(), "[]"),
}


def upgrade() -> None:
    op.create_table(
        "interest",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("solution_id", sa.Integer(), nullable=False),
        sa.Column("organization_id", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("need_id", sa.Integer(), nullable=True),
        sa.Column("wish", sa.String(16), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("site", sa.String(200), nullable=False),
        sa.Column("amount_estimated_cents", sa.BigInteger(), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reminded_again_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("acknowledged_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("meeting_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("meeting_place", sa.String(200), nullable=False),
        sa.Column("met_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("meeting_notes", sa.Text(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason_code", sa.String(20), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("conversion", sa.String(12), nullable=True),
        sa.Column("converted_need_id", sa.Integer(), nullable=True),
        sa.Column("declared_purchase_id", sa.Integer(), nullable=True),
        sa.Column("may_be_cited", sa.Boolean(), nullable=False),
        sa.Column("status", sa.String(24), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["solution_id"], ["solution.id"], name="fk_interest_solution_id_solution"),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organization.id"], name="fk_interest_organization_id_organization"
        ),
        sa.ForeignKeyConstraint(["author_id"], ["user.id"], name="fk_interest_author_id_user"),
        sa.ForeignKeyConstraint(["need_id"], ["need.id"], name="fk_interest_need_id_need"),
        sa.ForeignKeyConstraint(["converted_need_id"], ["need.id"], name="fk_interest_converted_need_id_need"),
        sa.ForeignKeyConstraint(
            ["declared_purchase_id"], ["declared_purchase.id"], name="fk_interest_declared_purchase_id_declared_purchase"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_interest"),
    )
    for column in ("solution_id", "organization_id", "need_id", "sent_at", "status"):
        op.create_index(f"ix_interest_{column}", "interest", [column])
    op.create_table(
        "reference",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("solution_id", sa.Integer(), nullable=False),
        sa.Column("organization_id", sa.Integer(), nullable=True),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("label", sa.String(160), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(12), nullable=False),
        sa.Column("contact_allowed", sa.Boolean(), nullable=False),
        sa.Column("note", sa.String(500), nullable=False),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("status", sa.String(24), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["solution_id"], ["solution.id"], name="fk_reference_solution_id_solution"),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organization.id"], name="fk_reference_organization_id_organization"
        ),
        sa.ForeignKeyConstraint(["author_id"], ["user.id"], name="fk_reference_author_id_user"),
        sa.ForeignKeyConstraint(["decided_by_id"], ["user.id"], name="fk_reference_decided_by_id_user"),
        sa.PrimaryKeyConstraint("id", name="pk_reference"),
    )
    for column in ("solution_id", "organization_id", "status"):
        op.create_index(f"ix_reference_{column}", "reference", [column])
    with op.batch_alter_table("match") as batch:
        batch.add_column(sa.Column("interest_id", sa.Integer(), nullable=True))
        batch.create_foreign_key("fk_match_interest_id_interest", "interest", ["interest_id"], ["id"])
    with op.batch_alter_table("solution") as batch:
        for name, (kind, held) in FACTS.items():
            batch.add_column(sa.Column(name, kind, nullable=False, server_default=held))
    with op.batch_alter_table("solution") as batch:
        for name in FACTS:
            batch.alter_column(name, server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("solution") as batch:
        for name in reversed(FACTS):
            batch.drop_column(name)
    with op.batch_alter_table("match") as batch:
        batch.drop_constraint("fk_match_interest_id_interest", type_="foreignkey")
        batch.drop_column("interest_id")
    op.drop_table("reference")
    op.drop_table("interest")
