"""The job that learns from the team's decisions: the real matcher ranks, a team decides by its taste, the job learns."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace

import pytest
import time_machine

from models import Match, RankerVersion, Ranking, Solution, User, db
from models.database import utc_now
from tests.factories import World
from workers.corpus import Corpus
from workers.learning import learn_from_decisions, read_decisions, read_weights
from workers.matches import propose_matches
from workers.replay import Replayer

pytestmark = pytest.mark.encoder

MATURITIES = ("M5", "M9", "M6", "M8")
PLACES = ("rue de Paris", "place du marché", "quai", "parc", "gymnase", "école", "gare", "mairie")


@pytest.fixture
def town(world: World, corpus: Corpus) -> SimpleNamespace:
    """Sixteen near solutions of six companies, half of them mature; needs come one by one."""
    companies = [world.company(f"Société {number}") for number in range(6)]
    solutions = [
        world.solution(
            companies[number % 6],
            title=f"Sonde de remplissage modèle {number} pour corbeilles",
            maturity=MATURITIES[number % 4],
        )
        for number in range(16)
    ]
    return SimpleNamespace(world=world, corpus=corpus, solutions=solutions, needs=iter(range(100)))


def publish(town: SimpleNamespace) -> None:
    number = next(town.needs)
    place = PLACES[number % len(PLACES)]
    town.world.need(
        title=f"Corbeilles pleines, {place}, relevé {number}",
        irritant=f"Les corbeilles de {place} débordent le dimanche : la tournée est la même pour toutes, pleines ou vides.",
    )
    propose_matches()


def decide_all(by: User) -> int:
    """The team retains from M8 on, and says « maturity » otherwise."""
    waiting = list(db.session.scalars(Match.to_curate()))
    for match in waiting:
        if match.solution.maturity in ("M8", "M9"):
            match.approve(by=by)
        else:
            match.dismiss(by=by, reason_code="maturity")
        db.session.commit()
    return len(waiting)


def decide_at_least(town: SimpleNamespace, count: int) -> None:
    decided = 0
    while decided < count:
        publish(town)
        decided += decide_all(town.world.curator)


def an_hour_later() -> time_machine.travel:
    return time_machine.travel(utc_now() + timedelta(hours=1), tick=True)


def first_mature(order: list[int]) -> int:
    mature = set(
        db.session.scalars(
            Solution.public().where(Solution.maturity.in_(("M8", "M9"))).with_only_columns(Solution.id)
        )
    )
    return sum(number in mature for number in order[:5])


def test_decisions_are_learned_tried_beside_and_enter_service_by_a_person(town: SimpleNamespace) -> None:
    curator = town.world.curator
    decide_at_least(town, 60)
    with an_hour_later():
        learn_from_decisions()
        version = RankerVersion.on_trial()
        assert version is not None and RankerVersion.in_service() is None
        assert version.figures["is_not_worse"]
        assert version.figures["learned"]["pairs_right"] > version.figures["rival"]["pairs_right"]

        publish(town)
        tried = db.session.scalars(version.trials()).one()
        assert tried.ranker is None, "on trial it changes nothing"
        made = [one["solution"] for one in tried.outcome]
        assert first_mature(tried.shadow["order"]) > first_mature(made)

        version.enter_service(by=curator)
        db.session.commit()
        publish(town)
        ranking = db.session.scalars(db.select(Ranking).order_by(Ranking.id.desc())).first()
        assert ranking is not None and ranking.ranker is not None and ranking.shadow is None
        # The one that shares a rare word with this need is twice as sure as the others, and stays.
        assert first_mature([one["solution"] for one in ranking.outcome]) == 4

        version.retire(by=curator)
        db.session.commit()
        found = Replayer(town.corpus.encoder).replay(ranking)
        assert found.verdict == "identical", "weights are part of what is stored"
        publish(town)
        latest = db.session.scalars(db.select(Ranking).order_by(Ranking.id.desc())).first()
        assert latest is not None and latest.ranker is None, "back to the fixed weights"


def test_learning_again_without_news_changes_nothing(town: SimpleNamespace) -> None:
    decide_at_least(town, 45)
    with an_hour_later():
        learn_from_decisions()
        learn_from_decisions()
    assert len(db.session.scalars(RankerVersion.latest_first()).all()) == 1


def test_only_what_a_person_decided_for_good_about_the_fit_is_read(town: SimpleNamespace) -> None:
    curator = town.world.curator
    publish(town)
    first, second, third, fourth, *_others = db.session.scalars(Match.to_curate())
    first.approve(by=curator)
    second.dismiss(by=curator, reason_code="maturity")
    third.dismiss(by=curator, reason_code="conflict")
    fourth.snooze(by=curator, until=utc_now() + timedelta(days=7))
    db.session.commit()
    assert read_decisions() == [], "within its minute a decision can be undone"
    with an_hour_later():
        read = [(one.decision.retained, one.decision.reason) for one in read_decisions()]
        assert read == [(True, None), (False, "maturity")]
        assert all("fixed" in one.decision.features for one in read_decisions())


def test_too_few_decisions_leave_the_fixed_weights_alone(town: SimpleNamespace) -> None:
    publish(town)
    decide_all(town.world.curator)
    with an_hour_later():
        learn_from_decisions()
    assert db.session.scalar(RankerVersion.latest_first().limit(1)) is None
    weights = read_weights()
    assert weights.in_service is None and weights.on_trial is None
