"""The references of a solution, as its company declares them and as the commune that is named answers."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _

from models import Reference, Solution, db
from webapp.acting import me
from webapp.asking import ask_once
from webapp.permissions import can, loaded
from webapp.references.forms import ContestForm, ReferenceForm
from workers.queue import ring

blueprint = Blueprint("references", __name__)


@blueprint.route("/solutions/<int:solution_id>/references", methods=["GET", "POST"])
def index(solution_id: int) -> Any:
    """The company's list, and the form that adds one."""
    solution, form = loaded(Solution), ReferenceForm()
    if form.validate_on_submit() and form.obeys(
        lambda: Reference.declare(solution=solution, by=me(), **form.chosen(*form._fields))
    ):
        return _settle(
            _back(solution),
            _("Référence déclarée. Si la collectivité est inscrite ici, elle reçoit un message."),
        )
    references = db.session.scalars(Reference.of(solution)).all()
    page = {"form": form, "solution": solution, "references": references}
    return render_template("references/index.html", **page), 422 if form.errors else 200


@blueprint.get("/references/<int:reference_id>")
def show(reference_id: int) -> str:
    reference = loaded(Reference)
    decides = reference.organization is not None and can("reference.decide", reference)
    return render_template("references/show.html", reference=reference, decides=decides)


@blueprint.post("/references/<int:reference_id>/confirmer")
def confirm(reference_id: int) -> Any:
    reference = loaded(Reference)
    reference.confirm(by=me())
    return _settle(_page(reference), _("Merci. La fiche dit désormais : confirmé par votre organisation."))


@blueprint.route("/references/<int:reference_id>/contester", methods=["GET", "POST"])
def contest(reference_id: int) -> Any:
    reference, form = loaded(Reference), ContestForm()
    if form.validate_on_submit() and form.obeys(lambda: reference.contest(by=me(), **form.chosen("reason"))):
        return _settle(
            _page(reference),
            _("La référence n’est plus sur la fiche. L’entreprise et l’équipe lisent pourquoi."),
        )
    return ask_once(
        form, reference, "contest", name=reference.title, title=_("Contester cette référence"),
        then=_("Elle quitte la fiche aussitôt. L’entreprise et l’équipe de la Métropole lisent votre raison."),
        button=_("Contester"), back=_page(reference),
    )  # fmt: skip


@blueprint.post("/references/<int:reference_id>/retirer")
def withdraw(reference_id: int) -> Any:
    reference = loaded(Reference)
    reference.withdraw(by=me())
    return _settle(_back(reference.solution), _("Référence retirée de la fiche."))


def _page(reference: Reference) -> str:
    return url_for("references.show", reference_id=reference.id)


def _back(solution: Solution) -> str:
    return url_for("references.index", solution_id=solution.id)


def _settle(address: str, sentence: str) -> Any:
    ring("deliver_notifications")
    db.session.commit()
    flash(sentence, "success")
    return redirect(address, 303)
