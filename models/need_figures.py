"""Counts of the needs published in a period: by theme, by place, by where they stand, by how they ended (R023)."""

from __future__ import annotations

from collections import Counter

from sqlalchemy import Select, func, select

from models.database import db
from models.need import Need
from models.organization import Organization
from models.period import Period
from models.response import Response
from models.territory import Territory


def published_in(period: Period) -> Select[Need]:
    """The needs that went online in the period, whatever became of them."""
    return select(Need).where(Need.published_at >= period.begins_at, Need.published_at < period.ends_at)


def by_theme(period: Period) -> dict[str, tuple[int, int]]:
    """Theme → (needs, responses that they received); a need of two themes counts in both."""
    received = (
        select(Response.need_id, func.count())
        .where(Response.status.in_(Response.RECEIVED))
        .group_by(Response.need_id)
    )
    answers: dict[int, int] = dict(db.session.execute(received).all())
    needs: Counter[str] = Counter()
    responses: Counter[str] = Counter()
    for number, themes in db.session.execute(published_in(period).with_only_columns(Need.id, Need.themes)):
        needs.update(themes)
        responses.update(dict.fromkeys(themes, answers.get(number, 0)))
    return {theme: (needs[theme], responses[theme]) for theme in needs}


def by_place(period: Period) -> list[tuple[str, int]]:
    """(commune, EPT or the Métropole, needs), in alphabetical order: it is no ranking."""
    query = (
        published_in(period)
        .join(Organization, Organization.id == Need.organization_id)
        .outerjoin(Territory, Territory.id == Organization.territory_id)
        .with_only_columns(func.coalesce(Territory.name, Organization.display_name), func.count())
        .group_by(func.coalesce(Territory.name, Organization.display_name))
    )
    return sorted((name, count) for name, count in db.session.execute(query))


def by_status(period: Period) -> dict[str, int]:
    """Status of today → needs published in the period."""
    query = published_in(period).with_only_columns(Need.status, func.count()).group_by(Need.status)
    return dict(db.session.execute(query).all())


def by_outcome(period: Period) -> dict[str, int]:
    """How it ended → needs concluded in the period, those of earlier programmes told as references aside."""
    query = (
        select(Need.outcome, func.count())
        .where(Need.concluded_at >= period.begins_at, Need.concluded_at < period.ends_at, Need.source == "")
        .group_by(Need.outcome)
    )
    return {outcome: count for outcome, count in db.session.execute(query) if outcome}
