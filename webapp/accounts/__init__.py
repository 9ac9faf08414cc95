"""Accounts: register, confirm, sign in, choose another password, see and end one's sessions."""

from webapp.accounts import preferences, proconnect, profile, views  # noqa: F401 - they add their routes
from webapp.accounts.area import blueprint

__all__ = ["blueprint"]
