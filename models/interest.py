"""« J'adopte » : a public body asks something of a company about a solution of the catalogue. Domain model §7.

interest = Interest.send(solution=sondes, organization=bagnolet, by=agent, wish="demo", message="…")
interest.acknowledge(by=supplier)                       # within five working days
interest.plan(by=agent, meeting_at=…, place="Mairie")   # both sides have the date, as a file for their calendar
interest.meet(by=agent)
interest.convert(by=validator, conversion="purchase", …) # what the buyer declares; nothing is awarded here
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import BigInteger, ForeignKey, Select, String, Text, or_, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.calendar import add_working_days, day_in_paris, today_in_paris
from models.database import Base, Dated, db, utc_now
from models.declared_purchase import DeclaredPurchase
from models.errors import NotReady
from models.interest_lifecycle import (
    ANSWER_WITHIN,
    EXPIRE_AFTER,
    LIFECYCLE,
    OPEN,
    REMIND_AGAIN_AFTER,
    suppliers,
)
from models.lifecycle import HasLifecycle
from models.need import Need
from models.organization import Organization
from models.solution import Solution
from models.text import Sentence

if TYPE_CHECKING:
    from models.user import User

WISHES = ("demo", "quote", "reference_call", "experiment", "join_group")
#: These commit the commune, so its validator sends them (rule 4: the commune decides).
OF_THE_VALIDATOR = ("experiment", "join_group")
CONVERSIONS = ("need", "experiment", "purchase", "group")
DECLINE_REASONS = ("not_for_us", "no_capacity", "territory", "timing", "other")
MESSAGE_MIN, MESSAGE_MAX, LINE_MAX = 20, 2000, 200
#: Ends after which two sides do not meet any more.
CALLED_OFF = ("no_followup", "void")
#: The first weeks count; past this nobody reminds any more.
LOOKED_BACK = timedelta(days=45)


class Interest(Dated, HasLifecycle, Base):
    """``wish``, ``conversion``: see above. ``amount_estimated_cents`` and ``meeting_notes`` are the buyer's own, read by
    nobody else. ``may_be_cited``: the buyer accepts to be named on the page of the solution."""

    __tablename__ = "interest"
    lifecycle = LIFECYCLE
    subject_type = "interest"
    OPEN = OPEN

    id: Mapped[int] = mapped_column(primary_key=True)
    solution_id: Mapped[int] = mapped_column(ForeignKey("solution.id"), index=True)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organization.id"), index=True)
    author_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    need_id: Mapped[int | None] = mapped_column(ForeignKey("need.id"), index=True)
    wish: Mapped[str] = mapped_column(String(16))
    message: Mapped[str] = mapped_column(Text)
    site: Mapped[str] = mapped_column(String(LINE_MAX), default="")
    amount_estimated_cents: Mapped[int | None] = mapped_column(BigInteger)
    sent_at: Mapped[datetime] = mapped_column(default=utc_now, index=True)
    reminded_at: Mapped[datetime | None]
    reminded_again_at: Mapped[datetime | None]
    acknowledged_at: Mapped[datetime | None]
    meeting_at: Mapped[datetime | None]
    meeting_place: Mapped[str] = mapped_column(String(LINE_MAX), default="")
    met_at: Mapped[datetime | None]
    meeting_notes: Mapped[str] = mapped_column(Text, default="")
    ended_at: Mapped[datetime | None]
    reason_code: Mapped[str | None] = mapped_column(String(20))
    reason: Mapped[str] = mapped_column(Text, default="")
    conversion: Mapped[str | None] = mapped_column(String(12))
    converted_need_id: Mapped[int | None] = mapped_column(ForeignKey("need.id"))
    declared_purchase_id: Mapped[int | None] = mapped_column(ForeignKey("declared_purchase.id"))
    may_be_cited: Mapped[bool] = mapped_column(default=False)

    solution: Mapped[Solution] = relationship()
    organization: Mapped[Organization] = relationship()
    author: Mapped[User] = relationship(foreign_keys=[author_id])
    need: Mapped[Need | None] = relationship(foreign_keys=[need_id])
    converted_need: Mapped[Need | None] = relationship(foreign_keys=[converted_need_id])
    declared_purchase: Mapped[DeclaredPurchase | None] = relationship()

    @classmethod
    def send(
        cls, *, solution: Solution, organization: Organization, by: User, wish: str, message: str, site: str = "",
        need: Need | None = None, amount_estimated_cents: int | None = None,
    ) -> Interest:  # fmt: skip
        """Tell the company. An introduction of the same pair that waits becomes « converted ». Raises NotReady."""
        from models.notification import Notification

        problems = list(_complain(solution, organization, by, wish, message.strip(), need))
        if problems:
            raise NotReady(problems)
        interest = cls(
            solution=solution, organization=organization, author=by, wish=wish, message=message.strip(), site=site,
            need=need, amount_estimated_cents=amount_estimated_cents,
        )  # fmt: skip
        db.session.add(interest)
        interest._begin("sent", by=by, organization=organization, wish=wish, solution=solution.id)
        Notification.owe("interest_received", suppliers(interest), subject=interest)
        interest._convert_introduction()
        return interest

    def _convert_introduction(self) -> None:
        from models.match import Match

        if self.need_id is None:
            return
        told = select(Match).where(
            Match.need_id == self.need_id,
            Match.solution_id == self.solution_id,
            Match.status.in_(("approved", "introduced")),
        )
        for match in db.session.scalars(told):
            match.convert_by_interest(self)

    # ------------------------------------------------------------------ the company

    def acknowledge(self, *, by: User) -> None:
        self._move("acknowledge", by=by, organization=self.solution.organization)

    def decline(self, *, by: User, reason_code: str, reason: str) -> None:
        """The company says no, with a reason that the commune reads."""
        if reason_code not in DECLINE_REASONS:
            raise NotReady([("reason_code", "Choisissez pourquoi vous déclinez.")])
        self.reason_code, self.reason = reason_code, reason.strip()
        company = self.solution.organization
        self._move("decline", by=by, organization=company, reason=reason, reason_code=reason_code)

    # ------------------------------------------------------------------ either side

    def plan(self, *, by: User, organization: Organization, meeting_at: datetime, place: str = "") -> None:
        """Give or change the date. The place is not written in the journal: it may be somebody's address."""
        self.meeting_at, self.meeting_place = meeting_at, place
        self._move("plan", by=by, organization=organization, meeting_at=meeting_at.isoformat())

    # ------------------------------------------------------------------ the commune

    def meet(self, *, by: User, notes: str = "") -> None:
        self.meeting_notes = notes.strip()
        self._move("meet", by=by, organization=self.organization)

    def stop(self, *, by: User, reason: str) -> None:
        """Go no further, with a reason that the company reads."""
        self.reason = reason.strip()
        self._move("stop", by=by, organization=self.organization, reason=reason)

    def convert(self, *, by: User, conversion: str, may_be_cited: bool = False, **purchase: Any) -> None:
        """What came of it, declared by the buyer: a need that is written, a group, an experiment or a purchase.

        ``purchase``: bought_on, purchase_kind, amount_cents, innovative, for the last two. Raises NotReady.
        """
        if conversion not in CONVERSIONS:
            raise NotReady([("conversion", "Dites ce que vous en faites.")])
        self.conversion, self.may_be_cited = conversion, may_be_cited
        self._move("convert", by=by, organization=self.organization, conversion=conversion)
        if conversion in ("need", "group"):
            self.converted_need = self.need or self._begin_need(by, conversion)
            db.session.flush()
            return
        kind = "direct_purchase" if conversion == "purchase" else "experiment"
        self.declared_purchase = DeclaredPurchase.declare(
            buyer=self.organization, by=by, kind=kind, supplier=self.solution.organization, need=self.need, **purchase
        )  # fmt: skip

    def _begin_need(self, by: User, conversion: str) -> Need:
        """A draft that takes the subject and none of the words of the company: a need names no product."""
        return Need.draft(
            organization=self.organization,
            by=by,
            themes=list(self.solution.themes),
            places=list(self.solution.places),
            intent="group" if conversion == "group" else "sourcing",
            open_to_group=True,
        )

    # ------------------------------------------------------------------ the platform

    def remind(self) -> None:
        if self.reminded_at is None:
            self.reminded_at = utc_now()
        else:
            self.reminded_again_at = utc_now()
        self._move("remind", by=None)

    def expire(self) -> None:
        self._move("expire", by=None)

    def void(self) -> None:
        self._move("void", by=None)

    @property
    def activity_need_id(self) -> int | None:
        return self.need_id

    @property
    def title(self) -> str:
        return self.solution.title

    @property
    def answer_expected_on(self) -> date:
        """The fifth working day after it was sent."""
        return add_working_days(day_in_paris(self.sent_at), ANSWER_WITHIN)

    @property
    def is_meeting_called_off(self) -> bool:
        """A day was fixed, and the demand ended without a follow-up before it came."""
        if self.meeting_at is None or self.ended_at is None or self.met_at is not None:
            return False
        return self.status in CALLED_OFF and self.meeting_at > self.ended_at

    @property
    def is_late(self) -> bool:
        return self.status == "sent" and today_in_paris() > self.answer_expected_on

    @property
    def reminder_is_due(self) -> bool:
        """Five working days without a word, then ten; twice at most, and never both at once where the first one was late."""
        today, sent_on = today_in_paris(), day_in_paris(self.sent_at)
        if self.status != "sent" or self.reminded_again_at is not None:
            return False
        if self.reminded_at is None:
            return today > add_working_days(sent_on, ANSWER_WITHIN)
        first_on = day_in_paris(self.reminded_at)
        return today > add_working_days(sent_on, REMIND_AGAIN_AFTER) and today >= add_working_days(
            first_on, ANSWER_WITHIN
        )

    # ------------------------------------------------------------------ reading

    @classmethod
    def of_buyers(cls, organizations: Iterable[int]) -> Select[Interest]:
        """Those that these organisations sent, the last first."""
        return select(cls).where(cls.organization_id.in_(list(organizations))).order_by(cls.id.desc())

    @classmethod
    def of_suppliers(cls, organizations: Iterable[int]) -> Select[Interest]:
        """Those that these organisations received, the last first."""
        offered = Solution.organization_id.in_(list(organizations))
        return (
            select(cls).join(Solution, cls.solution_id == Solution.id).where(offered).order_by(cls.id.desc())
        )

    @classmethod
    def open_about(
        cls, *, solution: Solution | None = None, organization: Organization | None = None
    ) -> Select[Interest]:
        """Those still alive about a solution, or of an organisation on either side."""
        query = select(cls).join(Solution, cls.solution_id == Solution.id).where(cls.status.in_(cls.OPEN))
        if solution is not None:
            query = query.where(cls.solution_id == solution.id)
        if organization is not None:
            mine = Solution.organization_id == organization.id
            query = query.where(or_(cls.organization_id == organization.id, mine))
        return query

    @classmethod
    def waiting(cls) -> Select[Interest]:
        """Not acknowledged yet and possibly to remind: ``reminder_is_due`` counts the working days."""
        return select(cls).where(
            cls.status == "sent",
            cls.reminded_again_at.is_(None),
            cls.sent_at <= utc_now() - timedelta(days=ANSWER_WITHIN),
            cls.sent_at > utc_now() - LOOKED_BACK,
        )

    @classmethod
    def due_to_expire(cls) -> Select[Interest]:
        return select(cls).where(cls.status == "sent", cls.sent_at <= utc_now() - EXPIRE_AFTER)

    @classmethod
    def expired_since(cls, instant: datetime) -> Select[Interest]:
        """Companies that did not answer in thirty days: the team's list."""
        return (
            select(cls).where(cls.status == "expired", cls.ended_at >= instant).order_by(cls.ended_at.desc())
        )


