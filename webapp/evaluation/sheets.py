"""One person marks one response: each criterion 0 to 5, saved as it is typed, read by nobody else until the lock."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _

from models import Response, Shortlist, db
from models.evaluation_lifecycle import MARKED_WHILE
from webapp.acting import me
from webapp.evaluation import queries
from webapp.evaluation.forms import SheetForm, sheet_form
from webapp.evaluation.views import blueprint
from webapp.permissions import loaded
from webapp.reading import note_reading
from webapp.saving import saved_or_why
from webapp.written import as_read


@blueprint.route("/reponses/<int:response_id>/notes", methods=["GET", "POST"])
def sheet(response_id: int) -> Any:
    """The response on one side, the marks on the other."""
    response = loaded(Response)
    shortlist = Shortlist.of(response.need)
    refused = _not_now(response, shortlist)
    if refused is not None:
        return refused
    assert shortlist is not None, "else it is not now"
    note_reading(response)
    form = form_of(shortlist, response)
    if form.validate_on_submit() and form.obeys(
        lambda: shortlist.mark(response, by=me(), marks=form.marks())
    ):
        db.session.commit()
        return go_on(shortlist, response)
    written = as_read(response, by_company=False)
    return queries.sheet_page(shortlist, response, form, written), 422 if form.errors else 200


@blueprint.post("/reponses/<int:response_id>/notes/brouillon")
def autosave(response_id: int) -> Any:
    """Keep what is there, finished or not. Answers with the hour, or with what was not kept and why (422)."""
    response = loaded(Response)
    shortlist = Shortlist.of(response.need)
    refused = _not_now(response, shortlist)
    if refused is not None or shortlist is None:
        return _("Cette évaluation ne reçoit plus vos notes."), 422
    form = form_of(shortlist, response)
    form.validate()
    shortlist.mark(response, by=me(), marks=form.marks(request.form))
    db.session.commit()
    return saved_or_why(form)


def form_of(shortlist: Shortlist, response: Response) -> SheetForm:
    return sheet_form(shortlist, response, shortlist.scores_of(me(), response))


def _not_now(response: Response, shortlist: Shortlist | None) -> Any:
    """Where to go instead, with the reason; None while this person may mark this response."""
    need = response.need
    show = url_for("evaluation.show", need_id=need.id)
    if shortlist is None or shortlist.is_locked or need.status not in MARKED_WHILE:
        flash(
            _(
                "Les réponses se notent après l’échéance, une fois les critères fixés et jusqu’au verrouillage."
            ),
            "info",
        )
        return redirect(show, 303)
    declared = shortlist.declaration_of(me())
    if declared is None:
        flash(_("Dites d’abord si un lien vous attache à l’une des entreprises."), "info")
        return redirect(url_for("evaluation.declare", need_id=need.id), 303)
    if declared.conflict:
        flash(_("Vous avez déclaré un lien avec une entreprise : vous ne notez pas."), "info")
        return redirect(show, 303)
    return None


def go_on(shortlist: Shortlist, response: Response) -> Any:
    """To what is left: this sheet while it lacks something, else the next response, else the evaluation."""
    if not shortlist.is_complete(response, me()):
        flash(_("Enregistré. Il manque encore des notes, ou la raison de certaines."), "info")
        return redirect(url_for("evaluation.sheet", response_id=response.id), 303)
    following = queries.next_to_mark(shortlist, response)
    if following is None:
        flash(
            _("Vous avez noté toutes les réponses. Un validateur verrouille quand chacun a fini."), "success"
        )
        return redirect(url_for("evaluation.show", need_id=shortlist.need_id), 303)
    flash(_("Enregistré. Voici la réponse suivante."), "success")
    return redirect(url_for("evaluation.sheet", response_id=following.id), 303)
