"""A ranking of the past comes out again the same, from what was stored; what was tampered with is found and named."""

from __future__ import annotations

from datetime import timedelta
from unittest import mock

import pytest
import sqlalchemy as sa
import time_machine

import workers.ranking
import workers.replay
from launch.checks import LaunchError
from launch.replay import DIFFERENT, NOT_HERE, SAME, print_replays
from matching.ranking import FIXED_LOGIT, Question, Ranker
from models import CatalogueState, DocumentVersion, Exposure, Match, Need, Ranking, db
from models.database import utc_now
from models.snapshot import fingerprint_of
from tests.factories import World
from tests.workers.test_matches import BENCH
from workers.corpus import Corpus
from workers.holdings import contents_of, document_from, keep_state
from workers.matches import propose_matches
from workers.replay import Replay, Replayer, replay_rankings

pytestmark = pytest.mark.encoder

TOWN = [
    ("Sondes à ultrasons pour corbeilles de rue", ["circular_waste"]),
    ("Compacteurs solaires reliés", ["circular_waste"]),
    ("Tournées de collecte calculées chaque matin", ["circular_waste"]),
    ("Bancs à l’ombre pour places minérales", ["climate_nature"]),
    ("Écoute des personnes âgées isolées par téléphone", ["culture_heritage"]),
]


def rankings(need: Need) -> list[Ranking]:
    return list(db.session.scalars(Ranking.of_need(need.id)))


def town(world: World) -> None:
    for number, (title, themes) in enumerate(TOWN):
        world.solution(world.company(f"Société {number}"), **(BENCH | {"title": title, "themes": themes}))


@pytest.fixture
def ranking(world: World, corpus: Corpus) -> Ranking:
    """That of a need among five solutions, as it was made."""
    town(world)
    need = world.need()
    propose_matches()
    (made,) = rankings(need)
    return made


@pytest.fixture
def replayer(corpus: Corpus) -> Replayer:
    return Replayer(corpus.encoder)


def outcome(found: Replay) -> list[int]:
    return [one["solution"] for one in found.found["outcome"]]


def test_a_ranking_keeps_what_was_compared_and_what_came_out(ranking: Ranking, corpus: Corpus) -> None:
    proposed = list(db.session.scalars(Match.of_need(ranking.need)))

    assert [match.ranking_id for match in proposed] == [ranking.id] * 5
    assert [one["solution"] for one in ranking.outcome] == [match.solution_id for match in proposed]
    assert [one["score"] for one in ranking.outcome] == [match.score for match in proposed]
    assert ranking.state.pairs == {
        match.solution_id: match.solution_hash for match in proposed
    } and ranking.state.fingerprint == fingerprint_of(ranking.state.pairs)
    assert (ranking.need_hash, ranking.encoder_version) == (proposed[0].need_hash, corpus.encoder.version)


def test_a_ranking_comes_out_again_the_same(ranking: Ranking, replayer: Replayer) -> None:
    found = replayer.replay(ranking)

    assert (found.verdict, found.found["places"]) == ("identical", [])
    assert found.found["outcome"] == ranking.outcome


def test_it_does_so_after_everything_changed(ranking: Ranking, world: World, corpus: Corpus) -> None:
    first, second, third, *_rest = (
        match.solution for match in db.session.scalars(Match.of_need(ranking.need))
    )
    people = {m.role: m.user for m in first.organization.memberships}
    first.revise(by=people["contributor"], title="Tout autre chose, désormais : des bancs")
    second.suspend(by=world.curator, reason="Plusieurs communes signalent une panne.")
    third.archive(by={m.role: m.user for m in third.organization.memberships}["contributor"])
    world.solution(world.rival, title="Des corbeilles qui débordent ? Une tournée là où c’est plein")
    ranking.need.amend(by=world.bagnolet.validator, irritant="La place est un four en juillet, sans un banc.")
    db.session.commit()
    propose_matches()

    latest, earlier = rankings(ranking.need)
    replayer = Replayer(corpus.encoder)

    assert earlier.id == ranking.id
    assert [one["solution"] for one in latest.outcome] != [one["solution"] for one in earlier.outcome]
    assert [replayer.replay(one).verdict for one in (latest, earlier, latest)] == ["identical"] * 3
    assert Replayer(corpus.encoder).replay(earlier).verdict == "identical"


