"""For whom one acts, when one belongs to several organisations: chosen once, seen on every page, changed on « Mon espace »."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, request, session, url_for
from flask_babel import gettext as _
from flask_login import current_user

from models import Organization
from webapp.filters import the
from webapp.spaces.area import blueprint


@blueprint.post("/mon-espace/agir-pour")
def act_for() -> Any:
    wanted = request.form.get("organization_id", type=int)
    membership = next((m for m in current_user.active_memberships() if m.organization_id == wanted), None)
    if membership is None:
        abort(404)
    session["organization_id"] = wanted
    flash(_("Vous agissez maintenant pour %(name)s.", name=the(membership.organization)), "success")
    return redirect(url_for("spaces.home"), 303)


def acting_as() -> Organization | None:
    """The organisation in whose name forms begin; None for who has one or none, and need not be told."""
    mine = current_user.active_memberships() if current_user.is_authenticated else []
    if len(mine) < 2:
        return None
    chosen = (m.organization for m in mine if m.organization_id == session.get("organization_id"))
    return next(chosen, mine[0].organization)


@blueprint.app_context_processor
def acting() -> dict[str, Any]:
    return {"acting_as": acting_as}
