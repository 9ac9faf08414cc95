"""Three indicators of the community, over a period (R215 to R217; domain model §14):

K2 visits and uses, K3 participants in events, K4 projects born here. K1, members: models/official_members.py; what the
meetings bring: models/meetings.py.

Figures only: no name, no amount, nothing that a company or a commune keeps for itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, literal, select, union_all

from models.alert import Alert
from models.calendar import day_in_paris
from models.database import db
from models.declared_purchase import DeclaredPurchase
from models.event import Event
from models.guidance import Guidance
from models.interest import Interest
from models.need import Need
from models.period import Period
from models.question import Question
from models.registration import Registration
from models.response import Response
from models.solution import Solution

#: How a need may end that makes a project of it, and the same said of an interest or of a declared purchase.
PROJECT_OF_OUTCOME = {
    "experiment": "experiment",
    "direct_purchase": "purchase",
    "consultation_launched": "consultation",
    "group": "group",
    "funding_dossier": "funding",
}
PROJECT_OF_CONVERSION = {"experiment": "experiment", "purchase": "purchase", "group": "group"}
PROJECT_OF_PURCHASE = {
    "experiment": "experiment",
    "direct_purchase": "purchase",
    "consultation": "consultation",
}
PROJECTS = ("experiment", "purchase", "consultation", "group", "funding")


# ------------------------------------------------------------------ K2


#: What people do here → the instant that says so. Visits themselves: models/visit_count.py.
USES: dict[str, Any] = {
    "needs": Need.published_at,
    "solutions": Solution.published_at,
    "responses": Response.submitted_at,
    "interests": Interest.sent_at,
    "questions": Question.created_at,
    "alerts": Alert.created_at,
    "guidances": Guidance.made_at,
}


def uses(period: Period) -> dict[str, int]:
    """K2 (R215): how often each function served in the period."""
    counts = (
        select(literal(name), func.count()).where(instant >= period.begins_at, instant < period.ends_at)
        for name, instant in USES.items()
    )
    return dict(db.session.execute(union_all(*counts)).all())


# ------------------------------------------------------------------ K3


def participants(period: Period) -> list[date]:
    """K3 (R216): the day of the event, once for each person who came to it."""
    query = Registration.attended_between(period.first, period.last).with_only_columns(Event.starts_at)
    return [day_in_paris(starts_at) for starts_at in db.session.scalars(query)]


def events_held(period: Period) -> int:
    """How many events took place in the period."""
    held = select(func.count(Event.id)).where(
        Event.status == "past", Event.starts_at >= period.begins_at, Event.starts_at < period.ends_at
    )
    return db.session.scalar(held) or 0


# ------------------------------------------------------------------ K4


@dataclass(frozen=True)
class Project:
    """``kind``: one of PROJECTS; ``on``: the day in Paris when its buyer said so."""

    kind: str
    on: date


def projects(period: Period) -> list[Project]:
    """K4 (R217): what buyers declared that began here. Each counts once, on the first day that somebody said it: a need that
    is concluded, an interest that comes to something, a purchase declared for a need of the platform.

    Projects of earlier programmes, told here as references, were not born here (``Need.source``).
    """
    first: dict[tuple[str, int], Project] = {}
    for key, project in _declared():
        if key not in first or project.on < first[key].on:
            first[key] = project
    return [project for project in first.values() if period.first <= project.on <= period.last]


def _declared() -> Iterator[tuple[tuple[str, int], Project]]:
    """(what it is about, project) for each thing that was said; one need, or one interest without need, is one project."""
    concluded = select(Need.id, Need.outcome, Need.concluded_at).where(
        Need.outcome.in_(list(PROJECT_OF_OUTCOME)), Need.concluded_at.is_not(None), Need.source == ""
    )
    rows: Iterable[Any] = db.session.execute(concluded)
    for number, outcome, at in rows:
        yield ("need", number), Project(PROJECT_OF_OUTCOME[outcome], day_in_paris(at))
    converted = select(Interest.id, Interest.need_id, Interest.conversion, Interest.ended_at).where(
        Interest.conversion.in_(list(PROJECT_OF_CONVERSION)), Interest.status == "converted"
    )
    rows = db.session.execute(converted)
    for number, need, conversion, at in rows:
        key = ("need", need) if need else ("interest", number)
        yield key, Project(PROJECT_OF_CONVERSION[conversion], day_in_paris(at))
    bought = DeclaredPurchase.standing().where(DeclaredPurchase.need_id.is_not(None)).order_by(None)
    columns = (DeclaredPurchase.need_id, DeclaredPurchase.kind, DeclaredPurchase.bought_on)
    rows = db.session.execute(bought.with_only_columns(*columns))
    for need, kind, bought_on in rows:
        yield ("need", need), Project(PROJECT_OF_PURCHASE[kind], bought_on)
