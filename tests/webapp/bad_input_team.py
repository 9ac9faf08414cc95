"""For each form of the desk: who sends it, about which thing, in which state it may be sent."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import count
from typing import Any

import sqlalchemy as sa

from models import Territory, db
from tests.arrivals import make_campaign, make_import_run
from tests.factories import World
from tests.rankings import make_ranker, make_ranking
from tests.reports import make_report
from tests.webapp.bad_input_case import Case

_numbers = count(1)


def _communes() -> list[str]:
    names = sa.select(Territory.name).where(Territory.kind == "commune").order_by(Territory.name)
    return [name for name in db.session.scalars(names) if name not in ("Bagnolet", "Bondy", "Vanves")]


def team_cases(world: World) -> dict[str, Case]:
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
            made = world.company(f"Entreprise {next(_numbers)}", verified=status != "pending").organization
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
        "reports.create": Case(lambda: None, lambda thing: world.curator),
        "reports.write": replace(
            Case(lambda: make_report(world), lambda report: world.curator),
            right=lambda: {"opinion": "Ce semestre a vu les premières mises en relation."},
        ),
        "reports.autosave": Case(lambda: make_report(world), lambda report: world.curator),
        "reports.discard": Case(lambda: make_report(world), lambda report: world.curator),
        "reports.redo": Case(lambda: make_report(world, "frozen"), lambda report: world.curator),
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
        "curation.assign_help": Case(first_need, lambda need: world.curator),
        "curation.publish_solution": at(world.solution, "in_review"),
        "curation.request_solution_changes": at(world.solution, "in_review"),
        "curation.suspend_solution": at(world.solution, "published"),
        "curation.reinstate_solution": at(world.solution, "suspended"),
        "curation.accept_changes": Case(revised, lambda thing: world.curator),
        "curation.refuse_changes": Case(revised, lambda thing: world.curator),
        "curation.verify": organization("pending"),
        "curation.merge": Case(organization("pending").make, lambda thing: world.admin),
        "curation.set_address": replace(
            organization("pending"), right=lambda: {"contact_email": "contact@exemple.fr"}
        ),
        "curation.imports": Case(lambda: None, lambda thing: world.curator),
        "curation.start_import": Case(
            lambda: make_import_run(world, "previewed"), lambda thing: world.curator
        ),
        "curation.drop_import": Case(
            lambda: make_import_run(world, "previewed"), lambda thing: world.curator
        ),
        "curation.new_campaign": Case(lambda: None, lambda thing: world.curator),
        "curation.start_campaign": Case(lambda: make_campaign(world), lambda thing: world.curator),
        "curation.remind_campaign": Case(lambda: make_campaign(world, "done"), lambda thing: world.curator),
        "curation.stop_campaign": Case(lambda: make_campaign(world), lambda thing: world.curator),
        "curation.suspend": organization("verified"),
        "curation.reinstate": organization("suspended"),
    }
