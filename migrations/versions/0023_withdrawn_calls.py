"""A call that is open may be withdrawn: when, and why."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("open_call") as table:
        table.add_column(sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True))
        table.add_column(sa.Column("withdraw_reason", sa.Text(), nullable=False, server_default=""))
    with op.batch_alter_table("open_call") as table:
        table.alter_column("withdraw_reason", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("open_call") as table:
        table.drop_column("withdraw_reason")
        table.drop_column("withdrawn_at")
