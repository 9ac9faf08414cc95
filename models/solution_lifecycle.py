"""The life of a solution as data: domain model §4."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from models.database import db
from models.lifecycle import Lifecycle, Move, Owed
from models.open_call import is_in_open_call
from models.organization_lifecycle import complain_of_charter, complain_of_standing
from models.solution_facts import problems_of_evidence, problems_of_tiers
from models.user import User

if TYPE_CHECKING:
    from models.solution import Solution

MATURITIES = tuple(f"M{level}" for level in range(1, 10))
Problems = Iterable[tuple[str, str]]


def is_complete(solution: Solution) -> Problems:
    if not 10 <= len(solution.title.strip()) <= 120:
        yield "title", "Donnez un titre de 10 à 120 caractères : ce que fait la solution, plutôt que son nom."
    if not 20 <= len(solution.pitch.strip()) <= 280:
        yield "pitch", "Présentez-la en une phrase de 20 à 280 caractères."
    if not 100 <= len(solution.how_it_works.strip()) <= 4000:
        yield "how_it_works", "Expliquez comment elle fonctionne, en 100 à 4 000 caractères."
    if len(solution.problem_solved) > 4000:
        yield "problem_solved", "Cette partie dépasse 4 000 caractères : gardez l’essentiel."
    if not 1 <= len(solution.themes or []) <= 3:
        yield "themes", "Choisissez de un à trois thèmes."
    if solution.maturity not in MATURITIES:
        yield "maturity", "Dites où en est la solution, de l’idée au produit déployé."
    if (
        solution.price_from_cents
        and solution.price_to_cents
        and solution.price_from_cents > solution.price_to_cents
    ):
        yield "price_to_cents", "Le prix le plus haut doit être au moins égal au plus bas."
    yield from problems_of_evidence(solution.evidence or [])
    yield from problems_of_tiers(solution.price_tiers or [])


def _organization_is_ready(solution: Solution) -> Problems:
    yield from _organization_is_verified(solution)
    yield from complain_of_charter(solution.organization)


def _organization_is_verified(solution: Solution) -> Problems:
    yield from complain_of_standing(solution.organization)


def members(solution: Solution) -> list[User]:
    return solution.organization.members()


def _author(solution: Solution) -> list[User]:
    return [solution.author]


def curators(solution: Solution) -> Iterable[User]:
    return db.session.scalars(User.curators())


def _has_changes(solution: Solution) -> Problems:
    if not solution.proposed_changes:
        yield "title", "Aucune modification n’attend de relecture."


_ALL = ("draft", "in_review", "changes_requested", "published", "stale", "suspended")
LIFECYCLE = Lifecycle(
    (*_ALL, "archived"),
    (
        Move(
            "submit",
            ("draft",),
            "in_review",
            "contributor",
            guards=(is_complete, _organization_is_ready, is_in_open_call),
            owes=(Owed("solution_in_review", curators),),
            stamps="submitted_at",
        ),
        Move("recall", ("in_review",), "draft", "contributor"),
        Move(
            "request_changes",
            ("in_review",),
            "changes_requested",
            "curator",
            owes=(Owed("solution_changes_requested", _author),),
            reason_min=10,
        ),
        Move(
            "resubmit",
            ("changes_requested",),
            "in_review",
            "contributor",
            guards=(is_complete, _organization_is_ready),
            owes=(Owed("solution_in_review", curators),),
            stamps="submitted_at",
        ),
        Move(
            "publish",
            ("in_review",),
            "published",
            "curator",
            guards=(is_complete, _organization_is_ready),
            owes=(Owed("solution_published", members),),
            stamps="published_at",
        ),
        # What is online is kept right without the charter; new words are something new.
        Move(
            "revise",
            ("published", "stale"),
            None,
            "contributor",
            guards=(is_complete, _organization_is_verified),
        ),
        Move(
            "propose_changes",
            ("published", "stale"),
            None,
            "contributor",
            guards=(_organization_is_ready,),
            owes=(Owed("solution_in_review", curators),),
            stamps="changes_proposed_at",
        ),
        Move(
            "accept_changes",
            ("published", "stale"),
            None,
            "curator",
            guards=(_has_changes,),
            owes=(Owed("solution_changes_accepted", _author),),
        ),
        Move(
            "refuse_changes",
            ("published", "stale"),
            None,
            "curator",
            guards=(_has_changes,),
            owes=(Owed("solution_changes_requested", _author),),
            reason_min=10,
        ),
        Move(
            "warn_stale",
            ("published",),
            None,
            "system",
            owes=(Owed("solution_stale", members),),
            stamps="stale_warned_at",
        ),
        Move("go_stale", ("published",), "stale", "system", owes=(Owed("solution_stale", members),)),
        Move("confirm", ("published", "stale"), "published", "contributor"),
        Move(
            "suspend",
            ("published", "stale"),
            "suspended",
            "curator",
            owes=(Owed("solution_suspended", members),),
            reason_min=20,
        ),
        Move(
            "reinstate",
            ("suspended",),
            "published",
            "curator",
            guards=(_organization_is_verified,),
            owes=(Owed("solution_reinstated", members),),
        ),
        # With its organisation, whose members are told once of all.
        Move("suspend_with_organization", ("published", "stale"), "suspended", "curator"),
        Move("reinstate_with_organization", ("suspended",), "published", "curator"),
        Move("archive", _ALL, "archived", "contributor, system"),
    ),
    {
        "draft": "cette solution est encore un brouillon",
        "in_review": "l’équipe de la Métropole relit cette solution",
        "changes_requested": "des changements sont demandés sur cette solution",
        "published": "cette solution est déjà publiée",
        "stale": "cette solution doit d’abord être confirmée",
        "suspended": "cette solution est suspendue",
        "archived": "cette solution est archivée",
    },
)
