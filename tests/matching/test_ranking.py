"""Weights learned from decisions: on a toy team whose taste is obvious."""

from __future__ import annotations

import json
import random

import pytest

from matching.document import Closeness, Document, Suggestion
from matching.learning import LEAST_DECISIONS, Decision, learn, measure, train
from matching.ranking import FIXED, Question, Ranker, features_of, reorder, without_texts

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
    assert chances[9] > 1.5 * chances[5]
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


def test_what_was_retained_by_mistake_off_topic_hides_no_condition() -> None:
    """Most of what is shown is off topic, so most slips of the hand are: they say nothing of the maturity that is wanted."""
    told = decisions(200)

    def slips(score: float) -> list[Decision]:
        pair = suggestion(1, score, dense=3.0)
        return [Decision(features_of(pair, NEED, solution(1, 5), 100), True, 99)] * 12

    def refuses_m5(ranker: Ranker) -> float:
        (asked,) = (question for question in ranker.questions if question.name == "maturity")
        young, old = ({f"maturity_from_{step}": 1.0 for step in range(6, top + 1)} for top in (5, 8))
        answers = asked.logits([old, young])
        return float(answers[0] - answers[1])

    clean = refuses_m5(train(told))
    assert refuses_m5(train([*told, *slips(0.03)])) > 0.7 * clean
    assert refuses_m5(train([*told, *slips(0.97)])) < 0.7 * clean, "meant, they change what is asked"


def test_a_handful_of_answers_does_not_make_a_recent_page_fall() -> None:
    """Four pages found weak happened to be recent, five retained ones old: that is chance, and nobody dismisses what is recent."""

    def told(number: int, age_days: int, retained: bool) -> Decision:
        features = features_of(suggestion(number, 0.9), NEED, solution(number, 8), age_days)
        return Decision(features, retained, number, None if retained else "quality")

    few = [
        *(told(number, 1000, True) for number in range(5)),
        *(told(number, 60, False) for number in range(4)),
    ]
    assert "page" not in {question.name for question in train(few).questions}
    many = [
        *few,
        *(told(number, 60, True) for number in range(20)),
        *(told(number, 1000, False) for number in range(20)),
    ]
    (page,) = (question for question in train(many).questions if question.name == "page")
    assert page.weights["fresh_90_days"] > 0


def test_the_sharpest_taste_takes_no_more_than_half_of_the_chance() -> None:
    """No decision says what a dismissed solution was still worth, so one on topic stays before one that is half as sure."""
    ranker = train(decisions(2000)).with_fixed_topic()
    young = features_of(suggestion(1, 0.95, dense=3.0), NEED, solution(1, maturity=5), 100)
    mature = features_of(suggestion(2, 0.30, dense=3.0), NEED, solution(2, maturity=9), 100)
    close = features_of(suggestion(3, 0.85, dense=3.0), NEED, solution(3, maturity=9), 100)
    chances = ranker.chances([young, mature, close])
    assert chances[2] > chances[0] > chances[1]


def test_what_is_on_topic_and_fails_every_condition_stays_before_what_is_off_topic() -> None:
    refused = Question("maturity", {}, -9.0), Question("price", {}, -9.0)
    ranker = Ranker((*FIXED.questions, *refused), left=0.1)
    on_topic, off_topic = {"fixed": 3.0}, {"fixed": -3.0}
    chances = ranker.chances([on_topic, off_topic])
    assert chances[0] == pytest.approx(0.1 * FIXED.chances([on_topic])[0], rel=0.01)
    assert chances[0] > FIXED.chances([off_topic])[0], "had this one failed nothing"
    assert Ranker.from_json(json.loads(json.dumps(ranker.as_json()))) == ranker


def test_weights_travel_as_json_and_say_when_they_were_altered() -> None:
    ranker = train(decisions(120))
    stored = json.loads(json.dumps(ranker.as_json()))
    assert Ranker.from_json(stored) == ranker
    stored["questions"][0]["intercept"] += 0.1
    with pytest.raises(ValueError, match="not version"):
        Ranker.from_json(stored)


def test_the_same_decisions_give_the_same_weights() -> None:
    assert train(decisions(150, mistakes=0.1)).as_json() == train(decisions(150, mistakes=0.1)).as_json()


def test_the_last_fifth_in_time_measures_what_those_before_it_teach() -> None:
    told = decisions(200)
    lesson = learn(told)
    assert lesson is not None and (lesson.decisions, lesson.held_out) == (200, 40)
    assert lesson.learned == measure(train(told[:160]), told[160:])
    assert lesson.ranker == train(told), "once measured, all of them teach"
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
