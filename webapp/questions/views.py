"""The questions of a need as anybody reads them, asking one, and one's own question."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _

from models import Need, Question, db
from webapp.acting import company_answering, me
from webapp.permissions import can, loaded
from webapp.questions import queries
from webapp.questions.forms import AskForm
from workers.queue import ring

blueprint = Blueprint("questions", __name__)


@blueprint.record_once
def _offer_to_templates(state: Any) -> None:
    state.app.jinja_env.globals.update(questions_of=queries.questions_of, questions_shown=queries.SHOWN)


@blueprint.get("/besoins/<int:need_id>/questions")
def of_need(need_id: int) -> str:
    need = loaded(Need)
    return render_template("questions/of_need.html", need=need, form=AskForm())


@blueprint.post("/besoins/<int:need_id>/questions")
def ask(need_id: int) -> Any:
    need, form = loaded(Need), AskForm()
    company = company_answering(need)
    assert company is not None, "guarded by need.ask"
    if (
        form.validate_on_submit()
        and form.is_anonymous(company, me())
        and form.obeys(lambda: Question.ask(need=need, organization=company, by=me(), text=form.text.data))
    ):
        ring("deliver_notifications")
        db.session.commit()
        flash(
            _("Question envoyée sans votre nom. Vous recevrez la réponse en même temps que tous."), "success"
        )
        return redirect(url_for("questions.of_need", need_id=need.id), 303)
    return render_template("questions/of_need.html", need=need, form=form), 422


@blueprint.get("/questions/<int:question_id>")
def show(question_id: int) -> Any:
    """The asker's page of a question; the commune is led to where it answers."""
    question = loaded(Question)
    if question.status == "asked" and can("question.answer", question):
        return redirect(url_for("questions.answer", question_id=question.id))
    return render_template("questions/show.html", question=question, is_asker=can("question.own", question))
