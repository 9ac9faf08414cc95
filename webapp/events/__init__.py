"""Events: the public list and pages, a place in one click (``views``), and what the team does of them (``desk``)."""

from webapp.events import desk
from webapp.events.views import blueprint

__all__ = ["blueprint", "desk"]
