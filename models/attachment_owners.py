"""What documents are joined to: whether it takes some now, of which need it is, who must hear that something changed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from models.database import Base, db
from models.errors import RuleViolation
from models.need_help import BEING_WRITTEN

if TYPE_CHECKING:
    from models.attachment import Attachment
    from models.need import Need
    from models.user import User

#: Where documents are joined or removed freely; elsewhere the owner says it itself.
_BEING_WRITTEN = {
    "need": BEING_WRITTEN,
    "solution": ("draft", "changes_requested", "published", "stale"),
    "response": ("draft",),
}


def find_owner(kind: str, number: int) -> Any:
    """The row of ``kind`` (a ``subject_type``) with this number; None when it is gone."""
    model = next(m.class_ for m in Base.registry.mappers if getattr(m.class_, "subject_type", None) == kind)
    return db.session.get(model, number)


def need_of(owner: Any) -> Need | None:
    """The need in whose register the document appears."""
    from models.need import Need

    if isinstance(owner, Need):
        return owner
    number = getattr(owner, "activity_need_id", None)
    return db.session.get(Need, number) if number else None


def takes_documents(owner: Any) -> bool:
    """Whether documents may be joined to it or removed from it now."""
    kind = owner.subject_type
    if owner.subject_type == "message":
        return owner.is_being_sent
    if getattr(owner, "status", "") in _BEING_WRITTEN.get(kind, ()):
        return True
    if kind == "need":
        return bool(owner.takes_responses)
    return kind == "response" and owner.may("modify")


def refuse_unless_open(owner: Any) -> None:
    if owner is None or not takes_documents(owner):
        raise RuleViolation("Ce n’est plus possible : les documents ne changent plus dans cet état.")


def tell_of_change(
    owner: Any, *, by: User, joined: Sequence[Attachment] = (), removed: Attachment | None = None
) -> None:
    """A response that was sent gets a new version; a published need changes for everybody at once (rule 2)."""
    if owner.subject_type == "response" and owner.status != "draft":
        owner.change_documents(by=by)
    # What is joined to a published need is told once it can be opened: see ``tell_when_clean``.
    if owner.subject_type == "need" and owner.status == "published" and removed is not None:
        owner.change_documents(by=by, before=[removed.name], after=[])
    if owner.subject_type == "need" and owner.status in BEING_WRITTEN:
        owner.note_hand(by, ["documents"])


def tell_when_clean(attachment: Attachment) -> bool:
    """Whether it may still be let through. A document that comes after publication is an amendment, told as it appears."""
    owner = attachment.owner
    if owner is None:
        return False
    if owner.subject_type != "need" or owner.published_at is None:
        return True
    if attachment.created_at <= owner.published_at:
        return True  # it was there when the validator decided
    if not owner.takes_responses:
        return False
    owner.change_documents(by=attachment.uploader, before=[], after=[attachment.name])
    return True
