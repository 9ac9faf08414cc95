"""Two responses side by side, whole; and which of them one has read, each for oneself."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from flask import redirect, render_template, request, url_for
from sqlalchemy.orm import joinedload, selectinload

from models import Need, Response, ResponseReading, db
from webapp.acting import me
from webapp.permissions import loaded
from webapp.reading import note_reading
from webapp.responses.views import blueprint
from webapp.written import as_read


@blueprint.get("/besoins/<int:need_id>/reponses/cote-a-cote")
def compare(need_id: int) -> Any:
    """?a= and ?b= are numbers of responses; the first two where they say nothing that can be read."""
    need = loaded(Need)
    received = _received(need)
    if not received or received[0].is_sealed:
        return redirect(url_for("needs.responses", need_id=need.id), 303)
    pair = _pair(received)
    for response in pair:
        note_reading(response)
    sides = [as_read(response, by_company=False) for response in pair]
    return render_template("responses/compare.html", need=need, received=received, sides=sides)


def _received(need: Need) -> Sequence[Response]:
    loads = (joinedload(Response.organization), joinedload(Response.need), selectinload(Response.versions))
    return db.session.scalars(Response.received(need).options(*loads)).all()


def _pair(received: Sequence[Response]) -> list[Response]:
    """The two that were asked for, each once."""
    by_number = {response.id: response for response in received}
    asked = [by_number.get(request.args.get(side, type=int) or 0) for side in ("a", "b")]
    first = asked[0] or received[0]
    others = [response for response in received if response is not first]
    second = asked[1] if asked[1] is not first else None
    return [first, *([second or others[0]] if others else [])]


@blueprint.app_template_global()
def versions_read(responses: Iterable[Response]) -> dict[int, int]:
    """Response number → the version that the person of this request read last."""
    return ResponseReading.versions_read(responses, by=me())
