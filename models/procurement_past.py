"""What a public body did before that a purchase must be seen beside: the same company again, needs that may be one purchase.

Read from what was declared or decided here; purchases made elsewhere and never declared are not known.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from models.calendar import day_in_paris
from models.database import PARIS, db
from models.declared_purchase import DeclaredPurchase
from models.need import Need
from models.organization import Organization
from models.response import Response
from models.text import fold

YEARS_LOOKED_BACK = 3
FEBRUARY = 2
#: Words of a name that say nothing of which company it is.
_LEFT_OUT = {"et", "and", "sa", "sas", "sasu", "sarl", "eurl", "snc", "scop", "scic", "sci"}
#: A need that was given up or thrown away buys nothing.
COUNTED = (
    "draft", "awaiting_validation", "in_review", "changes_requested", "published", "closed", "in_dialogue", "concluded",
)  # fmt: skip
NOTHING_BOUGHT = ("unsuccessful", "no_followup")


def past_with(
    organization: Organization, supplier_name: str, need: Need | None, day: date
) -> list[dict[str, Any]]:
    """What ``organization`` declared with, or retained of, the companies in sight in the 36 months before ``day``, as plain
    values: company, on, what (a kind of declaration, or « retained »). In sight: who is named, and whom it retained or
    shortlisted for ``need``."""
    numbers, name = _in_sight(supplier_name, need), _plain(supplier_name)
    if not numbers and not name:
        return []

    def is_in_sight(number: int | None, company: str) -> bool:
        return number in numbers or (bool(name) and _plain(company) == name)

    since = _years_before(day)
    bought = db.session.scalars(
        DeclaredPurchase.of(organization).where(DeclaredPurchase.bought_on.between(since, day))
    ).all()
    found = [
        {"company": purchase.supplier_name, "on": purchase.bought_on.isoformat(), "what": purchase.kind}
        for purchase in bought
        if (purchase.need_id is None or need is None or purchase.need_id != need.id)
        and is_in_sight(purchase.supplier_id, purchase.supplier_name)
    ]
    declared = {purchase.need_id for purchase in bought if purchase.need_id}
    retained = (
        select(Response)
        .join(Response.need)
        .options(joinedload(Response.organization))
        .where(Need.organization_id == organization.id, Response.status == "retained")
        .where(Response.need_id.not_in(declared))
        .where(Response.answered_at >= datetime.combine(since, time(), tzinfo=PARIS))
    )
    found += [
        {
            "company": r.organization.display_name,
            "on": day_in_paris(r.answered_at).isoformat(),
            "what": "retained",
        }
        for r in db.session.scalars(retained)
        if r.answered_at
        and (need is None or r.need_id != need.id)
        and is_in_sight(r.organization_id, r.organization.display_name)
    ]
    return sorted(found, key=lambda act: str(act["on"]), reverse=True)


def _in_sight(supplier_name: str, need: Need | None) -> set[int]:
    """Numbers of the companies that may be bought from."""
    numbers = set(
        db.session.scalars(
            select(Organization.id).where(
                db.func.fold(Organization.display_name) == fold(supplier_name.strip())
            )
        )
    )
    if need is not None and need.id is not None:
        chosen = select(Response.organization_id).where(
            Response.need_id == need.id, Response.status.in_(("retained", "shortlisted"))
        )
        numbers |= set(db.session.scalars(chosen))
    return numbers


def _plain(name: str) -> str:
    """« Loutre et Lanterne SAS » is « Loutre & Lanterne »: a name is typed as one remembers it."""
    return "".join(word for word in re.findall(r"\w+", fold(name)) if word not in _LEFT_OUT)


def _years_before(day: date) -> date:
    last = 28 if day.month == FEBRUARY else day.day
    return day.replace(year=day.year - YEARS_LOOKED_BACK, day=min(day.day, last))


def adding_up(need: Need, day: date, purchase_kind: str) -> list[tuple[Need, int | None]]:
    """Other needs of the same body, bought in the year of ``day``, that share a theme (and the kind of purchase where it is known),
    each with the amount that its last guidance gave, else its own: buying them apart might be splitting one need."""
    others = db.session.scalars(
        select(Need)
        .where(Need.organization_id == need.organization_id, Need.id != need.id, Need.status.in_(COUNTED))
        .where(or_(Need.outcome.is_(None), Need.outcome.not_in(NOTHING_BOUGHT)))
        .order_by(Need.id)
    )
    alike = [other for other in others if set(other.themes) & set(need.themes)]
    known = _last_inputs(alike)
    found = [(other, known.get(other.id, {})) for other in alike]
    return [
        (other, said.get("own_cents") or other.amount_estimated_cents)
        for other, said in found
        if _year_of(other, said) == day.year
        and said.get("purchase_kind", other.purchase_kind) == purchase_kind
    ]


def _year_of(need: Need, said: dict[str, Any]) -> int:
    """The year in which it is bought: as its last guidance says, else its horizon, else that in which it was published."""
    planned = said.get("launched_on") or need.purchase_horizon
    return int(planned[:4]) if planned else (need.published_at or need.created_at).astimezone(PARIS).year


def _last_inputs(needs: Sequence[Need]) -> dict[int, dict[str, Any]]:
    """Need number → what its last guidance was asked."""
    from models.guidance import Guidance

    made = (
        select(Guidance)
        .where(Guidance.need_id.in_([need.id for need in needs]), Guidance.made_at.is_not(None))
        .order_by(Guidance.made_at)
    )
    return {guidance.need_id: guidance.inputs for guidance in db.session.scalars(made) if guidance.need_id}


def needs_in_words(found: Iterable[tuple[Need, int | None]]) -> list[dict[str, Any]]:
    """As a guidance keeps them."""
    return [{"need_id": need.id, "title": need.title, "cents": cents} for need, cents in found]
