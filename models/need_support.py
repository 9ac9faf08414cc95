"""« Nous aussi » : another public body has the same problem, and says so under the need (R034, R295).

A declared interest, no commitment: it shows that buying together may be worth while. Amounts are each body's own; the
owner of the need reads about their sum, no more.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import BigInteger, ForeignKey, Select, String, UniqueConstraint, func, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.activity import Activity
from models.database import Base, Dated, db, utc_now
from models.errors import RuleViolation
from models.need import Need
from models.need_audiences import owners
from models.notification import Notification
from models.organization import Organization

if TYPE_CHECKING:
    from models.user import User

LONGEST_NOTE = 500
ABOUT_CENTS = 1_000_000
TAKEN_WHILE = ("published", "closed", "in_dialogue")


class NeedSupport(Dated, Base):
    """``amount_estimated_cents``: read by its own organisation alone. ``left_at``: it is no longer concerned."""

    __tablename__ = "need_support"
    __table_args__ = (UniqueConstraint("need_id", "organization_id"),)
    subject_type = "need_support"

    id: Mapped[int] = mapped_column(primary_key=True)
    need_id: Mapped[int] = mapped_column(ForeignKey("need.id"), index=True)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organization.id"), index=True)
    by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    note: Mapped[str] = mapped_column(String(LONGEST_NOTE), default="")
    amount_estimated_cents: Mapped[int | None] = mapped_column(BigInteger)
    joined_at: Mapped[datetime] = mapped_column(default=utc_now)
    left_at: Mapped[datetime | None]

    need: Mapped[Need] = relationship()
    organization: Mapped[Organization] = relationship()
    by: Mapped[User] = relationship()

    @property
    def speakers(self) -> list[User]:
        """Who said it; once they have left their organisation, those who decide for it."""
        here = self.organization.members()
        return [self.by] if self.by in here else self.organization.validators()

    @property
    def activity_need_id(self) -> int:
        return self.need_id or self.need.id

    @classmethod
    def join(
        cls,
        need: Need,
        *,
        organization: Organization,
        by: User,
        note: str = "",
        amount_cents: int | None = None,
    ) -> NeedSupport:
        """Say « nous aussi », or change what was said. The owners of the need are told the first time."""
        if not need.open_to_group or need.status not in TAKEN_WHILE:
            raise RuleViolation("Ce besoin n’est pas, ou plus, ouvert à d’autres collectivités.")
        if organization.id == need.organization_id:
            raise RuleViolation("C’est le besoin de votre propre organisation.")
        if organization.status != "verified" or not organization.is_demand:
            raise RuleViolation("Seule une collectivité vérifiée peut dire « nous aussi ».")
        support = cls.by_organization(need, organization)
        begins = support is None or support.left_at is not None
        if support is None:
            support = cls(need=need, organization=organization)
            db.session.add(support)
        support.by, support.note, support.amount_estimated_cents = by, note.strip(), amount_cents
        support.left_at = None
        if begins:
            support.joined_at = utc_now()
            act = Activity.record("support", support, by=by, organization=organization)
            event = f"need_supported:{need.id}:{organization.id}"
            Notification.owe("need_supported", owners(need), subject=support, activity=act, event=event)
        return support

    def leave(self, *, by: User) -> None:
        """No longer concerned. Harmless when it left before."""
        if self.left_at is None:
            self.left_at = utc_now()
            Activity.record("leave", self, by=by, organization=self.organization)

    @classmethod
    def by_organization(cls, need: Need, organization: Organization) -> NeedSupport | None:
        return db.session.scalar(
            select(cls).where(cls.need_id == need.id, cls.organization_id == organization.id)
        )

    @classmethod
    def of(cls, need: Need) -> Select[NeedSupport]:
        """Those that stand, in order of arrival."""
        return (
            select(cls).where(cls.need_id == need.id, cls.left_at.is_(None)).order_by(cls.joined_at, cls.id)
        )

    @classmethod
    def count_for(cls, needs: Iterable[Need]) -> dict[int, int]:
        """Number of the need → how many stand behind it; nothing of needs that have none."""
        query = (
            select(cls.need_id, func.count())
            .where(cls.need_id.in_([need.id for need in needs]), cls.left_at.is_(None))
            .group_by(cls.need_id)
        )
        return dict(db.session.execute(query).all())

    @classmethod
    def total_cents(cls, need: Need) -> int | None:
        """About the sum of what they estimate, to the ten thousand euros above.

        None where fewer than two gave an amount: a sum of one is that one's secret. Nor is it exact: read before and
        after somebody joins, it would say what that one gave.
        """
        row = db.session.execute(
            select(func.count(cls.amount_estimated_cents), func.sum(cls.amount_estimated_cents)).where(
                cls.need_id == need.id, cls.left_at.is_(None)
            )
        ).one()
        return -(-int(row[1] or 0) // ABOUT_CENTS) * ABOUT_CENTS if row[0] > 1 else None
