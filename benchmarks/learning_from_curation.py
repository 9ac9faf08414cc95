"""What two hundred decisions teach: `python -m benchmarks.learning_from_curation [DIR]`, DIR being a judged collection.

Without DIR, the pairs of matching/training/data are the collection: a need, the solution written for it (grade 3), a second
one by another technique (grade 2), everything else 0.

Simulated. What a collection does not say (place, maturity, budget and price, date of publication) is drawn at random, the
same for every curator. A curator has a taste: how much of a grade is lost where it is not met. She decides the ten first of
one need after the other, retains a grade of 2 or 3, else says one of the reasons that hold; one decision in ten is the
contrary of what she means, with a reason at random. Every 25 decisions the job learns as in production
(`matching.learning.learn`: four fifths teach, the last fifth decides whether the weights are not worse, and only then do they
enter service and rank the needs that follow). Measured on needs that she never saw: nDCG@10 of her own grades.

Printed for each curator: the fixed weights, then learned minus fixed after each 25 decisions (mean over the seeds), the
lowest of these means on the way (goal: never under -1) and the lowest of any single seed.
"""

from __future__ import annotations

import argparse
import math
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from benchmarks.material import PAIRS, _lines
from matching.document import Document, DocumentId
from matching.encoder import SentenceTransformerEncoder
from matching.evaluation import Collection
from matching.learning import Decision, learn
from matching.matcher import Matcher
from matching.ranking import FIXED, Features, Ranker, features_of

WIDE, SHOWN, DEPTH = 50, 10, 10
NOISE = 0.1
EVERY, UNTIL = 25, 300
GOAL_AT = 200
PLACES = ("school", "street", "park", "building", "road")
DISMISSALS = ("off_topic", "maturity", "territory", "other")
NEEDS_OF_PAIRS = 240


@dataclass(frozen=True)
class Shown:
    """A candidate of one need, as the fixed weights placed it, with the grade of the texts alone."""

    features: Features
    grade: int

    def has(self, name: str) -> bool:
        return bool(self.features.get(name))


# A taste: what of a grade (3 is all) is lost, and the reason that is said.
Taste = Callable[[Shown], Sequence[tuple[int, str]]]


def _wants_maturity(one: Shown) -> list[tuple[int, str]]:
    return [] if one.has("maturity_from_7") else [(3, "maturity")]


def _hates_over_budget(one: Shown) -> list[tuple[int, str]]:
    if one.has("budget_contradicts"):
        return [(3, "other")]
    return [(1, "other")] if one.has("budget_unknown") else []


def _cares_for_place(one: Shown) -> list[tuple[int, str]]:
    if one.has("territories_contradicts"):
        return [(3, "territory")]
    return [(1, "territory")] if one.has("territories_unknown") else []


def _wants_recent(one: Shown) -> list[tuple[int, str]]:
    return [] if one.has("fresh_365_days") else [(3, "quality")]


def _wants_words(one: Shown) -> list[tuple[int, str]]:
    return [] if one.features.get("component_lexical", 0.0) >= 2 else [(2, "off_topic")]


def _wants_all(one: Shown) -> list[tuple[int, str]]:
    return [*_wants_maturity(one), *_hates_over_budget(one), *_cares_for_place(one), *_wants_words(one)]


def _prefers_all(one: Shown) -> list[tuple[int, str]]:
    """What she dismisses still has a grade: learning what is retained cannot show all of what she sees."""
    return [(min(cost, 2), reason) for cost, reason in _wants_all(one)]


CURATORS: Mapping[str, Taste] = {
    "as the readers, no taste": lambda one: [],
    "not below M7": _wants_maturity,
    "never over the budget": _hates_over_budget,
    "where the place suits": _cares_for_place,
    "published within a year": _wants_recent,
    "words in common": _wants_words,
    "maturity, budget, place, words": _wants_all,
    "the same four, mildly": _prefers_all,
}


# ------------------------------------------------------------------ the collection


def read_collection(
    folder: Path | None,
) -> tuple[list[Document], list[Document], Mapping[DocumentId, Mapping]]:
    """Needs, solutions, grades."""
    if folder is not None:
        collection = Collection.load(folder)
        return list(collection.needs), list(collection.solutions), collection.grades
    needs, solutions, grades = [], [], {}
    for number, pair in enumerate(_lines(PAIRS)):
        themes = (str(pair["theme"]),)
        answers = [(3, pair["solution_title"], pair["solution"]), (2, "", pair.get("second", ""))]
        answers.append((0, pair.get("near_miss_title", ""), pair.get("near_miss", "")))
        for grade, title, text in answers:
            if text:
                id = f"s{number}-{grade}"
                solutions.append(Document(id, "solution", str(title), (str(text),), themes))
                grades.setdefault(f"n{number}", {})[id] = grade
        needs.append(Document(f"n{number}", "need", str(pair["need_title"]), (str(pair["need"]),), themes))
    return random.Random(1).sample(needs, NEEDS_OF_PAIRS), solutions, grades


