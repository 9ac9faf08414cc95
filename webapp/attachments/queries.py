"""Which documents a page shows to whom."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_login import current_user

from models import Attachment, db
from models.attachment_owners import takes_documents
from webapp.permissions import can


def documents_of(owner: Any) -> Sequence[Attachment]:
    """What this person may open; for who joined them, those that wait or were refused too."""
    if is_ours(owner):
        return db.session.scalars(Attachment.all_of(owner)).all()
    return [one for one in db.session.scalars(Attachment.readable_of(owner)) if can("attachment.view", one)]


def is_ours(owner: Any) -> bool:
    """Whether the person belongs to the organisation that wrote it."""
    organization = getattr(owner, "organization", None)
    return bool(current_user.is_authenticated and current_user.membership_of(organization))


def may_change(owner: Any) -> bool:
    """Whether this person may join documents now, or take them away."""
    return can(f"{owner.subject_type}.attach", owner) and takes_documents(owner)
