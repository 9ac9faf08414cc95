"""Weights learned from what a team decided: what they are, and the order that they give.

    features = features_of(suggestion, need, candidate, age_days=40)   # what can be weighed of one pair, by name
    ranker.chances([features, …])                                      # 0 to 1: would the team retain it?
    wide, chances = reorder(ranker, wide, need, candidates, ages)      # best first; give both to `fairness.seat`

The team says why it dismisses: off topic, maturity, place, or something else. So a ranker asks these questions one by one,
each with weights of its own, and multiplies the answers: a chance to be on topic, times a chance that the maturity suits,
times… A reason teaches its own question and nothing else. What is on topic and fails a condition keeps a share of its chance
(`Ranker.left`): dismissed for its maturity it still answers the need better than what is off topic. On simulated curators (`python -m
benchmarks.learning_from_curation`) that is what makes two hundred decisions enough: one weight for each thing and one single
answer, « retained or not », drowns a taste in the eight of ten proposals that are off topic.

How weights are learned and compared: `matching.learning`. Nothing here needs scikit-learn.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matching.document import Document, DocumentId, Suggestion
from matching.eligibility import verdicts

Features = Mapping[str, float]
Chances = NDArray[np.float64]

# The logit of the fixed weights' own chance, and what stands before the name of each number that they added up.
FIXED_LOGIT = "fixed"
COMPONENT = "component_"
# Made of the others, or of the places given afterwards: nothing to learn from.
DERIVED = frozenset({"total", "moved", "seat", "learned"})
NEVER_SURE = 1e-6

# Steps rather than a slope: « not below M7 » is a taste, « three points a level » is not.
MATURITY_STEPS = (6, 7, 8, 9)
AGE_STEPS_DAYS = (90, 180, 365, 730)


@dataclass(frozen=True)
class Question:
    """One thing that must be so for a proposal to be retained; `weights` by feature, others count 0.

    `spreads`: the usual deviation of a feature that is no yes or no, so that a reader can tell what a weight amounts to.
    """

    name: str
    weights: Mapping[str, float]
    intercept: float = 0.0
    spreads: Mapping[str, float] = field(default_factory=dict)

    def logits(self, features: Sequence[Features]) -> Chances:
        return np.array(
            [
                self.intercept + sum(weight * pair.get(name, 0.0) for name, weight in self.weights.items())
                for pair in features
            ],
            dtype=np.float64,
        )


@dataclass(frozen=True)
class Ranker:
    """Frozen weights. Plain JSON (`as_json`), no pickle: read in ten years, by another language if need be.

    `left`: the share (0 to 1) that is left of the chance to be on topic where every other answer is no.
    """

    questions: tuple[Question, ...]
    left: float = 0.0

    @property
    def version(self) -> str:
        """Twelve hexadecimal digits of what it says: same weights, same version."""
        questions = [_question_as_json(one) for one in self.questions]
        # Weights written down before there was a share say no share, and keep their version.
        said = json.dumps([*questions, self.left] if self.left else questions, sort_keys=True)
        return hashlib.sha256(said.encode()).hexdigest()[:12]

    def scores(self, features: Sequence[Features]) -> Chances:
        """The natural logarithm of `chances`: what the order follows."""
        topic, conditions = np.zeros(len(features)), np.zeros(len(features))
        for question in self.questions:
            answer = topic if question.name == "topic" else conditions
            answer -= np.logaddexp(0.0, -question.logits(features))
        if not self.left:
            return topic + conditions
        return topic + np.log(self.left + (1 - self.left) * np.exp(conditions))

    def chances(self, features: Sequence[Features]) -> Chances:
        """For each pair, the chance (0 to 1) that the team would retain it."""
        return np.exp(self.scores(features))

    def as_json(self) -> dict[str, Any]:
        return {
            "version": self.version,
            "questions": [_question_as_json(question) for question in self.questions],
            "left": self.left,
        }

    def with_fixed_topic(self) -> Ranker:
        """The same without what it learned of the texts: for a matcher whose numbers are no longer those it learned from."""
        conditions = (one for one in self.questions if one.name != "topic")
        return Ranker((*FIXED.questions, *conditions), self.left)

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Ranker:
        """Raises KeyError for what is no ranker, ValueError when the weights are not those that the version names."""
        ranker = cls(
            tuple(
                Question(one["name"], dict(one["weights"]), one["intercept"], dict(one["spreads"]))
                for one in stored["questions"]
            ),
            stored.get("left", 0.0),
        )
        if ranker.version != stored["version"]:
            raise ValueError(f"These weights are not version {stored['version']}.")
        return ranker


def _question_as_json(question: Question) -> dict[str, Any]:
    return {
        "name": question.name,
        "weights": dict(question.weights),
        "intercept": question.intercept,
        "spreads": dict(question.spreads),
    }


#: The fixed weights, said in the same words: on topic as far as the score says, and nothing else is asked.
FIXED = Ranker((Question("topic", {FIXED_LOGIT: 1.0}),))


def features_of(
    suggestion: Suggestion, need: Document, candidate: Document, age_days: float | None
) -> dict[str, float]:
    """What can be weighed of a pair, by name; a name that is absent counts 0.

    `age_days`: days between the publication of the candidate and the ranking, None when unknown. Components that a later
    version of the matcher adds come by themselves.
    """
    chance = min(max(suggestion.score, NEVER_SURE), 1 - NEVER_SURE)
    found = {FIXED_LOGIT: math.log(chance / (1 - chance))}
    found |= {
        COMPONENT + name: float(value) for name, value in suggestion.components.items() if name not in DERIVED
    }
    found |= {f"{verdict.condition}_{verdict.outcome}": 1.0 for verdict in verdicts(need, candidate)}
    if candidate.maturity is None:
        found["silent_maturity"] = 1.0
    else:
        found |= {f"maturity_from_{step}": 1.0 for step in MATURITY_STEPS if candidate.maturity >= step}
    if candidate.price_from_cents is None:
        found["silent_price"] = 1.0
    if age_days is not None:
        found |= {f"fresh_{step}_days": 1.0 for step in AGE_STEPS_DAYS if age_days <= step}
    return found


def without_texts(features: Features) -> dict[str, float]:
    """Only what another version of the matcher would say too: the conditions and the age, none of the numbers of the texts."""
    return {
        name: value
        for name, value in features.items()
        if name != FIXED_LOGIT and not name.startswith(COMPONENT)
    }


def reorder(
    ranker: Ranker,
    suggestions: Sequence[Suggestion],
    need: Document,
    candidates: Mapping[DocumentId, Document | None],
    ages: Mapping[DocumentId, float | None],
) -> tuple[list[Suggestion], dict[DocumentId, float]]:
    """The same suggestions in the order of the learned chance, and that chance by id.

    The score and the closeness stay those of the texts, since their bands were calibrated on readers' grades; the component
    `learned` says what decided the place.
    """
    features = []
    for one in suggestions:
        candidate = candidates[one.document_id]
        assert candidate is not None, "a suggestion of somebody who left"
        features.append(features_of(one, need, candidate, ages.get(one.document_id)))
    scores = ranker.scores(features)
    # Rounded, so that another machine's last bit changes no place; ties keep the order of the fixed weights.
    order = np.argsort(-np.round(scores, 9), kind="stable")
    chances = {suggestions[at].document_id: float(np.exp(scores[at])) for at in order}
    ordered = [suggestions[at] for at in order]
    return [
        replace(
            one,
            rank=rank,
            components={**one.components, "learned": round(chances[one.document_id], 6)},
        )
        for rank, one in enumerate(ordered, start=1)
    ], chances
