"""What the page of an organisation shows of its needs and solutions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_login import current_user
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from models import Need, Organization, Solution, db
from webapp.references.adopters import adopted_by, adopted_from, declared_by

SHOWN = 9


def on_display(organization: Organization) -> dict[str, Any]:
    """What its page says to everybody: never a person, an address, a draft. ``served``: public bodies that stand behind its
    solutions; ``declared``: those that it names alone."""
    solutions = public_solutions(organization)
    return {
        "needs": open_needs(organization),
        "solutions": solutions,
        "gathered": merged_into(organization),
        "adoptions": adopted_by(organization) if organization.is_demand else [],
        "served": adopted_from(organization) if solutions else [],
        "declared": declared_by(organization) if solutions else [],
    }


def open_needs(organization: Organization) -> Sequence[Need]:
    """Those that the visitor may read and that take responses, soonest deadline first."""
    viewer = current_user if current_user.is_authenticated else None
    query = Need.public(viewer).where(Need.organization_id == organization.id, Need.status == "published")
    return db.session.scalars(
        query.options(joinedload(Need.organization)).order_by(Need.closes_on, Need.id).limit(SHOWN)
    ).all()


def merged_into(organization: Organization) -> Sequence[Organization]:
    """The organisations that became part of it, the latest first."""
    query = select(Organization).where(Organization.merged_into_id == organization.id)
    return db.session.scalars(query.order_by(Organization.merged_on.desc(), Organization.id)).all()


def public_solutions(organization: Organization) -> Sequence[Solution]:
    query = (
        Solution.public()
        .where(Solution.organization_id == organization.id)
        .options(joinedload(Solution.organization))
    )
    return db.session.scalars(query.order_by(Solution.title).limit(SHOWN)).all()
