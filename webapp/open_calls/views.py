"""The public list of calls, and the page of one with what was published in it."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, render_template
from flask_login import current_user
from sqlalchemy.orm import joinedload

from models import Need, OpenCall, Solution, db
from webapp.acting import me
from webapp.links import address_of
from webapp.permissions import loaded
from webapp.search.queries import paginate

blueprint = Blueprint("open_calls", __name__)


@blueprint.record_once
def _offer_to_templates(state: Any) -> None:
    state.app.jinja_env.globals["calls_now"] = calls_now


def calls_now(audience: str | None = None) -> list[OpenCall]:
    """Calls announced or open, the one which ends first before the others; ``audience``: those of one side."""
    calls = db.session.scalars(OpenCall.now())
    return [call for call in calls if audience in (None, call.audience)]


@blueprint.get("/appels")
def index() -> str:
    return render_template(
        "open_calls/index.html", now=calls_now(), page=paginate(OpenCall.past(), per_page=12)
    )


@blueprint.get("/appels/<int:open_call_id>", defaults={"slug": ""})
@blueprint.get("/appels/<int:open_call_id>-<slug>")
def show(open_call_id: int, slug: str) -> Any:
    call = loaded(OpenCall)
    if slug != call.slug:
        return redirect(address_of(call), 301 if call.is_public else 302)
    viewer = me() if current_user.is_authenticated else None
    model: Any = Need if call.audience == "demand" else Solution
    page = paginate(call.entries(viewer).options(joinedload(model.organization)), per_page=12)
    return render_template("open_calls/show.html", call=call, page=page)
