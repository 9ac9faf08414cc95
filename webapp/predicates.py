"""Small named sentences about a person and a thing: (user, thing) → bool. permissions.py says which action needs which.

Whether the *thing* may do it now is not asked here but by its verb in models/.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from models import Match, Organization

Predicate = Callable[[Any, Any], bool]


def anyone(user: Any, thing: Any) -> bool:
    return True


def is_signed_in(user: Any, thing: Any) -> bool:
    return bool(user.is_authenticated)


def is_curator(user: Any, thing: Any) -> bool:
    return bool(user.is_authenticated and user.is_curator)


def is_admin(user: Any, thing: Any) -> bool:
    return bool(user.is_authenticated and user.is_admin)


def has_role(role: str) -> Predicate:
    """An active member with ``role`` (or more) of the organisation to which the thing belongs."""

    def belongs(user: Any, thing: Any) -> bool:
        membership = user.is_authenticated and user.membership_of(owner_of(thing))
        return bool(membership and membership.includes(role))

    belongs.__name__ = f"is_{role}_of_owner"
    return belongs


is_contributor, is_validator, is_org_admin = (
    has_role("contributor"),
    has_role("validator"),
    has_role("org_admin"),
)


def speaks_for_solution(user: Any, solution: Any) -> bool:
    """What is published for a public body, or taken off, is its validator's to decide (rule 4); any of its people's, of a company."""
    return (is_validator if solution.is_public_innovation else is_contributor)(user, solution)


def is_publisher(user: Any, need: Any) -> bool:
    """The commune's validator, except while the team reads its first need (R019): the team publishes that one."""
    return need.status != "in_review" and is_validator(user, need)


def is_published(user: Any, thing: Any) -> bool:
    """Anybody reads what is public; a need kept for members, only members of a verified organisation."""
    if not thing.is_public:
        return False
    if not getattr(thing, "visible_to_members_only", False):
        return True
    return user.is_authenticated and any(
        m.organization.status == "verified" for m in user.active_memberships()
    )


def is_known(user: Any, organization: Any) -> bool:
    return organization.status == "verified"


def is_invited(user: Any, invitation: Any) -> bool:
    """Whoever proved to read the mails of the invited address."""
    return bool(user.is_authenticated and invitation.is_for(user))


def has_moved(user: Any, organization: Any) -> bool:
    """Its page only leads to the organisation that took it over."""
    return organization.merged_into_id is not None


def can_be_joined(user: Any, organization: Any) -> bool:
    return bool(user.is_authenticated and organization.status not in ("archived", "suspended"))


def may_offer(user: Any, need: Any) -> bool:
    """A member of an organisation on the supply side, other than the need's own, who may read the need."""
    if not user.is_authenticated or not is_published(user, need):
        return False
    return any(
        m.organization.is_supply and m.organization_id != need.organization_id
        for m in user.active_memberships()
    )


def may_adopt(user: Any, solution: Any) -> bool:
    """A contributor of a public body other than the solution's own, for what is online."""
    if not user.is_authenticated or not is_published(user, solution):
        return False
    return any(
        m.organization.is_demand
        and m.includes("contributor")
        and m.organization_id != solution.organization_id
        for m in user.active_memberships()
    )


def is_supplier_asked(user: Any, thing: Any) -> bool:
    """A contributor of the company whose solution an interest, or a reference, is about."""
    membership = user.is_authenticated and user.membership_of(thing.solution.organization)
    return bool(membership and membership.includes("contributor"))


def may_support(user: Any, need: Any) -> bool:
    """A contributor of another public body than the need's own, who may read the need."""
    if not user.is_authenticated or not is_published(user, need):
        return False
    return any(
        m.organization.is_demand and m.organization_id != need.organization_id and m.includes("contributor")
        for m in user.active_memberships()
    )


def may_change_reviewed(user: Any, point: Any) -> bool:
    """Whoever may write in the need, or the solution, whose review asked for this point."""
    if point.solution is not None:
        return is_contributor(user, point.solution)
    return is_contributor(user, point.need) or is_invited_assistant(user, point.need)


def is_invited_assistant(user: Any, need: Any) -> bool:
    """Somebody of the team, while the commune lets them write in its draft (rule 4: it publishes itself)."""
    return bool(is_curator(user, need) and need.is_assisted_by(user))


def has_demand_side(user: Any, thing: Any) -> bool:
    """A contributor of a public body (the team's own roles write no need)."""
    mine = user.active_memberships() if user.is_authenticated else []
    return any(m.organization.is_demand and m.includes("contributor") for m in mine)


def decides_for_buyer(user: Any, thing: Any) -> bool:
    """A validator of a public body: what it bought is declared in its name."""
    mine = user.active_memberships() if user.is_authenticated else []
    return any(m.organization.is_demand and m.includes("validator") for m in mine)


