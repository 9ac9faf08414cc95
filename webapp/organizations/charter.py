"""The charter of an organisation: read it, sign it for everybody there, or tell who may; keep what was signed (R204, R205)."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _

from models import CharterSignature, Organization, RuleViolation, db
from models.differences import word_changes
from webapp.acting import me
from webapp.filters import day
from webapp.languages import said
from webapp.organizations.area import blueprint
from webapp.organizations.forms import CharterForm
from webapp.pdf import Block, Heading, pdf_answer
from webapp.permissions import loaded
from workers.queue import ring


@blueprint.get("/organisations/<int:organization_id>/charte")
def charter(organization_id: int) -> str:
    return _show(loaded(Organization), CharterForm(formdata=None))


@blueprint.post("/organisations/<int:organization_id>/charte")
def sign_charter(organization_id: int) -> Any:
    """The words that are signed are on the page, with their version."""
    organization, form = loaded(Organization), CharterForm()
    if form.validate_on_submit() and form.obeys(lambda: organization.sign_charter(by=me())):
        db.session.commit()
        flash(_after_signature(organization), "success")
        return redirect(url_for("spaces.home"), 303)
    return _show(organization, form), 422


def _show(organization: Organization, form: CharterForm) -> str:
    """With what changed since the version that the organisation signed."""
    standing = organization.charter_standing
    changes = None
    if standing.signature is not None and standing.must_sign:
        changes = word_changes(standing.signature.charter.text, standing.charter.text)
    return render_template(
        "organizations/charter.html",
        form=form,
        organization=organization,
        standing=standing,
        changes=changes,
    )


def _after_signature(organization: Organization) -> str:
    if organization.status == "verified":
        return _("Charte signée. Vous pouvez publier des solutions et répondre aux besoins.")
    return _(
        "Charte signée. L’équipe de la Métropole vérifie votre organisation, puis vous écrit. Vous pouvez déjà préparer une solution."
    )


@blueprint.post("/organisations/<int:organization_id>/charte/prevenir")
def ask_to_sign(organization_id: int) -> Any:
    """« Prévenir le signataire » : one message a day, whoever presses."""
    organization = loaded(Organization)
    try:
        organization.ask_to_sign(by=me())
    except RuleViolation as refusal:
        db.session.rollback()
        flash(said(refusal), "error")
        return redirect(url_for("organizations.charter", organization_id=organization_id), 303)
    ring("deliver_notifications")
    db.session.commit()
    flash(_("Vos signataires sont prévenus. Un message part au plus une fois par jour."), "success")
    return redirect(url_for("organizations.charter", organization_id=organization_id), 303)


@blueprint.get("/organisations/<int:organization_id>/charte/<int:charter_id>.pdf")
def signed_charter(organization_id: int, charter_id: int) -> Any:
    """The text as it was signed, with its hash, who signed and when."""
    organization = loaded(Organization)
    signature = next((one for one in organization.signatures if one.charter_id == charter_id), None)
    if signature is None:
        abort(404)
    name = f"charte-{signature.charter.version}.pdf"
    return pdf_answer(_("Charte de participation signée"), _printed(signature), name)


def _printed(signature: CharterSignature) -> list[Block]:
    """The charter is in French, whatever the language of the page."""
    charter = signature.charter
    blocks: list[Block] = [
        _("Version %(version)s.", version=charter.version),
        _(
            "Signée le %(day)s par %(person)s, au nom de %(name)s.",
            day=day(signature.signed_at),
            person=signature.user.name,
            name=signature.organization.display_name,
        ),
    ]
    for title, text in charter.articles:
        blocks += [Heading(title), text] if title else [text]
    return [
        *blocks,
        Heading(_("Empreinte du texte signé")),
        _("SHA-256 du texte, en UTF-8 : %(hash)s", hash=signature.text_hash),
        _(
            "Instant de la signature, en UTC : %(instant)s",
            instant=signature.signed_at.isoformat(timespec="seconds"),
        ),
    ]
