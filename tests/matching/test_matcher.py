"""What a commune may expect from the ten proposals, whatever the encoder."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest

from matching.document import Document, Suggestion
from matching.encoder import Encoder, EncodingError, SentenceTransformerEncoder
from matching.matcher import MOST_PER_ORGANIZATION, Matcher
from tests.matching.conftest import BIKES, BINS, CALLS, CANTEEN, SHADE, STRAYS, HashingEncoder


def matcher_of(encoder: Encoder, documents: list[Document]) -> Matcher:
    matcher = Matcher(encoder)
    matcher.add(documents)
    return matcher


def ids(suggestions: list[Suggestion]) -> list[object]:
    return [suggestion.document_id for suggestion in suggestions]


def test_the_obvious_solution_comes_first(
    encoder: Encoder, solutions: list[Document], obvious: tuple[Document, int]
) -> None:
    need, answer = obvious
    assert ids(matcher_of(encoder, solutions).suggest(need))[0] == answer


def test_a_need_finds_the_solution_and_the_solution_finds_the_need(
    encoder: Encoder, solutions: list[Document], obvious: tuple[Document, int]
) -> None:
    need, answer = obvious
    noise = Document(
        101, "need", "Fiches de paie illisibles", ("Le logiciel des ressources humaines est vieux.",)
    )
    solution = next(one for one in solutions if one.id == answer)
    assert ids(matcher_of(encoder, [noise, need]).suggest(solution))[0] == need.id


def test_ranks_start_at_one_and_scores_never_grow(
    encoder: Encoder, solutions: list[Document], bins_need: Document
) -> None:
    suggestions = matcher_of(encoder, solutions).suggest(bins_need)
    assert [suggestion.rank for suggestion in suggestions] == list(range(1, len(solutions) + 1))
    scores = [suggestion.score for suggestion in suggestions]
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= score <= 1 for score in scores)


def test_each_suggestion_says_what_computed_it(
    hashing: HashingEncoder, solutions: list[Document], bins_need: Document
) -> None:
    first = matcher_of(hashing, solutions).suggest(bins_need)[0]
    assert first.encoder_version == "hashing@1"
    assert first.ranking_version
    added = sum(first.components[name] for name in ("dense", "lexical", "themes", "cases"))
    assert added == pytest.approx(first.components["total"], abs=1e-5)


def test_the_order_and_the_batches_of_addition_change_nothing(
    encoder: Encoder, solutions: list[Document], bins_need: Document
) -> None:
    at_once = matcher_of(encoder, solutions).suggest(bins_need)
    one_by_one = Matcher(encoder)
    for solution in reversed(solutions):
        one_by_one.add([solution])
    again = one_by_one.suggest(bins_need)
    assert ids(again) == ids(at_once)
    assert [one.score for one in again] == pytest.approx([one.score for one in at_once], abs=1e-4)


def test_any_order_of_additions_and_departures_gives_the_same_bits(
    hashing: HashingEncoder, solutions: list[Document], bins_need: Document
) -> None:
    many = [replace(one, id=10 * n + one.id) for n in range(30) for one in solutions]
    vectors = hashing.encode([one.text for one in many])
    at_once, lived = Matcher(hashing), Matcher(hashing)
    at_once.add(many, vectors)
    order = np.random.default_rng(3).permutation(len(many)).tolist()
    for place in order:
        lived.add([many[place]], vectors[place : place + 1])
    lived.remove([many[place].id for place in order[:40]])
    for place in order[:40]:
        lived.add([many[place]], vectors[place : place + 1])
    assert lived.suggest(bins_need, count=180) == at_once.suggest(bins_need, count=180)


def test_given_vectors_are_used_instead_of_the_encoder(
    hashing: HashingEncoder, solutions: list[Document], bins_need: Document
) -> None:
    vectors = hashing.encode([solution.text for solution in solutions])
    stored = Matcher(hashing)
    stored.add(solutions, vectors)
    vector = hashing.encode([bins_need.text])[0]
    assert stored.suggest(bins_need, vector=vector) == matcher_of(hashing, solutions).suggest(bins_need)


def test_equal_candidates_are_ordered_by_id(hashing: HashingEncoder, bins_need: Document) -> None:
    twins = [Document(id, "solution", "Corbeilles connectées") for id in (9, 3, 7)]
    assert ids(matcher_of(hashing, twins).suggest(bins_need)) == [3, 7, 9]


def test_a_replaced_candidate_is_read_anew_and_a_removed_one_is_gone(
    encoder: Encoder, solutions: list[Document], bins_need: Document
) -> None:
    matcher = matcher_of(encoder, solutions)
    bins = next(one for one in solutions if one.id == BINS)
    matcher.add([replace(bins, title="Chorale du dimanche", parts=("On chante ensemble.",), themes=())])
    assert len(matcher) == len(solutions)
    assert ids(matcher.suggest(bins_need))[0] != BINS
    matcher.add([bins])
    assert ids(matcher.suggest(bins_need))[0] == BINS
    matcher.remove([BINS, 12345])
    assert BINS not in ids(matcher.suggest(bins_need))
    assert len(matcher) == len(solutions) - 1


def test_a_matcher_that_lived_answers_like_a_new_one(
    hashing: HashingEncoder, solutions: list[Document], bins_need: Document
) -> None:
    lived = matcher_of(hashing, solutions)
    lived.remove([STRAYS, CALLS])
    lived.add([solutions[CALLS - 1]])
    lived.add([solutions[STRAYS - 1]])
    assert lived.suggest(bins_need) == matcher_of(hashing, solutions).suggest(bins_need)


def test_an_excluded_pair_is_not_proposed_and_the_next_one_takes_its_place(
    hashing: HashingEncoder, solutions: list[Document], bins_need: Document
) -> None:
    matcher = matcher_of(hashing, solutions)
    second = ids(matcher.suggest(bins_need))[1]
    assert ids(matcher.suggest(bins_need, exclude=[BINS]))[0] == second


def test_a_filter_applies_before_ranking_and_changes_no_score(
    encoder: Encoder, solutions: list[Document], bins_need: Document
) -> None:
    matcher = matcher_of(encoder, solutions)
    everyone = matcher.suggest(bins_need, explain=False)
    kept = {SHADE, BIKES, CANTEEN, 12345}
    filtered = matcher.suggest(bins_need, count=2, only=kept, explain=False)
    expected = [one for one in everyone if one.document_id in kept][:2]
    assert [(one.document_id, one.score) for one in filtered] == [
        (one.document_id, one.score) for one in expected
    ]
    assert [one.rank for one in filtered] == [1, 2]
    assert matcher.suggest(bins_need, only=[]) == []
    assert ids(matcher.search("corbeille cantine vélo", only=[CANTEEN])) == [CANTEEN]


def test_a_need_is_never_proposed_to_itself(hashing: HashingEncoder, bins_need: Document) -> None:
    twin = replace(bins_need, id=200, title="Poubelles et corbeilles débordent")
    matcher = matcher_of(hashing, [bins_need, twin])
    assert ids(matcher.suggest(bins_need)) == [200]


def test_a_need_and_a_solution_may_have_the_same_number(
    hashing: HashingEncoder, solutions: list[Document], bins_need: Document
) -> None:
    assert ids(matcher_of(hashing, solutions).suggest(replace(bins_need, id=BINS)))[0] == BINS


def test_the_name_of_the_organisation_changes_no_score(
    encoder: Encoder, solutions: list[Document], bins_need: Document
) -> None:
    signed = [replace(solution, organization_id=1000 + index) for index, solution in enumerate(solutions)]
    before = matcher_of(encoder, solutions).suggest(bins_need, explain=False)
    assert matcher_of(encoder, signed).suggest(bins_need, explain=False) == before


def test_fifty_near_copies_of_one_organisation_take_three_places(
    encoder: Encoder, solutions: list[Document], bins_need: Document
) -> None:
    bins = next(one for one in solutions if one.id == BINS)
    copies = [
        replace(bins, id=500 + n, title=f"Corbeilles connectées {n}", organization_id=42) for n in range(50)
    ]
    suggestions = matcher_of(encoder, [*solutions, *copies]).suggest(bins_need)
    assert sum(isinstance(id, int) and id >= 500 for id in ids(suggestions)) == MOST_PER_ORGANIZATION
    assert BINS in ids(suggestions)


def test_a_solution_that_breaks_a_hard_condition_is_not_proposed(
    hashing: HashingEncoder, solutions: list[Document], bins_need: Document
) -> None:
    matcher = matcher_of(hashing, solutions)
    assert BINS not in ids(matcher.suggest(replace(bins_need, maturity_max=7)))
    assert BINS not in ids(matcher.suggest(replace(bins_need, budget_max_cents=100_000)))
    assert BINS in ids(matcher.suggest(replace(bins_need, budget_max_cents=200_000)))


def test_the_ten_are_found_however_far_down_the_conditions_leave_them(
    hashing: HashingEncoder, solutions: list[Document], bins_need: Document
) -> None:
    bins = next(one for one in solutions if one.id == BINS)
    dear = [replace(bins, id=1_000 + n, price_from_cents=10_000_000) for n in range(700)]
    crowd = [replace(bins, id=2_000 + n, organization_id=42) for n in range(300)]
    matcher = matcher_of(hashing, [*solutions, *dear, *crowd])
    found = ids(matcher.suggest(replace(bins_need, budget_max_cents=1_000_000), explain=False))
    assert found[:4] == [BINS, 2_000, 2_001, 2_002]
    assert set(found[4:]) == {STRAYS, CALLS, SHADE, CANTEEN, BIKES}


def test_a_shared_theme_moves_a_solution_up(hashing: HashingEncoder, solutions: list[Document]) -> None:
    matcher = matcher_of(hashing, solutions)
    vague = Document(100, "need", "Une idée", ("On cherche une idée pour tous.",))
    without = ids(matcher.suggest(vague))
    with_theme = ids(matcher.suggest(replace(vague, themes=("circular_waste", "youth_education"))))
    assert with_theme.index(CANTEEN) < without.index(CANTEEN)


def test_no_candidate_gives_no_suggestion(hashing: HashingEncoder, bins_need: Document) -> None:
    assert Matcher(hashing).suggest(bins_need) == []
    assert Matcher(hashing).search("corbeilles") == []


def test_one_candidate_is_enough_for_an_honest_score(
    hashing: HashingEncoder, solutions: list[Document]
) -> None:
    unrelated = Document(100, "need", "Fiches de paie illisibles", ("Le logiciel de la paie est vieux.",))
    (only,) = matcher_of(hashing, solutions[:1]).suggest(unrelated)
    assert only.closeness == "to_check"


def test_a_text_without_any_word_is_refused_and_nothing_is_added(
    encoder: Encoder, solutions: list[Document]
) -> None:
    matcher = matcher_of(encoder, solutions)
    with pytest.raises(EncodingError):
        matcher.add([Document(300, "solution", "Médiathèque"), Document(301, "solution", " ")])
    with pytest.raises(ValueError, match="norm"):
        matcher.add([Document(300, "solution", "Médiathèque")], np.zeros((1, encoder.dimension), np.float32))
    assert len(matcher) == len(solutions)
    assert 300 not in matcher
    assert len(ids(matcher.suggest(Document(100, "need", "Médiathèque")))) == len(solutions)
    matcher.add([Document(300, "solution", "Médiathèque")])
    assert ids(matcher.suggest(Document(100, "need", "Médiathèque")))[0] == 300


def test_the_same_id_twice_in_one_addition_is_refused(
    hashing: HashingEncoder, solutions: list[Document]
) -> None:
    with pytest.raises(ValueError, match="twice"):
        Matcher(hashing).add([solutions[0], solutions[0]])


def test_a_search_finds_by_its_words_and_gives_nothing_for_nothing(
    encoder: Encoder, solutions: list[Document]
) -> None:
    matcher = matcher_of(encoder, solutions)
    assert ids(matcher.search("corbeille"))[0] == BINS
    assert ids(matcher.search("CANTINE", count=1)) == [CANTEEN]
    assert matcher.search("") == []
    assert matcher.search("?! …") == []


def test_a_search_shows_all_that_one_organisation_has_and_fills_its_places(
    hashing: HashingEncoder, solutions: list[Document]
) -> None:
    bins = next(one for one in solutions if one.id == BINS)
    theirs = [replace(bins, id=500 + n, organization_id=42) for n in range(12)]
    matcher = matcher_of(hashing, [*solutions, *theirs])
    assert ids(matcher.search("corbeilles", count=20, only=[one.id for one in theirs])) == [
        one.id for one in theirs
    ]
    assert len(matcher.search("corbeilles", count=20)) == 13
    assert matcher.search("corbeilles", count=0) == []


def test_the_vector_of_a_candidate_can_be_asked_back(
    hashing: HashingEncoder, solutions: list[Document]
) -> None:
    matcher = matcher_of(hashing, solutions)
    assert np.array_equal(matcher.vector(BINS), hashing.encode([solutions[BINS - 1].text])[0])
    with pytest.raises(KeyError):
        matcher.vector(999)


def test_reading_documents_loads_neither_torch_nor_faiss() -> None:
    code = (
        "import sys, matching, matching.document, matching.encoder, matching.eligibility, matching.text;"
        "sys.exit(bool({'torch', 'faiss', 'sentence_transformers'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.encoder
def test_a_search_finds_what_answers_it_in_other_words(bundled: SentenceTransformerEncoder) -> None:
    gauges = Document(
        1,
        "solution",
        "Sondes ultrason pour conteneurs",
        ("Elles mesurent le remplissage et guident la collecte.",),
    )
    hedges = Document(2, "solution", "Plantation de haies", ("Des haies champêtres posées en insertion.",))
    matcher = matcher_of(bundled, [hedges, gauges])
    found = matcher.search("poubelles qui débordent")
    assert ids(found)[:1] == [1]
    assert found[0].components["words"] == 0
