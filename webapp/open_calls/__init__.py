"""Calls: the public list and pages (``views``), and what the team does of them (``desk``)."""

from webapp.open_calls import desk
from webapp.open_calls.views import blueprint

__all__ = ["blueprint", "desk"]
