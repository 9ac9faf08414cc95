"""Searches that a person keeps, and the one press which ends the messages that can wait."""

from webapp.alerts.views import blueprint

__all__ = ["blueprint"]
