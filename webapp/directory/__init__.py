"""The directory of members: who is here, on which side, where, with what (``choices``, ``queries``), and on the map (``views``)."""

from webapp.directory.views import blueprint

__all__ = ["blueprint"]
