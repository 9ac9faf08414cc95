"""The life of a response as data: domain model §6."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from models.lifecycle import Lifecycle, Move, Owed
from models.need_audiences import people_behind
from models.organization_lifecycle import complain_of_charter, complain_of_standing
from models.solution_lifecycle import MATURITIES
from models.user import User

if TYPE_CHECKING:
    from models.response import Response

Problems = Iterable[tuple[str, str]]


def is_complete(response: Response) -> Problems:
    if not 20 <= len(response.summary.strip()) <= 1000:
        yield "summary", "Résumez votre réponse en 20 à 1 000 caractères."
    if not 50 <= len(response.answer.strip()) <= 6000:
        yield "answer", "Expliquez votre réponse en 50 à 6 000 caractères."
    if response.maturity is not None and response.maturity not in MATURITIES:
        yield "maturity", "Choisissez une maturité dans la liste."


def _need_takes_responses(response: Response) -> Problems:
    if not response.need.takes_responses:
        yield (
            "need",
            "L’échéance est passée : ce besoin ne reçoit plus de réponses. Votre texte reste dans vos brouillons.",
        )


def _organization_is_verified(response: Response) -> Problems:
    yield from complain_of_standing(response.organization)


def _charter_is_signed(response: Response) -> Problems:
    return complain_of_charter(response.organization)


def _need_is_closed(response: Response) -> Problems:
    if response.need.status not in ("closed", "in_dialogue"):
        yield (
            "need",
            "La présélection se fait après l’échéance : chacun doit avoir eu le même temps pour répondre.",
        )


def _is_readable(response: Response) -> Problems:
    if response.is_sealed:
        yield "need", "Les réponses sont sous pli fermé jusqu’à l’échéance."


def suppliers(response: Response) -> list[User]:
    return response.organization.members()


def owners(response: Response) -> list[User]:
    return [response.need.author, *response.need.organization.validators()]


LIFECYCLE = Lifecycle(
    (
        "draft",
        "submitted",
        "under_review",
        "clarification",
        "shortlisted",
        "retained",
        "not_retained",
        "withdrawn",
        "void",
    ),
    (
        Move(
            "submit",
            ("draft",),
            "submitted",
            "supplier",
            guards=(is_complete, _need_takes_responses, _organization_is_verified, _charter_is_signed),
            owes=(Owed("response_receipt", suppliers),),
            stamps="submitted_at",
        ),
        Move(
            "modify",
            ("submitted", "under_review"),
            "submitted",
            "supplier",
            guards=(is_complete, _need_takes_responses, _organization_is_verified, _charter_is_signed),
            owes=(Owed("response_receipt", suppliers),),
            stamps="modified_at",
        ),
        Move(
            "withdraw",
            ("submitted", "under_review", "clarification", "shortlisted"),
            "withdrawn",
            "supplier",
            owes=(Owed("response_withdrawn", owners),),
            stamps="withdrawn_at",
        ),
        Move("discard", ("draft",), "withdrawn", "supplier"),
        Move("resume", ("withdrawn",), "draft", "supplier", guards=(_need_takes_responses,)),
        Move("read", ("submitted",), "under_review", "owner", guards=(_is_readable,), stamps="read_at"),
        Move(
            "ask_clarification",
            ("under_review",),
            "clarification",
            "owner",
            owes=(Owed("response_clarification", suppliers),),
            reason_min=10,
        ),
        Move(
            "clarify",
            ("clarification",),
            "under_review",
            "supplier",
            owes=(Owed("response_clarified", owners),),
            reason_min=10,
        ),
        Move("stop_waiting", ("clarification",), "under_review", "system"),
        Move(
            "propose_shortlist",
            ("under_review",),
            None,
            "owner",
            guards=(_need_is_closed,),
            stamps="shortlist_proposed_at",
        ),
        Move(
            "shortlist",
            ("under_review",),
            "shortlisted",
            "validator",
            guards=(_need_is_closed,),
            owes=(Owed("response_shortlisted", people_behind),),
        ),
        Move(
            "decline",
            ("under_review", "shortlisted"),
            "not_retained",
            "validator",
            owes=(Owed("response_not_retained", people_behind),),
            stamps="answered_at",
            reason_min=20,
        ),
        Move(
            "retain",
            ("shortlisted",),
            "retained",
            "validator",
            guards=(_need_is_closed,),
            owes=(Owed("response_retained", people_behind),),
            stamps="answered_at",
        ),
        Move(
            "void", ("draft", "submitted", "under_review", "clarification", "shortlisted"), "void", "system"
        ),
    ),
    {
        "draft": "cette réponse est encore un brouillon",
        "submitted": "cette réponse est envoyée et n’a pas encore été lue",
        "under_review": "la collectivité examine cette réponse",
        "clarification": "une précision est attendue de l’entreprise",
        "shortlisted": "cette réponse est présélectionnée",
        "retained": "cette réponse est retenue",
        "not_retained": "cette réponse n’a pas été retenue",
        "withdrawn": "cette réponse a été retirée",
        "void": "le besoin a été retiré",
    },
)
