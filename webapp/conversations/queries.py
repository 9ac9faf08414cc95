"""Who writes with whom, what is not read yet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import g
from flask_login import current_user
from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from models import Attachment, Conversation, ConversationMessage, Organization, db
from webapp.acting import me

PER_PAGE = 20


def unread_conversations() -> int:
    """How many conversations hold something new for this person, for the menu; asked once a request."""
    if not current_user.is_authenticated:
        return 0
    if "unread_conversations" not in g:
        g.unread_conversations = len(unread_counts())
    return int(g.unread_conversations)


def unread_counts() -> dict[int, int]:
    """Conversation → how many messages this person has not seen."""
    return dict(db.session.execute(Conversation.unread(me())).all())


def mine() -> Any:
    """This person's conversations, the latest word first, with what the list shows of each."""
    return Conversation.of(me()).options(
        joinedload(Conversation.demand), joinedload(Conversation.counterpart), joinedload(Conversation.need)
    )


def other_side(conversation: Conversation) -> Organization:
    """With whom, seen by this person."""
    mine_ = conversation.side_of(me())
    return conversation.demand if mine_ is conversation.counterpart else conversation.counterpart


@dataclass(frozen=True)
class Line:
    """One message as the page shows it. ``seen_at``: of one's own last one, when the other side opened it."""

    message: ConversationMessage
    is_mine: bool
    is_new: bool
    documents: Sequence[Attachment]
    seen_at: datetime | None = None
    is_last_of_mine: bool = False


def lines_of(conversation: Conversation, *, read_up_to: int) -> list[Line]:
    """Every message, oldest first; those after ``read_up_to`` are new to this person."""
    person, side = me(), conversation.side_of(me())
    messages = db.session.scalars(
        _messages(conversation).options(
            joinedload(ConversationMessage.author), selectinload(ConversationMessage.organization)
        )
    ).all()
    ours = [message for message in messages if side is not None and message.side_id == side.id]
    joined = _documents([message.id for message in messages])
    return [
        Line(
            message,
            message in ours,
            message.id > read_up_to and message.author_id != person.id,
            [
                one
                for one in joined.get(message.id, ())
                if one.status == "clean" or message.author_id == person.id
            ],
            conversation.seen_at(message) if ours and message is ours[-1] else None,
            bool(ours) and message is ours[-1],
        )
        for message in messages
    ]


def _messages(conversation: Conversation) -> Any:
    query = select(ConversationMessage).where(ConversationMessage.conversation_id == conversation.id)
    return query.order_by(ConversationMessage.id)


def _documents(messages: list[int]) -> dict[int, list[Attachment]]:
    found: dict[int, list[Attachment]] = {}
    query = select(Attachment).where(
        Attachment.owner_type == "message", Attachment.owner_id.in_(messages), Attachment.status != "removed"
    )
    for one in db.session.scalars(query.order_by(Attachment.id)):
        found.setdefault(one.owner_id, []).append(one)
    return found
