"""Which kinds of pages are read (R215, indicator K2): the table below. No cookie, no address, nobody is kept.

Counted as webapp/tally.py says: a page once a person and a day, a visit once a person and a day, after the answer has left.
Robots, pages fetched before anybody asked, and the team of the Métropole, whose work it is, do not count.
"""

from __future__ import annotations

from flask import Flask, Response, request
from flask_login import current_user

from models.visit_count import VISIT
from webapp.tally import PAGE, is_looked_at_by_a_person, reader

#: endpoint → the kind of page (models/visit_count.py). Public pages only: what one does in one's own space is not watched.
KIND_OF = {
    "pages.home": "home",
    "needs.index": "needs",
    "needs.show": "need",
    "solutions.index": "solutions",
    "solutions.show": "solution",
    "search.results": "search",
    "organizations.show": "organization",
    "directory.index": "organization",
    "pages.map": "map",
    "events.index": "events",
    "events.show": "events",
    "figures.index": "figures",
    "figures.show": "figures",
    "pages.how_it_works": "explanation",
    "pages.transparency": "explanation",
    "pages.help": "explanation",
}
READ = 200


def init_app(app: Flask) -> None:
    @app.after_request
    def note(response: Response) -> Response:
        kind = KIND_OF.get(request.endpoint or "")
        is_read = response.status_code == READ and response.mimetype == "text/html"
        if kind and is_read and is_looked_at_by_a_person() and not _is_of_the_team():
            app.extensions["tally"].note(reader(), [((PAGE, kind), request.path), ((PAGE, VISIT), None)])
        return response


def _is_of_the_team() -> bool:
    return bool(current_user.is_authenticated and current_user.is_curator)
