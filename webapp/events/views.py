"""The public list, the page of an event, a place taken or given back. Who comes is shown to nobody but the team."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.wrappers import Response as Answer
from flask_babel import gettext as _
from flask_login import current_user

from models import Event, Registration, db
from models.database import utc_now
from webapp.acting import me
from webapp.links import address_of
from webapp.permissions import can, loaded
from webapp.search.queries import paginate
from workers.queue import ring

blueprint = Blueprint("events", __name__)

PAST = "passes"


@blueprint.record_once
def _offer_to_templates(state: Any) -> None:
    state.app.jinja_env.globals["next_event"] = next_event


def next_event() -> Event | None:
    """The next one that is announced and has not begun, for the home page."""
    coming = Event.ahead().where(Event.status == "published", Event.starts_at > utc_now())
    return db.session.scalars(coming.limit(1)).first()


@blueprint.get("/evenements")
def index() -> str:
    past = request.args.get("quand") == PAST
    page = paginate(Event.over() if past else Event.ahead(), per_page=12)
    return render_template("events/index.html", page=page, past=past)


@blueprint.get("/evenements/<int:event_id>", defaults={"slug": ""})
@blueprint.get("/evenements/<int:event_id>-<slug>")
def show(event_id: int, slug: str) -> Any:
    event = loaded(Event)
    if slug != event.slug:
        return redirect(address_of(event), 301 if event.is_public else 302)
    mine = Registration.find(event, me()) if current_user.is_authenticated else None
    return render_template("events/show.html", event=event, mine=mine, reads_link=_reads_link(event, mine))


def _reads_link(event: Event, mine: Registration | None) -> bool:
    return can("event.manage", event) or (mine is not None and mine.status in ("registered", "attended"))


@blueprint.post("/evenements/<int:event_id>/inscription")
def register(event_id: int) -> Any:
    event = loaded(Event)
    registration = event.register(by=me())
    if registration.status == "waitlisted":
        return _settle(
            event, _("Vous êtes sur la liste d’attente : nous vous écrivons dès qu’une place se libère.")
        )
    return _settle(event, _("Votre place est gardée. Un message part avec le fichier pour votre agenda."))


@blueprint.post("/evenements/<int:event_id>/desinscription")
def unregister(event_id: int) -> Any:
    event = loaded(Event)
    event.unregister(by=me())
    return _settle(
        event, _("C’est noté : votre place va à quelqu’un d’autre. Vous pouvez vous inscrire à nouveau.")
    )


@blueprint.get("/evenements/<int:event_id>/rendez-vous.ics")
def calendar(event_id: int) -> Any:
    """The event, for one's own calendar: for who has a place, since it holds the link."""
    event = loaded(Event)
    host = current_app.config["SETTINGS"].public_url.partition("://")[2]
    page = url_for("events.show", event_id=event.id, slug=event.slug, _external=True)
    kept = {"Content-Disposition": 'attachment; filename="rendez-vous.ics"'}
    return Answer(event.as_calendar(host=host, address=page), mimetype="text/calendar", headers=kept)


def _settle(event: Event, sentence: str) -> Any:
    ring("deliver_notifications")
    db.session.commit()
    flash(sentence, "success")
    return redirect(address_of(event), 303)
