"""Filling the assistant in: one page that saves itself, then an answer that no longer changes."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from models import Guidance, db
from webapp.acting import me
from webapp.permissions import loaded
from webapp.procurement.forms import GuidanceForm, as_fields
from webapp.procurement.views import blueprint
from webapp.saving import saved_or_why


@blueprint.route("/voie-d-achat/<int:guidance_id>/remplir", methods=["GET", "POST"])
def edit(guidance_id: int) -> Any:
    guidance = loaded(Guidance)
    if guidance.made_at is not None:
        flash(_("Cette orientation est enregistrée : reprenez-la pour en faire une autre."), "info")
        return redirect(url_for("procurement.show", guidance_id=guidance.id), 303)
    form = form_of(guidance)
    if form.validate_on_submit():
        guidance.write(**form.inputs())
        db.session.commit()  # what was typed is kept, even when a rule says no below
        if "leave" in request.form:
            return leave()
        if form.obeys(lambda: guidance.compute(by=me())):
            db.session.commit()
            return redirect(url_for("procurement.show", guidance_id=guidance.id), 303)
    return render_template("procurement/edit.html", guidance=guidance, form=form), 422 if form.errors else 200


@blueprint.post("/voie-d-achat/<int:guidance_id>/brouillon")
def autosave(guidance_id: int) -> Any:
    """Keep what is typed, finished or not. Answers with the hour, or with what was not kept and why (422)."""
    guidance = loaded(Guidance)
    form = form_of(guidance)
    form.validate()
    guidance.write(**form.inputs(request.form))
    db.session.commit()
    return saved_or_why(form)


def form_of(guidance: Guidance) -> GuidanceForm:
    said_before = guidance.inputs
    day = said_before["launched_on"]
    return GuidanceForm(
        data=said_before
        | as_fields(said_before["clues"])
        | {"launched_on": date.fromisoformat(day) if day else None}
    )


def leave() -> Any:
    flash(
        _("Votre brouillon est enregistré. Vous le retrouverez ici, depuis n’importe quel appareil."),
        "success",
    )
    return redirect(url_for("procurement.index"), 303)
