"""The way to each status through the verbs of the domain: lists of verbs, one after the other, for ``World``."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

from models import Match, Solution, User
from models.calendar import today_in_paris


def need_walk(world: Any, owner: SimpleNamespace, status: str, *, first: bool) -> list[Any]:
    """From a draft to ``status``; ``first``: through the team’s review."""
    submit = [lambda n: n.submit(by=owner.contributor)]
    review = [*submit, lambda n: n.validate(by=owner.validator)]
    publish = (
        [*review, lambda n: n.publish(by=world.curator)]
        if first
        else [*submit, lambda n: n.publish(by=owner.validator)]
    )
    close = [*publish, lambda n: n.close()]
    return {
        "draft": [],
        "awaiting_validation": submit,
        "in_review": review,
        "changes_requested": [
            *review,
            lambda n: n.request_changes(by=world.curator, reason="Précisez le lieu et les horaires."),
        ],
        "published": publish,
        "closed": close,
        "in_dialogue": [
            *publish,
            lambda n: world.response(n, world.startup, "submitted"),
            lambda n: n.close(),
            lambda n: n.open_dialogue(by=owner.validator),
        ],
        "concluded": [
            *close,
            lambda n: n.conclude(
                by=owner.validator, outcome="no_followup", reason="La commune y renonce cette année."
            ),
        ],
        "withdrawn": [
            *publish,
            lambda n: n.withdraw(by=owner.validator, reason="Le projet change de périmètre."),
        ],
        "archived": [
            *publish,
            lambda n: n.withdraw(by=owner.validator, reason="Le projet change de périmètre."),
            lambda n: n.archive(),
        ],
        "discarded": [lambda n: n.discard(by=owner.contributor)],
    }[status]


def solution_walk(world: Any, owner: SimpleNamespace, status: str) -> list[Any]:
    submit = [lambda s: s.submit(by=owner.contributor)]
    publish = [*submit, lambda s: s.publish(by=world.curator)]
    return {
        "draft": [],
        "in_review": submit,
        "published": publish,
        "changes_requested": [
            *submit,
            lambda s: s.request_changes(by=world.curator, reason="Donnez un prix indicatif."),
        ],
        "stale": [*publish, lambda s: s.go_stale()],
        "suspended": [
            *publish,
            lambda s: s.suspend(by=world.curator, reason="Plusieurs communes signalent une panne."),
        ],
        "archived": [*publish, lambda s: s.archive(by=owner.contributor)],
    }[status]


def match_walk(world: Any, match: Match, status: str) -> list[Any]:
    need, solution = match.need, match.solution
    tomorrow = match.suggested_at + timedelta(days=1)
    approve = [lambda m: m.approve(by=world.curator)]
    introduce = [*approve, lambda m: m.introduce()]
    return {
        "suggested": [],
        "approved": approve,
        "introduced": introduce,
        "dismissed": [lambda m: m.dismiss(by=world.curator, reason_code="off_topic")],
        "snoozed": [lambda m: m.snooze(by=world.curator, until=tomorrow)],
        "converted": [
            *introduce,
            lambda m: world.response(need, people_of(solution), "submitted", solution=solution),
        ],
        "declined": [
            *introduce,
            lambda m: m.decline(
                by=people_of(solution).contributor,
                organization=solution.organization,
                reason_code="timing",
            ),
        ],
        "expired": [*introduce, lambda m: m.expire()],
        "void": [lambda m: m.void()],
    }[status]


def people_of(solution: Solution) -> SimpleNamespace:
    """The organisation of ``solution`` with its people by role."""
    people = {m.role: m.user for m in solution.organization.memberships}
    return SimpleNamespace(organization=solution.organization, **people)


def response_walk(owner: SimpleNamespace, validator: User, status: str) -> list[Any]:
    """From a written draft to ``status``; the need is closed on the way where it must be."""
    soon = today_in_paris() + timedelta(days=5)
    submit = [lambda r: r.submit(by=owner.contributor)]
    read = [*submit, lambda r: r.read(by=validator)]
    shortlist = [
        *read,
        lambda r: r.need.close() if r.need.status == "published" else None,
        lambda r: r.shortlist(by=validator),
    ]
    return {
        "draft": [],
        "submitted": submit,
        "under_review": read,
        "shortlisted": shortlist,
        "clarification": [
            *read,
            lambda r: r.ask_clarification(by=validator, question="Quel est le délai de pose ?", until=soon),
        ],
        "retained": [*shortlist, lambda r: r.retain(by=validator)],
        "not_retained": [
            *read,
            lambda r: r.decline(
                by=validator,
                reason_code="does_not_answer",
                reason="Votre réponse ne traite pas du week-end.",
            ),
        ],
        "withdrawn": [*submit, lambda r: r.withdraw(by=owner.contributor)],
        "void": [*submit, lambda r: r.void()],
    }[status]
