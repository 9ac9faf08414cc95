"""Who still reads messages about responses that several suppliers give together, and until when they hold."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from models import ConsortiumMember, Need, Notification, Response, User


def belongs(to: User, organizations: Iterable[int]) -> bool:
    """Whether ``to`` is still an active member of one of them."""
    mine = {membership.organization_id for membership in to.active_memberships()}
    return not mine.isdisjoint(organizations)


def answering(response: Response) -> set[int]:
    """The company and its partners."""
    return {response.organization_id, *(partner.id for partner in response.partners)}


def respondent(to: User, need: Need) -> bool:
    """A member of a company whose response was received, or of one of its partners."""
    return belongs(to, set().union(*(answering(response) for response in need.responses)))


def _one_of_them(to: User, response: Response) -> bool:
    return belongs(to, answering(response))


def _lead(to: User, member: ConsortiumMember) -> bool:
    return belongs(to, {member.response.organization_id})


def _buyer(to: User, member: ConsortiumMember) -> bool:
    return belongs(to, {member.response.need.organization_id})


def _may_be_accepted(member: ConsortiumMember, notification: Notification) -> bool:
    return member.may("accept")


READERS_TOGETHER: dict[str, Callable[[User, Any], bool]] = {
    **dict.fromkeys(("response_shortlisted", "response_retained", "response_not_retained"), _one_of_them),
    **dict.fromkeys(("consortium_accepted", "consortium_refused", "consortium_left"), _lead),
    "consortium_changed": _buyer,
}
STILL_TOGETHER: dict[str, Callable[[Any, Notification], bool]] = {
    "consortium_invited": _may_be_accepted,
    "consortium_accepted": lambda member, notification: member.status == "accepted",
    "consortium_removed": lambda member, notification: member.status == "removed",
}
