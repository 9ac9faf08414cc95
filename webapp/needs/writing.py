"""Writing a need: four short steps that save themselves, and the two panels that follow the text."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from models import Need, ReviewPoint, RuleViolation, db
from models.calendar import today_in_paris
from models.need_columns import PRIVATE, RECOMMENDED_DAYS
from models.wording import advise, text_of, unsaid_in
from webapp.acting import me
from webapp.forms import ACCEPTED
from webapp.languages import said
from webapp.limits import BESIDE, each_account, limiter
from webapp.links import address_of
from webapp.needs import acts, stages
from webapp.needs.forms import ORDER, STEPS, StepForm, step_of
from webapp.needs.views import blueprint
from webapp.permissions import loaded
from webapp.saving import saved_or_why
from webapp.search.beside import beside_need, fragment
from workers.queue import ANSWER_WITHIN

BEING_WRITTEN = ("draft", "changes_requested")
#: Steps with a text that is looked up while one writes.
TEXT_STEPS = ("problem", "outcome")
TEXTS = ("title", "irritant", "expected_outcome")


@blueprint.route("/besoins/<int:need_id>/rediger/<step>", methods=["GET", "POST"])
def edit(need_id: int, step: str) -> Any:
    need = loaded(Need)
    if need.status not in BEING_WRITTEN:
        flash(_("Ce besoin n’est plus un brouillon : voyez ici ce qui est possible."), "info")
        return redirect(address_of(need), 303)
    if step == "review" and request.method == "GET":
        return _review(need)
    form = _form_of(step, need)
    if form.validate_on_submit() and form.obeys(lambda: need.write(by=me(), **form.written())):
        db.session.commit()
        return redirect(_after(need, step), 303)
    return render_template(
        f"needs/edit_{step}.html", form=form, **_frame(need, step)
    ), 422 if form.errors else 200


def _review(need: Need) -> str:
    """All that was written, what is missing, and what one would do well to say."""
    said = {"missing": acts.missing_in(need), "unsaid": unsaid_in(need), "step_of": step_of}
    return render_template("needs/edit_review.html", **_frame(need, "review"), **said)


@blueprint.post("/besoins/<int:need_id>/brouillon")
def autosave(need_id: int) -> Any:
    """Keep what is typed, finished or not. Answers with the hour, or with the first sentence on what was not kept (422)."""
    need = loaded(Need)
    form = _filled(STEPS.get(request.form.get("step", ""), _step_posted()), need)
    form.validate()
    posted = form.posted(request.form)
    need.write(by=me(), **form.written(posted))
    db.session.commit()
    return saved_or_why(form)


@blueprint.post("/besoins/<int:need_id>/apercu")
@limiter.limit(BESIDE, key_func=each_account)
def panels(need_id: int) -> Any:
    """« Qui a déjà ce problème ? », « Ce que l’on trouve aujourd’hui » and themes, for the text as it is being typed."""
    need = loaded(Need)
    advice = advise(" \n".join(request.form.get(name, getattr(need, name)) for name in TEXTS))
    return fragment("needs/_beside.html", beside_need(need, within=ANSWER_WITHIN), advice=advice)


def _form_of(step: str, need: Need) -> StepForm:
    filled = _filled(STEPS.get(step) or abort(404), need)
    if step == "practical" and not filled.is_submitted() and need.closes_on is None:
        filled.closes_on.data = today_in_paris() + timedelta(days=RECOMMENDED_DAYS)
    return filled


def _filled(step: type[StepForm], need: Need) -> StepForm:
    """The form of a step. Who helps to write neither reads nor changes what the commune keeps for itself."""
    form = step(obj=need)
    for name in PRIVATE if need.is_assisted_by(me()) else ():
        if name in form:
            del form[name]
    return form


def _step_posted() -> type[StepForm]:
    """The form of the fields that were sent, for who does not say which step it is."""
    return STEPS.get(
        next((step_of(name) for name in request.form if step_of(name) in STEPS), ""), STEPS["problem"]
    )


def _frame(need: Need, step: str) -> dict[str, Any]:
    """What every step shows around its form."""
    return {
        "need": need,
        "step": step,
        "order": ORDER,
        "beside": beside_need(need) if step in TEXT_STEPS else None,
        "advice": advise(text_of(need)) if step in (*TEXT_STEPS, "review") else [],
        "comment": stages.last_comment(need),
        "points": ReviewPoint.to_do(need),
        "assists": need.is_assisted_by(me()),
        "stages": stages,
        "titles": {
            "problem": _("Le problème"),
            "outcome": _("Ce qui irait mieux"),
            "practical": _("Pratique"),
            "review": _("Relire"),
        },
    }


def _after(need: Need, step: str) -> str:
    if ACCEPTED in request.form:
        return url_for("needs.edit", need_id=need.id, step=step, _anchor="themes")
    if "leave" in request.form:
        flash(
            _("Votre brouillon est enregistré. Vous le retrouverez ici, depuis n’importe quel appareil."),
            "success",
        )
        return address_of(need)
    return url_for("needs.edit", need_id=need.id, step=ORDER[ORDER.index(step) + 1])


def refuse_to_submit(need: Need, error: RuleViolation) -> Any:
    """Back to the page that reads everything again and lists what is missing."""
    db.session.rollback()
    flash(said(error), "error")
    return redirect(url_for("needs.edit", need_id=need.id, step="review"), 303)
