"""What the team types about a call, and the choice of a call by who writes a need or a solution."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import RadioField
from wtforms.validators import ValidationError

from models import OpenCall, db
from models.calendar import today_in_paris
from models.open_call_lifecycle import PROGRAMME_MAX, TEXT_MAX, TITLE_MAX
from webapp.forms import (
    ChoiceField,
    CodesField,
    DayField,
    Form,
    LineField,
    ProseField,
    ThemesField,
    at_most,
    required,
    theme_choices,
)
from webapp.labels import choices_of

FURTHEST = timedelta(days=730)
REASON_MAX = 1000


def not_too_far(form: Any, field: Any) -> None:
    if field.data is not None and field.data > today_in_paris() + FURTHEST:
        raise ValidationError("Choisissez une date dans les deux ans qui viennent.")


class WordsForm(Form):
    """What may still be corrected once it is announced."""

    title = LineField(_l("Titre"), [required(), at_most(TITLE_MAX)])
    text = ProseField(_l("Ce qui est attendu, et de qui"), [required(), at_most(TEXT_MAX)])
    programme = ProseField(_l("Le cadre : programme, calendrier, aide proposée"), [at_most(PROGRAMME_MAX)])
    themes = ThemesField(_l("Thèmes"))
    defis = CodesField(_l("Défis de la Métropole"), choices=lambda: theme_choices("defi"))


class CallForm(WordsForm):
    audience = RadioField(
        _l("Qui est invité à écrire ?"),
        [required()],
        choices=lambda: choices_of("open_call.audience"),
        validate_choice=False,
    )
    opens_on = DayField(_l("Premier jour"), [required(), not_too_far])
    closes_on = DayField(_l("Dernier jour"), [required(), not_too_far])


class WithdrawForm(Form):
    reason = ProseField(
        _l("Pourquoi, en une phrase que chacun lira sur sa page"), [required(), at_most(REASON_MAX)]
    )


class ExtendForm(Form):
    closes_on = DayField(_l("Nouveau dernier jour"), [required(), not_too_far])


class CallField(ChoiceField):
    """« Dans le cadre de l’appel … »: the calls that are open for one side, and the one chosen already. A number, or None."""

    def __init__(
        self, label: Any = None, validators: Any = None, side: str = "demand", **kwargs: Any
    ) -> None:
        super().__init__(label, validators, choices=[], **kwargs)
        self.side, self.coerce = side, _number

    def process_data(self, value: Any) -> None:
        super().process_data(value)
        calls = list(db.session.scalars(OpenCall.open_for(self.side)))
        if value and all(call.id != value for call in calls):
            calls.append(db.session.get_one(OpenCall, value))
        self.choices = [("", _l("Aucun appel")), *((call.id, call.title) for call in calls)]


def _number(value: Any) -> int | None:
    """What is no number is no call: the list says so."""
    if not value:
        return None
    return int(value) if re.fullmatch(r"\d{1,9}", str(value)) else -1
