"""What waits for a person, as lines that all look alike: words, where to go, by when."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from flask import url_for
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from models import Membership, Organization, db
from webapp.filters import ago, day, the

SOON_DAYS = 7


@dataclass(frozen=True)
class Task:
    """``note``: since when or until when; ``address`` None: nothing to do but wait."""

    words: str
    address: str | None = None
    note: str = ""
    is_late: bool = False


def my_memberships() -> list[Membership]:
    """Active or waiting, in organisations that still exist; organisations are read in the same query."""
    query = (
        select(Membership)
        .join(Organization)
        .where(
            Membership.user_id == current_user.id,
            Membership.status.in_(("active", "requested")),
            Organization.status != "archived",
        )
        .options(joinedload(Membership.organization).joinedload(Organization.territory))
        .order_by(Membership.id)
    )
    return list(db.session.scalars(query))


def join_requests(memberships: Iterable[Membership]) -> Iterator[Task]:
    """People who ask to join an organisation that I administer."""
    administered = [m.organization_id for m in memberships if m.includes("org_admin") or m.includes("admin")]
    if not administered:
        return
    query = (
        select(Membership)
        .where(Membership.organization_id.in_(administered), Membership.status == "requested")
        .options(joinedload(Membership.user), joinedload(Membership.organization))
        .order_by(Membership.updated_at)
    )
    for request in db.session.scalars(query):
        words = _(
            "%(person)s demande à rejoindre %(name)s",
            person=request.user.name,
            name=the(request.organization),
        )
        yield Task(
            words,
            url_for("organizations.members", organization_id=request.organization_id),
            ago(request.updated_at),
        )


def first_steps(memberships: Sequence[Membership]) -> Iterator[Task]:
    """What an organisation still needs before it may publish or respond."""
    for membership in memberships:
        organization = membership.organization
        name = organization.display_name
        if organization.status == "suspended":
            yield Task(
                _("%(name)s est suspendue : l’équipe de la Métropole vous a écrit pourquoi", name=name),
                is_late=True,
            )
        elif organization.follows_charter and organization.charter_standing.must_sign:
            yield _charter_to_sign(membership)
        elif organization.status == "pending":
            since = (
                _("depuis le %(day)s", day=day(organization.claimed_at)) if organization.claimed_at else ""
            )
            writes = organization.is_demand or organization.is_supply
            words = (
                _(
                    "L’équipe de la Métropole vérifie %(name)s ; vous pouvez déjà préparer un brouillon",
                    name=name,
                )
                if writes
                else _("L’équipe de la Métropole vérifie %(name)s, puis vous écrit", name=name)
            )
            yield Task(words, note=since)


def _charter_to_sign(membership: Membership) -> Task:
    """For who signs, and for who may tell them."""
    organization = membership.organization
    name, standing = organization.display_name, organization.charter_standing
    signs = membership.includes("validator")
    if standing.until is None:
        words = _("Signer la charte pour %(name)s", name=name)
        others = _("Un signataire de %(name)s doit signer la charte", name=name)
        note = _("demandée avant de publier et de répondre")
    else:
        words = _("Signer la nouvelle version de la charte pour %(name)s", name=name)
        others = _("Un signataire de %(name)s doit signer la nouvelle version de la charte", name=name)
        note = (
            _("d’ici le %(day)s", day=day(standing.until))
            if standing.counts
            else _("rien ne se publie avant")
        )
    address = url_for("organizations.charter", organization_id=organization.id)
    return Task(
        words if signs else others, address, note, is_late=not standing.counts and bool(standing.until)
    )
