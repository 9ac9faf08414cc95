"""The commune reads, asks, and says to each company what it decides."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _

from models import Response
from webapp.acting import me
from webapp.permissions import loaded
from webapp.responses.forms import AskOnceForm, NotRetainedForm, QuestionForm
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


@blueprint.post("/reponses/<int:response_id>/preselectionner")
def shortlist(response_id: int) -> Any:
    response = loaded(Response)
    response.shortlist(by=me())
    return done(response, _("Réponse présélectionnée. L’entreprise est prévenue."))


@blueprint.route("/reponses/<int:response_id>/ne-pas-retenir", methods=["GET", "POST"])
def decline(response_id: int) -> Any:
    response, form = loaded(Response), NotRetainedForm()
    if form.validate_on_submit() and form.obeys(
        lambda: response.decline(by=me(), **form.chosen("reason_code", "reason"))
    ):
        return done(response, _("Réponse non retenue. L’entreprise reçoit votre explication."))
    then = _(
        "L’entreprise lira votre explication, en vingt caractères au moins : elle l’aide à mieux répondre la prochaine fois."
    )
    return ask(
        response, form, "decline", _("Ne pas retenir cette réponse"), then, _("Ne pas retenir"), grave=True
    )


@blueprint.route("/reponses/<int:response_id>/retenir", methods=["GET", "POST"])
def retain(response_id: int) -> Any:
    response, form = loaded(Response), AskOnceForm()
    if form.validate_on_submit():
        response.retain(by=me())
        return done(
            response,
            _(
                "Réponse retenue. L’entreprise est prévenue ; la suite se décide entre vous, hors de la plateforme."
            ),
        )
    then = _(
        "Vous dites à l’entreprise que vous poursuivez avec elle. La plateforme n’attribue aucun marché : un achat suit ses propres règles."
    )
    return ask(response, form, "retain", _("Retenir cette réponse ?"), then, _("Retenir la réponse"))
