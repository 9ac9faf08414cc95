"""Rows to documents: what the matcher sees of a need or a solution.

Names and numbers of organisations are masked here, before anything is encoded: the same text signed by somebody else gets
the same score.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from matching.document import Document
from models import Need, Organization, Solution

MASK = "[…]"
SHORTEST_NAME = 3  # characters; « EDF » is masked, « Io » would be found in half of the words

# SIREN, SIRET and VAT numbers, in one block or in threes.
_REGISTRATION = re.compile(
    r"(?<![\w])(?:FR[\s.]?\d{2}[\s.]?)?\d{3}[\s.]?\d{3}[\s.]?\d{3}(?:[\s.]?\d{5})?(?!\d)", re.IGNORECASE
)
_BUDGET_TOP_CENTS = {
    "lt_40k": 40_000_00,
    "40_60k": 60_000_00,
    "60_90k": 90_000_00,
    "90_100k": 100_000_00,
    "100_216k": 216_000_00,
}
# Prices for a number that we do not know cannot be set against a budget.
_COMPARABLE_UNITS = ("one_off", "per_year")


def document_of(thing: Need | Solution) -> Document:
    """What the matcher sees of a need or a solution: never a name, a SIRET, or who wrote it."""
    return _need_document(thing) if isinstance(thing, Need) else _solution_document(thing)


def _need_document(need: Need) -> Document:
    hide = _masker(need.organization)
    budget = need.budget_max_cents
    return Document(
        id=need.id,
        kind="need",
        title=hide(need.title),
        parts=(hide(need.irritant), hide(need.expected_outcome)),
        themes=tuple(need.themes or ()),
        territories=tuple(need.places or ()),
        maturity_min=_level(need.maturity_min),
        maturity_max=_level(need.maturity_max),
        budget_max_cents=_BUDGET_TOP_CENTS.get(need.budget) if budget is None else budget,
        organization_id=need.organization_id,
    )


def _solution_document(solution: Solution) -> Document:
    hide = _masker(solution.organization)
    low, high = solution.price_from_cents, solution.price_to_cents
    if solution.price_unit == "free":
        low, high = 0, 0
    elif solution.price_unit not in _COMPARABLE_UNITS:
        low = high = None
    return Document(
        id=solution.id,
        kind="solution",
        title=hide(solution.title),
        parts=(hide(solution.pitch), hide(solution.problem_solved), hide(solution.how_it_works)),
        themes=tuple(solution.themes or ()),
        territories=tuple(solution.places or ()),
        maturity=_level(solution.maturity),
        price_from_cents=low,
        price_to_cents=high,
        organization_id=solution.organization_id,
    )


def _level(maturity: str | None) -> int | None:
    return int(maturity[1:]) if maturity else None


def _masker(organization: Organization) -> Any:
    names = {organization.display_name, organization.legal_name}
    if organization.territory is not None and organization.territory.kind in ("commune", "ept"):
        names.add(organization.territory.name)
    longest_first = sorted((name for name in names if len(name) >= SHORTEST_NAME), key=len, reverse=True)
    pattern = _names_pattern(tuple(longest_first))
    return lambda text: mask(text, pattern)


def mask(text: str, names: re.Pattern[str] | None) -> str:
    """``text`` without these names nor any SIREN or SIRET, each replaced by one sign that is the same for everybody."""
    text = _REGISTRATION.sub(MASK, text or "")
    return names.sub(MASK, text) if names else text


@lru_cache(maxsize=4_096)  # compiling costs more than masking, and an organisation has several texts
def _names_pattern(names: tuple[str, ...]) -> re.Pattern[str] | None:
    if not names:
        return None
    # « L’Haÿ-les-Roses » is also typed « L'Hay les Roses »: apostrophes, hyphens and spaces count as one.
    written = [
        r"[\s\-’'.]+".join(re.escape(word) for word in re.split(r"[\s\-’'.]+", name) if word)
        for name in names
    ]
    return re.compile(r"(?<!\w)(?:" + "|".join(filter(None, written)) + r")(?!\w)", re.IGNORECASE)
