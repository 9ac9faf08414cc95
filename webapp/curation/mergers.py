"""Two organisations that became one (communes that merged, a company written twice): an administrator says so, once."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from sqlalchemy import select

from models import NotReady, Organization, db
from webapp.acting import me
from webapp.curation.forms import MergeForm
from webapp.curation.views import blueprint
from webapp.permissions import loaded
from workers.queue import ring


@blueprint.route("/curation/organisations/<int:organization_id>/fusion", methods=["GET", "POST"])
def merge(organization_id: int) -> Any:
    organization, form = loaded(Organization), MergeForm()
    if form.validate_on_submit() and form.obeys(lambda: _merge(organization, form)):
        ring("deliver_notifications")
        db.session.commit()
        flash(_("C’est fait : tout est réuni, les membres sont prévenus."), "success")
        return redirect(url_for("curation.organization", organization_id=organization.merged_into_id), 303)
    page = render_template("curation/merge.html", organization=organization, form=form)
    return page, 422 if form.errors else 200


def _merge(organization: Organization, form: MergeForm) -> None:
    into = find_exactly(form.into.data)
    day: Any = form.on.data
    organization.merge(into=into, on=day, by=me(), reason=form.reason.data or "")


def find_exactly(words: str) -> Organization:
    """The one organisation of this name, SIRET or SIREN. Raises NotReady for none, or several."""
    query = select(Organization).where(
        Organization.id.in_(Organization.named(words).order_by(None).with_only_columns(Organization.id))
    )
    found = db.session.scalars(query.limit(200)).all()
    exact = [o for o in found if o.display_name.casefold() == words.strip().casefold()]
    if len(exact) == 1 or len(found) == 1:
        return (exact or list(found))[0]
    sentence = (
        "Plusieurs organisations portent ce nom : donnez le numéro SIRET ou SIREN."
        if found
        else "Aucune organisation ne porte ce nom ou ce numéro."
    )
    raise NotReady([("into", sentence)])
