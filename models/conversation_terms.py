"""What may be talked about, between whom, from when on. A new kind of context is a line of ``TERMS``."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from models.database import db
from models.errors import RuleViolation
from models.organization import Organization
from models.user import User

if TYPE_CHECKING:
    from models.conversation import Conversation
    from models.interest import Interest
    from models.match import Match
    from models.need import Need
    from models.response import Response


@dataclass(frozen=True)
class Terms:
    """``kind``, ``number``: what a conversation is kept under. ``too_early``: why there is none yet, empty when there may be."""

    kind: str
    number: int
    demand: Organization
    counterpart: Organization
    need: Need | None
    subject: str
    with_team: bool = False
    too_early: str = ""


def _response(response: Response) -> Terms:
    """Once it was sent, and can be read: either side may begin."""
    too_early = ""
    if response.sent is None or response.status == "draft":
        too_early = "Cette réponse n’est pas encore envoyée."
    elif response.is_sealed:
        too_early = "Les réponses sont sous pli fermé : vous pourrez vous écrire après l’échéance."
    need = response.need
    return Terms(
        "response",
        response.id,
        need.organization,
        response.organization,
        need,
        need.title,
        too_early=too_early,
    )


def _match(match: Match) -> Terms:
    """About the need, once it was introduced to the company: the commune begins (a company asks a public question)."""
    need, company = match.need, match.solution.organization
    too_early = (
        ""
        if match.status in match.TOLD
        else "Cette entreprise n’est pas encore prévenue de la mise en relation."
    )
    return Terms("need", need.id, need.organization, company, need, need.title, too_early=too_early)


def _need(need: Need) -> Terms:
    """Help with the writing: the commune and the person of the team who took the request."""
    metropole = db.session.scalars(select(Organization).where(Organization.kind == "metropole")).one()
    too_early = (
        "" if need.assistant_id else "Une personne de l’équipe va d’abord prendre votre demande d’aide."
    )
    if need.assistance_asked_at is None:
        too_early = "Demandez d’abord l’aide de l’équipe."
    return Terms(
        "help", need.id, need.organization, metropole, need, need.title, with_team=True, too_early=too_early
    )


def _interest(interest: Interest) -> Terms:
    """Once the company has acknowledged it: either side may begin."""
    too_early = (
        ""
        if interest.acknowledged_at
        else "L’entreprise n’a pas encore répondu à votre intérêt : vous pourrez vous écrire ensuite."
    )
    company = interest.solution.organization
    return Terms(
        "interest", interest.id, interest.organization, company, interest.need, interest.solution.title, too_early=too_early
    )  # fmt: skip


TERMS: dict[str, Callable[[Any], Terms]] = {
    "response": _response,
    "match": _match,
    "need": _need,
    "interest": _interest,
}


def terms_of(context: Any) -> Terms:
    """The terms of a conversation about ``context`` (its ``subject_type`` is a key of TERMS)."""
    return TERMS[context.subject_type](context)


def refuse_unless_ripe(context: Any) -> None:
    """Raises RuleViolation with the reason why nobody may begin yet."""
    too_early = terms_of(context).too_early
    if too_early:
        raise RuleViolation(too_early)


def people_of(conversation: Conversation, side: Organization) -> list[User]:
    """Who of ``side`` is told of a message: a company’s members; of a commune, who writes and decides, and who wrote here;
    of the team, who helps and who wrote here."""
    wrote = [message.author for message in conversation.messages if message.side_id == side.id]
    if side.id == conversation.counterpart_id and not conversation.team_takes_part:
        return side.members()
    need = conversation.need
    if side.id == conversation.demand_id:
        chosen = [*_first_author(conversation), *side.validators(), *wrote]
    else:
        helps = [need.assistant] if need and need.assistant else []
        chosen = [*helps, *wrote] or list(db.session.scalars(User.curators()))
    return _once(person for person in chosen if conversation.side_of(person) is not None)


def _first_author(conversation: Conversation) -> list[User]:
    """Of the need, or of the interest that it is about."""
    from models.interest import Interest

    if conversation.context_type == "interest":
        interest = db.session.get(Interest, conversation.context_id)
        return [interest.author] if interest else []
    return [conversation.need.author] if conversation.need else []


def _once(people: Iterable[User]) -> list[User]:
    return list({person.id: person for person in people}.values())
