"""Why one of the two sides says no."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import RadioField, SelectChoice

from models.match import DECLINE_REASONS
from webapp.forms import Form, ProseField, at_most, required
from webapp.labels import LABELS

NOTE_MAX = 1000


class DeclineForm(Form):
    reason_code = RadioField(
        _l("Pourquoi déclinez-vous ?"),
        [required()],
        choices=[SelectChoice(code, LABELS["match.decline"][code]) for code in DECLINE_REASONS],
        validate_choice=False,
    )
    note = ProseField(_l("Un mot pour l’équipe"), [at_most(NOTE_MAX)])
