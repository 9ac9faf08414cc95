"""What every form shares: text put in canon as it comes in, sentences in French, rules of the domain shown at their field."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import time
from typing import Any

from flask import request
from flask_babel import format_decimal
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DateField, IntegerField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import (
    DataRequired,
    Length,
    Optional,
    StopValidation,
    ValidationError,
)

from models import NotReady, RuleViolation, db
from models.text import canon, canon_line
from webapp.labels import theme_choices

_HOUR = re.compile(r"(\d{1,2})\s*(?:[:hH]\s*(\d{2})?)?")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
REQUIRED = _l("Remplissez ce champ.")
CHOOSE = _l("Choisissez une réponse.")
LIST_MAX = 4000
#: Name of the buttons that accept a suggested theme.
ACCEPTED = "accept_theme"


class Form(FlaskForm):
    """Base of all forms. The token is checked before any view (csrf.py), not once more here."""

    class Meta:
        csrf = False
        locales = ["fr"]

    def obeys(self, act: Callable[[], Any]) -> bool:
        """Do ``act`` (a verb of the domain). When a rule says no, roll back, put its sentence at its field: False."""
        try:
            act()
        except RuleViolation as error:
            db.session.rollback()
            problems = error.problems if isinstance(error, NotReady) else [("", error.args[0])]
            self.complain(problems)
            return False
        return True

    def complain(self, problems: Iterable[tuple[str, str]]) -> None:
        """Show (field, sentence) pairs; a field that the form has not goes to the summary only."""
        for name, sentence in problems:
            if name in self._fields:
                self._fields[name].errors = [*self._fields[name].errors, sentence]
            else:
                self.form_errors.append(sentence)

    def chosen(self, *names: str) -> dict[str, Any]:
        """The values of the named fields, for a verb that takes them by name."""
        return {name: self._fields[name].data for name in names}


class _Text:
    """Refuses control characters with a sentence, giving the text back without them."""

    put_in_canon: Callable[[str], str]

    def process_formdata(self, values: list[str]) -> None:
        self.had_controls = bool(values and _CONTROL.search(values[0]))
        self.data = type(self).put_in_canon(values[0]) if values else ""

    def pre_validate(self, form: Any) -> None:
        if getattr(self, "had_controls", False):
            raise ValidationError(
                "Ce texte contenait des caractères invisibles que nous ne gardons pas. Nous les avons ôtés : relisez, puis renvoyez."
            )


class LineField(_Text, StringField):
    """One line of text."""

    put_in_canon = staticmethod(canon_line)


class ProseField(_Text, TextAreaField):
    """Several paragraphs."""

    put_in_canon = staticmethod(lambda text: canon(text).strip())


class ListField(ProseField):
    """Several values in one text; ``data`` has what was read of them, the page what was typed."""

    data: Any

    def process_formdata(self, values: list[str]) -> None:
        super().process_formdata(values)
        self.typed, self.data = self.data, []
        if len(self.typed) > LIST_MAX:
            raise ValueError("Cette liste est trop longue : gardez l’essentiel.")
        self.data = self.read(self.typed)

    def _value(self) -> str:
        return str(self.typed) if hasattr(self, "typed") else self.written()

    def read(self, text: str) -> list[Any]:
        raise NotImplementedError

    def written(self) -> str:
        raise NotImplementedError


class CodesField(SelectMultipleField):
    """Several codes of one closed list."""

    def pre_validate(self, form: Any) -> None:
        try:
            super().pre_validate(form)
        except (ValueError, ValidationError) as error:
            raise ValidationError("Choisissez parmi les valeurs de la liste.") from error


class ThemesField(CodesField):
    """One to three themes; choices are read from the database when the form is made."""

    def __init__(
        self, label: Any = None, validators: Any = None, taxonomy: str = "theme", **kwargs: Any
    ) -> None:
        super().__init__(label, validators, choices=lambda: theme_choices(taxonomy), **kwargs)

    def process_formdata(self, values: list[str]) -> None:
        """A suggested theme that is accepted without JavaScript comes as the button that was pressed."""
        super().process_formdata(list(dict.fromkeys([*values, *request.form.getlist(ACCEPTED)])))


#: Thousands told apart by points, or by commas: groups of three, all by the same sign, another before the cents. One comma
#: alone is a decimal sign here: « 12,345 » is twelve euros and too many decimals, or twelve thousand. It is asked again.
_GROUPED = re.compile(r"(?!\d+,\d+$)[1-9]\d{0,2}([.,])\d{3}(?:\1\d{3})*(?:(?!\1)[.,]\d{1,2})?")


def cents_of(typed: str) -> int:
    """« 12 000 », « 12.000 € », « 59 999,99 » as cents. Raises ValueError with a sentence: « 59 999,999 » is no amount, and
    certainly not fifty-nine million."""
    digits = re.sub(r"[\s\u00a0\u202f€]", "", typed)
    if grouped := _GROUPED.fullmatch(digits):
        digits = digits.replace(grouped[1], "")
    if not re.fullmatch(r"\d{1,9}([.,]\d{1,2})?", digits):
        raise ValueError("Écrivez un montant en euros, par exemple 12 000.")
    return round(float(digits.replace(",", ".")) * 100)


def euros_typed(cents: int) -> str:
    """Cents as a person would type them again: 12000, or 59999,99."""
    return f"{cents // 100}" + (f",{cents % 100:02d}" if cents % 100 else "")


class EurosField(IntegerField):
    """Euros typed by a person, cents in ``data``."""

    def process_formdata(self, values: list[str]) -> None:
        self.data = None
        if values and values[0].strip():
            self.data = cents_of(values[0].strip())

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return euros_typed(self.data) if self.data is not None else ""


class CountField(IntegerField):
    """A whole number typed by a person."""

    def process_formdata(self, values: list[str]) -> None:
        typed = re.sub(r"[\s\u00a0\u202f]", "", values[0]) if values else ""
        if typed and not re.fullmatch(r"\d{1,9}", typed):
            self.data = None
            raise ValueError("Écrivez un nombre entier, par exemple 12.")
        self.data = int(typed) if typed else None


class DayField(DateField):
    """A day, as browsers send it or as people write it (31/12/2026)."""

    def __init__(self, label: Any = None, validators: Any = None, **kwargs: Any) -> None:
        super().__init__(label, validators, format=["%Y-%m-%d", "%d/%m/%Y"], **kwargs)

    def process_formdata(self, values: list[str]) -> None:
        if not values or not values[0].strip():
            self.data = None
            return
        try:
            super().process_formdata([values[0].strip()])
        except ValueError as error:
            raise ValueError("Écrivez une date, par exemple 31/12/2026.") from error


class HourField(StringField):
    """An hour as people write it: « 14:30 », « 14 h 30 », « 9h »; a time in ``data``."""

    def process_formdata(self, values: list[str]) -> None:
        self.data = None
        if not values or not (typed := canon_line(values[0])):
            return
        found = _HOUR.fullmatch(typed)
        if found is None or int(found[1]) > 23 or int(found[2] or 0) > 59:
            raise ValueError("Écrivez une heure, par exemple 14:30.")
        self.data = time(int(found[1]), int(found[2] or 0))

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return f"{self.data:%H:%M}" if self.data is not None else ""


class ChoiceField(SelectField):
    """One code of a closed list; empty is None."""

    def __init__(self, label: Any = None, validators: Any = None, **kwargs: Any) -> None:
        super().__init__(
            label, validators, coerce=lambda value: value or None, validate_choice=True, **kwargs
        )

    def pre_validate(self, form: Any) -> None:
        if self.data is None:
            return
        try:
            super().pre_validate(form)
        except (ValueError, ValidationError) as error:
            raise ValidationError("Choisissez une valeur de la liste.") from error


class _Required(DataRequired):
    """What was typed and could not be read (a day, an amount) keeps its own sentence."""

    def __call__(self, form: Any, field: Any) -> None:
        if field.errors:
            raise StopValidation
        if isinstance(field, SelectField) and not field.data:
            raise StopValidation(CHOOSE)
        super().__call__(form, field)


def required() -> DataRequired:
    return _Required(REQUIRED)


class Expected:
    """Asked in the end, not yet: a draft may leave it empty, so the field is not marked « facultatif »."""

    field_flags = {"required": True}

    def __call__(self, form: Any, field: Any) -> None:
        """Nothing to refuse: the verb that hands the draft over says what is missing."""


class _AtMost(Length):
    """Says its figure as the language of the page writes it."""

    def __call__(self, form: Any, field: Any) -> None:
        if len(field.data or "") > self.max:
            raise ValidationError(
                _("Ce texte dépasse %(count)s caractères : raccourcissez-le.", count=format_decimal(self.max))
            )


def at_most(count: int) -> Length:
    return _AtMost(max=count)


def optional() -> Optional:
    return Optional()
