"""The four short steps of a need, and the sentences asked when something happens to it. Drafts may be incomplete: what is
missing is said by the verb that hands them over, what is wrong is said here."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, RadioField, SelectChoice
from wtforms.validators import ValidationError

from models.calendar import today_in_paris
from models.need_columns import BUDGETS, CONSTRAINTS, INTENTS, MOST_DEFIS, PURCHASE_KINDS, RESOURCES
from models.need_lifecycle import IRRITANT_MAX, OUTCOME_MAX, OUTCOMES, TITLE_MAX
from models.solution_lifecycle import MATURITIES
from models.text import Sentence
from webapp.forms import (
    ChoiceField,
    CodesField,
    CountField,
    DayField,
    EurosField,
    Expected,
    Form,
    LineField,
    ProseField,
    ThemesField,
    at_most,
    required,
    theme_choices,
)
from webapp.labels import LABELS, label
from webapp.needs.stages import quarter_name
from webapp.open_calls.forms import CallField

NOTES_MAX, REASON_MAX = 4000, 2000
URL_MAX, NUMBER_MAX = 300, 60
#: How far ahead a purchase may be planned.
QUARTERS_AHEAD = 12
MOST_THEMES = 3
LONGEST_OPEN = timedelta(days=730)


def _labelled(kind: str, codes: tuple[str, ...]) -> list[SelectChoice]:
    return [SelectChoice(code, LABELS[kind][code]) for code in codes]


def few_enough(form: Any, field: Any) -> None:
    if len(field.data or []) > MOST_THEMES:
        raise ValidationError(
            Sentence(
                "Choisissez %(count)s thèmes au plus : ceux qui décrivent le mieux le problème.",
                count=MOST_THEMES,
            )
        )


def is_to_come(form: Any, field: Any) -> None:
    """A deadline is a day to come, and not in another age."""
    if field.data is None:
        return
    if field.data < today_in_paris():
        raise ValidationError("Cette date est passée : choisissez un jour à venir.")
    if field.data > today_in_paris() + LONGEST_OPEN:
        raise ValidationError("Choisissez une date dans les deux ans qui viennent.")


#: What an emptied choice means, for the columns that always hold something.
EMPTIED = {
    "budget": "unknown",
    "intent": "sourcing",
    "purchase_kind": "supplies_services",
    "purchase_horizon": "",
}


class StepForm(Form):
    """One step of a draft. ``written`` gives what to keep, by the names of the need's own fields."""

    def written(self, only: set[str] | None = None) -> dict[str, Any]:
        """The values without error; ``only``: of these fields."""
        return {
            name: self._value_of(field)
            for name, field in self._fields.items()
            if not field.errors and (only is None or name in only)
        }

    @staticmethod
    def _value_of(field: Any) -> Any:
        # These columns always hold something: an emptied choice is the answer « je ne sais pas encore ».
        if field.data is None:
            return EMPTIED.get(field.name)
        return field.data

    def posted(self, formdata: Any) -> set[str]:
        """The fields which this step's page has sent: an unticked box is sent by saying nothing."""
        whole = bool(formdata.get("step"))
        silent = (BooleanField, CodesField)
        return {
            name
            for name, field in self._fields.items()
            if name in formdata or (whole and isinstance(field, silent))
        }


class ProblemForm(StepForm):
    title = LineField(_l("Le problème en une phrase"), [Expected(), at_most(TITLE_MAX)])
    irritant = ProseField(_l("Ce qui ne va pas aujourd’hui"), [Expected(), at_most(IRRITANT_MAX)])
    themes = ThemesField(_l("De quoi s’agit-il ?"), [Expected(), few_enough])


class OutcomeForm(StepForm):
    expected_outcome = ProseField(_l("Ce qui irait mieux"), [Expected(), at_most(OUTCOME_MAX)])
    beneficiaries = CountField(_l("Combien de personnes cela touche-t-il ?"))
    maturity_min = ChoiceField(
        _l("À quel point la solution doit-elle être éprouvée ?"), choices=lambda: _maturities()
    )
    places = CodesField(_l("Dans quels lieux ?"), choices=lambda: _places())


def is_a_quarter(form: Any, field: Any) -> None:
    if field.data and not re.fullmatch(r"20\d\d-T[1-4]", field.data):
        raise ValidationError("Choisissez un trimestre de la liste.")


def few_defis(form: Any, field: Any) -> None:
    if len(field.data or []) > MOST_DEFIS:
        raise ValidationError(Sentence("Choisissez %(count)s défis au plus.", count=MOST_DEFIS))


