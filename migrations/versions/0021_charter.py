"""The charter as a text with versions, and its signatures: who signed which, when. What is signed today becomes the first."""

from __future__ import annotations

import hashlib
from datetime import UTC, date, datetime
from pathlib import Path

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

VERSION = "2026-1"
#: A signed text is never changed: a test holds its hash.
TEXT = Path(__file__).resolve().parents[2] / "data" / "charter" / f"{VERSION}.txt"

INSTANT = sa.DateTime(timezone=True)
CHARTER = sa.table(
    "charter",
    sa.column("id", sa.Integer()), sa.column("kind", sa.String()), sa.column("version", sa.String()),
    sa.column("text", sa.Text()), sa.column("text_hash", sa.String()), sa.column("change_note", sa.String()),
    sa.column("valid_from", sa.Date()), sa.column("announced_at", INSTANT),
    sa.column("created_at", INSTANT), sa.column("updated_at", INSTANT),
)  # fmt: skip
SIGNATURE = sa.table(
    "charter_signature",
    sa.column("organization_id", sa.Integer()), sa.column("charter_id", sa.Integer()), sa.column("user_id", sa.Integer()),
    sa.column("signed_at", INSTANT), sa.column("text_hash", sa.String()),
)  # fmt: skip
ORGANIZATION = sa.table(
    "organization",
    sa.column("id", sa.Integer()), sa.column("charter_signed_at", INSTANT), sa.column("charter_version", sa.String()),
)  # fmt: skip
ACTIVITY = sa.table(
    "activity",
    sa.column("id", sa.Integer()), sa.column("actor_id", sa.Integer()), sa.column("subject_id", sa.Integer()),
    sa.column("subject_type", sa.String()), sa.column("action", sa.String()),
)  # fmt: skip


def upgrade() -> None:
    op.create_table(
        "charter",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("version", sa.String(12), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("text_hash", sa.String(64), nullable=False),
        sa.Column("change_note", sa.String(500), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("announced_at", INSTANT, nullable=True),
        sa.Column("withdrawn_at", INSTANT, nullable=True),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_charter"),
        sa.UniqueConstraint("kind", "version", name="uq_charter_kind_version"),
    )
    op.create_table(
        "charter_signature",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organization_id", sa.Integer(), nullable=False),
        sa.Column("charter_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("signed_at", INSTANT, nullable=False),
        sa.Column("text_hash", sa.String(64), nullable=False),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organization.id"], name="fk_charter_signature_organization_id_organization"
        ),
        sa.ForeignKeyConstraint(
            ["charter_id"], ["charter.id"], name="fk_charter_signature_charter_id_charter"
        ),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name="fk_charter_signature_user_id_user"),
        sa.PrimaryKeyConstraint("id", name="pk_charter_signature"),
        sa.UniqueConstraint(
            "organization_id", "charter_id", name="uq_charter_signature_organization_id_charter_id"
        ),
    )
    for column in ("organization_id", "charter_id"):
        op.create_index(f"ix_charter_signature_{column}", "charter_signature", [column])
    _keep_what_is_signed(op.get_bind())
    with op.batch_alter_table("organization") as table:
        table.drop_column("charter_version")
        table.drop_column("charter_signed_at")


def _keep_what_is_signed(connection: sa.Connection) -> None:
    """The first version, and a signature of it for each organisation that signed, by the person whom the journal names."""
    text = TEXT.read_text(encoding="utf-8").strip()
    text_hash, now = hashlib.sha256(text.encode()).hexdigest(), datetime.now(UTC)
    connection.execute(
        sa.insert(CHARTER).values(
            kind="community", version=VERSION, text=text, text_hash=text_hash, change_note="",
            valid_from=date(2026, 1, 1), announced_at=now, created_at=now, updated_at=now,
        )
    )  # fmt: skip
    number = connection.scalar(sa.select(CHARTER.c.id))
    signers = {
        act.subject_id: act.actor_id
        for act in connection.execute(
            sa.select(ACTIVITY)
            .where(ACTIVITY.c.subject_type == "organization", ACTIVITY.c.action == "sign_charter")
            .order_by(ACTIVITY.c.id)
        )
        if act.actor_id is not None
    }
    signed = sa.select(ORGANIZATION).where(
        ORGANIZATION.c.charter_signed_at.is_not(None), ORGANIZATION.c.charter_version == VERSION
    )
    for row in connection.execute(signed).all():
        if row.id in signers:
            connection.execute(
                sa.insert(SIGNATURE).values(
                    organization_id=row.id, charter_id=number, user_id=signers[row.id],
                    signed_at=row.charter_signed_at, text_hash=text_hash,
                )
            )  # fmt: skip


def downgrade() -> None:
    with op.batch_alter_table("organization") as table:
        table.add_column(sa.Column("charter_signed_at", INSTANT, nullable=True))
        table.add_column(sa.Column("charter_version", sa.String(12), nullable=True))
    op.execute(
        "UPDATE organization SET charter_version = '2026-1', charter_signed_at = (SELECT MAX(signed_at) FROM charter_signature"
        " WHERE organization_id = organization.id) WHERE id IN (SELECT organization_id FROM charter_signature)"
    )
    op.drop_table("charter_signature")
    op.drop_table("charter")
