"""The one exception to « a GET changes nothing »: that a message was opened is itself a fact, and the other side may
count on it. It is written in a transaction of its own, short, and never keeps the page from being shown."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import current_app, request
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm.exc import StaleDataError

from models import Conversation, Match, Response, ResponseReading, RuleViolation, db
from models.database import promise_to_read_only
from webapp.acting import me
from webapp.predicates import is_reader, is_supplier_told


def note_reading(response: Response) -> None:
    """The commune opened a response: « envoyée » becomes « en cours d’examen », and this person has read this version.
    Nothing for anybody else, nor under seal."""
    if response.is_sealed or not is_reader(me(), response) or not _is_a_person():
        return
    read = ResponseReading.versions_read([response], by=me()).get(response.id)
    if response.status == "submitted" or response.sent is None or read != response.sent.number:
        _write_down(response, _read)


def _read(response: Response) -> None:
    response.read(by=me())
    ResponseReading.note(response, by=me())


def note_opening(*responses: Response) -> None:
    """The commune saw a document, or what was under seal, elsewhere than on the page of a response: that opens it too.
    Which version this person has read is said by that page alone."""
    for response in responses:
        is_new = response.status == "submitted" and not response.is_sealed
        if is_new and is_reader(me(), response) and _is_a_person():
            _write_down(response, lambda fresh: fresh.read(by=me()))


def note_seeing(match: Match) -> None:
    """The company opened an introduction for the first time."""
    if match.seen_at is None and is_supplier_told(me(), match) and _is_a_person():
        _write_down(match, lambda fresh: fresh.see())


def note_conversation(conversation: Conversation) -> None:
    """Somebody opened a conversation: what was written in it so far is read by them."""
    if conversation.unread_by(me()) and _is_a_person():
        _write_down(conversation, lambda fresh: fresh.mark_read(me()))


def _is_a_person() -> bool:
    """Not a browser which fetches in advance what nobody has asked for."""
    return request.method == "GET" and "prefetch" not in request.headers.get("Sec-Purpose", "")


def _write_down(thing: Any, act: Callable[[Any], None]) -> None:
    """Do ``act`` on ``thing`` read again, and commit; a busy database or somebody quicker is no reason to fail."""
    kind, number = type(thing), thing.id
    db.session.rollback()
    promise_to_read_only(False)
    try:
        act(db.session.get(kind, number))
        db.session.commit()
    except (IntegrityError, OperationalError, RuleViolation, StaleDataError):
        db.session.rollback()
        current_app.logger.warning("that %s %s was opened could not be written", kind.__name__, number)
    finally:
        promise_to_read_only(True)
