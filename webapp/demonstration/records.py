"""The files of ``data/demonstration``, read as they are, and what our columns make of their values."""

from __future__ import annotations

import csv
import json
from functools import cache
from typing import Any

from models.need_columns import MOST_DEFIS
from webapp.reference import TABLES

Record = dict[str, Any]
PROJECTS, SOLUTIONS, NEEDS = "seed-projects", "solutions", "needs"
#: Challenges of other cities (London, New York…): no organisation of ours, no need, so no place on the marketplace.
LEFT_OUT = "inspiration"

_BANDS = (
    (40_000, "lt_40k"),
    (60_000, "40_60k"),
    (90_000, "60_90k"),
    (100_000, "90_100k"),
    (216_000, "100_216k"),
)


@cache
def read(name: str) -> tuple[Record, ...]:
    """The records of one file, in its order, without those that are left out."""
    with (TABLES / "demonstration" / f"{name}.jsonl").open(encoding="utf-8") as lines:
        records = [json.loads(line) for line in lines]
    return tuple(record for record in records if record.get("kind") != LEFT_OUT)


def count_records() -> int:
    """How many records the demonstration writes: the length of its progress bar."""
    return sum(len(read(name)) for name in (PROJECTS, SOLUTIONS, NEEDS))


def cents(euros: int | None) -> int | None:
    return None if euros is None else euros * 100


def budget_band(euros: int | None) -> str:
    """The band of a budget in euros before tax; a limit belongs to the band above it."""
    if euros is None:
        return "unknown"
    return next((band for limit, band in _BANDS if euros < limit), "gte_216k")


def defis_of(themes: list[str]) -> list[str]:
    """The challenges of the Métropole that these themes serve, two at most (data/themes.csv)."""
    served = [code for theme in themes for code in _defis().get(theme, [])]
    return list(dict.fromkeys(served))[:MOST_DEFIS]


@cache
def _defis() -> dict[str, list[str]]:
    with (TABLES / "themes.csv").open(encoding="utf-8", newline="") as lines:
        rows = [row for row in csv.DictReader(lines) if row["taxonomy"] == "theme"]
    return {row["code"]: [code for code in row["defis"].split("|") if code] for row in rows}
