"""What a page that saves itself is answered: the hour, or what was not kept and why."""

from __future__ import annotations

from typing import Any

from flask import request
from flask_babel import gettext as _

from models.database import utc_now
from webapp.filters import moment
from webapp.languages import said


def saved_or_why(form: Any) -> Any:
    """Of a validated form, the first field that was sent and is wrong (422); what was right is kept already."""
    refused = next((field for field in form if field.errors and field.name in request.form), None)
    if refused is None:
        return _("Enregistré le %(moment)s", moment=moment(utc_now()))
    field, why = said(refused.label.text), said(refused.errors[0])
    return _("Pas enregistré : « %(field)s ». %(why)s", field=field, why=why), 422
