"""A worker that begins goes on from what another kept. The file is a cache: whatever is odd about it costs a rebuild only."""

from __future__ import annotations

import hashlib
import logging
import os
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from matching.encoder import SentenceTransformerEncoder
from models import Solution, db
from tests.factories import World
from tests.workers.conftest import CountingEncoder
from workers import index_file
from workers.corpus import Corpus

pytestmark = pytest.mark.encoder


@pytest.fixture
def folder(app: Flask, tmp_path: Path) -> Path:
    return tmp_path / "index"


@pytest.fixture
def kept(world: World, bundled: SentenceTransformerEncoder, folder: Path) -> Corpus:
    """A worker that wrote down two solutions and a need."""
    world.need()
    for title in ("Sondes pour corbeilles de rue", "Bancs à l’ombre"):
        world.solution(title=title)
    corpus = Corpus(bundled, folder)
    corpus.catch_up()
    corpus.save()
    return corpus


def solutions_file(folder: Path) -> Path:
    (file,) = folder.glob("solution-*.index")
    return file


def held(corpus: Corpus) -> dict[int, str]:
    return dict(corpus.solutions.holdings.hashes)


def statements_of(corpus: Corpus) -> list[str]:
    """The SQL of one catch_up."""
    said: list[str] = []

    def note(connection: object, cursor: object, statement: str, *rest: object) -> None:
        said.append(statement)

    sa.event.listen(db.engine, "before_cursor_execute", note)
    corpus.catch_up()
    sa.event.remove(db.engine, "before_cursor_execute", note)
    return said


def test_a_worker_that_begins_with_a_file_reads_no_text_again_and_answers_the_same(
    kept: Corpus, bundled: SentenceTransformerEncoder, folder: Path
) -> None:
    begun = Corpus(bundled, folder)

    said = statements_of(begun)

    assert not [statement for statement in said if "how_it_works" in statement or "embedding" in statement]
    assert held(begun) == held(kept)
    searches = [one.solutions.matcher.search("corbeilles à l’ombre") for one in (begun, kept)]
    assert searches[0] == searches[1] != []


def test_what_changed_while_nobody_worked_is_read_again(
    world: World, kept: Corpus, bundled: SentenceTransformerEncoder, folder: Path
) -> None:
    changed, left = (db.session.get_one(Solution, number) for number in held(kept))
    coming = world.solution(title="Balises sonores pour carrefours")
    changed.revise(by=world.startup.contributor, price_from_cents=100)
    left.archive(by=world.startup.contributor)
    db.session.commit()

    begun = Corpus(bundled, folder)
    begun.catch_up()

    assert held(begun).keys() == {changed.id, coming.id}
    assert begun.solutions.document(changed.id).price_from_cents == 100


@pytest.mark.parametrize("what", ["gone", "empty", "cut", "altered", "longer", "a folder"])
def test_a_spoiled_file_costs_a_rebuild_and_one_line_in_the_log(
    kept: Corpus,
    bundled: SentenceTransformerEncoder,
    folder: Path,
    caplog: pytest.LogCaptureFixture,
    what: str,
) -> None:
    file = solutions_file(folder)
    whole = file.read_bytes()
    altered = bytearray(whole)
    altered[len(whole) // 2] ^= 1
    if what in ("gone", "a folder"):
        file.unlink()
    else:
        spoiled = {"empty": b"", "cut": whole[:-1], "altered": bytes(altered), "longer": whole + b"x"}
        file.write_bytes(spoiled[what])
    if what == "a folder":
        file.mkdir()

    with caplog.at_level(logging.INFO, logger="workers.index_file"):
        begun = Corpus(bundled, folder)
    begun.catch_up()

    assert held(begun) == held(kept)
    (line,) = [line for line in caplog.messages if str(file) in line]
    assert line.endswith("everything is read from the database")


@pytest.mark.parametrize("what", ["kind", "encoder", "rules"])
def test_a_file_of_another_kind_encoder_or_version_of_the_rules_is_not_used(
    kept: Corpus,
    bundled: SentenceTransformerEncoder,
    folder: Path,
    what: str,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    encoder = CountingEncoder(bundled)
    if what == "encoder":  # its file is put where ours would be
        encoder.version = "another@1"
        theirs = index_file.IndexFile(folder, "solution", encoder).path
        solutions_file(folder).replace(theirs)
    elif what == "kind":
        (needs,) = folder.glob("need-*.index")
        needs.replace(solutions_file(folder))
    else:
        monkeypatch.setattr(index_file, "reading_rules", lambda: hashlib.sha256(b"others").hexdigest())

    begun = Corpus(encoder, folder)

    assert held(begun) == {}
    assert f"its {what} is" in caplog.text


def test_nothing_is_kept_of_the_file_of_another_database(
    kept: Corpus, bundled: SentenceTransformerEncoder, folder: Path, databases: Any
) -> None:
    before = held(kept)
    db.session.remove()
    db.engine.dispose()
    databases.refresh()
    there = World()
    for title in ("Balises sonores", "Écoute des seniors"):
        there.solution(title=title)

    begun = Corpus(bundled, folder)
    begun.catch_up()

    assert held(begun).keys() == before.keys(), "other things under the same numbers"
    assert {begun.solutions.document(number).title for number in held(begun)} == {
        "Balises sonores",
        "Écoute des seniors",
    }


def test_two_workers_may_keep_it_at_once_and_a_half_written_one_is_swept_away(
    kept: Corpus, bundled: SentenceTransformerEncoder, folder: Path
) -> None:
    left = folder / f".{solutions_file(folder).name}.abc123"
    left.write_bytes(b"half")
    os.utime(left, (0, 0))
    other = Corpus(bundled, folder)
    other.catch_up()
    for worker in (kept, other):
        worker.solutions.unsaved = 99
        worker.save()

    assert sorted(file.suffix for file in folder.iterdir()) == [".index", ".index"]
    assert held(Corpus(bundled, folder)) == held(kept)


def test_a_folder_that_cannot_be_written_is_a_line_in_the_log(
    world: World, bundled: SentenceTransformerEncoder, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    world.solution()
    (tmp_path / "index").write_text("a file stands in the way")
    corpus = Corpus(bundled, tmp_path / "index")
    corpus.catch_up()

    corpus.save()

    assert "could not be kept" in caplog.text
