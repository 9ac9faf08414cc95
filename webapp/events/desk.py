"""What the team does of events: write, announce, change, cancel; who comes, who came."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from models import Event, Membership, Registration, User, db
from webapp.acting import me
from webapp.asking import ask_once
from webapp.events.forms import CancelForm, EventForm
from webapp.events.views import blueprint
from webapp.labels import label
from webapp.permissions import loaded
from webapp.search.queries import paginate
from webapp.tables import csv_answer
from workers.queue import ring

PER_PAGE = 20


@blueprint.get("/curation/evenements")
def desk() -> str:
    query = select(Event).where(Event.status != "discarded").order_by(Event.starts_at.desc(), Event.id.desc())
    page = paginate(query, per_page=PER_PAGE)
    return render_template("events/desk.html", page=page, counts=_counts([event.id for event in page.items]))


def _counts(numbers: list[int]) -> dict[tuple[int, str], int]:
    """(event, status) → how many."""
    query = (
        select(Registration.event_id, Registration.status, func.count())
        .where(Registration.event_id.in_(numbers))
        .group_by(Registration.event_id, Registration.status)
    )
    return {(event, status): count for event, status, count in db.session.execute(query)}


@blueprint.route("/curation/evenements/nouveau", methods=["GET", "POST"])
def create() -> Any:
    form, made = EventForm(), []
    if form.validate_on_submit() and form.obeys(
        lambda: made.append(Event.draft(by=me(), **form.fields_of_event))
    ):
        return _after(made[0], _("Brouillon enregistré. Relisez-le, puis annoncez-le."))
    return render_template("events/edit.html", form=form, event=None), 422 if form.errors else 200


@blueprint.get("/curation/evenements/<int:event_id>")
def manage(event_id: int) -> str:
    event = loaded(Event)
    page = paginate(_people(event), per_page=PER_PAGE)
    counts = {status: count for (_event, status), count in _counts([event.id]).items()}
    return render_template(
        "events/manage.html", event=event, page=page, counts=counts, names=_names_of, said_of=said_of
    )


def _people(event: Event) -> Any:
    return Registration.of(event).options(
        joinedload(Registration.user).selectinload(User.memberships).joinedload(Membership.organization)
    )


def _names_of(user: User) -> str:
    return ", ".join(membership.organization.display_name for membership in user.active_memberships())


@blueprint.route("/curation/evenements/<int:event_id>/modifier", methods=["GET", "POST"])
def edit(event_id: int) -> Any:
    event = loaded(Event)
    form = EventForm.of(event)
    if form.validate_on_submit() and form.obeys(lambda: event.write(by=me(), **form.fields_of_event)):
        return _after(event, _("C’est enregistré."))
    return render_template("events/edit.html", form=form, event=event), 422 if form.errors else 200


@blueprint.post("/curation/evenements/<int:event_id>/annoncer")
def publish(event_id: int) -> Any:
    event = loaded(Event)
    event.publish(by=me())
    return _after(event, _("L’événement est annoncé : chacun peut s’y inscrire."))


@blueprint.post("/curation/evenements/<int:event_id>/supprimer")
def discard(event_id: int) -> Any:
    loaded(Event).discard(by=me())
    db.session.commit()
    flash(_("Brouillon supprimé."), "success")
    return redirect(url_for("events.desk"), 303)


@blueprint.route("/curation/evenements/<int:event_id>/annuler", methods=["GET", "POST"])
def cancel(event_id: int) -> Any:
    event, form = loaded(Event), CancelForm()
    if form.validate_on_submit() and form.obeys(lambda: event.cancel(by=me(), **form.chosen("reason"))):
        return _after(event, _("L’événement est annulé, les inscrits sont prévenus."))
    words = {
        "title": _("Annuler cet événement"),
        "then": _("Sa page reste en ligne et dit qu’il n’aura pas lieu, avec votre raison."),
        "button": _("Annuler l’événement"),
        "back": url_for("events.manage", event_id=event_id),
    }
    return ask_once(form, event, "cancel", name=event.title, grave=True, **words)


@blueprint.post("/curation/evenements/<int:event_id>/presences")
def attendance(event_id: int) -> Any:
    """Of the people whom the page listed, those who are ticked came, the others did not."""
    event = loaded(Event)
    listed, came = (set(request.form.getlist(name, type=int)) for name in ("listed", "came"))
    changed = _note(event, listed, came)
    words = ngettext("Une présence changée.", "%(num)s présences changées.", changed)
    return _after(event, words if changed else _("Rien n’a changé."))


def _note(event: Event, listed: set[int], came: set[int]) -> int:
    changed = 0
    for registration in db.session.scalars(Registration.of(event)).all():
        ticked, attended = registration.id in came, registration.status == "attended"
        if registration.id not in listed or registration.status == "cancelled" or ticked == attended:
            continue
        (registration.attend if ticked else registration.unattend)(by=me())
        changed += 1
    return changed


def said_of(registration: Registration) -> str:
    """Once it is over nobody « has a place » : who had one and was not ticked is said so."""
    if registration.event.status == "past" and registration.status == "registered":
        return _("Inscrit, présence non notée")
    return label("registration.status", registration.status)


@blueprint.get("/curation/evenements/<int:event_id>/inscrits.csv")
def people_csv(event_id: int) -> Any:
    event = loaded(Event)
    head = (_("Nom"), _("Adresse"), _("Organisation"), _("Inscription"), _("Depuis le"))
    rows = (
        (
            one.user.name,
            one.user.email,
            _names_of(one.user),
            said_of(one),
            one.registered_at,
        )
        for one in db.session.scalars(_people(event))
    )
    return csv_answer([head, *rows], f"inscrits-{event.id}.csv")


def _after(event: Event, sentence: str) -> Any:
    ring("deliver_notifications")
    db.session.commit()
    flash(sentence, "success")
    return redirect(url_for("events.manage", event_id=event.id), 303)
