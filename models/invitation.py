"""An invitation to join an organisation, sent to an address by one of its administrators.

The address may have no account yet: nobody is told whether it has. Only an account with that very address, confirmed, may
accept.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from itsdangerous import BadData
from sqlalchemy import ColumnElement, ForeignKey, Select, String, func, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.database import Base, Dated, db, utc_now
from models.errors import Conflict, RuleViolation
from models.lifecycle import HasLifecycle, Lifecycle, Move, Owed
from models.membership import ORGANIZATION_ROLES, Membership
from models.token import lasting

if TYPE_CHECKING:
    from models.organization import Organization
    from models.user import User

LASTS = timedelta(days=30)
#: By one organisation: more than a town hall needs, too few to write to strangers.
MOST_A_DAY = 20


def _in_time(invitation: Invitation) -> Iterable[tuple[str, str]]:
    """The errand that marks the old ones as expired comes by once a day: the page does not wait for it."""
    if invitation.is_over:
        yield "status", "Cette invitation a plus de trente jours : demandez-en une autre."


def _inviter(invitation: Invitation) -> Sequence[User]:
    return [invitation.invited_by]


LIFECYCLE = Lifecycle(
    ("sent", "accepted", "declined", "revoked", "expired"),
    (
        Move(
            "accept",
            ("sent",),
            "accepted",
            "self",
            guards=(_in_time,),
            owes=(Owed("invitation_accepted", _inviter),),
            stamps="answered_at",
        ),
        Move(
            "decline",
            ("sent",),
            "declined",
            "self",
            owes=(Owed("invitation_declined", _inviter),),
            stamps="answered_at",
        ),
        Move("revoke", ("sent",), "revoked", "org_admin"),
        Move("expire", ("sent",), "expired", "system"),
    ),
    {
        "sent": "cette invitation attend une réponse",
        "accepted": "cette invitation est déjà acceptée",
        "declined": "cette invitation a été déclinée",
        "revoked": "cette invitation a été annulée",
        "expired": "cette invitation a plus de trente jours",
    },
)


class Invitation(Dated, HasLifecycle, Base):
    """``role``: the one it gives, of ORGANIZATION_ROLES."""

    __tablename__ = "invitation"
    lifecycle = LIFECYCLE
    subject_type = "invitation"

    id: Mapped[int] = mapped_column(primary_key=True)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organization.id"), index=True)
    email: Mapped[str] = mapped_column(String(254), index=True)
    role: Mapped[str] = mapped_column(String(16))
    invited_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    answered_at: Mapped[datetime | None]

    organization: Mapped[Organization] = relationship()
    invited_by: Mapped[User] = relationship()

    @classmethod
    def send(cls, *, organization: Organization, email: str, role: str, by: User) -> Invitation:
        """Invite an address. Raises RuleViolation: too many today, already a member, already invited, no such role."""
        from models.notification import Notification
        from models.user import User

        if role not in ORGANIZATION_ROLES or organization.kind == "metropole":
            raise RuleViolation("Ce rôle n’existe pas pour cette organisation.")
        if (
            organization.status != "verified"
        ):  # its name is in the mail: nobody is written to in a name made up a minute ago
            raise RuleViolation("Seule une organisation vérifiée et ouverte invite des personnes.")
        email = User.normalise(email)
        if any(m.user.email == email for m in organization.memberships if m.status == "active"):
            raise Conflict("Cette personne est déjà membre de l’organisation.")
        if db.session.scalar(cls.waiting(organization).where(cls.email == email)) is not None:
            raise Conflict("Cette adresse est déjà invitée : annulez l’invitation pour en envoyer une autre.")
        if _sent_lately(organization) >= MOST_A_DAY:
            raise RuleViolation("Vous avez envoyé vingt invitations depuis hier. Continuez demain.")
        invitation = cls(organization=organization, email=email, role=role, invited_by=by)
        db.session.add(invitation)
        # The journal says that somebody was invited, to what; the address stays on the row.
        invitation._begin("sent", by=by, organization=organization, role=role)
        event = f"member_invited:{invitation.id}"
        Notification.owe_to_address("member_invited", email, subject=invitation, event=event)
        return invitation

    @classmethod
    def waiting(cls, organization: Organization) -> Select[Invitation]:
        """Those of ``organization`` that wait for an answer, newest first."""
        return (
            select(cls)
            .where(cls.organization_id == organization.id, cls.status == "sent", ~cls._too_old())
            .order_by(cls.id.desc())
        )

    @classmethod
    def waiting_for(cls, user: User) -> list[Invitation]:
        """Those sent to the confirmed address of ``user``, by somebody who may still invite."""
        read_by = user.email if user.confirmed_at is not None else None
        sent = select(cls).where(cls.email == read_by, cls.status == "sent", ~cls._too_old()).order_by(cls.id)
        return [invitation for invitation in db.session.scalars(sent) if invitation.comes_from_administrator]

    @classmethod
    def due_to_expire(cls) -> Select[Invitation]:
        return select(cls).where(cls.status == "sent", cls._too_old()).order_by(cls.id)

    @classmethod
    def _too_old(cls) -> ColumnElement[bool]:
        return cls.created_at <= utc_now() - LASTS

    @property
    def ends_at(self) -> datetime:
        return self.created_at + LASTS

    @property
    def is_over(self) -> bool:
        """Whether nobody may accept it any more for want of time."""
        return self.status == "expired" or (self.status == "sent" and self.ends_at <= utc_now())

    def is_for(self, user: User) -> bool:
        """Whether ``user`` proved to read the mails of the invited address."""
        return user.confirmed_at is not None and user.email == self.email

    @property
    def comes_from_administrator(self) -> bool:
        inviter = self.invited_by.membership_of(self.organization)
        return inviter is not None and inviter.includes("org_admin")

    def accept(self, *, by: User) -> Membership:
        """Become a member with the role of the invitation. Raises RuleViolation for another address, or too late."""
        if not self.is_for(by):
            raise RuleViolation("Cette invitation est pour une autre adresse que celle de votre compte.")
        if self.organization.status not in ("pending", "verified"):
            raise RuleViolation("Cette organisation est suspendue ou fermée.")
        if not self.comes_from_administrator:
            raise RuleViolation(
                "La personne qui vous a invité n’administre plus cette organisation : demandez plutôt à la rejoindre."
            )
        self._move("accept", by=by, organization=self.organization)
        membership = db.session.scalar(
            select(Membership).where(
                Membership.user_id == by.id, Membership.organization_id == self.organization_id
            )
        )
        if membership is None:
            return Membership.found(user=by, organization=self.organization, role=self.role, by=by)
        if membership.status in ("left", "refused"):
            membership = Membership.request(user=by, organization=self.organization)
        if membership.status == "requested":
            membership.accept(by=self.invited_by)
        if membership.includes(self.role):  # joined in between, perhaps with more
            return membership
        membership.change_role(self.role, by=self.invited_by)
        return membership

    def decline(self, *, by: User | None) -> None:
        """``by`` None: whoever reads the mails of the address, without an account."""
        self._move("decline", by=by, organization=self.organization)

    def revoke(self, *, by: User) -> None:
        from models.notification import Notification

        self._move("revoke", by=by, organization=self.organization)
        Notification.drop("member_invited", subject=self)

    def expire(self) -> None:
        self._move("expire", by=None, organization=self.organization)

    # ------------------------------------------------------------------ its link

    @property
    def token(self) -> str:
        """The secret part of its link: whoever holds it reads the mails of the address."""
        return lasting("invitation").dumps([self.id, self.email])

    @classmethod
    def by_token(cls, token: str) -> Invitation | None:
        """The invitation of a link, whatever became of it; None for a false one."""
        try:
            number, email = lasting("invitation").loads(token)
        except (BadData, ValueError, TypeError):
            return None
        invitation = db.session.get(cls, number) if isinstance(number, int) else None
        return invitation if invitation is not None and invitation.email == email else None


def _sent_lately(organization: Organization) -> int:
    query = select(func.count(Invitation.id)).where(
        Invitation.organization_id == organization.id,
        Invitation.created_at > utc_now() - timedelta(days=1),
    )
    return db.session.scalar(query) or 0
