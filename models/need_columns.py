"""What is written of a need: its columns, the lists of codes they take, and which of them are its substance."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from models.calendar import working_day_before

INTENTS = ("sourcing", "experiment", "purchase", "group")
BUDGETS = ("unknown", "lt_40k", "40_60k", "60_90k", "90_100k", "100_216k", "gte_216k")
RESOURCES = ("public_space", "technical_staff", "data", "premises", "local_partners", "test_users")
CONSTRAINTS = ("personal_data", "accessibility", "eu_hosting", "interoperability", "safety", "heritage")
#: An amendment in the last days gives everybody this long to read it.
LEAST_DAYS_AFTER_AMENDMENT = timedelta(days=7)
RECOMMENDED_DAYS = 21
LEAST_FEEDBACK = 20
QUESTIONS_END_BEFORE = timedelta(days=5)
#: What a reader or the matcher sees change: editing these after validation asks the validator again.
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
    "defis",
    "purchase_horizon",
)
#: Came later: left out of the hash while they hold nothing, so that what a validator decided on earlier keeps its hash.
ADDED_LATER = ("defis", "purchase_horizon")
EDITABLE = (
    *SUBSTANCE,
    "closes_on",
    "questions_close_on",
    "visible_to_members_only",
    "sealed",
    "open_to_group",
    "amount_estimated_cents",
    "purchase_kind",
    "open_call_id",
)
#: Kept for the commune: knowing the ceiling, everybody would ask for it (model §3).
PRIVATE = ("budget_max_cents", "amount_estimated_cents")
PURCHASE_KINDS = ("supplies_services", "works")
MOST_DEFIS = 2


class NeedColumns:
    """``themes``, ``places``, ``resources``, ``constraints``, ``defis``: lists of codes. ``maturity_*``: M1…M9.
    ``purchase_horizon``: a quarter, « 2027-T1 »; ``amount_estimated_cents``: the buyer’s own, shown to nobody else."""

    id: Mapped[int] = mapped_column(primary_key=True)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organization.id"), index=True)
    author_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    title: Mapped[str] = mapped_column(String(120), default="")
    irritant: Mapped[str] = mapped_column(Text, default="")
    expected_outcome: Mapped[str] = mapped_column(Text, default="")
    beneficiaries: Mapped[int | None]
    themes: Mapped[list[str]] = mapped_column(JSON, default=list)
    intent: Mapped[str] = mapped_column(String(12), default="sourcing")
    budget: Mapped[str] = mapped_column(String(12), default="unknown")
    budget_max_cents: Mapped[int | None] = mapped_column(BigInteger)
    maturity_min: Mapped[str | None] = mapped_column(String(2))
    maturity_max: Mapped[str | None] = mapped_column(String(2))
    places: Mapped[list[str]] = mapped_column(JSON, default=list)
    resources: Mapped[list[str]] = mapped_column(JSON, default=list)
    constraints: Mapped[list[str]] = mapped_column(JSON, default=list)
    practical_notes: Mapped[str] = mapped_column(Text, default="")
    defis: Mapped[list[str]] = mapped_column(JSON, default=list)
    closes_on: Mapped[date | None] = mapped_column(index=True)
    questions_close_on: Mapped[date | None]
    purchase_horizon: Mapped[str] = mapped_column(String(7), default="")
    purchase_kind: Mapped[str] = mapped_column(String(20), default="supplies_services")
    amount_estimated_cents: Mapped[int | None] = mapped_column(BigInteger)
    visible_to_members_only: Mapped[bool] = mapped_column(default=False)
    sealed: Mapped[bool] = mapped_column(default=False)
    open_to_group: Mapped[bool] = mapped_column(default=True)
    assistance_asked_at: Mapped[datetime | None]
    assistant_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    assistant_may_edit: Mapped[bool] = mapped_column(default=False)
    copied_from_id: Mapped[int | None] = mapped_column(ForeignKey("need.id"))
    open_call_id: Mapped[int | None] = mapped_column(ForeignKey("open_call.id"), index=True)
    version: Mapped[int] = mapped_column(default=1)
    validated_hash: Mapped[str | None] = mapped_column(String(64))
    submitted_at: Mapped[datetime | None]
    validated_at: Mapped[datetime | None]
    published_at: Mapped[datetime | None] = mapped_column(index=True)
    matched_at: Mapped[datetime | None] = mapped_column(index=True)
    alerted_at: Mapped[datetime | None] = mapped_column(index=True)
    closed_at: Mapped[datetime | None]
    concluded_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]
    outcome: Mapped[str | None] = mapped_column(String(24))
    ending_reason: Mapped[str] = mapped_column(Text, default="")
    lessons: Mapped[str] = mapped_column(Text, default="")
    consultation_url: Mapped[str] = mapped_column(String(300), default="")
    consultation_number: Mapped[str] = mapped_column(String(60), default="")
    feedback: Mapped[str] = mapped_column(Text, default="")
    feedback_at: Mapped[datetime | None]
    reminded_at: Mapped[datetime | None]
    closing_warned_at: Mapped[datetime | None]
    source: Mapped[str] = mapped_column(String(40), default="")


def usual_end_of_questions(closes_on: date) -> date:
    """Five days before the deadline, moved back to a working day: somebody must be there to answer."""
    return working_day_before(closes_on - QUESTIONS_END_BEFORE)


def publicly_changed(details: Mapping[str, Any]) -> list[str]:
    """Names of the fields that an amendment changed, dates that it moved included, from what the journal keeps of it; never the
    private ones."""
    names = dict.fromkeys((*details.get("fields", ()), *details.get("changed", ())))
    return [name for name in names if name not in PRIVATE]


def plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
