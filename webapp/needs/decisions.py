"""What the commune decides: submit, validate, publish, change, take back, conclude. One verb for each view."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from models import Need, NotReady, db
from webapp.acting import me
from webapp.asking import ask_once, told, who_will_be_told
from webapp.links import address_of
from webapp.needs import acts
from webapp.needs.forms import AmendForm, ConcludeForm, DiscardForm, ExtendForm, SendBackForm, WithdrawForm
from webapp.needs.views import blueprint
from webapp.needs.writing import refuse_to_submit
from webapp.permissions import loaded
from workers.queue import ring


@blueprint.post("/besoins/<int:need_id>/soumettre")
def submit(need_id: int) -> Any:
    need = loaded(Need)
    try:
        need.submit(by=me())
    except NotReady as error:
        return refuse_to_submit(need, error)
    return done(need, _("Besoin soumis. Les validateurs de votre organisation sont prévenus."))


@blueprint.post("/besoins/<int:need_id>/renvoyer-apres-modification")
def resubmit(need_id: int) -> Any:
    need = loaded(Need)
    try:
        need.resubmit(by=me())
    except NotReady as error:
        return refuse_to_submit(need, error)
    if need.status == "in_review":
        return done(need, _("Besoin renvoyé. L’équipe de la Métropole le relit."))
    return done(
        need, _("Le fond a changé : un validateur de votre organisation est prévenu, puis l’équipe relira.")
    )


@blueprint.post("/besoins/<int:need_id>/reprendre")
def recall(need_id: int) -> Any:
    need = loaded(Need)
    need.recall(by=me())
    return done(need, _("Le besoin est revenu dans vos brouillons."))


@blueprint.post("/besoins/<int:need_id>/demander-de-l-aide")
def ask_help(need_id: int) -> Any:
    need = loaded(Need)
    need.ask_help(by=me())
    return done(need, _("Demande envoyée. Une personne de l’équipe lira votre brouillon et vous écrira."))


@blueprint.post("/besoins/<int:need_id>/valider")
def validate(need_id: int) -> Any:
    need = loaded(Need)
    need.validate(by=me())
    return done(
        need,
        _(
            "Besoin validé au nom de la collectivité. L’équipe de la Métropole le relit, en général sous deux jours ouvrés."
        ),
    )


@blueprint.post("/besoins/<int:need_id>/publier")
def publish(need_id: int) -> Any:
    need = loaded(Need)
    need.publish(by=me())
    return done(
        need,
        _(
            "Besoin publié. Les solutions proches se cherchent en ce moment ; l’équipe de la Métropole relit les propositions et vous prévient."
        ),
        "propose_matches",
    )


@blueprint.post("/besoins/<int:need_id>/ouvrir-le-dialogue")
def open_dialogue(need_id: int) -> Any:
    need = loaded(Need)
    need.open_dialogue(by=me())
    return done(need, _("Le dialogue est ouvert : les entreprises qui ont répondu sont prévenues."))


@blueprint.route("/besoins/<int:need_id>/supprimer", methods=["GET", "POST"])
def discard(need_id: int) -> Any:
    need, form = loaded(Need), DiscardForm()
    if form.validate_on_submit():
        need.discard(by=me())
        db.session.commit()
        flash(_("Brouillon supprimé."), "success")
        return redirect(url_for("spaces.home"), 303)
    return ask(need, form, "discard", _("Supprimer ce brouillon ?"), _("Supprimer le brouillon"), grave=True)


@blueprint.route("/besoins/<int:need_id>/renvoyer", methods=["GET", "POST"])
def send_back(need_id: int) -> Any:
    need, form = loaded(Need), SendBackForm()
    if form.validate_on_submit() and form.obeys(lambda: need.send_back(by=me(), reason=form.reason.data)):
        return done(need, _("Besoin renvoyé à son auteur, avec vos remarques."))
    return ask(need, form, "send_back", _("Renvoyer ce besoin à son auteur"), _("Renvoyer à l’auteur"))


@blueprint.route("/besoins/<int:need_id>/reporter", methods=["GET", "POST"])
def extend(need_id: int) -> Any:
    need, form = loaded(Need), ExtendForm()
    if form.validate_on_submit() and form.obeys(lambda: need.extend(by=me(), **form.chosen("closes_on"))):
        return done(need, _("Échéance reportée. Toutes les personnes concernées sont prévenues."))
    return ask(need, form, "extend", _("Reporter l’échéance"), _("Reporter l’échéance"))


@blueprint.route("/besoins/<int:need_id>/retirer", methods=["GET", "POST"])
def withdraw(need_id: int) -> Any:
    need, form = loaded(Need), WithdrawForm()
    if form.validate_on_submit() and form.obeys(lambda: need.withdraw(by=me(), reason=form.reason.data)):
        return done(
            need, _("Besoin retiré. Votre raison est publique, et les personnes concernées sont prévenues.")
        )
    return ask(need, form, "withdraw", _("Retirer ce besoin ?"), _("Retirer le besoin"), grave=True)


@blueprint.route("/besoins/<int:need_id>/modifier", methods=["GET", "POST"])
def amend(need_id: int) -> Any:
    need = loaded(Need)
    form, before = AmendForm(obj=need), need.version
    if form.validate_on_submit() and form.obeys(lambda: need.amend(by=me(), **form.written())):
        return done(need, _amended(need, before), "propose_matches")
    if request.method == "GET" and not need.may("amend"):
        return too_late(need)
    people = who_will_be_told(told(need, "amend"))
    return render_template("needs/amend.html", need=need, form=form, told=people), 422 if form.errors else 200


def _amended(need: Need, before: int) -> str:
    if need.version == before:
        return _("Montant enregistré. Personne n’est prévenu : il n’est montré à aucune entreprise.")
    return _("Nouvelle version publiée. Toutes les personnes concernées sont prévenues au même moment.")


@blueprint.route("/besoins/<int:need_id>/conclure", methods=["GET", "POST"])
def conclude(need_id: int) -> Any:
    need, form = loaded(Need), ConcludeForm()
    if form.validate_on_submit() and form.obeys(lambda: need.conclude(by=me(), **form.ending)):
        said = done(need, _("Besoin conclu. Chaque entreprise qui a répondu reçoit votre explication."))
        return to_declaration(need) if need.outcome == "direct_purchase" else said
    if request.method == "GET" and need.status not in ("closed", "in_dialogue"):
        return too_late(need)
    unanswered = [response for response in need.responses if response.status in response.UNANSWERED]
    people = who_will_be_told(told(need, "conclude"))
    return render_template(
        "needs/conclude.html", need=need, form=form, unanswered=unanswered, told=people
    ), 422 if form.errors else 200


def done(need: Need, sentence: str, *bells: str) -> Any:
    """Ring, commit once, say it, back to the need."""
    for bell in (*bells, "deliver_notifications"):
        ring(bell)
    db.session.commit()
    flash(sentence, "success")
    return redirect(address_of(need), 303)


def to_declaration(need: Need) -> Any:
    """What was bought is declared at once, with what the need and the retained response say already; or later, from the need."""
    flash(
        _("Reste à déclarer l’achat : complétez le montant, ou revenez plus tard depuis le besoin."), "info"
    )
    return redirect(url_for("procurement.declare", need=need.id), 303)


def ask(need: Need, form: Any, action: str, title: str, button: str, *, grave: bool = False) -> Any:
    """The page that asks once, says who will be told, and keeps what was typed."""
    if request.method == "GET" and not need.may(action):
        return too_late(need)
    then = str(next(act.then for act in acts.ACTS if act.action == action))
    words = {
        "title": title,
        "then": then,
        "button": button,
        "grave": grave,
        "name": need.title or _("Sans titre"),
    }
    return ask_once(form, need, action, back=address_of(need), **words)


def too_late(need: Need) -> Any:
    flash(_("Ce n’est pas possible dans l’état présent de ce besoin."), "info")
    return redirect(address_of(need), 303)
