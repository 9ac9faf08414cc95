"""Figures of a solution that a buyer will want to check: evidence with its source, prices for a group, a licence.

``evidence``: [{"figure", "source", "year"}], at most five; ``price_tiers``: [{"from_members", "unit_price_cents"}], more members
at a lower price. A figure without a source is an advertisement, so it is refused.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from models.calendar import today_in_paris

MOST_EVIDENCE, MOST_TIERS, LINE_MAX = 5, 6, 200
FIRST_YEAR = 1990
LEAST_MEMBERS, MOST_MEMBERS = 2, 1000
#: Labels of a product; those of a company (JEI, ESUS, B Corp…) stand on its own page.
LABELS = (
    "solar_impulse", "greentech", "nr", "ecolabel", "rge", "ofg", "secnumcloud", "hds", "iso27001", "rgaa", "patent", "prize",
)  # fmt: skip
Problems = Iterable[tuple[str, str]]


def problems_of_evidence(evidence: list[dict[str, Any]]) -> Problems:
    if len(evidence) > MOST_EVIDENCE:
        yield "evidence", "Gardez cinq chiffres au plus, ceux qui comptent pour une collectivité."
    for one in evidence:
        if not one["figure"] or not one["source"]:
            yield "evidence", "Chaque chiffre a sa source : qui l’a mesuré, ou où on le lit."
            return
        if not FIRST_YEAR <= one["year"] <= today_in_paris().year:
            yield "evidence", "Donnez l’année de chaque mesure, en quatre chiffres."
            return


def problems_of_tiers(tiers: list[dict[str, Any]]) -> Problems:
    """Members rise from line to line, prices fall: else nobody gains by buying together."""
    if len(tiers) > MOST_TIERS:
        yield "price_tiers", "Gardez six paliers au plus."
    members = [tier["from_members"] for tier in tiers]
    prices = [tier["unit_price_cents"] for tier in tiers]
    if any(not LEAST_MEMBERS <= count <= MOST_MEMBERS for count in members):
        yield "price_tiers", "Un palier commence à deux membres au moins."
    if members != sorted(set(members)) or prices != sorted(set(prices), reverse=True):
        yield "price_tiers", "D’une ligne à l’autre, le nombre de membres monte et le prix baisse."
