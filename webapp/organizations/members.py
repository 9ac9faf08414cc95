"""Who is in an organisation: join requests, roles, leaving."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from models import Invitation, Membership, Organization, db
from models.membership import ORGANIZATION_ROLES, PLATFORM_ROLES
from webapp.filters import of_the
from webapp.organizations.area import blueprint
from webapp.organizations.forms import InvitationForm
from webapp.permissions import loaded
from workers.queue import ring


@blueprint.get("/organisations/<int:organization_id>/membres")
def members(organization_id: int) -> str:
    return members_page(loaded(Organization), InvitationForm(formdata=None))


def members_page(organization: Organization, form: InvitationForm) -> str:
    """``form``: the invitation, given back when it could not be sent."""
    query = (
        select(Membership)
        .where(Membership.organization_id == organization.id, Membership.status.in_(("active", "requested")))
        .options(joinedload(Membership.user))
        .order_by(Membership.created_at, Membership.id)
    )
    everybody = db.session.scalars(query).all()
    return render_template(
        "organizations/members.html",
        organization=organization,
        roles=_roles_of(organization),
        active=[m for m in everybody if m.status == "active"],
        waiting=[m for m in everybody if m.status == "requested"],
        invited=db.session.scalars(Invitation.waiting(organization)).all(),
        form=form,
    )


def _roles_of(organization: Organization) -> tuple[str, ...]:
    """The roles that may be given there by the person of this request."""
    if organization.kind != "metropole":
        return ORGANIZATION_ROLES
    return ("contributor", "validator", *PLATFORM_ROLES) if current_user.is_admin else ()


@blueprint.post("/membres/<int:membership_id>/accepter")
def accept_member(membership_id: int) -> Any:
    membership = loaded(Membership)
    membership.accept(by=current_user)
    return _answer(membership, _("%(name)s est membre et reçoit un message.", name=membership.user.name))


@blueprint.post("/membres/<int:membership_id>/refuser")
def refuse_member(membership_id: int) -> Any:
    membership = loaded(Membership)
    membership.refuse(by=current_user)
    return _answer(membership, _("Demande refusée. %(name)s reçoit un message.", name=membership.user.name))


@blueprint.post("/membres/<int:membership_id>/role")
def change_role(membership_id: int) -> Any:
    membership = loaded(Membership)
    membership.change_role(request.form.get("role", ""), by=current_user)
    return _answer(membership, _("Rôle enregistré pour %(name)s.", name=membership.user.name))


@blueprint.route("/membres/<int:membership_id>/quitter", methods=["GET", "POST"])
def leave(membership_id: int) -> Any:
    """Leave, or end the membership of somebody else; asked once."""
    membership = loaded(Membership)
    own = membership.user_id == current_user.id
    if request.method == "GET":
        return render_template(
            "organizations/leave.html", membership=membership, own=own, held_back=membership.held_back
        )
    membership.leave(by=current_user)
    db.session.commit()
    if own:
        flash(_("Vous ne faites plus partie %(of)s.", of=of_the(membership.organization)), "success")
        return redirect(url_for("spaces.home"), 303)
    return _answer(membership, _("%(name)s n’est plus membre.", name=membership.user.name))


def _answer(membership: Membership, sentence: str) -> Any:
    """Commit, say it, and go back to the list."""
    ring("deliver_notifications")
    db.session.commit()
    flash(sentence, "success")
    return redirect(url_for("organizations.members", organization_id=membership.organization_id), 303)
