"""Solutions: the public catalogue (``views``) and how an organisation writes and keeps its pages (``writing``)."""

from webapp.solutions import writing
from webapp.solutions.views import blueprint

__all__ = ["blueprint", "writing"]
