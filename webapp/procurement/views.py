"""Which way of buying? The list of what was asked, one answer (which prints as it is), and how to begin another."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from models import Guidance, Interest, Need, Threshold, db
from models.calendar import today_in_paris
from models.clues import EVIDENCE, QUESTIONS
from models.procurement import at
from models.procurement_words import CONDITIONS, ENDING, PUBLICITY
from webapp.acting import acting_for, me, memberships_on
from webapp.filters import day, euros
from webapp.permissions import loaded
from webapp.search.queries import paginate

blueprint = Blueprint("procurement", __name__)
NEEDS_OFFERED = 50


@blueprint.get("/voie-d-achat")
def index() -> str:
    mine = [m.organization_id for m in memberships_on("demand")]
    page = paginate(Guidance.of(mine).options(joinedload(Guidance.need), joinedload(Guidance.author)))
    return render_template(
        "procurement/index.html", page=page, needs=my_needs(mine), choices=memberships_on("demand")
    )


def my_needs(organizations: list[int]) -> list[Need]:
    """What one may want to buy for: needs that are neither thrown away nor over, the last changed first."""
    query = (
        select(Need)
        .where(Need.organization_id.in_(organizations), Need.status.in_((*Need.OPEN, "concluded")))
        .order_by(Need.updated_at.desc(), Need.id.desc())
        .limit(NEEDS_OFFERED)
    )
    return list(db.session.scalars(query))


@blueprint.post("/voie-d-achat/nouvelle")
def begin() -> Any:
    """For one of the organisation's needs, or for nothing in particular."""
    organization = acting_for("demand")
    assert organization is not None, "guarded by guide_purchases"
    asked = request.form.get("need", type=int)
    mine = [m.organization_id for m in memberships_on("demand")]
    need = next((need for need in my_needs(mine) if need.id == asked), None)
    return open_draft(
        Guidance.begin(organization=need.organization if need else organization, by=me(), need=need)
    )


@blueprint.post("/besoins/<int:need_id>/voie-d-achat")
def begin_for_need(need_id: int) -> Any:
    need = loaded(Need)
    return open_draft(Guidance.begin(organization=need.organization, by=me(), need=need))


@blueprint.post("/adoptions/<int:interest_id>/voie-d-achat")
def begin_for_interest(interest_id: int) -> Any:
    """A quote is asked: consult several companies, and know how one may buy."""
    return open_draft(Guidance.for_interest(loaded(Interest), by=me()))


@blueprint.post("/voie-d-achat/<int:guidance_id>/reprendre")
def again(guidance_id: int) -> Any:
    """Another guidance that begins with the same inputs; this one stays as it was made."""
    old = loaded(Guidance)
    if old.made_at is None:
        return open_draft(old)
    return open_draft(
        Guidance.begin(organization=old.organization, by=me(), need=old.need, inputs=old.inputs)
    )


def open_draft(guidance: Guidance) -> Any:
    db.session.commit()
    return redirect(url_for("procurement.edit", guidance_id=guidance.id), 303)


@blueprint.get("/voie-d-achat/<int:guidance_id>")
def show(guidance_id: int) -> Any:
    guidance = loaded(Guidance)
    if guidance.made_at is None:
        return redirect(url_for("procurement.edit", guidance_id=guidance.id), 303)
    assert guidance.result is not None, "made"
    return render_template(
        "procurement/show.html",
        guidance=guidance,
        result=guidance.result,
        launched_on=as_day(guidance.inputs["launched_on"]),
        checked_on=as_day(guidance.result["checked_on"]),
        situation=situation_of(guidance.inputs),
    )


def as_day(iso: str | None) -> date | None:
    return date.fromisoformat(iso) if iso else None


def situation_of(inputs: dict[str, Any]) -> list[str]:
    """The boxes that were ticked, in words."""
    boxes = {
        "similar_needs": _("d’autres communes ont un besoin semblable"),
        "ready_solution": _("une solution prête existe"),
        "research_needed": _("il faut de la recherche"),
        "free_test": _("un essai sans paiement vient d’abord"),
    }
    return [words for name, words in boxes.items() if inputs[name]]


@blueprint.context_processor
def words() -> dict[str, Any]:
    """The sentences of the domain, for the pages of this area."""
    return {
        "conditions": CONDITIONS,
        "publicity": PUBLICITY,
        "ending": ENDING,
        "questions": QUESTIONS,
        "evidence": EVIDENCE,
        "as_day": as_day,
    }


@blueprint.app_template_global()
def budget_hint() -> str:
    """What the thresholds of today make of a budget, beside the bands of a need, whose stored edges do not move."""
    if not (current_user and current_user.is_authenticated):
        return ""
    today, rows = today_in_paris(), db.session.scalars(Threshold.listed()).all()
    dispense, european = at(rows, "DISPENSE_FS", today), at(rows, "EU_FS_LOCAL", today)
    if dispense is None or european is None:
        return _(
            "Les seuils d’aujourd’hui ne sont pas dans notre table : demandez à votre service de la commande publique."
        )
    return _(
        "Au %(day)s, pour des fournitures et services : achat direct envisageable sous %(direct)s HT, procédure formalisée à partir de %(formal)s HT.",
        day=day(today), direct=euros(dispense.amount_cents), formal=euros(european.amount_cents),
    )  # fmt: skip
