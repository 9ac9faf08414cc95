"""« J'adopte » : a commune asks something of a company (``views``), and what the two sides read of it (``stages``)."""

from webapp.interests import moves
from webapp.interests.views import blueprint

__all__ = ["blueprint", "moves"]
