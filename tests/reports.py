"""A report of the committee, walked to a status."""

from __future__ import annotations

from typing import Any

from models import Report, db
from models.period import Period
from tests.factories import World

OPINION = "Le semestre a vu les premières mises en relation ; il manque des réponses sur la mobilité."


def make_report(
    world: World, status: str = "draft", *, period: Period | None = None, **fields: Any
) -> Report:
    """Of the last half-year that is over, with an opinion; frozen with one short section."""
    period = period or Period.half_years(1)[0]
    report = Report.draft(period=period, by=world.curator, opinion=OPINION, **fields)
    if status == "frozen":
        report.freeze(by=world.curator, contents=CONTENTS)
    if status == "discarded":
        report.discard(by=world.curator)
    db.session.commit()
    return report


TABLE = {"title": "Arrivées", "rows": [["Mois", "Nombre"], ["juin 2026", 3]]}
CONTENTS = [{"code": "membres", "title": "Membres", "note": "", "tables": [TABLE]}]
