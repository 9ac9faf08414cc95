"""The space of those who offer: introductions with their reasons and deadlines, drafts to finish, pages, responses."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from models import ConsortiumMember, Match, Membership, Need, Question, Response, Solution, db
from models.solution_lifecycle import is_complete
from webapp.acting import me
from webapp.filters import The, day
from webapp.links import address_of
from webapp.permissions import can
from webapp.questions.queries import asked_by
from webapp.spaces.tasks import SOON_DAYS, Task

CARDS_SHOWN, ROWS_SHOWN = 6, 12


@dataclass(frozen=True)
class CompanySpace:
    """``introductions``: those that wait for an answer, soonest deadline first."""

    tasks: list[Task]
    introductions: list[Match]
    solutions: list[Solution]
    responses: list[Response]
    questions: list[Question]
    together: list[ConsortiumMember]

    @classmethod
    def of(cls, memberships: Sequence[Membership]) -> CompanySpace | None:
        """None for who offers nothing; a commune has this part once it wrote a solution or a response."""
        mine = [
            m.organization_id for m in memberships if m.organization.is_supply and m.includes("contributor")
        ]
        if not mine:
            return None
        solutions, responses = _solutions_of(mine), _responses_of(mine)
        together = list(db.session.scalars(ConsortiumMember.shown_to(mine).limit(ROWS_SHOWN)))
        if (
            not solutions
            and not responses
            and not together
            and all(m.organization.is_demand for m in memberships if m.organization_id in mine)
        ):
            return None
        return cls(
            tasks=[*_invitations(together), *_responses_to_move(responses), *_solutions_to_move(solutions)],
            introductions=_introductions_of(mine),
            solutions=solutions[:ROWS_SHOWN],
            responses=responses[:ROWS_SHOWN],
            questions=asked_by(mine, ROWS_SHOWN),
            together=[member for member in together if member.status == "accepted"],
        )


def _invitations(together: Sequence[ConsortiumMember]) -> Iterator[Task]:
    """Companies that ask to answer with us."""
    for member in together:
        if member.status == "invited":
            need, lead = member.response.need, member.response.organization
            words = _(
                "%(company)s vous invite à répondre ensemble : %(title)s",
                company=The(lead),
                title=need.title,
            )
            until = _("avant le %(day)s", day=day(need.closes_on))
            yield Task(words, url_for("responses.invitation", consortium_member_id=member.id), until)


def _solutions_of(organizations: Sequence[int]) -> list[Solution]:
    query = select(Solution).where(Solution.organization_id.in_(organizations), Solution.status != "archived")
    return list(db.session.scalars(query.order_by(Solution.updated_at.desc(), Solution.id.desc()).limit(100)))


def _responses_of(organizations: Sequence[int]) -> list[Response]:
    query = (
        select(Response)
        .where(Response.organization_id.in_(organizations), Response.status != "void")
        .options(joinedload(Response.need).joinedload(Need.organization))
        .order_by(Response.updated_at.desc(), Response.id.desc())
        .limit(100)
    )
    return list(db.session.scalars(query))


def _introductions_of(organizations: Sequence[int]) -> list[Match]:
    query = (
        select(Match)
        .join(Solution, Match.solution_id == Solution.id)
        .join(Need, Match.need_id == Need.id)
        .where(
            Solution.organization_id.in_(organizations),
            Match.status == "introduced",
            Need.status == "published",
        )
        .options(joinedload(Match.need).joinedload(Need.organization), joinedload(Match.solution))
        .order_by(Need.closes_on, Match.id)
        .limit(CARDS_SHOWN)
    )
    return list(db.session.scalars(query))


def _responses_to_move(responses: Sequence[Response]) -> Iterator[Task]:
    for response in responses:
        need = response.need
        if response.status == "clarification":
            words = _(
                "%(name)s vous demande une précision : %(title)s",
                name=The(need.organization),
                title=need.title,
            )
            yield Task(
                words,
                address_of(response),
                _("avant le %(day)s", day=day(response.clarification_until)),
                is_late=True,
            )
        elif response.status == "draft" and need.takes_responses and (need.days_left or 0) <= SOON_DAYS:
            left = (
                ngettext("encore un jour", "encore %(num)s jours", need.days_left)
                if need.days_left
                else _("dernier jour")
            )
            words = _("Réponse à finir : %(title)s", title=need.title)
            yield Task(words, url_for("responses.edit", response_id=response.id), left, is_late=True)


def _solutions_to_move(solutions: Sequence[Solution]) -> Iterator[Task]:
    for solution in solutions:
        if _waits_for_its_validator(solution):
            words = _("À relire, puis à envoyer à l’équipe : %(title)s", title=solution.title)
            yield Task(words, url_for("solutions.edit", solution_id=solution.id, step="review"))
        if solution.status == "changes_requested":
            words = _("À modifier, à la demande de l’équipe : %(title)s", title=solution.title)
            yield Task(words, url_for("solutions.edit", solution_id=solution.id))
        elif solution.status == "stale":
            yield Task(
                _("À confirmer, sinon la fiche sera retirée : %(title)s", title=solution.title),
                address_of(solution),
                is_late=True,
            )
        elif solution.status == "published" and solution.stale_warned_at:
            words = _("À confirmer : %(title)s", title=solution.title)
            yield Task(
                words,
                address_of(solution),
                _("avant le %(day)s", day=day(solution.fresh_until)),
                is_late=True,
            )


def _waits_for_its_validator(solution: Solution) -> bool:
    """An agent wrote all of it; nothing shows for a public body before its validator sent it."""
    return (
        solution.is_public_innovation
        and solution.status == "draft"
        and solution.author_id != me().id
        and can("solution.submit", solution)
        and not list(is_complete(solution))
    )


def reason_words(match: Match) -> dict[str, Any] | None:
    """The reason that a person reads fastest: the sentence that answers, else the shared words, else the shared themes."""
    for kind in ("sentences", "terms", "themes"):
        for reason in match.reasons or []:
            if reason.get("kind") == kind:
                return reason
    return None
