"""What a commune says does not work. Lifecycle: domain model §3; three exact ends besides the good ones:

- *infructueux* (``unsuccessful``): it closed and no answer suited;
- *sans suite* (``no_followup``): it closed and the commune gave it up;
- *retiré* (``withdrawn``): taken back before its deadline.
"""

from __future__ import annotations

import hashlib
import json
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import JSON, ForeignKey, Select, String, Text, func, or_, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.activity import Activity
from models.database import PARIS, Base, Dated, db, utc_now
from models.errors import NotReady, RuleViolation
from models.lifecycle import HasLifecycle
from models.need_lifecycle import LIFECYCLE, OUTCOMES
from models.organization import Organization
from models.text import slugify

if TYPE_CHECKING:
    from models.response import Response
    from models.user import User

INTENTS = ("sourcing", "experiment", "purchase", "group")
BUDGETS = ("unknown", "lt_40k", "40_60k", "60_90k", "90_100k", "100_216k", "gte_216k")
RESOURCES = ("public_space", "technical_staff", "data", "premises", "local_partners", "test_users")
CONSTRAINTS = ("personal_data", "accessibility", "eu_hosting", "interoperability", "safety", "heritage")
#: An amendment in the last days gives everybody this long to read it.
LEAST_DAYS_AFTER_AMENDMENT = timedelta(days=7)
RECOMMENDED_DAYS = 21
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
)
EDITABLE = (*SUBSTANCE, "closes_on", "visible_to_members_only", "sealed", "open_to_group")


