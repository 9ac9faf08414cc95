"""What the team fills in."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import FileStorage
from wtforms import BooleanField, FileField, IntegerField, RadioField, SelectChoice
from wtforms.validators import NumberRange, ValidationError

from models import Match, User, db
from models.campaign import TEXT_MAX
from models.introduction import INTRODUCTION_MAX
from webapp.accounts.forms import ADDRESS
from webapp.curation.aim import AimForm
from webapp.forms import (
    ChoiceField,
    DayField,
    Expected,
    Form,
    LineField,
    ProseField,
    at_most,
    optional,
    required,
)
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


class AssignForm(Form):
    """Somebody of the team who helps to write a need."""

    assistant = ChoiceField(_l("Confier l’aide à"), [required()], choices=lambda: _team())

    @property
    def colleague(self) -> User:
        return db.session.get_one(User, int(self.assistant.data))


def _team() -> list[tuple[str, str]]:
    people = sorted(db.session.scalars(User.curators()), key=lambda person: person.name)
    return [("", str(_l("Choisissez une personne"))), *((str(person.id), person.name) for person in people)]


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


class AddressForm(Form):
    """Where the team may write to a company that nobody has joined; empty forgets it."""

    contact_email = LineField(_l("Adresse électronique"), [optional(), at_most(254), ADDRESS])


class ImportForm(AimForm):
    """An extract of SIRENE."""

    file = FileField(_l("Fichier CSV"), [Expected()])

    def validate_file(self, field: Any) -> None:
        if not isinstance(field.data, FileStorage) or not field.data.filename:
            raise ValidationError("Choisissez un fichier CSV.")


class CampaignForm(AimForm):
    title = LineField(_l("Nom de la campagne"), [required(), at_most(120)])
    text = ProseField(_l("Votre lettre"), [required(), at_most(TEXT_MAX)])


class MergeForm(Form):
    """``into``: a name, a SIRET or a SIREN."""

    into = LineField(_l("Organisation qui reçoit tout"), [required(), at_most(160)])
    on = DayField(_l("Depuis le"), [required()])
    reason = ProseField(_l("Pourquoi"), [required(), at_most(1000)])


class RoleForm(Form):
    user_id = IntegerField(validators=[required(), NumberRange(1, 2**31 - 1)])
    role = ChoiceField(
        _l("Rôle"), [required()], choices=[SelectChoice(role, words) for role, words in PLATFORM_ROLES]
    )
