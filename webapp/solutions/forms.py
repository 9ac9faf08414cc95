"""The two steps of a solution's page. A draft may be incomplete: what is missing is said by the verb that hands it over."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, RadioField, SelectChoice
from wtforms.validators import Length, ValidationError

from models.need_columns import MOST_DEFIS
from models.solution import ACCESSIBILITIES, HOSTINGS, PRICE_UNITS
from models.solution_facts import LABELS as PRODUCT_LABELS
from models.solution_lifecycle import MATURITIES
from models.text import Sentence
from webapp.forms import (
    ChoiceField,
    CodesField,
    CountField,
    EurosField,
    Expected,
    Form,
    LineField,
    ProseField,
    ThemesField,
    at_most,
    theme_choices,
)
from webapp.labels import LABELS, label
from webapp.open_calls.forms import CallField
from webapp.solutions.fields import EvidenceField, TiersField

TITLE_MAX, PITCH_MAX, TEXT_MAX, NOTE_MAX, LICENCE_MAX = 120, 280, 4000, 2000, 40
MOST_THEMES = 3


def _labelled(kind: str, codes: tuple[str, ...]) -> list[SelectChoice]:
    return [SelectChoice(code, LABELS[kind][code]) for code in codes]


def _maturities() -> list[SelectChoice]:
    return [SelectChoice(code, f"{code} · {label('maturity', code)}") for code in MATURITIES]


def _labels() -> list[SelectChoice]:
    return [choice for choice in theme_choices("label") if choice.value in PRODUCT_LABELS]


def few_enough(form: Any, field: Any) -> None:
    if len(field.data or []) > MOST_THEMES:
        raise ValidationError(Sentence("Choisissez %(count)s thèmes au plus.", count=MOST_THEMES))


def few_defis(form: Any, field: Any) -> None:
    if len(field.data or []) > MOST_DEFIS:
        raise ValidationError(Sentence("Choisissez %(count)s défis au plus.", count=MOST_DEFIS))


class StepForm(Form):
    """One step of a page. ``written`` gives what to keep, by the names of the solution's own fields."""

    def written(self, sent: Any = None) -> dict[str, Any]:
        """The values without error; ``sent``: the form data, to leave out the fields that it does not speak of."""
        return {
            name: self._value_of(field)
            for name, field in self._fields.items()
            if not field.errors and (sent is None or self._was_sent(field, sent))
        }

    @staticmethod
    def _value_of(field: Any) -> Any:
        return "one_off" if field.short_name == "price_unit" and field.data is None else field.data

    @staticmethod
    def _was_sent(field: Any, sent: Any) -> bool:
        """An unticked box is sent by saying nothing, on a page that names its step."""
        return field.name in sent or (
            bool(sent.get("step")) and isinstance(field, (BooleanField, CodesField))
        )


class PresentationForm(StepForm):
    title = LineField(_l("Ce que fait la solution"), [Expected(), at_most(TITLE_MAX)])
    pitch = ProseField(_l("En une ou deux phrases"), [Expected(), at_most(PITCH_MAX)])
    problem_solved = ProseField(_l("Le problème qu’elle résout"), [at_most(TEXT_MAX)])
    how_it_works = ProseField(_l("Comment elle fonctionne"), [Expected(), at_most(TEXT_MAX)])
    themes = ThemesField(_l("De quoi s’agit-il ?"), [Expected(), few_enough])
    maturity = RadioField(
        _l("Où en est-elle ?"), [Expected()], choices=_maturities, coerce=lambda value: value or None,
        validate_choice=False,
    )  # fmt: skip

    def validate_maturity(self, field: Any) -> None:
        if field.data is not None and field.data not in MATURITIES:
            raise ValidationError("Choisissez une valeur de la liste.")


