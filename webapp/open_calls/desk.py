"""What the team does of calls: write, announce, correct, extend, withdraw, archive. They open and close by themselves."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from sqlalchemy import select

from models import OpenCall, db
from webapp.acting import me
from webapp.asking import ask_once
from webapp.open_calls.forms import CallForm, ExtendForm, WithdrawForm, WordsForm
from webapp.open_calls.views import blueprint
from webapp.permissions import loaded
from webapp.search.queries import paginate
from workers.queue import ring

PER_PAGE = 20


@blueprint.get("/curation/appels")
def desk() -> str:
    query = select(OpenCall).where(OpenCall.status != "discarded")
    page = paginate(query.order_by(OpenCall.opens_on.desc(), OpenCall.id.desc()), per_page=PER_PAGE)
    return render_template("open_calls/desk.html", page=page)


@blueprint.route("/curation/appels/nouveau", methods=["GET", "POST"])
def create() -> Any:
    form, made = CallForm(), []
    if form.validate_on_submit() and form.obeys(
        lambda: made.append(OpenCall.draft(by=me(), **form.chosen(*form._fields)))
    ):
        return _after(made[0], _("Brouillon enregistré. Relisez-le, puis annoncez-le."))
    return render_template("open_calls/edit.html", form=form, call=None), 422 if form.errors else 200


@blueprint.get("/curation/appels/<int:open_call_id>")
def manage(open_call_id: int) -> str:
    call = loaded(OpenCall)
    return render_template("open_calls/manage.html", call=call, writers=len(call.writers()))


@blueprint.route("/curation/appels/<int:open_call_id>/modifier", methods=["GET", "POST"])
def edit(open_call_id: int) -> Any:
    call = loaded(OpenCall)
    form = (CallForm if call.status == "draft" else WordsForm)(obj=call)
    if form.validate_on_submit() and form.obeys(lambda: call.write(by=me(), **form.chosen(*form._fields))):
        return _after(call, _("C’est enregistré."))
    return render_template("open_calls/edit.html", form=form, call=call), 422 if form.errors else 200


@blueprint.post("/curation/appels/<int:open_call_id>/annoncer")
def announce(open_call_id: int) -> Any:
    call = loaded(OpenCall)
    call.announce(by=me())
    return _after(call, _("L’appel est annoncé. Il s’ouvre de lui-même le premier jour, à minuit."))


@blueprint.post("/curation/appels/<int:open_call_id>/reprendre")
def take_back(open_call_id: int) -> Any:
    call = loaded(OpenCall)
    call.take_back(by=me())
    return _after(call, _("L’appel est de nouveau un brouillon."))


@blueprint.route("/curation/appels/<int:open_call_id>/prolonger", methods=["GET", "POST"])
def extend(open_call_id: int) -> Any:
    call, form = loaded(OpenCall), ExtendForm()
    if form.validate_on_submit() and form.obeys(lambda: call.extend(by=me(), **form.chosen("closes_on"))):
        return _after(call, _("L’appel est prolongé, chacun l’apprend au même moment."))
    words = {
        "title": _("Prolonger cet appel"),
        "then": _("L’appel reste ouvert jusqu’à 23 h 59 ce jour-là. Un appel ne se raccourcit pas."),
        "button": _("Prolonger l’appel"),
        "back": url_for("open_calls.manage", open_call_id=open_call_id),
    }
    return ask_once(form, call, "extend", name=call.title, **words)


@blueprint.route("/curation/appels/<int:open_call_id>/retirer", methods=["GET", "POST"])
def withdraw(open_call_id: int) -> Any:
    call, form = loaded(OpenCall), WithdrawForm()
    if form.validate_on_submit() and form.obeys(lambda: call.withdraw(by=me(), **form.chosen("reason"))):
        return _after(call, _("L’appel est retiré, sa page dit pourquoi."))
    words = {
        "title": _("Retirer cet appel"),
        "then": _(
            "L’appel se ferme aussitôt et ne rouvre pas. Sa page dit pourquoi ; ce qui y est publié reste en ligne."
        ),
        "button": _("Retirer l’appel"),
        "back": url_for("open_calls.manage", open_call_id=open_call_id),
    }
    return ask_once(form, call, "withdraw", name=call.title, grave=True, **words)


@blueprint.post("/curation/appels/<int:open_call_id>/archiver")
def archive(open_call_id: int) -> Any:
    call = loaded(OpenCall)
    call.archive(by=me())
    return _after(call, _("L’appel est archivé, sa page reste en ligne."))


@blueprint.post("/curation/appels/<int:open_call_id>/supprimer")
def discard(open_call_id: int) -> Any:
    loaded(OpenCall).discard(by=me())
    db.session.commit()
    flash(_("Brouillon supprimé."), "success")
    return redirect(url_for("open_calls.desk"), 303)


def _after(call: OpenCall, sentence: str) -> Any:
    """Keep it, open what begins today at once, tell."""
    ring("keep_calls")
    ring("deliver_notifications")
    db.session.commit()
    flash(sentence, "success")
    return redirect(url_for("open_calls.manage", open_call_id=call.id), 303)
