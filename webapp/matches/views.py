"""Introductions, as the two sides follow them."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from models import Match, Response, db
from webapp.acting import me
from webapp.asking import ask_once
from webapp.matches.forms import DeclineForm
from webapp.matches.queries import as_seen_by_company, introductions_of, side_of
from webapp.permissions import can, loaded
from webapp.predicates import is_supplier_told
from webapp.reading import note_seeing
from webapp.search.queries import paginate
from workers.queue import ring

blueprint = Blueprint("matches", __name__)


@blueprint.get("/mises-en-relation")
def index() -> str:
    page = paginate(introductions_of(me()))
    return render_template(
        "matches/index.html", page=page, mine={m.organization_id for m in me().active_memberships()}
    )


@blueprint.get("/mises-en-relation/<int:match_id>")
def show(match_id: int) -> str:
    match = loaded(Match)
    note_seeing(match)
    both = {"match": match, "need": match.need, "solution": match.solution}
    may_decline = can("match.decline", match) and match.may("decline")
    seen = _as_company(match) if is_supplier_told(me(), match) else _as_commune(match)
    return render_template("matches/show.html", may_decline=may_decline, **both, **seen)


@blueprint.route("/mises-en-relation/<int:match_id>/decliner", methods=["GET", "POST"])
def decline(match_id: int) -> Any:
    match, form = loaded(Match), DeclineForm()
    answer = {"by": me(), "organization": side_of(me(), match)}
    if form.validate_on_submit() and form.obeys(
        lambda: match.decline(**answer, **form.chosen("reason_code", "note"))
    ):
        ring("deliver_notifications")
        db.session.commit()
        flash(_("C’est noté. La personne qui vous a présentés lira votre raison."), "success")
        return redirect(url_for("matches.show", match_id=match.id), 303)
    if request.method == "GET" and not match.may("decline"):
        return redirect(url_for("matches.show", match_id=match.id), 303)
    return ask_once(form, match, "decline", **_words_of_decline(match))


def _as_company(match: Match) -> dict[str, Any]:
    return {
        "is_supplier": True,
        "explained": as_seen_by_company(match),
        "answer": Response.of_company(match.need, match.solution.organization),
        "may_respond": can("need.respond", match.need),
    }


def _as_commune(match: Match) -> dict[str, Any]:
    return {"is_supplier": False, "explained": match, "answer": match.response, "may_respond": False}


def _words_of_decline(match: Match) -> dict[str, str]:
    return {
        "title": _("Décliner cette mise en relation"),
        "then": _("Votre raison va à l’équipe de la Métropole, pas à l’autre partie."),
        "button": _("Décliner"),
        "name": match.need.title,
        "back": url_for("matches.show", match_id=match.id),
    }
