"""Words and documents of a response, sent in one form: kept together, or not at all."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from models import Attachment, NotReady, Response, db
from models.file_store import Received
from webapp import uploads
from webapp.acting import me
from webapp.responses.forms import ResponseForm
from workers.queue import ring


def kept(response: Response, form: ResponseForm, act: Callable[..., Any]) -> bool:
    """``act(joined=…)`` with the documents of the form. False: the form says what is wrong, and nothing was kept of it."""
    if not form.validate_on_submit():
        return False
    files, wrong = uploads.receive(form.files.data) if form.files.data else ([], [])

    def together() -> None:
        _refuse(wrong)
        act(joined=_join(response, form, files))

    if form.obeys(together):
        if files:
            ring("check_attachments")
        return True
    uploads.forget(files)
    return False


def _join(response: Response, form: ResponseForm, files: list[tuple[str, Received]]) -> bool:
    """Whether a document was joined: the same one twice is there once."""
    if not files:
        return False
    db.session.refresh(response, with_for_update=True)
    joined, wrong = Attachment.join(
        response,
        by=me(),
        organization=response.organization,
        files=files,
        confidential=form.confidential.data,
        tell=False,
    )
    _refuse(wrong)
    return bool(joined)


def _refuse(wrong: list[NotReady]) -> None:
    if wrong:
        raise NotReady([problem for error in wrong for problem in error.problems])
