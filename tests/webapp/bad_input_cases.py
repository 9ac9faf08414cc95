"""For each form of the application: who sends it, about which thing, in which state it may be sent."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import count
from typing import Any

import sqlalchemy as sa

from models import Membership, SignIn, Territory, User, db
from models.token import make_token
from tests.factories import World
from tests.rankings import make_ranker, make_ranking

_numbers = count(1)


@dataclass(frozen=True)
class Case:
    """``make`` gives a new thing each time; ``person`` who may send the form about it (None: a visitor).

    ``right``: the fields of a view without page of its own, well filled in (others are read from the form of the page).
    """

    make: Callable[[], Any]
    person: Callable[[Any], User | None]
    arguments: Callable[[Any], dict[str, Any]] = lambda thing: {}
    right: Callable[[], dict[str, str]] = dict


def all_cases(world: World) -> dict[str, Case]:
    """Endpoint → its case. What is not here fails a test."""
    return {
        **_accounts(world),
        **_organizations(world),
        **_needs(world),
        **_solutions(world),
        **_responses(world),
        **_curation(world),
    }


def _communes() -> list[str]:
    names = sa.select(Territory.name).where(Territory.kind == "commune").order_by(Territory.name)
    return [name for name in db.session.scalars(names) if name not in ("Bagnolet", "Bondy", "Vanves")]


def _accounts(world: World) -> dict[str, Case]:
    def somebody() -> User:
        return world.user("Quelqu")

    def newcomer() -> User:
        return world.user("Attend", confirmed=False)

    def visitor(thing: Any) -> None:
        return None

    def oneself(user: User) -> User:
        return user

    return {
        **dict.fromkeys(
            ("accounts.sign_in", "accounts.register", "accounts.check_mail", "accounts.forgot"),
            Case(lambda: None, visitor),
        ),
        "accounts.confirm": Case(newcomer, visitor, lambda user: {"token": make_token("confirm", user)}),
        "accounts.reset": Case(somebody, visitor, lambda user: {"token": make_token("reset", user)}),
        **dict.fromkeys(
            (
                "accounts.profile",
                "accounts.change_password",
                "accounts.sign_out",
                "accounts.end_other_sessions",
            ),
            Case(somebody, oneself),
        ),
        "accounts.end_session": Case(
            lambda: SignIn.start(somebody())[0], lambda sign_in: db.session.get(User, sign_in.user_id)
        ),
    }


def _organizations(world: World) -> dict[str, Case]:
    def request() -> Membership:
        return Membership.request(user=world.user("Candidat"), organization=world.bagnolet.organization)

    def company() -> Any:
        return world.company(f"Société {next(_numbers)}").organization

    def administrator(thing: Any) -> User:
        organization = getattr(thing, "organization", thing)
        return next(m.user for m in organization.memberships if m.role == "org_admin")

    decided = Case(request, administrator)
    administered = Case(company, administrator)
    return {
        "organizations.create": Case(lambda: None, lambda thing: world.user("Fonde")),
        "organizations.join": Case(lambda: world.bondy.organization, lambda thing: world.user("Rejoint")),
        "organizations.accept_member": decided,
        "organizations.refuse_member": decided,
        "organizations.change_role": replace(decided, right=lambda: {"role": "validator"}),
        "organizations.leave": decided,
        "organizations.edit": administered,
        "organizations.sign_charter": administered,
        "organizations.archive": administered,
    }


def _needs(world: World) -> dict[str, Case]:
    def at(status: str, person: str, owner: str = "bagnolet", **arguments: Any) -> Case:
        return Case(
            lambda: world.need(getattr(world, owner), status),
            lambda need: getattr(getattr(world, owner), person),
            lambda need: arguments,
        )

    def heard() -> Any:
        need = world.need()
        world.response(need)
        need.close()
        return need

    return {
        "needs.create": Case(
            lambda: None, lambda thing: world.bagnolet.contributor, right=lambda: {"organization_id": "1"}
        ),
        "needs.edit": at("draft", "contributor"),
        "needs.autosave": at("draft", "contributor"),
        "needs.panels": at("draft", "contributor"),
        "needs.submit": at("draft", "contributor"),
        "needs.discard": at("draft", "contributor"),
        "needs.ask_help": at("draft", "contributor"),
        "needs.recall": at("awaiting_validation", "contributor"),
        "needs.resubmit": at("changes_requested", "contributor", "newcomer"),
        "needs.validate": at("awaiting_validation", "validator", "newcomer"),
        "needs.publish": at("awaiting_validation", "validator"),
        "needs.send_back": at("awaiting_validation", "validator"),
        "needs.amend": at("published", "validator"),
        "needs.extend": at("published", "validator"),
        "needs.withdraw": at("published", "validator"),
        "needs.conclude": at("closed", "validator"),
        "needs.open_dialogue": Case(heard, lambda need: world.bagnolet.validator),
    }


def _solutions(world: World) -> dict[str, Case]:
    def at(status: str) -> Case:
        return Case(lambda: world.solution(status=status), lambda solution: world.startup.contributor)

    return {
        "solutions.create": Case(lambda: None, lambda thing: world.startup.contributor),
        "solutions.edit": at("draft"),
        "solutions.autosave": at("draft"),
        "solutions.panels": at("draft"),
        "solutions.submit": at("draft"),
        "solutions.recall": at("in_review"),
        "solutions.resubmit": at("changes_requested"),
        "solutions.revise": at("published"),
        "solutions.confirm": at("published"),
        "solutions.archive": at("published"),
        "matches.decline": Case(
            lambda: world.match(status="introduced"), lambda match: world.startup.contributor
        ),
    }


def _responses(world: World) -> dict[str, Case]:
    def company(status: str) -> Case:
        return Case(lambda: world.response(status=status), lambda response: world.startup.contributor)

    def commune(status: str) -> Case:
        return Case(lambda: world.response(status=status), lambda response: world.bagnolet.validator)

    return {
        "responses.create": Case(
            lambda: world.need(), lambda need: world.startup.contributor, right=lambda: {"match": "1"}
        ),
        "responses.edit": company("draft"),
        "responses.autosave": company("draft"),
        "responses.submit": company("draft"),
        "responses.discard": company("draft"),
        "responses.modify": company("submitted"),
        "responses.withdraw": company("submitted"),
        "responses.resume": company("withdrawn"),
        "responses.clarify": company("clarification"),
        "responses.ask_clarification": commune("under_review"),
        "responses.shortlist": commune("under_review"),
        "responses.decline": commune("under_review"),
        "responses.retain": commune("shortlisted"),
    }


def _curation(world: World) -> dict[str, Case]:
    def at(make: Callable[..., Any], status: str) -> Case:
        return Case(lambda: make(status=status), lambda thing: world.curator)

    communes = iter(_communes())

    def first_need() -> Any:
        return world.need(world.commune(next(communes)), "in_review")

    def revised() -> Any:
        solution = world.solution()
        solution.revise(by=world.startup.contributor, title="Sondes à ultrasons, avec un nouveau titre")
        return solution

    def organization(status: str) -> Case:
        def make() -> Any:
            made = world.company(f"Société {next(_numbers)}", verified=status != "pending").organization
            if status == "suspended":
                made.suspend(by=world.curator, reason="Une vérification est en cours depuis ce matin.")
            return made

        return Case(make, lambda thing: world.curator)

    return {
        "curation.approve": replace(
            at(world.match, "suggested"),
            right=lambda: {"introduction": "Vos deux textes parlent de la même rue."},
        ),
        "curation.dismiss": at(world.match, "suggested"),
        "curation.snooze": replace(at(world.match, "suggested"), right=lambda: {"days": "7"}),
        "curation.undo": at(world.match, "approved"),
        "curation.enter_service": Case(lambda: make_ranker(world), lambda thing: world.curator),
        "curation.retire_ranker": Case(lambda: make_ranker(world), lambda thing: world.curator),
        "curation.replay": Case(lambda: make_ranking(world), lambda thing: world.curator),
        "curation.set_role": Case(
            lambda: None,
            lambda thing: world.admin,
            right=lambda: {"user_id": str(world.user("Promue").id), "role": "curator"},
        ),
        "curation.publish_need": Case(first_need, lambda need: world.curator),
        "curation.request_need_changes": Case(first_need, lambda need: world.curator),
        "curation.offer_help": Case(first_need, lambda need: world.curator),
        "curation.publish_solution": at(world.solution, "in_review"),
        "curation.request_solution_changes": at(world.solution, "in_review"),
        "curation.suspend_solution": at(world.solution, "published"),
        "curation.reinstate_solution": at(world.solution, "suspended"),
        "curation.accept_changes": Case(revised, lambda thing: world.curator),
        "curation.refuse_changes": Case(revised, lambda thing: world.curator),
        "curation.verify": organization("pending"),
        "curation.suspend": organization("verified"),
        "curation.reinstate": organization("suspended"),
    }
