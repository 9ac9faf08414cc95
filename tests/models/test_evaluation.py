"""Criteria before marks, marks for oneself alone, then nothing changes; means are exact and ties are ties."""

from __future__ import annotations

from fractions import Fraction

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from models import Activity, NotReady, RuleViolation, Score, Shortlist, db
from models.evaluation import DEFAULT_CRITERIA, what_is_wrong
from models.marks import ranks, weighted_mean
from tests.evaluations import WHY, make_compared, make_evaluation, mark_all
from tests.factories import World, owed


@st.composite
def weights(draw: st.DrawFn) -> dict[int, int]:
    """Two to six weights that make one hundred, each one at least."""
    cuts = sorted(draw(st.sets(st.integers(1, 99), min_size=1, max_size=5)))
    return {n: b - a for n, (a, b) in enumerate(zip([0, *cuts], [*cuts, 100], strict=True))}


@given(weights(), st.data())
def test_a_mean_stays_between_its_marks_and_forgets_who_gave_them(
    chosen: dict[int, int], data: st.DataObject
) -> None:
    people = data.draw(st.integers(1, 6))
    given_ = {c: data.draw(st.lists(st.integers(0, 5), min_size=people, max_size=people)) for c in chosen}
    total = weighted_mean(chosen, given_)
    every = [mark for marks in given_.values() for mark in marks]
    assert min(every) <= total <= max(every)
    assert total == weighted_mean(chosen, {c: list(reversed(marks)) for c, marks in given_.items()})
    by_person = [weighted_mean(chosen, {c: [given_[c][n]] for c in chosen}) for n in range(people)]
    assert total == Fraction(sum(by_person), people)


@given(weights(), st.integers(0, 5), st.integers(1, 7))
def test_the_same_mark_everywhere_is_the_mean_exactly(chosen: dict[int, int], mark: int, people: int) -> None:
    assert weighted_mean(chosen, dict.fromkeys(chosen, [mark] * people)) == mark


@given(st.lists(st.fractions(0, 5), min_size=1, max_size=12))
def test_equal_totals_share_a_place_and_leave_the_next_ones_empty(totals: list[Fraction]) -> None:
    places = ranks(dict(enumerate(totals)))
    for n, total in enumerate(totals):
        assert places[n] == 1 + sum(other > total for other in totals)
        assert all((places[n] == places[m]) == (total == other) for m, other in enumerate(totals))
    assert ranks({"a": Fraction(11, 3), "b": Fraction(11, 3), "c": Fraction(1)}) == {"a": 1, "b": 1, "c": 3}


def test_thirds_that_a_float_would_part_are_a_tie() -> None:
    thirds = weighted_mean({"x": 50, "y": 50}, {"x": [3, 4, 4], "y": [4, 4, 3]})
    assert thirds == weighted_mean({"x": 50, "y": 50}, {"x": [4, 4, 4], "y": [3, 3, 4]}) == Fraction(11, 3)


def test_criteria_make_one_hundred_and_do_not_change_once_somebody_marked(app: object, world: World) -> None:
    assert list(what_is_wrong(DEFAULT_CRITERIA)) == []
    for wrong in ([("Coût", 90)], [("Coût", 50), ("coût", 50)], [("", 100)], [("A", 0), ("B", 100)], []):
        assert list(what_is_wrong(wrong))
    shortlist, agent = make_evaluation(world), world.bagnolet.contributor
    shortlist.set_criteria(by=agent, criteria=[("Pertinence", 60), ("Coût", 40)])
    first = shortlist.responses()[0]
    shortlist.mark(first, by=agent, marks={shortlist.criteria[0].id: (3, "")})
    with pytest.raises(NotReady):
        shortlist.set_criteria(by=agent, criteria=DEFAULT_CRITERIA)
    assert [criterion.label for criterion in shortlist.criteria] == ["Pertinence", "Coût"]


def test_who_said_nothing_of_their_ties_or_has_one_does_not_mark(app: object, world: World) -> None:
    shortlist = make_evaluation(world, declared=False)
    agent, response = world.bagnolet.contributor, shortlist.responses()[0]
    marks = {shortlist.criteria[0].id: (3, "")}
    with pytest.raises(RuleViolation):
        shortlist.mark(response, by=agent, marks=marks)
    with pytest.raises(NotReady):
        shortlist.declare(by=agent, conflict=True)
    shortlist.declare(by=agent, conflict=True, reason="Mon frère y travaille.")
    with pytest.raises(RuleViolation):
        shortlist.mark(response, by=agent, marks=marks)
    acts = db.session.scalars(Activity.of(shortlist)).all()
    assert acts[-1].details == {"conflict": True}
    with pytest.raises(NotReady):
        shortlist.declare(by=agent, conflict=False)
    shortlist.declare(by=agent, conflict=False, reason="Il a quitté cette entreprise en mars.")
    shortlist.mark(response, by=agent, marks=marks)


def test_a_tie_that_is_found_later_takes_the_marks_out_of_the_mean(app: object, world: World) -> None:
    shortlist = make_evaluation(world)
    agent, validator = world.bagnolet.contributor, world.bagnolet.validator
    for response in shortlist.responses():
        mark_all(shortlist, response, agent, 5)
        mark_all(shortlist, response, validator, 2)
    shortlist.declare(by=agent, conflict=True, reason="J’y ai travaillé jusqu’en mars.")
    shortlist.lock(by=validator)
    assert [result.total for result in shortlist.results()] == [2, 2]
    assert shortlist.panel == [validator.id]


