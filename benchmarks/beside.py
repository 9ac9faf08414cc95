"""What stands beside a text that somebody writes: what each threshold keeps and lets through, and whether themes are right.

    python -m benchmarks.beside DIR          # a judged collection: see matching.evaluation

Each need is compared with all others, itself taken out (a draft is not in the index), each solution with the needs and with the
other solutions; four are shown, as on the page. Thresholds in use: `workers/answers.py`.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np

from benchmarks.stack import table
from matching.document import Document, Suggestion
from matching.encoder import Encoder, SentenceTransformerEncoder
from matching.evaluation import Collection
from matching.matcher import Matcher
from matching.theming import ThemeSuggester
from workers.answers import BESIDE, LEAST_SHARE

SCORES = (0.05, 0.10, 0.25, 0.50, 0.70)
COSINES = (0.60, 0.65, 0.70, 0.75, 0.80)
SHARES = (0.0, 0.05, LEAST_SHARE, 0.10, 0.15)
FIRST_WORDS = 8
#: The hand that labelled the judged needs put some of the first under the second.
ALSO = {"youth_education": "culture_heritage"}

Measure = Callable[[Suggestion], float]


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("collection", type=Path, metavar="DIR")
    collection, encoder = Collection.load(parser.parse_args().collection), SentenceTransformerEncoder()
    likes(collection, encoder)
    answered(collection, encoder)
    copies(collection, encoder)
    themes(collection, encoder)
    return 0


def likes(collection: Collection, encoder: Encoder) -> None:
    """« Qui a déjà ce problème ? »"""
    twins = {frozenset(pair) for pair in collection.twins}
    found = list(_each_against_the_others(collection.needs, encoder))
    pairs = [(s.score, frozenset((one.id, s.document_id)) in twins) for one, four in found for s in four]
    are_twins = [score for score, twin in pairs if twin]
    others = [score for score, twin in pairs if not twin]
    rows: list[list[object]] = [
        [f"{least:.2f}", _share(are_twins, least), _share(others, least), _with_one(found, least, lambda s: s.score)]
        for least in SCORES
    ]  # fmt: skip
    print(
        table(["need to need, score from", "% of twins", "% of other pairs", "% of needs with one"], rows),
        "\n",
    )


def answered(collection: Collection, encoder: Encoder) -> None:
    """« Ces besoins vous correspondraient »"""
    needs = Matcher(encoder)
    needs.add(collection.needs)
    pairs = [
        (s.score, collection.grades.get(s.document_id, {}).get(solution.id, 0))
        for solution in collection.solutions
        for s in needs.suggest(solution, count=BESIDE, explain=False)
    ]
    rows: list[list[object]] = []
    for least, most in zip(SCORES, [*SCORES[1:], 1.01], strict=True):
        grades = [grade for score, grade in pairs if least <= score < most]
        if grades:
            good, any_help = (100 * float(np.mean([g >= grade for g in grades])) for grade in (2, 1))
            rows.append([f"{least:.2f} to {min(most, 1):.2f}", len(grades), good, any_help])
    print(table(["solution to need, score", "pairs", "% of grade 2 or 3", "% of grade 1 to 3"], rows), "\n")


def copies(collection: Collection, encoder: Encoder) -> None:
    """« Solutions proches de la vôtre », in a catalogue that holds no copy"""
    found = list(_each_against_the_others(collection.solutions, encoder))
    cosines = [s.components["cosine"] for _, four in found for s in four]
    rows: list[list[object]] = [
        [f"{least:.2f}", _share(cosines, least), _with_one(found, least, lambda s: s.components["cosine"])]
        for least in COSINES
    ]
    print(table(["solution to solution, cosine from", "% of pairs", "% of solutions with one"], rows), "\n")


def themes(collection: Collection, encoder: Encoder) -> None:
    """Whether one of the themes of the need is among those offered."""
    suggester, rows = ThemeSuggester(encoder), list[list[object]]()
    for name, cut in (("whole needs", None), (f"their first {FIRST_WORDS} words", FIRST_WORDS)):
        offered = [
            (need, suggester.suggest(" ".join(need.text.split()[:cut]))) for need in collection.needs if need.themes
        ]  # fmt: skip
        for least in SHARES:
            kept = [(need, [code for code, share in found if share >= least]) for need, found in offered]
            right = [
                any(code in codes or ALSO.get(code) in codes for code in need.themes) for need, codes in kept
            ]
            mean = float(np.mean([len(codes) for _, codes in kept]))
            rows.append([name, f"{least:.2f}", 100 * float(np.mean(right)), mean])
    print(table(["themes", "share from", "% right in the offered", "offered"], rows))


def _each_against_the_others(
    documents: Sequence[Document], encoder: Encoder
) -> Iterator[tuple[Document, list[Suggestion]]]:
    matcher, vectors = Matcher(encoder), encoder.encode([document.text for document in documents])
    matcher.add(documents, vectors)
    for document, vector in zip(documents, vectors, strict=True):
        matcher.remove([document.id])
        yield document, matcher.suggest(document, count=BESIDE, vector=vector, explain=False)
        matcher.add([document], vector[None])


def _share(values: list[float], least: float) -> float:
    return 100 * float(np.mean([value >= least for value in values]))


def _with_one(found: list[tuple[Document, list[Suggestion]]], least: float, measure: Measure) -> float:
    return 100 * float(np.mean([any(measure(s) >= least for s in four) for _, four in found]))


if __name__ == "__main__":
    sys.exit(main())
