"""« Remplir depuis le SIRET »: the worker asks a register of companies; the person reads, corrects, and sends the form as ever."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import select

from models import NotReady, Territory, db
from models.organization import check_siret
from webapp.languages import said
from webapp.organizations.area import blueprint
from webapp.organizations.forms import OrganizationForm
from workers.queue import ask


@blueprint.app_template_global("lookup_is_offered")
def is_offered() -> bool:
    return current_app.config["SETTINGS"].company_lookup_url is not None


def looked_up(form: OrganizationForm) -> tuple[OrganizationForm, str]:
    """The form with what the register says in its empty fields, and a sentence for the person."""
    try:
        siret = check_siret(form.siret.data or "")
    except NotReady as refusal:
        return form, said(refusal)
    found = ask("company", siret=siret)
    if found is None:
        return form, _("Le répertoire n’a rien répondu : remplissez vous-même, cela suffit.")
    if not found["active"]:
        return form, _(
            "Le répertoire dit cet établissement fermé : vérifiez le numéro, ou remplissez vous-même."
        )
    commune = db.session.scalar(select(Territory).where(Territory.code == found["insee"]))
    answers = {
        "name": found["name"],
        "naf": found["naf"],
        "size_band": found["size_band"],
        "rna": found["rna"],
    }
    for name, value in answers.items():
        if value and not form[name].data:
            form[name].data = value
    if commune is not None and not form.territory.data:
        form.territory.data = commune.name
    founded_on: Any = form.founded_on
    founded_on.data = founded_on.data or _day(found["founded_on"])
    return form, _("Rempli d’après le répertoire des entreprises : relisez, corrigez, puis créez.")


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
