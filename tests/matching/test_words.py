"""Stems that were stored give the same ranking as texts that are read again."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from matching.lexical import LexicalIndex

TEXTS = {3: "corbeil deborde corbeil", 0: "banc ombre", 7: "", 5: "ombre corbeil place"}
QUERIES = [Counter(["corbeil", "ombre"]), Counter(["deborde", "banc", "inconnu"])]


def filled(texts: dict[int, str]) -> LexicalIndex:
    index = LexicalIndex()
    for slot, text in texts.items():
        index.add(slot, text.split())
    return index


@pytest.mark.parametrize("query", QUERIES)
def test_an_index_made_of_stored_words_scores_as_the_one_that_read_the_texts(query: Counter[str]) -> None:
    index = filled(TEXTS)
    copy = LexicalIndex()
    copy.add_words(list(TEXTS), index.words_of(list(TEXTS)))

    assert copy.scores(query, 8).tolist() == index.scores(query, 8).tolist()
    assert copy.rarity("corbeil") == index.rarity("corbeil")


def test_stored_words_join_and_replace_what_an_index_holds_and_can_leave_it_again() -> None:
    words = filled(TEXTS).words_of([5, 7, 3])
    index = filled({1: "place banc", 5: "autre chose"})
    index.add_words([5, 9, 2], words)
    expected = filled({1: "place banc", 5: TEXTS[5], 9: TEXTS[7], 2: TEXTS[3]})
    for query in QUERIES:
        assert index.scores(query, 10).tolist() == expected.scores(query, 10).tolist()

    for slot in (5, 9, 2):
        index.remove(slot)
    assert len(index) == 1
    assert index.scores(Counter(["corbeil"]), 10).tolist() == np.zeros(10).tolist()


def test_no_document_has_no_words() -> None:
    words = LexicalIndex().words_of([])
    index = LexicalIndex()
    index.add_words([], words)
    assert len(index) == 0
