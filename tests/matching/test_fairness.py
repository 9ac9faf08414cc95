"""Places shared among near equals: who gives way, how far, and that the same input gives the same places."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from matching.document import Document, Suggestion
from matching.encoder import SentenceTransformerEncoder
from matching.fairness import LEAST_PART, NEAR, Standing, seat, turn_of, version_with_fairness
from matching.fusion import closeness_of
from matching.matcher import Matcher

MUCH = Standing(proposed=40, introduced=8)
NEWCOMER = Standing(is_newcomer=True)


def scored(*scores: float) -> list[Suggestion]:
    """Candidates 1, 2, 3… with these scores."""
    return [
        Suggestion(number, score, number, closeness_of(score), {"cosine": 0.5}, (), "e1", "r1")
        for number, score in enumerate(scores, start=1)
    ]


def ids(suggestions: Iterable[Suggestion]) -> list[int | str]:
    return [one.document_id for one in suggestions]


def test_among_near_equals_the_less_shown_comes_first() -> None:
    assert ids(seat(scored(0.500, 0.497, 0.494), {1: MUCH, 2: MUCH}, count=3, turn=0)) == [3, 1, 2]


def test_nobody_passes_somebody_clearly_better() -> None:
    wide = scored(0.50, 0.50 - NEAR - 0.001, 0.2)
    assert ids(seat(wide, {1: MUCH}, count=3, turn=0)) == [1, 2, 3]


def test_scores_stay_and_the_components_say_what_was_done() -> None:
    first, second, third = seat(scored(0.50, 0.49, 0.1), {1: MUCH}, count=3, turn=0)
    assert (first.document_id, first.score, first.rank, first.components["moved"]) == (2, 0.49, 1, 1.0)
    assert (second.document_id, second.score, second.components["moved"]) == (1, 0.50, -1.0)
    assert "moved" not in third.components
    assert {one.ranking_version for one in (first, second, third)} == {version_with_fairness("r1")}


def test_the_last_of_ten_places_is_kept_for_a_newcomer_near_it() -> None:
    # Everybody has been shown as often: only the seat moves anybody.
    wide = scored(*(0.9 - 0.02 * place for place in range(12)))
    standings = dict.fromkeys(range(1, 13), Standing(proposed=4)) | {11: Standing(4, is_newcomer=True)}
    ten = seat(wide, standings, count=10, turn=0)
    assert ids(ten) == [1, 2, 3, 4, 5, 6, 7, 8, 9, 11]
    assert ten[-1].components["seat"] == 1 and "seat" not in ten[0].components


def test_one_place_in_ten_is_kept_and_not_two() -> None:
    wide = scored(*(0.9 - 0.02 * place for place in range(10)), 0.715, 0.71)
    standings = dict.fromkeys(range(1, 11), Standing(proposed=4)) | {
        11: Standing(4, is_newcomer=True),
        12: Standing(4, is_newcomer=True),
    }
    assert ids(seat(wide, standings, count=10, turn=0))[-2:] == [9, 11]


def test_a_newcomer_among_the_ten_has_its_seat_already() -> None:
    wide = scored(*(0.9 - 0.02 * place for place in range(10)), 0.715)
    standings = dict.fromkeys(range(1, 11), Standing(proposed=4)) | {
        2: Standing(4, is_newcomer=True),
        11: Standing(4, is_newcomer=True),
    }
    assert 11 not in ids(seat(wide, standings, count=10, turn=0))


def test_no_seat_is_kept_for_a_newcomer_that_is_far_from_the_tenth() -> None:
    wide = scored(*([0.9] * 10), 0.8)
    ten = seat(wide, dict.fromkeys(range(1, 11), MUCH) | {11: NEWCOMER}, count=10, turn=0)
    assert 11 not in ids(ten)


def test_nobody_enters_with_less_than_a_part_of_the_chance_of_the_last() -> None:
    wide = scored(*([0.04] * 10), 0.04 * LEAST_PART - 0.001)
    ten = seat(wide, dict.fromkeys(range(1, 11), MUCH) | {11: NEWCOMER}, count=10, turn=0)
    assert 11 not in ids(ten)


def test_equals_take_turns_from_need_to_need() -> None:
    wide = scored(0.5, 0.5, 0.5, 0.4)
    firsts = {ids(seat(wide, {}, count=3, turn=turn))[0] for turn in range(40)}
    assert firsts == {1, 2, 3}
    assert all(seat(wide, {}, count=3, turn=turn) == seat(wide, {}, count=3, turn=turn) for turn in range(5))


def test_the_order_of_learned_weights_is_kept_where_chances_are_given() -> None:
    wide = scored(0.2, 0.6, 0.4)
    assert ids(seat(wide, {}, count=3, turn=0, chances={1: 0.9, 2: 0.7, 3: 0.5})) == [1, 2, 3]
    assert ids(seat(wide, {1: MUCH}, count=3, turn=0, chances={1: 0.9, 2: 0.89, 3: 0.5})) == [2, 1, 3]


def test_at_most_three_of_an_organisation() -> None:
    wide = scored(0.5, 0.49, 0.48, 0.47, 0.46)
    own = {number: Standing(organization_id=7) for number in (1, 2, 3, 4)}
    assert ids(seat(wide, own, count=5, turn=0)) == [1, 2, 3, 5]


def test_standings_travel_as_json() -> None:
    standing = Standing(3, 1, True, 12)
    assert Standing.from_json(standing.as_json()) == standing


standings_drawn = st.dictionaries(
    st.integers(1, 30),
    st.builds(Standing, st.integers(0, 60), st.integers(0, 9), st.booleans(), st.integers(1, 12)),
)


@given(st.lists(st.floats(0, 1), max_size=30), standings_drawn, st.integers(0, 12), st.integers(0, 2**48))
def test_whatever_is_given_places_are_filled_once_and_nobody_jumps_over_a_clear_lead(
    scores: list[float], standings: Mapping[int, Standing], count: int, turn: int
) -> None:
    wide = scored(*sorted(scores, reverse=True))
    places = seat(wide, standings, count=count, turn=turn)
    assert places == seat(list(wide), dict(standings), count=count, turn=turn)
    assert [one.rank for one in places] == list(range(1, len(places) + 1))
    assert len(set(ids(places))) == len(places) <= count
    by_score = {one.document_id: one.score for one in wide}
    assert all(one.score == by_score[one.document_id] for one in places)
    for better, worse in pairwise(places):
        assert better.score >= worse.score - NEAR - 1e-9


def test_on_real_texts_near_copies_take_turns_and_the_answer_stays_first(
    encoder: SentenceTransformerEncoder,
) -> None:
    matcher = Matcher(encoder)
    sensor = Document(
        1, "solution", "Sondes pour corbeilles", ("Un capteur mesure le remplissage des corbeilles de rue.",)
    )
    copies = [replace(sensor, id=number, organization_id=number) for number in (2, 3, 4)]
    far = Document(9, "solution", "Cantine bio", ("Des repas locaux pour les écoles et les crèches.",))
    matcher.add([replace(sensor, organization_id=1), *copies, far])
    firsts = set()
    for street in ("du marché", "de la gare", "du parc", "des écoles", "de la mairie", "du canal"):
        need = Document(
            1, "need", f"Corbeilles pleines près {street}", ("Les corbeilles débordent le dimanche.",)
        )
        wide = matcher.suggest(need, count=50, explain=False)
        places = seat(wide, {}, count=5, turn=turn_of(need))
        assert places[-1].document_id == 9
        firsts.add(places[0].document_id)
    assert len(firsts) > 1