class Need(Dated, HasLifecycle, Base):
    """``themes``, ``places``, ``resources``, ``constraints``: lists of codes. ``maturity_*``: M1…M9."""

    __tablename__ = "need"
    lifecycle = LIFECYCLE
    subject_type = "need"
    OPEN = (
        "draft",
        "awaiting_validation",
        "in_review",
        "changes_requested",
        "published",
        "closed",
        "in_dialogue",
    )
    PUBLIC = ("published", "closed", "in_dialogue", "concluded", "withdrawn", "archived")

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
    budget_max_cents: Mapped[int | None]
    maturity_min: Mapped[str | None] = mapped_column(String(2))
    maturity_max: Mapped[str | None] = mapped_column(String(2))
    places: Mapped[list[str]] = mapped_column(JSON, default=list)
    resources: Mapped[list[str]] = mapped_column(JSON, default=list)
    constraints: Mapped[list[str]] = mapped_column(JSON, default=list)
    practical_notes: Mapped[str] = mapped_column(Text, default="")
    closes_on: Mapped[date | None] = mapped_column(index=True)
    visible_to_members_only: Mapped[bool] = mapped_column(default=False)
    sealed: Mapped[bool] = mapped_column(default=False)
    open_to_group: Mapped[bool] = mapped_column(default=True)
    assistance_asked_at: Mapped[datetime | None]
    assistant_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    version: Mapped[int] = mapped_column(default=1)
    validated_hash: Mapped[str | None] = mapped_column(String(64))
    submitted_at: Mapped[datetime | None]
    validated_at: Mapped[datetime | None]
    published_at: Mapped[datetime | None] = mapped_column(index=True)
    matched_at: Mapped[datetime | None] = mapped_column(index=True)
    closed_at: Mapped[datetime | None]
    concluded_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]
    outcome: Mapped[str | None] = mapped_column(String(24))
    ending_reason: Mapped[str] = mapped_column(Text, default="")
    reminded_at: Mapped[datetime | None]
    source: Mapped[str] = mapped_column(String(40), default="")

    organization: Mapped[Organization] = relationship()
    author: Mapped[User] = relationship(foreign_keys=[author_id])
    assistant: Mapped[User | None] = relationship(foreign_keys=[assistant_id])
    responses: Mapped[list[Response]] = relationship(back_populates="need", order_by="Response.id")

    # ------------------------------------------------------------------ writing

    @classmethod
    def draft(cls, *, organization: Organization, by: User, **fields: Any) -> Need:
        """Begin a need. Nothing is asked yet: a draft may be empty and saves itself (R165)."""
        need = cls(organization=organization, author=by, **fields)
        db.session.add(need)
        need._begin("draft", by=by, organization=organization)
        return need

    def write(self, **fields: Any) -> None:
        """Keep what was typed in a draft, finished or not. Raises RuleViolation once it is out of the author's hands."""
        if self.status not in ("draft", "changes_requested"):
            raise RuleViolation("Ce besoin n’est plus un brouillon : reprenez-le d’abord pour le modifier.")
        for name, value in fields.items():
            assert name in EDITABLE, name
            setattr(self, name, value)

    def ask_help(self, *, by: User) -> None:
        """Ask the Métropole's team to help with the writing (R019, R176)."""
        self._move("ask_help", by=by, organization=self.organization)

    def offer_help(self, *, by: User) -> None:
        """Somebody of the team takes the request."""
        self.assistant = by
        self._move("offer_help", by=by, organization=self.organization)

    def submit(self, *, by: User) -> None:
        """Hand it to the validators of the commune."""
        self._move("submit", by=by, organization=self.organization)

    def recall(self, *, by: User) -> None:
        """Take it back into the drafts while nobody outside has seen it."""
        self._move("recall", by=by, organization=self.organization)

    def discard(self, *, by: User) -> None:
        """Throw a draft away. The row stays for the journal, nobody sees it any more."""
        self._move("discard", by=by, organization=self.organization)

    def send_back(self, *, by: User, reason: str) -> None:
        self._move("send_back", by=by, organization=self.organization, reason=reason)

    def validate(self, *, by: User) -> None:
        """The commune's decision to publish its first need, which the team reads before (R019)."""
        self._refuse_own_eyes(by)
        self.validated_hash = self.substance_hash
        self._move("validate", by=by, organization=self.organization, substance=self.substance_hash)

    def resubmit(self, *, by: User) -> None:
        """Answer a request for changes; when the substance moved, the validator decides again first."""
        self._move("resubmit", by=by, organization=self.organization)

    def request_changes(self, *, by: User, reason: str) -> None:
        self._move("request_changes", by=by, organization=self.organization, reason=reason)

    def publish(self, *, by: User) -> None:
        """Make it public. ``matched_at`` becomes empty: the workers owe it proposals."""
        if self.status == "awaiting_validation":
            self._refuse_own_eyes(by)
            self.validated_hash, self.validated_at = self.substance_hash, utc_now()
        self.matched_at = None
        self._move(
            "publish",
            by=by,
            organization=self.organization,
            substance=self.substance_hash,
            version=self.version,
        )

    def _refuse_own_eyes(self, by: User) -> None:
        """Four eyes: nobody validates their own need where the organisation asks it (model §2)."""
        if (
            self.organization.four_eyes
            and by.id == self.author_id
            and len(self.organization.validators()) > 1
        ):
            raise RuleViolation(
                "Votre organisation demande deux regards : un autre validateur doit relire ce besoin."
            )

    # ------------------------------------------------------------------ once public

    def amend(self, *, by: User, **fields: Any) -> None:
        """Change a published need: a new version, the old words kept in the journal, everybody told at once (rule 2)."""
        changed = {
            name: [_plain(getattr(self, name)), _plain(value)]
            for name, value in fields.items()
            if name in SUBSTANCE and getattr(self, name) != value
        }
        if not changed:
            raise NotReady([("title", "Rien n’a changé dans ce besoin.")])
        for name in changed:
            setattr(self, name, fields[name])
        self.version += 1
        least = today_in_paris() + LEAST_DAYS_AFTER_AMENDMENT
        if self.closes_on is not None and self.closes_on < least:
            changed["closes_on"] = [_plain(self.closes_on), _plain(least)]
            self.closes_on = least
        self.matched_at = None
        self._move("amend", by=by, organization=self.organization, version=self.version, changed=changed)

    def extend(self, *, by: User, closes_on: date) -> None:
        """Give a later deadline. Raises NotReady when it is not later."""
        if self.closes_on is not None and closes_on <= self.closes_on:
            raise NotReady([("closes_on", "La nouvelle date doit être plus tardive que l’ancienne.")])
        before, self.closes_on = self.closes_on, closes_on
        self._move(
            "extend",
            by=by,
            organization=self.organization,
            changed={"closes_on": [_plain(before), _plain(closes_on)]},
        )

    def close(self) -> None:
        """The deadline has passed: no more responses."""
        self._move("close", by=None, organization=self.organization)
        self._void_open_matches()

    def open_dialogue(self, *, by: User) -> None:
        self._move("open_dialogue", by=by, organization=self.organization)

    def withdraw(self, *, by: User, reason: str) -> None:
        """Take it back before its deadline; the reason is public."""
        self.ending_reason = reason.strip()
        self._move("withdraw", by=by, organization=self.organization, reason=reason)
        for response in self.responses:
            response.void()
        self._void_open_matches()

    def conclude(self, *, by: User, outcome: str, reason: str) -> None:
        """Say how it ended, after each response had its answer (rule 1: the buyer declares, the platform awards nothing)."""
        if outcome not in OUTCOMES:
            raise NotReady([("outcome", "Choisissez comment ce besoin se termine.")])
        if outcome == "unsuccessful" and any(r.status == "retained" for r in self.responses):
            raise NotReady([("outcome", "Une réponse est retenue : ce besoin n’est donc pas infructueux.")])
        self.outcome, self.ending_reason = outcome, reason.strip()
        self._move("conclude", by=by, organization=self.organization, reason=reason, outcome=outcome)
        self._void_open_matches()

    def archive(self) -> None:
        self._move("archive", by=None, organization=self.organization)

    def ask_feedback(self) -> None:
        self._move("ask_feedback", by=None, organization=self.organization)

    def _void_open_matches(self) -> None:
        from models.match import Match

        for match in db.session.scalars(Match.open_for(need=self)):
            match.void()

    # ------------------------------------------------------------------ reading

    @property
    def activity_need_id(self) -> int | None:
        return self.id

    @property
    def substance_hash(self) -> str:
        """SHA-256 of what the validator decided on."""
        words = json.dumps(
            [_plain(getattr(self, name)) for name in SUBSTANCE], ensure_ascii=False, sort_keys=True
        )
        return hashlib.sha256(words.encode()).hexdigest()

    @property
    def is_first_publication(self) -> bool:
        """Whether its organisation never published before: read by the team, help offered (R019)."""
        earlier = select(func.count(Need.id)).where(
            Need.organization_id == self.organization_id, Need.published_at.is_not(None), Need.id != self.id
        )
        return not db.session.scalar(earlier)

    @property
    def is_public(self) -> bool:
        return self.status in self.PUBLIC

    @property
    def closes_at(self) -> datetime | None:
        """The last second at which a response is taken: 23:59:59 in Paris, whatever the clocks do that night."""
        return end_of_day(self.closes_on) if self.closes_on else None

    @property
    def takes_responses(self) -> bool:
        return self.status == "published" and self.closes_at is not None and utc_now() <= self.closes_at

    @property
    def days_left(self) -> int | None:
        """Whole days before the deadline day, in Paris; 0 on the day itself."""
        return (self.closes_on - today_in_paris()).days if self.closes_on else None

    @property
    def slug(self) -> str:
        return slugify(self.title)

    @classmethod
    def published(cls) -> Select[Need]:
        """Open to responses, those that close first on top."""
        return select(cls).where(cls.status == "published").order_by(cls.closes_on, cls.id)

    @classmethod
    def public(cls, viewer: User | None = None) -> Select[Need]:
        """What anybody may read; needs kept for members only show to signed-in members of a verified organisation."""
        return cls.shown(to_members=viewer is not None and viewer.is_verified_member)

    @classmethod
    def shown(cls, *, to_members: bool) -> Select[Need]:
        """What anybody may read, or with ``to_members`` what members of verified organisations may."""
        query = select(cls).where(cls.status.in_(cls.PUBLIC))
        return query if to_members else query.where(cls.visible_to_members_only.is_(False))

    @classmethod
    def awaiting_matching(cls) -> Select[Need]:
        """Published and not yet compared with the catalogue (or changed since), oldest first."""
        return (
            select(cls)
            .where(cls.status == "published", cls.matched_at.is_(None))
            .order_by(cls.published_at, cls.id)
        )

    @classmethod
    def due_to_close(cls) -> Select[Need]:
        return select(cls).where(cls.status == "published", cls.closes_on < today_in_paris())

    @classmethod
    def due_to_archive(cls) -> Select[Need]:
        """Ended two years ago (model §3)."""
        limit = utc_now() - timedelta(days=730)
        return select(cls).where(
            or_(
                (cls.status == "concluded") & (cls.concluded_at < limit),
                (cls.status == "withdrawn") & (cls.withdrawn_at < limit),
            )
        )

    @classmethod
    def to_review(cls) -> Select[Need]:
        """Waiting for the Métropole's team, oldest first."""
        return select(cls).where(cls.status == "in_review").order_by(cls.validated_at, cls.id)

    @classmethod
    def of(cls, organization: Organization) -> Select[Need]:
        return (
            select(cls)
            .where(cls.organization_id == organization.id, cls.status != "discarded")
            .order_by(cls.updated_at.desc())
        )

    def versions(self) -> Select[Activity]:
        """Publications and amendments, oldest first."""
        return Activity.of(self).where(Activity.action.in_(("publish", "amend", "extend")))


def end_of_day(day: date) -> datetime:
    return datetime.combine(day, time(23, 59, 59), tzinfo=PARIS)


def today_in_paris() -> date:
    return utc_now().astimezone(PARIS).date()


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
