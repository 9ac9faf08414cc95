"""Word vectors moved so that a need is near what answers it: contrastive learning of a static encoder.

Each text is the mean of the vectors of its pieces. In a batch, each need must find its own answer among all answers of the
batch and their near misses (InfoNCE: van den Oord and others, 2018), and each answer its need, half as much. A static
encoder learns all of it in a minute on one core.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import chain

import torch
from torch.nn import functional

from matching.training.material import Material

Cut = Callable[[Sequence[str]], list[list[int]]]

# Chosen on graded needs whose pairs were left out of training (docs/matching.md).
EPOCHS = 3
BATCH = 256
LEARNING_RATE = 3e-3
SHARPNESS = 20.0  # cosines are multiplied by it before the softmax: the inverse of the temperature
SEED = 20

# Training leaves all texts with something in common, which says nothing: half of their mean is taken out (without it two texts
# taken at random have a cosine of 0.24; taking all of it loses two points).
MEAN_TAKEN_OUT = 0.5


@dataclass(frozen=True)
class Example:
    """A text, one that belongs to it, and perhaps one that only looks as if."""

    anchor: str
    positive: str
    negative: str = ""


def examples_of(material: Material, seed: int = SEED) -> list[Example]:
    """Needs with their answers, titles with titles, problems of a card with its answers, graded offers."""
    drawn = random.Random(seed)
    found = []
    for pair in material.pairs:
        miss = pair.offered("m")
        found.append(Example(pair.asked(), pair.offered("a"), miss))
        if pair.second:
            found.append(Example(pair.asked(), pair.second, miss))
        found.append(Example(pair.need_title, pair.solution_title))
    for card in material.cards:
        found += [Example(problem, drawn.choice(card.answers)) for problem in card.problems]
        found += [Example(drawn.choice(card.problems), answer) for answer in card.answers]
        found.append(Example(" ".join(card.words), card.concept))
    for graded in material.graded:
        useless = graded.offers(0) or [""]
        found += [Example(graded.need.asked(), offer, drawn.choice(useless)) for offer in graded.offers(2, 3)]
    return [example for example in found if example.anchor and example.positive]


def train(
    weights: torch.Tensor,
    cut: Cut,
    examples: Sequence[Example],
    *,
    epochs: int = EPOCHS,
    told: Callable[[int, float], object] = lambda epoch, loss: None,
) -> torch.Tensor:
    """New weights of the same shape (pieces, dimension), float32. `cut` gives the numbers of the pieces of texts."""
    torch.manual_seed(SEED)
    bag = torch.nn.EmbeddingBag.from_pretrained(
        weights.float().clone(), freeze=False, mode="mean", sparse=True
    )
    optimizer = torch.optim.SparseAdam(bag.parameters(), lr=LEARNING_RATE)
    anchors = cut([example.anchor for example in examples])
    positives = cut([example.positive for example in examples])
    negatives = cut([example.negative for example in examples])
    order, steps, step = list(range(len(examples))), max(1, epochs * (len(examples) // BATCH)), 0
    drawn = random.Random(SEED)
    for epoch in range(1, epochs + 1):
        drawn.shuffle(order)
        total = 0.0
        for start in range(0, len(order) - BATCH + 1, BATCH):
            rows = order[start : start + BATCH]
            loss = _loss(
                _vectors(bag, [anchors[row] for row in rows]),
                _vectors(bag, [positives[row] for row in rows]),
                _vectors(bag, [negatives[row] for row in rows if negatives[row]]),
            )
            optimizer.zero_grad()
            loss.backward()
            optimizer.param_groups[0]["lr"] = LEARNING_RATE * (1 - step / steps)
            optimizer.step()
            step, total = step + 1, total + loss.item()
        told(epoch, total / max(1, len(order) // BATCH))
    with torch.no_grad():
        texts = [pieces for pieces in anchors + positives if pieces]
        common = torch.stack(
            [bag(*_flat(texts[start : start + BATCH])).mean(0) for start in range(0, len(texts), BATCH)]
        )
        return bag.weight - MEAN_TAKEN_OUT * common.mean(0)


def _vectors(bag: torch.nn.EmbeddingBag, texts: list[list[int]]) -> torch.Tensor:
    return functional.normalize(bag(*_flat(texts)), dim=1)


def _flat(texts: list[list[int]]) -> tuple[torch.Tensor, torch.Tensor]:
    lengths = torch.tensor([0, *map(len, texts[:-1])] if texts else [], dtype=torch.long)
    return torch.tensor(list(chain.from_iterable(texts)), dtype=torch.long), lengths.cumsum(0)


def _loss(anchors: torch.Tensor, positives: torch.Tensor, negatives: torch.Tensor) -> torch.Tensor:
    own = torch.arange(len(anchors))
    there = functional.cross_entropy(anchors @ torch.cat([positives, negatives]).T * SHARPNESS, own)
    back = functional.cross_entropy(positives @ anchors.T * SHARPNESS, own)
    return there + 0.5 * back
