"""The life of an evaluation as data: domain model §9."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from models.lifecycle import Lifecycle, Move, Owed
from models.text import Sentence
from models.user import User

if TYPE_CHECKING:
    from models.evaluation import Shortlist

Problems = Iterable[tuple[str, str]]

#: States of the need in which responses are marked: after the deadline, before the end.
MARKED_WHILE = ("closed", "in_dialogue")


def _nobody_marked(shortlist: Shortlist) -> Problems:
    if shortlist.scores():
        yield (
            "criteria",
            "Quelqu’un a déjà noté : les critères ne changent plus, pour que tous notent sur les mêmes.",
        )


def _is_to_be_marked(shortlist: Shortlist) -> Problems:
    if shortlist.need.status not in MARKED_WHILE:
        yield (
            "need",
            "Les réponses se notent après l’échéance : chacun doit avoir eu le même temps pour répondre.",
        )


def _sheets_are_complete(shortlist: Shortlist) -> Problems:
    progress, count = shortlist.progress(), len(shortlist.responses())
    if not count:
        yield "need", "Aucune réponse n’est à noter."
    elif not progress:
        yield "scores", "Personne n’a encore noté."
    unfinished = sum(done < count for done in progress.values())
    if shortlist.leaves_out_unfinished and unfinished < len(progress):
        return
    if count and unfinished == 1:
        yield "scores", "Une personne n’a pas fini de noter toutes les réponses."
    elif count and unfinished:
        yield (
            "scores",
            Sentence("%(count)s personnes n’ont pas fini de noter toutes les réponses.", count=unfinished),
        )


def readers(shortlist: Shortlist) -> list[User]:
    """Who marked, who wrote the need, who decides on it."""
    organization = shortlist.need.organization
    people = [shortlist.need.author, *organization.validators(), *shortlist.scorers()]
    return list({person.id: person for person in people}.values())


LIFECYCLE = Lifecycle(
    ("draft", "locked", "shared"),
    (
        Move("set_criteria", ("draft",), None, "contributor", guards=(_nobody_marked,)),
        Move(
            "lock",
            ("draft",),
            "locked",
            "validator",
            guards=(_is_to_be_marked, _sheets_are_complete),
            owes=(Owed("evaluation_locked", readers),),
            stamps="locked_at",
        ),
        Move("share", ("locked",), "shared", "validator", stamps="shared_at"),
    ),
    {
        "draft": "l’évaluation est en cours",
        "locked": "l’évaluation est verrouillée",
        "shared": "le rapport d’évaluation est au registre",
    },
)
