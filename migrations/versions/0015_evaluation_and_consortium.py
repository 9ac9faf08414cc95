"""A commune marks responses by criteria fixed beforehand; suppliers answer together; each person’s reading of a response."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

DATED = ("created_at", "updated_at")


def _instant(name: str, *, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _number(name: str, *, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.Integer(), nullable=nullable)


def _key(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=f"fk_{table}_{column}_{other}")


def upgrade() -> None:
    op.create_table(
        "shortlist",
        _number("id"),
        _number("need_id"),
        sa.Column("status", sa.String(24), nullable=False),
        _instant("locked_at", nullable=True),
        _instant("shared_at", nullable=True),
        sa.Column("compared", sa.JSON(), nullable=False),
        sa.Column("panel", sa.JSON(), nullable=False),
        *(_instant(name) for name in DATED),
        _key("shortlist", "need_id", "need"),
        sa.PrimaryKeyConstraint("id", name="pk_shortlist"),
        sa.UniqueConstraint("need_id", name="uq_shortlist_need_id"),
    )
    op.create_index("ix_shortlist_status", "shortlist", ["status"])
    op.create_table(
        "criterion",
        _number("id"),
        _number("shortlist_id"),
        _number("position"),
        sa.Column("label", sa.String(120), nullable=False),
        _number("weight"),
        _key("criterion", "shortlist_id", "shortlist"),
        sa.PrimaryKeyConstraint("id", name="pk_criterion"),
        sa.UniqueConstraint("shortlist_id", "position", name="uq_criterion_shortlist_id_position"),
    )
    op.create_table(
        "score",
        _number("id"),
        _number("criterion_id"),
        _number("response_id"),
        _number("user_id"),
        _number("value", nullable=True),
        sa.Column("comment", sa.Text(), nullable=False),
        _number("version"),
        *(_instant(name) for name in DATED),
        _key("score", "criterion_id", "criterion"),
        _key("score", "response_id", "response"),
        _key("score", "user_id", "user"),
        sa.PrimaryKeyConstraint("id", name="pk_score"),
        sa.UniqueConstraint("criterion_id", "response_id", "user_id", name="uq_score_criterion_id_response_id_user_id"),
        sa.CheckConstraint("value BETWEEN 0 AND 5", name="ck_score_value_in_bounds"),
    )
    op.create_index("ix_score_response_id", "score", ["response_id"])
    op.create_index("ix_score_user_id", "score", ["user_id"])
    op.create_table(
        "conflict_declaration",
        _number("id"),
        _number("shortlist_id"),
        _number("user_id"),
        sa.Column("conflict", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        _instant("at"),
        _key("conflict_declaration", "shortlist_id", "shortlist"),
        _key("conflict_declaration", "user_id", "user"),
        sa.PrimaryKeyConstraint("id", name="pk_conflict_declaration"),
        sa.UniqueConstraint("shortlist_id", "user_id", name="uq_conflict_declaration_shortlist_id_user_id"),
    )
    op.create_index("ix_conflict_declaration_user_id", "conflict_declaration", ["user_id"])
    op.create_table(
        "consortium_member",
        _number("id"),
        _number("response_id"),
        _number("organization_id"),
        sa.Column("part", sa.String(300), nullable=False),
        sa.Column("status", sa.String(24), nullable=False),
        _instant("decided_at", nullable=True),
        _number("decided_by_id", nullable=True),
        _instant("reminded_at", nullable=True),
        *(_instant(name) for name in DATED),
        _key("consortium_member", "response_id", "response"),
        _key("consortium_member", "organization_id", "organization"),
        _key("consortium_member", "decided_by_id", "user"),
        sa.PrimaryKeyConstraint("id", name="pk_consortium_member"),
        sa.UniqueConstraint("response_id", "organization_id", name="uq_consortium_member_response_id_organization_id"),
    )
    op.create_index("ix_consortium_member_organization_id", "consortium_member", ["organization_id"])
    op.create_index("ix_consortium_member_status", "consortium_member", ["status"])
    op.create_table(
        "response_reading",
        _number("id"),
        _number("response_id"),
        _number("user_id"),
        _number("version"),
        _instant("read_at"),
        _key("response_reading", "response_id", "response"),
        _key("response_reading", "user_id", "user"),
        sa.PrimaryKeyConstraint("id", name="pk_response_reading"),
        sa.UniqueConstraint("response_id", "user_id", name="uq_response_reading_response_id_user_id"),
    )
    op.create_index("ix_response_reading_user_id", "response_reading", ["user_id"])


def downgrade() -> None:
    for table in ("response_reading", "consortium_member", "conflict_declaration", "score", "criterion", "shortlist"):
        op.drop_table(table)
