"""What was sent and published is kept word for word, out of the journal; amounts beyond 21 millions; more of a need."""

from __future__ import annotations

import hashlib
import json

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

AMOUNTS = (
    ("need", "budget_max_cents"),
    ("response", "price_estimate_cents"),
    ("solution", "price_from_cents"),
    ("solution", "price_to_cents"),
)
WORDS = (("lessons", sa.Text()), ("feedback", sa.Text()), ("consultation_url", sa.String(300)), ("consultation_number", sa.String(60)))
WRITTEN = (
    "summary",
    "answer",
    "maturity",
    "timeline_weeks",
    "price_estimate_cents",
    "experiment_terms",
    "needs_from_commune",
    "confidential_parts",
    "contact",
)
SUBSTANCE = (
    "title",
    "irritant",
    "expected_outcome",
    "beneficiaries",
    "themes",
    "intent",
    "budget",
    "budget_max_cents",
    "maturity_min",
    "maturity_max",
    "places",
    "resources",
    "constraints",
    "practical_notes",
)


def upgrade() -> None:
    _create_tables()
    for table, column in AMOUNTS:
        with op.batch_alter_table(table) as batch:
            batch.alter_column(column, existing_type=sa.Integer(), type_=sa.BigInteger(), existing_nullable=True)
    with op.batch_alter_table("need") as batch:
        batch.add_column(sa.Column("defis", sa.JSON(), nullable=False, server_default="[]"))
        batch.add_column(sa.Column("questions_close_on", sa.Date(), nullable=True))
        batch.add_column(sa.Column("purchase_horizon", sa.String(7), nullable=False, server_default=""))
        batch.add_column(sa.Column("purchase_kind", sa.String(20), nullable=False, server_default="supplies_services"))
        batch.add_column(sa.Column("amount_estimated_cents", sa.BigInteger(), nullable=True))
        batch.add_column(sa.Column("assistant_may_edit", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch.add_column(sa.Column("copied_from_id", sa.Integer(), nullable=True))
        for name, kind in WORDS:
            batch.add_column(sa.Column(name, kind, nullable=False, server_default=""))
        batch.add_column(sa.Column("feedback_at", sa.DateTime(timezone=True), nullable=True))
        batch.add_column(sa.Column("closing_warned_at", sa.DateTime(timezone=True), nullable=True))
        batch.create_foreign_key("fk_need_copied_from_id_need", "need", ["copied_from_id"], ["id"])
    with op.batch_alter_table("need") as batch:
        for name in ("defis", "purchase_horizon", "purchase_kind", "assistant_may_edit", *(name for name, _ in WORDS)):
            batch.alter_column(name, server_default=None)
    with op.batch_alter_table("solution") as batch:
        batch.add_column(sa.Column("defis", sa.JSON(), nullable=False, server_default="[]"))
    with op.batch_alter_table("solution") as batch:
        batch.alter_column("defis", server_default=None)
    with op.batch_alter_table("response") as batch:
        batch.add_column(sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True))
        batch.add_column(sa.Column("shortlist_proposed_at", sa.DateTime(timezone=True), nullable=True))
        batch.add_column(sa.Column("shortlist_proposed_by_id", sa.Integer(), nullable=True))
        batch.create_foreign_key("fk_response_shortlist_proposed_by_id_user", "user", ["shortlist_proposed_by_id"], ["id"])
    _keep_what_was_sent()
    _keep_what_was_published()


def _create_tables() -> None:
    for owner, instant in (("response", "submitted_at"), ("need", "at")):
        table = f"{owner}_version"
        op.create_table(
            table,
            sa.Column("id", sa.Integer(), nullable=False),
            sa.Column(f"{owner}_id", sa.Integer(), nullable=False),
            sa.Column("number", sa.Integer(), nullable=False),
            sa.Column("contents", sa.JSON(), nullable=False),
            sa.Column("sha256", sa.String(64), nullable=False),
            sa.Column(instant, sa.DateTime(timezone=True), nullable=False),
            *((sa.Column("by_id", sa.Integer(), nullable=True),) if owner == "response" else ()),
            sa.ForeignKeyConstraint([f"{owner}_id"], [f"{owner}.id"], name=f"fk_{table}_{owner}_id_{owner}"),
            *(
                (sa.ForeignKeyConstraint(["by_id"], ["user.id"], name="fk_response_version_by_id_user"),)
                if owner == "response"
                else ()
            ),
            sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
            sa.UniqueConstraint(f"{owner}_id", "number", name=f"uq_{table}_{owner}_id_number"),
        )
        op.create_index(f"ix_{table}_{owner}_id", table, [f"{owner}_id"])


def _keep_what_was_sent() -> None:
    """Of responses in the hands of the commune: the row is what was sent last. Of those taken back nobody can tell any
    more whether words were written since: they stay with their company."""
    connection = op.get_bind()
    response = sa.table(
        "response",
        *(sa.column(name) for name in ("id", "status", "version", "author_id", "solution_id", *WRITTEN)),
        sa.column("submitted_at", sa.DateTime(timezone=True)),
        sa.column("modified_at", sa.DateTime(timezone=True)),
    )
    version = sa.table(
        "response_version",
        *(sa.column(name) for name in ("response_id", "number", "sha256", "by_id")),
        sa.column("contents", sa.JSON()),
        sa.column("submitted_at", sa.DateTime(timezone=True)),
    )
    kept = sa.select(response).where(
        response.c.submitted_at.is_not(None), response.c.status.not_in(("draft", "withdrawn"))
    )
    for row in connection.execute(kept).mappings().all():
        contents = {"solution_id": row["solution_id"], **{name: row[name] for name in WRITTEN}}
        words = json.dumps(contents, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        values = {
            "response_id": row["id"],
            "number": row["version"],
            "contents": contents,
            "sha256": hashlib.sha256(words.encode()).hexdigest(),
            "submitted_at": row["modified_at"] or row["submitted_at"],
            "by_id": row["author_id"],
        }
        connection.execute(version.insert().values(**values))


def _keep_what_was_published() -> None:
    """The words of today, then those before each amendment, which the journal used to keep."""
    connection = op.get_bind()
    lists = ("themes", "places", "resources", "constraints")
    need = sa.table(
        "need",
        *(sa.column(name) for name in ("id", "version", *SUBSTANCE) if name not in lists),
        *(sa.column(name, sa.JSON()) for name in lists),
        sa.column("published_at", sa.DateTime(timezone=True)),
    )
    activity = sa.table(
        "activity",
        *(sa.column(name) for name in ("id", "subject_type", "subject_id", "action")),
        sa.column("details", sa.JSON()),
        sa.column("at", sa.DateTime(timezone=True)),
    )
    version = sa.table(
        "need_version",
        *(sa.column(name) for name in ("need_id", "number", "sha256")),
        sa.column("contents", sa.JSON()),
        sa.column("at", sa.DateTime(timezone=True)),
    )
    amended = sa.select(activity).where(activity.c.subject_type == "need", activity.c.action == "amend")
    for row in connection.execute(sa.select(need).where(need.c.published_at.is_not(None))).mappings().all():
        acts = connection.execute(amended.where(activity.c.subject_id == row["id"]).order_by(activity.c.id.desc()))
        contents, number = {name: row[name] for name in SUBSTANCE}, row["version"]
        for act in acts.mappings().all():
            _insert(connection, version, row["id"], number, contents, act["at"])
            before = {name: values[0] for name, values in (act["details"] or {}).get("changed", {}).items()}
            contents = {name: before.get(name, value) for name, value in contents.items()}
            number -= 1
        _insert(connection, version, row["id"], number, contents, row["published_at"])


def _insert(connection, version, need_id, number, contents, at) -> None:
    words = json.dumps([contents[name] for name in SUBSTANCE], ensure_ascii=False, sort_keys=True)
    values = {
        "need_id": need_id,
        "number": number,
        "contents": contents,
        "sha256": hashlib.sha256(words.encode()).hexdigest(),
        "at": at,
    }
    connection.execute(version.insert().values(**values))


def downgrade() -> None:
    with op.batch_alter_table("response") as batch:
        batch.drop_constraint("fk_response_shortlist_proposed_by_id_user", type_="foreignkey")
        for name in ("shortlist_proposed_by_id", "shortlist_proposed_at", "withdrawn_at"):
            batch.drop_column(name)
    with op.batch_alter_table("solution") as batch:
        batch.drop_column("defis")
    with op.batch_alter_table("need") as batch:
        batch.drop_constraint("fk_need_copied_from_id_need", type_="foreignkey")
        for name in (
            "closing_warned_at",
            "feedback_at",
            *(name for name, _ in WORDS),
            "copied_from_id",
            "assistant_may_edit",
            "amount_estimated_cents",
            "purchase_kind",
            "purchase_horizon",
            "questions_close_on",
            "defis",
        ):
            batch.drop_column(name)
    for table, column in AMOUNTS:
        with op.batch_alter_table(table) as batch:
            batch.alter_column(column, existing_type=sa.BigInteger(), type_=sa.Integer(), existing_nullable=True)
    op.drop_table("need_version")
    op.drop_table("response_version")
