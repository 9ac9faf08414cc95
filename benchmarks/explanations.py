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

from matching import explanation
from matching.document import Document
from matching.encoder import SentenceTransformerEncoder
from matching.evaluation import Collection
from matching.matcher import Matcher

THRESHOLDS = (2.0, 3.0, 3.5, 4.0, 5.0, 6.0)
UNGRADED = 800
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
    print(
        f"\nten explanations never made before, median of the needs: {_milliseconds(matcher, collection):.1f} ms"
    )


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
    if kind == "sentences":
        return len(list(matcher._explainer._answering_sentences(*pair)))
    reason = matcher._explainer._close_terms(*pair)
    return len(reason.pieces["pairs"]) if reason else 0


def _milliseconds(matcher: Matcher, collection: Collection) -> float:
    taken = []
    for need in collection.needs:
        best = matcher.suggest(need, explain=False)
        matcher._explainer = explanation.Explainer(matcher.encoder, matcher._lexical.rarity)
        matcher.explained(
            collection.needs[0], best[:1]
        )  # what is usual for this encoder is asked once a process
        started = time.perf_counter()
        matcher.explained(need, best)
        taken.append(1000 * (time.perf_counter() - started))
    return statistics.median(taken)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
