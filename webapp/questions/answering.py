"""What the commune does with a question: answer it to all, to the asker alone, join it to another, put it aside."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from models import Question, db
from webapp.acting import me
from webapp.permissions import loaded
from webapp.questions import queries
from webapp.questions.forms import MergeForm, PrivateAnswerForm, PublicAnswerForm, RejectForm
from webapp.questions.views import blueprint
from workers.queue import ring


@blueprint.route("/questions/<int:question_id>/repondre", methods=["GET", "POST"])
def answer(question_id: int) -> Any:
    question = loaded(Question)
    form = PublicAnswerForm(data={"public_text": question.text})
    if form.validate_on_submit() and form.obeys(
        lambda: question.answer_publicly(by=me(), **form.chosen("public_text", "answer"))
    ):
        return _done(
            question,
            _("Réponse publique. Toutes les personnes concernées la reçoivent dans un quart d’heure."),
        )
    if request.method == "GET" and question.status != "asked":
        return redirect(url_for("questions.show", question_id=question.id), 303)
    others = queries.others_of(question)
    page = render_template("questions/answer.html", question=question, form=form, others=others)
    return page, 422 if form.errors else 200


@blueprint.route("/questions/<int:question_id>/repondre-au-demandeur", methods=["GET", "POST"])
def answer_privately(question_id: int) -> Any:
    question, form = loaded(Question), PrivateAnswerForm()
    if form.validate_on_submit() and form.obeys(
        lambda: question.answer_privately(by=me(), **form.chosen("answer", "reason"))
    ):
        return _done(
            question, _("Réponse envoyée au demandeur seul. Votre raison est gardée au journal du besoin.")
        )
    title, then = (
        _("Répondre au demandeur seul"),
        _(
            "Seulement si la question elle-même révèle un secret des affaires du demandeur : sinon chacun doit lire la réponse."
        ),
    )
    return _ask(question, form, title=title, button=title, then=then)


@blueprint.route("/questions/<int:question_id>/reunir", methods=["GET", "POST"])
def merge(question_id: int) -> Any:
    question = loaded(Question)
    form = MergeForm(queries.others_of(question))
    target = form.chosen_one()
    if form.validate_on_submit() and form.obeys(lambda: question.merge(by=me(), into=target)):  # type: ignore[arg-type]
        return _done(question, _("Questions réunies. Le demandeur sait où lire la réponse."))
    then = _("Une seule réponse servira aux deux.")
    words = {"title": _("Réunir avec une autre question"), "button": _("Réunir"), "then": then}
    return _ask(question, form, **words)


@blueprint.route("/questions/<int:question_id>/ecarter", methods=["GET", "POST"])
def reject(question_id: int) -> Any:
    question, form = loaded(Question), RejectForm()
    if form.validate_on_submit() and form.obeys(lambda: question.reject(by=me(), reason=form.reason.data)):
        return _done(question, _("Question écartée. Le demandeur reçoit votre raison."))
    then = _(
        "Elle ne sera pas publiée. Une question hors sujet, ou déjà répondue dans le besoin, par exemple."
    )
    words = {"title": _("Écarter cette question ?"), "button": _("Écarter la question"), "then": then}
    return _ask(question, form, **words)


def _ask(question: Question, form: Any, **words: Any) -> Any:
    """The page that asks once; to the question itself when somebody has treated it already."""
    if request.method == "GET" and question.status != "asked":
        return redirect(url_for("questions.show", question_id=question.id), 303)
    back = url_for("questions.answer", question_id=question.id)
    # Not how many are told: the size of a company says who it is.
    page = render_template(
        "ask_once.html",
        form=form,
        told=_("Le demandeur est prévenu."),
        name=question.text,
        back=back,
        **words,
    )
    return page, 422 if form.errors else 200


def _done(question: Question, sentence: str) -> Any:
    ring("deliver_notifications")
    db.session.commit()
    flash(sentence, "success")
    return redirect(url_for("questions.of_need", need_id=question.need_id), 303)
