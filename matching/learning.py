"""How weights are learned from decisions, and measured on later ones before anybody uses them.

    lesson = learn(decisions)            # what the oldest four fifths teach is measured on the last fifth in time
    lesson.learned, lesson.rival         # Figures of the learned weights and of those in service, on that last fifth
    lesson.is_not_worse                  # a person still decides
    lesson.ranker                        # learned again from all of them: two hundred are few, a fifth is not wasted

Few decisions change little: each question begins from « nothing to say » and is held there by a penalty (ridge), which lessens as
the decisions come. The question of the topic is held near the fixed weights instead, as if these had decided PULL pairs
themselves: they were measured on judged collections, and a hundred clicks are no collection.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matching.ranking import COMPONENT, FIXED, FIXED_LOGIT, Features, Question, Ranker

# Question → the reasons that answer it with no, and how the names of its features begin.
REASONS = {
    "topic": ("off_topic",),
    "maturity": ("maturity",),
    "place": ("territory",),
    # « Fiche trop faible »: its age, and what it leaves empty. « Autre raison », of what can be weighed here: the price.
    "page": ("quality",),
    "price": ("other",),
}
FEATURES = {
    "maturity": ("maturity_", "silent_maturity"),
    "place": ("territories_",),
    "page": ("fresh_", "silent_"),
    "price": ("budget_", "silent_price"),
}
# What can only help, and what can only harm: nobody dismisses a page for being recent. What four or five answers say to the
# contrary is chance, and once cost four points. Whether mature is better is for the team to say.
RISES, FALLS = ("fresh_", "territories_fits", "budget_fits"), ("silent_", "territories_", "budget_")
# Who gives one of these says nothing about how well the two fit.
SILENT_REASONS = frozenset({"already_in_touch", "conflict", "duplicate"})

# Under so many yes, or no, a question is not learned: it would be the taste of one afternoon.
LEAST_ANSWERS = 3
# Ridge of a condition: its weights are held as by a normal prior of this variance for each answer, and of MOST_FREEDOM at most. Free
# from the start, it loses up to a point more for those who only prefer; never freer than at twenty answers, half a point for all.
FREEDOM_PER_ANSWER, MOST_FREEDOM = 0.1, 8.0
# The numbers of the texts move slowly: a fiftieth of a logit for one deviation, until hundreds of decisions say otherwise.
# Ten times freer costs half a point at first, where the team thinks as the readers do.
TEXT_FREEDOM = 1 / 2000
PULL = 100.0
# What is dismissed for a condition was on topic, and no decision says how much it was still worth: nothing, or a good part. So all
# conditions together never take more than this half. A tenth gains a point and a half more for those to whom it was worth nothing,
# and costs up to six those who only prefer, and whose four preferences leave most needs without anything that meets them all.
LEFT = 0.5

HELD_OUT = 0.2
LEAST_DECISIONS = 40
# On so few pairs two orders that are equal differ by more than this, so a loss within it is no loss.
TOLERANCE = 0.01
DEPTH = 10

Matrix = NDArray[np.float64]


@dataclass(frozen=True)
class Decision:
    """One shown proposal that a person decided. `need` groups those of one need; `reason` is why it was dismissed.

    Without the numbers of the texts (another version of the matcher made them) it teaches the other questions, and measures
    nothing.
    """

    features: Features
    retained: bool
    need: Hashable
    reason: str | None = None

    @property
    def teaches(self) -> bool:
        return self.retained or self.reason not in SILENT_REASONS


@dataclass(frozen=True)
class Figures:
    """How well weights foresaw decisions that they had not seen.

    `log_loss`: surprise per decision, 0 is best; `pairs_right`: of two proposals of one need, one retained and one dismissed,
    how often the retained one was placed first (0 to 1; ties count half; None without such a pair); `ndcg`: nDCG@10 of
    the decided lists, 0 to 100, over the needs with something retained (None without).
    """

    log_loss: float
    pairs_right: float | None
    ndcg: float | None

    def as_json(self) -> dict[str, float | None]:
        return {"log_loss": self.log_loss, "pairs_right": self.pairs_right, "ndcg": self.ndcg}


@dataclass(frozen=True)
class Lesson:
    """What came of learning: the weights, from how many decisions, and both sets of figures on the `held_out` last of these.

    `learned` are the figures of what the decisions before those teach, so nothing is measured on what it has seen. The rival
    may have seen some: a new version has to do as well all the same.
    """

    ranker: Ranker
    decisions: int
    held_out: int
    learned: Figures
    rival: Figures

    @property
    def is_not_worse(self) -> bool:
        """Whether the learned weights placed the later decisions as well as the rival, or better.

        The order decides, not the surprise: in a catalogue of near-copies every chance is far from what is retained, under
        either weights, and the places may be right all the same. Where no need has both kinds, the surprise is all there is.
        """
        one, other = self.learned.pairs_right, self.rival.pairs_right
        if one is None or other is None:
            return self.learned.log_loss <= self.rival.log_loss + TOLERANCE
        return one >= other - TOLERANCE


def learn(decisions: Sequence[Decision], rival: Ranker = FIXED) -> Lesson | None:
    """Learn from `decisions` (oldest first) and measure beside `rival`. None: there are fewer than LEAST_DECISIONS."""
    telling = [decision for decision in decisions if decision.teaches]
    if len(telling) < LEAST_DECISIONS:
        return None
    kept = math.ceil(len(telling) * HELD_OUT)
    earlier, later = telling[:-kept], [one for one in telling[-kept:] if FIXED_LOGIT in one.features]
    if not later:
        return None
    return Lesson(
        train(telling), len(telling), len(later), measure(train(earlier), later), measure(rival, later)
    )


def train(decisions: Sequence[Decision]) -> Ranker:
    """Weights from `decisions`, those of SILENT_REASONS aside. Deterministic."""
    telling = [decision for decision in decisions if decision.teaches]
    learned = [_learn_topic(telling), *(_learn_condition(name, telling) for name in FEATURES)]
    questions = tuple(question for question in learned if question is not None)
    return Ranker(questions, LEFT if len(questions) > 1 else 0.0)


def measure(ranker: Ranker, decisions: Sequence[Decision]) -> Figures:
    """How `ranker` would have placed `decisions`, which must not be those that it learned from."""
    scores = ranker.scores([decision.features for decision in decisions])
    surprise = [
        -score if decision.retained else -math.log(max(-math.expm1(min(score, -1e-12)), 1e-12))
        for score, decision in zip(scores.tolist(), decisions, strict=True)
    ]
    lists: dict[Hashable, list[tuple[float, bool]]] = defaultdict(list)
    for score, decision in zip(scores.tolist(), decisions, strict=True):
        lists[decision.need].append((round(score, 9), decision.retained))
    pairs = [
        1.0 if one > other else 0.5 if one == other else 0.0
        for shown in lists.values()
        for one, kept in shown
        if kept
        for other, also_kept in shown
        if not also_kept
    ]
    gains = [_ndcg(shown) for shown in lists.values() if any(kept for _score, kept in shown)]
    return Figures(
        round(float(np.mean(surprise)), 4) if surprise else 0.0,
        round(float(np.mean(pairs)), 4) if pairs else None,
        round(100 * float(np.mean(gains)), 2) if gains else None,
    )


def _ndcg(shown: Sequence[tuple[float, bool]]) -> float:
    ordered = [kept for _score, kept in sorted(shown, key=lambda one: -one[0])][:DEPTH]
    best = sorted((kept for _score, kept in shown), reverse=True)[:DEPTH]
    return _gain(ordered) / _gain(best)


def _gain(kept: Sequence[bool]) -> float:
    return sum(one / math.log2(place + 1) for place, one in enumerate(kept, start=1))


# ------------------------------------------------------------------ one question


def _learn_condition(name: str, decisions: Sequence[Decision]) -> Question | None:
    """Among what was retained or dismissed for this very reason: what is different? None: too few answers.

    What was retained counts as far as it seemed on topic. Of what is shown most is not, so most of what is retained by mistake
    is not either; it tells nothing of a condition, and would hide half of one. Unknown (another version's texts), it counts half.
    """
    asked = [one for one in decisions if one.retained or one.reason in REASONS[name]]
    names = _names(asked, FEATURES[name])
    answers = np.array([one.retained for one in asked], dtype=np.float64)
    if not _are_enough(answers):
        return None
    on_topic = np.array([1 / (1 + math.exp(-one.features.get(FIXED_LOGIT, 0.0))) for one in asked])
    counts = np.where(answers == 1, on_topic, 1.0)
    freedom = min(MOST_FREEDOM, FREEDOM_PER_ANSWER * len(asked))
    while names:
        weights, intercept = _fit(_matrix(asked, names), answers, counts, freedom)
        kept = [one for one, weight in zip(names, weights, strict=True) if weight * _way(one) >= 0]
        if kept == names:
            return _question(name, names, weights, intercept)
        names = kept
    return None


def _way(name: str) -> int:
    """1: it can only help; -1: it can only harm; 0: either."""
    return 1 if name.startswith(RISES) else -1 if name.startswith(FALLS) else 0


def _learn_topic(decisions: Sequence[Decision]) -> Question:
    """What was off topic, against what was retained or dismissed for something else; FIXED's own question meanwhile."""
    answering = {*REASONS["topic"], *REASONS["maturity"], *REASONS["place"], "quality"}
    asked = [one for one in decisions if FIXED_LOGIT in one.features]
    asked = [one for one in asked if one.retained or one.reason in answering]
    answers = np.array([one.reason not in REASONS["topic"] for one in asked], dtype=np.float64)
    if not _are_enough(answers):
        return FIXED.questions[0]
    names = _names(asked, (COMPONENT,))
    texts = _matrix(asked, names)
    deviation = texts.std(axis=0)
    kept = deviation > 1e-6
    names = [name for name, is_kept in zip(names, kept, strict=True) if is_kept]
    middle, deviation = texts[:, kept].mean(axis=0), deviation[kept]
    fixed = np.array([one.features[FIXED_LOGIT] for one in asked])
    # The fixed logit is a column like the others, made large, so that the ridge does not weigh on it.
    large = 100.0
    columns = np.column_stack([large * fixed, (texts[:, kept] - middle) / deviation])
    # What the fixed weights would have answered to the same pairs: a share of yes, the rest of no.
    said = 1 / (1 + np.exp(-fixed))
    share = PULL / len(asked)
    weights, intercept = _fit(
        np.vstack([columns, columns, columns]),
        np.concatenate([answers, np.ones(len(asked)), np.zeros(len(asked))]),
        np.concatenate([np.ones(len(asked)), share * said, share * (1 - said)]),
        TEXT_FREEDOM,
    )
    slope, text_weights = large * weights[0], weights[1:] / deviation
    return _question(
        "topic",
        [FIXED_LOGIT, *names],
        np.array([slope, *text_weights]),
        intercept - float(text_weights @ middle),
        {name: round(float(one), 6) for name, one in zip(names, deviation, strict=True)},
    )


def _fit(columns: Matrix, answers: Matrix, counts: Matrix, freedom: float) -> tuple[Matrix, float]:
    from sklearn.linear_model import LogisticRegression  # a second to import, and only who learns needs it

    fitted = LogisticRegression(C=freedom, solver="newton-cholesky", max_iter=200).fit(
        columns, answers, sample_weight=counts
    )
    return fitted.coef_[0], float(fitted.intercept_[0])


def _question(
    name: str,
    names: Sequence[str],
    weights: Matrix,
    intercept: float,
    spreads: Mapping[str, float] | None = None,
) -> Question:
    # Six decimals: what is stored is what is used.
    said = {one: round(float(weight), 6) for one, weight in zip(names, weights, strict=True)}
    return Question(name, said, round(intercept, 6), spreads or {})


def _names(decisions: Sequence[Decision], beginnings: tuple[str, ...]) -> list[str]:
    """Features that some of these decisions have and others lack, or have otherwise."""
    return sorted({name for one in decisions for name in one.features if name.startswith(beginnings)})


def _matrix(decisions: Sequence[Decision], names: Sequence[str]) -> Matrix:
    return np.array([[one.features.get(name, 0.0) for name in names] for one in decisions], dtype=np.float64)


def _are_enough(answers: Matrix) -> bool:
    yes = int(answers.sum())
    return min(yes, len(answers) - yes) >= LEAST_ANSWERS
