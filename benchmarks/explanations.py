"""What the reasons show, and what they would show of pairs that have nothing in common: `python -m benchmarks.explanations DIR`.

DIR is a judged collection. Thresholds are in deviations above what the encoder gives to unrelated sentences and words (see
matching/explanation.py). A good threshold shows something for most pairs of grade 3 and for few of those that nobody graded.
"""

from __future__ import annotations

import random
import statistics
import sys
import time
from pathlib import Path

import numpy as np

from matching import explanation
from matching.document import Document, Suggestion
from matching.encoder import SentenceTransformerEncoder
from matching.evaluation import Collection
from matching.fusion import CLOSENESS_FROM
from matching.matcher import Matcher

THRESHOLDS = (3.0, 4.0, 5.0, 6.0, 7.0)
UNGRADED = 800
CATALOGUES = (1, 3, 10, 20, 30, 50, 100, 200)
Pair = tuple[Document, Document]


def main(folder: Path) -> None:
    collection = Collection.load(folder)
    matcher = Matcher(SentenceTransformerEncoder())
    matcher.add(collection.solutions)
    groups = _by_grade(collection)
    print(f"encoder {matcher.encoder.version}; share of pairs with at least one, with two\n")
    print(f"{'':14}{'deviations':>12}" + "".join(f"{name:>22}" for name in groups))
    for kind, setting in (("sentences", "NEAR_SENTENCES"), ("close_terms", "NEAR_WORDS")):
        for threshold in THRESHOLDS:
            _set(matcher, kind, threshold)
            shares = []
            for pairs in groups.values():
                shown = [_count(matcher, one, kind) for one in pairs]
                one, two = (sum(count >= least for count in shown) / len(shown) for least in (1, 2))
                shares.append(f"{one:>14.0%}{two:>8.0%}")
            chosen = " *" if getattr(explanation, setting) == threshold else "  "
            print(f"{kind:14}{threshold:>10.1f}{chosen}" + "".join(shares))
    cold, warm = _milliseconds(matcher, collection)
    print(
        f"\nten explanations, median of the needs: {cold:.0f} ms with nothing known, {warm:.0f} ms with the words known"
    )
    print(
        "\na grade 3 among candidates that nobody graded: how often it is at least close, and one of the others is"
    )
    for count in CATALOGUES:
        answer, other = _closeness_among(matcher, collection, count)
        print(f"{count:>5} candidates {answer:>8.0%}{other:>8.0%}")


def _by_grade(collection: Collection) -> dict[str, list[Pair]]:
    solutions = {one.id: one for one in collection.solutions}
    groups: dict[str, list[Pair]] = {f"grade {grade}": [] for grade in (3, 2, 1)}
    ungraded: list[Pair] = []
    for need in collection.needs:
        grades = collection.grades.get(need.id, {})
        for number, grade in grades.items():
            groups[f"grade {grade}"].append((need, solutions[number]))
        ungraded += [(need, one) for one in collection.solutions if one.id not in grades]
    groups["ungraded, at random"] = random.Random(0).sample(ungraded, min(UNGRADED, len(ungraded)))
    return groups


def _set(matcher: Matcher, kind: str, threshold: float) -> None:
    explainer, encode = matcher._explainer, matcher.encoder.encode
    name, texts = {
        "sentences": ("_near_sentences", explanation.UNRELATED_SENTENCES),
        "close_terms": ("_near_words", explanation.UNRELATED_WORDS),
    }[kind]
    explainer.__dict__[name] = explanation._unusual(encode(texts), threshold)


def _count(matcher: Matcher, pair: Pair, kind: str) -> int:
    explainer = matcher._explainer
    if kind == "sentences":
        return len(list(explainer._answering_sentences(*explainer._read_all(pair))))
    sides = explanation._apart(*(explainer._telling(one) for one in pair))
    vectors = explainer._vectors_of({word for side in sides for word in side})
    reason = explainer._close_terms(*([word for word in side if word in vectors] for side in sides), vectors)
    return len(reason.pieces["pairs"]) if reason else 0


def _milliseconds(matcher: Matcher, collection: Collection) -> tuple[float, float]:
    best = {need.id: matcher.suggest(need, explain=False) for need in collection.needs}
    cold, warm = [], []
    for need in collection.needs:
        matcher._explainer = explanation.Explainer(matcher.encoder, matcher._lexical.rarity)
        for name in ("_near_sentences", "_near_words"):
            getattr(matcher._explainer, name)  # what is usual for an encoder is asked once a process
        cold.append(_timed(matcher, need, best[need.id]))
    for need in collection.needs:
        matcher.explained(need, best[need.id])
    for need in collection.needs:
        matcher._explainer._read.clear()
        warm.append(_timed(matcher, need, best[need.id]))
    return statistics.median(cold), statistics.median(warm)


def _timed(matcher: Matcher, need: Document, suggestions: list[Suggestion]) -> float:
    started = time.perf_counter()
    matcher.explained(need, suggestions)
    return 1000 * (time.perf_counter() - started)


def _closeness_among(matcher: Matcher, collection: Collection, count: int) -> tuple[float, float]:
    drawn, solutions = random.Random(count), {one.id: one for one in collection.solutions}
    answered, mistaken = [], []
    for need in collection.needs:
        grades = collection.grades.get(need.id, {})
        answers = [number for number, grade in grades.items() if grade == 3]
        others = [number for number in solutions if number not in grades]
        if not answers:
            continue
        answer = drawn.choice(answers)
        chosen = [answer, *drawn.sample(others, min(count - 1, len(others)))]
        small = Matcher(matcher.encoder)
        small.add([solutions[one] for one in chosen], np.array([matcher.vector(one) for one in chosen]))
        close = {
            one.document_id for one in small.suggest(need, explain=False) if one.closeness in CLOSENESS_FROM
        }
        answered.append(answer in close)
        mistaken.append(bool(close - {answer}))
    return statistics.mean(answered), statistics.mean(mistaken)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
