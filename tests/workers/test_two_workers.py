"""Any number of workers give the same answers, those of a worker that reads everything anew.

Two workers, each with sessions of its own, share a database and a folder of index files; a machine of Hypothesis publishes,
edits, withdraws and renames, kills workers and spoils files in any order, also while a worker encodes. The second look
that a worker takes by and by (``Catalogue._look_again``) is left out: the journal alone must tell everything.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from flask import Flask
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import select

from matching.document import Document
from matching.encoder import Encoder, SentenceTransformerEncoder, Vectors
from models import Need, Organization, Solution, User, db
from models.errors import RuleViolation
from tests.factories import HOW, World
from workers.corpus import Catalogue, Corpus, document_of

pytestmark = pytest.mark.encoder

TITLES = (
    "Sondes Ultrason pour corbeilles de rue",
    "Bancs à l’ombre pour places minérales",
    "Balises sonores pour carrefours",
    "Écoute des personnes âgées isolées",
)
WHY = "Le projet change de périmètre cette année."


class InterruptedEncoder:
    """The real one; while it works, somebody does something else, once."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self.version, self.dimension = encoder.version, encoder.dimension
        self.meanwhile: Callable[[], object] | None = None

    def encode(self, texts: Sequence[str]) -> Vectors:
        act, self.meanwhile = self.meanwhile, None
        if act is not None:
            act()
        return self._encoder.encode(texts)


def answers_of(corpus: Corpus) -> dict[str, Any]:
    """What is held, and everything that it answers."""
    found: dict[str, Any] = {}
    for catalogue in (corpus.needs, corpus.solutions):
        assert catalogue.holdings.hashes.keys() == catalogue._documents.keys()
        assert len(catalogue.matcher) == len(catalogue.holdings.hashes)
        found[catalogue.kind] = catalogue.holdings.hashes, catalogue.holdings.fingerprint
        found["search " + catalogue.kind] = catalogue.matcher.search("corbeilles à l’ombre", 20)
    for number, document in sorted(corpus.needs._documents.items())[-2:]:
        vector = corpus.needs.vector(number)
        found[f"need {number}"] = corpus.solutions.matcher.suggest(document, vector=vector, explain=False)
    written = Document("", "need", "Des corbeilles débordent devant les bancs")
    found["likes"] = corpus.needs.matcher.suggest(written, explain=False)
    return found


