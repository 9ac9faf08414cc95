"""For which of their organisations a person acts, when they have several."""

from __future__ import annotations

from flask import request, session
from flask_login import current_user

from models import Membership, Need, Organization, User


def me() -> User:
    """The signed-in person itself, for verbs that keep it (Flask-Login gives a stand-in)."""
    return current_user._get_current_object()


def memberships_on(side: str) -> list[Membership]:
    """The person’s memberships that let them speak for an organisation of this side (demand, supply); the roles of the team do not."""
    mine = current_user.active_memberships()
    return [m for m in mine if side in m.organization.sides and m.includes("contributor")]


def acting_for(side: str) -> Organization | None:
    """The organisation chosen in the form (``organization_id``), else the last one chosen, else the first. A commune may
    offer its innovations too, but a company comes first when it is the supply side that is asked."""
    wanted = request.values.get("organization_id", type=int) or session.get("organization_id")
    candidates = sorted(memberships_on(side), key=lambda m: m.organization.sides[0] != side)
    for membership in candidates:
        if membership.organization_id == wanted:
            session["organization_id"] = wanted
            return membership.organization
    return candidates[0].organization if candidates else None


def companies_that_may_answer(need: Need) -> list[Organization]:
    """The person's organisations on the supply side, a commune's own need left out; companies first."""
    organizations = [
        m.organization for m in memberships_on("supply") if m.organization_id != need.organization_id
    ]
    return sorted(organizations, key=lambda organization: organization.sides[0] != "supply")


def company_answering(need: Need) -> Organization | None:
    """The one which the form chose, else the first."""
    candidates = companies_that_may_answer(need)
    chosen = acting_for("supply")
    return chosen if chosen in candidates else (candidates[0] if candidates else None)
