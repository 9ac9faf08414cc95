"""What the team wrote to both sides when it retained a proposal; empty for those retained before."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("match") as batch:
        batch.add_column(sa.Column("introduction", sa.Text(), nullable=False, server_default=""))
    with op.batch_alter_table("match") as batch:
        batch.alter_column("introduction", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("match") as batch:
        batch.drop_column("introduction")
