"""The form of a response, and what each side asks the other."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, SelectChoice

from models import Response
from models.calendar import today_in_paris
from models.response import LEAST_DAYS_TO_CLARIFY, TERMS
from models.solution_lifecycle import MATURITIES
from webapp.attachments.forms import DocumentsField
from webapp.forms import (
    ChoiceField,
    CountField,
    DayField,
    EurosField,
    Expected,
    Form,
    LineField,
    ProseField,
    at_most,
    required,
)
from webapp.labels import LABELS, label
from webapp.responses.queries import solutions_of

SUMMARY_MAX, ANSWER_MAX, NOTES_MAX, CONTACT_MAX = 1000, 6000, 3000, 200
REASON_MAX = 2000


class ResponseForm(Form):
    """``solution_id``: one of the company's own pages online."""

    solution_id = ChoiceField(_l("La solution que vous proposez"))
    summary = ProseField(_l("Votre réponse en quelques phrases"), [Expected(), at_most(SUMMARY_MAX)])
    answer = ProseField(_l("Votre réponse"), [Expected(), at_most(ANSWER_MAX)])
    maturity = ChoiceField(
        _l("Où en est-elle ?"),
        choices=lambda: [("", _l("À préciser")), *((code, label("maturity", code)) for code in MATURITIES)],
    )
    timeline_weeks = CountField(_l("Délai de mise en place, en semaines"))
    price_estimate_cents = EurosField(_l("Prix indicatif, en euros HT"))
    experiment_terms = ChoiceField(
        _l("À quelles conditions peut-on essayer ?"),
        choices=[
            SelectChoice("", _l("À discuter")),
            *(SelectChoice(code, LABELS["response.terms"][code]) for code in TERMS),
        ],
    )
    needs_from_commune = ProseField(_l("Ce qu’il vous faut de la collectivité"), [at_most(NOTES_MAX)])
    confidential_parts = ProseField(_l("Ce qui relève du secret des affaires"), [at_most(NOTES_MAX)])
    contact = LineField(_l("La personne à contacter"), [at_most(CONTACT_MAX)])
    files = DocumentsField(_l("Documents à joindre"))
    confidential = BooleanField(_l("Ces documents relèvent du secret des affaires"))

    def __init__(self, response: Response, **kwargs: Any) -> None:
        super().__init__(obj=response, **kwargs)
        self._solutions = {str(solution.id): solution for solution in solutions_of(response.organization)}
        # A page taken off meanwhile stays chosen until somebody chooses another.
        if response.solution is not None:
            self._solutions.setdefault(str(response.solution.id), response.solution)
        self.solution_id.choices = [
            ("", _l("Aucune fiche en particulier")),
            *((number, solution.title) for number, solution in self._solutions.items()),
        ]
        if not self.is_submitted():
            self.solution_id.data = str(response.solution_id) if response.solution_id else None

    def written(self, only: set[str] | None = None) -> dict[str, Any]:
        """The values without error, by the names of the response's own fields; ``only``: of these."""
        values = {
            name: field.data
            for name, field in self._fields.items()
            if name not in ("files", "confidential") and not field.errors and (only is None or name in only)
        }
        if "solution_id" in values:
            values["solution"] = self._solutions.get(values.pop("solution_id") or "")
        return values


class ClarifyForm(Form):
    answer = ProseField(_l("Votre réponse à la collectivité"), [required(), at_most(REASON_MAX)])


class QuestionForm(Form):
    question = ProseField(_l("Votre question"), [required(), at_most(REASON_MAX)])
    until = DayField(
        _l("Réponse attendue avant le"),
        [required()],
        default=lambda: today_in_paris() + timedelta(days=2 * LEAST_DAYS_TO_CLARIFY + 1),
    )
