"""What the page of an organisation shows of its needs and solutions."""

from __future__ import annotations

from collections.abc import Sequence

from flask_login import current_user
from sqlalchemy.orm import joinedload

from models import Need, Organization, Solution, db

SHOWN = 9


def open_needs(organization: Organization) -> Sequence[Need]:
    """Those that the visitor may read and that take responses, soonest deadline first."""
    viewer = current_user if current_user.is_authenticated else None
    query = Need.public(viewer).where(Need.organization_id == organization.id, Need.status == "published")
    return db.session.scalars(
        query.options(joinedload(Need.organization)).order_by(Need.closes_on, Need.id).limit(SHOWN)
    ).all()


def public_solutions(organization: Organization) -> Sequence[Solution]:
    query = (
        Solution.public()
        .where(Solution.organization_id == organization.id)
        .options(joinedload(Solution.organization))
    )
    return db.session.scalars(query.order_by(Solution.title).limit(SHOWN)).all()
