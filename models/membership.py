"""Who belongs to which organisation, with which role.

Roles of an organisation include one another: contributor ⊂ validator ⊂ org_admin. Roles of the platform are held in
the Métropole's own organisation: curator ⊂ admin. A commune's validator is its élu référent, a company's its signatory.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import ForeignKey, Select, String, UniqueConstraint, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.activity import Activity
from models.database import Base, Dated, db, utc_now
from models.errors import Conflict, RuleViolation
from models.lifecycle import HasLifecycle, Lifecycle, Move, Owed

if TYPE_CHECKING:
    from models.organization import Organization
    from models.user import User

ORGANIZATION_ROLES = ("contributor", "validator", "org_admin")
PLATFORM_ROLES = ("curator", "admin")
ROLES = ORGANIZATION_ROLES + PLATFORM_ROLES
_INCLUDES = {
    "contributor": {"contributor"},
    "validator": {"contributor", "validator"},
    "org_admin": {"contributor", "validator", "org_admin"},
    "curator": {"curator"},
    "admin": {"curator", "admin"},
}


def _person(membership: Membership) -> list[User]:
    return [membership.user]


def _deciders(membership: Membership) -> list[User]:
    """Who may accept: the organisation's administrators, or the Métropole's team when there is none."""
    return membership.organization.administrators() or list(db.session.scalars(_curators()))


def _curators() -> Select[User]:
    from models.user import User

    return User.curators()


LIFECYCLE = Lifecycle(
    ("requested", "active", "refused", "left"),
    (
        Move(
            "accept",
            ("requested",),
            "active",
            "org_admin",
            owes=(Owed("membership_accepted", _person),),
            stamps="joined_at",
        ),
        Move("refuse", ("requested",), "refused", "org_admin", owes=(Owed("membership_refused", _person),)),
        Move("leave", ("active", "requested"), "left", "self"),
        Move(
            "ask_again",
            ("refused", "left"),
            "requested",
            "self",
            owes=(Owed("membership_requested", _deciders),),
        ),
    ),
    {
        "active": "cette personne est déjà membre",
        "left": "cette personne est partie",
        "refused": "la demande a été refusée",
    },
)


class Membership(Dated, HasLifecycle, Base):
    """One person in one organisation."""

    __tablename__ = "membership"
    __table_args__ = (UniqueConstraint("user_id", "organization_id"),)
    lifecycle = LIFECYCLE
    subject_type = "membership"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organization.id"), index=True)
    role: Mapped[str] = mapped_column(String(16), default="contributor")
    joined_at: Mapped[datetime | None]

    user: Mapped[User] = relationship(back_populates="memberships", foreign_keys=[user_id])
    organization: Mapped[Organization] = relationship(back_populates="memberships")

    @classmethod
    def request(cls, *, user: User, organization: Organization) -> Membership:
        """Ask to join. At once a member when the confirmed address has one of the organisation's domains, the first time: whoever
        was sent away does not let themselves in again.

        Raises Conflict when already a member or waiting.
        """
        existing = db.session.scalar(
            select(cls).where(cls.user_id == user.id, cls.organization_id == organization.id)
        )
        if existing is not None and existing.status in ("active", "requested"):
            raise Conflict("Vous avez déjà rejoint cette organisation, ou votre demande attend une réponse.")
        if existing is not None:
            existing.role = "contributor"
            existing._move("ask_again", by=user, organization=organization)
            membership = existing
        else:
            membership = cls(user=user, organization=organization, role="contributor")
            db.session.add(membership)
            membership._begin("requested", by=user, organization=organization)
            activity = membership._record("request", by=user, before=None, organization=organization)
            from models.notification import Notification

            Notification.owe(
                "membership_requested", _deciders(membership), subject=membership, activity=activity
            )
        if existing is None and organization.knows_domain_of(user) and organization.status == "verified":
            membership._move("accept", by=None, organization=organization, because="domain")
        return membership

    @classmethod
    def found(cls, *, user: User, organization: Organization, role: str, by: User | None) -> Membership:
        """Make somebody a member at once: the first person of an organisation, or by an administrator."""
        membership = cls(user=user, organization=organization, role=role, joined_at=utc_now())
        db.session.add(membership)
        membership._begin("active", by=by, organization=organization, role=role)
        return membership

    def includes(self, role: str) -> bool:
        """Whether this membership, if active, gives ``role``."""
        return self.status == "active" and role in _INCLUDES[self.role]

    def accept(self, *, by: User) -> None:
        """A member. Where everybody left, whom the team lets in is the first person again, and administers."""
        if not self._others() and self.organization.kind != "metropole":
            self.role = "org_admin"
        self._move("accept", by=by, organization=self.organization)

    def refuse(self, *, by: User) -> None:
        self._move("refuse", by=by, organization=self.organization)

    def leave(self, *, by: User) -> None:
        """Go. Raises RuleViolation for the last administrator while other members remain, for the last person of all while
        others wait for the organisation."""
        if why := self.held_back:
            raise RuleViolation(why)
        self._move("leave", by=by, organization=self.organization)

    @property
    def held_back(self) -> str | None:
        """Why this person may not go yet; None when they may."""
        others = self._others()
        for role in ("org_admin", "admin"):
            if self.includes(role) and others and not any(m.includes(role) for m in others):
                return "Nommez d’abord un autre administrateur : l’organisation n’en aurait plus."
        if self.status == "active" and not others and self.organization.is_waited_for:
            return "Vous êtes la dernière personne de cette organisation, et des fiches, des besoins ou des échanges sont en cours : invitez d’abord quelqu’un, ou retirez-les."
        return None

    def _others(self) -> list[Membership]:
        return [m for m in self.organization.memberships if m is not self and m.status == "active"]

    def change_role(self, role: str, *, by: User) -> None:
        """Give another role. Raises RuleViolation for a role of the wrong kind or for the last administrator."""
        allowed = PLATFORM_ROLES if self.organization.kind == "metropole" else ()
        if role not in ORGANIZATION_ROLES + allowed:
            raise RuleViolation("Ce rôle n’existe pas pour cette organisation.")
        if role == self.role:
            return
        for last in ("org_admin", "admin"):
            if self.includes(last) and not any(m.includes(last) for m in self._others()):
                raise RuleViolation("Nommez d’abord un autre administrateur : il n’y en aurait plus.")
        before, self.role = self.role, role
        Activity.record(
            "change_role", self, by=by, organization=self.organization, before_role=before, after_role=role
        )
