"""Which solutions a page showed or opened, and to whom it counts: the table below, and nothing in the views.

Counted as webapp/tally.py says: once a person and a day, after the answer has left. Robots, pages fetched before anybody
asked, and the members of the solution's own organisation do not count; for ``opened``, nor does the team, whose work it is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from flask import Flask, request, template_rendered
from flask_login import current_user

from models import Match, Solution
from webapp.tally import is_looked_at_by_a_person, reader


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
#: endpoint → the one solution that its page is about.
OPENS: dict[str, Callable[[dict[str, Any]], Solution]] = {
    "solutions.show": lambda context: context["solution"],
}


def init_app(app: Flask) -> None:
    template_rendered.connect(_note_page, app)


def _note_page(app: Flask, template: Any, context: dict[str, Any], **_: Any) -> None:
    endpoint = request.endpoint or ""
    is_error = str(template.name).startswith("errors/")  # another page under the same address
    if endpoint not in SHOWS or is_error or not is_looked_at_by_a_person():
        return
    try:
        seen = [("shown", solution) for solution in SHOWS[endpoint](context)]
        if endpoint in OPENS and not (current_user.is_authenticated and current_user.is_curator):
            seen.append(("opened", OPENS[endpoint](context)))
        own = _own_organizations()
        counted = [(kind, one.id) for kind, one in seen if one.is_public and one.organization_id not in own]
    except (AttributeError, KeyError):  # the view changed its names: the page matters more than its count
        app.logger.exception("what %s showed was not counted", request.endpoint)
        return
    app.extensions["tally"].note(reader(), [(key, None) for key in counted])


def _own_organizations() -> set[int]:
    if not current_user.is_authenticated:
        return set()
    return {membership.organization_id for membership in current_user.active_memberships()}
