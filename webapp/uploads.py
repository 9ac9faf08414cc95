"""Files that come with a form: how heavy, read before anything else, written where no page leads.

The body is read here, before the database is asked anything: on SQLite a slow telephone must not hold the one writer's place.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask import Flask, current_app, request, session

from models import NotReady, db
from models.attachment import LARGEST, MB, too_large
from models.file_store import FileStore, Received, TooLarge

#: In one form; a single file has a limit of its own, said beside its field.
LARGEST_FORM_WITH_FILES = 60 * MB
#: Endpoints whose forms carry files.
WITH_FILES: set[str] = set()


def takes_files(endpoint: str) -> None:
    """Say that the form of ``endpoint`` carries files (at import of its area)."""
    WITH_FILES.add(endpoint)


def init_app(app: Flask) -> None:
    app.before_request(read_body)


def read_body() -> None:
    """Only of who is signed in: the session was read already, without a question to the database more."""
    if request.method == "POST" and request.endpoint in WITH_FILES and "_user_id" in session:
        request.max_content_length = LARGEST_FORM_WITH_FILES
        request.form  # noqa: B018 (it is read by being looked at)


def file_store() -> FileStore:
    return FileStore(current_app.config["SETTINGS"].files_dir)


def receive(uploads: Iterable[Any]) -> tuple[list[tuple[str, Received]], list[NotReady]]:
    """(name, bytes kept) of each file of a form, and what is wrong with the others. No transaction is held meanwhile."""
    db.session.rollback()
    kept: list[tuple[str, Received]] = []
    wrong: list[NotReady] = []
    for upload in uploads:
        try:
            kept.append((upload.filename, file_store().keep(upload.stream, most=LARGEST)))
        except TooLarge:
            wrong.append(too_large(upload.filename))
    return kept, wrong


def forget(files: Iterable[tuple[str, Received]], *, but: Iterable[str] = ()) -> None:
    """Remove what was received and joined to nothing (the sweep would find it within the hour)."""
    kept = set(but)
    for _name, received in files:
        if received.key not in kept:
            file_store().remove(received.key)
