"""The evaluation of the responses to a need: where it stands, its criteria, the ties of each person, its end."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from models import Need, Shortlist, db
from models.evaluation import DEFAULT_CRITERIA
from models.evaluation_lifecycle import MARKED_WHILE
from webapp.acting import me
from webapp.asking import ask_once
from webapp.evaluation import queries
from webapp.evaluation.forms import CriteriaForm, DeclarationForm, LockForm, as_rows
from webapp.forms import Form
from webapp.permissions import can, loaded
from workers.queue import ring

blueprint = Blueprint("evaluation", __name__)


@blueprint.get("/besoins/<int:need_id>/evaluation")
def show(need_id: int) -> str:
    """Criteria and what is left to do; once locked, the results, which are the report."""
    need = loaded(Need)
    shortlist = Shortlist.of(need)
    return render_template(
        "evaluation/show.html",
        need=need,
        shortlist=shortlist,
        may_mark=need.status in MARKED_WHILE,
        mine=queries.my_part(shortlist) if shortlist else None,
        found=queries.found(shortlist) if shortlist and shortlist.is_locked else None,
        decides=can("need.decide_evaluation", need),
    )


@blueprint.route("/besoins/<int:need_id>/evaluation/criteres", methods=["GET", "POST"])
def criteria(need_id: int) -> Any:
    need = loaded(Need)
    shortlist = Shortlist.of(need)
    if request.method == "GET" and not queries.takes_criteria(need, shortlist):
        return back(need, _("Les critères ne changent plus."), "info")
    known = [(c.label, c.weight) for c in shortlist.criteria] if shortlist else list(DEFAULT_CRITERIA)
    form = CriteriaForm(data=as_rows(known))
    if form.validate_on_submit() and form.obeys(lambda: _fix(need, shortlist, form.criteria())):
        db.session.commit()
        return back(need, _("Critères enregistrés. Ils ne changeront plus dès la première note."))
    return render_template("evaluation/criteria.html", need=need, form=form), 422 if form.errors else 200


def _fix(need: Need, shortlist: Shortlist | None, chosen: list[tuple[str, int]]) -> None:
    if shortlist is None:
        Shortlist.begin(need, by=me(), criteria=chosen)
    else:
        shortlist.set_criteria(by=me(), criteria=chosen)


@blueprint.route("/besoins/<int:need_id>/evaluation/liens", methods=["GET", "POST"])
def declare(need_id: int) -> Any:
    need = loaded(Need)
    shortlist = Shortlist.of(need)
    if shortlist is None or shortlist.is_locked or need.status not in MARKED_WHILE:
        return back(need, _("Les liens se déclarent après l’échéance, une fois les critères fixés."), "info")
    mine = shortlist.declaration_of(me())
    known = {"conflict": "yes" if mine.conflict else "no", "reason": mine.reason} if mine else {}
    form = DeclarationForm(data=known)
    tie = form.conflict.data == "yes"
    if form.validate_on_submit() and form.obeys(
        lambda: shortlist.declare(by=me(), conflict=tie, reason=form.reason.data or "")
    ):
        return declared(need, tie)
    page = render_template("evaluation/declare.html", need=need, shortlist=shortlist, form=form, mine=mine)
    return page, 422 if form.errors else 200


def declared(need: Need, tie: bool) -> Any:
    db.session.commit()
    if tie:
        return back(need, _("C’est noté : vos collègues évaluent sans vous. Merci de l’avoir dit."))
    return back(need, _("C’est noté. Vous pouvez évaluer les réponses."))


@blueprint.route("/besoins/<int:need_id>/evaluation/verrouiller", methods=["GET", "POST"])
def lock(need_id: int) -> Any:
    need = loaded(Need)
    shortlist = Shortlist.of(need)
    if shortlist is None or shortlist.is_locked:
        return back(need, _("Ce n’est pas possible dans l’état présent de cette évaluation."), "info")
    form = LockForm(shortlist)
    if form.validate_on_submit() and form.obeys(
        lambda: shortlist.lock(by=me(), without_unfinished=form.without_unfinished)
    ):
        ring("deliver_notifications")
        db.session.commit()
        return back(need, _("Évaluation verrouillée. Vos collègues lisent maintenant toutes les notes."))
    then = _(
        "Les notes ne changent plus, et chacun dans votre organisation les lit toutes. Personne au dehors ne les lit."
    )
    return _ask(need, shortlist, form, "lock", _("Verrouiller l’évaluation ?"), then, _("Verrouiller"))


@blueprint.route("/besoins/<int:need_id>/evaluation/verser", methods=["GET", "POST"])
def share(need_id: int) -> Any:
    need, form = loaded(Need), Form()
    shortlist = Shortlist.of(need)
    if shortlist is None or shortlist.status != "locked":
        return back(need, _("Ce n’est pas possible dans l’état présent de cette évaluation."), "info")
    if form.validate_on_submit() and form.obeys(lambda: shortlist.share(by=me())):
        db.session.commit()
        return back(need, _("Le rapport est au registre de sourçage, avec son empreinte."))
    then = _(
        "Le registre du besoin dira que ce rapport existe, depuis quand, et son empreinte. Il est lu par votre organisation."
    )
    return _ask(
        need, shortlist, form, "share", _("Verser le rapport au registre ?"), then, _("Verser au registre")
    )


def _ask(need: Need, shortlist: Shortlist, form: Any, action: str, title: str, then: str, button: str) -> Any:
    words = {"title": title, "then": then, "button": button, "name": need.title, "grave": action == "lock"}
    return ask_once(form, shortlist, action, back=url_for("evaluation.show", need_id=need.id), **words)


def back(need: Need, sentence: str, kind: str = "success") -> Any:
    flash(sentence, kind)
    return redirect(url_for("evaluation.show", need_id=need.id), 303)
