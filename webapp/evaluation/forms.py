"""Criteria with their weights, a declaration of ties, and one person’s marks for one response."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import RadioField, SelectChoice
from wtforms.validators import ValidationError

from models import Response, Shortlist
from models.evaluation import MOST_CRITERIA, Mark
from models.evaluation_sheet import LONGEST_COMMENT, LONGEST_LABEL, Criterion, Score
from models.marks import HIGHEST, LOWEST
from webapp.forms import CountField, Form, LineField, ProseField, at_most, required

MARKS = tuple(range(LOWEST, HIGHEST + 1))
#: What each mark means, said the same way to everybody.
MEANINGS = {
    0: _l("(ne répond pas)"),
    1: _l("(très insuffisant)"),
    2: _l("(insuffisant)"),
    3: _l("(convenable)"),
    4: _l("(bon)"),
    5: _l("(excellent)"),
}
REASON_MAX = 500


class CriteriaForm(Form):
    """Ten rows, added below: ``label_0``, ``weight_0`` … Empty rows are left out."""

    def rows(self) -> list[tuple[Any, Any]]:
        return [(self._fields[f"label_{n}"], self._fields[f"weight_{n}"]) for n in range(MOST_CRITERIA)]

    def criteria(self) -> list[tuple[str, int]]:
        """(label, weight) of the rows in which something is written."""
        return [
            (label.data or "", weight.data or 0)
            for label, weight in self.rows()
            if label.data or weight.data is not None
        ]


for _number in range(MOST_CRITERIA):
    setattr(CriteriaForm, f"label_{_number}", LineField(_l("Critère"), [at_most(LONGEST_LABEL)]))
    setattr(CriteriaForm, f"weight_{_number}", CountField(_l("Poids")))


def as_rows(criteria: list[tuple[str, int]]) -> dict[str, Any]:
    """The same, by the names of the fields."""
    return {
        f"{part}_{n}": value
        for n, pair in enumerate(criteria)
        for part, value in zip(("label", "weight"), pair, strict=True)
    }


class LockForm(Form):
    """``without_unfinished``: whether to lock although some colleagues, who began, did not finish. Asked when there are some."""

    unfinished = RadioField(
        _l("Des collègues n’ont pas fini de noter."),
        choices=[
            SelectChoice("wait", _l("Attendre : ne pas verrouiller encore")),
            SelectChoice(
                "without",
                _l(
                    "Verrouiller sans eux : leurs notes ne compteront pas, et le journal dira combien ils sont"
                ),
            ),
        ],
        default="wait",
        validate_choice=False,
    )

    def __init__(self, shortlist: Shortlist) -> None:
        super().__init__()
        progress, count = shortlist.progress(), len(shortlist.responses())
        finished = sum(done == count for done in progress.values())
        if not 0 < finished < len(progress):
            del self.unfinished

    @property
    def without_unfinished(self) -> bool:
        return self.unfinished is not None and self.unfinished.data == "without"


class DeclarationForm(Form):
    conflict = RadioField(
        _l("Un lien vous attache-t-il à l’une de ces entreprises ?"),
        [required()],
        choices=[
            SelectChoice("no", _l("Non, aucun lien")),
            SelectChoice("yes", _l("Oui : je ne noterai pas")),
        ],
        validate_choice=False,
    )
    reason = ProseField(_l("Lequel ?"), [at_most(REASON_MAX)])

    def validate_conflict(self, field: Any) -> None:
        if field.data not in ("yes", "no"):
            raise ValidationError("Choisissez une valeur de la liste.")


class MarkField(RadioField):
    """0 to 5, or nothing yet; ``data`` is the number."""

    def __init__(self, label: Any = None, **kwargs: Any) -> None:
        choices = [SelectChoice(mark, str(mark)) for mark in MARKS]
        super().__init__(label, choices=choices, coerce=int, validate_choice=False, **kwargs)

    def process_data(self, value: Any) -> None:
        self.data = value

    def process_formdata(self, values: list[str]) -> None:
        self.data = None
        if values and values[0]:
            if values[0] not in {str(mark) for mark in MARKS}:
                raise ValueError("Choisissez une note de 0 à 5.")
            self.data = int(values[0])


class SheetForm(Form):
    """``mark_<criterion>`` and ``comment_<criterion>``: made for the criteria of one evaluation by ``sheet_form``."""

    criteria: list[Criterion] = []

    def pairs(self) -> list[tuple[Criterion, Any, Any]]:
        return [
            (criterion, self._fields[f"mark_{criterion.id}"], self._fields[f"comment_{criterion.id}"])
            for criterion in self.criteria
        ]

    def marks(self, sent: Any = None) -> dict[int, Mark]:
        """Criterion number → (mark, comment) without error; ``sent``: only those of which something was sent."""
        return {
            criterion.id: (mark.data, comment.data or "")
            for criterion, mark, comment in self.pairs()
            if not mark.errors
            and not comment.errors
            and (sent is None or mark.name in sent or comment.name in sent)
        }


def sheet_form(shortlist: Shortlist, response: Response, scores: list[Score]) -> SheetForm:
    """A form with two fields for each criterion, filled with what the person gave already."""
    form = type("SheetForm", (SheetForm,), {"criteria": list(shortlist.criteria)})
    for criterion in shortlist.criteria:
        setattr(form, f"mark_{criterion.id}", MarkField(criterion.label))
        setattr(
            form,
            f"comment_{criterion.id}",
            ProseField(_l("Pourquoi cette note ?"), [at_most(LONGEST_COMMENT)]),
        )
    kept = {score.criterion_id: score for score in scores}
    values: dict[str, Any] = {}
    for number, score in kept.items():
        values |= {f"mark_{number}": score.value, f"comment_{number}": score.comment}
    filled: SheetForm = form(data=values)
    return filled
