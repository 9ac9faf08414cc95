"""What a company, an association or a lab can do. Lifecycle: domain model §4; always read by the team before it shows."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import JSON, BigInteger, ForeignKey, Select, String, Text, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.activity import Activity
from models.calendar import today_in_paris
from models.database import Base, Dated, db, utc_now
from models.errors import NotReady, RuleViolation
from models.lifecycle import HasLifecycle
from models.organization import Organization
from models.review_point import ReviewPoint
from models.solution_lifecycle import LIFECYCLE, is_complete
from models.text import slugify

if TYPE_CHECKING:
    from models.open_call import OpenCall
    from models.user import User

PRICE_UNITS = ("one_off", "per_year", "per_site", "per_inhabitant", "free")
HOSTINGS = ("FR", "EU", "outside_EU", "on_premise")
ACCESSIBILITIES = ("rgaa_full", "partial", "none", "na")
FRESH_FOR = timedelta(days=365)
WARN_BEFORE = timedelta(days=30)
STALE_FOR = timedelta(days=90)
#: Changing these sends the page back to review, the old words staying online meanwhile.
SUBSTANCE = ("title", "pitch", "problem_solved", "how_it_works", "themes", "maturity")
EDITABLE = (
    *SUBSTANCE,
    "places",
    "defis",
    "business_models",
    "price_from_cents",
    "price_to_cents",
    "price_unit",
    "price_note",
    "deployment_weeks",
    "requirements_for_client",
    "data_hosting",
    "personal_data",
    "accessibility",
    "uses_ai",
    "ai_note",
    "open_source",
    "licence",
    "is_common",
    "labels",
    "certifications_note",
    "evidence",
    "innovation_note",
    "price_tiers",
    "references_note",
    "open_call_id",
)


class Solution(Dated, HasLifecycle, Base):
    """``maturity``: M1…M9; prices in cents before tax; ``themes``, ``places``, ``business_models``: lists of codes."""

    __tablename__ = "solution"
    lifecycle = LIFECYCLE
    subject_type = "solution"
    PUBLIC = ("published", "stale")

    id: Mapped[int] = mapped_column(primary_key=True)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organization.id"), index=True)
    author_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    title: Mapped[str] = mapped_column(String(120), default="")
    pitch: Mapped[str] = mapped_column(String(280), default="")
    problem_solved: Mapped[str] = mapped_column(Text, default="")
    how_it_works: Mapped[str] = mapped_column(Text, default="")
    themes: Mapped[list[str]] = mapped_column(JSON, default=list)
    maturity: Mapped[str | None] = mapped_column(String(2))
    places: Mapped[list[str]] = mapped_column(JSON, default=list)
    defis: Mapped[list[str]] = mapped_column(JSON, default=list)
    business_models: Mapped[list[str]] = mapped_column(JSON, default=list)
    price_from_cents: Mapped[int | None] = mapped_column(BigInteger)
    price_to_cents: Mapped[int | None] = mapped_column(BigInteger)
    price_unit: Mapped[str] = mapped_column(String(16), default="one_off")
    price_note: Mapped[str] = mapped_column(String(280), default="")
    deployment_weeks: Mapped[int | None]
    requirements_for_client: Mapped[str] = mapped_column(Text, default="")
    data_hosting: Mapped[str | None] = mapped_column(String(12))
    personal_data: Mapped[bool] = mapped_column(default=False)
    accessibility: Mapped[str | None] = mapped_column(String(12))
    uses_ai: Mapped[bool] = mapped_column(default=False)
    ai_note: Mapped[str] = mapped_column(Text, default="")
    open_source: Mapped[bool] = mapped_column(default=False)
    licence: Mapped[str] = mapped_column(String(40), default="")
    is_common: Mapped[bool] = mapped_column(default=False)
    labels: Mapped[list[str]] = mapped_column(JSON, default=list)
    certifications_note: Mapped[str] = mapped_column(Text, default="")
    evidence: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    innovation_note: Mapped[str] = mapped_column(Text, default="")
    price_tiers: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    references_note: Mapped[str] = mapped_column(Text, default="")
    innovation_clues: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    proposed_changes: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    changes_proposed_at: Mapped[datetime | None]
    submitted_at: Mapped[datetime | None]
    published_at: Mapped[datetime | None] = mapped_column(index=True)
    matched_at: Mapped[datetime | None] = mapped_column(index=True)
    alerted_at: Mapped[datetime | None] = mapped_column(index=True)
    fresh_until: Mapped[datetime | None]
    stale_warned_at: Mapped[datetime | None]
    reminded_at: Mapped[datetime | None]
    source: Mapped[str] = mapped_column(String(40), default="")
    open_call_id: Mapped[int | None] = mapped_column(ForeignKey("open_call.id"), index=True)

    organization: Mapped[Organization] = relationship()
    author: Mapped[User] = relationship(foreign_keys=[author_id])
    open_call: Mapped[OpenCall | None] = relationship()

    @classmethod
    def draft(cls, *, organization: Organization, by: User, **fields: Any) -> Solution:
        """Begin a page. A draft may be empty and saves itself."""
        solution = cls(organization=organization, author=by, **fields)
        db.session.add(solution)
        solution._begin("draft", by=by, organization=organization)
        return solution

    def write(self, **fields: Any) -> None:
        """Keep what was typed in a draft. Raises RuleViolation once it is out of the author's hands."""
        if self.status not in ("draft", "changes_requested"):
            raise RuleViolation("Cette fiche n’est plus un brouillon : modifiez-la depuis sa page.")
        self._set(fields)

    def _set(self, fields: dict[str, Any]) -> None:
        for name, value in fields.items():
            assert name in EDITABLE, name
            setattr(self, name, value)

    def submit(self, *, by: User) -> None:
        self._move("submit", by=by, organization=self.organization)

    def recall(self, *, by: User) -> None:
        self._move("recall", by=by, organization=self.organization)

    def request_changes(self, *, by: User, reason: str) -> None:
        """``reason``: what to change, a point on each line; the author ticks them off."""
        self._move("request_changes", by=by, organization=self.organization, reason=reason)
        ReviewPoint.ask(self, reason, by=by)

    def resubmit(self, *, by: User) -> None:
        self._move("resubmit", by=by, organization=self.organization)

    def publish(self, *, by: User) -> None:
        """Show it for twelve months. ``matched_at`` becomes empty: it will be proposed to open needs."""
        self.fresh_until, self.matched_at = utc_now() + FRESH_FOR, None
        self._move("publish", by=by, organization=self.organization)

    def revise(self, *, by: User, **fields: Any) -> None:
        """Change a page which is online. Practical matters change at once; the substance waits for the team."""
        changed = {name: value for name, value in fields.items() if getattr(self, name) != value}
        if not changed and not self.proposed_changes:
            raise NotReady([("title", "Rien n’a changé dans cette fiche.")])
        substance = {name: value for name, value in changed.items() if name in SUBSTANCE}
        self._set({name: value for name, value in changed.items() if name not in SUBSTANCE})
        self._move("revise", by=by, organization=self.organization, fields=sorted(changed))
        self.matched_at = None
        is_news = substance != (self.proposed_changes or {})
        self.proposed_changes = substance or None  # back to the words online: nothing waits any more
        if substance and is_news:
            self._move("propose_changes", by=by, organization=self.organization, fields=sorted(substance))

    def ask_to_send(self, *, by: User) -> None:
        """An agent who wrote the page tells those who may send it for a public body (rule 4), once a day. Raises NotReady
        when something is missing, RuleViolation when it is no draft any more."""
        from models.notification import Notification

        if self.status not in ("draft", "changes_requested"):
            raise RuleViolation("Cette fiche n’est plus un brouillon.")
        if problems := list(is_complete(self)):
            raise NotReady(problems)
        event = f"solution_to_send:{self.id}:{today_in_paris().isoformat()}"
        senders = [user for user in self.organization.validators() if user.id != by.id]
        if Notification.owe("solution_to_send", senders, subject=self, event=event):
            Activity.record("ask_to_send", self, by=by, organization=self.organization)

    def accept_changes(self, *, by: User) -> None:
        """The new words replace the old ones. Raises NotReady when they are not complete."""
        self._move("accept_changes", by=by, organization=self.organization, changes=self.proposed_changes)
        self._set(self.proposed_changes or {})
        problems = list(is_complete(self))
        if problems:
            raise NotReady(problems)
        self.proposed_changes, self.matched_at = None, None

    def refuse_changes(self, *, by: User, reason: str) -> None:
        self._move("refuse_changes", by=by, organization=self.organization, reason=reason)
        self.proposed_changes = None

    def document_innovation(self, *, by: User, clues: dict[str, Any]) -> None:
        """Keep the company's file of clues (models/clues.py), which a buyer may take up. Changes at once: no one decides on it."""
        if self.status == "archived":
            raise RuleViolation("Cette fiche est archivée : son dossier ne change plus.")
        if clues != self.innovation_clues:
            self.innovation_clues = clues
            Activity.record("document_innovation", self, by=by, organization=self.organization)

    def warn_stale(self) -> None:
        self._move("warn_stale", by=None, organization=self.organization)

    def go_stale(self) -> None:
        self._move("go_stale", by=None, organization=self.organization)

    def confirm(self, *, by: User) -> None:
        """« Oui, cette fiche est à jour » : another twelve months."""
        self.fresh_until, self.stale_warned_at = utc_now() + FRESH_FOR, None
        self._move("confirm", by=by, organization=self.organization)

    def suspend(self, *, by: User, reason: str) -> None:
        self._move("suspend", by=by, organization=self.organization, reason=reason)
        self._void_what_is_open()

    def reinstate(self, *, by: User) -> None:
        self.matched_at = None
        self._move("reinstate", by=by, organization=self.organization)

    def suspend_with_organization(self, *, by: User, reason: str) -> None:
        self._move("suspend_with_organization", by=by, organization=self.organization, reason=reason)
        self._void_what_is_open()

    def reinstate_with_organization(self, *, by: User) -> None:
        self.matched_at = None
        self._move("reinstate_with_organization", by=by, organization=self.organization)

    def last_suspension(self) -> Activity | None:
        """Why it was last suspended: ``details["reason"]``."""
        of_this = Activity.of(self).where(Activity.action.in_(("suspend", "suspend_with_organization")))
        return db.session.scalars(of_this.order_by(None).order_by(Activity.id.desc()).limit(1)).first()

    def archive(self, *, by: User | None) -> None:
        """Take it off for good; ``by`` None: three months after it went stale."""
        self._move("archive", by=by, organization=self.organization)
        self._void_what_is_open()

    def _void_what_is_open(self) -> None:
        """Introductions, and what communes asked the company: both sides of these are told."""
        from models.interest import Interest
        from models.match import Match

        for match in db.session.scalars(Match.open_for(solution=self)):
            match.void()
        for interest in db.session.scalars(Interest.open_about(solution=self)):
            interest.void()

    @property
    def is_public_innovation(self) -> bool:
        """Carried by a public body (R087)."""
        return self.organization.is_demand

    @property
    def is_public(self) -> bool:
        return self.status in self.PUBLIC

    @property
    def confirmed_at(self) -> datetime | None:
        """When its organisation last said that the page is right, or had it published: a year before that runs out."""
        return self.fresh_until - FRESH_FOR if self.fresh_until else self.published_at

    @property
    def slug(self) -> str:
        return slugify(self.title)

    @classmethod
    def public(cls) -> Select[Solution]:
        return select(cls).where(cls.status.in_(cls.PUBLIC))

    @classmethod
    def awaiting_matching(cls) -> Select[Solution]:
        """Published and not yet compared with the open needs (or changed since), oldest first."""
        return (
            select(cls)
            .where(cls.status == "published", cls.matched_at.is_(None))
            .order_by(cls.published_at, cls.id)
        )

    @classmethod
    def to_review(cls) -> Select[Solution]:
        """New pages and new words of pages online that wait for the team, oldest first."""
        return (
            select(cls)
            .where(
                (cls.status == "in_review") | cls.proposed_changes.is_not(None) & cls.status.in_(cls.PUBLIC)
            )
            .order_by(cls.submitted_at, cls.id)
        )

    @classmethod
    def of(cls, organization: Organization) -> Select[Solution]:
        return select(cls).where(cls.organization_id == organization.id).order_by(cls.updated_at.desc())
