"""Searches that the people of the demonstration keep, and what these have found."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select, update

from models import Alert, AlertFind, Need, NeedChoices, Solution, SolutionChoices, User, db
from models.alert import KINDS
from webapp.demonstration import accounts

#: Who, of what, chosen how, its name, when it writes. Without words: what they would find is found by the worker.
_KEPT = (
    (accounts.COMPANY_CONTRIBUTOR, NeedChoices(theme="circular_waste"), "Propreté et déchets", "daily"),
    (accounts.COMPANY_CONTRIBUTOR, NeedChoices(theme="mobility", commune="Plaine Commune"), "Mobilité à Plaine Commune", "instant"),
    (accounts.CONTRIBUTOR, SolutionChoices(theme="citizen_services"), "Services aux habitants", "weekly"),
)  # fmt: skip
_FOUND = 4


def keep_all() -> None:
    """Last of all: whatever is online by now is no news for anybody."""
    for account, choices, name, rhythm in _KEPT:
        person = db.session.scalars(User.by_email(account.email)).one()
        kind = "needs" if isinstance(choices, NeedChoices) else "solutions"
        alert = Alert.keep(user=person, kind=kind, choices=choices, words="", name=name)
        alert.rhythm = rhythm
        _find(alert, choices)
    for model in (Need, Solution):
        db.session.execute(update(model).values(alerted_at=model.published_at, updated_at=model.updated_at))


def _find(alert: Alert, choices: NeedChoices | SolutionChoices) -> None:
    """The latest that it would have found, told on the day they were published."""
    model: Any = KINDS[alert.kind][0]
    latest = choices.select().order_by(None).order_by(model.published_at.desc()).limit(_FOUND)
    for thing in db.session.scalars(latest).all():
        AlertFind.note(alert, [thing.id], thing.published_at)
    db.session.flush()
    db.session.execute(
        update(AlertFind)
        .where(AlertFind.id.in_(select(AlertFind.id).where(AlertFind.alert_id == alert.id)))
        .values(told_at=AlertFind.found_at)
        .execution_options(synchronize_session=False)
    )
