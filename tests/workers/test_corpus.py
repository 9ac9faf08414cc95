"""The index is a cache of the database that is always right."""

from __future__ import annotations

import os
import threading
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
import sqlalchemy as sa
from flask import Flask

from matching.encoder import SentenceTransformerEncoder, Vectors
from models import Embedding, Solution, db
from models.database import utc_now
from tests.factories import World
from tests.workers.conftest import CountingEncoder
from workers.answers import read_on
from workers.corpus import ENCODED_LIVE, MASK, READ_LIVE, Catalogue, Corpus, document_of

pytestmark = pytest.mark.encoder


class Turned:
    """Another model: the same meanings along other axes."""

    def __init__(self, encoder: SentenceTransformerEncoder) -> None:
        self._encoder = encoder
        self.version, self.dimension = "turned@1", encoder.dimension

    def encode(self, texts: Sequence[str]) -> Vectors:
        return np.roll(self._encoder.encode(texts), 1, axis=1)


def test_what_is_public_is_held_and_what_is_not_is_not(world: World, corpus: Corpus) -> None:
    public, draft = world.solution(), world.solution(status="draft")
    need, hidden = world.need(), world.need(status="draft")

    corpus.catch_up()

    assert corpus.solutions.document(public.id) is not None
    assert corpus.solutions.document(draft.id) is None
    assert corpus.needs.document(need.id) is not None
    assert corpus.needs.document(hidden.id) is None
    assert public.id in corpus.solutions.matcher


def test_a_text_is_encoded_once_for_all_workers(
    world: World, corpus: Corpus, encoder: CountingEncoder, bundled: SentenceTransformerEncoder
) -> None:
    world.solution()
    corpus.catch_up()
    assert encoder.texts
    another = CountingEncoder(bundled)

    Corpus(another).catch_up()

    assert another.texts == []


def test_the_index_catches_up_with_what_another_worker_wrote_changed_and_withdrew(
    world: World, corpus: Corpus, encoder: CountingEncoder, bundled: SentenceTransformerEncoder
) -> None:
    kept, leaving = world.solution(), world.solution(title="Balises sonores pour carrefours")
    corpus.catch_up()
    coming = world.solution(title="Bancs à l’ombre pour places minérales")
    kept.pitch = "Un capteur de remplissage qui appelle le camion."
    leaving.archive(by=world.startup.contributor)
    db.session.commit()
    Corpus(bundled).catch_up()
    encoder.texts.clear()

    corpus.catch_up()

    assert encoder.texts == []
    assert corpus.solutions.document(coming.id) is not None
    assert "appelle le camion" in corpus.solutions.document(kept.id).text
    assert corpus.solutions.document(leaving.id) is None
    assert leaving.id not in corpus.solutions.matcher


def test_catching_up_twice_writes_nothing(world: World, corpus: Corpus, encoder: CountingEncoder) -> None:
    world.solution()
    corpus.catch_up()
    before = db.session.scalar(sa.select(sa.func.max(Embedding.encoded_at)))
    encoder.texts.clear()

    corpus.catch_up()

    assert db.session.scalar(sa.select(sa.func.max(Embedding.encoded_at))) == before
    assert encoder.texts == []


def test_two_workers_give_the_same_answer(
    world: World, corpus: Corpus, bundled: SentenceTransformerEncoder
) -> None:
    need = world.need()
    for title in ("Corbeilles qui appellent", "Tournées calculées", "Bancs à l’ombre", "Écoute des seniors"):
        world.solution(title=f"{title} en ville")
    corpus.catch_up()
    other = Corpus(bundled)
    other.catch_up()

    ours = corpus.solutions.matcher.suggest(corpus.needs.document(need.id))
    theirs = other.solutions.matcher.suggest(other.needs.document(need.id))

    assert [(s.document_id, s.score) for s in ours] == [(s.document_id, s.score) for s in theirs]


def test_names_and_numbers_of_the_organisation_are_never_encoded(
    world: World, corpus: Corpus, encoder: CountingEncoder
) -> None:
    siret = world.startup.organization.siret
    spaced = f"{siret[:3]} {siret[3:6]} {siret[6:9]} {siret[9:]}"
    world.solution(
        title="ULTRASON, les corbeilles qui parlent",
        pitch=f"Ultrason (SIRET {siret}) mesure les corbeilles.",
        how_it_works=f"{'Un capteur mesure le remplissage et propose la tournée. ' * 3}Ultrason, {spaced}, FR12{siret[:9]}.",
    )
    world.need(
        irritant="À Bagnolet, les corbeilles débordent. Ville de Bagnolet, 93170 : 640 corbeilles de rue."
    )

    corpus.catch_up()

    encoded = "\n".join(encoder.texts)
    for name in ("ultrason", "bagnolet", siret, siret[:9], spaced):
        assert name not in encoded.lower()
    assert "640 corbeilles" in encoded


