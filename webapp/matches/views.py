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
    is_supplier = is_supplier_told(me(), match)
    answer = Response.of_company(match.need, match.solution.organization) if is_supplier else match.response
    return render_template(
        "matches/show.html",
        match=match,
        explained=as_seen_by_company(match) if is_supplier else match,
        need=match.need,
        solution=match.solution,
        is_supplier=is_supplier,
        answer=answer,
        may_decline=can("match.decline", match) and match.may("decline"),
        may_respond=is_supplier and can("need.respond", match.need),
    )


@blueprint.route("/mises-en-relation/<int:match_id>/decliner", methods=["GET", "POST"])
def decline(match_id: int) -> Any:
    match, form = loaded(Match), DeclineForm()
    answer = {"by": me(), "organization": side_of(me(), match)}
    if form.validate_on_submit() and form.obeys(
        lambda: match.decline(**answer, **form.chosen("reason_code", "note"))
    ):
        ring("deliver_notifications")
        db.session.commit()
        flash(
            _(
                "C’est noté. La personne qui vous a présentés lira votre raison ; elle améliore les propositions suivantes."
            ),
            "success",
        )
        return redirect(url_for("matches.show", match_id=match.id), 303)
    back = url_for("matches.show", match_id=match.id)
    if request.method == "GET" and not match.may("decline"):
        return redirect(back, 303)
    words = {
        "title": _("Décliner cette mise en relation"),
        "button": _("Décliner"),
        "name": match.need.title,
        "back": back,
    }
    return ask_once(
        form,
        match,
        "decline",
        then=_("Votre raison va à l’équipe de la Métropole, pas à l’autre partie."),
        **words,
    )
