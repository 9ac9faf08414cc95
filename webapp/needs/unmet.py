"""Open needs for which the catalogue holds nothing yet, with what would help; and those that found, with who answered (R213)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from flask import render_template, request
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm import joinedload

from models import Need, NeedSupport, Theme, db
from models.choices import lists
from models.unmet_demand import HIGH_MATURITY, without_solution
from webapp.filters import figure, uncapitalised
from webapp.labels import label
from webapp.needs.views import blueprint
from webapp.references.adopters import actors_of, ended_well
from webapp.search.queries import paginate, reads_as_member

PER_PAGE, LATEST = 15, 3


@blueprint.get("/besoins/sans-solution")
def unmet() -> str:
    theme, as_member = request.args.get("theme", ""), reads_as_member()
    theme = theme if theme in Theme.codes() else ""
    query = without_solution(to_members=as_member).options(joinedload(Need.organization))
    page = paginate(query.where(lists(Need.themes, theme)) if theme else query, per_page=PER_PAGE)
    latest = db.session.scalars(ended_well(to_members=as_member).limit(LATEST)).all()
    return render_template(
        "needs/unmet.html",
        page=page,
        theme=theme,
        themes=[listed.code for listed in db.session.scalars(Theme.listed())],
        helps=what_helps(page.items),
        latest=latest,
    )


@blueprint.get("/besoins/ils-ont-trouve")
def found() -> str:
    query = ended_well(to_members=reads_as_member()).options(joinedload(Need.organization))
    page = paginate(query, per_page=PER_PAGE)
    return render_template("needs/found.html", page=page, actors=actors_of(page.items))


def what_helps(needs: Sequence[Need]) -> dict[int, list[str]]:
    """Number of the need → what makes it worth coming with something, from its public words alone."""
    supported = NeedSupport.count_for(needs)
    return {need.id: list(_helps(need, supported.get(need.id, 0))) for need in needs}


def _helps(need: Need, supports: int) -> Iterator[str]:
    if need.intent == "experiment":
        yield _("la collectivité veut essayer")
    if need.maturity_min is not None and need.maturity_min >= HIGH_MATURITY:
        yield _("il faut une solution déjà éprouvée")
    if need.resources:
        lent = ", ".join(uncapitalised(label("need.resource", code)) for code in need.resources)
        yield _("elle prête : %(lent)s", lent=lent)
    if need.beneficiaries:
        yield ngettext(
            "une personne concernée",
            "%(count)s personnes concernées",
            need.beneficiaries,
            count=figure(need.beneficiaries),
        )
    if supports:
        yield ngettext(
            "une autre collectivité a ce problème", "%(num)s autres collectivités ont ce problème", supports
        )
