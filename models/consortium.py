"""Several suppliers behind one response: the one who answers invites, each of the others agrees for itself (domain model §6).

A partner is named to the commune once it agreed and the response is sent; it reads what was sent, never the draft, the
secrets or the contact, and changes nothing. It reads no other response, but may answer the need for itself as well.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import ForeignKey, Select, String, UniqueConstraint, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.calendar import today_in_paris
from models.database import Base, Dated, db
from models.errors import NotReady
from models.lifecycle import HasLifecycle, Lifecycle, Move, Owed
from models.need import Need
from models.notification import Notification
from models.organization import Organization
from models.response import Response
from models.text import Sentence

if TYPE_CHECKING:
    from models.user import User

Problems = Iterable[tuple[str, str]]

LEAST_PART, LONGEST_PART = 10, 300
MOST_MEMBERS = 9
REMIND_DAYS = 3
INVITING = ("draft", "submitted", "under_review")


def why_not(response: Response, organization: Organization, part: str) -> Problems:
    """What keeps ``organization`` from being invited; from the deadline on the companies behind a response are the same."""
    yield from _why_not_now(response, organization)
    if organization.id == response.organization_id:
        yield "organization", "C’est votre propre organisation."
    elif organization.id == response.need.organization_id:
        yield "organization", "C’est l’organisation qui a écrit le besoin."
    elif not organization.is_supply:
        yield "organization", "Cette organisation ne répond pas à des besoins."
    if sum(member.status in ("invited", "accepted") for member in response.consortium) >= MOST_MEMBERS:
        yield (
            "organization",
            Sentence("Un groupement compte %(count)s partenaires au plus.", count=MOST_MEMBERS),
        )
    if not LEAST_PART <= len(part.strip()) <= LONGEST_PART:
        yield (
            "part",
            Sentence(
                "Dites ce qu’elle ferait, en %(least)s à %(most)s caractères.",
                least=LEAST_PART,
                most=LONGEST_PART,
            ),
        )


def _why_not_now(response: Response, organization: Organization) -> Problems:
    if not response.need.takes_responses:
        yield (
            "need",
            "L’échéance est passée : le groupement ne change plus, mais chacun peut encore le quitter.",
        )
    elif response.status not in INVITING:
        yield "response", "Cette réponse ne se prépare plus."
    if organization.status != "verified":
        yield "organization", "L’équipe de la Métropole doit d’abord vérifier cette organisation."


def _may_be_invited(member: ConsortiumMember) -> Problems:
    return why_not(member.response, member.organization, member.part)


def _may_join(member: ConsortiumMember) -> Problems:
    return _why_not_now(member.response, member.organization)


def _need_is_open(member: ConsortiumMember) -> Problems:
    if not member.response.need.takes_responses:
        yield (
            "need",
            "L’échéance est passée : le groupement ne change plus, mais chacun peut encore le quitter.",
        )


def invited(member: ConsortiumMember) -> list[User]:
    return member.organization.members()


def leaders(member: ConsortiumMember) -> list[User]:
    return member.response.organization.members()


def buyers(member: ConsortiumMember) -> list[User]:
    """The commune hears of it only where it reads the response: not of a draft, nor under seal."""
    response = member.response
    if not response.is_for_others or response.is_sealed:
        return []
    return [response.need.author, *response.need.organization.validators()]


LIFECYCLE = Lifecycle(
    ("invited", "accepted", "refused", "left", "removed"),
    (
        Move(
            "invite_again",
            ("refused", "left", "removed"),
            "invited",
            "supplier",
            guards=(_may_be_invited,),
            owes=(Owed("consortium_invited", invited),),
        ),
        Move(
            "accept",
            ("invited",),
            "accepted",
            "partner",
            guards=(_may_join,),
            owes=(Owed("consortium_accepted", leaders),),
            stamps="decided_at",
        ),
        Move(
            "refuse",
            ("invited",),
            "refused",
            "partner",
            owes=(Owed("consortium_refused", leaders),),
            stamps="decided_at",
        ),
        Move(
            "leave",
            ("accepted",),
            "left",
            "partner",
            owes=(Owed("consortium_left", leaders), Owed("consortium_changed", buyers)),
            stamps="decided_at",
        ),
        Move(
            "remove",
            ("invited", "accepted"),
            "removed",
            "supplier",
            guards=(_need_is_open,),
            owes=(Owed("consortium_removed", invited),),
        ),
        Move(
            "remind",
            ("invited",),
            None,
            "system",
            owes=(Owed("consortium_invited", invited),),
            stamps="reminded_at",
        ),
    ),
    {
        "invited": "cette organisation n’a pas encore répondu à l’invitation",
        "accepted": "cette organisation fait partie du groupement",
        "refused": "cette organisation a refusé",
        "left": "cette organisation a quitté le groupement",
        "removed": "cette organisation n’est plus invitée",
    },
)


class ConsortiumMember(Dated, HasLifecycle, Base):
    """``organization``: the one invited. ``part``: what it would do, in a sentence that the commune reads."""

    __tablename__ = "consortium_member"
    __table_args__ = (UniqueConstraint("response_id", "organization_id"),)
    lifecycle = LIFECYCLE
    subject_type = "consortium_member"

    id: Mapped[int] = mapped_column(primary_key=True)
    response_id: Mapped[int] = mapped_column(ForeignKey("response.id"))
    organization_id: Mapped[int] = mapped_column(ForeignKey("organization.id"), index=True)
    part: Mapped[str] = mapped_column(String(LONGEST_PART))
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    reminded_at: Mapped[datetime | None]

    response: Mapped[Response] = relationship(back_populates="consortium")
    organization: Mapped[Organization] = relationship()
    decided_by: Mapped[User | None] = relationship()

    @classmethod
    def invite(
        cls, response: Response, *, organization: Organization, part: str, by: User
    ) -> ConsortiumMember:
        """Ask ``organization`` to answer together; again, where it refused, left or was removed. Raises NotReady."""
        known = next((m for m in response.consortium if m.organization_id == organization.id), None)
        if known is not None and known.status in ("invited", "accepted"):
            return known
        problems = list(why_not(response, organization, part))
        if problems:
            raise NotReady(problems)
        if known is not None:
            known.part, known.reminded_at = part.strip(), None
            known._move("invite_again", by=by, organization=response.organization, invited=organization.id)
            return known
        lead = response.organization
        member = cls(response=response, organization=organization, part=part.strip())
        with db.session.no_autoflush:
            db.session.add(member)
            member._begin("invited", by=by, organization=lead, invited=organization.id)
        event = f"consortium_invited:{member.id}"
        Notification.owe("consortium_invited", invited(member), subject=member, event=event)
        return member

    def accept(self, *, by: User) -> None:
        self.decided_by = by
        self._move("accept", by=by, organization=self.organization)

    def refuse(self, *, by: User) -> None:
        self.decided_by = by
        self._move("refuse", by=by, organization=self.organization)

    def leave(self, *, by: User) -> None:
        """At any time, even after the deadline: nobody is held by a response that is not theirs to change."""
        self.decided_by = by
        self._move("leave", by=by, organization=self.organization)

    def remove(self, *, by: User) -> None:
        self._move("remove", by=by, organization=self.response.organization)

    def remind(self) -> None:
        self._move("remind", by=None, organization=self.response.organization)

    @property
    def activity_need_id(self) -> int | None:
        return self.response.activity_need_id

    @classmethod
    def shown_to(cls, organizations: list[int]) -> Select[ConsortiumMember]:
        """What waits for an answer of these organisations while the need is open, and the living responses they are part of."""
        return (
            select(cls)
            .join(Response)
            .join(Need)
            .where(cls.organization_id.in_(organizations))
            .where(
                ((cls.status == "invited") & (Need.status == "published") & Response.status.in_(INVITING))
                | ((cls.status == "accepted") & Response.status.in_((*Response.OPEN, "retained")))
            )
            .order_by(cls.status.desc(), Need.closes_on, cls.id)  # invitations first
        )

    @classmethod
    def due_to_remind(cls) -> Select[ConsortiumMember]:
        """No answer, and the need closes within three days."""
        return (
            select(cls)
            .join(Response)
            .join(Need)
            .where(cls.status == "invited", cls.reminded_at.is_(None), Response.status.in_(INVITING))
            .where(
                Need.status == "published", Need.closes_on <= today_in_paris() + timedelta(days=REMIND_DAYS)
            )
        )