def dressed(document: Document, drawn: random.Random) -> Document:
    """With what a supplier or a commune fills in besides texts; some leave it empty."""
    places = () if drawn.random() < 0.25 else tuple(drawn.sample(PLACES, drawn.choice((1, 2))))
    if document.kind == "need":
        budget = None if drawn.random() < 0.2 else round(10 ** drawn.uniform(3.9, 4.8)) * 100
        return replace(document, territories=places, budget_max_cents=budget)
    price = None if drawn.random() < 0.2 else round(10 ** drawn.uniform(3.3, 4.9)) * 100
    maturity = None if drawn.random() < 0.1 else drawn.choice((5, 6, 7, 7, 8, 8, 9))
    return replace(document, territories=places, price_from_cents=price, maturity=maturity)


def read_lists(folder: Path | None) -> list[list[Shown]]:
    """For each need, the fifty first of the fixed weights."""
    drawn = random.Random(5)
    needs, solutions, grades = read_collection(folder)
    solutions = [dressed(one, drawn) for one in solutions]
    ages = {one.id: drawn.uniform(0, 1200) for one in solutions}
    held = {one.id: one for one in solutions}
    matcher = Matcher(SentenceTransformerEncoder())
    matcher.add(solutions)
    lists = []
    for need in (dressed(one, drawn) for one in needs):
        wide = matcher.suggest(need, count=WIDE, explain=False)
        shown = [
            Shown(
                features_of(one, need, held[one.document_id], ages[one.document_id]),
                grades.get(need.id, {}).get(one.document_id, 0),
            )
            for one in wide
        ]
        lists.append(shown)
    return lists


# ------------------------------------------------------------------ one curator


def her_grade(taste: Taste, one: Shown) -> int:
    return max(0, one.grade - max((cost for cost, _reason in taste(one)), default=0))


def decide(taste: Taste, one: Shown, need: int, drawn: random.Random) -> Decision:
    retained, reason = her_grade(taste, one) >= 2, "off_topic"
    if one.grade >= 2 and not retained:
        reason = drawn.choice([reason for _cost, reason in taste(one)])
    if drawn.random() < NOISE:
        retained, reason = not retained, drawn.choice(DISMISSALS)
    return Decision(one.features, retained, need, None if retained else reason)


def mean_ndcg(ranker: Ranker, taste: Taste, lists: Sequence[Sequence[Shown]]) -> float:
    values = []
    for shown in lists:
        grades = [her_grade(taste, one) for one in shown]
        best = _gain(sorted(grades, reverse=True)[:DEPTH])
        if best:
            scores = ranker.scores([one.features for one in shown])
            order = np.argsort(-np.round(scores, 9), kind="stable")[:DEPTH]
            values.append(100 * _gain([grades[at] for at in order]) / best)
    return float(np.mean(values))


def _gain(grades: Sequence[int]) -> float:
    return sum((2**grade - 1) / math.log2(place + 1) for place, grade in enumerate(grades, start=1))


def one_year(taste: Taste, lists: Sequence[Sequence[Shown]], seed: int) -> tuple[float, list[float]]:
    """The fixed weights' nDCG, and learned minus fixed after each EVERY decisions, on the needs she never saw."""
    drawn = random.Random(seed)
    order = drawn.sample(range(len(lists)), len(lists))
    seen, unseen = order[: UNTIL // SHOWN + 1], [lists[at] for at in order[UNTIL // SHOWN + 1 :]]
    fixed = mean_ndcg(FIXED, taste, unseen)
    in_service, decisions, gains = FIXED, [], []
    gained = 0.0
    for at in seen:
        scores = in_service.scores([one.features for one in lists[at]])
        for place in np.argsort(-np.round(scores, 9), kind="stable")[:SHOWN]:
            decisions.append(decide(taste, lists[at][place], at, drawn))
            if len(decisions) % EVERY == 0 and len(gains) < UNTIL // EVERY:
                lesson = learn(decisions, in_service)
                if lesson is not None and lesson.is_not_worse:
                    in_service = lesson.ranker
                    gained = mean_ndcg(in_service, taste, unseen) - fixed
                gains.append(gained)
    return fixed, gains


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", nargs="?", type=Path, metavar="DIR")
    parser.add_argument("--seeds", type=int, default=12)
    chosen = parser.parse_args()
    lists = read_lists(chosen.folder)
    print(
        f"{len(lists)} needs, {chosen.seeds} seeds, one decision in ten wrong; nDCG@10, learned minus fixed.\n"
    )
    steps = range(EVERY, UNTIL + 1, EVERY)
    print(
        f"{'curator':32}{'fixed':>7}"
        + "".join(f"{step:>6}" for step in steps)
        + f"{'lowest':>8}{'a seed':>8}"
    )
    at_goal = []
    for name, taste in CURATORS.items():
        years = [one_year(taste, lists, seed) for seed in range(chosen.seeds)]
        fixed = float(np.mean([year[0] for year in years]))
        gains = np.array([year[1] for year in years])
        means = gains.mean(axis=0)
        at_goal.append(means[GOAL_AT // EVERY - 1])
        print(
            f"{name:32}{fixed:>7.1f}" + "".join(f"{mean:>+6.1f}" for mean in means)
            + f"{means.min():>+8.1f}{gains.min():>+8.1f}",
            flush=True,
        )  # fmt: skip
    print(f"\nafter {GOAL_AT} decisions, mean of the curators with a taste: {np.mean(at_goal[1:]):+.1f}")


if __name__ == "__main__":
    main()
