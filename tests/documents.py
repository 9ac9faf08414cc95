"""Documents joined in tests: real bytes in the store of the run, walked to the state that is wanted."""

from __future__ import annotations

import io
from typing import Any

from flask import current_app

from models import Attachment, Conversation, db
from models.attachment import LARGEST
from models.file_store import FileStore
from tests import files
from tests.client import Client
from tests.factories import World


def store() -> FileStore:
    return FileStore(current_app.config["SETTINGS"].files_dir)


def send(client: Client, address: str, *documents: tuple[str, bytes], **fields: str) -> Any:
    """The form of the page, as a browser sends it."""
    fields.setdefault("csrf_token", client.fetch_token())
    body = files.multipart(fields, documents)
    return client.open(address, method="POST", data=body, content_type=files.MULTIPART)


def join(
    world: World,
    owner: Any = None,
    status: str = "clean",
    *,
    name: str = "plan.pdf",
    contents: bytes = b"",
    **words: Any,
) -> Attachment:
    """A document of ``owner`` (a draft response of Ultrason; then sent where ``sent`` says so)."""
    sent = words.pop("sent", owner is None and status == "clean")
    owner = owner or world.response(status="draft")
    by = words.pop("by", owner.author)
    received = store().keep(io.BytesIO(contents or files.pdf()), most=LARGEST)
    joined, wrong = Attachment.join(
        owner, by=by, organization=owner.organization, files=[(name, received)], **words
    )
    assert joined and not wrong, wrong
    (attachment,) = joined
    walk = {
        "quarantined": [],
        "clean": [lambda a: a.accept()],
        "refused": [lambda a: a.refuse("active")],
        "removed": [lambda a: a.accept(), lambda a: a.remove(by=by)],
    }
    for verb in walk[status]:
        verb(attachment)
    if sent:
        owner.submit(by=by)
    db.session.commit()
    return attachment


def converse(world: World, **need: Any) -> Conversation:
    """Bagnolet wrote one word to Ultrason about its response to a need."""
    response = world.response(world.need(**need))
    conversation = Conversation.open(response, by=world.bagnolet.validator)
    conversation.write(by=world.bagnolet.validator, body="Pouvez-vous venir mardi ?")
    db.session.commit()
    return conversation