def test_vectors_that_are_no_longer_stored_are_made_again(ranking: Ranking, replayer: Replayer) -> None:
    db.session.execute(sa.text("DELETE FROM embedding"))
    db.session.commit()

    assert replayer.replay(ranking).verdict == "identical"


def test_a_stored_score_that_somebody_changed_is_found(ranking: Ranking, replayer: Replayer) -> None:
    ranking.outcome = [{**one, "score": one["score"] + (one["rank"] == 2) / 100} for one in ranking.outcome]
    for match in db.session.scalars(Match.of_need(ranking.need).where(Match.rank == 2)):
        match.score += 0.01
    db.session.commit()

    found = replayer.replay(ranking)

    assert (found.verdict, found.found["places"]) == ("rescored", [2])


def test_a_stored_order_that_somebody_changed_is_found(ranking: Ranking, replayer: Replayer) -> None:
    one, two, *rest = ranking.outcome
    ranking.outcome = [{**two, "rank": 1}, {**one, "rank": 2}, *rest]
    db.session.execute(sa.update(Match).values(ranking_id=None))
    db.session.commit()

    found = replayer.replay(ranking)

    assert (found.verdict, found.found["places"]) == ("differs", [1, 2])


def test_a_solution_slipped_in_or_left_out_is_found(ranking: Ranking, replayer: Replayer) -> None:
    kept = ranking.outcome
    for told in (kept[:-1], [*kept, {**kept[-1], "solution": 999, "rank": 6}]):
        ranking.outcome = told
        db.session.execute(sa.update(Match).values(ranking_id=None))
        db.session.commit()

        assert replayer.replay(ranking).verdict == "differs"


def test_a_proposal_that_no_longer_says_what_its_ranking_said_is_named(
    ranking: Ranking, replayer: Replayer
) -> None:
    match = db.session.scalars(Match.of_need(ranking.need)).first()
    assert match is not None
    match.score = 0.99
    db.session.commit()

    found = replayer.replay(ranking)

    assert (found.verdict, found.found["altered"]) == ("altered", f"match {match.id}")


