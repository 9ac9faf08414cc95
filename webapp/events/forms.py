"""What the team types about an event."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import RadioField

from models import Event
from models.calendar import day_in_paris
from models.database import PARIS
from models.event_lifecycle import DESCRIPTION_MAX, LINE_MAX, TITLE_MAX
from webapp.forms import (
    ChoiceField,
    CountField,
    DayField,
    Form,
    HourField,
    LineField,
    ProseField,
    at_most,
    optional,
    required,
)
from webapp.labels import choices_of
from webapp.needs.forms import is_an_address

REASON_MAX = 1000


class EventForm(Form):
    title = LineField(_l("Titre"), [required(), at_most(TITLE_MAX)])
    kind = ChoiceField(_l("Ce que c’est"), [required()], choices=lambda: choices_of("event.kind"))
    description = ProseField(_l("Ce que l’on y fera, et pour qui"), [required(), at_most(DESCRIPTION_MAX)])
    starts_on = DayField(_l("Jour"), [required()])
    ends_on = DayField(_l("Dernier jour, s’il y en a plusieurs"), [optional()])
    starts = HourField(_l("Heure de début"), [required()])
    ends = HourField(_l("Heure de fin"), [required()])
    place = LineField(_l("Lieu"), [at_most(LINE_MAX)])
    link = LineField(_l("Lien pour suivre à distance"), [at_most(LINE_MAX), is_an_address])
    capacity = CountField(_l("Nombre de places"))
    audience = RadioField(
        _l("Qui peut s’inscrire ?"),
        [required()],
        choices=lambda: choices_of("event.audience"),
        default="all",
        validate_choice=False,
    )

    @classmethod
    def of(cls, event: Event) -> EventForm:
        """What is written already, as one types it."""
        start, end = event.starts_at.astimezone(PARIS), event.ends_at.astimezone(PARIS)
        first, last = day_in_paris(start), day_in_paris(end)
        hours = {"starts_on": first, "starts": start.time(), "ends": end.time()}
        return cls(obj=event, data=hours | {"ends_on": last if last != first else None})

    @property
    def fields_of_event(self) -> dict[str, Any]:
        """What the verb takes. Without a last day, it ends on the day on which it begins, in Paris."""
        first: Any = self.starts_on.data
        instants = {
            "starts_at": _at(first, self.starts.data),
            "ends_at": _at(self.ends_on.data or first, self.ends.data),
        }
        named = self.chosen("title", "kind", "description", "place", "link", "capacity", "audience")
        return named | instants


def _at(day: Any, hour: Any) -> datetime:
    return datetime.combine(day, hour, tzinfo=PARIS)


class CancelForm(Form):
    reason = ProseField(
        _l("Pourquoi, en une phrase que les inscrits liront"), [required(), at_most(REASON_MAX)]
    )
