"""What the team reads before it shows: first needs of a commune, solutions, organisations."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _

from models import Need, Organization, ReviewPoint, Solution, db
from models.errors import NotReady
from models.organization import check_siret
from models.solution import SUBSTANCE
from webapp.acting import me
from webapp.curation import queue, reading
from webapp.curation.forms import AssignForm, ReadForm, ReasonForm
from webapp.curation.views import blueprint, code_of
from webapp.permissions import loaded
from workers.queue import ring


@blueprint.get("/curation/relectures")
def reviews() -> str:
    return render_template(
        "curation/reviews.html",
        piles=queue.read_piles(),
        needs=queue.needs_to_review(),
        helps=queue.needs_to_help(),
        solutions=queue.solutions_to_review(),
        organizations=queue.organizations_to_verify(),
        late_after=queue.LATE_AFTER,
    )


def settle(sentence: str, *bells: str) -> Any:
    """Keep what was done, ring, back to what is left to read."""
    for bell in ("deliver_notifications", *bells):
        ring(bell)
    db.session.commit()
    flash(sentence, "success")
    return redirect(url_for("curation.reviews"), 303)


# ------------------------------------------------------------------ needs


@blueprint.get("/curation/besoins/<int:need_id>")
def need(need_id: int) -> Any:
    return need_page(loaded(Need))


def need_page(need: Need, *, refused: Any = None, action: str = "publish") -> Any:
    """``refused``: the form that did not pass, shown again with what it held."""
    forms = {
        "publish": ReadForm(formdata=None),
        "request_changes": ReasonForm(formdata=None),
        "assign_help": AssignForm(formdata=None),
    }
    if refused is not None:
        forms[action] = refused
    page = render_template(
        "curation/need.html",
        need=need,
        form=refused,
        forms=forms,
        points=reading.read_closely(need),
        asked=ReviewPoint.read_again(need),
        missing=reading.missing(need),
        as_validated=need.validated_hash == need.substance_hash,
        to_decide=queue.first_of(need),
    )
    return page, code_of(refused, need, action) if refused is not None else 200


@blueprint.post("/curation/besoins/<int:need_id>/publier")
def publish_need(need_id: int) -> Any:
    need, form = loaded(Need), ReadForm()
    if form.validate() and form.obeys(lambda: need.publish(by=me())):
        return settle(
            _("Besoin publié. Les propositions arrivent dans la file ; la collectivité est prévenue."),
            "propose_matches",
        )
    return need_page(need, refused=form, action="publish")


@blueprint.post("/curation/besoins/<int:need_id>/demander-des-changements")
def request_need_changes(need_id: int) -> Any:
    need, form = loaded(Need), ReasonForm()
    if form.validate() and form.obeys(lambda: need.request_changes(by=me(), reason=form.reason.data)):
        return settle(_("Demande envoyée à l’auteur et aux validateurs de la collectivité."))
    return need_page(need, refused=form, action="request_changes")


@blueprint.post("/curation/besoins/<int:need_id>/proposer-de-l-aide")
def offer_help(need_id: int) -> Any:
    need = loaded(Need)
    need.offer_help(by=me())
    return settle(_("L’auteur sait que vous l’aidez : il a reçu votre nom et votre adresse."))


@blueprint.post("/curation/besoins/<int:need_id>/confier-l-aide")
def assign_help(need_id: int) -> Any:
    need, form = loaded(Need), AssignForm()
    if form.validate() and form.obeys(lambda: need.assign_help(by=me(), to=form.colleague)):
        return settle(_("C’est confié : la personne et l’auteur sont prévenus."))
    return need_page(need, refused=form, action="assign_help")


# ------------------------------------------------------------------ solutions


@blueprint.get("/curation/solutions/<int:solution_id>")
def solution(solution_id: int) -> Any:
    return solution_page(loaded(Solution))


def solution_page(solution: Solution, *, refused: Any = None, action: str = "") -> Any:
    forms = {
        name: ReasonForm(formdata=None, prefix=f"{name}-")
        for name in ("request_changes", "refuse_changes", "suspend")
    }
    if refused is not None:
        forms[action] = refused
    changes = solution.proposed_changes or {}
    compared = [(name, getattr(solution, name), changes[name]) for name in SUBSTANCE if name in changes]
    page = render_template(
        "curation/solution.html",
        solution=solution,
        form=refused,
        forms=forms,
        compared=compared,
        points=reading.read_page(solution),
        asked=ReviewPoint.read_again(solution),
    )
    return page, code_of(refused, solution, action) if refused is not None else 200


def explain(solution: Solution, action: str, act: Callable[[str], Any], done: str) -> Any:
    """A decision about ``solution`` that needs a reason."""
    form = ReasonForm(prefix=f"{action}-")
    if form.validate() and form.obeys(lambda: act(form.reason.data)):
        return settle(done)
    return solution_page(solution, refused=form, action=action)


@blueprint.post("/curation/solutions/<int:solution_id>/publier")
def publish_solution(solution_id: int) -> Any:
    loaded(Solution).publish(by=me())
    return settle(
        _("Solution en ligne pour douze mois. Elle va être rapprochée des besoins ouverts."),
        "propose_matches",
    )


@blueprint.post("/curation/solutions/<int:solution_id>/demander-des-changements")
def request_solution_changes(solution_id: int) -> Any:
    solution = loaded(Solution)
    done = _("Demande envoyée à l’auteur de la fiche.")
    return explain(
        solution, "request_changes", lambda reason: solution.request_changes(by=me(), reason=reason), done
    )


@blueprint.post("/curation/solutions/<int:solution_id>/accepter-les-changements")
def accept_changes(solution_id: int) -> Any:
    loaded(Solution).accept_changes(by=me())
    return settle(_("Les nouveaux mots sont en ligne ; l’auteur est prévenu."), "propose_matches")


@blueprint.post("/curation/solutions/<int:solution_id>/refuser-les-changements")
def refuse_changes(solution_id: int) -> Any:
    solution = loaded(Solution)
    done = _("Changements refusés : la fiche reste comme elle est, l’auteur lit vos raisons.")
    return explain(
        solution, "refuse_changes", lambda reason: solution.refuse_changes(by=me(), reason=reason), done
    )


@blueprint.post("/curation/solutions/<int:solution_id>/suspendre")
def suspend_solution(solution_id: int) -> Any:
    solution = loaded(Solution)
    done = _("Solution suspendue : elle n’est plus visible, ses mises en relation en cours sont caduques.")
    return explain(solution, "suspend", lambda reason: solution.suspend(by=me(), reason=reason), done)


@blueprint.post("/curation/solutions/<int:solution_id>/retablir")
def reinstate_solution(solution_id: int) -> Any:
    loaded(Solution).reinstate(by=me())
    return settle(_("Solution de nouveau en ligne ; l’organisation est prévenue."), "propose_matches")


# ------------------------------------------------------------------ organisations


@blueprint.get("/curation/organisations/<int:organization_id>")
def organization(organization_id: int) -> Any:
    return organization_page(loaded(Organization))


def organization_page(organization: Organization, *, refused: Any = None) -> Any:
    page = render_template(
        "curation/organization.html",
        organization=organization,
        form=refused,
        founder=queue.founder_of(organization),
        suspension=refused or ReasonForm(formdata=None),
        siret_is_valid=has_valid_siret(organization),
    )
    return page, code_of(refused, organization, "suspend") if refused is not None else 200


def has_valid_siret(organization: Organization) -> bool:
    try:
        return bool(organization.siret and check_siret(organization.siret))
    except NotReady:
        return False


@blueprint.post("/curation/organisations/<int:organization_id>/verifier")
def verify(organization_id: int) -> Any:
    loaded(Organization).verify(by=me())
    return settle(_("Organisation vérifiée : ses membres sont prévenus."))


@blueprint.post("/curation/organisations/<int:organization_id>/suspendre")
def suspend(organization_id: int) -> Any:
    organization, form = loaded(Organization), ReasonForm()
    if form.validate() and form.obeys(lambda: organization.suspend(by=me(), reason=form.reason.data)):
        return settle(_("Organisation suspendue : ses membres lisent vos raisons."))
    return organization_page(organization, refused=form)


@blueprint.post("/curation/organisations/<int:organization_id>/retablir")
def reinstate(organization_id: int) -> Any:
    loaded(Organization).reinstate(by=me())
    return settle(_("Organisation rétablie : ses membres sont prévenus."))
