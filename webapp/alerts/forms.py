"""What a person chooses of an alert."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from models.alert import LONGEST_NAME
from webapp.forms import ChoiceField, Form, LineField, at_most, required
from webapp.labels import choices_of


class AlertForm(Form):
    name = LineField(_l("Nom de l’alerte"), [required(), at_most(LONGEST_NAME)])
    rhythm = ChoiceField(_l("Quand vous écrire"), [required()], choices=lambda: choices_of("alert.rhythm"))
