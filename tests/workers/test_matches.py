"""What is published meets what answers it, once for each pair and each text."""

from __future__ import annotations

from unittest import mock

import pytest
import sqlalchemy as sa

from matching.matcher import Matcher
from models import Match, Need, Solution, db
from tests.factories import World
from workers.corpus import Corpus
from workers.matches import propose_matches
from workers.rows import numbers

pytestmark = pytest.mark.encoder

BENCH = {
    "title": "Bancs à l’ombre pour places minérales",
    "pitch": "Une pergola plantée et deux bancs, posés en une journée.",
    "how_it_works": "Des bacs à réserve d’eau portent une pergola : la place se rafraîchit sans travaux, et se déplace. "
    * 2,
    "themes": ["climate_nature"],
}


def pairs(need: Need | None = None) -> list[Match]:
    query = sa.select(Match).order_by(Match.need_id, Match.rank, Match.id)
    return list(db.session.scalars(query.where(Match.need_id == need.id) if need else query))


def everything() -> list[tuple[object, ...]]:
    rows = [(m.id, m.status, m.score, m.rank, m.need_hash, m.updated_at) for m in pairs()]
    db.session.rollback()
    return rows


def test_a_published_need_gets_its_ten_closest_with_their_reasons(world: World, corpus: Corpus) -> None:
    bins = world.solution()
    for number in range(14):
        world.solution(
            world.company(f"Société {number}"), **(BENCH | {"title": f"Bancs à l’ombre, modèle {number}"})
        )
    need = world.need()

    propose_matches()

    matches = pairs(need)
    assert len(matches) == 10
    assert matches[0].solution_id == bins.id
    assert [match.rank for match in matches] == list(range(1, 11))
    assert {match.status for match in matches} == {"suggested"}
    assert matches[0].encoder_version.startswith("static-fr@")
    assert matches[0].need_hash and matches[0].solution_hash
    kinds = {reason["kind"] for reason in matches[0].reasons}
    assert {"sentences", "terms", "themes"} <= kinds
    assert need.matched_at is not None
    assert bins.matched_at is not None


def test_the_errand_twice_changes_nothing(world: World, corpus: Corpus) -> None:
    world.solution(), world.need()
    propose_matches()
    before = everything()

    propose_matches()

    assert everything() == before


def test_being_compared_does_not_count_as_a_change(world: World, corpus: Corpus) -> None:
    need, solution = world.need(), world.solution()
    before = need.updated_at, solution.updated_at

    propose_matches()

    assert (need.updated_at, solution.updated_at) == before


def test_a_dismissed_pair_returns_only_when_a_text_changed(world: World, corpus: Corpus) -> None:
    need, _ = world.need(), world.solution()
    propose_matches()
    (match,) = pairs(need)
    match.dismiss(by=world.curator, reason_code="quality")
    need.matched_at = None
    db.session.commit()

    propose_matches()
    assert (match.status, need.matched_at is not None) == ("dismissed", True)

    need.amend(
        by=world.bagnolet.validator,
        expected_outcome="Des corbeilles vidées seulement quand elles sont pleines.",
    )
    db.session.commit()
    propose_matches()
    assert [m.status for m in pairs(need)] == ["suggested"]


def test_a_new_solution_proposes_itself_to_the_open_needs_it_suits(world: World, corpus: Corpus) -> None:
    need = world.need()
    for number in range(12):
        world.solution(
            world.company(f"Société {number}"), **(BENCH | {"title": f"Bancs à l’ombre, modèle {number}"})
        )
    propose_matches()
    assert len(pairs(need)) == 10

    bins = world.solution()
    far = world.solution(
        world.rival, **(BENCH | {"title": "Écoute des personnes âgées isolées par téléphone"})
    )
    propose_matches()

    held = {match.solution_id for match in pairs(need)}
    assert bins.id in held
    assert far.id not in held
    assert not numbers(Solution.awaiting_matching())


def test_a_proposal_that_quotes_an_old_text_and_is_no_longer_close_leaves_the_desk(
    world: World, corpus: Corpus
) -> None:
    bins, need = world.solution(), world.need()
    for number in range(10):
        world.solution(
            world.company(f"Société {number}"), **(BENCH | {"title": f"Bancs à l’ombre, modèle {number}"})
        )
    propose_matches()
    assert bins.id in {match.solution_id for match in pairs(need)}

    need.amend(
        by=world.bagnolet.validator,
        title="Une place trop chaude l’été",
        irritant="La place de la mairie est un four en juillet : pas un banc à l’ombre, personne ne s’y arrête.",
        expected_outcome="De l’ombre et des bancs sur la place, sans travaux.",
        themes=["climate_nature"],
    )
    db.session.commit()
    propose_matches()

    by_solution = {match.solution_id: match.status for match in pairs(need)}
    assert by_solution.pop(bins.id) == "void"
    assert set(by_solution.values()) == {"suggested"}


def test_a_revised_solution_refreshes_its_proposals(world: World, corpus: Corpus) -> None:
    solution, need = world.solution(), world.need()
    propose_matches()
    (match,) = pairs(need)
    before = match.solution_hash
    solution.revise(by=world.startup.contributor, price_from_cents=500_000)
    db.session.commit()

    propose_matches()

    (match,) = pairs(need)
    assert (match.status, match.solution_hash != before) == ("suggested", True)


def test_a_need_that_changed_while_it_was_compared_stays_owed(world: World, corpus: Corpus) -> None:
    world.solution(), world.bagnolet
    propose_matches()
    need = world.need()
    suggest = Matcher.suggest

    def amended_meanwhile(self: Matcher, document: object, **options: object) -> object:
        found = suggest(self, document, **options)
        if document.id == need.id and need.version == 1:
            need.amend(
                by=world.bagnolet.validator,
                expected_outcome="Que l’on vide ce qui est plein, et rien d’autre.",
            )
            db.session.commit()
        db.session.rollback()
        return found

    with mock.patch.object(Matcher, "suggest", amended_meanwhile):
        propose_matches()
        assert (pairs(need), need.matched_at) == ([], None)
        db.session.rollback()
        propose_matches()

    assert len(pairs(need)) == 1


def test_a_need_withdrawn_or_a_solution_suspended_meanwhile_gives_no_proposal(
    world: World, corpus: Corpus
) -> None:
    solution, need = world.solution(), world.need()
    corpus.catch_up()
    with mock.patch.object(Corpus, "catch_up"):  # the index has not heard of it yet
        solution.suspend(by=world.curator, reason="Plusieurs communes signalent une panne.")
        db.session.commit()
        propose_matches()

    assert pairs(need) == []


def test_one_need_that_fails_holds_nobody_back(world: World, corpus: Corpus) -> None:
    world.solution()
    broken, sound = world.need(), world.need(title="Des corbeilles pleines le dimanche matin")
    suggest = Matcher.suggest

    def fail_for_one(self: Matcher, document: object, **options: object) -> object:
        if document.id == broken.id:
            raise RuntimeError("a mistake of ours")
        return suggest(self, document, **options)

    with mock.patch.object(Matcher, "suggest", fail_for_one):
        propose_matches()

    assert (broken.matched_at, len(pairs(sound))) == (None, 1)
    db.session.rollback()
    propose_matches()
    assert len(pairs(broken)) == 1


def test_a_company_is_never_proposed_its_own_need(world: World, corpus: Corpus) -> None:
    world.solution(world.bagnolet)
    need = world.need()

    propose_matches()

    assert pairs(need) == []
