"""What the team fills in."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, IntegerField, RadioField, SelectChoice
from wtforms.validators import NumberRange

from models import Match
from models.introduction import INTRODUCTION_MAX
from webapp.forms import ChoiceField, Expected, Form, ProseField, at_most, optional, required
from webapp.labels import choices_of

DELAYS = ((1, _l("demain")), (7, _l("dans une semaine")), (30, _l("dans un mois")))
PLATFORM_ROLES = (
    ("curator", _l("Équipe Métropole")),
    ("admin", _l("Administrateur de la plateforme")),
    ("none", _l("Aucun rôle")),
)


class IntroductionForm(Form):
    """The words that both sides will read. What they must not hold, the rule says (models/introduction.py)."""

    introduction = ProseField(_l("Ce que nous dirons"), [Expected(), at_most(INTRODUCTION_MAX)])

    @classmethod
    def prepared(cls, match: Match) -> IntroductionForm:
        return cls(formdata=None, introduction=match.prepared_introduction)


class DismissForm(Form):
    """The rule itself says what is missing (models/match.py): the field only knows the list."""

    reason_code = RadioField(
        _l("Pourquoi écarter cette proposition ?"),
        choices=lambda: choices_of("match.dismiss"),
        validate_choice=False,
        validators=[optional()],
    )
    note = ProseField(_l("Quelques mots de plus"), [at_most(1000)])


class SnoozeForm(Form):
    """``days``: how long to put it off."""

    days = RadioField(
        _l("Reporter à"), choices=[SelectChoice(days, words) for days, words in DELAYS], coerce=int, default=7
    )


class ReasonForm(Form):
    """Why, in words that somebody will read. Several stand on one page: give each its ``prefix``."""

    reason = ProseField(_l("Vos raisons"), [required(), at_most(2000)])


class ReadForm(Form):
    """The person who publishes has read the checklist."""

    has_read = BooleanField(_l("J’ai relu ces quatre points."), [required()])


class RoleForm(Form):
    user_id = IntegerField(validators=[required(), NumberRange(1, 2**31 - 1)])
    role = ChoiceField(
        _l("Rôle"), [required()], choices=[SelectChoice(role, words) for role, words in PLATFORM_ROLES]
    )
