"""The members of the marketplace: a list with filters, and a map. Public; the page of each is ``organizations.show``."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from models import Territory, Theme, db
from models.choices import is_nowhere
from models.organization import KINDS
from models.solution_lifecycle import MATURITIES
from webapp.acting import acting_for
from webapp.directory import queries
from webapp.directory.choices import MemberChoices, chosen
from webapp.labels import label, theme_choices
from webapp.limits import SEARCH, limiter
from webapp.organizations.communes import find_place
from webapp.tiles import tile_map

blueprint = Blueprint("directory", __name__)


@blueprint.get("/annuaire")
@limiter.limit(SEARCH, exempt_when=lambda: not request.args.get("q"))
def index() -> str:
    choices = chosen()
    page = queries.listed(choices)
    return render_template(
        "directory/index.html",
        choices=choices,
        page=page,
        shown=queries.shown_of(page.items, choices),
        place=find_place(choices.commune) if choices.commune else None,
        nowhere=is_nowhere(choices.commune),
        nearby=_nearby(),
        more=_more(choices),
        themes=[theme.code for theme in db.session.scalars(Theme.listed())],
        maturities=MATURITIES,
        **_map_of(choices),
    )


@blueprint.get("/annuaire/communes")
def places() -> str:
    """The map and its table: how many members in each commune."""
    drawn = _map_of(chosen())
    return render_template("directory/places.html", some=drawn["tiles"].by_name(drawn["counts"]), **drawn)


def _map_of(choices: MemberChoices) -> dict[str, Any]:
    """``around``: the list as it was asked, whose place each tile replaces."""
    asked = choices.anywhere.asked
    return {
        "tiles": tile_map(),
        "counts": queries.count_by_commune(choices),
        "asked": asked,
        "around": url_for("directory.index", **{**asked, "commune": ""}),  # type: ignore[arg-type]
    }


def _nearby() -> list[Territory]:
    """The commune of whoever speaks for a public body, and its EPT: its local providers in one click (R027)."""
    body = acting_for("demand") if current_user.is_authenticated else None
    if body is None or body.territory is None or body.territory.kind == "metropole":
        return []
    parent = body.territory.parent
    return [body.territory, parent] if parent is not None and parent.kind == "ept" else [body.territory]


def _more(choices: MemberChoices) -> list[tuple[Any, ...]]:
    """Choices of this list alone: name, title, (value, words), what is chosen, words for nothing chosen."""
    groups = [
        ("demand", _("Collectivités et organismes publics")),
        ("supply", _("Entreprises, associations, laboratoires")),
        ("holders", _("Porteurs d’une solution en ligne")),
        ("ecosystem", _("Incubateurs, investisseurs, experts")),
    ]
    kinds = [(kind, label("organization.kind", kind)) for kind in KINDS]
    known = [("declared", _("Déclarées au moins")), ("confirmed", _("Confirmées par une collectivité"))]
    labels = [(choice.value, choice.label) for choice in theme_choices("label")]
    return [
        ("who", _("Qui"), [*groups, *kinds], choices.who, _("Tous")),
        ("references", _("Références publiques"), known, choices.references, _("Indifférent")),
        ("label", _("Label"), labels, choices.label, _("Indifférent")),
    ]
