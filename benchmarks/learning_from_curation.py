"""What two hundred decisions teach: `python -m benchmarks.learning_from_curation [DIR]`, DIR being a judged collection.

Without DIR, the pairs of matching/training/data are the collection: a need, the solution written for it (grade 3), a second
one by another technique (grade 2), everything else 0.

Simulated. What a collection does not say (place, maturity, budget and price, date of publication) is drawn at random, anew for
each draw, the same for every curator. A curator has a taste: how much of a grade is lost where it is not met. She decides the ten first of
one need after the other, retains a grade of 2 or 3, else says one of the reasons that hold; one decision in ten is the
contrary of what she means, with a reason at random. Every 25 decisions the job learns as in production
(`matching.learning.learn`), and the person who decides follows the figures: weights that were found worse on later decisions
stay out, others enter service and rank the needs that follow. Measured on needs that she never saw: nDCG@10 of her own grades.

Who wants four things finds none that has them all on most needs, so of a draw's own fifty some twenty count, and one place on one
of them moves the mean by a point or two. So the same unseen needs and the same solutions are dressed DRESSED other ways too.

Printed for each curator, over all dressings: the fixed weights, then what is in service minus fixed after each 25 decisions
(mean over the draws), the lowest of these means on the way, the lowest of any single draw (goal: never under -1), how many draws
went under, the lowest had every candidate entered service whatever its figures. Last, the lowest draw and how many went under
on the draw's own dressing alone.

Choices were made on draws under 200; report draws that nobody has looked at (`--first`).
"""

from __future__ import annotations

import argparse
import math
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

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
DRESSED = 5
# Its dressings are numbered far from the draws that somebody chose on, or will.
DRESSINGS_FROM = 10_000


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


def draw_lists(
    collection: tuple[list[Document], list[Document], Mapping[DocumentId, Mapping]],
    encoder: SentenceTransformerEncoder,
    draw: int,
) -> list[list[Shown]]:
    """For each need, the fifty first of the fixed weights."""
    drawn = random.Random(draw)
    needs, solutions, grades = collection
    solutions = [dressed(one, drawn) for one in solutions]
    ages = {one.id: drawn.uniform(0, 1200) for one in solutions}
    held = {one.id: one for one in solutions}
    matcher = Matcher(encoder)
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


def mean_ndcg(ranker: Ranker, taste: Taste, dressings: Sequence[Sequence[Sequence[Shown]]]) -> NDArray:
    """Over all dressings, then over the first, which is the draw's own."""
    values: list[list[float]] = []
    for lists in dressings:
        values.append([])
        for shown in lists:
            grades = [her_grade(taste, one) for one in shown]
            best = _gain(sorted(grades, reverse=True)[:DEPTH])
            if best:
                scores = ranker.scores([one.features for one in shown])
                order = np.argsort(-np.round(scores, 9), kind="stable")[:DEPTH]
                values[-1].append(100 * _gain([grades[at] for at in order]) / best)
    return np.array([np.mean([one for own in values for one in own]), np.mean(values[0])])


def _gain(grades: Sequence[int]) -> float:
    return sum((2**grade - 1) / math.log2(place + 1) for place, grade in enumerate(grades, start=1))


@dataclass(frozen=True)
class Year:
    """nDCG@10 on the needs she never saw: of the fixed weights; then minus these, after each EVERY decisions, of what is in
    service and of the latest candidate. Each twice, as `mean_ndcg` says."""

    fixed: NDArray
    in_service: list[NDArray]
    candidates: list[NDArray]


def one_year(taste: Taste, dressings: Sequence[Sequence[Sequence[Shown]]], draw: int) -> Year:
    drawn = random.Random(draw)
    lists = dressings[0]
    order = drawn.sample(range(len(lists)), len(lists))
    seen, kept = order[: UNTIL // SHOWN + 1], order[UNTIL // SHOWN + 1 :]
    unseen = [[dressed[at] for at in kept] for dressed in dressings]
    in_service, decisions, gained = FIXED, [], np.zeros(2)
    year = Year(mean_ndcg(FIXED, taste, unseen), [], [])
    for at in seen:
        scores = in_service.scores([one.features for one in lists[at]])
        for place in np.argsort(-np.round(scores, 9), kind="stable")[:SHOWN]:
            decisions.append(decide(taste, lists[at][place], at, drawn))
            if len(decisions) % EVERY == 0 and len(year.in_service) < UNTIL // EVERY:
                lesson = learn(decisions, in_service)
                candidate = mean_ndcg(lesson.ranker, taste, unseen) - year.fixed if lesson else np.zeros(2)
                if lesson and lesson.is_not_worse:
                    in_service, gained = lesson.ranker, candidate
                year.in_service.append(gained)
                year.candidates.append(candidate)
    return year


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", nargs="?", type=Path, metavar="DIR")
    parser.add_argument("--draws", type=int, default=12)
    parser.add_argument("--first", type=int, default=200, help="number of the first draw")
    chosen = parser.parse_args()
    collection, encoder = read_collection(chosen.folder), SentenceTransformerEncoder()
    years: dict[str, list[Year]] = {name: [] for name in CURATORS}
    for draw in range(chosen.first, chosen.first + chosen.draws):
        others = range(DRESSINGS_FROM + draw * DRESSED, DRESSINGS_FROM + (draw + 1) * DRESSED)
        dressings = [draw_lists(collection, encoder, number) for number in (draw, *others)]
        for name, taste in CURATORS.items():
            years[name].append(one_year(taste, dressings, draw))
    last = chosen.first + chosen.draws - 1
    print(f"{len(collection[0])} needs, draws {chosen.first} to {last}; nDCG@10, in service minus fixed.\n")
    heads = "".join(f"{step:>6}" for step in range(EVERY, UNTIL + 1, EVERY))
    print(
        f"{'curator':32}{'fixed':>7}{heads}{'lowest':>8}{'a draw':>8}{'under -1':>9}{'no gate':>9}{'own':>8}{'under -1':>9}"
    )
    at_goal = []
    for name, found in years.items():
        gains, own = np.moveaxis(np.array([year.in_service for year in found]), 2, 0)
        means = gains.mean(axis=0)
        at_goal.append(means[GOAL_AT // EVERY - 1])
        print(
            f"{name:32}{np.mean([year.fixed[0] for year in found]):>7.1f}"
            + "".join(f"{mean:>+6.1f}" for mean in means)
            + f"{means.min():>+8.1f}{gains.min():>+8.1f}{(gains.min(axis=1) < -1).sum():>9}"
            + f"{min(one[0] for year in found for one in year.candidates):>+9.1f}"
            + f"{own.min():>+8.1f}{(own.min(axis=1) < -1).sum():>9}"
        )
    print(f"\nafter {GOAL_AT} decisions, mean of the curators with a taste: {np.mean(at_goal[1:]):+.1f}")


if __name__ == "__main__":
    main()
