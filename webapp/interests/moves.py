"""What each side does next: acknowledge, decline, give a date, tell what came of it."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _

from models import Interest, Organization, db
from models.calendar import today_in_paris
from models.database import PARIS
from webapp.acting import me
from webapp.asking import ask_once, told, who_will_be_told
from webapp.interests.forms import ConvertForm, DeclineForm, MeetForm, PlanForm, StopForm
from webapp.interests.views import blueprint, settle
from webapp.permissions import loaded
from webapp.predicates import is_supplier_asked
from workers.queue import ring


@blueprint.post("/adoptions/<int:interest_id>/recue")
def acknowledge(interest_id: int) -> Any:
    interest = loaded(Interest)
    interest.acknowledge(by=me())
    return settle(
        interest, _("La collectivité sait que vous l’avez lue. Convenez maintenant d’un rendez-vous.")
    )


@blueprint.route("/adoptions/<int:interest_id>/decliner", methods=["GET", "POST"])
def decline(interest_id: int) -> Any:
    interest, form = loaded(Interest), DeclineForm()
    if form.validate_on_submit() and form.obeys(
        lambda: interest.decline(by=me(), **form.chosen("reason_code", "reason"))
    ):
        return settle(interest, _("C’est noté. La collectivité lit votre réponse."))
    words = {
        "title": _("Décliner cette demande"),
        "then": _(
            "La collectivité lit votre réponse et cherche ailleurs. Une demande déclinée ne se rouvre pas."
        ),
        "button": _("Décliner"),
    }
    return _ask(form, interest, "decline", words)


@blueprint.route("/adoptions/<int:interest_id>/rendez-vous", methods=["GET", "POST"])
def plan(interest_id: int) -> Any:
    interest = loaded(Interest)
    form = PlanForm(data=_as_planned(interest))
    if form.validate_on_submit() and form.obeys(
        lambda: interest.plan(
            by=me(), organization=side_of(interest), meeting_at=form.meeting_at, place=form.place.data
        )
    ):
        return settle(
            interest, _("Rendez-vous fixé. Les deux parties le reçoivent, avec un fichier pour l’agenda.")
        )
    page = {"form": form, "interest": interest, "told": who_will_be_told(told(interest, "plan"))}
    return render_template("interests/plan.html", **page), 422 if form.errors else 200


def _as_planned(interest: Interest) -> dict[str, Any]:
    if interest.meeting_at is None:
        return {}
    local = interest.meeting_at.astimezone(PARIS)
    return {"meeting_on": local.date(), "meeting_time": local.time(), "place": interest.meeting_place}


def side_of(interest: Interest) -> Organization:
    """The organisation in whose name the person acts on it."""
    return interest.solution.organization if is_supplier_asked(me(), interest) else interest.organization


@blueprint.route("/adoptions/<int:interest_id>/rencontre", methods=["GET", "POST"])
def meet(interest_id: int) -> Any:
    interest, form = loaded(Interest), MeetForm()
    if form.validate_on_submit() and form.obeys(lambda: interest.meet(by=me(), **form.chosen("notes"))):
        return settle(interest, _("Rencontre notée. Quand vous saurez, dites ce que vous en faites."))
    words = {
        "title": _("La rencontre a eu lieu"),
        "then": _("Vos notes ne sont lues que de votre organisation."),
        "button": _("Noter la rencontre"),
    }
    return _ask(form, interest, "meet", words)


@blueprint.route("/adoptions/<int:interest_id>/suite", methods=["GET", "POST"])
def convert(interest_id: int) -> Any:
    """What came of it, declared by the commune; a need or a group begins as a draft, which opens."""
    interest = loaded(Interest)
    form = ConvertForm(data={"bought_on": today_in_paris()})
    if form.validate_on_submit() and form.obeys(
        lambda: interest.convert(by=me(), **form.chosen("conversion", "may_be_cited"), **form.purchase)
    ):
        return _converted(interest)
    page = {"form": form, "interest": interest, "told": who_will_be_told(told(interest, "convert"))}
    return render_template("interests/convert.html", **page), 422 if form.errors else 200


def _converted(interest: Interest) -> Any:
    need = interest.converted_need
    if need is None or need.status != "draft":
        return settle(
            interest, _("C’est noté : déclaré par votre organisation. L’entreprise en est prévenue.")
        )
    ring("deliver_notifications")
    db.session.commit()
    flash(
        _("Un brouillon de besoin vous attend : dites le problème, sans nommer de produit ni de marque."),
        "success",
    )
    return redirect(url_for("needs.edit", need_id=need.id, step="problem"), 303)


@blueprint.route("/adoptions/<int:interest_id>/arreter", methods=["GET", "POST"])
def stop(interest_id: int) -> Any:
    interest, form = loaded(Interest), StopForm()
    if form.validate_on_submit() and form.obeys(lambda: interest.stop(by=me(), **form.chosen("reason"))):
        return settle(interest, _("C’est noté. L’entreprise lit votre raison."))
    words = {
        "title": _("Ne pas donner suite"),
        "then": _("La demande s’arrête là. Vous pourrez en envoyer une autre plus tard."),
        "button": _("Ne pas donner suite"),
    }
    return _ask(form, interest, "stop", words)


def _ask(form: Any, interest: Interest, action: str, words: dict[str, str]) -> Any:
    back = url_for("interests.show", interest_id=interest.id)
    return ask_once(form, interest, action, name=interest.title, back=back, **words)