def is_buyer_reading(user: Any, thing: Any) -> bool:
    """A contributor of a public body, for what is online."""
    return is_published(user, thing) and has_demand_side(user, thing)


def has_supply_side(user: Any, thing: Any) -> bool:
    mine = user.active_memberships() if user.is_authenticated else []
    return any(m.organization.is_supply and m.includes("contributor") for m in mine)


def is_supplier_told(user: Any, match: Any) -> bool:
    """A member of the company, once the introduction has left (a score contacts nobody)."""
    return (
        match.status in Match.TOLD
        and user.is_authenticated
        and bool(user.membership_of(match.solution.organization))
    )


def is_buyer_told(user: Any, match: Any) -> bool:
    """A member of the commune, once the team has retained the pair."""
    retained = match.status in ("approved", *Match.TOLD)
    return retained and user.is_authenticated and bool(user.membership_of(match.need.organization))


def is_validator_of_buyer(user: Any, match: Any) -> bool:
    membership = is_buyer_told(user, match) and user.membership_of(match.need.organization)
    return bool(membership and membership.includes("validator"))


def is_supplier(user: Any, response: Any) -> bool:
    return user.is_authenticated and bool(user.membership_of(response.organization))


def is_reader(user: Any, response: Any) -> bool:
    """A member of the commune, for a response it received (a draft belongs to the company alone)."""
    return (
        response.is_for_others
        and user.is_authenticated
        and bool(user.membership_of(response.need.organization))
    )


def is_partner(user: Any, response: Any) -> bool:
    """A member of an organisation that agreed to answer with the company: it reads what was sent, and nothing before."""
    return (
        user.is_authenticated
        and response.sent is not None
        and any(user.membership_of(partner) for partner in response.partners)
    )


def leads(user: Any, member: Any) -> bool:
    """A member of the company that invites the others."""
    return is_supplier(user, member.response)


def is_decider(user: Any, response: Any) -> bool:
    membership = is_reader(user, response) and user.membership_of(response.need.organization)
    return bool(membership and membership.includes("validator"))


def marks_for_commune(user: Any, response: Any) -> bool:
    """A contributor of the commune, for a response it received; neither the team nor suppliers ever mark."""
    membership = is_reader(user, response) and user.membership_of(response.need.organization)
    return bool(membership and membership.includes("contributor"))


def is_team_reading(user: Any, response: Any) -> bool:
    """The team follows what comes of introductions; sealed contents stay sealed for it too (the page hides them)."""
    return is_curator(user, response) and response.is_for_others


def is_curator_in_view(user: Any, thing: Any) -> bool:
    """The team sees a need or solution once it left the organisation's hands, or where its help was asked."""
    hidden = thing.status in ("draft", "awaiting_validation", "discarded")
    return is_curator(user, thing) and (not hidden or getattr(thing, "assistance_asked_at", None) is not None)


def answers_for_commune(user: Any, question: Any) -> bool:
    """A contributor of the commune whose need it is about; of who asked it, they read nothing."""
    membership = user.is_authenticated and user.membership_of(question.need.organization)
    return bool(membership and membership.includes("contributor"))


def may_follow(user: Any, thing: Any) -> bool:
    """Whoever is signed in, what they may read because it is public."""
    readable = is_known if isinstance(thing, Organization) else is_published
    return user.is_authenticated and readable(user, thing)


def may_come(user: Any, event: Any) -> bool:
    """Whoever is signed in and of the side to which an announced event speaks."""
    return bool(user.is_authenticated and is_published(user, event) and event.is_for(user))


def may_leave(user: Any, event: Any) -> bool:
    """Whoever is signed in, for what is announced: who has no place gives none back."""
    return bool(user.is_authenticated and is_published(user, event))


def has_place(user: Any, event: Any) -> bool:
    """Whoever comes to an event: they read its link, which its file for the calendar holds."""
    return bool(user.is_authenticated and event.has_place(user))


def is_own(user: Any, thing: Any) -> bool:
    return user.is_authenticated and thing.user_id == user.id


def is_admin_of_same(user: Any, membership: Any) -> bool:
    """An administrator of the same organisation; in the Métropole's, where the team is named, of the platform."""
    mine = user.is_authenticated and user.membership_of(membership.organization)
    return bool(
        mine and mine.includes("admin" if membership.organization.kind == "metropole" else "org_admin")
    )


def is_team_without_admin(user: Any, membership: Any) -> bool:
    """The team decides on join requests where an organisation has no administrator left."""
    return is_curator(user, membership) and not membership.organization.administrators()


def owner_of(thing: Any) -> Organization | None:
    return thing if isinstance(thing, Organization) else getattr(thing, "organization", None)
