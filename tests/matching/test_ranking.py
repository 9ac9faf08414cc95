"""Weights learned from decisions: on a toy team whose taste is obvious."""

from __future__ import annotations

import json
import random

import pytest

from matching.document import Closeness, Document, Suggestion
from matching.learning import LEAST_DECISIONS, Decision, learn, measure, train
from matching.ranking import FIXED, Ranker, features_of, reorder, without_texts

NEED = Document(1, "need", "Les corbeilles débordent", maturity_min=5, budget_max_cents=50_000_00)


def suggestion(id: int, score: float, rank: int = 1, **components: float) -> Suggestion:
    return Suggestion(id, score, rank, Closeness.CLOSE, components, (), "e1", "r1")


def solution(id: int, maturity: int | None = 8, price_cents: int | None = 10_000_00) -> Document:
    return Document(id, "solution", "Sondes", maturity=maturity, price_from_cents=price_cents)


def decisions(count: int, seed: int = 1, *, wants: int = 7, mistakes: float = 0.0) -> list[Decision]:
    """Of a team that retains what is on topic and at maturity ``wants`` or above, ten a need; oldest first."""
    drawn = random.Random(seed)
    found = []
    for number in range(count):
        on_topic, maturity = drawn.random() < 0.5, drawn.randint(5, 9)
        score = drawn.uniform(0.4, 0.95) if on_topic else drawn.uniform(0.02, 0.6)
        pair = suggestion(number, score, dense=drawn.gauss(3, 1), total=9.0)
        features = features_of(pair, NEED, solution(number, maturity), age_days=drawn.randrange(900))
        retained = on_topic and maturity >= wants
        reason = None if retained else "maturity" if on_topic else "off_topic"
        if drawn.random() < mistakes:
            retained, reason = not retained, None if not retained else "off_topic"
        found.append(Decision(features, retained, number // 10, reason))
    return found


def test_the_fixed_weights_said_as_a_ranker_give_back_the_score() -> None:
    features = [features_of(suggestion(1, score), NEED, solution(1), None) for score in (0.05, 0.5, 0.93)]
    assert FIXED.chances(features).tolist() == pytest.approx([0.05, 0.5, 0.93])


def test_a_taste_for_mature_solutions_is_learned_and_reorders_near_equals() -> None:
    ranker = train(decisions(200, mistakes=0.1))
    wide = [suggestion(5, 0.72, 1), suggestion(9, 0.70, 2)]
    candidates = {5: solution(5, maturity=5), 9: solution(9, maturity=9)}
    ordered, chances = reorder(ranker, wide, NEED, candidates, {5: 10, 9: 10})
    assert [(one.document_id, one.rank, one.score) for one in ordered] == [(9, 1, 0.70), (5, 2, 0.72)]
    assert chances[9] > 2 * chances[5]
    assert ordered[0].components["learned"] == pytest.approx(chances[9], abs=1e-6)


def test_few_decisions_change_little_and_none_nothing() -> None:
    assert train([]) == FIXED
    # One of each in an afternoon is no taste.
    few = [one for one in decisions(60) if one.reason == "maturity"][:1] + [
        one for one in decisions(60) if one.retained
    ][:5]
    assert "maturity" not in {question.name for question in train(few).questions}


@pytest.mark.parametrize("reason", ["already_in_touch", "conflict", "duplicate"])
def test_reasons_that_say_nothing_of_the_fit_teach_nothing(reason: str) -> None:
    told = decisions(120)
    silent = [
        Decision(one.features, retained=False, need=one.need, reason=reason) for one in decisions(80, seed=2)
    ]
    assert train([*told, *silent]) == train(told)


def test_a_reason_teaches_its_own_question_only() -> None:
    """Hundreds of off-topic dismissals say nothing against a place or a maturity."""
    told = decisions(200)
    without = [one for one in told if one.reason != "off_topic"]
    asked = {q.name: q for q in train(told).questions}
    assert asked["maturity"] == {q.name: q for q in train(without).questions}["maturity"]


def test_weights_travel_as_json_and_say_when_they_were_altered() -> None:
    ranker = train(decisions(120))
    stored = json.loads(json.dumps(ranker.as_json()))
    assert Ranker.from_json(stored) == ranker
    stored["questions"][0]["intercept"] += 0.1
    with pytest.raises(ValueError, match="not version"):
        Ranker.from_json(stored)


def test_the_same_decisions_give_the_same_weights() -> None:
    assert train(decisions(150, mistakes=0.1)).as_json() == train(decisions(150, mistakes=0.1)).as_json()


def test_the_last_fifth_in_time_measures_and_does_not_teach() -> None:
    told = decisions(200)
    lesson = learn(told)
    assert lesson is not None and (lesson.decisions, lesson.held_out) == (160, 40)
    assert lesson.ranker == train(told[:160])
    assert lesson.learned == measure(lesson.ranker, told[160:])
    assert lesson.is_not_worse and lesson.learned.log_loss < lesson.rival.log_loss
    assert lesson.learned.pairs_right is not None and lesson.rival.pairs_right is not None
    assert lesson.learned.pairs_right > lesson.rival.pairs_right


def test_weights_of_a_taste_that_has_changed_are_found_worse() -> None:
    """The team wanted maturity, then prefers prototypes: what it taught first foresees the later decisions less well."""
    later = [
        Decision(one.features, "maturity_from_7" not in one.features, one.need, None)
        for one in decisions(60, seed=3)
    ]
    lesson = learn([*decisions(240), *later])
    assert lesson is not None and not lesson.is_not_worse


def test_nothing_is_learned_from_too_few_decisions() -> None:
    assert learn(decisions(LEAST_DECISIONS - 1)) is None


def test_decisions_on_another_version_of_the_matcher_teach_the_conditions_and_nothing_of_the_texts() -> None:
    old = [
        Decision(without_texts(one.features), one.retained, one.need, one.reason) for one in decisions(200)
    ]
    ranker = train(old)
    assert ranker.questions[0] == FIXED.questions[0]
    assert {question.name for question in ranker.questions} >= {"topic", "maturity"}
    assert learn(old) is None  # and nothing can be measured on them
    assert train(decisions(200)).with_fixed_topic().questions[0] == FIXED.questions[0]
