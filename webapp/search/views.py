"""One box for everything: needs and solutions together, by meaning."""

from __future__ import annotations

from flask import Blueprint, render_template

from webapp.limits import SEARCH, limiter
from webapp.search import results as found_by
from webapp.search.queries import organizations_named, typed_question

blueprint = Blueprint("search", __name__)


@blueprint.get("/recherche")
@limiter.limit(SEARCH)
def results() -> str:
    words = typed_question()
    return render_template(
        "search/results.html", q=words, found=found_by.search(words), named=organizations_named(words)
    )