def test_marks_wait_for_the_deadline(app: object, world: World) -> None:
    need = world.need()
    response = world.response(need, world.startup, "submitted")
    shortlist = Shortlist.begin(need, by=world.bagnolet.contributor, criteria=DEFAULT_CRITERIA)
    shortlist.declare(by=world.bagnolet.contributor, conflict=False)
    with pytest.raises(RuleViolation):
        mark_all(shortlist, response, world.bagnolet.contributor, 3)
    need.close()
    mark_all(shortlist, response, world.bagnolet.contributor, 3)
    assert shortlist.is_complete(response, world.bagnolet.contributor)


def test_an_end_of_the_scale_asks_for_a_reason_and_unfinished_sheets_keep_the_lock_open(
    app: object, world: World
) -> None:
    shortlist, agent = make_evaluation(world), world.bagnolet.contributor
    first, second = shortlist.responses()
    shortlist.mark(first, by=agent, marks={criterion.id: (5, "Bien.") for criterion in shortlist.criteria})
    assert not shortlist.is_complete(first, agent) and shortlist.progress() == {agent.id: 0}
    mark_all(shortlist, first, agent, 5)
    assert shortlist.progress() == {agent.id: 1}
    with pytest.raises(NotReady):
        shortlist.lock(by=world.bagnolet.validator)
    mark_all(shortlist, second, agent, 3)
    with pytest.raises(RuleViolation):
        shortlist.results()
    shortlist.lock(by=world.bagnolet.validator)
    assert owed(agent, "evaluation_locked") == ["evaluation_locked"]
    with pytest.raises(RuleViolation):
        mark_all(shortlist, second, agent, 4)


def test_nobody_waits_for_who_left_the_organisation_before_the_end(app: object, world: World) -> None:
    shortlist = make_evaluation(world)
    agent, validator = world.bagnolet.contributor, world.bagnolet.validator
    first, second = shortlist.responses()
    mark_all(shortlist, first, agent, 2)
    for response in (first, second):
        mark_all(shortlist, response, validator, 4)
    agent.membership_of(world.bagnolet.organization).leave(by=agent)
    db.session.commit()
    shortlist.lock(by=validator)
    assert shortlist.panel == [validator.id] and [result.total for result in shortlist.results()] == [4, 4]


def test_a_need_does_not_open_again_once_its_responses_are_compared(app: object, world: World) -> None:
    need = make_evaluation(world, status="locked").need
    with pytest.raises(NotReady):
        need.reopen(by=world.bagnolet.validator, reason="Une précision de plus.", closes_on=need.closes_on)


def test_the_best_comes_first_and_equal_means_share_their_place(app: object, world: World) -> None:
    third = world.company("Zèbre")
    need = make_compared(world, (world.rival, third, world.startup))
    shortlist = make_evaluation(world, need)
    by_name = {response.organization.display_name: response for response in shortlist.responses()}
    agent, validator = world.bagnolet.contributor, world.bagnolet.validator
    for person, low in ((agent, 3), (validator, 4)):
        mark_all(shortlist, by_name["Zèbre"], person, low)
        mark_all(shortlist, by_name["Autre Piste"], person, 7 - low)
        mark_all(shortlist, by_name["Ultrason"], person, 3)
    shortlist.lock(by=validator)
    found = [(r.response.organization.display_name, r.rank, r.tied, r.total) for r in shortlist.results()]
    assert found == [
        ("Autre Piste", 1, True, Fraction(7, 2)), ("Zèbre", 1, True, Fraction(7, 2)), ("Ultrason", 3, False, 3),
    ]  # fmt: skip
    assert sorted(shortlist.panel) == sorted([agent.id, validator.id])


def test_what_is_taken_back_before_the_lock_is_compared_no_more_and_after_it_stays(
    app: object, world: World
) -> None:
    third = world.company("Zèbre")
    shortlist = make_evaluation(world, make_compared(world, (world.startup, world.rival, third)))
    gone, later, kept = shortlist.responses()
    agent = world.bagnolet.contributor
    mark_all(shortlist, gone, agent, 4)
    gone.withdraw(by=world.startup.contributor)
    for response in (later, kept):
        mark_all(shortlist, response, agent, 4)
    shortlist.lock(by=world.bagnolet.validator)
    later.withdraw(by=world.rival.contributor)
    assert {result.response.id for result in shortlist.results()} == {later.id, kept.id}


def test_the_journal_tells_that_somebody_marked_and_never_what(app: object, world: World) -> None:
    shortlist = make_evaluation(world, status="shared")
    acts = db.session.scalars(Activity.of(shortlist)).all()
    assert [act.action for act in acts].count("mark") == 4  # two people, two responses, saved once each
    assert acts[-1].action == "share" and acts[-1].details == {"sha256": shortlist.sha256}
    assert all(act.need_id == shortlist.need_id for act in acts)
    told = " ".join(str(act.details) for act in acts)
    assert WHY not in told and "value" not in told


def test_the_database_itself_refuses_a_mark_out_of_the_scale(app: object, world: World) -> None:
    shortlist = make_evaluation(world, status="locked")
    db.session.execute(sa.update(Score).where(Score.id == shortlist.scores()[0].id).values(value=3))
    with pytest.raises(sa.exc.IntegrityError):
        db.session.execute(sa.update(Score).values(value=6))