def test_a_text_or_a_state_that_somebody_changed_is_named(ranking: Ranking, corpus: Corpus) -> None:
    version = db.session.get(DocumentVersion, ranking.need_hash)
    assert version is not None
    before, packed = version.contents, ranking.state.rows
    version.contents = before | {"title": "Un autre titre"}
    db.session.commit()
    assert Replayer(corpus.encoder).replay(ranking).found["altered"].startswith("document_version")

    version.contents = before
    ranking.state.rows = packed[: len(packed) // 5]  # four of the five solutions are gone
    db.session.commit()
    assert Replayer(corpus.encoder).replay(ranking).found["altered"] == "catalogue_state"


def test_a_ranking_of_another_version_is_not_judged_and_says_what_this_one_finds(
    ranking: Ranking, replayer: Replayer
) -> None:
    with mock.patch.object(workers.replay, "RANKING_VERSION", "next-1"):
        found = replayer.replay(ranking)

    assert found.verdict == "other_version"
    assert found.found["ranking_version"] == "next-1"
    assert outcome(found) == [one["solution"] for one in ranking.outcome]


def test_the_places_shared_that_day_are_given_again_whatever_was_shown_since(
    ranking: Ranking, replayer: Replayer
) -> None:
    shown = {one["solution"]: 50 for one in ranking.outcome[::2]}
    Exposure.count("introduced", shown)
    db.session.commit()
    assert replayer.replay(ranking).verdict == "identical"

    told = {str(number): [0, 50, False, None, 3] for number in shown}
    ranking.circumstances = {**ranking.circumstances, **told}
    db.session.commit()
    assert replayer.replay(ranking).verdict == "differs"


def test_learned_weights_are_those_of_the_ranking_and_must_be_whole(ranking: Ranking, corpus: Corpus) -> None:
    upside_down = Ranker((Question("topic", {FIXED_LOGIT: -1.0}),))
    ranking.ranker = upside_down.as_json()
    db.session.commit()
    found = Replayer(corpus.encoder).replay(ranking)
    assert found.verdict == "differs"

    ranking.outcome = found.found["outcome"]
    db.session.execute(sa.update(Match).values(ranking_id=None))
    db.session.commit()
    assert Replayer(corpus.encoder).replay(ranking).verdict == "identical"

    ranking.ranker = upside_down.as_json() | {"version": "0123456789ab"}
    db.session.commit()
    assert Replayer(corpus.encoder).replay(ranking).found["altered"] == "ranker"


# ------------------------------------------------------------------ what is kept, and how little of it


def test_rankings_made_while_nothing_changed_share_a_state(world: World, corpus: Corpus) -> None:
    town(world)
    needs = [world.need(), world.need(title="Des corbeilles pleines le dimanche matin")]
    propose_matches()
    propose_matches()

    states = {ranking.state_id for need in needs for ranking in rankings(need)}

    assert len(states) == 1
    assert [len(rankings(need)) for need in needs] == [1, 1]


def test_a_state_is_its_changes_since_the_last_whole_one(world: World, corpus: Corpus) -> None:
    for number in range(12):
        world.solution(world.company(f"Société {number}"), title=f"Bancs à l’ombre, modèle {number}")
    corpus.catch_up()
    whole = keep_state(corpus.solutions)
    late = world.solution()
    db.session.commit()
    corpus.catch_up()
    small = db.session.get(CatalogueState, keep_state(corpus.solutions))
    assert small is not None
    again = Corpus(corpus.encoder)  # another worker, started later
    again.catch_up()

    assert (small.base_id, len(small.rows), small.count) == (whole, 36, 13)
    assert set(small.pairs) == {*small.base.pairs, late.id}
    assert keep_state(again.solutions) == small.id
    late.archive(by=world.startup.contributor)
    db.session.commit()
    again.catch_up()
    assert keep_state(again.solutions) == whole


def test_a_document_is_the_same_after_it_was_written_down(world: World, corpus: Corpus) -> None:
    solution = world.solution(places=["school"])
    corpus.catch_up()
    document = corpus.solutions.document(solution.id)
    assert document is not None

    assert document_from(solution.id, contents_of(document)) == document


# ------------------------------------------------------------------ the errand


def test_the_errand_replays_what_was_asked_once(ranking: Ranking, world: World) -> None:
    ranking.ask_replay(by=world.curator)
    db.session.commit()

    replay_rankings()
    replayed_at = ranking.replayed_at
    replay_rankings()

    assert (ranking.verdict, ranking.is_waiting, ranking.replayed_at) == ("identical", False, replayed_at)
    assert ranking.replay["outcome"] == ranking.outcome


def test_a_replay_that_stopped_two_workers_is_given_up_and_says_so(ranking: Ranking, world: World) -> None:
    ranking.ask_replay(by=world.curator)
    db.session.commit()
    with mock.patch.object(Replayer, "replay", side_effect=MemoryError):
        for minutes in (0, 3):
            with time_machine.travel(utc_now() + timedelta(minutes=minutes)):
                replay_rankings()
                replay_rankings()  # another one: it does not take up what somebody is at
                assert (ranking.is_waiting, ranking.replay_attempts) == (True, 1 + minutes // 3)

    with time_machine.travel(utc_now() + timedelta(minutes=6)):
        replay_rankings()

    assert (ranking.verdict, ranking.is_waiting) == ("unfinished", False)
    ranking.ask_replay(by=world.curator)
    db.session.commit()
    replay_rankings()
    assert ranking.verdict == "identical"


# ------------------------------------------------------------------ the command


def test_the_command_says_each_verdict_and_its_exit_code_whether_one_is_wrong(
    ranking: Ranking, world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    assert print_replays(number=None, last=None) == SAME
    assert "identique (5 places)" in capsys.readouterr().out

    one, two, *rest = ranking.outcome
    ranking.outcome = [{**two, "rank": 1}, {**one, "rank": 2}, *rest]
    db.session.execute(sa.update(Match).values(ranking_id=None))
    db.session.commit()
    assert print_replays(number=ranking.id, last=None) == DIFFERENT
    assert "DIFFÈRE aux places 1, 2" in capsys.readouterr().out
    assert ranking.verdict == "differs"

    ranking.encoder_version = "static-fr@before"
    db.session.commit()
    assert print_replays(number=None, last=1) == NOT_HERE
    assert "impossible ici (fait par static-fr@before" in capsys.readouterr().out
    with pytest.raises(LaunchError, match="Il n’y a pas de classement n° 999"):
        print_replays(number=999, last=None)
