"""The life of an interest (« J'adopte ») as data: domain model §7. Either side moves it; a company that is silent loses it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import TYPE_CHECKING

from models.database import utc_now
from models.lifecycle import Lifecycle, Move, Owed
from models.user import User

if TYPE_CHECKING:
    from models.interest import Interest

OPEN = ("sent", "acknowledged", "meeting_planned", "met")
#: The company is asked to say that it has read within five working days, and is reminded then and at ten.
ANSWER_WITHIN, REMIND_AGAIN_AFTER = 5, 10
EXPIRE_AFTER = timedelta(days=30)
Problems = Iterable[tuple[str, str]]


def suppliers(interest: Interest) -> list[User]:
    return interest.solution.organization.members()


def buyers(interest: Interest) -> list[User]:
    """Who wrote it; once they have left, those who decide for the commune."""
    here = interest.organization.members()
    return [interest.author] if interest.author in here else interest.organization.validators()


def both_sides(interest: Interest) -> list[User]:
    return [*buyers(interest), *suppliers(interest)]


def _meeting_to_come(interest: Interest) -> Problems:
    if interest.meeting_at is None or interest.meeting_at <= utc_now():
        yield "meeting_on", "Choisissez une date et une heure à venir."


def _meeting_past(interest: Interest) -> Problems:
    if interest.meeting_at is None or interest.meeting_at > utc_now():
        yield "status", "Le rendez-vous n’a pas encore eu lieu : vous le direz après."


def _is_old(interest: Interest) -> Problems:
    if utc_now() - interest.sent_at < EXPIRE_AFTER:
        yield "status", "L’entreprise a encore le temps de répondre."


LIFECYCLE = Lifecycle(
    (*OPEN, "converted", "no_followup", "declined", "expired", "void"),
    (
        Move(
            "acknowledge",
            ("sent",),
            "acknowledged",
            "supplier",
            owes=(Owed("interest_acknowledged", buyers),),
            stamps="acknowledged_at",
        ),
        Move(
            "decline",
            ("sent",),
            "declined",
            "supplier",
            owes=(Owed("interest_declined", buyers),),
            stamps="ended_at",
            reason_min=10,
        ),
        Move("remind", ("sent",), None, "system", owes=(Owed("interest_reminder", suppliers),)),
        Move(
            "expire",
            ("sent",),
            "expired",
            "system",
            guards=(_is_old,),
            owes=(Owed("interest_expired", buyers),),
            stamps="ended_at",
        ),
        Move(
            "plan",
            ("acknowledged", "meeting_planned"),
            "meeting_planned",
            "supplier, contributor",
            guards=(_meeting_to_come,),
            owes=(Owed("interest_meeting", both_sides),),
        ),
        Move("meet", ("meeting_planned",), "met", "contributor", guards=(_meeting_past,), stamps="met_at"),
        Move(
            "convert",
            ("acknowledged", "meeting_planned", "met"),
            "converted",
            "validator",
            owes=(Owed("interest_converted", suppliers),),
            stamps="ended_at",
        ),
        Move(
            "stop",
            OPEN,
            "no_followup",
            "contributor",
            owes=(Owed("interest_stopped", suppliers),),
            stamps="ended_at",
            reason_min=10,
        ),
        Move(
            "void",
            OPEN,
            "void",
            "system",
            owes=(Owed("interest_void", both_sides),),
            stamps="ended_at",
        ),
    ),
    {
        "sent": "l’entreprise n’a pas encore accusé réception",
        "acknowledged": "l’entreprise a déjà accusé réception",
        "meeting_planned": "un rendez-vous est déjà fixé",
        "met": "la rencontre a déjà eu lieu",
        "converted": "la collectivité a déjà dit ce qu’elle en fait",
        "no_followup": "la collectivité n’a pas donné suite",
        "declined": "l’entreprise a décliné",
        "expired": "l’entreprise n’a pas répondu en trente jours",
        "void": "la solution ou l’organisation n’est plus en ligne",
    },
)
