"""The sourcing register of a need (domain model §15): what the journal tells of it, for the commune and for the team.

What is not named here is not told. An act may be a line for both, and its words for one only: each line says what it may show.
A line that may not say who or what stays a line, with its seal: nothing is missing, and nobody is given away.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from models.activity import Activity
from models.attachment import Attachment
from models.consortium import ConsortiumMember
from models.conversation import Conversation
from models.database import Base, db
from models.declared_purchase import DeclaredPurchase
from models.evaluation import Shortlist
from models.guidance import Guidance
from models.interest import Interest
from models.match import Match
from models.need import Need
from models.need_support import NeedSupport
from models.organization import Organization
from models.question import Question
from models.response import Response

#: The acts that are lines, by kind. No proposal of the matcher that the team did not retain, no draft of a company, no reminder.
TOLD: dict[str, tuple[str, ...]] = {
    "need": (
        "create", "rewrite", "submit", "validate", "send_back", "request_changes", "resubmit", "publish", "amend", "extend", "reopen",
        "close", "open_dialogue", "withdraw", "conclude", "give_feedback", "archive", "alert", "hand_over",
    ),
    "match": ("introduce", "decline"),
    "question": ("create", "answer_publicly", "answer_privately", "merge", "reject", "void"),
    "interest": ("create", "acknowledge", "decline", "plan", "meet", "stop", "convert", "expire", "void"),
    "conversation": ("open", "write"),
    "attachment": ("accept", "remove"),
    "response": (
        "submit", "modify", "withdraw", "read", "ask_clarification", "clarify", "shortlist", "decline", "retain", "void",
    ),
    "consortium_member": ("accept", "leave", "remove"),
    "shortlist": ("create", "set_criteria", "lock", "share"),
    "need_support": ("support", "leave"),
    "guidance": ("guide",),
    "declared_purchase": ("declare",),
}  # fmt: skip
#: What an act may show of its details, by kind; reasons, criteria and names of files are for the commune alone.
_FACTS = {
    "need": ("version", "outcome", "count", "sole_validator"),
    "question": ("number",),
    "response": ("version", "sha256"),
    "attachment": ("sha256",),
    "shortlist": ("sha256",),
    "conversation": ("documents",),
}
_FACTS_OF_COMMUNE = {
    "need": ("reason",),
    "question": ("reason",),
    "interest": ("wish", "reason", "conversion"),
    "response": ("reason_code",),
    "shortlist": ("criteria",),
    "declared_purchase": ("kind",),
}
_KINDS: tuple[type[Base], ...] = (
    Attachment, ConsortiumMember, Conversation, DeclaredPurchase, Guidance, Interest, Match, NeedSupport, Question, Response,
    Shortlist,
)  # fmt: skip


@dataclass(frozen=True)
class Line:
    """One act of the register. ``organizations``: who is concerned; ``facts``: what may be told of its details."""

    activity: Activity
    is_masked: bool = False
    organizations: tuple[str, ...] = ()
    facts: dict[str, Any] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return f"{self.activity.subject_type}.{self.activity.action}"


def register_of(need: Need, *, for_commune: bool) -> list[Line]:
    """The lines of ``need``, oldest first, as its commune reads them, or the team."""
    query = (
        select(Activity)
        .where(Activity.need_id == need.id)
        .order_by(Activity.id)
        .options(joinedload(Activity.actor), joinedload(Activity.organization))
    )
    acts = [act for act in db.session.scalars(query) if act.action in TOLD.get(act.subject_type, ())]
    things = _things_of(acts) | {("need", need.id): need}
    return list(_lines(need, acts, things, for_commune))


def _things_of(acts: Sequence[Activity]) -> dict[tuple[str, int], Any]:
    """What the acts are about, read once for each kind."""
    found: dict[tuple[str, int], Any] = {}
    for model in _KINDS:
        kind: Any = model
        numbers = {act.subject_id for act in acts if act.subject_type == kind.subject_type}
        if numbers:
            for thing in db.session.scalars(select(kind).where(kind.id.in_(numbers))):
                found[kind.subject_type, thing.id] = thing
    return found


def _lines(need: Need, acts: Sequence[Activity], things: dict[Any, Any], for_commune: bool) -> Iterator[Line]:
    for act in acts:
        thing = things.get((act.subject_type, act.subject_id))
        if thing is None or not _concerns(need, act, thing, for_commune):
            continue
        if _is_masked(act, thing, for_commune):
            yield Line(act, is_masked=True)
            continue
        yield Line(
            act,
            organizations=_organizations(act, thing),
            facts=_facts(act, thing, for_commune),
        )


def _concerns(need: Need, act: Activity, thing: Any, for_commune: bool) -> bool:
    """Whether this reader is told that it happened at all."""
    match act.subject_type:
        case "guidance" | "declared_purchase":
            return for_commune and thing.organization_id == need.organization_id
        case "interest":
            return bool(thing.organization_id == need.organization_id)
        case "conversation":
            return bool(thing.team_takes_part or thing.demand_id == need.organization_id)
        case "attachment":
            return _may_be_opened(need, thing, for_commune)
        case "response":
            return act.action != "void" or thing.sent is not None
        case "consortium_member":
            return _was_named(thing)
    return True


def _may_be_opened(need: Need, attachment: Attachment, for_commune: bool) -> bool:
    """Documents of the need, and those of responses that may be read. Those of a conversation stay between its parties."""
    if attachment.owner_type == "response":
        return is_open(attachment.owner)
    return attachment.owner_type == "need" and (for_commune or need.published_at is not None)


def _was_named(partner: ConsortiumMember) -> bool:
    """A partner is named to the commune once it agreed and the response, which it may read, is sent; not one that was gone by then."""
    response = partner.response
    if not is_open(response) or partner.decided_at is None:
        return False
    return partner.status == "accepted" or partner.updated_at >= response.versions[0].submitted_at


def is_open(response: Response | None) -> bool:
    """Whether the commune may know whose it is."""
    return response is not None and response.is_for_others and not response.is_sealed


def _is_masked(act: Activity, thing: Any, for_commune: bool) -> bool:
    if act.subject_type == "response":
        return not is_open(thing)
    if act.subject_type in ("interest", "conversation") and not for_commune:
        return not getattr(thing, "team_takes_part", False)
    return act.is_anonymous


def _organizations(act: Activity, thing: Any) -> tuple[str, ...]:
    match act.subject_type:
        case "match":
            return (thing.solution.organization.display_name,)
        case "interest":
            return (thing.organization.display_name, thing.solution.organization.display_name)
        case "conversation":
            return (thing.demand.display_name, thing.counterpart.display_name)
        case "consortium_member":
            return (thing.organization.display_name, thing.response.organization.display_name)
        case "response" | "need_support":
            return (thing.organization.display_name,)
        case "attachment":
            return (thing.owner.organization.display_name,)
    if act.action == "alert":
        numbers = act.details.get("organizations", [])
        names = db.session.scalars(select(Organization).where(Organization.id.in_(numbers)))
        return tuple(sorted(organization.display_name for organization in names))
    return (act.organization.display_name,) if act.organization is not None else ()


def _facts(act: Activity, thing: Any, for_commune: bool) -> dict[str, Any]:
    names = _FACTS.get(act.subject_type, ()) + (
        _FACTS_OF_COMMUNE.get(act.subject_type, ()) if for_commune else ()
    )
    facts = {name: act.details[name] for name in names if act.details.get(name)}
    if act.subject_type == "need" and "closes_on" in act.details.get("changed", {}):
        facts["closes_on"] = act.details["changed"]["closes_on"][1]
    return facts | _facts_of_commune(act, thing) if for_commune else facts


def _facts_of_commune(act: Activity, thing: Any) -> dict[str, Any]:
    facts: dict[str, Any] = {}
    if act.subject_type == "attachment":
        facts["file"] = thing.name
    if act.subject_type == "response" and act.action == "decline" and act.details.get("reason"):
        facts["reason"] = act.details["reason"]
    if act.subject_type == "conversation" and act.action == "open":
        facts["subject"] = thing.subject
    if act.subject_type == "shortlist" and act.action == "share":
        facts["marks"] = [(one.response.organization.display_name, one.total) for one in thing.results()]
    return facts
