"""Questions about a need, asked without a name; what people follow."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "question",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("need_id", sa.Integer(), nullable=False),
        sa.Column("organization_id", sa.Integer(), nullable=False),
        sa.Column("asker_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("public_text", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("merged_into_id", sa.Integer(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by_id", sa.Integer(), nullable=True),
        sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("status", sa.String(length=24), nullable=False),
        sa.ForeignKeyConstraint(["answered_by_id"], ["user.id"], name="fk_question_answered_by_id_user"),
        sa.ForeignKeyConstraint(["asker_id"], ["user.id"], name="fk_question_asker_id_user"),
        sa.ForeignKeyConstraint(["merged_into_id"], ["question.id"], name="fk_question_merged_into_id_question"),
        sa.ForeignKeyConstraint(["need_id"], ["need.id"], name="fk_question_need_id_need"),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organization.id"], name="fk_question_organization_id_organization"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_question"),
        sa.UniqueConstraint("need_id", "number", name="uq_question_need_id_number"),
    )
    for column in ("need_id", "organization_id", "merged_into_id", "answered_at", "status"):
        op.create_index(f"ix_question_{column}", "question", [column])
    op.create_table(
        "follow",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("subject_type", sa.String(length=24), nullable=False),
        sa.Column("subject_key", sa.String(length=40), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name="fk_follow_user_id_user"),
        sa.PrimaryKeyConstraint("id", name="pk_follow"),
        sa.UniqueConstraint("user_id", "subject_type", "subject_key", name="uq_follow_user_id_subject_type_subject_key"),
    )
    for column in ("user_id", "subject_key"):
        op.create_index(f"ix_follow_{column}", "follow", [column])


def downgrade() -> None:
    op.drop_table("follow")
    op.drop_table("question")
