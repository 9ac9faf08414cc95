"""Several suppliers behind one response: who answers invites, each of the others agrees, refuses, leaves."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import RadioField, SelectChoice
from wtforms.validators import ValidationError

from models import ConsortiumMember, Organization, Response, db
from models.consortium import LONGEST_PART
from models.text import canon_line
from webapp.acting import me
from webapp.asking import ask_once
from webapp.filters import The
from webapp.forms import Form, ProseField, at_most, required
from webapp.permissions import loaded
from webapp.predicates import is_contributor
from webapp.responses.views import blueprint
from workers.queue import ring

SHOWN, LOOKED_AT = 8, 40


class InviteForm(Form):
    organization_id = RadioField(_l("Quelle organisation ?"), [required()], validate_choice=False)
    part = ProseField(_l("Ce qu’elle ferait"), [required(), at_most(LONGEST_PART)])

    def __init__(self, candidates: list[Organization], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.candidates = {str(organization.id): organization for organization in candidates}
        self.organization_id.choices = [
            SelectChoice(number, o.display_name) for number, o in self.candidates.items()
        ]

    def validate_organization_id(self, field: Any) -> None:
        if field.data not in self.candidates:
            raise ValidationError("Choisissez parmi les valeurs de la liste.")


@blueprint.route("/reponses/<int:response_id>/groupement", methods=["GET", "POST"])
def consortium(response_id: int) -> Any:
    """?q= looks for an organisation by its name."""
    response = loaded(Response)
    q = canon_line(request.values.get("q", "")[:120])
    form = InviteForm(_candidates(response, q))
    if form.validate_on_submit() and form.obeys(lambda: _invite(response, form)):
        return _done(url_for("responses.consortium", response_id=response.id), _("Invitation envoyée."))
    page = render_template("responses/consortium.html", response=response, need=response.need, form=form, q=q)
    return page, 422 if form.errors else 200


def _candidates(response: Response, q: str) -> list[Organization]:
    """Verified organisations that may answer needs, by name; neither ours nor the commune’s."""
    if not q:
        return []
    found = db.session.scalars(
        Organization.named(q).where(Organization.status == "verified").limit(LOOKED_AT)
    )
    out = {response.organization_id, response.need.organization_id}
    return [organization for organization in found if organization.is_supply and organization.id not in out][
        :SHOWN
    ]


def _invite(response: Response, form: InviteForm) -> None:
    organization = form.candidates[form.organization_id.data]
    ConsortiumMember.invite(response, organization=organization, part=form.part.data, by=me())


@blueprint.get("/groupements/<int:consortium_member_id>")
def invitation(consortium_member_id: int) -> str:
    """What is asked of the partner, and what it agreed to."""
    member = loaded(ConsortiumMember)
    return render_template(
        "responses/invitation.html", member=member, response=member.response, need=member.response.need,
        answers=is_contributor(me(), member),
    )  # fmt: skip


@blueprint.post("/groupements/<int:consortium_member_id>/accepter")
def accept_invitation(consortium_member_id: int) -> Any:
    member = loaded(ConsortiumMember)
    member.accept(by=me())
    return _done(
        _page(member), _("Vous faites partie de ce groupement. L’entreprise qui répond est prévenue.")
    )


@blueprint.post("/groupements/<int:consortium_member_id>/refuser")
def refuse_invitation(consortium_member_id: int) -> Any:
    member = loaded(ConsortiumMember)
    member.refuse(by=me())
    return _done(_page(member), _("Invitation refusée. L’entreprise qui répond est prévenue."))


@blueprint.route("/groupements/<int:consortium_member_id>/quitter", methods=["GET", "POST"])
def leave_consortium(consortium_member_id: int) -> Any:
    member, form = loaded(ConsortiumMember), Form()
    if form.validate_on_submit():
        member.leave(by=me())
        return _done(_page(member), _("Vous avez quitté ce groupement."))
    if not member.may("leave"):
        flash(_("Ce n’est pas possible dans l’état présent de cette invitation."), "info")
        return redirect(_page(member), 303)
    words = {
        "title": _("Quitter ce groupement ?"),
        "then": _("La réponse ne vous nomme plus. Qui la porte est prévenu, et la collectivité qui la lit."),
        "button": _("Quitter le groupement"),
        "grave": True,
    }
    return ask_once(form, member, "leave", back=_page(member), name=member.response.need.title, **words)


@blueprint.post("/groupements/<int:consortium_member_id>/retirer")
def remove_partner(consortium_member_id: int) -> Any:
    member = loaded(ConsortiumMember)
    member.remove(by=me())
    sentence = _("%(name)s ne fait plus partie du groupement.", name=The(member.organization))
    return _done(url_for("responses.consortium", response_id=member.response_id), sentence)


def _page(member: ConsortiumMember) -> str:
    return url_for("responses.invitation", consortium_member_id=member.id)


def _done(page: str, sentence: str) -> Any:
    ring("deliver_notifications")
    db.session.commit()
    flash(sentence, "success")
    return redirect(page, 303)
