"""Twelve months of proposals by score alone and with shared places: who is shown, how long a newcomer waits, what it costs.

    python -m benchmarks.fairness                          # the pairs of matching/training/data as a catalogue
    python -m benchmarks.fairness DIR                      # and a judged collection (needs, solutions, qrels)
    python -m benchmarks.fairness DIR --near 0.03 0.06 0.1 # and what other widths of « near » would give

A year is drawn for each seed: half of the solutions are there on the first day, the others and all needs arrive on days drawn at
random. Each need meets what is online that day (the real matcher, ten proposals); then a team introduces the first three
of the ten that readers graded 2 or 3. nDCG@10 counts what was online. Both regimes live the same year; a line is the
median over the seeds, a ratio that of the ratios of each year. Goals: Gini of the proposals at least 20 % lower, nDCG@10
within one point; exit code 1 when one is missed.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import sys
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np

from benchmarks.stack import table
from matching import evaluation, fairness
from matching.document import Document, DocumentId, Suggestion
from matching.encoder import Encoder, SentenceTransformerEncoder
from matching.evaluation import Collection
from matching.fairness import WIDE, Standing, seat, turn_of
from matching.matcher import Matcher
from models.concentration import gini, median_wait, share_of_top_tenth
from models.exposure import Totals, is_newcomer

PAIRS = Path("matching/training/data/pairs.jsonl")
TEN, INTRODUCED, GOOD = 10, 3, 2
DAYS = 365
LOWER, COSTS = 0.20, 1.0  # goals: a part of the Gini, points of nDCG@10
FIRST_DAY = datetime(2026, 1, 1, tzinfo=UTC)

Choose = Callable[[Document, Sequence[Suggestion], Mapping[DocumentId, Standing]], list[Suggestion]]


@dataclass(frozen=True)
class Year:
    """`born`: solution → day of its publication (below 0: before the year). `asked`: (day, need, its WIDE best that day)."""

    collection: Collection
    born: dict[DocumentId, int]
    asked: list[tuple[int, Document, list[Suggestion]]]


@dataclass(frozen=True)
class Figures:
    gini: float
    introductions: float
    top_tenth: float
    wait: float
    served: float
    ndcg: float


def by_score(
    need: Document, wide: Sequence[Suggestion], standings: Mapping[DocumentId, Standing]
) -> list[Suggestion]:
    return list(wide[:TEN])


def shared(
    need: Document, wide: Sequence[Suggestion], standings: Mapping[DocumentId, Standing]
) -> list[Suggestion]:
    return seat(wide, standings, count=TEN, turn=turn_of(need))


def main() -> int:
    """Print the tables. Exit code 1 when a goal is missed."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", type=Path, nargs="?", help="a judged collection")
    parser.add_argument("--seeds", type=int, default=5, help="years drawn for each collection (5)")
    parser.add_argument("--needs", type=int, default=400, help="needs taken from the pairs (400)")
    parser.add_argument("--near", type=float, nargs="*", default=[], help="other widths to try")
    asked = parser.parse_args()
    encoder, reached = SentenceTransformerEncoder(), True
    if asked.folder:
        judged = Collection.load(asked.folder)
        reached &= _compare(asked.folder.name, lambda seed: judged, encoder, asked.seeds, asked.near)
    reached &= _compare(
        "pairs", lambda seed: collection_of_pairs(asked.needs, seed), encoder, asked.seeds, asked.near
    )
    return 0 if reached else 1


def _compare(
    name: str, draw: Callable[[int], Collection], encoder: Encoder, seeds: int, others: list[float]
) -> bool:
    years = [live(draw(seed), seed, encoder) for seed in range(seeds)]
    alone = [measure(year, by_score) for year in years]
    usual, rows = fairness.NEAR, [_row("by score alone", alone, alone)]
    fair = [measure(year, shared) for year in years]
    rows.append(_row(f"places shared (near: {usual})", fair, alone))
    for near in others:
        fairness.NEAR = near
        rows.append(_row(f"near: {near}", [measure(year, shared) for year in years], alone))
    fairness.NEAR = usual
    size = f"{len(years[0].born)} solutions, {len(years[0].asked)} needs a year, {seeds} years"
    heads = ["", "Gini, proposals", "against score", "Gini, introductions", "top tenth has", "newcomer waits, days",
             "newcomers shown", "nDCG@10", "difference", "worst year"]  # fmt: skip
    print(f"\n{name}: {size}\n" + table(heads, rows))
    return (
        _change(fair, alone) <= -LOWER
        and statistics.median(f.ndcg - a.ndcg for f, a in zip(fair, alone, strict=True)) >= -COSTS
    )


