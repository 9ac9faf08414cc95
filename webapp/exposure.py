"""Which solutions a page showed, and to whom it counts: the table below, and nothing in the views.

A page notes them in memory once it is rendered; they are written together after an answer has left, every few seconds, in
one statement: no reader waits for it. The same person sees a solution once a day, however many pages show it. Robots, pages
fetched before anybody asked, and the members of the solution's own organisation do not count. Who saw what is known to this
process alone, as a number that says nothing, and forgotten with the day; a killed process loses a few seconds of it.
"""

from __future__ import annotations

import atexit
import re
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

from flask import Flask, Response, current_app, request, template_rendered
from flask_login import current_user
from sqlalchemy.exc import IntegrityError, OperationalError

from models import Exposure, Match, Solution, db
from models.database import reading_only
from models.exposure import today

WRITE_EVERY = 5.0  # seconds
MOST_REMEMBERED = 20_000  # pairs of a person and a solution, about two megabytes
ROBOTS = re.compile(
    r"bot|crawl|spider|slurp|fetch|monitor|preview|headless|curl|wget|python|java/|go-http|libwww|^$",
    re.IGNORECASE,
)


def _of_matches(matches: Iterable[Match]) -> list[Solution]:
    return [match.solution for match in matches]


def _beside(context: dict[str, Any]) -> list[Solution]:
    return context["beside"].solutions if context.get("beside") else []


#: endpoint → the solutions that its page shows, in the names of its template.
SHOWS: dict[str, Callable[[dict[str, Any]], Iterable[Solution]]] = {
    "pages.home": lambda context: context["solutions"],
    "search.results": lambda context: context["found"].solutions,
    "solutions.index": lambda context: context["found"].page.items,
    "solutions.show": lambda context: [context["solution"], *context["others"]],
    "organizations.show": lambda context: context["solutions"],
    "needs.edit": _beside,
    "needs.panels": _beside,
    "solutions.edit": _beside,
    "solutions.panels": _beside,
    "needs.matches": lambda context: _of_matches(context["matches"]),
    "matches.show": lambda context: _of_matches([context["match"]]),
    "curation.desk": lambda context: _of_matches([context["match"]] if "match" in context else []),
    "curation.show": lambda context: _of_matches([context["match"]]),
}


def init_app(app: Flask) -> None:
    app.extensions["showings"] = Showings()
    template_rendered.connect(_note_page, app)
    app.after_request(_write_later)
    atexit.register(_write_the_rest, app)


def _note_page(app: Flask, template: Any, context: dict[str, Any], **_: Any) -> None:
    shows = SHOWS.get(request.endpoint or "")
    is_error = str(template.name).startswith("errors/")  # another page under the same address
    if shows is None or is_error or not _is_looked_at_by_a_person():
        return
    try:
        shown = [one for one in shows(context) if one.is_public]
    except (AttributeError, KeyError):  # the view changed its names: the page matters more than its count
        app.logger.exception("what %s showed was not counted", request.endpoint)
        return
    own = _own_organizations()
    app.extensions["showings"].note(_who(), [one.id for one in shown if one.organization_id not in own])


def _own_organizations() -> set[int]:
    if not current_user.is_authenticated:
        return set()
    return {membership.organization_id for membership in current_user.active_memberships()}


def _is_looked_at_by_a_person() -> bool:
    return (
        request.method != "HEAD"
        and "prefetch" not in request.headers.get("Sec-Purpose", "")
        and not ROBOTS.search(request.user_agent.string)
    )


def _who() -> int:
    """One number a person: the account, else the browser and where it is."""
    if current_user.is_authenticated:
        return hash(("account", current_user.id))
    return hash((request.remote_addr, request.user_agent.string))


def _write_later(response: Response) -> Response:
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    # A test looks at what was counted when it wants to, and holds the database meanwhile.
    if app.extensions["showings"].is_due and not app.testing:
        response.call_on_close(lambda: write_showings(app))
    return response


def _write_the_rest(app: Flask) -> None:
    """When the process is told to end: what was shown in its last seconds."""
    if app.extensions["showings"].has_some and not app.testing:
        write_showings(app)


def write_showings(app: Flask) -> None:
    """Write down what was shown since the last time. A busy database is asked again later."""
    showings: Showings = app.extensions["showings"]
    taken = showings.take()
    with app.app_context(), reading_only(promise=False):
        try:
            for day, solutions in taken.items():
                Exposure.count("shown", solutions, on=day)
            db.session.commit()
        except OperationalError:
            db.session.rollback()
            showings.give_back(taken)
        except IntegrityError:  # a solution that is no more
            db.session.rollback()
            app.logger.warning("showings of %d days could not be counted", len(taken))


class Showings:
    """What one process has shown and not written yet. Used by all its threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counted: dict[date, Counter[int]] = {}
        self._seen: set[int] = set()
        self._day = today()
        self._taken_at = time.monotonic()

    def note(self, who: int, solutions: Iterable[int]) -> None:
        """``who`` was shown these solutions now."""
        with self._lock:
            if self._day != today() or len(self._seen) > MOST_REMEMBERED:
                self._day, self._seen = today(), set()
            for number in solutions:
                if hash((who, number)) not in self._seen:
                    self._seen.add(hash((who, number)))
                    self._counted.setdefault(self._day, Counter())[number] += 1

    @property
    def has_some(self) -> bool:
        return bool(self._counted)

    @property
    def is_due(self) -> bool:
        return self.has_some and time.monotonic() - self._taken_at >= WRITE_EVERY

    def take(self) -> dict[date, Counter[int]]:
        """All that was counted, which is then the caller's to write."""
        with self._lock:
            taken, self._counted = self._counted, {}
            self._taken_at = time.monotonic()
        return taken

    def give_back(self, taken: dict[date, Counter[int]]) -> None:
        with self._lock:
            for day, solutions in taken.items():
                self._counted.setdefault(day, Counter()).update(solutions)
