"""The catalogue and the page of one solution, for anybody."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, render_template, request

from models import ReviewPoint, Solution, Theme, db
from models.choices import NATURES, is_nowhere
from models.solution_lifecycle import MATURITIES
from webapp.interests.queries import open_demands
from webapp.labels import label
from webapp.limits import SEARCH, limiter
from webapp.links import address_of
from webapp.permissions import can, loaded
from webapp.references.adopters import adoptions_of, declared_of
from webapp.search.queries import organizations_named, typed_question
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
        nowhere=is_nowhere(choices.commune),
        found=queries.listed(q, choices),
        named=organizations_named(q),
        themes=themes,
        maturities=MATURITIES,
        natures=[(code, label("solution.nature", code)) for code in NATURES],
    )


@blueprint.get("/solutions/<int:solution_id>", defaults={"slug": ""})
@blueprint.get("/solutions/<int:solution_id>-<slug>")
def show(solution_id: int, slug: str) -> Any:
    solution = loaded(Solution)
    if slug != solution.slug:
        return redirect(address_of(solution), 301 if solution.is_public else 302)
    is_owner = can("solution.write", solution)
    return render_template(
        "solutions/show.html",
        solution=solution,
        is_owner=is_owner,
        others=queries.others_of(solution),
        adoptions=adoptions_of(solution),
        declared=declared_of(solution),
        **(_for_its_members(solution) if is_owner else {"demands": open_demands(solution)}),
    )


def _for_its_members(solution: Solution) -> dict[str, Any]:
    """What the team asked of it, and why it is suspended where it is."""
    return {
        "comment": queries.last_comment(solution),
        "points": ReviewPoint.to_do(solution),
        "suspension": solution.last_suspension() if solution.status == "suspended" else None,
    }
