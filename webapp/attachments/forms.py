"""Choosing files. Browsers give none back: what is wrong is said at once, what is good is kept."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import FileStorage
from wtforms import BooleanField, MultipleFileField
from wtforms.widgets import FileInput

from models.file_kind import ACCEPTED
from webapp.forms import Expected, Form


class DocumentsField(MultipleFileField):
    """Zero, one or several files; words sent in their place count for nothing."""

    widget = FileInput(multiple=True)

    def __init__(self, label: Any = None, validators: Any = None, **kwargs: Any) -> None:
        super().__init__(label, validators, render_kw={"accept": ACCEPTED}, **kwargs)

    def process_formdata(self, values: list[Any]) -> None:
        self.data = [one for one in values if isinstance(one, FileStorage) and one.filename]


class DocumentsForm(Form):
    files = DocumentsField(_l("Documents"), [Expected()])

    def sent(self) -> list[FileStorage]:
        """The files that were chosen. None: says so at the field."""
        if not self.files.data:
            self.complain([("files", "Choisissez au moins un document.")])
        return list(self.files.data or ())


class ResponseDocumentsForm(DocumentsForm):
    confidential = BooleanField(_l("Ces documents relèvent du secret des affaires"))


class AskOnceForm(Form):
    """Only the token: the page says what will happen."""
