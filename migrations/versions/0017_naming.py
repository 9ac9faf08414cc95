"""A company whose response was retained says whether its name may be told; nobody is named before."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("response") as table:
        table.add_column(sa.Column("may_be_named", sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table("response") as table:
        table.alter_column("may_be_named", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("response") as table:
        table.drop_column("may_be_named")