class TermsForm(StepForm):
    intent = RadioField(
        _l("Ce que vous voulez faire"),
        [Expected()],
        choices=_labelled("need.intent", INTENTS),
        default="sourcing",
    )
    budget = ChoiceField(
        _l("Budget envisagé"), [Expected()], choices=_labelled("need.budget", BUDGETS), default="unknown"
    )
    budget_max_cents = EurosField(_l("Montant à ne pas dépasser, en euros HT"))
    purchase_horizon = ChoiceField(
        _l("Quand l’achat est-il envisagé ?"), [is_a_quarter], choices=lambda: _quarters()
    )
    resources = CodesField(_l("Ce que vous pouvez offrir"), choices=_labelled("need.resource", RESOURCES))
    constraints = CodesField(_l("Ce qu’il faut respecter"), choices=_labelled("need.constraint", CONSTRAINTS))
    defis = CodesField(
        _l("À quel défi de la Métropole répond-il ?"), [few_defis], choices=lambda: theme_choices("defi")
    )
    practical_notes = ProseField(_l("Autres précisions pratiques"), [at_most(NOTES_MAX)])


class PracticalForm(TermsForm):
    closes_on = DayField(_l("Jusqu’à quel jour recevez-vous des réponses ?"), [Expected(), is_to_come])
    questions_close_on = DayField(_l("Jusqu’à quel jour prenez-vous des questions ?"), [is_to_come])
    open_call_id = CallField(_l("Dans le cadre d’un appel ?"), side="demand")
    amount_estimated_cents = EurosField(_l("Montant estimé de l’achat, en euros HT"))
    purchase_kind = RadioField(
        _l("Ce que vous achèteriez"),
        [Expected()],
        choices=_labelled("need.purchase_kind", PURCHASE_KINDS),
        default="supplies_services",
    )
    sealed = BooleanField(_l("Garder les réponses sous pli fermé jusqu’à l’échéance"))
    visible_to_members_only = BooleanField(
        _l("Montrer ce besoin aux seuls membres des organisations vérifiées")
    )
    open_to_group = BooleanField(_l("D’autres communes peuvent dire « nous aussi »"))


class AmendForm(ProblemForm, OutcomeForm, TermsForm):
    """The substance of a published need, on one page."""


class SendBackForm(Form):
    reason = ProseField(_l("Ce qu’il faut changer"), [required(), at_most(REASON_MAX)])


class WithdrawForm(Form):
    reason = ProseField(_l("Pourquoi ce besoin est-il retiré ?"), [required(), at_most(REASON_MAX)])


class DiscardForm(Form):
    """Only the token: the page asks once."""


class ExtendForm(Form):
    closes_on = DayField(_l("Nouvelle date de fin"), [required(), is_to_come])


class ReopenForm(Form):
    closes_on = DayField(_l("Nouvelle date de fin"), [required(), is_to_come])
    reason = ProseField(_l("Pourquoi ce besoin rouvre-t-il ?"), [required(), at_most(REASON_MAX)])


class FeedbackForm(Form):
    text = ProseField(_l("Ce qu’il en reste aujourd’hui"), [required(), at_most(REASON_MAX)])


def is_an_address(form: Any, field: Any) -> None:
    """A page that a browser opens: http or https, with a host."""
    if field.data and not re.fullmatch(r"https?://[^\s/]+\.[^\s]+", field.data):
        raise ValidationError("Écrivez une adresse complète, par exemple https://marches.maximilien.fr/…")


class ConcludeForm(Form):
    outcome = RadioField(
        _l("Comment ce besoin se termine-t-il ?"),
        [required()],
        choices=_labelled("need.outcome", OUTCOMES),
        validate_choice=False,
    )
    reason = ProseField(_l("Ce que chacun doit savoir de cette décision"), [required(), at_most(REASON_MAX)])
    lessons = ProseField(_l("Ce que vous avez appris"), [at_most(REASON_MAX)])
    consultation_url = LineField(_l("Adresse de la consultation"), [at_most(URL_MAX), is_an_address])
    consultation_number = LineField(_l("Sa référence"), [at_most(NUMBER_MAX)])

    @property
    def ending(self) -> dict[str, Any]:
        """What the verb takes; a consultation is named only where there is one."""
        names = ["outcome", "reason", "lessons"]
        if self.outcome.data == "consultation_launched":
            names += ["consultation_url", "consultation_number"]
        return {name: self._fields[name].data or "" for name in names}


#: step → its form; « review » reads everything again and has none.
STEPS: dict[str, type[StepForm]] = {
    "problem": ProblemForm,
    "outcome": OutcomeForm,
    "practical": PracticalForm,
}
ORDER = (*STEPS, "review")


def step_of(field: str) -> str:
    """The step whose page holds ``field``."""
    return next((step for step, form in STEPS.items() if hasattr(form, field)), "review")


def _maturities() -> list[tuple[str, Any]]:
    return [
        ("", _l("Peu importe")),
        *((code, _l("%(level)s, ou plus", level=label("maturity", code))) for code in MATURITIES),
    ]


def _places() -> list[SelectChoice]:
    return theme_choices("territory")


def _quarters() -> list[tuple[str, Any]]:
    """From this quarter on, as « 2027-T1 »."""
    today = today_in_paris()
    first = today.year * 4 + (today.month - 1) // 3
    codes = [f"{number // 4}-T{number % 4 + 1}" for number in range(first, first + QUARTERS_AHEAD)]
    return [("", _l("Je ne sais pas encore")), *((code, quarter_name(code)) for code in codes)]
