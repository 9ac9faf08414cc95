"""The life of an organisation as data: domain model §1."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from models.database import db
from models.lifecycle import Lifecycle, Move, Owed
from models.user import User

if TYPE_CHECKING:
    from models.organization import Organization

Problems = Iterable[tuple[str, str]]


def members(organization: Organization) -> list[User]:
    return [m.user for m in organization.memberships if m.status == "active"]


def curators(organization: Organization) -> Iterable[User]:
    return db.session.scalars(User.curators())


def _charter_signed(organization: Organization) -> Problems:
    if (
        "supply" in organization.sides
        and "demand" not in organization.sides
        and not organization.has_signed_charter
    ):
        yield "charter", "La charte doit d’abord être signée par un administrateur de l’organisation."


def _nothing_open(organization: Organization) -> Problems:
    from models.need import Need
    from models.response import Response

    needs = db.session.scalar(
        select(func.count(Need.id)).where(Need.organization_id == organization.id, Need.status.in_(Need.OPEN))
    )
    responses = db.session.scalar(
        select(func.count(Response.id)).where(
            Response.organization_id == organization.id, Response.status.in_(Response.OPEN)
        )
    )
    if needs or responses:
        yield (
            "status",
            "Des besoins ou des réponses sont encore en cours : concluez-les ou retirez-les d’abord.",
        )


LIFECYCLE = Lifecycle(
    ("prospect", "pending", "verified", "suspended", "archived"),
    (
        Move(
            "claim",
            ("prospect",),
            "pending",
            "user",
            owes=(Owed("organization_pending", members), Owed("organization_to_verify", curators)),
            stamps="claimed_at",
        ),
        Move(
            "verify",
            ("pending",),
            "verified",
            "curator",
            guards=(_charter_signed,),
            owes=(Owed("organization_verified", members),),
            stamps="verified_at",
        ),
        Move(
            "suspend",
            ("verified",),
            "suspended",
            "curator",
            owes=(Owed("organization_suspended", members),),
            reason_min=20,
        ),
        Move(
            "reinstate",
            ("suspended",),
            "verified",
            "curator",
            owes=(Owed("organization_reinstated", members),),
        ),
        Move(
            "archive",
            ("prospect", "pending", "verified", "suspended"),
            "archived",
            "org_admin, curator",
            guards=(_nothing_open,),
            owes=(Owed("organization_archived", members),),
        ),
        Move("sign_charter", ("pending", "verified"), None, "org_admin", stamps="charter_signed_at"),
    ),
    {
        "prospect": "personne n’a encore rejoint cette organisation",
        "pending": "l’équipe de la Métropole n’a pas encore vérifié cette organisation",
        "verified": "cette organisation est déjà vérifiée",
        "suspended": "cette organisation est suspendue",
        "archived": "cette organisation est archivée",
    },
)
