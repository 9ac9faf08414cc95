"""Live questions: short JSON in and out, from an index that is up to date."""

from __future__ import annotations

import json

import pytest

from models import db
from tests.factories import World
from workers import answers
from workers.corpus import Corpus

pytestmark = pytest.mark.encoder


HEAT = {
    "title": "La cour de l’école brûle dès juin",
    "irritant": "Plus d’ombre, un sol qui brûle, des enfants malades dans la cour.",
}


def test_a_search_finds_by_words_and_gives_numbers_and_scores(world: World, corpus: Corpus) -> None:
    bins, need = world.solution(), world.need()

    found = answers.search(text="corbeilles de rue", needs={}, solutions={}, count=5)

    number, score = found["solutions"]["found"][0]
    assert number == bins.id and 0 <= score <= 1
    assert found["needs"]["found"][0][0] == need.id
    assert json.loads(json.dumps(found)) == found
    assert set(answers.search(text="corbeilles", needs={})) == {"needs"}


def test_while_one_writes_a_need_its_likes_and_likely_solutions_show(world: World, corpus: Corpus) -> None:
    bins, need = world.solution(), world.need()
    written = {"title": need.title, "irritant": need.irritant, "themes": need.themes}

    beside = answers.beside_need(need=written)

    assert beside["needs"]["close"] and beside["needs"]["found"][0][0] == need.id
    assert beside["solutions"]["found"][0][0] == bins.id
    assert json.loads(json.dumps(beside)) == beside


def test_one_s_own_things_and_those_of_members_are_left_out_before_the_ranking(
    world: World, corpus: Corpus
) -> None:
    own = world.need(title=HEAT["title"], irritant=HEAT["irritant"])
    kept = world.need(world.bondy, visible_to_members_only=True, **HEAT)

    written = HEAT | {"organization_id": own.organization_id}

    assert answers.beside_need(need=written)["needs"]["found"] == []
    members = answers.beside_need(need=written, for_members=True)["needs"]["found"]
    assert [number for number, _ in members] == [kept.id]


def test_the_name_of_who_writes_counts_for_nothing(world: World, corpus: Corpus) -> None:
    """Bondy’s draft and Bagnolet’s, each saying its own name, are compared as the same text."""
    world.solution(), world.need(world.company("Ombrage", kind="association"))
    found = [
        answers.beside_need(
            need=HEAT | {"title": f"À {town.organization.territory.name}, la cour brûle", "organization_id": town.organization.id}
        )["solutions"]
        for town in (world.bagnolet, world.bondy)
    ]  # fmt: skip
    assert found[0] == found[1]


@pytest.mark.parametrize("text", ["", "   ", "\n", "?!", "🙂"])
def test_an_empty_question_has_an_empty_answer(world: World, corpus: Corpus, text: str) -> None:
    world.solution(), world.need()

    nothing = {"close": False, "found": []}
    assert answers.search(text=text, needs={}, solutions={}) == {"needs": nothing, "solutions": nothing}
    beside = {"needs": nothing, "solutions": nothing, "themes": []}
    assert (
        answers.beside_need(need={"title": text})
        == answers.beside_solution(solution={"title": text})
        == beside
    )


def test_a_very_long_text_is_cut(world: World, corpus: Corpus) -> None:
    bins = world.solution()

    found = answers.search(text="corbeilles de rue " * 50_000, solutions={}, count=3)
    assert found["solutions"]["found"][0][0] == bins.id
    long = answers.beside_solution(solution={"title": "corbeilles", "how_it_works": "de rue " * 50_000})
    assert set(long) == {"needs", "solutions", "themes"}


def test_what_left_is_not_answered(world: World, corpus: Corpus) -> None:
    bins = world.solution()
    answers.warm_up()
    bins.archive(by=world.startup.contributor)
    db.session.commit()

    assert answers.search(text="corbeilles de rue", solutions={})["solutions"]["found"] == []


def test_a_choice_follows_what_changed_since_it_was_last_asked(world: World, corpus: Corpus) -> None:
    first = world.need(**HEAT, themes=["climate_nature"])
    other = world.need(**HEAT, themes=["mobility"])

    def found(**choices: str) -> set[float]:
        answer = answers.search(text="la cour brûle", needs=choices)
        return {number for number, _ in answer["needs"]["found"]}

    assert first.id in found(theme="climate_nature") and other.id not in found(theme="climate_nature")
    other.amend(by=world.bagnolet.validator, themes=["climate_nature"])
    first.withdraw(by=world.bagnolet.validator, reason="Le projet change de périmètre.")
    db.session.commit()
    assert other.id in found(theme="climate_nature") and first.id not in found(theme="climate_nature")
    assert first.id in found(theme="climate_nature", status="withdrawn")


def test_themes_are_suggested_for_a_sentence_and_not_for_a_word(world: World, corpus: Corpus) -> None:
    found = answers.suggest_themes("Les corbeilles de rue débordent le dimanche et les sacs s’entassent.")
    assert {"circular_waste", "public_space"} & {code for code, _ in found} and len(found) <= 3
    assert all(0 <= share <= 1 for _, share in found)
    assert answers.suggest_themes("Corbeilles") == []
