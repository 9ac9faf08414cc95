"""Interests that a person may read, and what the form offers."""

from __future__ import annotations

from collections.abc import Sequence

from flask_login import current_user
from sqlalchemy import Select, or_, select
from sqlalchemy.orm import contains_eager, joinedload

from models import Interest, Need, Organization, Solution, User, db
from webapp.acting import acting_for, memberships_on

NEEDS_OFFERED = 50


def buyers_that_may_adopt(solution: Solution) -> list[Organization]:
    """The person's public bodies, the one that offers the solution left out."""
    return [m.organization for m in memberships_on("demand") if m.organization_id != solution.organization_id]


def buyer_of(solution: Solution) -> Organization:
    """The one which the form chose, else the first."""
    candidates, acting = buyers_that_may_adopt(solution), acting_for("demand")
    return acting if acting in candidates else candidates[0]


def needs_to_name(buyer: Organization) -> Sequence[Need]:
    """Published needs of the buyer that are not over: the company can read them."""
    query = (
        select(Need)
        .where(Need.organization_id == buyer.id, Need.status.in_(("published", "closed", "in_dialogue")))
        .order_by(Need.published_at.desc(), Need.id.desc())
        .limit(NEEDS_OFFERED)
    )
    return db.session.scalars(query).all()


def may_commit(user: User, buyer: Organization) -> bool:
    membership = user.membership_of(buyer)
    return bool(membership and membership.includes("validator"))


def my_organizations() -> set[int]:
    return {m.organization_id for m in current_user.active_memberships() if m.includes("contributor")}


def open_demands(solution: Solution) -> Sequence[Interest]:
    """What the person's organisations have asked about it and is not over, the last first."""
    mine = list(my_organizations()) if current_user.is_authenticated else []
    query = Interest.of_buyers(mine).where(
        Interest.solution_id == solution.id, Interest.status.in_(Interest.OPEN)
    )
    return db.session.scalars(query.options(joinedload(Interest.organization))).all()


def my_interests() -> Select[Interest]:
    """Those of the person's organisations on either side: what is alive first, the last first."""
    mine = list(my_organizations())
    return (
        select(Interest)
        .join(Solution, Interest.solution_id == Solution.id)
        .where(or_(Interest.organization_id.in_(mine), Solution.organization_id.in_(mine)))
        .options(
            contains_eager(Interest.solution).joinedload(Solution.organization),
            joinedload(Interest.organization),
        )
        .order_by(Interest.status.not_in(Interest.OPEN), Interest.id.desc())
    )
