"""Companies that nobody has joined yet: the list, by activity and place, and the address at which the team may write."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import Select, func, or_
from sqlalchemy.orm import joinedload

from models import Activity, Organization, RuleViolation, db
from models.database import count_rows
from models.prospects import prospects
from models.text import canon_line, fold
from webapp.acting import me
from webapp.curation.aim import AimForm, canon_aim
from webapp.curation.forms import AddressForm
from webapp.curation.views import blueprint
from webapp.languages import said
from webapp.permissions import loaded
from webapp.search.queries import paginate

PER_PAGE = 25


@blueprint.get("/curation/entreprises")
def companies() -> str:
    form = AimForm(request.args, meta={"csrf": False})
    wrong = ""
    naf: list[str] = []
    places: list[str] = []
    try:
        naf, places = canon_aim(form.naf.data or "", form.places.data or "")
    except RuleViolation as refusal:
        wrong = said(refusal)
    query = _named(prospects(naf, places), canon_line(request.args.get("q", ""))[:100])
    page = paginate(query.options(joinedload(Organization.territory)), per_page=PER_PAGE)
    return render_template(
        "curation/companies.html", form=form, page=page, wrong=wrong, with_address=_count_addresses(query)
    )


def _named(query: Select[Organization], words: str) -> Select[Organization]:
    if words:
        digits = "".join(words.split())
        named = func.fold(Organization.display_name).contains(fold(words), autoescape=True)
        query = query.where(or_(named, Organization.siret == digits, Organization.siren == digits))
    return query.order_by(Organization.display_name, Organization.id)


def _count_addresses(query: Select[Organization]) -> int:
    return count_rows(query.where(Organization.contact_email != ""))


@blueprint.post("/curation/organisations/<int:organization_id>/adresse")
def set_address(organization_id: int) -> Any:
    organization, form = loaded(Organization), AddressForm()
    if form.validate():
        organization.contact_email = (form.contact_email.data or "").lower()
        Activity.record("set_address", organization, by=me(), organization=organization)
        db.session.commit()
        flash(_("Adresse enregistrée. Rien ne part tant qu’une campagne n’est pas lancée."), "success")
    else:
        flash(said(form.contact_email.errors[0]), "error")
    return redirect(url_for("curation.organization", organization_id=organization_id), 303)
