"""What one process has counted of the pages that people read, and not written yet.

A page is noted in memory once it is rendered; counts are written together after an answer has left, every few seconds, in a
few statements: no reader waits for it, and a GET still writes nothing itself. The same person counts once a day for each thing,
however often they see it. Who that was is known to this process alone, as a number that says nothing, and forgotten with the
day; a killed process loses a few seconds of counts.

What is counted: solutions (webapp/exposure.py) and kinds of pages (webapp/visits.py).
"""

from __future__ import annotations

import atexit
import re
import threading
import time
from collections import Counter
from collections.abc import Hashable, Iterable
from datetime import date
from typing import Any

from flask import Flask, Response, current_app, request
from flask_login import current_user
from sqlalchemy.exc import IntegrityError, OperationalError

from models import Exposure, VisitCount, db
from models.calendar import today_in_paris
from models.database import reading_only
from models.exposure import KINDS

WRITE_EVERY = 5.0  # seconds
MOST_REMEMBERED = 20_000  # pairs of a person and a thing, about two megabytes
ROBOTS = re.compile(
    r"bot|crawl|spider|slurp|fetch|monitor|preview|headless|curl|wget|python|java/|go-http|libwww|^$",
    re.IGNORECASE,
)
#: (kind of exposure, number of the solution), or (PAGE, kind of page).
Key = tuple[str, Any]
PAGE = "page"


class Tally:
    """Used by all threads of the process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counted: dict[date, Counter[Key]] = {}
        self._seen: set[int] = set()
        self._day = today_in_paris()
        self._taken_at = time.monotonic()

    def note(self, who: int, things: Iterable[tuple[Key, Hashable]]) -> None:
        """``who`` sees these now: (what it counts as, what may count once a day only)."""
        with self._lock:
            if self._day != today_in_paris() or len(self._seen) > MOST_REMEMBERED:
                self._day, self._seen = today_in_paris(), set()
            for key, thing in things:
                seen = hash((who, key, thing))
                if seen not in self._seen:
                    self._seen.add(seen)
                    self._counted.setdefault(self._day, Counter())[key] += 1

    @property
    def has_some(self) -> bool:
        return bool(self._counted)

    @property
    def is_due(self) -> bool:
        return self.has_some and time.monotonic() - self._taken_at >= WRITE_EVERY

    def take(self) -> dict[date, Counter[Key]]:
        """All that was counted, which is then the caller's to write."""
        with self._lock:
            taken, self._counted = self._counted, {}
            self._taken_at = time.monotonic()
        return taken

    def give_back(self, taken: dict[date, Counter[Key]]) -> None:
        with self._lock:
            for day, counted in taken.items():
                self._counted.setdefault(day, Counter()).update(counted)


def init_app(app: Flask) -> None:
    app.extensions["tally"] = Tally()
    app.after_request(_write_later)
    atexit.register(_write_the_rest, app)


def is_looked_at_by_a_person() -> bool:
    return (
        request.method != "HEAD"
        and "prefetch" not in request.headers.get("Sec-Purpose", "")
        and not ROBOTS.search(request.user_agent.string)
    )


def reader() -> int:
    """One number a person: the account, else the browser and where it is."""
    if current_user.is_authenticated:
        return hash(("account", current_user.id))
    return hash((request.remote_addr, request.user_agent.string))


def _write_later(response: Response) -> Response:
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    # A test looks at what was counted when it wants to, and holds the database meanwhile.
    if app.extensions["tally"].is_due and not app.testing:
        response.call_on_close(lambda: write_tally(app))
    return response


def _write_the_rest(app: Flask) -> None:
    """When the process is told to end: what was seen in its last seconds."""
    if app.extensions["tally"].has_some and not app.testing:
        write_tally(app)


def write_tally(app: Flask) -> None:
    """Write down what was counted since the last time. A busy database is asked again later."""
    tally: Tally = app.extensions["tally"]
    taken = tally.take()
    with app.app_context(), reading_only(promise=False):
        try:
            for day, counted in taken.items():
                _write_day(day, counted)
            db.session.commit()
        except OperationalError:
            db.session.rollback()
            tally.give_back(taken)
        except IntegrityError:  # a solution that is no more
            db.session.rollback()
            app.logger.warning("counts of %d days could not be written", len(taken))


def _write_day(day: date, counted: Counter[Key]) -> None:
    for kind in KINDS:
        Exposure.count(
            kind, {number: times for (what, number), times in counted.items() if what == kind}, day
        )
    VisitCount.count({page: times for (what, page), times in counted.items() if what == PAGE}, day)
