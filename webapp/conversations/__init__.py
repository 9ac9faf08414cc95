"""Two sides write to each other: the list, one conversation, the first word about something, taking a message off."""

from webapp.conversations.views import blueprint

__all__ = ["blueprint"]
