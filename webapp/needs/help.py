"""Help with the writing: the commune invites who helps, ends it, and ticks off what a reviewer asked."""

from __future__ import annotations

from typing import Any

from flask import redirect, request, url_for
from flask_babel import gettext as _

from models import Need, ReviewPoint, db
from webapp.acting import me
from webapp.needs.decisions import done
from webapp.needs.forms import ORDER
from webapp.needs.views import blueprint
from webapp.permissions import loaded
from webapp.solutions.forms import ORDER as STEPS_OF_SOLUTION


@blueprint.post("/besoins/<int:need_id>/inviter-a-ecrire")
def invite_assistant(need_id: int) -> Any:
    need = loaded(Need)
    need.invite_assistant(by=me())
    return done(need, _("Invitation envoyée : la personne qui vous aide peut écrire dans ce brouillon."))


@blueprint.post("/besoins/<int:need_id>/terminer-l-aide")
def end_help(need_id: int) -> Any:
    need = loaded(Need)
    need.end_help(by=me())
    return done(need, _("C’est noté : seuls les membres de la collectivité écrivent dans ce brouillon."))


@blueprint.post("/points/<int:point_id>/cocher")
def tick_point(point_id: int) -> Any:
    """« C’est fait », or after all not."""
    point = loaded(ReviewPoint)
    point.tick(by=me())
    db.session.commit()
    step = request.form.get("from", "")
    if point.solution_id is not None:
        step = step if step in STEPS_OF_SOLUTION else "review"
        return redirect(
            url_for("solutions.edit", solution_id=point.solution_id, step=step, _anchor="points"), 303
        )
    step = step if step in ORDER else "review"
    return redirect(url_for("needs.edit", need_id=point.need_id, step=step, _anchor="points"), 303)
