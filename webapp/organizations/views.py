"""Find, join, create, show and change an organisation; sign its charter; close it."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from models import Organization, RuleViolation, db
from models.organization import CHARTER_VERSION
from models.text import canon_line
from webapp.languages import said
from webapp.links import address_of
from webapp.organizations.area import blueprint
from webapp.organizations.forms import CharterForm, OrganizationForm, ProfileForm
from webapp.organizations.joining import create as create_organization
from webapp.organizations.joining import join as join_organization
from webapp.organizations.joining import my_memberships, search_to_join
from webapp.organizations.showcase import open_needs, public_solutions
from webapp.permissions import loaded
from workers.queue import ring

LONGEST_SEARCH = 100


@blueprint.get("/organisations/choisir")
def choose() -> str:
    words = canon_line(request.args.get("q", ""))[:LONGEST_SEARCH]
    found = search_to_join(words) if len(words) > 1 else []
    return render_template("organizations/choose.html", words=words, found=found, mine=my_memberships())


@blueprint.post("/organisations/<int:organization_id>/rejoindre")
def join(organization_id: int) -> Any:
    try:
        sentence = join_organization(loaded(Organization))
    except RuleViolation as refusal:
        db.session.rollback()
        flash(said(refusal), "error")
        return redirect(url_for("organizations.choose"), 303)
    ring("deliver_notifications")
    db.session.commit()
    flash(_(sentence), "success")
    return redirect(url_for("spaces.home"), 303)


@blueprint.route("/organisations/nouvelle", methods=["GET", "POST"])
def create() -> Any:
    form = (
        OrganizationForm(name=request.args.get("name", "")[:160])
        if request.method == "GET"
        else OrganizationForm()
    )
    made: list[Organization] = []
    if form.validate_on_submit() and form.obeys(lambda: made.append(create_organization(form))):
        ring("deliver_notifications")
        db.session.commit()
        flash(_("Organisation créée. L’équipe de la Métropole la vérifie, puis vous écrit."), "success")
        return redirect(_after_creation(made[0]), 303)
    return render_template("organizations/create.html", form=form), 422 if form.errors else 200


def _after_creation(organization: Organization) -> str:
    """The charter is the next step of whoever offers solutions: it cannot be verified before."""
    if organization.is_supply and not organization.is_demand:
        return url_for("organizations.sign_charter", organization_id=organization.id)
    return url_for("spaces.home")


@blueprint.get("/organisations/<int:organization_id>-<slug>")
def show(organization_id: int, slug: str) -> Any:
    organization = loaded(Organization)
    if slug != organization.slug:
        return redirect(address_of(organization), 301)
    return render_template(
        "organizations/show.html",
        organization=organization,
        needs=open_needs(organization),
        solutions=public_solutions(organization),
        membership=_membership_here(organization),
    )


def _membership_here(organization: Organization) -> Any:
    return current_user.membership_of(organization) if current_user.is_authenticated else None


@blueprint.route("/organisations/<int:organization_id>/modifier", methods=["GET", "POST"])
def edit(organization_id: int) -> Any:
    organization = loaded(Organization)
    form = ProfileForm(obj=organization)
    if not organization.is_demand:
        del form.four_eyes
    if form.validate_on_submit():
        organization.revise(by=current_user, **form.chosen(*form._fields))
        db.session.commit()
        flash(_("La page de votre organisation est à jour."), "success")
        return redirect(address_of(organization), 303)
    return render_template(
        "organizations/edit.html", form=form, organization=organization
    ), 422 if form.errors else 200


@blueprint.route("/organisations/<int:organization_id>/charte", methods=["GET", "POST"])
def sign_charter(organization_id: int) -> Any:
    """The words that are signed are on the page, with their version."""
    organization = loaded(Organization)
    form = CharterForm()
    if form.validate_on_submit() and form.obeys(lambda: organization.sign_charter(by=current_user)):
        db.session.commit()
        flash(_after_signature(organization), "success")
        return redirect(url_for("spaces.home"), 303)
    page = render_template(
        "organizations/charter.html", form=form, organization=organization, version=CHARTER_VERSION
    )
    return page, 422 if form.errors else 200


def _after_signature(organization: Organization) -> str:
    if organization.status == "verified":
        return _("Charte signée. Vous pouvez publier des solutions et répondre aux besoins.")
    return _(
        "Charte signée. L’équipe de la Métropole vérifie votre organisation, puis vous écrit. Vous pouvez déjà préparer une solution."
    )


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
