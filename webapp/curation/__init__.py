"""The team's desk: proposals to decide (``views``), things to read before they show (``reviews``), who is of the team
(``people``), how attention is shared (``quality``), how a ranking was made (``rankings``), what decisions
taught (``learning``), what is missing (``unmet``), the thresholds of procurement (``thresholds``), the charter (``charters``), companies
that nobody has joined, files of them and letters to them (``companies``, ``imports``, ``campaigns``), organisations that became
one (``mergers``)."""

from webapp.curation import (
    adoptions,
    campaigns,
    charters,
    companies,
    imports,
    learning,
    mergers,
    people,
    quality,
    rankings,
    reviews,
    thresholds,
    unmet,
)
from webapp.curation.views import blueprint

__all__ = [
    "adoptions",
    "blueprint",
    "campaigns",
    "charters",
    "companies",
    "imports",
    "learning",
    "mergers",
    "people",
    "quality",
    "rankings",
    "reviews",
    "thresholds",
    "unmet",
]
