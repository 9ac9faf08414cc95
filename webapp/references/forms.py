"""What a company declares of where its solution serves, and why a commune contests it."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, RadioField, SelectChoice

from models.reference import KINDS, LABEL_MAX, NOTE_MAX
from webapp.forms import CountField, Form, LineField, ProseField, at_most, required
from webapp.labels import LABELS

REASON_MAX = 1000


class ReferenceForm(Form):
    label = LineField(_l("Commune, ou autre organisation"), [required(), at_most(LABEL_MAX)])
    year = CountField(_l("Année"), [required()])
    kind = RadioField(
        _l("C’était"), [required()], choices=[SelectChoice(code, LABELS["reference.kind"][code]) for code in KINDS],
        validate_choice=False,
    )  # fmt: skip
    note = LineField(_l("En une phrase : où, combien, quel résultat"), [at_most(NOTE_MAX)])
    contact_allowed = BooleanField(_l("Cette collectivité accepte qu’on l’appelle"))


class ContestForm(Form):
    reason = ProseField(_l("Ce qui n’est pas exact"), [required(), at_most(REASON_MAX)])
