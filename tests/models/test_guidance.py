"""What a guidance keeps, what it sees of the past, and how the team's table of thresholds changes without losing anything."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from models import (
    Activity,
    Conflict,
    DeclaredPurchase,
    Guidance,
    Interest,
    NeedSupport,
    NotReady,
    RuleViolation,
    Threshold,
    db,
)
from models.calendar import today_in_paris
from models.procurement import at
from tests.factories import World
from tests.procurement import APRIL, SOLID, make_guidance, make_purchase
from webapp.reference import load_thresholds

REASON = "Décret lu ce matin au Journal officiel."


def row(code: str, day: date = APRIL) -> Threshold:
    found = at(db.session.scalars(Threshold.listed()), code, day)
    assert isinstance(found, Threshold)
    return found


def paths_of(guidance: object) -> list[str]:
    return [path["code"] for path in guidance.result["paths"]]  # type: ignore[attr-defined]


# ------------------------------------------------------------------ guidances


def test_a_guidance_is_computed_once_and_another_look_is_another_one(world: World) -> None:
    guidance = make_guidance(world, own_cents=8_500_000, clues=SOLID)
    assert paths_of(guidance) == ["innovative", "adapted"] and guidance.result["clues"] == "solid"
    with pytest.raises(RuleViolation):
        guidance.compute(by=world.bagnolet.contributor)
    with pytest.raises(RuleViolation):
        guidance.write(own_cents=1)
    guidance.inputs = guidance.inputs | {"own_cents": 1}
    with pytest.raises(RuleViolation):
        db.session.flush()
    db.session.rollback()
    assert make_guidance(world).id != guidance.id


def test_an_unfinished_one_is_found_again_by_its_author_only(world: World) -> None:
    bagnolet, need = world.bagnolet, world.need()
    first = Guidance.begin(organization=bagnolet.organization, by=bagnolet.contributor, need=need)
    assert Guidance.begin(organization=bagnolet.organization, by=bagnolet.contributor, need=need) is first
    assert Guidance.begin(organization=bagnolet.organization, by=bagnolet.contributor) is not first
    assert Guidance.begin(organization=bagnolet.organization, by=bagnolet.validator, need=need) is not first


def test_the_journal_says_that_it_was_made_and_nothing_of_what_was_asked(world: World) -> None:
    need = world.need()
    guidance = make_guidance(world, need=need, own_cents=4_242_424, supplier_name="Canari Secret")
    act = db.session.scalars(Activity.of(guidance)).one()
    assert act.need_id == need.id and act.action == "guide"
    assert act.details == {"table": guidance.table_hash[:16]}


def test_a_change_of_the_table_leaves_what_was_answered_before(world: World) -> None:
    before = make_guidance(world)
    row("DISPENSE_FS").revise(
        by=world.admin, reason=REASON, amount_cents=5_000_000, valid_from=date(2026, 4, 1), legal_ref="R2122-8", source="JO"
    )  # fmt: skip
    after = make_guidance(world)
    assert paths_of(before) == ["direct_purchase"] and paths_of(after) == ["adapted"]
    assert before.result["paths"][0]["limits"][0]["amount_cents"] == 6_000_000
    assert before.table_hash != after.table_hash


# ------------------------------------------------------------------ what was done before


def flags_of(guidance: object) -> dict[str, int]:
    return {flag["code"]: flag["count"] for flag in guidance.result["flags"]}  # type: ignore[attr-defined]


def test_the_same_company_again_within_three_years_is_said(world: World) -> None:
    make_purchase(world, bought_on=APRIL - timedelta(days=400))
    make_purchase(world, bought_on=APRIL - timedelta(days=3 * 366))  # too long ago
    make_purchase(
        world, supplier=world.rival.organization, bought_on=APRIL - timedelta(days=30)
    )  # another company
    guidance = make_guidance(world, supplier_name="ultrason")
    assert flags_of(guidance)["same_supplier"] == 1
    assert guidance.result["same_supplier"] == [
        {"company": "Ultrason", "on": "2025-02-25", "what": "direct_purchase"}
    ]
    assert "same_supplier" not in flags_of(make_guidance(world, supplier_name="Inconnue"))
    assert "same_supplier" not in flags_of(make_guidance(world))


@pytest.mark.parametrize("typed", ["LOUTRE ET LANTERNE", "Loutre&Lanterne", "Loutre & Lanterne SAS"])
def test_a_company_is_known_again_however_its_name_is_typed(world: World, typed: str) -> None:
    make_purchase(
        world, supplier=None, supplier_name="Loutre & Lanterne", bought_on=APRIL - timedelta(days=9)
    )
    assert flags_of(make_guidance(world, supplier_name=typed))["same_supplier"] == 1
    assert "same_supplier" not in flags_of(make_guidance(world, supplier_name="Loutre"))


def test_a_company_retained_here_before_counts_without_being_declared(world: World) -> None:
    world.response(world.need(title="Un premier besoin de propreté"), status="retained")
    second = world.need(title="Un second besoin de propreté")
    world.response(second, status="shortlisted")
    day = (today_in_paris() + timedelta(days=1)).isoformat()
    guidance = make_guidance(world, need=second, launched_on=day)
    assert [act["what"] for act in guidance.result["same_supplier"]] == ["retained"]


def test_a_corrected_declaration_counts_once_and_as_corrected(world: World) -> None:
    wrong = make_purchase(world, bought_on=APRIL - timedelta(days=10))
    right = wrong.correct(
        by=world.bagnolet.validator, kind="experiment", supplier=world.startup.organization, bought_on=wrong.bought_on
    )  # fmt: skip
    assert db.session.scalars(DeclaredPurchase.of(world.bagnolet.organization)).all() == [right]
    guidance = make_guidance(world, supplier_name="Ultrason")
    assert [act["what"] for act in guidance.result["same_supplier"]] == ["experiment"]
    with pytest.raises(RuleViolation, match="déjà été corrigée"):
        wrong.correct(by=world.bagnolet.validator, kind="experiment", supplier_name="Ultrason")


def test_needs_of_the_year_with_a_theme_in_common_may_add_up(world: World) -> None:
    this_year = today_in_paris().isoformat()
    need = world.need(title="Des corbeilles pleines au parc", themes=["circular_waste", "mobility"])
    beside = world.need(title="Des corbeilles pleines au marché", themes=["circular_waste"])
    world.need(title="Des bancs cassés dans les squares", themes=["culture_heritage"])
    world.need(title="Un besoin auquel on a renoncé", themes=["mobility"], status="concluded")
    make_guidance(world, need=beside, own_cents=3_000_000, launched_on=this_year)
    guidance = make_guidance(world, need=need, launched_on=this_year)
    found = {other["title"]: other["cents"] for other in guidance.result["adding_up"]}
    assert found.pop("Des corbeilles pleines au marché") == 3_000_000
    assert "Des bancs cassés dans les squares" not in found and "Un besoin auquel on a renoncé" not in found
    works = make_guidance(world, need=need, launched_on=this_year, purchase_kind="works")
    assert "Des corbeilles pleines au marché" not in {o["title"] for o in works.result["adding_up"]}
    assert make_guidance(world, need=need, launched_on="2031-01-01").result["adding_up"] == []


def test_the_year_of_a_need_is_that_of_its_purchase_where_it_is_known(world: World) -> None:
    next_year = today_in_paris().year + 1
    need, asked = world.need(themes=["mobility"]), world.need(title="Des vélos au dépôt", themes=["mobility"])
    planned = world.need(
        title="Des arceaux pour vélos", themes=["mobility"], purchase_horizon=f"{next_year}-T2"
    )
    make_guidance(world, need=asked, own_cents=3_000_000, launched_on=f"{next_year}-02-01")
    beside = make_guidance(world, need=need, launched_on=f"{next_year}-03-01").result["adding_up"]
    assert [other["title"] for other in beside] == [asked.title, planned.title]
    now = make_guidance(world, need=need, launched_on=today_in_paris().isoformat()).result["adding_up"]
    assert not {asked.title, planned.title} & {other["title"] for other in now}


# ------------------------------------------------------------------ declared purchases


def test_a_declaration_is_never_changed_and_its_amount_is_in_no_journal(world: World) -> None:
    purchase = make_purchase(world, amount_cents=4_242_424)
    assert "4242424" not in str([act.details for act in db.session.scalars(Activity.of(purchase))])
    purchase.amount_cents = 1
    with pytest.raises(RuleViolation, match="ne se modifie pas"):
        db.session.flush()
    db.session.rollback()


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"kind": "gift"}, "kind"),
        ({"purchase_kind": "grant"}, "purchase_kind"),
        ({"bought_on": date(2999, 1, 1)}, "bought_on"),
        ({"supplier": None}, "supplier_name"),
        ({"amount_cents": -1}, "amount_cents"),
    ],
)
def test_a_declaration_that_makes_no_sense_is_refused(world: World, wrong: dict, field: str) -> None:
    with pytest.raises(NotReady) as refused:
        make_purchase(world, **wrong)
    assert [name for name, _sentence in refused.value.problems] == [field]


def test_a_name_finds_its_company_whatever_its_accents(world: World) -> None:
    company = world.company("Été Propre").organization
    assert make_purchase(world, supplier=None, supplier_name="ETE propre").supplier is company
    assert make_purchase(world, supplier=None, supplier_name="Ailleurs SARL").supplier is None
    assert make_purchase(world, kind="consultation", supplier=None).supplier_name == ""


# ------------------------------------------------------------------ the table


def test_a_later_figure_ends_the_present_row_the_day_before(world: World) -> None:
    old = row("INNOVATION")
    new = old.revise(
        by=world.admin, reason=REASON, amount_cents=14_000_000, valid_from=date(2027, 1, 1), legal_ref="R2122-9-1", source="JO"
    )  # fmt: skip
    assert old.applicable and old.valid_to == date(2026, 12, 31) and new.replaces is old
    assert row("INNOVATION", date(2026, 12, 31)) is old and row("INNOVATION", date(2027, 1, 1)) is new
    act = db.session.scalars(Threshold.acts()).first()
    assert act is not None and act.actor is world.admin
    assert act.details == {"code": "INNOVATION", "replaces": old.id, "how": "succeeded", "reason": REASON}


def test_a_figure_that_was_wrong_is_set_aside_and_stays_to_be_read(world: World) -> None:
    old = row("PUBLICITE_BOAMP_JAL")
    new = old.revise(
        by=world.admin, reason=REASON, amount_cents=10_000_000, valid_from=old.valid_from, legal_ref="R2131-12", source="JO"
    )  # fmt: skip
    assert not old.applicable and old.amount_cents == 9_000_000
    assert row("PUBLICITE_BOAMP_JAL") is new
    with pytest.raises(NotReady, match="n’est plus appliquée"):
        old.revise(
            by=world.admin,
            reason=REASON,
            amount_cents=1,
            valid_from=old.valid_from,
            legal_ref="x",
            source="x",
        )


def test_the_figures_of_the_next_two_years_follow_without_touching_the_present_row(world: World) -> None:
    old = row("EU_FS_LOCAL")
    new = old.revise(
        by=world.admin, reason=REASON, amount_cents=22_000_000, valid_from=date(2028, 1, 1), valid_to=date(2029, 12, 31),
        legal_ref="règlement", source="JO",
    )  # fmt: skip
    assert old.valid_to == date(2027, 12, 31) and row("EU_FS_LOCAL", date(2028, 6, 1)) is new


def test_two_rows_never_hold_the_same_day(world: World) -> None:
    past = row("DISPENSE_FS", date(2026, 3, 31))
    with pytest.raises(Conflict):
        past.revise(
            by=world.admin, reason=REASON, amount_cents=4_500_000, valid_from=date(2026, 2, 1), valid_to=date(2026, 6, 1),
            legal_ref="x", source="x",
        )  # fmt: skip


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"reason": "court"}, "reason"),
        ({"amount_cents": None}, "amount_cents"),
        ({"amount_cents": 0}, "amount_cents"),
        ({"amount_cents": 10**15}, "amount_cents"),
        ({"valid_from": None}, "valid_from"),
        ({"valid_from": date(2020, 1, 1)}, "valid_from"),
        ({"valid_to": date(2026, 1, 1)}, "valid_to"),
    ],
)
def test_a_change_that_makes_no_sense_is_refused(world: World, wrong: dict, field: str) -> None:
    said = {
        "reason": REASON,
        "amount_cents": 7_000_000,
        "valid_from": date(2026, 6, 1),
        "legal_ref": "x",
        "source": "x",
    }
    with pytest.raises(NotReady) as refused:
        row("DISPENSE_FS").revise(by=world.admin, **said | wrong)
    assert [name for name, _sentence in refused.value.problems] == [field]


def test_reading_again_is_dated_and_a_restart_forgets_nothing(world: World) -> None:
    threshold = row("INNOVATION")
    assert threshold.is_stale, "nobody read it since January"
    threshold.check(by=world.curator)
    db.session.flush()
    load_thresholds()
    assert db.session.scalar(sa.select(sa.func.count(Threshold.id))) == 27
    assert not threshold.is_stale and threshold.checked_by is world.curator
    assert "unchecked" in flags_of(make_guidance(world)), "others were not"


def test_a_need_gives_what_it_knows_and_the_others_who_are_concerned_their_sum(world: World) -> None:
    need = world.need()
    need.amount_estimated_cents = 2_000_000
    for people, cents in ((world.bondy, 3_000_000), (world.newcomer, 1_000_000)):
        NeedSupport.join(need, organization=people.organization, by=people.contributor, amount_cents=cents)
    begun = Guidance.begin(organization=need.organization, by=world.bagnolet.contributor, need=need)
    assert begun.inputs["own_cents"] == 2_000_000 and begun.inputs["similar_needs"]
    assert begun.inputs["members"] == [{"name": "Ville de Bondy, Ville de Vanves", "cents": 4_000_000}]
    begun.compute(by=world.bagnolet.contributor)
    assert begun.result is not None and begun.result["total_cents"] == 6_000_000


def test_a_quote_that_is_asked_brings_its_company_and_its_amount(world: World) -> None:
    interest = Interest.send(
        solution=world.solution(), organization=world.bagnolet.organization, by=world.bagnolet.contributor, wish="quote",
        message="Combien coûteraient trente capteurs pour nos corbeilles ?", amount_estimated_cents=3_300_000,
    )  # fmt: skip
    begun = Guidance.for_interest(interest, by=world.bagnolet.contributor)
    assert begun.inputs["own_cents"] == 3_300_000 and begun.inputs["supplier_name"] == "Ultrason"