class PracticalForm(StepForm):
    """Nothing is asked here: the page says so once, rather than beside each of its fields."""

    price_from_cents = EurosField(_l("Prix à partir de, en euros HT"))
    price_to_cents = EurosField(_l("Jusqu’à, en euros HT"))
    price_unit = ChoiceField(_l("Ce prix se compte"), choices=_labelled("solution.price_unit", PRICE_UNITS))
    price_note = LineField(_l("Ce que ce prix comprend"), [at_most(PITCH_MAX)])
    business_models = CodesField(_l("Comment on la paie"), choices=lambda: theme_choices("business_model"))
    places = CodesField(_l("Dans quels lieux"), choices=lambda: theme_choices("territory"))
    defis = CodesField(
        _l("À quel défi de la Métropole répond-elle ?"), [few_defis], choices=lambda: theme_choices("defi")
    )
    deployment_weeks = CountField(_l("Semaines entre l’accord et la mise en service"))
    requirements_for_client = ProseField(_l("Ce qu’il faut côté collectivité"), [at_most(NOTE_MAX)])
    data_hosting = ChoiceField(
        _l("Où sont les données"), choices=[SelectChoice("", _l("Pas de données, ou je ne sais pas")), *_labelled("solution.hosting", HOSTINGS)]
    )  # fmt: skip
    personal_data = BooleanField(_l("Elle traite des données personnelles"))
    accessibility = ChoiceField(
        _l("Accessibilité aux personnes handicapées (RGAA)"),
        choices=[
            SelectChoice("", _l("Je ne sais pas")),
            *_labelled("solution.accessibility", ACCESSIBILITIES),
        ],
    )
    uses_ai = BooleanField(_l("Elle utilise l’intelligence artificielle"))
    ai_note = ProseField(
        _l("Si oui : pour quoi faire, avec quelles données, qui contrôle"), [at_most(NOTE_MAX)]
    )
    open_source = BooleanField(_l("Le logiciel est libre"))
    licence = LineField(_l("Sous quelle licence"), [at_most(LICENCE_MAX)])
    is_common = BooleanField(_l("C’est un bien commun : d’autres peuvent la reprendre et l’adapter"))
    innovation_note = ProseField(_l("Ce qu’elle a de nouveau"), [at_most(NOTE_MAX)])
    evidence = EvidenceField(_l("Chiffres qui le montrent"))
    labels = CodesField(_l("Labels et prix"), choices=_labels)
    certifications_note = ProseField(_l("Certificats, brevets, agréments"), [at_most(NOTE_MAX)])
    price_tiers = TiersField(_l("Prix si plusieurs communes achètent ensemble"))
    references_note = ProseField(_l("Où elle sert déjà"), [at_most(NOTE_MAX)])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self:
            field.flags.said_optional = not hasattr(PresentationForm, field.short_name)


class DraftPracticalForm(PracticalForm):
    """A page that is online neither enters a call nor leaves it."""

    open_call_id = CallField(_l("Dans le cadre d’un appel ?"), side="supply")


class ReviseForm(PresentationForm, PracticalForm):
    """Everything on one page, for a page which is online: the substance must be complete before the team reads it."""

    def validate_title(self, field: Any) -> None:
        Length(min=10, message="Donnez un titre de 10 à 120 caractères.")(self, field)

    def validate_pitch(self, field: Any) -> None:
        Length(min=20, message="Présentez-la en une phrase de 20 à 280 caractères.")(self, field)

    def validate_how_it_works(self, field: Any) -> None:
        Length(min=100, message="Expliquez comment elle fonctionne, en 100 à 4 000 caractères.")(self, field)

    def validate_themes(self, field: Any) -> None:
        if not field.data:
            raise ValidationError("Choisissez de un à trois thèmes.")


class ArchiveForm(Form):
    """Only the token: the page asks once."""


#: step → its form; « review » reads everything again and has none.
STEPS: dict[str, type[StepForm]] = {"presentation": PresentationForm, "practical": DraftPracticalForm}
ORDER = (*STEPS, "review")


def step_of(field: str) -> str:
    """The step whose page holds ``field``."""
    return next((step for step, form in STEPS.items() if hasattr(form, field)), "review")
