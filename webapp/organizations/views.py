"""Find, join, create, show and change an organisation; close it."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from models import Invitation, Organization, RuleViolation, db
from models.text import canon_line
from webapp.languages import said
from webapp.links import address_of
from webapp.organizations.area import blueprint
from webapp.organizations.forms import OrganizationForm, ProfileForm
from webapp.organizations.joining import create as create_organization
from webapp.organizations.joining import join as join_organization
from webapp.organizations.joining import my_memberships, search_to_join
from webapp.organizations.lookup import looked_up
from webapp.organizations.showcase import on_display
from webapp.permissions import loaded
from workers.queue import ring

LONGEST_SEARCH = 100


@blueprint.get("/organisations/choisir")
def choose() -> str:
    words = canon_line(request.args.get("q", ""))[:LONGEST_SEARCH]
    found = search_to_join(words) if len(words) > 1 else []
    return render_template(
        "organizations/choose.html",
        words=words,
        found=found,
        mine=my_memberships(),
        invitations=Invitation.waiting_for(current_user),
    )


@blueprint.post("/organisations/<int:organization_id>/rejoindre")
def join(organization_id: int) -> Any:
    organization = loaded(Organization)
    try:
        sentence = join_organization(organization)
    except RuleViolation as refusal:
        db.session.rollback()
        flash(said(refusal), "error")
        return redirect(url_for("organizations.choose"), 303)
    ring("deliver_notifications")
    db.session.commit()
    flash(_(sentence), "success")
    return redirect(_after_joining(organization), 303)


def _after_joining(organization: Organization) -> str:
    """Whoever speaks for a public body ticks, on one screen, what interests it (R011); others go to their space."""
    is_in = current_user.membership_of(organization) is not None
    return url_for("following.themes" if is_in and organization.is_demand else "spaces.home")


@blueprint.route("/organisations/nouvelle", methods=["GET", "POST"])
def create() -> Any:
    form = OrganizationForm(**_looked_for()) if request.method == "GET" else OrganizationForm()
    if "look_up" in request.form:
        form, note = looked_up(form)
        return render_template("organizations/create.html", form=form, note=note)
    made: list[Organization] = []
    if form.validate_on_submit() and form.obeys(lambda: made.append(create_organization(form))):
        ring("deliver_notifications")
        db.session.commit()
        flash(_("Organisation créée. L’équipe de la Métropole la vérifie, puis vous écrit."), "success")
        return redirect(_after_creation(made[0]), 303)
    return render_template("organizations/create.html", form=form), 422 if form.errors else 200


def _looked_for() -> dict[str, str]:
    """What was typed in the search that found nothing: a name, or a number."""
    typed = request.args.get("name", "")[:160]
    return {"siret" if typed.replace(" ", "").isdigit() else "name": typed}


def _after_creation(organization: Organization) -> str:
    """The charter is the next step of whoever offers solutions: it cannot be verified before."""
    if organization.is_supply and not organization.is_demand:
        return url_for("organizations.charter", organization_id=organization.id)
    return _after_joining(organization)


@blueprint.get("/organisations/<int:organization_id>", defaults={"slug": ""})
@blueprint.get("/organisations/<int:organization_id>-<slug>")
def show(organization_id: int, slug: str) -> Any:
    organization = loaded(Organization)
    if organization.merged_into_id is not None:
        return redirect(address_of(db.session.get_one(Organization, organization.merged_into_id)), 301)
    if slug != organization.slug:
        return redirect(address_of(organization), 301)
    return render_template(
        "organizations/show.html",
        organization=organization,
        membership=_membership_here(organization),
        **on_display(organization),
    )


def _membership_here(organization: Organization) -> Any:
    return current_user.membership_of(organization) if current_user.is_authenticated else None


@blueprint.route("/organisations/<int:organization_id>/modifier", methods=["GET", "POST"])
def edit(organization_id: int) -> Any:
    organization = loaded(Organization)
    form = ProfileForm.about(organization)
    if form.validate_on_submit() and form.obeys(
        lambda: organization.revise(by=current_user, **form.chosen(*form._fields))
    ):
        db.session.commit()
        flash(_("La page de votre organisation est à jour."), "success")
        return redirect(address_of(organization), 303)
    return render_template(
        "organizations/edit.html", form=form, organization=organization
    ), 422 if form.errors else 200


@blueprint.route("/organisations/<int:organization_id>/archiver", methods=["GET", "POST"])
def archive(organization_id: int) -> Any:
    """Asked once; refused while something is open."""
    organization = loaded(Organization)
    if request.method == "GET":
        problems = [
            problem
            for move in organization.lifecycle.find("archive", organization.status)
            for problem in organization.lifecycle.problems(move, organization)
        ]
        return render_template("organizations/archive.html", organization=organization, problems=problems)
    organization.archive(by=current_user)
    ring("deliver_notifications")
    db.session.commit()
    flash(_("Organisation fermée. Ses membres en sont prévenus."), "success")
    return redirect(url_for("spaces.home"), 303)
