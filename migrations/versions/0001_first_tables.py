"""The first tables, the journal that cannot be rewritten, and on PostgreSQL the function that folds French text."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

TABLES = (
    "notification", "match", "response", "activity", "solution", "need", "membership", "sign_in", "organization", "user", "theme", "territory", "sign_in_attempt", "embedding",
)
# Rows of the journal are only added (domain model §15). A migration that copies this table (batch mode on SQLite) loses
# the triggers: it must make them again.
TRIGGERS = {
    "sqlite": """
        CREATE TRIGGER activity_refuses_{verb} BEFORE {verb} ON activity
        BEGIN SELECT RAISE(ABORT, 'the journal is append only'); END
    """,
    "postgresql": """
        CREATE TRIGGER activity_refuses_{verb} BEFORE {verb} ON activity
        FOR EACH STATEMENT EXECUTE FUNCTION refuse_to_change_the_journal()
    """,
}
REFUSE = """
    CREATE FUNCTION refuse_to_change_the_journal() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'the journal is append only'; END $$
"""
# The same folding as models.text.fold, so that the two can be compared (SQLite calls that very function). The database
# must be in UTF-8. Lower case comes last: what is left is plain letters, which every collation knows how to lower.
FOLD = r"""
    CREATE FUNCTION fold(text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
        SELECT lower(regexp_replace(normalize(
            replace(replace(replace(replace(replace(replace($1, 'œ', 'oe'), 'Œ', 'oe'), 'æ', 'ae'), 'Æ', 'ae'), 'ß', 'ss'), '’', ''''),
        NFKD), '[\u0300-\u036f]', '', 'g'))
    $$
"""


def upgrade() -> None:
    op.create_table(
        "embedding",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("subject_type", sa.String(length=24), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("model", sa.String(length=80), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("dimension", sa.Integer(), nullable=False),
        sa.Column("vector", sa.LargeBinary(), nullable=False),
        sa.Column("encoded_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_embedding"),
        sa.UniqueConstraint("sequence", name="uq_embedding_sequence"),
        sa.UniqueConstraint("subject_type", "subject_id", "model", name="uq_embedding_subject_type_subject_id_model"),
    )

    op.create_table(
        "sign_in_attempt",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_sign_in_attempt"),
    )
    op.create_index("ix_sign_in_attempt_key_at", "sign_in_attempt", ["key", "at"])

    op.create_table(
        "territory",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("code", sa.String(length=5), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("siren", sa.String(length=9), nullable=True),
        sa.Column("population", sa.Integer(), nullable=True),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["parent_id"], ["territory.id"], name="fk_territory_parent_id_territory"),
        sa.PrimaryKeyConstraint("id", name="pk_territory"),
        sa.UniqueConstraint("code", name="uq_territory_code"),
    )

    op.create_table(
        "theme",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("taxonomy", sa.String(length=20), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name_fr", sa.String(length=120), nullable=False),
        sa.Column("name_en", sa.String(length=120), nullable=False),
        sa.Column("definition", sa.String(length=400), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_theme"),
        sa.UniqueConstraint("taxonomy", "code", name="uq_theme_taxonomy_code"),
    )

    op.create_table(
        "user",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("first_name", sa.String(length=80), nullable=False),
        sa.Column("last_name", sa.String(length=80), nullable=False),
        sa.Column("job_title", sa.String(length=120), nullable=False),
        sa.Column("locale", sa.String(length=5), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=False),
        sa.Column("password_changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_user"),
        sa.UniqueConstraint("email", name="uq_user_email"),
    )

    op.create_table(
        "organization",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("sides", sa.JSON(), nullable=False),
        sa.Column("siret", sa.String(length=14), nullable=True),
        sa.Column("siren", sa.String(length=9), nullable=True),
        sa.Column("legal_name", sa.String(length=160), nullable=False),
        sa.Column("display_name", sa.String(length=160), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("website", sa.String(length=200), nullable=False),
        sa.Column("territory_id", sa.Integer(), nullable=True),
        sa.Column("email_domains", sa.JSON(), nullable=False),
        sa.Column("four_eyes", sa.Boolean(), nullable=False),
        sa.Column("source", sa.String(length=16), nullable=False),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("verified_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("charter_signed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("charter_version", sa.String(length=12), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("status", sa.String(length=24), nullable=False),
        sa.ForeignKeyConstraint(["territory_id"], ["territory.id"], name="fk_organization_territory_id_territory"),
        sa.PrimaryKeyConstraint("id", name="pk_organization"),
        sa.UniqueConstraint("siret", name="uq_organization_siret"),
    )
    op.create_index("ix_organization_display_name", "organization", ["display_name"])
    op.create_index("ix_organization_kind", "organization", ["kind"])
    op.create_index("ix_organization_siren", "organization", ["siren"])
    op.create_index("ix_organization_status", "organization", ["status"])
    op.create_index("ix_organization_territory_id", "organization", ["territory_id"])

    op.create_table(
        "sign_in",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("contents", sa.JSON(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("browser", sa.String(length=200), nullable=False),
        sa.Column("address", sa.String(length=45), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name="fk_sign_in_user_id_user"),
        sa.PrimaryKeyConstraint("id", name="pk_sign_in"),
        sa.UniqueConstraint("token_hash", name="uq_sign_in_token_hash"),
    )
    op.create_index("ix_sign_in_user_id", "sign_in", ["user_id"])

    op.create_table(
        "membership",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("organization_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("joined_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("status", sa.String(length=24), nullable=False),
        sa.ForeignKeyConstraint(["organization_id"], ["organization.id"], name="fk_membership_organization_id_organization"),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name="fk_membership_user_id_user"),
        sa.PrimaryKeyConstraint("id", name="pk_membership"),
        sa.UniqueConstraint("user_id", "organization_id", name="uq_membership_user_id_organization_id"),
    )
    op.create_index("ix_membership_organization_id", "membership", ["organization_id"])
    op.create_index("ix_membership_status", "membership", ["status"])
    op.create_index("ix_membership_user_id", "membership", ["user_id"])

    op.create_table(
        "need",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organization_id", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("irritant", sa.Text(), nullable=False),
        sa.Column("expected_outcome", sa.Text(), nullable=False),
        sa.Column("beneficiaries", sa.Integer(), nullable=True),
        sa.Column("themes", sa.JSON(), nullable=False),
        sa.Column("intent", sa.String(length=12), nullable=False),
        sa.Column("budget", sa.String(length=12), nullable=False),
        sa.Column("budget_max_cents", sa.Integer(), nullable=True),
        sa.Column("maturity_min", sa.String(length=2), nullable=True),
        sa.Column("maturity_max", sa.String(length=2), nullable=True),
        sa.Column("places", sa.JSON(), nullable=False),
        sa.Column("resources", sa.JSON(), nullable=False),
        sa.Column("constraints", sa.JSON(), nullable=False),
        sa.Column("practical_notes", sa.Text(), nullable=False),
        sa.Column("closes_on", sa.Date(), nullable=True),
        sa.Column("visible_to_members_only", sa.Boolean(), nullable=False),
        sa.Column("sealed", sa.Boolean(), nullable=False),
        sa.Column("open_to_group", sa.Boolean(), nullable=False),
        sa.Column("assistance_asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("assistant_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("validated_hash", sa.String(length=64), nullable=True),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("validated_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("matched_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("concluded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.String(length=24), nullable=True),
        sa.Column("ending_reason", sa.Text(), nullable=False),
        sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("status", sa.String(length=24), nullable=False),
        sa.ForeignKeyConstraint(["assistant_id"], ["user.id"], name="fk_need_assistant_id_user"),
        sa.ForeignKeyConstraint(["author_id"], ["user.id"], name="fk_need_author_id_user"),
        sa.ForeignKeyConstraint(["organization_id"], ["organization.id"], name="fk_need_organization_id_organization"),
        sa.PrimaryKeyConstraint("id", name="pk_need"),
    )
    op.create_index("ix_need_closes_on", "need", ["closes_on"])
    op.create_index("ix_need_matched_at", "need", ["matched_at"])
    op.create_index("ix_need_organization_id", "need", ["organization_id"])
    op.create_index("ix_need_published_at", "need", ["published_at"])
    op.create_index("ix_need_status", "need", ["status"])

    op.create_table(
        "solution",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organization_id", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("pitch", sa.String(length=280), nullable=False),
        sa.Column("problem_solved", sa.Text(), nullable=False),
        sa.Column("how_it_works", sa.Text(), nullable=False),
        sa.Column("themes", sa.JSON(), nullable=False),
        sa.Column("maturity", sa.String(length=2), nullable=True),
        sa.Column("places", sa.JSON(), nullable=False),
        sa.Column("business_models", sa.JSON(), nullable=False),
        sa.Column("price_from_cents", sa.Integer(), nullable=True),
        sa.Column("price_to_cents", sa.Integer(), nullable=True),
        sa.Column("price_unit", sa.String(length=16), nullable=False),
        sa.Column("price_note", sa.String(length=280), nullable=False),
        sa.Column("deployment_weeks", sa.Integer(), nullable=True),
        sa.Column("requirements_for_client", sa.Text(), nullable=False),
        sa.Column("data_hosting", sa.String(length=12), nullable=True),
        sa.Column("personal_data", sa.Boolean(), nullable=False),
        sa.Column("accessibility", sa.String(length=12), nullable=True),
        sa.Column("uses_ai", sa.Boolean(), nullable=False),
        sa.Column("ai_note", sa.Text(), nullable=False),
        sa.Column("open_source", sa.Boolean(), nullable=False),
        sa.Column("references_note", sa.Text(), nullable=False),
        sa.Column("proposed_changes", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("changes_proposed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("matched_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("fresh_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("stale_warned_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("status", sa.String(length=24), nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["user.id"], name="fk_solution_author_id_user"),
        sa.ForeignKeyConstraint(["organization_id"], ["organization.id"], name="fk_solution_organization_id_organization"),
        sa.PrimaryKeyConstraint("id", name="pk_solution"),
    )
    op.create_index("ix_solution_matched_at", "solution", ["matched_at"])
    op.create_index("ix_solution_organization_id", "solution", ["organization_id"])
    op.create_index("ix_solution_published_at", "solution", ["published_at"])
    op.create_index("ix_solution_status", "solution", ["status"])

    op.create_table(
        "activity",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("organization_id", sa.Integer(), nullable=True),
        sa.Column("action", sa.String(length=40), nullable=False),
        sa.Column("subject_type", sa.String(length=24), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("need_id", sa.Integer(), nullable=True),
        sa.Column("before", sa.String(length=24), nullable=True),
        sa.Column("after", sa.String(length=24), nullable=True),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.Column("previous_hash", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["actor_id"], ["user.id"], name="fk_activity_actor_id_user"),
        sa.ForeignKeyConstraint(["need_id"], ["need.id"], name="fk_activity_need_id_need"),
        sa.ForeignKeyConstraint(["organization_id"], ["organization.id"], name="fk_activity_organization_id_organization"),
        sa.PrimaryKeyConstraint("id", name="pk_activity"),
    )
    op.create_index("ix_activity_at", "activity", ["at"])
    op.create_index("ix_activity_need_id", "activity", ["need_id"])
    op.create_index("ix_activity_subject", "activity", ["subject_type", "subject_id"])

    op.create_table(
        "response",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("need_id", sa.Integer(), nullable=False),
        sa.Column("organization_id", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("solution_id", sa.Integer(), nullable=True),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("maturity", sa.String(length=2), nullable=True),
        sa.Column("timeline_weeks", sa.Integer(), nullable=True),
        sa.Column("price_estimate_cents", sa.Integer(), nullable=True),
        sa.Column("experiment_terms", sa.String(length=12), nullable=True),
        sa.Column("needs_from_commune", sa.Text(), nullable=False),
        sa.Column("confidential_parts", sa.Text(), nullable=False),
        sa.Column("contact", sa.String(length=200), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("modified_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("clarification", sa.Text(), nullable=False),
        sa.Column("clarification_until", sa.Date(), nullable=True),
        sa.Column("clarifications", sa.JSON(), nullable=False),
        sa.Column("reason_code", sa.String(length=20), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("status", sa.String(length=24), nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["user.id"], name="fk_response_author_id_user"),
        sa.ForeignKeyConstraint(["need_id"], ["need.id"], name="fk_response_need_id_need"),
        sa.ForeignKeyConstraint(["organization_id"], ["organization.id"], name="fk_response_organization_id_organization"),
        sa.ForeignKeyConstraint(["solution_id"], ["solution.id"], name="fk_response_solution_id_solution"),
        sa.PrimaryKeyConstraint("id", name="pk_response"),
        sa.UniqueConstraint("need_id", "organization_id", name="uq_response_need_id_organization_id"),
    )
    op.create_index("ix_response_need_id", "response", ["need_id"])
    op.create_index("ix_response_organization_id", "response", ["organization_id"])
    op.create_index("ix_response_status", "response", ["status"])

    op.create_table(
        "match",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("need_id", sa.Integer(), nullable=False),
        sa.Column("solution_id", sa.Integer(), nullable=False),
        sa.Column("score", sa.Double(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("closeness", sa.String(length=12), nullable=False),
        sa.Column("components", sa.JSON(), nullable=False),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("encoder_version", sa.String(length=80), nullable=False),
        sa.Column("ranking_version", sa.String(length=40), nullable=False),
        sa.Column("need_hash", sa.String(length=64), nullable=False),
        sa.Column("solution_hash", sa.String(length=64), nullable=False),
        sa.Column("suggested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("reason_code", sa.String(length=20), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("snoozed_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("introduced_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("converted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("response_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("status", sa.String(length=24), nullable=False),
        sa.ForeignKeyConstraint(["decided_by_id"], ["user.id"], name="fk_match_decided_by_id_user"),
        sa.ForeignKeyConstraint(["need_id"], ["need.id"], name="fk_match_need_id_need"),
        sa.ForeignKeyConstraint(["response_id"], ["response.id"], name="fk_match_response_id_response"),
        sa.ForeignKeyConstraint(["solution_id"], ["solution.id"], name="fk_match_solution_id_solution"),
        sa.PrimaryKeyConstraint("id", name="pk_match"),
        sa.UniqueConstraint("need_id", "solution_id", name="uq_match_need_id_solution_id"),
    )
    op.create_index("ix_match_need_id", "match", ["need_id"])
    op.create_index("ix_match_solution_id", "match", ["solution_id"])
    op.create_index("ix_match_status", "match", ["status"])

    op.create_table(
        "notification",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("recipient_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("event", sa.String(length=120), nullable=False),
        sa.Column("subject_type", sa.String(length=24), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("activity_id", sa.Integer(), nullable=True),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("trouble", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["activity_id"], ["activity.id"], name="fk_notification_activity_id_activity"),
        sa.ForeignKeyConstraint(["recipient_id"], ["user.id"], name="fk_notification_recipient_id_user"),
        sa.PrimaryKeyConstraint("id", name="pk_notification"),
        sa.UniqueConstraint("recipient_id", "event", name="uq_notification_recipient_id_event"),
    )
    op.create_index("ix_notification_due", "notification", ["status", "due_at"])
    op.create_index("ix_notification_recipient_id", "notification", ["recipient_id"])

    engine = op.get_bind().dialect.name
    if engine == "postgresql":
        op.execute(REFUSE)
        op.execute(FOLD)
    for verb in ("update", "delete") + (("truncate",) if engine == "postgresql" else ()):
        op.execute(TRIGGERS[engine].format(verb=verb))


def downgrade() -> None:
    for table in TABLES:
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION refuse_to_change_the_journal()")
        op.execute("DROP FUNCTION fold(text)")
