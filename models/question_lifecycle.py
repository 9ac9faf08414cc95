"""The life of a question as data: domain model §8. Asked without a name, answered to everybody at the same moment."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import TYPE_CHECKING

from models import need_audiences
from models.lifecycle import Lifecycle, Move, Owed
from models.text import Sentence
from models.user import User

if TYPE_CHECKING:
    from models.question import Question

TEXT_MIN, TEXT_MAX = 10, 2000
ANSWER_MAX = 4000
#: An answer is public at once; its message waits so long, so that answers given one after the other make one message.
GATHER_FOR = timedelta(minutes=15)
#: Working days after which those who should answer hear of it, once.
REMIND_AFTER = 3

Problems = Iterable[tuple[str, str]]


def is_well_asked(text: str) -> Problems:
    if len(text.strip()) < TEXT_MIN:
        yield "text", Sentence("Posez votre question en %(count)s caractères au moins.", count=TEXT_MIN)
    if len(text) > TEXT_MAX:
        yield (
            "text",
            Sentence("Cette question dépasse %(count)s caractères : raccourcissez-la.", count=TEXT_MAX),
        )


def has_public_words(question: Question) -> Problems:
    if not TEXT_MIN <= len(question.public_text.strip()) <= TEXT_MAX:
        yield (
            "public_text",
            Sentence(
                "Écrivez la question telle que tous la liront, en %(count)s caractères au moins.",
                count=TEXT_MIN,
            ),
        )
    yield from has_answer(question)


def has_answer(question: Question) -> Problems:
    if len(question.answer.strip()) < TEXT_MIN:
        yield "answer", Sentence("Répondez en %(count)s caractères au moins.", count=TEXT_MIN)
    if len(question.answer) > ANSWER_MAX:
        yield (
            "answer",
            Sentence("Cette réponse dépasse %(count)s caractères : raccourcissez-la.", count=ANSWER_MAX),
        )


def nobody_else_asked(question: Question) -> Problems:
    if question.joined:
        yield (
            "answer",
            "D’autres entreprises ont posé la même question : la réponse doit être publique.",
        )


def goes_with_another(question: Question) -> Problems:
    """Into a question of the same need that is answered to all, or still waits; never round in a circle."""
    target = question.merged_into
    if target is None or target.id == question.id or target.need_id != question.need_id:
        yield "into", "Choisissez une autre question de ce besoin."
    elif target.status not in ("asked", "answered_publicly"):
        yield "into", "Cette question n’a pas de réponse publique : choisissez-en une autre."


def owners(question: Question) -> list[User]:
    return need_audiences.owners(question.need)


def everyone_told(question: Question) -> list[User]:
    return need_audiences.everyone_told(question.need)


def askers(question: Question) -> list[User]:
    """The members of every organisation that asked it: its own, and those whose question was joined to it."""
    organizations = {one.organization.id: one.organization for one in (question, *question.joined)}
    return [person for organization in organizations.values() for person in organization.members()]


LIFECYCLE = Lifecycle(
    ("asked", "answered_publicly", "answered_privately", "merged", "rejected", "void"),
    (
        Move(
            "answer_publicly",
            ("asked",),
            "answered_publicly",
            "contributor",
            guards=(has_public_words,),
            owes=(Owed("question_answered", everyone_told, after=GATHER_FOR),),
            stamps="answered_at",
        ),
        Move(
            "answer_privately",
            ("asked",),
            "answered_privately",
            "contributor",
            guards=(has_answer, nobody_else_asked),
            owes=(Owed("question_answered_privately", askers),),
            stamps="answered_at",
            reason_min=20,
        ),
        Move(
            "merge",
            ("asked",),
            "merged",
            "contributor",
            guards=(goes_with_another,),
            owes=(Owed("question_merged", askers),),
            stamps="answered_at",
        ),
        Move(
            "reject",
            ("asked",),
            "rejected",
            "contributor",
            owes=(Owed("question_rejected", askers),),
            stamps="answered_at",
            reason_min=10,
        ),
        Move(
            "remind",
            ("asked",),
            None,
            "system",
            owes=(Owed("question_reminder", owners),),
            stamps="reminded_at",
        ),
        Move("void", ("asked",), "void", "system"),
    ),
    {
        "asked": "cette question attend sa réponse",
        "answered_publicly": "cette question a déjà sa réponse publique",
        "answered_privately": "cette question a déjà sa réponse",
        "merged": "cette question est réunie avec une autre",
        "rejected": "cette question est écartée",
        "void": "le besoin est terminé",
    },
)
