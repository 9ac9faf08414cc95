from __future__ import annotations

from flask_babel import lazy_gettext as _l

from models.conversation import LONGEST_MESSAGE
from webapp.attachments.forms import DocumentsField
from webapp.forms import Form, ProseField, at_most, required

REASON_MAX = 500


class MessageForm(Form):
    body = ProseField(_l("Votre message"), [required(), at_most(LONGEST_MESSAGE)])
    files = DocumentsField(_l("Documents"))


class ReportForm(Form):
    reason = ProseField(_l("Pourquoi ?"), [required(), at_most(REASON_MAX)])
