"""The team's desk: proposals to decide (``views``), things to read before they show (``reviews``), who is of the team
(``people``)."""

from webapp.curation import people, reviews
from webapp.curation.views import blueprint

__all__ = ["blueprint", "people", "reviews"]
