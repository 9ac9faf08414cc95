"""The lives of an event and of a registration as data: domain model §14."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import TYPE_CHECKING

from models.database import utc_now
from models.lifecycle import Lifecycle, Move, Owed

if TYPE_CHECKING:
    from models.event import Event
    from models.registration import Registration
    from models.user import User

TITLE_MIN, TITLE_MAX = 5, 120
DESCRIPTION_MIN, DESCRIPTION_MAX = 30, 4000
LINE_MAX = 300
CAPACITY_MAX = 100_000
FURTHEST, LONGEST = timedelta(days=730), timedelta(days=31)

Problems = Iterable[tuple[str, str]]


def is_complete(event: Event) -> Problems:
    """What somebody must know before they come."""
    if len(event.title.strip()) < TITLE_MIN:
        yield "title", "Donnez un titre qui dit de quoi il s’agit."
    if len(event.description.strip()) < DESCRIPTION_MIN:
        yield "description", "Dites en une phrase ou deux ce que l’on y fera, et pour qui."
    if not event.place.strip() and not event.link.strip():
        yield "place", "Dites où l’on se retrouve : une adresse, un lien, ou les deux."


def has_good_hours(event: Event) -> Problems:
    if event.starts_at <= utc_now():
        yield "starts_on", "Choisissez un jour et une heure à venir."
    if event.ends_at <= event.starts_at:
        yield "ends", "La fin vient après le début."


def has_room(event: Event) -> Problems:
    """Nobody who has a place loses it because the room became smaller."""
    if event.capacity is not None and event.capacity < event.places_taken:
        yield "capacity", "Plus de personnes sont déjà inscrites : choisissez une salle qui les contient."


def has_not_begun(event: Event) -> Problems:
    if event.has_begun:
        yield "status", "Cet événement a commencé."


def has_ended(event: Event) -> Problems:
    if event.ends_at > utc_now():
        yield "status", "Cet événement n’est pas terminé."


def expected(event: Event) -> list[User]:
    """Everybody who has a place or waits for one."""
    return event.people("registered", "waitlisted")


EVENT = Lifecycle(
    ("draft", "published", "cancelled", "past", "discarded"),
    (
        Move("rewrite", ("draft",), None, "curator"),
        Move("discard", ("draft",), "discarded", "curator"),
        Move(
            "publish",
            ("draft",),
            "published",
            "curator",
            guards=(is_complete, has_good_hours),
            stamps="published_at",
        ),
        # Words and capacity: nobody has to change their plans.
        Move("correct", ("published",), None, "curator", guards=(is_complete, has_not_begun, has_room)),
        # The day, the hour or the place: everybody who comes hears it at the same instant.
        Move(
            "reschedule",
            ("published",),
            None,
            "curator",
            guards=(is_complete, has_good_hours, has_room),
            owes=(Owed("event_changed", expected),),
            stamps="changed_at",
        ),
        Move(
            "cancel",
            ("published",),
            "cancelled",
            "curator",
            guards=(has_not_begun,),
            owes=(Owed("event_cancelled", expected),),
            stamps="cancelled_at",
            reason_min=10,
        ),
        Move("end", ("published",), "past", "system", guards=(has_ended,)),
    ),
    {
        "draft": "cet événement n’est pas encore annoncé",
        "published": "cet événement est déjà annoncé",
        "cancelled": "cet événement est annulé",
        "past": "cet événement a eu lieu",
        "discarded": "ce brouillon a été supprimé",
    },
)


# ------------------------------------------------------------------ one person at one event


def person(registration: Registration) -> list[User]:
    return [registration.user]


def takes_people(registration: Registration) -> Problems:
    yield from registration.event.refusals()


def has_a_place(registration: Registration) -> Problems:
    if registration.event.is_full:
        yield "status", "Toutes les places sont prises."


def can_be_left(registration: Registration) -> Problems:
    yield from has_not_begun(registration.event)


def has_begun(registration: Registration) -> Problems:
    if not registration.event.has_begun:
        yield "status", "On note les présences à partir du début."


REGISTRATION = Lifecycle(
    ("registered", "waitlisted", "cancelled", "attended"),
    (
        Move(
            "come_back",
            ("cancelled",),
            "registered",
            "person",
            guards=(takes_people, has_a_place),
            owes=(Owed("event_registered", person),),
            stamps="registered_at",
        ),
        Move(
            "come_back",
            ("cancelled",),
            "waitlisted",
            "person",
            guards=(takes_people,),
            owes=(Owed("event_waitlisted", person),),
            stamps="registered_at",
        ),
        Move("cancel", ("registered", "waitlisted"), "cancelled", "person", guards=(can_be_left,)),
        Move(
            "promote",
            ("waitlisted",),
            "registered",
            "system",
            guards=(takes_people, has_a_place),
            owes=(Owed("event_promoted", person),),
        ),
        Move(
            "attend",
            ("registered", "waitlisted"),
            "attended",
            "curator",
            guards=(has_begun,),
            stamps="attended_at",
        ),
        Move("unattend", ("attended",), "registered", "curator"),
    ),
    {
        "registered": "cette personne est inscrite",
        "waitlisted": "cette personne est sur la liste d’attente",
        "cancelled": "cette inscription est annulée",
        "attended": "cette personne était présente",
    },
)