class TwoWorkers(RuleBasedStateMachine):
    app: Flask
    databases: Any
    bundled: SentenceTransformerEncoder
    encoders: tuple[InterruptedEncoder, InterruptedEncoder]
    folder: Path

    def __init__(self) -> None:
        super().__init__()
        db.session.remove()
        db.engine.dispose()
        self.databases.refresh()
        for file in self.folder.glob("*"):
            file.unlink()
        self.world = World()
        self.companies = [self.world.startup, self.world.rival]
        self.communes = [self.world.bagnolet]
        self.workers = [Corpus(encoder, self.folder) for encoder in self.encoders]
        self.steps = 0

    def teardown(self) -> None:
        self.both_answer()
        db.session.rollback()

    # -------------------------------------------------------------- people

    def _act(self, model: Any, chosen: int, verb: Callable[[Any], object], *statuses: str) -> None:
        """One act on one of the things in these statuses, if there is one."""
        numbers = [one.id for one in db.session.query(model).order_by(model.id) if one.status in statuses]
        if numbers:
            try:
                verb(db.session.get(model, numbers[chosen % len(numbers)]))
            except RuleViolation:
                db.session.rollback()
        db.session.commit()

    @rule(company=st.integers(0, 1), title=st.sampled_from(TITLES))
    def publish_a_solution(self, company: int, title: str) -> None:
        self.world.solution(self.companies[company], title=title)

    @rule(title=st.sampled_from(TITLES))
    def publish_a_need(self, title: str) -> None:
        self.world.need(self.communes[0], title=title)

    @rule(chosen=st.integers(0, 9), price=st.integers(1, 9))
    def change_a_price(self, chosen: int, price: int) -> None:
        self._act(
            Solution, chosen, lambda s: s.revise(by=s.author, price_from_cents=price * 100), "published"
        )

    @rule(chosen=st.integers(0, 9), title=st.sampled_from(TITLES))
    def rewrite_a_solution(self, chosen: int, title: str) -> None:
        def rewrite(solution: Solution) -> None:
            solution.revise(by=solution.author, how_it_works=f"{HOW} {title}.")
            solution.accept_changes(by=self.world.curator)

        self._act(Solution, chosen, rewrite, "published")

    @rule(chosen=st.integers(0, 9), title=st.sampled_from(TITLES))
    def amend_a_need(self, chosen: int, title: str) -> None:
        self._act(Need, chosen, lambda n: n.amend(by=self.communes[0].validator, title=title), "published")

    @rule(chosen=st.integers(0, 9), end=st.sampled_from(("archive", "suspend", "go_stale")))
    def take_a_solution_off(self, chosen: int, end: str) -> None:
        verbs = {
            "archive": lambda s: s.archive(by=s.author),
            "suspend": lambda s: s.suspend(by=self.world.curator, reason=WHY),
            "go_stale": lambda s: s.go_stale(),
        }
        self._act(Solution, chosen, verbs[end], "published")

    @rule(chosen=st.integers(0, 9))
    def reinstate_a_solution(self, chosen: int) -> None:
        self._act(Solution, chosen, lambda s: s.reinstate(by=self.world.curator), "suspended")

    @rule(chosen=st.integers(0, 9))
    def withdraw_a_need(self, chosen: int) -> None:
        self._act(Need, chosen, lambda n: n.withdraw(by=self.communes[0].validator, reason=WHY), "published")

    @rule(company=st.integers(0, 1), chosen=st.integers(0, 9))
    def rename_a_company(self, company: int, chosen: int) -> None:
        owner = self.companies[company]
        self._rename(owner.organization.id, owner.org_admin.id, chosen)

    def _rename(self, number: int, administrator: int, chosen: int) -> None:
        """A name that one of its own texts says: it is masked there from now on, and what the old name masked shows again."""
        titles = list(db.session.scalars(select(Solution.title).where(Solution.organization_id == number)))
        name = titles[chosen % len(titles)].split()[0] if titles else "Une autre piste"
        organization, person = (
            db.session.get_one(Organization, number),
            db.session.get_one(User, administrator),
        )
        organization.revise(by=person, display_name=name)
        db.session.commit()

    # -------------------------------------------------------------- workers

    def _in_its_own_session(self, act: Callable[[], Any]) -> Any:
        db.session.rollback()
        with self.app.app_context():
            return act()

    @invariant()
    def in_turn_one_the_other_or_nobody_catches_up(self) -> None:
        self.steps += 1
        if self.steps % 3 < 2:
            self._catch_up(self.workers[self.steps % 3])

    def _catch_up(self, worker: Corpus) -> None:
        """Then it holds what is public now, word for word."""
        self._in_its_own_session(worker.catch_up)
        for catalogue, model in ((worker.needs, Need), (worker.solutions, Solution)):
            public = db.session.query(model).where(model.status.in_(model.PUBLIC))
            assert catalogue.holdings.hashes == {one.id: document_of(one).content_hash for one in public}

    @rule()
    def both_answer(self) -> None:
        for worker in self.workers:
            self._catch_up(worker)
        fresh = Corpus(self.bundled)
        self._in_its_own_session(fresh.catch_up)
        for worker in self.workers:
            assert answers_of(worker) == answers_of(fresh)

    @rule(
        worker=st.integers(0, 1),
        read=st.integers(1, 3),
        encoded=st.integers(0, 1),
        more=st.integers(0, 2),
        title=st.sampled_from(TITLES),
    )
    def one_is_asked_a_live_question(
        self, worker: int, read: int, encoded: int, more: int, title: str
    ) -> None:
        """It may leave a part for later, which other changes must not make it forget."""

        def answer() -> None:
            for catalogue in (self.workers[worker].needs, self.workers[worker].solutions):
                catalogue.catch_up(live=True)
                for _ in range(more):
                    catalogue.read_more()

        self.publish_a_solution(worker, f"{title}, modèle {self.steps}")
        with mock.patch.multiple("workers.corpus", READ_LIVE=read, ENCODED_LIVE=encoded):
            self._in_its_own_session(answer)
        self.amend_a_need(worker, title)
        self.change_a_price(self.steps, 1 + self.steps % 9)

    @rule(worker=st.integers(0, 1), title=st.sampled_from(TITLES), company=st.integers(0, 1))
    def one_is_overtaken_while_it_encodes(self, worker: int, title: str, company: int) -> None:
        def meanwhile() -> None:
            with self.app.app_context():
                for solution in db.session.query(Solution).where(Solution.status == "published").limit(1):
                    solution.archive(by=solution.author)
                self._rename(*owner, self.steps)

        owner = self.companies[company].organization.id, self.companies[company].org_admin.id
        self.publish_a_solution(company, f"{title}, modèle {self.steps}")
        self.encoders[worker].meanwhile = meanwhile
        self._in_its_own_session(self.workers[worker].catch_up)
        self.encoders[worker].meanwhile = None

    @rule(worker=st.integers(0, 1), in_order=st.booleans())
    def one_begins_again(self, worker: int, in_order: bool) -> None:
        """Killed, or stopped in order: it then keeps what it holds."""
        if in_order:
            self.workers[worker].save()
        self.workers[worker] = Corpus(self.encoders[worker], self.folder)

    @rule(worker=st.integers(0, 1))
    def one_keeps_what_it_holds(self, worker: int) -> None:
        self.workers[worker].save()

    @rule(
        data=st.data(),
        worker=st.integers(0, 1),
        how=st.sampled_from(("deleted", "cut", "altered", "swapped")),
    )
    def one_begins_with_a_spoiled_file(self, data: st.DataObject, worker: int, how: str) -> None:
        for catalogue in (self.workers[worker].needs, self.workers[worker].solutions):
            catalogue.unsaved = len(catalogue.matcher) + 1  # however little changed, for the sake of the test
        self.workers[worker].save()
        needs, solutions = sorted(self.folder.iterdir())
        content = bytearray(solutions.read_bytes())
        place = data.draw(st.integers(0, len(content) - 1))
        if how == "deleted":
            solutions.unlink()
        elif how == "cut":
            solutions.write_bytes(content[:place])
        elif how == "altered":
            for byte in range(place, len(content), 997):
                content[byte] ^= 1
            solutions.write_bytes(content)
        else:
            needs.replace(solutions)
        self.workers[worker] = Corpus(self.encoders[worker], self.folder)
        self.both_answer()


def test_two_workers_answer_as_one_that_reads_everything_anew_whatever_happens(
    app: Flask,
    databases: Any,
    bundled: SentenceTransformerEncoder,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(Catalogue, "_look_again", lambda self, count: None)
    encoders = InterruptedEncoder(bundled), InterruptedEncoder(bundled)
    here = {"app": app, "databases": databases, "bundled": bundled, "encoders": encoders, "folder": tmp_path}
    run_state_machine_as_test(
        type("TwoWorkersHere", (TwoWorkers,), here),
        settings=settings(
            max_examples=8, stateful_step_count=40, suppress_health_check=list(HealthCheck), deadline=None
        ),
    )
