"""Messages about an event, to those who come or wait for a place: each about their own place, or all at once about the event."""

from __future__ import annotations

from flask import current_app
from flask_babel import gettext as _

from models.activity import Activity
from models.calendar import day_in_paris
from models.event import Event
from models.registration import Registration
from models.user import User
from workers.messages.message import (
    Action,
    Listing,
    Message,
    Quote,
    hour,
    link,
    listing,
    moment,
    reason_of,
    some,
    title,
    weekday,
)


def event_registered(to: User, registration: Registration, activity: Activity) -> Message:
    event = registration.event
    return Message(
        subject=_("Votre place est gardée : %(title)s", title=title(event)),
        blocks=some(
            _("C’est noté : vous venez à « %(title)s ».", title=title(event)),
            _where_and_when(event),
            _("Le fichier joint ajoute ce rendez-vous à votre agenda."),
            _give_back(),
        ),
        action=Action(_("Voir l’événement"), _page(event)),
        because=_("vous avez demandé une place à cet événement"),
        calendar=_calendar_of(event),
    )


def event_waitlisted(to: User, registration: Registration, activity: Activity) -> Message:
    event = registration.event
    return Message(
        subject=_("Sur la liste d’attente : %(title)s", title=title(event)),
        blocks=(
            _("Toutes les places de « %(title)s » sont prises, vous êtes sur la liste d’attente.", title=title(event)),
            _(
                "Dès qu’une place se libère, elle va à qui attend depuis le plus longtemps : nous vous écrivons aussitôt. Il n’y a rien à faire."
            ),
        ),
        action=Action(_("Voir l’événement"), _page(event)),
        because=_("vous avez demandé une place à cet événement"),
    )  # fmt: skip


def event_promoted(to: User, registration: Registration, activity: Activity) -> Message:
    event = registration.event
    return Message(
        subject=_("Une place s’est libérée : %(title)s", title=title(event)),
        blocks=some(
            _("Vous étiez sur la liste d’attente : vous avez maintenant une place."),
            _where_and_when(event),
            _("Le fichier joint ajoute ce rendez-vous à votre agenda."),
            _give_back(),
        ),
        action=Action(_("Voir l’événement"), _page(event)),
        because=_("vous attendiez une place à cet événement"),
        calendar=_calendar_of(event),
    )


def event_reminder(to: User, registration: Registration, activity: Activity) -> Message:
    event = registration.event
    return Message(
        subject=_("Rappel, le %(moment)s : %(title)s", moment=moment(event.starts_at), title=title(event)),
        blocks=some(
            _("« %(title)s » approche, et une place vous attend.", title=title(event)),
            _where_and_when(event),
            _give_back(),
        ),
        action=Action(_("Voir l’événement"), _page(event)),
        because=_("vous avez une place à cet événement"),
    )


def event_changed(to: User, event: Event, activity: Activity) -> Message:
    has_place = event.has_place(to)
    return Message(
        subject=_("Changement : %(title)s", title=title(event)),
        blocks=some(
            _("La date, l’heure ou le lieu de « %(title)s » a changé. Voici ce qui vaut maintenant.", title=title(event)),
            _where_and_when(event, with_link=has_place),
            _("Le fichier joint met votre agenda à jour.") if has_place else None,
            _("Vous ne pouvez plus venir ? Un clic sur la page rend votre place, ou votre tour, à quelqu’un d’autre."),
        ),
        action=Action(_("Voir l’événement"), _page(event)),
        because=_("vous avez une place à cet événement, ou que vous en attendez une"),
        calendar=_calendar_of(event) if has_place else "",
    )  # fmt: skip


def event_cancelled(to: User, event: Event, activity: Activity) -> Message:
    has_place = event.has_place(to)
    return Message(
        subject=_("Annulé : %(title)s", title=title(event)),
        blocks=some(
            _("« %(title)s », prévu le %(moment)s, n’aura pas lieu.", title=title(event), moment=moment(event.starts_at)),
            Quote(reason_of(activity)),
            _("Vous n’avez rien à faire. Le fichier joint le retire de votre agenda.") if has_place else _("Vous n’avez rien à faire."),
        ),
        action=Action(_("Voir les autres événements"), link("events.index")),
        because=_("vous aviez une place à cet événement, ou que vous en attendiez une"),
        calendar=_calendar_of(event) if has_place else "",
    )  # fmt: skip


def _calendar_of(event: Event) -> str:
    host = str(current_app.config["SETTINGS"].public_url).partition("://")[2]
    return event.as_calendar(host=host, address=_page(event))


def _where_and_when(event: Event, *, with_link: bool = True) -> Listing:
    """``with_link``: for those who have a place."""
    lines = (
        _when(event),
        _("Où : %(place)s", place=event.place) if event.place else "",
        _("Lien pour suivre à distance : %(link)s", link=event.link) if event.link and with_link else "",
    )
    return listing(line for line in lines if line)


def _when(event: Event) -> str:
    start, end = event.starts_at, event.ends_at
    if day_in_paris(start) == day_in_paris(end):
        return _(
            "Quand : le %(day)s, de %(start)s à %(end)s", day=weekday(start), start=hour(start), end=hour(end)
        )
    return _(
        "Quand : du %(first)s à %(start)s au %(last)s à %(end)s",
        first=weekday(start),
        start=hour(start),
        last=weekday(end),
        end=hour(end),
    )


def _give_back() -> str:
    return _("Un empêchement ? Rendez votre place depuis la page : elle ira à quelqu’un d’autre.")


def _page(event: Event) -> str:
    return link("events.show", event_id=event.id, slug=event.slug)
