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
    if organization.follows_charter and not organization.has_signed_charter:
        yield "charter", "La charte doit d’abord être signée par un signataire de l’organisation."


def _charter_is_to_sign(organization: Organization) -> Problems:
    if not organization.charter_standing.must_sign:
        yield "charter", "La charte en vigueur est déjà signée."


def complain_of_standing(organization: Organization) -> Problems:
    """What stops an organisation that is not verified, or no longer, from saying anything new to others."""
    if organization.status == "suspended":
        yield (
            "organization",
            "Votre organisation est suspendue : écrivez à l’équipe de la Métropole. Votre texte est gardé.",
        )
    elif organization.status != "verified":
        yield "organization", "L’équipe de la Métropole doit d’abord vérifier votre organisation."


def complain_of_charter(organization: Organization) -> Problems:
    """What stops an organisation that offers from publishing and submitting (model §14); what is online stays online."""
    if not organization.follows_charter:
        return
    standing = organization.charter_standing
    if standing.state == "never":
        yield "charter", "Un signataire de votre organisation doit d’abord signer la charte."
    elif standing.state == "blocked":
        yield (
            "charter",
            "La charte a changé : un signataire de votre organisation doit d’abord signer la nouvelle version. Votre texte est gardé.",
        )


def _nothing_open(organization: Organization) -> Problems:
    from models.interest import Interest
    from models.match import Match
    from models.need import Need
    from models.response import Response
    from models.solution import Solution

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
    introduced = db.session.scalar(
        select(func.count(Match.id))
        .join(Solution, Match.solution_id == Solution.id)
        .where(Solution.organization_id == organization.id, Match.status == "introduced")
    )
    if introduced:
        yield "status", "Des mises en relation attendent votre réponse : répondez-y ou déclinez-les d’abord."
    if db.session.scalar(Interest.open_about(organization=organization).limit(1)) is not None:
        yield "status", "Des demandes « J’adopte » sont en cours : répondez-y ou arrêtez-les d’abord."


def is_waited_for(organization: Organization) -> bool:
    """Whether somebody waits for its people: something is open, or a page is online that others may answer to."""
    from models.solution import Solution

    online = Solution.public().where(Solution.organization_id == organization.id).limit(1)
    return any(_nothing_open(organization)) or db.session.scalar(online) is not None


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
        Move("merge", ("prospect", "pending", "verified"), "archived", "admin", reason_min=20),
        Move("sign_charter", ("pending", "verified"), None, "validator", guards=(_charter_is_to_sign,)),
    ),
    {
        "prospect": "personne n’a encore rejoint cette organisation",
        "pending": "l’équipe de la Métropole n’a pas encore vérifié cette organisation",
        "verified": "cette organisation est déjà vérifiée",
        "suspended": "cette organisation est suspendue",
        "archived": "cette organisation est archivée",
    },
)
