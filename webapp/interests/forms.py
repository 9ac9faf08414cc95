"""What one types about an interest."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, RadioField, SelectChoice

from models.database import PARIS
from models.interest import CONVERSIONS, DECLINE_REASONS, LINE_MAX, MESSAGE_MAX, WISHES
from models.procurement import PURCHASE_KINDS
from webapp.forms import (
    ChoiceField,
    DayField,
    EurosField,
    Form,
    HourField,
    LineField,
    ProseField,
    at_most,
    required,
)
from webapp.labels import LABELS, choices_of

REASON_MAX, NOTES_MAX = 1000, 4000


def _radios(kind: str, codes: tuple[str, ...]) -> list[SelectChoice]:
    return [SelectChoice(code, LABELS[kind][code]) for code in codes]


class AdoptForm(Form):
    wish = RadioField(
        _l("Que souhaitez-vous ?"), [required()], choices=_radios("interest.wish", WISHES), validate_choice=False
    )  # fmt: skip
    message = ProseField(_l("Votre message"), [required(), at_most(MESSAGE_MAX)])
    site = LineField(_l("Où cela servirait"), [at_most(LINE_MAX)])
    amount_estimated_cents = EurosField(_l("Montant auquel vous pensez, en euros HT"))


class PlanForm(Form):
    meeting_on = DayField(_l("Jour"), [required()])
    meeting_time = HourField(_l("Heure"), [required()])
    place = LineField(_l("Lieu, ou lien de la visioconférence"), [at_most(LINE_MAX)])

    @property
    def meeting_at(self) -> datetime:
        day: Any = self.meeting_on.data
        hour: Any = self.meeting_time.data
        return datetime.combine(day, hour, tzinfo=PARIS)


class MeetForm(Form):
    notes = ProseField(_l("Ce que vous en retenez"), [at_most(NOTES_MAX)])


class StopForm(Form):
    reason = ProseField(
        _l("Pourquoi, en une phrase que l’entreprise lira"), [required(), at_most(REASON_MAX)]
    )


class DeclineForm(Form):
    reason_code = RadioField(
        _l("Pourquoi déclinez-vous ?"), [required()], choices=_radios("interest.decline", DECLINE_REASONS),
        validate_choice=False,
    )  # fmt: skip
    reason = ProseField(_l("Votre réponse à la collectivité"), [required(), at_most(REASON_MAX)])


class ConvertForm(Form):
    conversion = RadioField(
        _l("Que devient cette demande ?"), [required()], choices=_radios("interest.conversion", CONVERSIONS),
        validate_choice=False,
    )  # fmt: skip
    bought_on = DayField(_l("Date de la décision"))
    purchase_kind = ChoiceField(
        _l("Ce que vous achetez"), choices=lambda: [c for c in choices_of("procurement.purchase_kind") if c.value in PURCHASE_KINDS]
    )  # fmt: skip
    amount_cents = EurosField(_l("Montant, en euros HT"))
    innovative = BooleanField(_l("C’est un achat innovant (R2122-9-1)"))
    may_be_cited = BooleanField(_l("Nous acceptons d’être cités sur la fiche : « déjà adopté par »"))

    @property
    def purchase(self) -> dict[str, Any]:
        """What a declaration of purchase takes; nothing for what is none."""
        if self.conversion.data not in ("experiment", "purchase"):
            return {}
        kind = self.purchase_kind.data or PURCHASE_KINDS[0]
        return {**self.chosen("bought_on", "amount_cents", "innovative"), "purchase_kind": kind}
