"""The team's desk: proposals to decide (``views``), things to read before they show (``reviews``), who is of the team
(``people``), how attention is shared (``quality``), how a ranking was made (``rankings``), what decisions
taught (``learning``), what is missing (``unmet``)."""

from webapp.curation import learning, people, quality, rankings, reviews, unmet
from webapp.curation.views import blueprint

__all__ = ["blueprint", "learning", "people", "quality", "rankings", "reviews", "unmet"]
