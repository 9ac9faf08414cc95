"""Who opens, joins and takes away documents: (user, thing) → bool. permissions.py says which action needs which."""

from __future__ import annotations

from typing import Any

from models.attachment import Attachment
from webapp.predicates import (
    is_contributor,
    is_curator_in_view,
    is_partner,
    is_published,
    is_reader,
    is_supplier,
    is_team_reading,
    is_validator,
)


def is_shown(user: Any, attachment: Attachment) -> bool:
    """Checked, and the person may read what it is joined to. Never before: not even by who joined it."""
    owner = attachment.owner
    if attachment.status != "clean" or owner is None:
        return False
    if attachment.owner_type == "response":
        return is_supplier(user, owner) or _is_shown_to_others(user, attachment, owner)
    if attachment.owner_type == "message":
        return bool(owner.is_read_by(user))
    return any(judge(user, owner) for judge in (is_published, is_contributor, is_curator_in_view))


def _is_shown_to_others(user: Any, attachment: Attachment, response: Any) -> bool:
    """The commune reads what was sent with the last version; partners and the team the same, but for business secrets."""
    sent = response.sent
    if sent is None or attachment.uploaded_sha256 not in sent.contents.get("documents", ()):
        return False
    if not attachment.confidential and is_partner(user, response):
        return True
    if response.is_sealed:
        return False
    return is_reader(user, response) or (not attachment.confidential and is_team_reading(user, response))


def may_join_to_need(user: Any, need: Any) -> bool:
    """Who writes it; once it is public a document is an amendment, which the validator decides (rule 4)."""
    return is_validator(user, need) if need.is_public else is_contributor(user, need)


def may_take_away(user: Any, attachment: Attachment) -> bool:
    """The organisation that joined it; what is public of a need, its validator. What came with a message stays."""
    if attachment.owner_type == "message":
        return False
    if attachment.owner_type == "need" and attachment.owner.is_public:
        return is_validator(user, attachment)
    return is_contributor(user, attachment)
