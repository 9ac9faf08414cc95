"""Who takes part in a conversation: (user, thing) → bool. permissions.py says which action needs which."""

from __future__ import annotations

from typing import Any

from models import Conversation, ConversationMessage


def is_party(user: Any, conversation: Conversation) -> bool:
    """A contributor of one of the two sides now; the team where it helps, never elsewhere."""
    return bool(user.is_authenticated and conversation.side_of(user) is not None)


def is_party_to_message(user: Any, message: ConversationMessage) -> bool:
    return is_party(user, message.conversation)
