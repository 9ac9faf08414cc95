from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pytest

from matching.__main__ import main
from matching.document import Document, DocumentId
from matching.evaluation import (
    Collection,
    CollectionError,
    abstention,
    bands,
    fit_chance,
    mean_of,
    measure,
    pipeline,
    told_apart,
    twins_recall,
)
from tests.matching.conftest import HashingEncoder

SOLUTIONS = [
    ("S1", "Corbeilles connectées", "Un capteur mesure les corbeilles."),
    ("S2", "Agent vocal", "Il répond aux appels de la mairie."),
    ("S3", "Abri à vélos", "Un box fermé près de la gare."),
]
NEEDS = [
    ("N1", "Les corbeilles débordent", "Les corbeilles sont pleines."),
    ("N2", "Corbeilles pleines", "Nos corbeilles débordent le lundi."),
    ("N3", "Appels perdus", "La mairie manque des appels."),
    ("N4", "Rien ne répond à ce besoin", "Personne."),
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    solutions = [
        {"id": id, "title": title, "pitch": pitch, "description": "", "themes": ["t"], "maturity": "M8",
         "price_eur_min": 100, "price_eur_max": None}
        for id, title, pitch in SOLUTIONS
    ]  # fmt: skip
    needs = [
        {"id": id, "title": title, "context": context, "expected": "", "themes": ["t"], "budget_eur_max": 500}
        for id, title, context in NEEDS
    ]
    (tmp_path / "solutions.jsonl").write_text("".join(json.dumps(row) + "\n" for row in solutions), "utf-8")
    (tmp_path / "needs.jsonl").write_text("".join(json.dumps(row) + "\n" for row in needs), "utf-8")
    (tmp_path / "qrels.tsv").write_text("N1\tS1\t3\nN1\tS3\t1\nN2\tS1\t2\nN3\tS2\t1\n", "utf-8")
    (tmp_path / "twins.tsv").write_text("N1\tN2\n", "utf-8")
    return tmp_path


def test_a_collection_is_read_with_money_in_cents(folder: Path) -> None:
    collection = Collection.load(folder)
    assert collection.solutions[0].price_from_cents == 10_000
    assert collection.solutions[0].maturity == 8
    assert collection.needs[0].budget_max_cents == 50_000
    assert collection.grades["N1"] == {"S1": 3, "S3": 1}


def test_measures_follow_their_definitions(folder: Path) -> None:
    collection = Collection.load(folder)

    def wrong_first(need: Document) -> list[DocumentId]:
        return ["S2", "S1", "S3"]

    results = {result.need.id: result.values for result in measure(collection, wrong_first)}
    assert set(results) == {"N1", "N2", "N3"}, "a need without answer is left out"
    best = 7 + 1 / math.log2(3)
    assert results["N1"]["ndcg@10"] == pytest.approx(100 * (7 / math.log2(3) + 1 / 2) / best)
    assert results["N1"]["recall@10"] == 100
    assert results["N1"]["mrr"] == 50
    assert results["N1"]["p@1"] == 0
    assert set(results["N3"]) == {"ndcg@10"}, "a need with partial answers only has no good one to recall"


def test_the_pipeline_finds_everything_in_a_toy_collection(folder: Path, hashing: HashingEncoder) -> None:
    collection = Collection.load(folder)
    suggest = pipeline(collection, hashing)
    results = measure(collection, lambda need: [one.document_id for one in suggest(need)])
    assert mean_of(results, "p@1") == 100
    assert twins_recall(collection, hashing) == 100
    assert sum(band.pairs for band in bands(collection, suggest)) == len(NEEDS) * len(SOLUTIONS)


def test_twins_are_optional(folder: Path, hashing: HashingEncoder) -> None:
    (folder / "twins.tsv").unlink()
    assert twins_recall(Collection.load(folder), hashing) is None


@pytest.mark.parametrize(
    ("file", "content"),
    [
        ("needs.jsonl", '{"id": "N1"}\n'),
        ("needs.jsonl", "not json\n"),
        ("solutions.jsonl", "[1, 2]\n"),
        ("qrels.tsv", "N1\tS99\t3\n"),
        ("qrels.tsv", "N1\tS1\n"),
        ("qrels.tsv", "N1\tS1\tgood\n"),
        ("qrels.tsv", ""),
        ("twins.tsv", "N1\n"),
    ],
)
def test_a_bad_file_is_named_in_one_sentence(folder: Path, file: str, content: str) -> None:
    (folder / file).write_text(content, "utf-8")
    with pytest.raises(CollectionError) as caught:
        Collection.load(folder)
    assert file in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_bad_folder_ends_with_2_and_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for folder in (tmp_path, tmp_path / "absent"):
        assert main(["evaluate", str(folder)]) == 2
        printed = capsys.readouterr()
        assert printed.out == ""
        assert printed.err.count("\n") == 1


@pytest.mark.encoder
@pytest.mark.usefixtures("bundled")
def test_evaluate_ends_with_one_line_of_json(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["evaluate", str(folder)]) == 0
    *table, last = capsys.readouterr().out.splitlines()
    figures = json.loads(last)
    assert set(figures) == {
        "ndcg@10", "recall@10", "mrr", "p@1", "twins_recall@3", "themes_in_first_3", "calibration_error",
        "ndcg@10_over_best_part", "answerable_without_close", "unanswerable_with_close", "taken_out_with_close",
        "taken_out_told_apart",
    }  # fmt: skip
    assert 0 <= figures["calibration_error"] <= 1
    assert figures["p@1"] == 100
    assert any("BM25 alone" in line for line in table)
    assert any("very_close" in line for line in table)


@pytest.mark.encoder
@pytest.mark.usefixtures("bundled")
def test_explain_shows_the_suggestions_of_a_need(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", str(folder), "N1"]) == 0
    assert "Corbeilles connectées  [S1, graded 3]" in capsys.readouterr().out
    assert main(["explain", str(folder), "N9"]) == 2
    assert "N9" in capsys.readouterr().err


def test_the_logistic_is_found_again_from_what_it_gave() -> None:
    drawn = np.random.default_rng(5)
    totals = drawn.uniform(0, 20, 20_000)
    good = drawn.random(20_000) < 1 / (1 + np.exp(-0.5 * (totals - 11)))
    slope, middle = fit_chance(totals, good)
    assert slope == pytest.approx(0.5, rel=0.05)
    assert middle == pytest.approx(11, rel=0.02)


def test_a_need_whose_answers_are_taken_out_has_something_close_less_often(
    folder: Path, hashing: HashingEncoder
) -> None:
    answered, unanswered, emptied, bare = abstention(Collection.load(folder), hashing)
    assert [len(row.best) for row in (answered, unanswered, emptied, bare)] == [2, 2, 2, 2]
    assert told_apart(answered.best, emptied.best) == 1, "any answer is above any of what is left without it"
    assert max(bare.best) <= max(emptied.best)
    assert 0 <= emptied.with_something <= answered.with_something <= 2


def test_who_is_told_apart_is_counted_by_pairs() -> None:
    assert told_apart((0.9, 0.5), (0.5, 0.1)) == pytest.approx((1 + 1 + 0.5 + 1) / 4)
    assert math.isnan(told_apart((), (0.1,)))
