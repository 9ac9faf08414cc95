"""The team's desk: proposals to decide (``views``), things to read before they show (``reviews``), who is of the team
(``people``), how a ranking was made (``rankings``)."""

from webapp.curation import people, rankings, reviews
from webapp.curation.views import blueprint

__all__ = ["blueprint", "people", "rankings", "reviews"]
