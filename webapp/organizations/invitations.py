"""Inviting people by their address, and what the invited do with it; companies that want no letter any more."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from models import CompanyInvitation, Invitation, Organization, db
from webapp.acting import me
from webapp.filters import of_the
from webapp.organizations.area import blueprint
from webapp.organizations.forms import InvitationForm
from webapp.organizations.members import members_page
from webapp.permissions import loaded
from workers.queue import ring


@blueprint.post("/organisations/<int:organization_id>/inviter")
def invite(organization_id: int) -> Any:
    organization, form = loaded(Organization), InvitationForm()
    if not form.validate() or not form.obeys(
        lambda: Invitation.send(organization=organization, by=me(), **form.chosen("email", "role"))
    ):
        return members_page(organization, form), 422
    ring("deliver_notifications")
    db.session.commit()
    flash(_("Invitation envoyée à %(email)s. Elle vaut trente jours.", email=form.email.data), "success")
    return redirect(url_for("organizations.members", organization_id=organization.id), 303)


@blueprint.post("/invitations/<int:invitation_id>/annuler")
def revoke_invitation(invitation_id: int) -> Any:
    invitation = loaded(Invitation)
    invitation.revoke(by=me())
    db.session.commit()
    flash(_("Invitation annulée : son lien ne vaut plus rien."), "success")
    return redirect(url_for("organizations.members", organization_id=invitation.organization_id), 303)


@blueprint.get("/invitations/<token>")
def invitation(token: str) -> str:
    """Whoever holds the link reads the mails of the address: it may decline at once, and accept once signed in."""
    found = Invitation.by_token(token) or abort(404)
    mine = bool(current_user.is_authenticated and found.is_for(me()))
    return render_template("organizations/invitation.html", invitation=found, token=token, mine=mine)


@blueprint.post("/invitations/<int:invitation_id>/accepter")
def accept_invitation(invitation_id: int) -> Any:
    invitation = loaded(Invitation)
    invitation.accept(by=me())
    ring("deliver_notifications")
    db.session.commit()
    whose = of_the(invitation.organization)
    flash(_("Bienvenue : vous faites maintenant partie %(of)s.", of=whose), "success")
    return redirect(url_for("spaces.home"), 303)


@blueprint.post("/invitations/<token>/decliner")
def decline_invitation(token: str) -> Any:
    invitation = Invitation.by_token(token) or abort(404)
    db.session.refresh(invitation, with_for_update=True)
    invitation.decline(by=me() if current_user.is_authenticated and invitation.is_for(me()) else None)
    ring("deliver_notifications")
    db.session.commit()
    flash(_("Invitation déclinée. Vous ne recevrez plus rien à ce sujet."), "success")
    return redirect(url_for("organizations.invitation", token=token), 303)


@blueprint.route("/ne-plus-recevoir/<token>", methods=["GET", "POST"])
def opt_out(token: str) -> Any:
    """One button, no account. Mail programs post here by themselves (RFC 8058); a page that is only read changes nothing,
    since scanners of mail read every link."""
    letter = CompanyInvitation.by_token(token) or abort(404)
    if request.method == "POST":
        letter.opt_out()
        db.session.commit()
    return render_template("organizations/opt_out.html", letter=letter, token=token)
