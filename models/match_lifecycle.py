"""The life of a match as data: domain model §5 (a « proposal » there), read as docs/decisions/0003 says."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import TYPE_CHECKING

from models.database import utc_now
from models.lifecycle import Lifecycle, Move, Owed
from models.user import User

if TYPE_CHECKING:
    from models.match import Match

#: Messages of a decision leave after this delay, in which it can be undone (peers: conseillers-entreprises).
UNDO_FOR = timedelta(seconds=60)
Problems = Iterable[tuple[str, str]]


def _both_public(match: Match) -> Problems:
    if match.need.status != "published":
        yield "status", "Ce besoin ne reçoit plus de réponses : la mise en relation n’aurait pas de suite."
    if match.solution.status not in match.solution.PUBLIC:
        yield "status", "Cette solution n’est plus en ligne."


def _can_be_undone(match: Match) -> Problems:
    if match.decided_at is None or utc_now() - match.decided_at > UNDO_FOR:
        yield "status", "La minute est passée : les messages sont partis, la décision ne s’annule plus."


def suppliers(match: Match) -> list[User]:
    return match.solution.organization.members()


def owners(match: Match) -> list[User]:
    return [match.need.author, *match.need.organization.validators()]


def _decider(match: Match) -> list[User]:
    return [match.decided_by] if match.decided_by else []


LIFECYCLE = Lifecycle(
    (
        "suggested",
        "snoozed",
        "approved",
        "dismissed",
        "introduced",
        "converted",
        "declined",
        "expired",
        "void",
    ),
    (
        Move(
            "approve",
            ("suggested", "snoozed"),
            "approved",
            "curator",
            guards=(_both_public,),
            owes=(Owed("match_for_supplier", suppliers, after=UNDO_FOR),),
            stamps="decided_at",
        ),
        Move("dismiss", ("suggested", "snoozed", "approved"), "dismissed", "curator", stamps="decided_at"),
        Move("snooze", ("suggested",), "snoozed", "curator", stamps="decided_at"),
        Move("wake", ("snoozed",), "suggested", "system"),
        Move("undo", ("approved", "dismissed", "snoozed"), "suggested", "curator", guards=(_can_be_undone,)),
        Move("introduce", ("approved",), "introduced", "system", stamps="introduced_at"),
        Move(
            "convert",
            ("suggested", "snoozed", "approved", "introduced"),
            "converted",
            "system",
            stamps="converted_at",
        ),
        Move(
            "decline",
            ("introduced",),
            "declined",
            "supplier, validator",
            owes=(Owed("match_declined", _decider),),
        ),
        Move(
            "remind",
            ("introduced",),
            None,
            "system",
            guards=(_both_public,),
            owes=(Owed("match_reminder", suppliers),),
            stamps="reminded_at",
        ),
        Move("expire", ("introduced",), "expired", "system"),
        Move("void", ("suggested", "snoozed", "approved", "introduced"), "void", "system"),
    ),
    {
        "suggested": "cette proposition attend une décision",
        "snoozed": "cette proposition est reportée",
        "approved": "cette proposition est déjà retenue",
        "dismissed": "cette proposition a été écartée",
        "introduced": "l’entreprise a déjà été prévenue",
        "converted": "l’entreprise a répondu",
        "declined": "cette mise en relation a été déclinée",
        "expired": "cette mise en relation est restée sans réponse",
        "void": "le besoin ou la solution n’est plus en ligne",
    },
)
