from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some

from matching.document import Document
from matching.lexical import LexicalIndex, ThemeIndex, compared_stems

WORDS = some.lists(some.sampled_from(["rue", "arbre", "bruit", "eau", "vélo"]), max_size=8)


def index_of(texts: dict[int, list[str]]) -> LexicalIndex:
    index = LexicalIndex()
    for slot, words in texts.items():
        index.add(slot, words)
    return index


@given(
    some.lists(some.tuples(some.integers(0, 5), some.one_of(some.none(), WORDS)), max_size=20),
    WORDS,
)
def test_any_history_of_changes_scores_like_a_rebuild(
    changes: list[tuple[int, list[str] | None]], query: list[str]
) -> None:
    lived, held = LexicalIndex(), {}
    for slot, words in changes:
        lived.scores(Counter(query), 6)  # fills what a change must invalidate
        if words is None:
            lived.remove(slot)
            held.pop(slot, None)
        else:
            lived.add(slot, words)
            held[slot] = words
    assert len(lived) == len(held)
    assert lived.scores(Counter(query), 6).tolist() == index_of(held).scores(Counter(query), 6).tolist()


def test_a_rare_word_weighs_more_than_a_common_one() -> None:
    index = index_of({0: ["rue", "arbre"], 1: ["rue", "bruit"], 2: ["rue", "eau"]})
    scores = index.scores(Counter(["rue", "bruit"]), 3)
    assert scores.argmax() == 1
    assert scores[0] == pytest.approx(scores[2])


def test_scores_stay_between_0_and_1_and_an_empty_slot_has_0() -> None:
    index = index_of({0: ["rue"] * 50, 3: ["arbre"]})
    scores = index.scores(Counter({"rue": 9, "inconnu": 1}), 5)
    assert np.all((scores >= 0) & (scores < 1))
    assert scores[1] == scores[2] == scores[4] == 0


def test_a_query_without_a_known_word_scores_nothing() -> None:
    assert not index_of({0: ["rue"]}).scores(Counter(["vélo"]), 1).any()
    assert not LexicalIndex().scores(Counter(["vélo"]), 3).any()


def test_repeating_a_word_a_hundred_times_gains_little() -> None:
    index = index_of({0: ["bruit", "rue", "eau"], 1: ["bruit"] * 100 + ["rue", "eau"], 2: ["vélo"]})
    once, stuffed, _ = index.scores(Counter(["bruit", "rue", "eau"]), 3)
    assert stuffed < once


def test_title_words_count_twice() -> None:
    assert compared_stems(Document(1, "need", "Bruit", ("Rue",))) == ["bruit", "bruit", "ru"]


def test_a_search_may_come_between_any_two_changes() -> None:
    index = LexicalIndex()
    for slot in range(500):
        index.add(slot, ["rue", f"mot{slot}"])
        index.scores(Counter(["rue"]), slot + 1)  # the arrays that it looked at must be able to grow
    index.remove(200)
    assert np.flatnonzero(index.scores(Counter(["rue"]), 500) == 0).tolist() == [200]


def test_themes_are_shared_different_or_unsaid() -> None:
    themes = ThemeIndex()
    for slot, carried in enumerate([("mobility",), ("energy", "mobility"), ("energy",), ()]):
        themes.add(slot, carried)
    assert themes.scores(("mobility",), 4).tolist() == [1, 1, 0, 0.5]
    assert themes.scores((), 4).tolist() == [0.5] * 4
    themes.remove(0)
    themes.add(3, ("mobility",))
    assert themes.scores(("mobility",), 4).tolist() == [0, 1, 0, 1]
    themes.add(1_000, ("energy",))
    assert themes.scores(("energy",), 1_001)[1_000] == 1
    assert themes.scores(("energy",), 2).tolist() == [0, 1]
