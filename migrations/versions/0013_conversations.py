"""Conversations between two sides; what is written in them is never changed, and emptied at most once."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

#: The application refuses the same (models/conversation_message.py).
TRIGGERS = {
    "sqlite": (
        """
        CREATE TRIGGER conversation_message_refuses_delete BEFORE DELETE ON conversation_message
        BEGIN SELECT RAISE(ABORT, 'messages are append only'); END
        """,
        """
        CREATE TRIGGER conversation_message_refuses_update BEFORE UPDATE ON conversation_message
        WHEN NEW.body <> '' OR NEW.redacted_at IS NULL OR OLD.redacted_at IS NOT NULL
          OR NEW.conversation_id <> OLD.conversation_id OR NEW.author_id <> OLD.author_id
          OR NEW.organization_id <> OLD.organization_id OR NEW.sent_at <> OLD.sent_at
        BEGIN SELECT RAISE(ABORT, 'messages are append only'); END
        """,
    ),
    "postgresql": (
        """
        CREATE FUNCTION refuse_to_change_a_message() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN
            IF TG_OP = 'UPDATE' AND NEW.body = '' AND NEW.redacted_at IS NOT NULL AND OLD.redacted_at IS NULL
               AND (NEW.conversation_id, NEW.author_id, NEW.organization_id, NEW.sent_at)
                 = (OLD.conversation_id, OLD.author_id, OLD.organization_id, OLD.sent_at)
            THEN RETURN NEW; END IF;
            RAISE EXCEPTION 'messages are append only';
        END $$
        """,
        """
        CREATE TRIGGER conversation_message_refuses_changes BEFORE UPDATE OR DELETE ON conversation_message
        FOR EACH ROW EXECUTE FUNCTION refuse_to_change_a_message()
        """,
    ),
}


def upgrade() -> None:
    op.create_table(
        "conversation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("context_type", sa.String(length=24), nullable=False),
        sa.Column("context_id", sa.Integer(), nullable=False),
        sa.Column("need_id", sa.Integer(), nullable=True),
        sa.Column("demand_id", sa.Integer(), nullable=False),
        sa.Column("counterpart_id", sa.Integer(), nullable=False),
        sa.Column("team_takes_part", sa.Boolean(), nullable=False),
        sa.Column("subject", sa.String(length=120), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["need_id"], ["need.id"], name="fk_conversation_need_id_need"),
        sa.ForeignKeyConstraint(["demand_id"], ["organization.id"], name="fk_conversation_demand_id_organization"),
        sa.ForeignKeyConstraint(["counterpart_id"], ["organization.id"], name="fk_conversation_counterpart_id_organization"),
        sa.PrimaryKeyConstraint("id", name="pk_conversation"),
        sa.UniqueConstraint(
            "context_type", "context_id", "counterpart_id", name="uq_conversation_context_type_context_id_counterpart_id"
        ),
    )
    for column in ("need_id", "demand_id", "counterpart_id", "last_at"):
        op.create_index(f"ix_conversation_{column}", "conversation", [column])
    op.create_table(
        "conversation_message",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("conversation_id", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("organization_id", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("redacted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("redacted_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversation.id"], name="fk_conversation_message_conversation_id_conversation"
        ),
        sa.ForeignKeyConstraint(["author_id"], ["user.id"], name="fk_conversation_message_author_id_user"),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organization.id"], name="fk_conversation_message_organization_id_organization"
        ),
        sa.ForeignKeyConstraint(["redacted_by_id"], ["user.id"], name="fk_conversation_message_redacted_by_id_user"),
        sa.PrimaryKeyConstraint("id", name="pk_conversation_message"),
    )
    op.create_index("ix_conversation_message_conversation_id", "conversation_message", ["conversation_id"])
    op.create_table(
        "message_reading",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("conversation_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("last_message_id", sa.Integer(), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversation.id"], name="fk_message_reading_conversation_id_conversation"),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name="fk_message_reading_user_id_user"),
        sa.ForeignKeyConstraint(
            ["last_message_id"], ["conversation_message.id"], name="fk_message_reading_last_message_id_conversation_message"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_message_reading"),
        sa.UniqueConstraint("conversation_id", "user_id", name="uq_message_reading_conversation_id_user_id"),
    )
    op.create_index("ix_message_reading_user_id", "message_reading", ["user_id"])
    for statement in TRIGGERS[op.get_bind().dialect.name]:
        op.execute(statement)


def downgrade() -> None:
    for table in ("message_reading", "conversation_message", "conversation"):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION refuse_to_change_a_message()")
