"""A company answers a need: an answer to a question, never an offer. Lifecycle: domain model §6."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import JSON, BigInteger, ForeignKey, Select, String, Text, UniqueConstraint, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.activity import Activity
from models.calendar import ONE_DAY, today_in_paris
from models.database import Base, Dated, db, utc_now
from models.errors import Conflict, NotReady, RuleViolation
from models.lifecycle import HasLifecycle
from models.need import Need
from models.notification import Notification
from models.organization import Organization
from models.response_lifecycle import LIFECYCLE, owners
from models.response_version import ResponseVersion, fingerprint
from models.rhythm import TUESDAY, next_moment
from models.solution import Solution
from models.text import Sentence

if TYPE_CHECKING:
    from models.consortium import ConsortiumMember
    from models.user import User

TERMS = ("free", "shared_cost", "paid")
#: Why a response is not retained; the company reads the label and the sentence that goes with it.
NOT_RETAINED_REASONS = (
    "does_not_answer",
    "not_mature",
    "too_expensive",
    "other_preferred",
    "need_given_up",
    "conditions",
    "other",
)
EDITABLE = (
    "solution",
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
LEAST_DAYS_TO_CLARIFY = 3


@dataclass(frozen=True)
class Answer:
    """What the commune decides of one response. ``decision``: shortlist, decline (with its reasons) or retain."""

    decision: str
    reason_code: str = ""
    reason: str = ""


class Response(Dated, HasLifecycle, Base):
    """``price_estimate_cents``: indicative, before tax, no offer; ``confidential_parts``: « secret des affaires »;
    ``may_be_named``: the company lets everybody read that its response was retained."""

    __tablename__ = "response"
    __table_args__ = (UniqueConstraint("need_id", "organization_id"),)
    lifecycle = LIFECYCLE
    subject_type = "response"
    RECEIVED = ("submitted", "under_review", "clarification", "shortlisted", "retained", "not_retained")
    UNANSWERED = ("submitted", "under_review", "clarification", "shortlisted")
    OPEN = ("draft", *UNANSWERED)

    id: Mapped[int] = mapped_column(primary_key=True)
    need_id: Mapped[int] = mapped_column(ForeignKey("need.id"), index=True)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organization.id"), index=True)
    author_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    solution_id: Mapped[int | None] = mapped_column(ForeignKey("solution.id"))
    summary: Mapped[str] = mapped_column(Text, default="")
    answer: Mapped[str] = mapped_column(Text, default="")
    maturity: Mapped[str | None] = mapped_column(String(2))
    timeline_weeks: Mapped[int | None]
    price_estimate_cents: Mapped[int | None] = mapped_column(BigInteger)
    experiment_terms: Mapped[str | None] = mapped_column(String(12))
    needs_from_commune: Mapped[str] = mapped_column(Text, default="")
    confidential_parts: Mapped[str] = mapped_column(Text, default="")
    contact: Mapped[str] = mapped_column(String(200), default="")
    version: Mapped[int] = mapped_column(default=1)
    submitted_at: Mapped[datetime | None]
    modified_at: Mapped[datetime | None]
    read_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]
    shortlist_proposed_at: Mapped[datetime | None]
    shortlist_proposed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    reminded_at: Mapped[datetime | None]
    clarification: Mapped[str] = mapped_column(Text, default="")
    clarification_until: Mapped[date | None]
    clarifications: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    reason_code: Mapped[str | None] = mapped_column(String(20))
    reason: Mapped[str] = mapped_column(Text, default="")
    may_be_named: Mapped[bool] = mapped_column(default=False)

    need: Mapped[Need] = relationship(back_populates="responses")
    organization: Mapped[Organization] = relationship()
    author: Mapped[User] = relationship(foreign_keys=[author_id])
    solution: Mapped[Solution | None] = relationship()
    shortlist_proposed_by: Mapped[User | None] = relationship(foreign_keys=[shortlist_proposed_by_id])
    versions: Mapped[list[ResponseVersion]] = relationship(
        back_populates="response", order_by="ResponseVersion.number"
    )
    consortium: Mapped[list[ConsortiumMember]] = relationship(
        back_populates="response", order_by="ConsortiumMember.id"
    )

    @classmethod
    def draft(
        cls, *, need: Need, organization: Organization, by: User, solution: Solution | None = None
    ) -> Response:
        """Begin an answer. Raises RuleViolation when the need takes none, Conflict when the company has one already."""
        if not need.takes_responses:
            raise RuleViolation("Ce besoin ne reçoit plus de réponses.")
        if organization.id == need.organization_id:
            raise RuleViolation("Une organisation ne répond pas à son propre besoin.")
        if cls.of_company(need, organization) is not None:
            raise Conflict("Votre organisation a déjà commencé une réponse à ce besoin : reprenez-la.")
        response = cls(need=need, organization=organization, author=by, solution=solution)
        response.maturity = solution.maturity if solution else None
        db.session.add(response)
        response._begin("draft", by=by, organization=organization)
        return response

    def write(self, **fields: Any) -> None:
        """Keep what was typed in a draft."""
        if self.status != "draft":
            raise RuleViolation("Cette réponse est envoyée : modifiez-la depuis sa page.")
        self._set(fields)

    def _set(self, fields: dict[str, Any]) -> None:
        for name, value in fields.items():
            assert name in EDITABLE, name
            setattr(self, name, value)

    def submit(self, *, by: User) -> None:
        """Send it, before 23:59:59 on the last day. A match of the same pair becomes « converted »."""
        from models.match import Match

        self.version = len(self.versions) + 1
        self._send("submit", by=by)
        self._tell_owners()
        pairs = (
            select(Match)
            .join(Solution)
            .where(
                Match.need_id == self.need_id,
                Solution.organization_id == self.organization_id,
                Match.status.in_(Match.OPEN),
            )
        )
        for match in db.session.scalars(pairs):
            if self.solution_id in (None, match.solution_id):
                match.convert(self)

    def _tell_owners(self) -> None:
        """The commune hears at once of the first response; of those that follow within a day, in one message, the next
        working morning at eight. What it tells is gathered as it leaves."""
        waiting = db.session.scalars(Notification.waiting("response_received", subject=self.need)).all()
        told = {row.recipient_id for row in waiting}
        others = [user for user in owners(self) if user.id not in told]
        now, last = utc_now(), Notification.last_due("response_received", subject=self.need)
        lately = last is not None and last > now - ONE_DAY
        at = next_moment("daily", TUESDAY, now) if lately else now
        event = f"response_received:response:{self.id}:{now.timestamp()}"
        Notification.owe("response_received", others, subject=self.need, event=event, at=at)

    def modify(self, *, by: User, joined: bool = False, **fields: Any) -> None:
        """A new version, while the need is open. ``joined``: documents were joined with these words."""
        changed = [name for name, value in fields.items() if getattr(self, name) != value]
        if joined:
            changed.append("documents")
        if not changed:
            raise NotReady([("summary", "Rien n’a changé dans cette réponse.")])
        self._set(fields)
        self.version += 1
        self._send("modify", by=by, fields=changed)

    def change_documents(self, *, by: User) -> None:
        """What is joined changed after it was sent: a new version, with its receipt."""
        self.version += 1
        self._send("modify", by=by, fields=["documents"])

    def _send(self, action: str, *, by: User, **details: Any) -> None:
        """Keep what is sent as a version. The journal keeps its number and its hash: the words are nobody else’s."""
        contents = self.contents
        sha256 = fingerprint(contents)
        move = {"version": self.version, "sha256": sha256, **details}
        self._move(action, by=by, organization=self.organization, **move)
        self.versions.append(ResponseVersion(number=self.version, contents=contents, sha256=sha256, by=by))

    def withdraw(self, *, by: User) -> None:
        self._move("withdraw", by=by, organization=self.organization)

    def discard(self, *, by: User) -> None:
        """Throw a draft away; it can be resumed while the need is open."""
        self._move("discard", by=by, organization=self.organization)

    def resume(self, *, by: User) -> None:
        """Take a withdrawn response up again as a draft."""
        self._move("resume", by=by, organization=self.organization)

    def read(self, *, by: User) -> None:
        """The commune opened it. Harmless when it was read before."""
        if self.status == "submitted" and not self.is_sealed:
            self._move("read", by=by, organization=self.need.organization)

    def ask_clarification(self, *, by: User, question: str, until: date) -> None:
        """Ask one precise thing, at least three days to answer."""
        if until < today_in_paris() + timedelta(days=LEAST_DAYS_TO_CLARIFY):
            raise NotReady(
                [
                    (
                        "until",
                        Sentence(
                            "Laissez au moins %(count)s jours pour répondre.", count=LEAST_DAYS_TO_CLARIFY
                        ),
                    )
                ]
            )
        self._move("ask_clarification", by=by, organization=self.need.organization, reason=question)
        self.clarification, self.clarification_until = question.strip(), until

    def clarify(self, *, by: User, answer: str) -> None:
        self._move("clarify", by=by, organization=self.organization, reason=answer)
        self._keep_clarification(answer.strip())

    def stop_waiting(self) -> None:
        """The time to answer is over."""
        self._move("stop_waiting", by=None)
        self._keep_clarification("")

    def _keep_clarification(self, answer: str) -> None:
        entry = {"question": self.clarification, "answer": answer, "at": utc_now().isoformat()}
        self.clarifications = [*self.clarifications, entry]
        self.clarification, self.clarification_until = "", None

    def propose_shortlist(self, *, by: User) -> None:
        """A contributor's advice to the validators: nobody outside is told."""
        from models.evaluation import refuse_tied

        refuse_tied(by, self.need)
        self.shortlist_proposed_by = by
        self._move("propose_shortlist", by=by, organization=self.need.organization)

    def answer_with(self, answer: Answer, *, by: User, at: datetime) -> None:
        """One decision of a batch."""
        if answer.decision == "decline":
            self.decline(by=by, reason_code=answer.reason_code, reason=answer.reason, at=at)
        elif answer.decision == "retain":
            self.retain(by=by, at=at)
        elif answer.decision == "shortlist":
            self.shortlist(by=by, at=at)
        else:
            raise NotReady([("decision", "Choisissez une décision dans la liste.")])

    def shortlist(self, *, by: User, at: datetime | None = None) -> None:
        self._move("shortlist", by=by, organization=self.need.organization, at=at)

    def decline(self, *, by: User, reason_code: str, reason: str, at: datetime | None = None) -> None:
        """Not retained, with reasons that the company will read (R: close the loop)."""
        if reason_code not in NOT_RETAINED_REASONS:
            raise NotReady([("reason_code", "Choisissez pourquoi cette réponse n’est pas retenue.")])
        self._move(
            "decline",
            by=by,
            organization=self.need.organization,
            reason=reason,
            reason_code=reason_code,
            at=at,
        )
        self.reason_code, self.reason = reason_code, reason.strip()

    def retain(self, *, by: User, at: datetime | None = None) -> None:
        self._move("retain", by=by, organization=self.need.organization, at=at)

    def choose_naming(self, *, by: User, named: bool) -> None:
        """The company accepts to be named beside the need that it answered, or takes that back. Nobody is named unless they
        said so (R213). Raises RuleViolation while the response is not retained."""
        if self.status != "retained":
            raise RuleViolation("Seule une entreprise dont la réponse est retenue peut être nommée.")
        if self.may_be_named != named:
            self.may_be_named = named
            Activity.record("choose_naming", self, by=by, organization=self.organization, named=named)

    def void(self) -> None:
        """The need was withdrawn. Harmless for a response that has its end."""
        if self.status in self.OPEN:
            self._move("void", by=None)

    @property
    def activity_need_id(self) -> int | None:
        return self.need_id or self.need.id

    @property
    def contents(self) -> dict[str, Any]:
        """What the company has written, sent or not, by name of the field (``solution_id`` for its solution)."""
        said = {name: getattr(self, name) for name in EDITABLE if name != "solution"}
        from models.attachment import Attachment

        documents = Attachment.fingerprints(self)
        solution_id = self.solution.id if self.solution else None
        return {"solution_id": solution_id, **said, **({"documents": documents} if documents else {})}

    @property
    def sent(self) -> ResponseVersion | None:
        """The last version that was sent: what others read, whatever the company has written since."""
        return self.versions[-1] if self.versions else None

    @property
    def partners(self) -> list[Organization]:
        """Who answers with the company, and agreed to."""
        return [member.organization for member in self.consortium if member.status == "accepted"]

    @property
    def is_sealed(self) -> bool:
        """Contents hidden from the commune until the deadline (model §6)."""
        return self.need.sealed and self.need.status == "published"

    @property
    def is_for_others(self) -> bool:
        """Whether the commune and the team may open it: received, or taken back after they could have read it. What
        was taken back under seal stays closed for ever."""
        if self.status == "withdrawn":
            opened_at = self.need.closed_at if self.need.sealed else self.submitted_at
            in_time = (
                self.withdrawn_at is not None and opened_at is not None and opened_at <= self.withdrawn_at
            )
            return self.sent is not None and in_time
        return self.status in self.RECEIVED and self.sent is not None

    @classmethod
    def of_company(cls, need: Need, organization: Organization) -> Response | None:
        return db.session.scalar(
            select(cls).where(cls.need_id == need.id, cls.organization_id == organization.id)
        )

    @classmethod
    def received(cls, need: Need) -> Select[Response]:
        """What the commune may read, in order of arrival."""
        return (
            select(cls)
            .where(cls.need_id == need.id, cls.status.in_(cls.RECEIVED))
            .order_by(cls.submitted_at, cls.id)
        )

    @classmethod
    def of(cls, organization: Organization) -> Select[Response]:
        return select(cls).where(cls.organization_id == organization.id).order_by(cls.updated_at.desc())

    @classmethod
    def due_to_stop_waiting(cls) -> Select[Response]:
        return select(cls).where(cls.status == "clarification", cls.clarification_until < today_in_paris())

    @classmethod
    def due_to_remind(cls) -> Select[Response]:
        """Drafts whose need closes within three days."""
        soon = today_in_paris() + timedelta(days=3)
        return (
            select(cls)
            .join(Need)
            .where(
                cls.status == "draft",
                Need.status == "published",
                Need.closes_on <= soon,
                cls.reminded_at.is_(None),
            )
        )
