"""How a person comes to an organisation: find it, claim it when nobody has, ask to join it, create it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_login import current_user
from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from models import Conflict, Membership, Organization, db
from models.text import fold
from webapp.acting import me

SHOWN = 12


def search_to_join(words: str) -> Sequence[Organization]:
    """The organisations whose name, SIRET or SIREN fits ``words``, the shortest names first."""
    query = Organization.named(words).where(Organization.status != "suspended")
    return db.session.scalars(query.options(joinedload(Organization.territory)).limit(SHOWN)).all()


def my_memberships() -> dict[int, Membership]:
    """Organisation number → where I stand there (member or waiting)."""
    return {m.organization_id: m for m in current_user.memberships if m.status in ("active", "requested")}


def join(organization: Organization) -> str:
    """Claim what nobody has claimed, else ask to join. Gives the sentence to show; raises Conflict."""
    # Locked and read again: two first people of a commune may press the button together.
    db.session.refresh(organization, with_for_update=True)
    if organization.status == "prospect":
        organization.claim(by=me())
        if organization.status == "verified":
            return "Bienvenue : vous administrez maintenant cette organisation."
        return "Vous êtes la première personne de cette organisation. L’équipe de la Métropole vérifie, puis vous écrit. Vous pouvez déjà préparer un brouillon."
    membership = Membership.request(user=me(), organization=organization)
    if membership.status == "active":
        return "Bienvenue : votre adresse est celle de cette organisation, vous en êtes membre."
    return "Votre demande est envoyée. Vous recevrez un message dès qu’un administrateur aura répondu."


def create(form: Any) -> Organization:
    """A new organisation from a valid form. Raises NotReady (false SIRET), or Conflict when it exists already."""
    if not form.siret.data.strip() and _have_created(form.name.data):
        raise Conflict("Vous venez de créer cette organisation : retrouvez-la dans « Mon espace ».")
    return Organization.create(
        by=me(),
        territory=form.commune,
        website=form.website.data or "",
        description=form.description.data or "",
        **form.chosen("kind", "name", "siret", "naf", "rna", "size_band", "founded_on"),
    )


def _have_created(name: str) -> bool:
    """Whether I administer one of this name already: a second click must not make a second one."""
    query = (
        select(func.count(Membership.id))
        .join(Organization)
        .where(
            Membership.user_id == current_user.id,
            Membership.role == "org_admin",
            Organization.status != "archived",
            func.fold(Organization.display_name) == fold(name),
        )
    )
    return bool(db.session.scalar(query))
