"""What a need becomes: its versions, opened again, taken up again as a draft, what came of it three months later."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from models import Need, db
from webapp.acting import me
from webapp.needs import stages
from webapp.needs.decisions import ask, done, too_late
from webapp.needs.forms import FeedbackForm, ReopenForm
from webapp.needs.views import blueprint
from webapp.permissions import loaded


@blueprint.get("/besoins/<int:need_id>/versions/<int:number>")
def version(need_id: int, number: int) -> str:
    """One version as it was published, whole."""
    need = loaded(Need)
    kept = next((one for one in need.published_versions if one.number == number), None) or abort(404)
    return render_template("needs/version.html", need=need, version=kept, stages=stages)


@blueprint.route("/besoins/<int:need_id>/rouvrir", methods=["GET", "POST"])
def reopen(need_id: int) -> Any:
    need, form = loaded(Need), ReopenForm()
    if form.validate_on_submit() and form.obeys(
        lambda: need.reopen(by=me(), **form.chosen("closes_on", "reason"))
    ):
        return done(
            need,
            _("Besoin rouvert. Toutes les personnes concernées sont prévenues au même moment."),
            "propose_matches",
        )
    return ask(need, form, "reopen", _("Rouvrir ce besoin"), _("Rouvrir le besoin"))


@blueprint.post("/besoins/<int:need_id>/reprendre-comme-brouillon")
def copy(need_id: int) -> Any:
    """The same words in a new draft."""
    copied = loaded(Need).copy(by=me())
    db.session.commit()
    flash(
        _("Voici un nouveau brouillon avec les mêmes mots. Relisez-les, puis choisissez dates et montants."),
        "success",
    )
    return redirect(url_for("needs.edit", need_id=copied.id, step="problem"), 303)


@blueprint.route("/besoins/<int:need_id>/ce-qu-il-en-reste", methods=["GET", "POST"])
def give_feedback(need_id: int) -> Any:
    """The answer to the question asked three months after the conclusion."""
    need = loaded(Need)
    form = FeedbackForm(text=need.feedback)
    if form.validate_on_submit() and form.obeys(lambda: need.give_feedback(by=me(), text=form.text.data)):
        return done(need, _("Merci. Votre retour paraît sous le besoin."))
    if request.method == "GET" and not need.may("give_feedback"):
        return too_late(need)
    return render_template("needs/feedback.html", need=need, form=form), 422 if form.errors else 200