def _row(label: str, found: list[Figures], alone: list[Figures]) -> list[object]:
    def middle(name: str) -> float:
        return statistics.median(getattr(one, name) for one in found)

    differences = [one.ndcg - other.ndcg for one, other in zip(found, alone, strict=True)]
    return [
        label, f"{middle('gini'):.3f}", f"{100 * _change(found, alone):+.1f} %", f"{middle('introductions'):.3f}",
        f"{100 * middle('top_tenth'):.1f} %", f"{middle('wait'):.0f}", f"{100 * middle('served'):.0f} %",
        f"{middle('ndcg'):.1f}", f"{statistics.median(differences):+.2f}", f"{min(differences):+.2f}",
    ]  # fmt: skip


def _change(found: list[Figures], alone: list[Figures]) -> float:
    return statistics.median(one.gini / other.gini - 1 for one, other in zip(found, alone, strict=True))


def live(collection: Collection, seed: int, encoder: Encoder) -> Year:
    """Draw a year, and ask the matcher for what each need would see of that day's catalogue."""
    drawn = random.Random(seed)
    solutions = list(collection.solutions)
    drawn.shuffle(solutions)
    half = len(solutions) // 2
    born = {
        solution.id: drawn.randrange(-400, -91) if place < half else drawn.randrange(DAYS)
        for place, solution in enumerate(solutions)
    }
    days = sorted((drawn.randrange(DAYS), place) for place in range(len(collection.needs)))
    vectors = dict(zip(born, encoder.encode([solution.text for solution in solutions]), strict=True))
    arriving = sorted(solutions, key=lambda solution: born[solution.id], reverse=True)
    matcher, asked = Matcher(encoder), []
    for day, place in days:
        come = []
        while arriving and born[arriving[-1].id] <= day:
            come.append(arriving.pop())
        if come:
            matcher.add(come, np.stack([vectors[solution.id] for solution in come]))
        need = collection.needs[place]
        asked.append((day, need, matcher.suggest(need, count=WIDE, explain=False)))
    return Year(collection, born, asked)


def measure(year: Year, choose: Choose) -> Figures:
    """Let the year pass with one way of choosing ten."""
    proposed: Counter[DocumentId] = Counter()
    introduced: Counter[DocumentId] = Counter()
    first: dict[DocumentId, int] = {}
    ranked: dict[DocumentId, list[DocumentId]] = {}
    online: dict[DocumentId, dict[DocumentId, int]] = {}
    for day, need, wide in year.asked:
        standings = {
            one.document_id: _standing(day, year.born[one.document_id], proposed[one.document_id], introduced[one.document_id])
            for one in wide
        }  # fmt: skip
        ten = [one.document_id for one in choose(need, wide, standings)]
        grades = {
            id: grade for id, grade in year.collection.grades.get(need.id, {}).items() if year.born[id] <= day
        }
        if grades:
            ranked[need.id], online[need.id] = ten, grades
        proposed.update(ten)
        introduced.update([id for id in ten if grades.get(id, 0) >= GOOD][:INTRODUCED])
        for id in ten:
            first.setdefault(id, day)
    came = [id for id, day in year.born.items() if day >= 0]
    waits = [first[id] - year.born[id] for id in came if id in first]
    seen = Collection(tuple(need for _, need, _ in year.asked), year.collection.solutions, online, ())
    results = evaluation.measure(seen, lambda need: ranked[need.id])
    wait = median_wait(waits, len(came) - len(waits))
    return Figures(
        gini([proposed[id] for id in year.born]) or 0.0,
        gini([introduced[id] for id in year.born]) or 0.0,
        share_of_top_tenth([proposed[id] for id in year.born]) or 0.0,
        float("inf") if wait is None else wait,
        len(waits) / len(came),
        evaluation.mean_of(results, "ndcg@10"),
    )


def _standing(day: int, born: int, proposed: int, introduced: int) -> Standing:
    published, now = FIRST_DAY + timedelta(days=born), FIRST_DAY + timedelta(days=day)
    totals = Totals(proposed=proposed, introduced=introduced)
    return Standing(proposed, introduced, is_newcomer(published, totals, now))


def collection_of_pairs(needs: int, seed: int) -> Collection:
    """So many pairs drawn from our training data: the answer is worth 3, its rival by another technique 2, a near miss 0."""
    lines = PAIRS.read_text(encoding="utf-8").splitlines()
    asked: list[Document] = []
    offered: list[Document] = []
    grades: dict[DocumentId, dict[DocumentId, int]] = {}
    for number, line in enumerate(random.Random(seed).sample(lines, min(needs, len(lines)))):
        pair = json.loads(line)
        need, themes = f"n{number}", (pair["theme"],)
        asked.append(Document(need, "need", pair["need_title"], (pair["need"],), themes))
        grades[need] = {}
        for kind, grade in (("solution", 3), ("second", 2), ("near_miss", 0)):
            if pair.get(kind):
                one = Document(
                    f"{kind}{number}", "solution", pair.get(f"{kind}_title") or "", (pair[kind],), themes
                )
                offered.append(one)
                if grade:
                    grades[need][one.id] = grade
    return Collection(tuple(asked), tuple(offered), grades, ())


if __name__ == "__main__":
    sys.exit(main())
