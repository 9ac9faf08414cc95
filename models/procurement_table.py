"""The table of thresholds as rows: read from the file, found by day, told apart by a hash. Pure.

``models.Threshold`` keeps the same rows in the database, where the team reads and changes them.
"""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Protocol

#: What one may also say, and the kinds of rows that speak of each kind of purchase.
ALIASES = {"supplies": "supplies_services", "services": "supplies_services"}
ROWS_FOR = {
    "supplies_services": {"all", "supplies_services"},
    "works": {"all", "works"},
    "social_services": {"all", "supplies_services", "services"},
}


class Line(Protocol):
    """What is read of a row: ``Row`` and ``models.Threshold`` both are one."""

    code: Any
    purchase_kind: Any
    buyer_kind: Any
    amount_cents: Any
    applicable: Any
    comparator: Any
    legal_ref: Any
    valid_from: Any
    valid_to: Any
    confidence: Any
    checked_on: Any


@dataclass(frozen=True)
class Row:
    """One line of the table of thresholds, as the file has it. ``comparator``: lt, gte … as words for readers."""

    code: str
    purchase_kind: str
    buyer_kind: str
    amount_cents: int | None
    applicable: bool
    comparator: str
    effect_fr: str
    valid_from: date | None
    valid_to: date | None
    legal_ref: str
    confidence: str
    source: str
    checked_on: date


def at(
    rows: Iterable[Line], code: str, day: date, buyer_kind: str = "local_public", purchase_kind: str = "supplies_services"
) -> Line | None:  # fmt: skip
    """The row of ``code`` that holds on ``day`` for this buyer and this purchase; None: the table does not say."""
    kinds = ROWS_FOR[ALIASES.get(purchase_kind, purchase_kind)]
    for row in rows:
        if (
            row.code == code
            and row.applicable
            and row.amount_cents is not None
            and row.buyer_kind in ("all", buyer_kind)
            and row.purchase_kind in kinds
            and (row.valid_from is None or row.valid_from <= day)
            and (row.valid_to is None or day <= row.valid_to)
        ):
            return row
    return None


def read_rows(file: Path, checked_on: date = date(2026, 1, 31)) -> list[Row]:
    """The rows of the CSV. ``checked_on``: when its figures were last seen by who wrote it."""
    with file.open(encoding="utf-8", newline="") as lines:
        return [_row_of(line, checked_on) for line in csv.DictReader(lines)]


def _row_of(line: dict[str, str], checked_on: date) -> Row:
    amount = line["amount_eur_ht"]
    return Row(
        code=line["code"],
        purchase_kind=line["purchase_kind"],
        buyer_kind=line["buyer_kind"],
        amount_cents=int(amount) * 100 if amount else None,
        applicable=line["applicable"] == "1",
        comparator=line["comparator"],
        effect_fr=line["effect_fr"],
        valid_from=date.fromisoformat(line["valid_from"]) if line["valid_from"] else None,
        valid_to=date.fromisoformat(line["valid_to"]) if line["valid_to"] else None,
        legal_ref=line["legal_ref"],
        confidence=line["confidence"],
        source=line["source"],
        checked_on=checked_on,
    )


def hash_of(rows: Iterable[Line]) -> str:
    """SHA-256 of what the table says, whatever the order of its rows: the version that a guidance was made with."""
    said = sorted(
        [
            str(value)
            for value in (
                row.code, row.purchase_kind, row.buyer_kind, row.amount_cents, row.applicable, row.comparator,
                row.valid_from, row.valid_to, row.legal_ref, row.confidence, row.checked_on,
            )
        ]
        for row in rows
    )  # fmt: skip
    return hashlib.sha256(json.dumps(said, ensure_ascii=False).encode()).hexdigest()
