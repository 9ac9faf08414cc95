"""The life of a call as data: domain model §11, its first half. Dossiers, juries and decisions are no part of it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING

from models.calendar import today_in_paris
from models.lifecycle import Lifecycle, Move, Owed

if TYPE_CHECKING:
    from models.open_call import OpenCall
    from models.user import User

TITLE_MIN, TITLE_MAX = 5, 120
TEXT_MIN, TEXT_MAX = 40, 4000
PROGRAMME_MAX = 4000

Problems = Iterable[tuple[str, str]]


def is_complete(call: OpenCall) -> Problems:
    if len(call.title.strip()) < TITLE_MIN:
        yield "title", "Donnez un titre qui dit ce que l’on cherche."
    if len(call.text.strip()) < TEXT_MIN:
        yield "text", "Dites en quelques phrases ce qui est attendu, et de qui."


def has_good_days(call: OpenCall) -> Problems:
    if call.closes_on < today_in_paris():
        yield "closes_on", "Ce jour est passé : choisissez un dernier jour à venir."


def has_not_opened(call: OpenCall) -> Problems:
    if call.opens_on <= today_in_paris():
        yield "status", "Cet appel est ouvert : prolongez-le, ou retirez-le en disant pourquoi."


def has_begun(call: OpenCall) -> Problems:
    if call.opens_on > today_in_paris():
        yield "status", "Cet appel ouvre plus tard."


def has_ended(call: OpenCall) -> Problems:
    if call.closes_on >= today_in_paris():
        yield "status", "Cet appel court jusqu’à 23 h 59 le dernier jour."


def following(call: OpenCall) -> list[User]:
    from models.database import db
    from models.follow import Follow

    return list(db.session.scalars(Follow.people("open_call", call.id)))


def concerned(call: OpenCall) -> list[User]:
    """Who asked to be told, and whoever is writing something for it."""
    return [*following(call), *call.writers()]


def taking_part(call: OpenCall) -> list[User]:
    """Who asked to be told, and whoever wrote something in it, finished or not."""
    return [*following(call), *call.authors()]


LIFECYCLE = Lifecycle(
    ("draft", "announced", "open", "closed", "archived", "withdrawn", "discarded"),
    (
        Move("rewrite", ("draft",), None, "curator"),
        Move("discard", ("draft",), "discarded", "curator"),
        Move(
            "announce",
            ("draft",),
            "announced",
            "curator",
            guards=(is_complete, has_good_days),
            stamps="announced_at",
        ),
        Move("take_back", ("announced",), "draft", "curator", guards=(has_not_opened,)),
        Move("correct", ("announced", "open"), None, "curator", guards=(is_complete,)),
        Move(
            "open",
            ("announced",),
            "open",
            "system",
            guards=(has_begun,),
            owes=(Owed("call_opened", following),),
            stamps="opened_at",
        ),
        Move("extend", ("open",), None, "curator", owes=(Owed("call_extended", concerned),)),
        # Its page stays, with the reason; what was published in it stays online.
        Move(
            "withdraw",
            ("open",),
            "withdrawn",
            "curator",
            owes=(Owed("call_withdrawn", taking_part),),
            stamps="withdrawn_at",
            reason_min=10,
        ),
        Move("close", ("open",), "closed", "system", guards=(has_ended,), stamps="closed_at"),
        Move("archive", ("closed",), "archived", "curator"),
    ),
    {
        "draft": "cet appel n’est pas encore annoncé",
        "announced": "cet appel est annoncé, il n’est pas encore ouvert",
        "open": "cet appel est ouvert",
        "closed": "cet appel est terminé",
        "archived": "cet appel est archivé",
        "withdrawn": "cet appel a été retiré",
        "discarded": "ce brouillon a été supprimé",
    },
)


def order_of_days(opens_on: date, closes_on: date) -> Problems:
    if closes_on < opens_on:
        yield "closes_on", "Le dernier jour vient après le premier."
