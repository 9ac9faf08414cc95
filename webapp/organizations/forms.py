"""What people type about their organisation."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

from flask import request
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, RadioField, SelectChoice
from wtforms.validators import DataRequired, ValidationError
from wtforms.widgets import URLInput

from models import Organization, Territory
from models.membership import ORGANIZATION_ROLES
from models.organization import ECOSYSTEM_KINDS, SUPPLY_KINDS
from webapp.accounts.forms import EmailField
from webapp.forms import (
    ChoiceField,
    CodesField,
    DayField,
    Form,
    LineField,
    ProseField,
    at_most,
    optional,
    required,
)
from webapp.labels import LABELS, choices_of, theme_choices
from webapp.organizations.communes import complain_of_commune, find_commune

#: Communes and EPT are all in our tables: their people join them instead of creating them twice.
KINDS_CREATED = (*SUPPLY_KINDS, "other_public", *ECOSYSTEM_KINDS)
#: The law lets these live without a SIRET (an association that employs nobody, a group of inhabitants, a unit of a university).
WITHOUT_SIRET = ("association", "citizen_group", "lab")
DESCRIPTION_MOST = 1500
COMPANY_FACTS = ("naf", "size_band", "founded_on", "labels")
PUBLIC_FIELDS = ("email_domains", "four_eyes")


def _kind_choices() -> list[Any]:
    return [SelectChoice(kind, LABELS["organization.kind"][kind]) for kind in KINDS_CREATED]


def _size_choices() -> list[Any]:
    return [SelectChoice("", _l("Ne pas dire")), *choices_of("organization.size")]


class WebsiteField(LineField):
    """« exemple.fr » is enough; only web addresses are kept (a link may not run anything)."""

    widget = URLInput()

    def process_formdata(self, values: list[str]) -> None:
        super().process_formdata(values)
        if self.data and not re.match(r"[a-zA-Z][a-zA-Z+.-]*:", self.data):
            self.data = f"https://{self.data}"

    def post_validate(self, form: Any, validation_stopped: bool) -> None:
        if not self.data or self.errors:
            return
        try:
            parts = urlsplit(self.data)
            sound = (
                parts.scheme in ("http", "https") and "." in (parts.hostname or "") and " " not in self.data
            )
        except ValueError:
            sound = False
        if not sound:
            raise ValidationError("Écrivez une adresse de site, par exemple https://www.exemple.fr.")


class OrganizationForm(Form):
    """A new organisation. ``commune``: the resolved territory after validation, or None."""

    commune: Territory | None = None

    kind = RadioField(
        _l("Que représentez-vous ?"),
        [DataRequired("Choisissez ce que vous représentez.")],
        choices=_kind_choices(),
    )
    name = LineField(_l("Nom de l’organisation"), [required(), at_most(160)])
    siret = LineField(_l("Numéro SIRET"), [optional(), at_most(40)])
    territory = LineField(_l("Commune"), [optional(), at_most(80)])
    description = ProseField(_l("Présentation"), [optional(), at_most(DESCRIPTION_MOST)])
    website = WebsiteField(_l("Site"), [optional(), at_most(200)])
    naf = LineField(_l("Code NAF"), [optional(), at_most(20)])
    rna = LineField(_l("Numéro RNA"), [optional(), at_most(20)])
    size_band = ChoiceField(_l("Effectif"), choices=_size_choices)
    founded_on = DayField(_l("Date de création"), [optional()])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.siret.flags.required = True  # for most: the hint says who may leave it empty

    def validate(self, **kwargs: Any) -> bool:
        valid = super().validate(**kwargs)
        if (
            self.kind.data in KINDS_CREATED
            and self.kind.data not in WITHOUT_SIRET
            and not (self.siret.data or "").strip()
        ):
            self.complain(
                [
                    (
                        "siret",
                        "Donnez le numéro SIRET : quatorze chiffres, sur vos factures ou sur l’avis INSEE.",
                    )
                ]
            )
            valid = False
        return valid

    def validate_territory(self, field: Any) -> None:
        self.commune = find_commune(field.data)
        if self.commune is None:
            raise ValidationError(complain_of_commune(field.data))


class ProfileForm(Form):
    """The public page of an organisation."""

    display_name = LineField(_l("Nom affiché"), [required(), at_most(160)])
    description = ProseField(_l("Présentation"), [optional(), at_most(DESCRIPTION_MOST)])
    website = WebsiteField(_l("Site"), [optional(), at_most(200)])
    naf = LineField(_l("Code NAF"), [optional(), at_most(20)])
    rna = LineField(_l("Numéro RNA"), [optional(), at_most(20)])
    size_band = ChoiceField(_l("Effectif"), choices=_size_choices)
    founded_on = DayField(_l("Date de création"), [optional()])
    labels = CodesField(_l("Labels et signes"), choices=lambda: theme_choices("label"))
    email_domains = LineField(_l("Domaines de messagerie"), [optional(), at_most(300)])
    four_eyes = BooleanField(
        _l("Deux regards : qui a écrit la dernière version d’un besoin ne le valide pas")
    )

    @classmethod
    def about(cls, organization: Organization) -> ProfileForm:
        """Only what makes sense of this organisation: a commune has no staff band to declare, a company no domain."""
        form = cls(obj=organization)
        if request.method == "GET":
            form.email_domains.data = ", ".join(organization.email_domains or [])
        left_out = COMPANY_FACTS if organization.is_demand else PUBLIC_FIELDS
        if organization.is_demand and organization.status != "verified":
            left_out = (*left_out, "email_domains")
        if organization.kind != "association":
            left_out = (*left_out, "rna")
        for name in dict.fromkeys(left_out):
            del form[name]
        return form


class InvitationForm(Form):
    """Who is invited, to what."""

    email = EmailField()
    role = ChoiceField(
        _l("Rôle"),
        [required()],
        choices=lambda: [SelectChoice(role, LABELS["membership.role"][role]) for role in ORGANIZATION_ROLES],
        default="contributor",
    )


class CharterForm(Form):
    agreed = BooleanField(
        _l("J’ai lu la charte, je l’accepte au nom de mon organisation et j’ai le pouvoir de l’engager."),
        [DataRequired("Cochez cette case pour signer la charte.")],
    )
