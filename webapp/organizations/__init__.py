"""Organisations: find one's own, join or create it, its public page, its members, its charter."""

from webapp.organizations import charter, invitations, members, views  # noqa: F401 - they add their routes
from webapp.organizations.area import blueprint

__all__ = ["blueprint"]
