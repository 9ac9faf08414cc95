"""What a person asked to hear about: a need, a solution, an organisation, a theme. Theirs alone: nobody is told who follows what.

Follow.begin(user=agent, kind="theme", key="mobility")
Follow.people("need", need.id)          # told with everybody when the need changes
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from sqlalchemy import ForeignKey, Select, String, UniqueConstraint, func, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.database import Base, Dated, db, lock_for_numbering
from models.user import User

if TYPE_CHECKING:
    from models.need import Need

KINDS = ("need", "solution", "organization", "open_call", "theme")


class Follow(Dated, Base):
    """``subject_key``: the number of the thing, or the code of the theme."""

    __tablename__ = "follow"
    __table_args__ = (UniqueConstraint("user_id", "subject_type", "subject_key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    subject_type: Mapped[str] = mapped_column(String(24))
    subject_key: Mapped[str] = mapped_column(String(40), index=True)

    user: Mapped[User] = relationship()

    @classmethod
    def begin(cls, *, user: User, kind: str, key: Any) -> Follow:
        """Follow it; what is followed already stays so."""
        assert kind in KINDS, kind
        lock_for_numbering(db.session(), "follow")
        follow = cls.find(user, kind, key)
        if follow is None:
            follow = cls(user=user, subject_type=kind, subject_key=str(key))
            db.session.add(follow)
            db.session.flush()
        return follow

    def end(self) -> None:
        db.session.delete(self)

    @classmethod
    def find(cls, user: User, kind: str, key: Any) -> Follow | None:
        return db.session.scalar(cls.of(user).where(cls.subject_type == kind, cls.subject_key == str(key)))

    @classmethod
    def of(cls, user: User) -> Select[Follow]:
        """What a person follows, the latest first."""
        return select(cls).where(cls.user_id == user.id).order_by(cls.id.desc())

    @classmethod
    def people(cls, kind: str, key: Any) -> Select[User]:
        """Those who follow it and can still be written to."""
        followed = select(cls.user_id).where(cls.subject_type == kind, cls.subject_key == str(key))
        return select(User).where(User.id.in_(followed), User.closed_at.is_(None)).order_by(User.id)

    @classmethod
    def themes_of(cls, user: User) -> set[str]:
        return {
            follow.subject_key
            for follow in db.session.scalars(cls.of(user))
            if follow.subject_type == "theme"
        }

    @classmethod
    def choose_themes(cls, user: User, codes: Iterable[str]) -> None:
        """Follow these themes and no others (R011)."""
        wanted = set(codes)
        for follow in db.session.scalars(cls.of(user).where(cls.subject_type == "theme")):
            if follow.subject_key not in wanted:
                follow.end()
        for code in sorted(wanted):
            cls.begin(user=user, kind="theme", key=code)

    @classmethod
    def themes_by_side(cls, kinds: Iterable[str]) -> Select[str, int, int]:
        """(theme, organisations, people) for organisations of these kinds, the most asked first: what they said that interests
        them, without names."""
        from models.membership import Membership
        from models.organization import Organization

        organizations = func.count(Organization.id.distinct())
        return (
            select(cls.subject_key, organizations, func.count(cls.user_id.distinct()))
            .join(Membership, Membership.user_id == cls.user_id)
            .join(Organization, Organization.id == Membership.organization_id)
            .where(
                cls.subject_type == "theme", Membership.status == "active", Organization.kind.in_(list(kinds))
            )
            .group_by(cls.subject_key)
            .order_by(organizations.desc(), cls.subject_key)
        )


def followers(need: Need) -> list[User]:
    """Those who follow the need and may still read it."""
    people = db.session.scalars(Follow.people("need", need.id))
    return [one for one in people if not need.visible_to_members_only or one.is_verified_member]
