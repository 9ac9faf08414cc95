"""One command makes the encoder and the cases from files; a bad file is named, and nothing is written."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from matching.cases import CaseBase
from matching.document import Document
from matching.encoder import BUNDLED, SentenceTransformerEncoder
from matching.training.__main__ import base_weights, main
from matching.training.contrast import examples_of
from matching.training.material import DATA, Material, MaterialError

FEW = 300


@pytest.fixture
def few(tmp_path: Path) -> Path:
    """The first lines of each file: real material, seconds instead of minutes."""
    folder = tmp_path / "data"
    folder.mkdir()
    for name in ("first_pairs.jsonl", "pairs.jsonl", "lexicon.jsonl"):
        lines = (DATA / name).read_text(encoding="utf-8").splitlines()[:FEW]
        (folder / name).write_text("\n".join(lines) + "\n", encoding="utf-8")
    (folder / "graded.jsonl").write_text(
        '{"need": "p0001", "grades": {"p0001a": 3, "f0002a": 0}}\n', encoding="utf-8"
    )
    return folder


def test_the_bundled_material_reads_and_every_graded_offer_has_a_text() -> None:
    material = Material.load()
    assert len(material.pairs) > 6_000
    assert all(pair.offered(part) for graded in material.graded for pair, part, _ in graded.grades)
    assert all(example.anchor and example.positive for example in examples_of(material))


@pytest.mark.encoder
def test_training_writes_an_encoder_that_loads_and_reads_its_cases(few: Path, tmp_path: Path) -> None:
    decided = tmp_path / "decisions.jsonl"
    row = {"theme": "mobility", "need_title": "Trottinettes en vrac", "need": "Elles barrent le trottoir.",
           "solution_title": "Arceaux connectés", "solution": "Un parc de stationnement par quartier."}  # fmt: skip
    decided.write_text(json.dumps(row) + "\n", encoding="utf-8")
    out = tmp_path / "encoder"
    assert main(["--data", str(few), "--decisions", str(decided), "--out", str(out)]) == 0
    trained = SentenceTransformerEncoder(out)
    assert trained.version != SentenceTransformerEncoder(BUNDLED).version
    base = CaseBase.load(trained, out / "cases.npz")
    assert (len(base), base.cards) == (3 * FEW + 1, FEW)
    need = Document(1, "need", row["need_title"], (row["need"],))
    nearest = base.profiles([need], trained.encode([need.text]), trained.version)
    assert len(base) - 1 in nearest.numbers[0]  # what was decided is known
    assert "Wh" in (out / "README.md").read_text(encoding="utf-8")


def test_the_base_of_training_is_the_whole_vocabulary_of_the_bundled_encoder() -> None:
    weights = base_weights()
    assert weights.shape == (32_000, 256)
    assert np.isfinite(weights).all()


@pytest.mark.parametrize(
    ("name", "line", "said"),
    [
        ("pairs.jsonl", "{", "pairs.jsonl, line 1"),
        ("lexicon.jsonl", '{"theme": "energy"}', "lexicon.jsonl, line 1"),
        ("graded.jsonl", '{"need": "p9999", "grades": {}}', "graded.jsonl, line 1"),
    ],
)
def test_a_bad_line_is_named_and_nothing_is_written(
    few: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str, line: str, said: str
) -> None:
    (few / name).write_text(line + "\n", encoding="utf-8")
    with pytest.raises(MaterialError, match=said):
        Material.load(few)
    assert main(["--data", str(few), "--out", str(tmp_path / "encoder")]) == 2
    assert said in capsys.readouterr().err
    assert not (tmp_path / "encoder").exists()
