"""The file of clues of a solution: its company documents what is new, a public body reads it and takes it up."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from models import Attachment, Guidance, Solution, db
from models.clues import weigh
from webapp.acting import acting_for, me, memberships_on
from webapp.permissions import can, loaded
from webapp.procurement.forms import ClueFileForm, as_fields
from webapp.procurement.views import blueprint, my_needs, open_draft
from webapp.saving import saved_or_why


@blueprint.get("/solutions/<int:solution_id>/dossier-innovation")
def clue_file(solution_id: int) -> str:
    """As anybody allowed reads it; it prints as it is."""
    solution = loaded(Solution)
    points, strength = weigh(solution.innovation_clues)
    mine = [m.organization_id for m in memberships_on("demand")]
    return render_template(
        "procurement/clue_file.html",
        solution=solution,
        points=points,
        strength=strength,
        quoted=Attachment.quoted_of(solution),
        needs=my_needs(mine) if can("solution.take_up_clues", solution) else [],
    )


@blueprint.route("/solutions/<int:solution_id>/dossier-innovation/remplir", methods=["GET", "POST"])
def write_clues(solution_id: int) -> Any:
    solution = loaded(Solution)
    form = ClueFileForm(data=as_fields(solution.innovation_clues))
    if form.validate_on_submit() and form.obeys(
        lambda: solution.document_innovation(by=me(), clues=form.clues())
    ):
        db.session.commit()
        flash(
            _("Dossier enregistré. Les collectivités qui lisent votre fiche peuvent le reprendre."), "success"
        )
        return redirect(url_for("procurement.clue_file", solution_id=solution.id), 303)
    return render_template(
        "procurement/write_clues.html", solution=solution, form=form
    ), 422 if form.errors else 200


@blueprint.post("/solutions/<int:solution_id>/dossier-innovation/brouillon")
def autosave_clues(solution_id: int) -> Any:
    """Keep what is typed. Answers with the hour, or with what was not kept and why (422)."""
    solution, form = loaded(Solution), ClueFileForm()
    form.validate()
    kept = dict(solution.innovation_clues)
    for number, level, text in form.pairs():
        sent = [field for field in (level, text) if field.name in request.form and not field.errors]
        kept[str(number)] = kept.get(str(number), {}) | {
            field.name.rpartition("_")[2]: field.data or "" for field in sent
        }
    said_now = {
        number: {part: value for part, value in clue.items() if value} for number, clue in kept.items()
    }
    solution.document_innovation(by=me(), clues={number: clue for number, clue in said_now.items() if clue})
    db.session.commit()
    return saved_or_why(form)


@blueprint.post("/solutions/<int:solution_id>/dossier-innovation/reprendre")
def take_up_clues(solution_id: int) -> Any:
    """« Reprendre ce dossier »: into a guidance of the buyer's own, who then checks and justifies each answer."""
    solution, organization = loaded(Solution), acting_for("demand")
    assert organization is not None, "guarded by solution.take_up_clues"
    asked = request.form.get("need", type=int)
    mine = [m.organization_id for m in memberships_on("demand")]
    need = next((need for need in my_needs(mine) if need.id == asked), None)
    begun = Guidance.begin(
        organization=need.organization if need else organization, by=me(), need=need, inputs={}
    )
    begun.take_up(solution)
    flash(
        _("Le dossier de l’entreprise est repris. Vérifiez chaque réponse : c’est à vous de la justifier."),
        "info",
    )
    return open_draft(begun)