def _complain(
    solution: Solution, organization: Organization, by: User, wish: str, message: str, need: Need | None
) -> Iterable[tuple[str, str]]:
    if not solution.is_public:
        yield "solution", "Cette solution n’est plus en ligne."
    if organization.id == solution.organization_id:
        yield "solution", "Cette solution est celle de votre organisation."
    if organization.status != "verified":
        yield "organization", "L’équipe de la Métropole doit d’abord vérifier votre organisation."
    if wish not in WISHES:
        yield "wish", "Choisissez ce que vous attendez de l’entreprise."
    membership = by.membership_of(organization)
    if wish in OF_THE_VALIDATOR and not (membership and membership.includes("validator")):
        yield (
            "wish",
            "Un essai ou un groupement engage la collectivité : un validateur de votre organisation doit l’envoyer.",
        )
    if not MESSAGE_MIN <= len(message) <= MESSAGE_MAX:
        yield (
            "message",
            Sentence(
                "Écrivez à l’entreprise en %(least)s à %(most)s caractères.",
                least=MESSAGE_MIN,
                most=MESSAGE_MAX,
            ),
        )
    if need is not None and need.organization_id != organization.id:
        yield "need", "Ce besoin est celui d’une autre organisation."
    if need is not None and not need.is_public:
        yield "need", "Ce besoin n’est pas publié : l’entreprise ne peut pas encore le lire."
    same = select(Interest.id).where(
        Interest.solution_id == solution.id,
        Interest.organization_id == organization.id,
        Interest.wish == wish,
        Interest.status.in_(OPEN),
    )
    if db.session.scalar(same.limit(1)) is not None:
        yield "wish", "Votre organisation a déjà demandé cela à cette entreprise, et c’est en cours."
