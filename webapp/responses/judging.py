"""The commune reads and asks; what it decides is said to all at once (needs/answers.py)."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _

from models import Response
from webapp.acting import me
from webapp.permissions import loaded
from webapp.responses.forms import QuestionForm
from webapp.responses.views import ask, blueprint, done


@blueprint.route("/reponses/<int:response_id>/demander-une-precision", methods=["GET", "POST"])
def ask_clarification(response_id: int) -> Any:
    response, form = loaded(Response), QuestionForm()
    if form.validate_on_submit() and form.obeys(
        lambda: response.ask_clarification(by=me(), **form.chosen("question", "until"))
    ):
        return done(response, _("Question envoyée à l’entreprise."))
    then = _("Posez une question précise. L’entreprise a trois jours au moins pour répondre.")
    return ask(
        response, form, "ask_clarification", _("Demander une précision"), then, _("Envoyer la question")
    )
