"""Every message that the platform sends: one pure function each, from domain objects to a Message.

    message = need_published(to=inès, need, activity)     # no database, no mail server: a test reads its words
    as_text(message, inès), as_html(message, inès)        # letter.py, the only place that writes them

A function is named after its kind (``Notification.kind``) and takes the reader, what it speaks of, and the activity that
caused it (None for reminders and account messages; for ``match_for_buyer`` the matches, gathered at the last moment).
Each says what happened, what it means, the one next step with its link, and why the reader receives it.
"""

from __future__ import annotations

from collections.abc import Callable
from inspect import getmembers, isfunction
from typing import Any

from models import Match, Membership, Need, Notification, Organization, Response, Solution, User, db
from workers.messages import account, matches, needs, organizations, responses, solutions
from workers.messages.letter import as_html, as_text, subject_of
from workers.messages.message import Message
from workers.messages.truth import untold_matches, why_drop

__all__ = ["KINDS", "Message", "as_html", "as_text", "compose", "subject_of", "thing_of", "why_drop"]

KINDS: dict[str, Callable[..., Message]] = {
    name: function
    for module in (account, needs, solutions, matches, responses, organizations)
    for name, function in getmembers(module, isfunction)
    if function.__module__ == module.__name__ and not name.startswith("_")
}

_THINGS: dict[str, Any] = {
    model.subject_type: model for model in (User, Need, Solution, Match, Response, Organization, Membership)
}


def thing_of(notification: Notification) -> Any | None:
    """What the message speaks of, as it is now."""
    return db.session.get(_THINGS[notification.subject_type], notification.subject_id)


def compose(notification: Notification, thing: Any) -> Message:
    """The message in the language in force. Raises KeyError for a kind that has no function."""
    cause = (
        untold_matches(thing, notification)
        if notification.kind == "match_for_buyer"
        else notification.activity
    )
    return KINDS[notification.kind](notification.recipient, thing, cause)
