"""The one exception to « a GET changes nothing »: that a message was opened is itself a fact, and the other side may
count on it. It is written in a transaction of its own, short, and never keeps the page from being shown."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import current_app, request
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm.exc import StaleDataError

from models import Match, Response, RuleViolation, db
from models.database import promise_to_read_only
from webapp.acting import me
from webapp.predicates import is_reader, is_supplier_told


def note_reading(response: Response) -> None:
    """The commune opened a response: « envoyée » becomes « en cours d’examen ». Nothing for anybody else, nor under seal."""
    if (
        response.status == "submitted"
        and not response.is_sealed
        and is_reader(me(), response)
        and _is_a_person()
    ):
        _write_down(response, lambda fresh: fresh.read(by=me()))


def note_seeing(match: Match) -> None:
    """The company opened an introduction for the first time."""
    if match.seen_at is None and is_supplier_told(me(), match) and _is_a_person():
        _write_down(match, lambda fresh: fresh.see())


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
    except (OperationalError, RuleViolation, StaleDataError):
        db.session.rollback()
        current_app.logger.warning("that %s %s was opened could not be written", kind.__name__, number)
    finally:
        promise_to_read_only(True)
