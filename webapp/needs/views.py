"""The pages that anybody reads: the list of needs and each need; and what the commune follows on its own."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext as _

from models import Need, NeedSupport, Response, ReviewPoint, Theme, db
from models.choices import is_nowhere
from models.need_audiences import validators
from models.solution_lifecycle import MATURITIES
from models.wording import advise, text_of
from webapp.acting import acting_for, companies_that_may_answer, me
from webapp.limits import SEARCH, limiter
from webapp.links import address_of
from webapp.needs import acts, queries, stages
from webapp.permissions import can, loaded
from webapp.reading import note_opening
from webapp.references.adopters import actors_of, adopted_for
from webapp.search.queries import typed_question
from webapp.written import as_read

blueprint = Blueprint("needs", __name__)
#: What a commune does with the responses it has read.
AFTER_READING = ("answer_responses", "open_dialogue", "conclude")


@blueprint.get("/besoins")
@limiter.limit(SEARCH, exempt_when=lambda: not request.args.get("q"))
def index() -> str:
    q, choices = typed_question(), queries.chosen()
    found = queries.listed(q, choices)
    themes = [theme.code for theme in db.session.scalars(Theme.listed())]
    offered = {"themes": themes, "maturities": MATURITIES, "states": _states()}
    asked = {"q": q, "choices": choices, "nowhere": is_nowhere(choices.commune)}
    return render_template("needs/index.html", found=found, page=found.page, **asked, **offered)


@blueprint.get("/besoins/<int:need_id>", defaults={"slug": ""})
@blueprint.get("/besoins/<int:need_id>-<slug>")
def show(need_id: int, slug: str) -> Any:
    need = loaded(Need)
    if slug != need.slug:
        return redirect(address_of(need), 301 if need.is_public else 302)
    is_owner = can("need.write", need)
    return render_template(
        "needs/show.html",
        need=need,
        stages=stages,
        is_owner=is_owner,
        answer=_own_response(need) if can("need.respond", need) else None,
        **_for_all(need),
        **(_for_owner(need) if is_owner else {}),
    )


def _for_all(need: Need) -> dict[str, Any]:
    """What everybody who reads a public need sees besides its words. ``named``: who answered without a solution online."""
    if not need.is_public:
        return {"adoptions": [], "named": [], "supports": []}
    return {
        "adoptions": adopted_for(need),
        "named": [
            actor.organization for actor in actors_of([need]).get(need.id, []) if actor.solution is None
        ],
        "supports": queries.supports_of(need),
    }


def _states() -> list[tuple[str, str]]:
    """What the list of states offers besides « open », which is shown when nothing is chosen."""
    return [
        ("closed", _("Clos, en cours de choix")),
        ("concluded", _("Conclus")),
        ("withdrawn", _("Retirés")),
        ("all", _("Tous")),
    ]


def _for_owner(need: Need) -> dict[str, Any]:
    """What the members of the commune see besides."""
    return {
        "acts": acts.possible_acts(need),
        "counts": queries.count_followed(need),
        "gaps": queries.gaps_if_unmet(need),
        "points": ReviewPoint.to_do(need),
        "support_total": NeedSupport.total_cents(need),
        "waits_for_other_eyes": acts.waits_for_other_eyes(need),
        "deciders": validators(need) if need.status == "awaiting_validation" else [],
        "is_tied": acts.is_tied(need),
        "has_only_own_eyes": acts.has_only_own_eyes(need),
        "advice": advise(text_of(need)) if need.status == "awaiting_validation" else [],
    }


@blueprint.route("/besoins/nouveau", methods=["GET", "POST"])
def create() -> Any:
    """Three lines that say what happens, then a draft. Pressed twice, the empty draft is found again."""
    organization = acting_for("demand")
    assert organization is not None, "guarded by write_need"
    if request.method == "GET":
        return render_template(
            "needs/create.html", organization=organization, is_first=not queries.has_published(organization)
        )
    begun = db.session.scalar(queries.empty_drafts(organization, me()))
    need = begun or Need.draft(organization=organization, by=me())
    db.session.commit()
    return redirect(url_for("needs.edit", need_id=need.id, step="problem"), 303)


@blueprint.get("/besoins/<int:need_id>/mises-en-relation")
def matches(need_id: int) -> str:
    """What the team retained for this need; what it dismissed or has not read stays on its desk."""
    need = loaded(Need)
    retained = db.session.scalars(queries.retained_for(need)).all()
    gaps = queries.gaps_if_unmet(need)
    return render_template("needs/matches.html", need=need, matches=retained, gaps=gaps)


@blueprint.get("/besoins/<int:need_id>/reponses")
def responses(need_id: int) -> str:
    """Side by side; under seal, only how many have come. What was under seal is opened all at once."""
    need = loaded(Need)
    if need.sealed:
        note_opening(*need.responses)
    received = db.session.scalars(queries.received_by(need))
    return render_template(
        "needs/responses.html",
        need=need,
        responses=[as_read(response, by_company=False) for response in received],
        is_sealed=need.sealed and need.status == "published",
        acts=[act for act in acts.possible_acts(need) if act.action in AFTER_READING],
    )


def _own_response(need: Need) -> Response | None:
    """The response that the person's company has begun, if any."""
    return next(
        (
            found
            for company in companies_that_may_answer(need)
            if (found := Response.of_company(need, company))
        ),
        None,
    )
