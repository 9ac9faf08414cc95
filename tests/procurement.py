"""Guidances and declared purchases for tests, made through the verbs of the domain."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from models import DeclaredPurchase, Guidance, Need, db
from models.calendar import today_in_paris
from models.clues import QUESTIONS
from tests.factories import World

APRIL = date(2026, 4, 1)
SOLID = {str(number): {"level": "2", "text": "Documenté."} for number in range(1, len(QUESTIONS) + 1)}


def make_guidance(world: World, *, made: bool = True, need: Need | None = None, **inputs: Any) -> Guidance:
    """Of Bagnolet's contributor, for 55 000 € in April 2026 unless said otherwise."""
    said = {"launched_on": APRIL.isoformat(), "own_cents": 5_500_000} | inputs
    guidance = Guidance.begin(
        organization=world.bagnolet.organization, by=world.bagnolet.contributor, need=need, inputs=said
    )
    if made:
        guidance.compute(by=world.bagnolet.contributor)
    db.session.commit()
    return guidance


def make_purchase(world: World, **fields: Any) -> DeclaredPurchase:
    """Bagnolet's, from Ultrason, a month ago."""
    said = {
        "kind": "direct_purchase",
        "supplier": world.startup.organization,
        "amount_cents": 1_234_567,
    } | fields
    purchase = DeclaredPurchase.declare(
        buyer=world.bagnolet.organization, by=world.bagnolet.validator,
        bought_on=said.pop("bought_on", today_in_paris() - timedelta(days=30)), **said,
    )  # fmt: skip
    db.session.commit()
    return purchase
