"""The company answers: begin, write, read again, send, change, take back."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from models import Need, Response, db
from models.database import utc_now
from webapp.acting import company_answering, me
from webapp.asking import ask_once
from webapp.filters import moment
from webapp.permissions import loaded
from webapp.predicates import is_decider, is_reader, is_supplier
from webapp.reading import note_reading
from webapp.responses import queries
from webapp.responses.forms import AskOnceForm, ClarifyForm, ResponseForm
from workers.queue import ring

blueprint = Blueprint("responses", __name__)


@blueprint.post("/besoins/<int:need_id>/repondre")
def create(need_id: int) -> Any:
    """Begin, or find again what was begun."""
    need = loaded(Need)
    company = company_answering(need)
    assert company is not None, "guarded by need.respond"
    begun = Response.of_company(need, company)
    if begun is None:
        solution = queries.solution_of_match(need, company, request.values.get("match", type=int))
        begun = Response.draft(need=need, organization=company, by=me(), solution=solution)
        db.session.commit()
    page = "responses.edit" if begun.status == "draft" else "responses.show"
    return redirect(url_for(page, response_id=begun.id), 303)


@blueprint.route("/reponses/<int:response_id>/rediger", methods=["GET", "POST"])
def edit(response_id: int) -> Any:
    response = loaded(Response)
    if response.status != "draft":
        return redirect(url_for("responses.show", response_id=response.id), 303)
    form = ResponseForm(response)
    if form.validate_on_submit() and form.obeys(lambda: response.write(**form.written())):
        db.session.commit()
        return redirect(url_for("responses.show", response_id=response.id), 303)
    return render_template("responses/edit.html", form=form, response=response), 422 if form.errors else 200


@blueprint.post("/reponses/<int:response_id>/brouillon")
def autosave(response_id: int) -> Any:
    """Keep what is typed. Answers with the hour, or with the first sentence on what was not kept (422)."""
    response = loaded(Response)
    form = ResponseForm(response)
    form.validate()
    posted = {name for name in form._fields if name in request.form}
    response.write(**form.written(posted))
    db.session.commit()
    refused = next((form[name] for name in posted if form[name].errors), None)
    if refused is not None:
        return _(
            "Pas enregistré : « %(field)s ». %(why)s", field=refused.label.text, why=_(refused.errors[0])
        ), 422
    return _("Enregistré le %(moment)s", moment=moment(utc_now()))


@blueprint.get("/reponses/<int:response_id>")
def show(response_id: int) -> str:
    """The same address for the two sides; each sees what is theirs to do."""
    response = loaded(Response)
    note_reading(response)
    me_ = me()
    return render_template(
        "responses/show.html",
        response=response,
        need=response.need,
        is_supplier=is_supplier(me_, response),
        is_reader=is_reader(me_, response),
        is_decider=is_decider(me_, response),
        missing=queries.missing_in(response),
    )


@blueprint.post("/reponses/<int:response_id>/envoyer")
def submit(response_id: int) -> Any:
    response = loaded(Response)
    response.submit(by=me())
    return done(response, _("Réponse envoyée. Voici votre accusé de réception ; il part aussi par courriel."))


@blueprint.route("/reponses/<int:response_id>/modifier", methods=["GET", "POST"])
def modify(response_id: int) -> Any:
    """A new version while the need is open."""
    response = loaded(Response)
    form = ResponseForm(response)
    if form.validate_on_submit() and form.obeys(lambda: response.modify(by=me(), **form.written())):
        return done(response, _("Nouvelle version envoyée. L’accusé de réception part par courriel."))
    if request.method == "GET" and not response.may("modify"):
        return too_late(response)
    return render_template("responses/edit.html", form=form, response=response), 422 if form.errors else 200


@blueprint.route("/reponses/<int:response_id>/retirer", methods=["GET", "POST"])
def withdraw(response_id: int) -> Any:
    response, form = loaded(Response), AskOnceForm()
    if form.validate_on_submit():
        response.withdraw(by=me())
        return done(response, _("Réponse retirée. La commune est prévenue."))
    then = _(
        "La commune ne peut plus la retenir. Tant que le besoin est ouvert, vous pouvez la reprendre et la renvoyer."
    )
    return ask(
        response, form, "withdraw", _("Retirer votre réponse ?"), then, _("Retirer la réponse"), grave=True
    )


@blueprint.post("/reponses/<int:response_id>/abandonner")
def discard(response_id: int) -> Any:
    response = loaded(Response)
    response.discard(by=me())
    return done(response, _("Brouillon mis de côté. Vous pouvez le reprendre tant que le besoin est ouvert."))


@blueprint.post("/reponses/<int:response_id>/reprendre")
def resume(response_id: int) -> Any:
    response = loaded(Response)
    response.resume(by=me())
    db.session.commit()
    flash(
        _("Vous avez repris votre réponse : elle n’est pas envoyée tant que vous ne la renvoyez pas."),
        "success",
    )
    return redirect(url_for("responses.edit", response_id=response.id), 303)


@blueprint.route("/reponses/<int:response_id>/preciser", methods=["GET", "POST"])
def clarify(response_id: int) -> Any:
    response, form = loaded(Response), ClarifyForm()
    if form.validate_on_submit() and form.obeys(lambda: response.clarify(by=me(), answer=form.answer.data)):
        return done(response, _("Précision envoyée à la commune."))
    then = _("La commune demande : « %(question)s »", question=response.clarification)
    return ask(response, form, "clarify", _("Répondre à la commune"), then, _("Envoyer la précision"))


def done(response: Response, sentence: str) -> Any:
    """Ring, commit once, say it, back to the response."""
    ring("deliver_notifications")
    db.session.commit()
    flash(sentence, "success")
    return redirect(url_for("responses.show", response_id=response.id), 303)


def ask(
    response: Response, form: Any, action: str, title: str, then: str, button: str, *, grave: bool = False
) -> Any:
    """The page that asks once, says who will be told, and keeps what was typed."""
    if request.method == "GET" and not response.may(action):
        return too_late(response)
    words = {"title": title, "then": then, "button": button, "grave": grave, "name": response.need.title}
    return ask_once(form, response, action, back=url_for("responses.show", response_id=response.id), **words)


def too_late(response: Response) -> Any:
    flash(_("Ce n’est pas possible dans l’état présent de cette réponse."), "info")
    return redirect(url_for("responses.show", response_id=response.id), 303)