def test_the_same_text_signed_by_somebody_else_has_the_same_vector(world: World) -> None:
    words = "Sondes de {} pour corbeilles de rue"
    ours = world.solution(world.startup, title=words.format("Ultrason"))
    theirs = world.solution(world.rival, title=words.format("Autre Piste"))

    assert document_of(ours).text == document_of(theirs).text
    assert MASK in document_of(ours).title


def test_a_renamed_organisation_is_masked_under_its_new_name(world: World, corpus: Corpus) -> None:
    solution = world.solution(title="Les corbeilles de Remplimètre parlent")
    corpus.catch_up()
    assert "Remplimètre" in corpus.solutions.document(solution.id).title
    world.startup.organization.revise(by=world.startup.org_admin, display_name="Remplimètre")
    db.session.commit()

    corpus.catch_up()

    assert "Remplimètre" not in corpus.solutions.document(solution.id).title


def test_a_text_without_a_vector_does_not_stop_the_others(world: World, corpus: Corpus) -> None:
    mute = world.solution()
    other = world.solution(title="Bancs à l’ombre des places")
    for name in ("title", "pitch", "how_it_works"):
        setattr(mute, name, "")
    db.session.commit()

    corpus.catch_up()
    corpus.catch_up()

    assert corpus.solutions.document(mute.id) is None
    assert corpus.solutions.document(other.id) is not None


def test_a_live_question_leaves_most_of_the_encoding_to_the_errands(
    world: World, corpus: Corpus, encoder: CountingEncoder
) -> None:
    for number in range(ENCODED_LIVE + 3):
        world.solution(title=f"Une solution parmi d’autres, la {number}e")

    corpus.solutions.catch_up(live=True)
    assert len(corpus.solutions.matcher) == ENCODED_LIVE
    corpus.solutions.catch_up()

    assert len(corpus.solutions.matcher) == ENCODED_LIVE + 3
    assert len(encoder.texts) == ENCODED_LIVE + 3


def test_a_live_question_reads_a_few_of_many_changes_and_the_others_follow_once_it_is_answered(
    world: World, corpus: Corpus, encoder: CountingEncoder
) -> None:
    for number in range(3 * READ_LIVE):
        world.solution(title=f"Une solution parmi d’autres, la {number}e")
    Corpus(encoder).catch_up()  # the errands encode
    encoder.texts.clear()

    corpus.solutions.catch_up(live=True)
    assert len(corpus.solutions.matcher) == READ_LIVE
    read_on(lambda: len(corpus.solutions.matcher) > READ_LIVE)  # then somebody asks again
    assert len(corpus.solutions.matcher) == 2 * READ_LIVE
    read_on(lambda: False)

    assert len(corpus.solutions.matcher) == 3 * READ_LIVE
    assert encoder.texts == []


def test_a_live_question_is_answered_while_somebody_else_writes(
    world: World, corpus: Corpus, app: Flask
) -> None:
    """An import holds SQLite’s write lock for longer than anybody waits: the question would fail as busy, seconds later."""
    solution = world.solution()
    with app.app_context():
        db.session.execute(sa.update(Solution).values(price_from_cents=1))
        db.session.flush()
        with app.app_context():
            corpus.solutions.catch_up(live=True)
        db.session.rollback()

    assert corpus.solutions.document(solution.id) is not None
    assert not db.session.scalars(sa.select(Embedding)).all()


def test_prices_for_an_unknown_number_are_not_set_against_a_budget(world: World) -> None:
    per_site = world.solution(price_unit="per_site", price_from_cents=100_000)
    free = world.solution(price_unit="free", price_from_cents=None)

    assert document_of(per_site).price_from_cents is None
    assert document_of(free).price_from_cents == 0
    assert document_of(world.need(budget="60_90k")).budget_max_cents == 90_000_00


def test_the_same_words_are_encoded_once_whoever_writes_them(
    world: World, corpus: Corpus, encoder: CountingEncoder
) -> None:
    ours = world.solution(world.startup, title="Sondes pour corbeilles de rue")
    theirs = world.solution(world.rival, title="Sondes pour corbeilles de rue")
    corpus.solutions.catch_up()
    ours.revise(by=ours.author, price_from_cents=100)
    db.session.commit()
    later = world.solution(world.rival, title="Sondes pour corbeilles de rue", maturity="M9")

    corpus.solutions.catch_up()

    assert len(encoder.texts) == 1
    assert corpus.solutions.document(ours.id).price_from_cents == 100
    for one in (theirs, later):
        assert np.array_equal(corpus.solutions.vector(one.id), corpus.solutions.vector(ours.id))


