"""Members and companies are invited, companies imported, organisations merged; a message may go to a bare address."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

FACTS = ("naf", 6), ("rna", 10), ("size_band", 10), ("contact_email", 254)


def upgrade() -> None:
    with op.batch_alter_table("territory") as batch:
        batch.add_column(sa.Column("successor_id", sa.Integer(), nullable=True))
        batch.add_column(sa.Column("ended_on", sa.Date(), nullable=True))
        batch.create_foreign_key("fk_territory_successor_id_territory", "territory", ["successor_id"], ["id"])
    with op.batch_alter_table("organization") as batch:
        for name, length in FACTS:
            batch.add_column(sa.Column(name, sa.String(length=length), nullable=False, server_default=""))
        batch.add_column(sa.Column("labels", sa.JSON(), nullable=False, server_default="[]"))
        batch.add_column(sa.Column("founded_on", sa.Date(), nullable=True))
        batch.add_column(sa.Column("merged_into_id", sa.Integer(), nullable=True))
        batch.add_column(sa.Column("merged_on", sa.Date(), nullable=True))
        batch.create_foreign_key("fk_organization_merged_into_id_organization", "organization", ["merged_into_id"], ["id"])
    with op.batch_alter_table("organization") as batch:
        for name, _length in FACTS:
            batch.alter_column(name, server_default=None)
        batch.alter_column("labels", server_default=None)
        batch.create_index("ix_organization_naf", ["naf"])
        batch.create_index("ix_organization_merged_into_id", ["merged_into_id"])
    with op.batch_alter_table("notification") as batch:
        batch.alter_column("recipient_id", existing_type=sa.Integer(), nullable=True)
        batch.add_column(sa.Column("address", sa.String(length=254), nullable=True))
        batch.create_check_constraint("ck_notification_one_reader", "(recipient_id IS NULL) <> (address IS NULL)")
    op.create_index("ix_notification_event", "notification", ["event"])
    op.create_table(
        "invitation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organization_id", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("invited_by_id", sa.Integer(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        *_life(),
        sa.ForeignKeyConstraint(["organization_id"], ["organization.id"], name="fk_invitation_organization_id_organization"),
        sa.ForeignKeyConstraint(["invited_by_id"], ["user.id"], name="fk_invitation_invited_by_id_user"),
        sa.PrimaryKeyConstraint("id", name="pk_invitation"),
    )
    _index("invitation", "organization_id", "email", "status")
    op.create_table(
        "import_run",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("file_name", sa.String(length=120), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("naf", sa.JSON(), nullable=False),
        sa.Column("places", sa.JSON(), nullable=False),
        sa.Column("rows_total", sa.Integer(), nullable=False),
        sa.Column("rows_done", sa.Integer(), nullable=False),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.Column("trouble", sa.String(length=300), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("contents", sa.LargeBinary(), nullable=True),
        sa.Column("report", sa.LargeBinary(), nullable=True),
        *_life(),
        sa.ForeignKeyConstraint(["by_id"], ["user.id"], name="fk_import_run_by_id_user"),
        sa.PrimaryKeyConstraint("id", name="pk_import_run"),
    )
    _index("import_run", "sha256", "status")
    op.create_table(
        "campaign",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("naf", sa.JSON(), nullable=False),
        sa.Column("places", sa.JSON(), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True),
        *_life(),
        sa.ForeignKeyConstraint(["made_by_id"], ["user.id"], name="fk_campaign_made_by_id_user"),
        sa.PrimaryKeyConstraint("id", name="pk_campaign"),
    )
    _index("campaign", "status")
    op.create_table(
        "company_invitation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("organization_id", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reminder_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("opted_out_at", sa.DateTime(timezone=True), nullable=True),
        *_dates(),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name="fk_company_invitation_campaign_id_campaign"),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organization.id"], name="fk_company_invitation_organization_id_organization"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_company_invitation"),
        sa.UniqueConstraint("campaign_id", "organization_id", name="uq_company_invitation_campaign_id_organization_id"),
    )
    _index("company_invitation", "campaign_id", "organization_id")
    op.create_table(
        "opt_out",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("email_hash", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_opt_out"),
        sa.UniqueConstraint("email_hash", name="uq_opt_out_email_hash"),
    )


def _dates() -> tuple[sa.Column, ...]:
    instants = ("created_at", "updated_at")
    return tuple(sa.Column(name, sa.DateTime(timezone=True), nullable=False) for name in instants)


def _life() -> tuple[sa.Column, ...]:
    return (*_dates(), sa.Column("status", sa.String(length=24), nullable=False))


def _index(table: str, *columns: str) -> None:
    for column in columns:
        op.create_index(f"ix_{table}_{column}", table, [column])


def downgrade() -> None:
    for table in ("opt_out", "company_invitation", "campaign", "import_run", "invitation"):
        op.drop_table(table)
    # A message to a bare address has no reader in the older form.
    op.execute("DELETE FROM notification WHERE recipient_id IS NULL")
    op.drop_index("ix_notification_event", "notification")
    with op.batch_alter_table("notification") as batch:
        batch.drop_constraint("ck_notification_one_reader", type_="check")
        batch.drop_column("address")
        batch.alter_column("recipient_id", existing_type=sa.Integer(), nullable=False)
    with op.batch_alter_table("organization") as batch:
        batch.drop_index("ix_organization_merged_into_id")
        batch.drop_index("ix_organization_naf")
        batch.drop_constraint("fk_organization_merged_into_id_organization", type_="foreignkey")
        for name in ("merged_on", "merged_into_id", "founded_on", "labels", *(name for name, _ in FACTS)):
            batch.drop_column(name)
    with op.batch_alter_table("territory") as batch:
        batch.drop_constraint("fk_territory_successor_id_territory", type_="foreignkey")
        batch.drop_column("ended_on")
        batch.drop_column("successor_id")
