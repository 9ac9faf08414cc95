"""Live questions: short JSON in and out, from an index that is up to date."""

from __future__ import annotations

import json

import pytest

from models import db
from tests.factories import World
from workers import answers
from workers.corpus import Corpus

pytestmark = pytest.mark.encoder


def test_a_search_finds_by_words_and_gives_numbers_and_scores(world: World, corpus: Corpus) -> None:
    bins = world.solution()
    need = world.need()

    found = answers.search_solutions(text="corbeilles de rue", count=5)

    assert found[0][0] == bins.id
    assert 0 <= found[0][1] <= 1
    assert json.loads(json.dumps(found)) == found
    assert answers.search_needs(text="corbeilles", count=5)[0][0] == need.id


def test_while_one_writes_a_need_its_likes_and_likely_solutions_show(world: World, corpus: Corpus) -> None:
    bins, need = world.solution(), world.need()
    text = f"{need.title}\n{need.irritant}"

    assert answers.similar_needs(text=text)[0][0] == need.id
    assert answers.likely_solutions(text=text)[0][0] == bins.id


@pytest.mark.parametrize("text", ["", "   ", "\n", "?!", "🙂"])
def test_an_empty_question_has_an_empty_answer(world: World, corpus: Corpus, text: str) -> None:
    world.solution(), world.need()

    for question in (
        answers.search_solutions,
        answers.search_needs,
        answers.similar_needs,
        answers.likely_solutions,
    ):
        assert question(text=text) == []


def test_a_very_long_text_is_cut(world: World, corpus: Corpus) -> None:
    bins = world.solution()

    assert answers.search_solutions(text="corbeilles de rue " * 50_000, count=3)[0][0] == bins.id


def test_what_left_is_not_answered(world: World, corpus: Corpus) -> None:
    bins = world.solution()
    answers.warm_up()
    bins.archive(by=world.startup.contributor)
    db.session.commit()

    assert answers.search_solutions(text="corbeilles de rue") == []
