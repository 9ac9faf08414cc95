"""The company answers: begin, write, read again, send, change, take back."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from models import Attachment, Need, Response, db
from models.attachment import LARGEST, MB, MOST
from webapp import uploads
from webapp.acting import company_answering, me
from webapp.asking import ask_once
from webapp.attachments.forms import AskOnceForm
from webapp.filters import day
from webapp.permissions import loaded
from webapp.predicates import is_decider, is_partner, is_reader, is_supplier
from webapp.reading import note_reading
from webapp.responses import queries, writing
from webapp.responses.forms import ClarifyForm, ResponseForm
from webapp.saving import saved_or_why
from webapp.written import as_read, as_sent
from workers.queue import ring

blueprint = Blueprint("responses", __name__)
for name in ("edit", "modify"):
    uploads.takes_files(f"responses.{name}")


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
    if writing.kept(response, form, lambda joined: response.write(**form.written())):
        db.session.commit()
        return redirect(url_for("responses.show", response_id=response.id), 303)
    return page_to_write(form, response)


@blueprint.post("/reponses/<int:response_id>/brouillon")
def autosave(response_id: int) -> Any:
    """Keep what is typed. Answers with the hour, or with the first sentence on what was not kept (422)."""
    response = loaded(Response)
    form = ResponseForm(response)
    form.validate()
    posted = {name for name in form._fields if name in request.form}
    response.write(**form.written(posted))
    db.session.commit()
    return saved_or_why(form)


@blueprint.get("/reponses/<int:response_id>")
def show(response_id: int) -> str:
    """The same address for the two sides; each sees what is theirs to do."""
    response = loaded(Response)
    note_reading(response)
    me_, mine = me(), is_supplier(me(), response)
    return render_template(
        "responses/show.html",
        response=response,
        need=response.need,
        written=as_read(response, by_company=mine),
        is_supplier=mine,
        is_reader=is_reader(me_, response),
        is_decider=is_decider(me_, response),
        is_partner=is_partner(me_, response),
        missing=queries.missing_in(response),
    )


@blueprint.get("/reponses/<int:response_id>/versions")
def versions(response_id: int) -> str:
    """What the company sent, each time, with what proves it."""
    response = loaded(Response)
    sent = [as_sent(version) for version in reversed(response.versions)]
    names = {one.uploaded_sha256: one.name for one in db.session.scalars(Attachment.all_of(response))}
    return render_template(
        "responses/versions.html", response=response, need=response.need, sent=sent, names=names
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
    if writing.kept(response, form, lambda joined: response.modify(by=me(), joined=joined, **form.written())):
        return done(response, _("Nouvelle version envoyée. L’accusé de réception part par courriel."))
    if request.method == "GET" and not response.may("modify"):
        return too_late(response)
    return page_to_write(form, response)


@blueprint.route("/reponses/<int:response_id>/retirer", methods=["GET", "POST"])
def withdraw(response_id: int) -> Any:
    response, form = loaded(Response), AskOnceForm()
    if form.validate_on_submit():
        response.withdraw(by=me())
        return done(response, _("Réponse retirée. La collectivité est prévenue."))
    then = _(
        "La collectivité ne peut plus la retenir. Tant que le besoin est ouvert, vous pouvez la reprendre et la renvoyer."
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
        return done(response, _("Précision envoyée à la collectivité."))
    then = _("La collectivité demande : « %(question)s »", question=response.clarification)
    if response.clarification_until:
        then += " " + _("Elle attend votre réponse jusqu’au %(day)s.", day=day(response.clarification_until))
    return ask(response, form, "clarify", _("Répondre à la collectivité"), then, _("Envoyer la précision"))


@blueprint.post("/reponses/<int:response_id>/etre-nomme")
def choose_naming(response_id: int) -> Any:
    """``named``: « yes », or nothing to take it back."""
    response, named = loaded(Response), request.form.get("named") == "yes"
    response.choose_naming(by=me(), named=named)
    if named:
        return done(
            response, _("Merci. Votre organisation est nommée là où la collectivité dit ce qu’elle a fait.")
        )
    return done(response, _("C’est entendu : votre organisation n’est plus nommée pour ce besoin."))


def page_to_write(form: ResponseForm, response: Response) -> Any:
    limits = {"most": MOST["response"], "largest": LARGEST // MB}
    page = render_template("responses/edit.html", form=form, response=response, **limits)
    return page, 422 if form.errors else 200


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
