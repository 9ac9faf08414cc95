"""What the team fills in: which days, and its opinion."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms.validators import ValidationError

from models.period import SECOND_HALF, Period
from models.report import OPINION_MAX
from webapp.filters import day
from webapp.forms import ChoiceField, DayField, Expected, Form, ProseField, at_most, optional

HALF_YEARS = 4


class PeriodForm(Form):
    """A half-year that is over; chosen days, where there are some, go before it."""

    half = ChoiceField(_l("Semestre"), [optional()], choices=lambda: half_years())
    first_on = DayField(_l("Ou du"), [optional()])
    last_on = DayField(_l("Au"))

    @classmethod
    def begun(cls) -> PeriodForm:
        """With the last half-year chosen already."""
        return cls(half=half_years()[0][0])

    def validate_last_on(self, field: DayField) -> None:
        days = [self.first_on.data, field.data]
        if any(days) != all(days) or not (any(days) or self.half.data):
            raise ValidationError("Choisissez un semestre, ou donnez le premier et le dernier jour.")

    @property
    def period(self) -> Period:
        """Once the form is right."""
        days: list[Any] = [self.first_on.data, self.last_on.data]
        if all(days):
            return Period(*days)
        return next(period for code, period in _halves() if code == self.half.data)


def half_years() -> list[tuple[str, str]]:
    return [*((code, period_name(period)) for code, period in _halves()), ("", _("Une autre période"))]


def _halves() -> list[tuple[str, Period]]:
    return [(f"{period.first:%Y-%m}", period) for period in Period.half_years(HALF_YEARS)]


def period_name(period: Period) -> str:
    """« premier semestre 2026 », or « du 3 mars au 9 avril 2026 »."""
    year = period.first.year
    if period == Period.half_year(year, 1):
        return _("premier semestre %(year)s", year=year)
    if period == Period.half_year(year, 2):
        assert period.first.month == SECOND_HALF
        return _("second semestre %(year)s", year=year)
    return _("du %(first)s au %(last)s", first=day(period.first), last=day(period.last))


class OpinionForm(Form):
    opinion = ProseField(_l("Avis de l’équipe"), [Expected(), at_most(OPINION_MAX)])
