"""What is asked of a purchase, of a solution's novelty, of a purchase that was made. A draft may be incomplete."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, SelectChoice
from wtforms.validators import ValidationError

from models.calendar import today_in_paris
from models.clues import MANY, OF_THE_BUYER, QUESTIONS
from models.declared_purchase import KINDS, NAME_MAX
from models.procurement import BUYER_KINDS, PURCHASE_KINDS
from webapp.forms import (
    ChoiceField,
    DayField,
    EurosField,
    Expected,
    Form,
    LineField,
    ListField,
    ProseField,
    at_most,
    cents_of,
    euros_typed,
    required,
)
from webapp.labels import LABELS

CLUE_MAX = 1000
FIRST_DAY, FARTHEST = date(2000, 1, 1), timedelta(days=3650)
NUMBERS = tuple(range(1, len(QUESTIONS) + 1))


def _choices(kind: str, codes: tuple[str, ...]) -> list[SelectChoice]:
    return [SelectChoice(code, LABELS[kind][code]) for code in codes]


def is_a_launch(form: Any, field: Any) -> None:
    """A day that a purchase may be launched on, long ago or some years ahead."""
    if field.data is not None and not FIRST_DAY <= field.data <= today_in_paris() + FARTHEST:
        raise ValidationError("Choisissez une date entre 2000 et dans dix ans.")


class MembersField(ListField):
    """One member a line, « Ville de Pantin : 30 000 »; without an amount it is not known yet."""

    def read(self, text: str) -> list[Any]:
        return [_member_of(line) for line in text.splitlines() if line.strip()]

    def written(self) -> str:
        return "\n".join(
            member["name"]
            if member["cents"] is None
            else f"{member['name']} : {euros_typed(member['cents'])}"
            for member in self.data or []
        )


def _member_of(line: str) -> dict[str, Any]:
    name, colon, amount = line.strip().rpartition(":")
    if not colon:
        return {"name": line.strip(), "cents": None}
    try:
        return {"name": name.strip(), "cents": cents_of(amount.strip())}
    except ValueError:
        raise ValueError(
            "Écrivez une collectivité par ligne, par exemple « Ville de Pantin : 30 000 »."
        ) from None


class AmountsField(ListField):
    """« 30 000 ; 15 000 »."""

    def read(self, text: str) -> list[Any]:
        try:
            return [cents_of(amount) for amount in text.replace("\n", ";").split(";") if amount.strip()]
        except ValueError:
            raise ValueError("Séparez les montants par des points-virgules : 30 000 ; 15 000.") from None

    def written(self) -> str:
        return " ; ".join(euros_typed(cents) for cents in self.data or [])


class CluesForm(Form):
    """Two fields for each of the ten questions, added below: ``clue_1_level``, ``clue_1_text`` …"""

    def clues(self, only: Mapping[str, Any] | None = None) -> dict[str, dict[str, Any]]:
        """Question number → {"level", "text"} of what is well filled in; ``only``: the form data, when part of it was sent."""
        found: dict[str, dict[str, Any]] = {}
        for number in NUMBERS:
            for part in ("level", "text"):
                field = self._fields.get(f"clue_{number}_{part}")
                if field is None or field.errors or (only is not None and field.name not in only):
                    continue
                if field.data:
                    found.setdefault(str(number), {})[part] = field.data
        return found

    def pairs(self) -> list[tuple[int, Any, Any]]:
        """(number, level field, text field) of the questions that this form asks."""
        return [
            (number, self._fields[f"clue_{number}_level"], self._fields[f"clue_{number}_text"])
            for number in NUMBERS
            if f"clue_{number}_level" in self._fields
        ]


def as_fields(clues: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """The same, by the names of the fields."""
    return {f"clue_{number}_{part}": value for number, clue in clues.items() for part, value in clue.items()}


def _levels_for(number: int) -> list[SelectChoice]:
    codes = ("0", "1", "2", MANY) if number == 2 else ("0", "1", "2")
    return [SelectChoice("", _l("Pas encore répondu")), *_choices("procurement.level", codes)]


def _add_questions(form: type[CluesForm], numbers: tuple[int, ...]) -> None:
    for number in numbers:
        setattr(
            form,
            f"clue_{number}_level",
            ChoiceField(_l(QUESTIONS[number - 1]), [Expected()], choices=_levels_for(number)),
        )
        setattr(
            form,
            f"clue_{number}_text",
            ProseField(_l("Ce que l’on sait, avec la pièce"), [Expected(), at_most(CLUE_MAX)]),
        )


class GuidanceForm(CluesForm):
    launched_on = DayField(_l("Date de lancement envisagée"), [Expected(), is_a_launch])
    purchase_kind = ChoiceField(
        _l("Ce que vous achetez"), [Expected()], choices=_choices("procurement.purchase_kind", PURCHASE_KINDS)
    )
    buyer_kind = ChoiceField(
        _l("Vous êtes"), [Expected()], choices=_choices("procurement.buyer_kind", BUYER_KINDS)
    )
    own_cents = EurosField(_l("Montant de votre achat, en euros HT"), [Expected()])
    similar_cents = EurosField(_l("Autres achats semblables de l’année, en euros HT"))
    members = MembersField(_l("Autres membres du groupement, et leur montant"))
    innovative_lots = AmountsField(_l("Montants des lots innovants, s’il y a des lots"))
    supplier_name = LineField(_l("L’entreprise à laquelle vous pensez"), [at_most(NAME_MAX)])
    similar_needs = BooleanField(_l("D’autres communes ont un besoin semblable"))
    ready_solution = BooleanField(_l("Une solution prête existe sur le marché"))
    research_needed = BooleanField(_l("Il faut de la recherche et développement"))
    free_test = BooleanField(_l("Un essai sans paiement ni contrepartie vient d’abord"))

    def inputs(self, sent: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """What to keep, by the names of ``models.guidance.INPUTS``: the fields without error; ``sent``: only these."""
        said = {
            name: _stored(field)
            for name, field in self._fields.items()
            if not name.startswith("clue_") and not field.errors and (sent is None or _was_sent(field, sent))
        }
        if sent is None or any(name.startswith("clue_") for name in sent):
            said["clues"] = self.clues(sent)
        return said


def _stored(field: Any) -> Any:
    return field.data.isoformat() if isinstance(field.data, date) else field.data


def _was_sent(field: Any, sent: Mapping[str, Any]) -> bool:
    """An unticked box is sent by saying nothing, on a page that names its step."""
    return field.name in sent or (bool(sent.get("step")) and isinstance(field, BooleanField))


class ClueFileForm(CluesForm):
    """The company's file: the tenth question is the buyer's."""


_add_questions(GuidanceForm, NUMBERS)
_add_questions(ClueFileForm, tuple(number for number in NUMBERS if number != OF_THE_BUYER))


class PurchaseForm(Form):
    kind = ChoiceField(
        _l("Ce que vous déclarez"), [required()], choices=_choices("declared_purchase.kind", KINDS)
    )
    supplier_name = LineField(_l("Avec quelle entreprise"), [at_most(NAME_MAX)])
    bought_on = DayField(_l("Date de la décision"), [required(), is_a_launch])
    purchase_kind = ChoiceField(
        _l("Ce que vous achetez"), [required()], choices=_choices("procurement.purchase_kind", PURCHASE_KINDS)
    )
    amount_cents = EurosField(_l("Montant, en euros HT"))
    innovative = BooleanField(_l("C’est un achat innovant (R2122-9-1)"))
