"""The catalogue and the page of one solution, for anybody."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for

from models import Solution, Theme, db
from models.solution_lifecycle import MATURITIES
from webapp.limits import SEARCH, limiter
from webapp.permissions import can, loaded
from webapp.search.queries import typed_question
from webapp.solutions import queries

blueprint = Blueprint("solutions", __name__)


@blueprint.get("/solutions")
@limiter.limit(SEARCH, exempt_when=lambda: not request.args.get("q"))
def index() -> str:
    q, choices = typed_question(), queries.chosen()
    themes = [theme.code for theme in db.session.scalars(Theme.listed())]
    return render_template(
        "solutions/index.html",
        q=q,
        choices=choices,
        found=queries.listed(q, choices),
        themes=themes,
        maturities=MATURITIES,
    )


@blueprint.get("/solutions/<int:solution_id>-<slug>")
def show(solution_id: int, slug: str) -> Any:
    solution = loaded(Solution)
    if slug != solution.slug:
        address = url_for("solutions.show", solution_id=solution.id, slug=solution.slug)
        return redirect(address, 301 if solution.is_public else 302)
    is_owner = can("solution.write", solution)
    return render_template(
        "solutions/show.html",
        solution=solution,
        is_owner=is_owner,
        confirmed_at=queries.confirmed_at(solution),
        others=queries.others_of(solution),
        comment=queries.last_comment(solution) if is_owner else None,
        suspension=queries.suspension_of(solution) if is_owner and solution.status == "suspended" else None,
    )
