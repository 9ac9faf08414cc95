"""Every message that the platform sends: one pure function each, from domain objects to a Message.

    message = need_published(to=inès, need, activity)     # no database, no mail server: a test reads its words
    as_text(message, inès), as_html(message, inès)        # letter.py, the only place that writes them

A function is named after its kind (``Notification.kind``) and takes the reader, what it speaks of, and the activity that
caused it (None for reminders and account messages; for those in ``_GATHERED`` a list, gathered at the last moment).
Each says what happened, what it means, the one next step with its link, and why the reader receives it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from inspect import getmembers, isfunction
from typing import Any

from models import (
    Attachment,
    CompanyInvitation,
    ConsortiumMember,
    Conversation,
    ConversationMessage,
    Event,
    Interest,
    Invitation,
    Match,
    Membership,
    Need,
    NeedSupport,
    Notification,
    OpenCall,
    Organization,
    Question,
    Reference,
    Registration,
    Response,
    Shortlist,
    Solution,
    User,
    db,
)
from models.notification import OPTIONAL
from models.token import unsubscribe_token
from workers.messages import (
    account,
    attachments,
    charter,
    consortium,
    conversations,
    evaluation,
    events,
    interests,
    invitations,
    matches,
    needs,
    needs_public,
    news,
    open_calls,
    organizations,
    questions,
    references,
    responses,
    solutions,
)
from workers.messages.gathering import Line, News, found_at_once, moment_of, news_for, until_now
from workers.messages.letter import as_html, as_text, subject_of
from workers.messages.message import Message, link
from workers.messages.truth import lately_unanswered, untold_answers, untold_matches, untold_responses
from workers.messages.truth import why_drop as why_untrue

__all__ = [
    "KINDS",
    "Message",
    "as_html",
    "as_text",
    "compose",
    "news_of",
    "subject_of",
    "thing_of",
    "why_drop",
]

KINDS: dict[str, Callable[..., Message]] = {
    name: function
    for module in (
        account,
        attachments,
        charter,
        consortium,
        evaluation,
        conversations,
        interests,
        invitations,
        needs,
        needs_public,
        news,
        references,
        solutions,
        matches,
        responses,
        organizations,
        questions,
        events,
        open_calls,
    )
    for name, function in getmembers(module, isfunction)
    if function.__module__ == module.__name__ and not name.startswith("_")
}

_THINGS: dict[str, Any] = {
    model.subject_type: model
    for model in (
        ConsortiumMember,
        Shortlist,
        User,
        Need,
        NeedSupport,
        Solution,
        Match,
        Response,
        Interest,
        Reference,
        Attachment,
        Conversation,
        ConversationMessage,
        Organization,
        Membership,
        Invitation,
        CompanyInvitation,
        Question,
        Event,
        Registration,
        OpenCall,
    )
}


def thing_of(notification: Notification) -> Any | None:
    """What the message speaks of, as it is now."""
    return db.session.get(_THINGS[notification.subject_type], notification.subject_id)


def news_of(user: User, until: datetime) -> News:
    """All that a digest of this person would hold at that instant."""
    return news_for(user, until, [_line_of(held) for held in held_and_true(user, until)])


def held_and_true(user: User, until: datetime) -> list[Notification]:
    """What waited for the digest of this person and is still to be told."""
    if user.rhythm == "instant":
        return []
    held = db.session.scalars(Notification.held_for(user, until))
    return [one for one in held if why_drop(one, thing_of(one)) is None]


def _line_of(held: Notification) -> Line:
    """A message that waited, as one line: its subject, and where it leads."""
    message = compose(held, thing_of(held))
    return message.subject, message.action.url if message.action else link("spaces.home")


#: One message for all that came since the last one: these take a list, gathered at the last moment.
_GATHERED: dict[str, Callable[..., Any]] = {
    "match_for_buyer": untold_matches,
    "unanswered_interests": lately_unanswered,
    "question_answered": untold_answers,
    "response_received": untold_responses,
    "digest": lambda user, notification: news_of(user, moment_of(notification)),
    "alert_found": lambda user, notification: found_at_once(user, until_now(notification)),
}


def why_drop(notification: Notification, thing: Any) -> str | None:
    """Why the message must not leave; None when it is still true and has something to say."""
    why = why_untrue(notification, thing)
    if why is None and notification.kind in ("digest", "alert_found"):
        return None if _GATHERED[notification.kind](thing, notification) else "nothing is left to tell"
    return why


def compose(notification: Notification, thing: Any) -> Message:
    """The message in the language in force. Raises KeyError for a kind that has no function."""
    gather = _GATHERED.get(notification.kind)
    cause = gather(thing, notification) if gather else notification.activity
    message = KINDS[notification.kind](notification.reader, thing, cause)
    if notification.kind in OPTIONAL:
        token = unsubscribe_token(notification.recipient, notification.kind)
        return replace(message, unsubscribe=link("alerts.unsubscribe", token=token))
    return message
