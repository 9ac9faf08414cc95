"""Equality guard (domain model §5): which part of the introductions of a theme goes to one supplier. It warns, it never blocks.

largest_shares()               # {"mobility": Share(organization 12, 5 of 14), …} over twelve months
shares_if_retained(match)      # what the company of a proposal would have, were it retained
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import or_, select

from models.database import db, utc_now
from models.exposure import PERIOD
from models.match import Match
from models.need import Need
from models.solution import Solution

#: Beyond this share of the introductions of a theme the team is told…
LARGEST_SHARE = 0.3
#: …once there are enough of them for a share to mean something.
LEAST_INTRODUCTIONS = 10


@dataclass(frozen=True)
class Share:
    """``own`` of the ``total`` introductions of a theme, for one supplier of ``suppliers``."""

    theme: str
    organization_id: int
    own: int
    total: int
    suppliers: int = 0

    @property
    def part(self) -> float:
        return self.own / self.total

    @property
    def is_too_large(self) -> bool:
        return self.total >= LEAST_INTRODUCTIONS and self.part > LARGEST_SHARE


def introductions_of_the_year(apart: Match | None = None) -> Sequence[tuple[list[str], int]]:
    """(themes of the need, organisation) of all that was introduced in twelve months or is retained, ``apart`` aside."""
    query = (
        select(Need.themes, Solution.organization_id)
        .select_from(Match)
        .join(Need)
        .join(Solution)
        .where(or_(Match.introduced_at >= utc_now() - PERIOD, Match.status == "approved"))
    )
    if apart is not None:
        query = query.where(Match.id != apart.id)
    return [(themes, owner) for themes, owner in db.session.execute(query)]


def largest_shares() -> dict[str, Share]:
    """Theme → the share of the supplier that was introduced most; themes without introduction are left out."""
    owners: dict[str, Counter[int]] = {}
    for themes, owner in introductions_of_the_year():
        for theme in themes:
            owners.setdefault(theme, Counter())[owner] += 1
    found = {}
    for theme, counted in owners.items():
        # The lowest number of two equals: the page says the same at each reading.
        owner, own = min(counted.items(), key=lambda pair: (-pair[1], pair[0]))
        found[theme] = Share(theme, owner, own, counted.total(), len(counted))
    return found


def shares_if_retained(match: Match) -> tuple[int, list[Share]]:
    """(introductions that its company had, the share that it would have of each theme of its need) were it retained."""
    rows, company = introductions_of_the_year(apart=match), match.solution.organization_id
    shares = []
    for theme in match.need.themes:
        owners = [owner for themes, owner in rows if theme in themes]
        shares.append(
            Share(theme, company, owners.count(company) + 1, len(owners) + 1, len({*owners, company}))
        )
    return sum(owner == company for _themes, owner in rows), shares
