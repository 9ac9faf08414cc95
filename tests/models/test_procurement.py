"""From an amount to the ways of buying: the vectors of the legal note, their edges, and cases that no table answers."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from models import NotReady
from models.clues import QUESTIONS, strength_of, weigh
from models.procurement import STRENGTHS, Case, at, guide, hash_of, read_rows

ROWS = read_rows(Path(__file__).resolve().parents[2] / "data/procurement_thresholds.csv")
APRIL, MARCH_31 = date(2026, 4, 1), date(2026, 3, 31)
K = 100_000  # a thousand euros in cents

#: launch, thousands of euros, clues, more of the case, the paths, publicity of the adapted procedure, flags that must be, that must not
VECTORS = [
    # the thirteen of the note, §6
    (MARCH_31, 55, "weak", {}, {"adapted"}, "free", set(), {"near_threshold"}),
    (APRIL, 50, "weak", {}, {"direct_purchase"}, "", {"essential_data"}, {"near_threshold"}),
    (APRIL, 55, "weak", {}, {"direct_purchase"}, "", {"essential_data", "near_threshold"}, set()),
    (APRIL, 59.99999, "weak", {}, {"direct_purchase"}, "", {"near_threshold"}, set()),
    (APRIL, 60, "weak", {}, {"adapted"}, "free", set(), {"near_threshold"}),
    (APRIL, 85, "solid", {}, {"innovative", "adapted"}, "free", set(), set()),
    (APRIL, 90, "weak", {}, {"adapted"}, "boamp_or_jal", set(), set()),
    (APRIL, 100, "solid", {}, {"adapted"}, "boamp_or_jal", set(), set()),
    (APRIL, 30, "weak", {"members_cents": (30 * K, 30 * K)}, {"adapted", "group"}, "boamp_or_jal", set(), set()),
    (date(2025, 12, 31), 218, "weak", {}, {"adapted"}, "boamp_or_jal", {"near_threshold"}, set()),
    (date(2026, 1, 1), 218, "weak", {}, {"formal"}, "", set(), {"near_threshold"}),
    (date(2026, 1, 1), 99, "weak", {"purchase_kind": "works"}, {"direct_purchase"}, "", {"near_threshold"}, set()),
    (APRIL, 40, "weak", {"free_test": True}, {"direct_purchase", "experiment_convention"}, "", {"essential_data"}, set()),
    # exact edges
    (MARCH_31, 39.99999, "weak", {}, {"direct_purchase"}, "", {"near_threshold"}, {"essential_data"}),
    (MARCH_31, 40, "weak", {}, {"adapted"}, "free", {"essential_data", "online_documents"}, {"near_threshold"}),
    (APRIL, 53.99999, "weak", {}, {"direct_purchase"}, "", set(), {"near_threshold"}),
    (APRIL, 54, "weak", {}, {"direct_purchase"}, "", {"near_threshold"}, set()),
    (APRIL, 89.99999, "weak", {}, {"adapted"}, "free", {"near_threshold"}, set()),
    (APRIL, 99.99999, "to_reinforce", {}, {"innovative", "adapted"}, "boamp_or_jal", {"near_threshold", "uncertain"}, set()),
    (APRIL, 215.99999, "weak", {}, {"adapted"}, "boamp_or_jal", {"near_threshold"}, set()),
    (APRIL, 216, "weak", {}, {"formal"}, "", set(), {"near_threshold"}),
    (APRIL, 24.99999, "weak", {}, {"direct_purchase"}, "", set(), {"written_contract"}),
    (APRIL, 25, "weak", {}, {"direct_purchase"}, "", {"written_contract", "uncertain"}, set()),
    (APRIL, 0, "weak", {}, {"direct_purchase"}, "", set(), {"written_contract"}),
    # innovation: solid below the dispense leaves both ways open; it never goes beyond its ceiling
    (APRIL, 30, "solid", {}, {"direct_purchase", "innovative"}, "", set(), set()),
    (APRIL, 95, "weak", {}, {"adapted"}, "boamp_or_jal", set(), {"near_threshold"}),
    (APRIL, 250, "solid", {}, {"formal"}, "", set(), set()),
    (date(2021, 12, 15), 20, "solid", {}, {"direct_purchase"}, "", set(), set()),
    (date(2021, 12, 16), 20, "solid", {}, {"direct_purchase", "innovative"}, "", set(), set()),
    # works
    (date(2026, 1, 1), 100, "weak", {"purchase_kind": "works"}, {"adapted"}, "boamp_or_jal", set(), set()),
    (APRIL, 5_404, "weak", {"purchase_kind": "works"}, {"formal"}, "", set(), set()),
    (APRIL, 5_403.99999, "weak", {"purchase_kind": "works"}, {"adapted"}, "boamp_or_jal", {"near_threshold"}, set()),
    (date(2025, 6, 1), 5_500, "weak", {"purchase_kind": "works"}, {"adapted"}, "boamp_or_jal", set(), set()),
    # other buyers: the State has its own European threshold, and no row for innovation nor for publicity
    (APRIL, 140, "weak", {"buyer_kind": "state"}, {"formal"}, "", set(), set()),
    (APRIL, 139, "weak", {"buyer_kind": "state"}, {"adapted"}, "unknown", {"near_threshold"}, set()),
    (APRIL, 80, "solid", {"buyer_kind": "state"}, {"adapted"}, "unknown", set(), set()),
    (APRIL, 432, "weak", {"buyer_kind": "contracting_entity"}, {"formal"}, "", set(), set()),
    (APRIL, 431, "weak", {"buyer_kind": "contracting_entity"}, {"adapted"}, "unknown", set(), set()),
    (date(2025, 12, 31), 142, "weak", {"buyer_kind": "state"}, {"adapted"}, "unknown", set(), set()),
    # social and other specific services: adapted whatever the amount
    (APRIL, 400, "weak", {"purchase_kind": "social_services"}, {"adapted"}, "social_free", {"uncertain"}, set()),
    (APRIL, 750, "weak", {"purchase_kind": "social_services"}, {"adapted"}, "eu_notice", set(), set()),
    (APRIL, 59, "weak", {"purchase_kind": "social_services"}, {"direct_purchase"}, "", set(), set()),
    # what adds up: the year's similar purchases, the members
    (APRIL, 35, "weak", {"similar_cents": 25 * K}, {"adapted"}, "free", set(), set()),
    (APRIL, 0, "weak", {"members_cents": (30 * K, 29 * K)}, {"direct_purchase", "group"}, "", {"near_threshold"}, set()),
    (APRIL, 20, "weak", {"similar_needs": True}, {"direct_purchase", "group"}, "", set(), set()),
    # research, and lots
    (APRIL, 300, "weak", {"research_needed": True}, {"formal", "innovation_partnership"}, "", set(), set()),
    (APRIL, 300, "weak", {"research_needed": True, "ready_solution": True}, {"formal"}, "", {"ready_solution"}, set()),
    (APRIL, 300, "solid", {"innovative_lots_cents": (40 * K, 20 * K)}, {"formal", "innovative_lots"}, "", set(), {"lots_too_large"}),
    (APRIL, 300, "solid", {"innovative_lots_cents": (40 * K, 20 * K + 1)}, {"formal"}, "", {"lots_too_large"}, set()),
    (APRIL, 400, "solid", {"innovative_lots_cents": (80 * K,)}, {"formal"}, "", {"lots_too_large"}, set()),
    (APRIL, 500, "solid", {"innovative_lots_cents": (80 * K,), "purchase_kind": "works"}, {"adapted", "innovative_lots"}, "boamp_or_jal", set(), set()),
    (APRIL, 300, "weak", {"innovative_lots_cents": (40 * K,)}, {"formal"}, "", set(), set()),
    # a commune’s year, autumn 2026
    (date(2026, 11, 27), 38, "weak", {"similar_cents": 25 * K}, {"adapted"}, "free", {"essential_data", "online_documents"}, set()),
    (date(2026, 11, 27), 95, "solid", {"purchase_kind": "works"}, {"direct_purchase", "innovative"}, "", {"near_threshold", "essential_data"}, {"online_documents"}),
    (date(2026, 11, 27), 40, "to_reinforce", {"members_cents": (20 * K, 25 * K), "similar_cents": 5 * K}, {"innovative", "adapted", "group"}, "boamp_or_jal", {"near_threshold"}, set()),
    (MARCH_31, 39, "weak", {"similar_cents": 2 * K}, {"adapted"}, "free", {"online_documents"}, set()),
    (date(2027, 12, 31), 215, "weak", {}, {"adapted"}, "boamp_or_jal", {"near_threshold"}, set()),
    (date(2026, 11, 27), 749.999, "weak", {"purchase_kind": "social_services"}, {"adapted"}, "social_free", {"near_threshold"}, set()),
    (date(2026, 11, 27), 1_000, "to_reinforce", {"innovative_lots_cents": (99 * K,), "purchase_kind": "works"}, {"adapted", "innovative_lots"}, "boamp_or_jal", set(), {"lots_too_large"}),
    # huge
    (APRIL, 10**12, "solid", {}, {"formal"}, "", set(), set()),
]  # fmt: skip


@pytest.mark.parametrize(
    ("day", "thousands", "clues", "more", "paths", "publicity", "must", "must_not"), VECTORS
)
def test_the_ways_that_may_fit_an_amount(
    day: date, thousands: float, clues: str, more: dict, paths: set[str], publicity: str, must: set[str], must_not: set[str]
) -> None:  # fmt: skip
    found = guide(Case(launched_on=day, own_cents=round(thousands * K), clues=clues, **more), ROWS)
    assert found.codes == paths
    adapted = found.path("adapted")
    assert (adapted.publicity if adapted else "") == publicity
    assert must <= found.flag_codes and not must_not & found.flag_codes


@pytest.mark.parametrize(
    ("case", "paths", "unknown"),
    [
        # European rows end in 2027; above the dispense nothing can be said, below it the direct purchase stands.
        (Case(date(2028, 1, 1), 100 * K), set(), {"EU_FS_LOCAL"}),
        (Case(date(2028, 1, 1), 59 * K), {"direct_purchase"}, set()),
        (Case(date(2023, 6, 1), 100 * K), set(), {"EU_FS_LOCAL"}),
        (Case(date(2019, 12, 31), 10 * K), set(), {"DISPENSE_FS", "EU_FS_LOCAL"}),
        (Case(date(1999, 1, 1), 10 * K), set(), {"DISPENSE_FS", "EU_FS_LOCAL"}),
        (Case(date(2020, 12, 7), 10 * K, "works"), set(), {"DISPENSE_TRAVAUX", "EU_TRAVAUX"}),
        (Case(APRIL, 80 * K, buyer_kind="state", clues="solid"), {"adapted"}, {"INNOVATION", "PUBLICITE_BOAMP_JAL"}),
        (Case(date(2021, 12, 15), 20 * K, clues="solid"), {"direct_purchase"}, {"INNOVATION"}),
    ],
)  # fmt: skip
def test_without_a_row_that_day_the_threshold_is_unknown_and_no_way_that_needs_it_is_proposed(
    case: Case, paths: set[str], unknown: set[str]
) -> None:
    found = guide(case, ROWS)
    assert found.codes == paths and set(found.unknown) == unknown


def test_without_an_amount_only_ways_that_ask_for_none_are_shown_and_it_is_said() -> None:
    found = guide(Case(APRIL, None, research_needed=True, free_test=True, similar_needs=True), ROWS)
    assert found.codes == {"innovation_partnership", "group", "experiment_convention"}
    assert found.missing == ("own_cents",) and found.total_cents is None
    found = guide(Case(APRIL, 10 * K, members_cents=(None, 10 * K)), ROWS)
    assert found.codes == {"group"} and found.missing == ("members",)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("own_cents", -1),
        ("own_cents", 55_000.5),
        ("own_cents", True),
        ("similar_cents", -1),
        ("members_cents", (-5,)),
        ("innovative_lots_cents", (-1,)),
        ("innovative_lots_cents", (11 * K,)),
        ("purchase_kind", "grant"),
        ("buyer_kind", "defence"),
        ("clues", "certain"),
        ("launched_on", None),
    ],
)
def test_a_case_that_makes_no_sense_is_refused_with_a_sentence(field: str, value: object) -> None:
    with pytest.raises(NotReady) as refused:
        replace(Case(APRIL, 10 * K), **{field: value})
    assert refused.value.problems[0][1].endswith(".")


def test_supplies_and_services_are_one_kind_whatever_the_word() -> None:
    for word in ("supplies", "services", "supplies_services"):
        assert guide(Case(APRIL, 61 * K, word), ROWS).codes == {"adapted"}


def test_rows_that_are_not_applicable_never_count() -> None:
    assert at(ROWS, "INNOVATION_DRAFT", APRIL) is None
    assert at(ROWS, "RAPPORT_PRESENTATION", APRIL) is None
    draft = next(row for row in ROWS if row.code == "INNOVATION_DRAFT")
    assert draft.amount_cents == 140 * K
    assert guide(Case(APRIL, 120 * K, clues="solid"), ROWS).codes == {"adapted"}


def test_the_last_day_of_a_row_is_still_its_own() -> None:
    before, after = at(ROWS, "DISPENSE_FS", MARCH_31), at(ROWS, "DISPENSE_FS", APRIL)
    assert before and after and (before.amount_cents, after.amount_cents) == (40 * K, 60 * K)


def test_no_two_rows_say_something_of_the_same_day() -> None:
    kept = [row for row in ROWS if row.applicable and row.amount_cents is not None]
    for one, other in itertools.combinations(kept, 2):
        if (one.code, one.purchase_kind, one.buyer_kind) == (
            other.code,
            other.purchase_kind,
            other.buyer_kind,
        ):
            assert one.valid_to is not None and other.valid_from is not None
            assert one.valid_to < other.valid_from, one.code


def test_every_way_says_its_conditions_and_its_article_and_the_sentence_ends_all() -> None:
    cases = [
        Case(APRIL, amount * K, clues=clues, research_needed=True, free_test=True, similar_needs=True,
             innovative_lots_cents=(K,), purchase_kind=kind)
        for amount in (30, 80, 95, 300) for clues in STRENGTHS for kind in ("services", "works", "social_services")
    ]  # fmt: skip
    seen = set()
    for case in cases:
        found = guide(case, ROWS)
        seen |= found.codes
        assert found.ending.startswith("Aide à la réflexion, non un avis juridique.")
        assert found.checked_on == date(2026, 1, 31)
        for path in found.paths:
            assert len(path.conditions) >= 3 and path.articles
    assert seen == {
        "direct_purchase", "innovative", "innovative_lots", "adapted", "formal", "innovation_partnership", "group",
        "experiment_convention",
    }  # fmt: skip


def test_a_row_that_nobody_read_for_more_than_ninety_days_is_said() -> None:
    case = Case(APRIL, 50 * K)
    assert "unchecked" not in guide(case, ROWS, today=date(2026, 5, 1)).flag_codes
    assert "unchecked" in guide(case, ROWS, today=date(2026, 5, 2)).flag_codes


def test_the_same_company_again_and_needs_that_add_up_are_said() -> None:
    found = guide(Case(APRIL, 10 * K, past_with_supplier=2, other_needs=3), ROWS)
    assert {(flag.code, flag.count) for flag in found.flags if flag.count} == {
        ("same_supplier", 2),
        ("needs_add_up", 3),
    }


def test_paths_of_an_amount_follow_the_table_and_not_the_code() -> None:
    moved = [replace(row, amount_cents=70 * K) if row.code == "DISPENSE_FS" else row for row in ROWS]
    assert guide(Case(APRIL, 65 * K), moved).codes == {"direct_purchase"}
    assert hash_of(moved) != hash_of(ROWS) == hash_of(list(reversed(ROWS)))


def test_each_amount_has_exactly_one_way_that_its_size_decides() -> None:
    by_size = {"direct_purchase", "adapted", "formal"}
    for cents in range(0, 300 * K, 77_777):
        assert len(guide(Case(APRIL, cents), ROWS).codes & by_size) == 1


def test_the_file_has_its_twenty_seven_rows() -> None:
    assert len(ROWS) == 27


# ------------------------------------------------------------------ clues


@pytest.mark.parametrize(
    ("levels", "many", "strength"),
    [
        ([], False, "weak"),
        ([1] * 7, False, "weak"),
        ([1] * 8, False, "to_reinforce"),
        ([2] * 6 + [1], False, "to_reinforce"),
        ([2] * 7, False, "solid"),
        ([2] * 10, False, "solid"),
        ([2] * 10, True, "weak"),
        ([None] * 10, False, "weak"),
    ],
)
def test_clues_add_up_and_many_equivalents_cap_them(
    levels: list[int | None], many: bool, strength: str
) -> None:
    assert strength_of(levels, many_equivalents=many) == strength


def test_a_stored_file_is_weighed_question_by_question() -> None:
    file = {str(n): {"level": "2", "text": ""} for n in range(1, len(QUESTIONS) + 1)}
    assert weigh(file) == (20, "solid")
    assert weigh(file | {"2": {"level": "many"}}) == (18, "weak")
    assert weigh({}) == (0, "weak")
    for wrong in ([3], [-1], [1] * 11):
        with pytest.raises(ValueError, match="levels"):
            strength_of(wrong)