def test_a_change_made_around_the_verbs_is_found_by_the_second_look(world: World, corpus: Corpus) -> None:
    titles = ("Sondes de rue", "Bancs à l’ombre", "Balises sonores")
    changed, left, gone = (world.solution(title=title).id for title in titles)
    corpus.catch_up()
    new_words = {"title": "Par SQL", "updated_at": utc_now()}
    db.session.execute(sa.update(Solution).where(Solution.id == changed).values(**new_words))
    db.session.execute(sa.update(Solution).where(Solution.id == left).values(status="suspended"))
    db.session.execute(sa.delete(Solution).where(Solution.id == gone))
    db.session.commit()

    corpus.catch_up()

    assert list(corpus.solutions.holdings.hashes) == [changed]
    assert corpus.solutions.document(changed).title == "Par SQL"


def test_a_database_put_back_to_what_it_was_is_read_anew(
    world: World,
    corpus: Corpus,
    databases: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(Catalogue, "_look_again", lambda self, count: None)
    for title in ("Sondes de rue", "Bancs à l’ombre"):
        world.solution(title=title)
    db.session.remove()
    db.engine.dispose()
    databases.keep("backup")
    world = World()
    world.solution(world.company("Perdue"), title="Balises, oubliées de la sauvegarde")
    corpus.catch_up()
    db.session.remove()
    db.engine.dispose()
    databases.refresh("backup")
    World().solution(World().company("Autre"), title="Écoute, écrite depuis")

    corpus.catch_up()

    titles = {corpus.solutions.document(number).title for number in corpus.solutions.holdings.hashes}
    assert titles == {"Sondes de rue", "Bancs à l’ombre", "Écoute, écrite depuis"}


def test_a_changed_model_is_a_new_set_of_vectors_beside_the_old_one(
    world: World, corpus: Corpus, bundled: SentenceTransformerEncoder
) -> None:
    solution = world.solution()
    corpus.catch_up()
    changed = Turned(bundled)
    new = Corpus(changed)

    new.catch_up()

    models = set(db.session.scalars(sa.select(Embedding.model)))
    assert models == {bundled.version, changed.version}
    assert not np.array_equal(new.solutions.vector(solution.id), corpus.solutions.vector(solution.id))
    again = CountingEncoder(bundled)
    old = Corpus(again)
    old.catch_up()  # a worker of the old model begins while the new one works: nothing is lost of its vectors
    assert again.texts == []
    assert np.array_equal(old.solutions.vector(solution.id), corpus.solutions.vector(solution.id))


def test_the_number_of_what_is_held_changes_with_what_is_public_and_with_nothing_else(
    world: World, corpus: Corpus
) -> None:
    solution = world.solution()
    corpus.catch_up()
    before = corpus.solutions.version
    world.solution(status="draft")
    corpus.catch_up()
    assert corpus.solutions.version == before

    seen = [before]
    for act in (
        lambda: solution.revise(by=solution.author, price_from_cents=100),
        lambda: world.startup.organization.revise(by=world.startup.org_admin, display_name="Ultrasons"),
        lambda: solution.archive(by=solution.author),
    ):
        act()
        db.session.commit()
        corpus.catch_up()
        seen.append(corpus.solutions.version)
    assert sorted(set(seen)) == seen


@pytest.mark.skipif(not os.environ.get("DATABASE_URL", "").startswith("postgres"), reason="needs PostgreSQL")
def test_no_change_is_missed_when_two_writers_commit_out_of_order(
    world: World, corpus: Corpus, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Catalogue, "_look_again", lambda self, count: None)
    first, second = world.solution().id, world.solution(title="Bancs à l’ombre").id
    corpus.catch_up()
    has_acted, may_commit = threading.Event(), threading.Event()
    done: list[int] = []

    def reprice(number: int, acted: threading.Event, go: threading.Event) -> None:
        with app.app_context():
            solution = db.session.get_one(Solution, number)
            solution.revise(by=solution.author, price_from_cents=100)
            acted.set()
            go.wait(10)
            db.session.commit()
            done.append(number)

    at_once = threading.Event()
    at_once.set()
    writers = [
        threading.Thread(target=reprice, args=(first, has_acted, may_commit)),
        threading.Thread(target=reprice, args=(second, threading.Event(), at_once)),
    ]
    writers[0].start()
    assert has_acted.wait(10)
    writers[1].start()
    writers[1].join(0.5)
    # The second waits for its number in the journal: nobody can read it before the first.
    assert done == []
    corpus.catch_up()
    may_commit.set()
    for writer in writers:
        writer.join(10)

    corpus.catch_up()

    assert done == [first, second]
    assert [corpus.solutions.document(number).price_from_cents for number in (first, second)] == [100, 100]
