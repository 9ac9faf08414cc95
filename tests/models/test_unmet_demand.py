"""Needs for which nothing is close enough: which they are, when they leave the list, what their text could still say."""

from __future__ import annotations

import pytest

from matching.fusion import CLOSENESS_FROM
from models import Match, Need, db
from models.database import utc_now
from models.unmet_demand import gaps_of, is_unmet, recurring_words, unmet
from tests.factories import World


def compared(world: World, *closenesses: str, **fields: object) -> Need:
    need = world.need(**fields)
    for rank, closeness in enumerate(closenesses, start=1):
        world.match(need, world.solution(), closeness=closeness, rank=rank)
    need.matched_at = utc_now()
    db.session.commit()
    return need


def to_curate() -> set[int]:
    return {match.need_id for match in db.session.scalars(Match.to_curate())}


def test_good_means_what_the_matcher_calls_close_at_least() -> None:
    assert {str(band) for band in CLOSENESS_FROM} == set(Match.GOOD)


def test_a_need_with_weak_proposals_only_is_unmet_and_does_not_fill_the_desk(world: World) -> None:
    weak = compared(world, "to_check", "to_check")
    nothing = compared(world)
    good = compared(world, "close", "to_check")
    waiting = world.need()

    assert [need.id for need in db.session.scalars(unmet())] == [weak.id, nothing.id]
    assert to_curate() == {good.id}
    assert not is_unmet(waiting), "it is not compared yet"


def test_a_need_leaves_the_list_when_a_close_proposal_arrives_or_the_team_retains_a_weak_one_or_somebody_answers(
    world: World,
) -> None:
    needs = [compared(world, "to_check") for _ in range(3)]
    world.match(needs[0], world.solution(), closeness="very_close", rank=2)
    db.session.scalars(Match.of_need(needs[1])).one().approve(by=world.curator)
    world.response(needs[2])

    assert list(db.session.scalars(unmet())) == []


def test_a_need_whose_close_proposals_were_turned_down_comes_back_to_the_list(world: World) -> None:
    need = compared(world, "close", "to_check")
    first = db.session.scalars(Match.of_need(need)).first()
    assert first is not None
    first.dismiss(by=world.curator, reason_code="off_topic")
    assert is_unmet(need) and to_curate() == set()
    first.undo(by=world.curator)
    assert not is_unmet(need) and to_curate() == {need.id}


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"irritant": "Les corbeilles débordent souvent." * 4}, "L’échelle"),
        ({"places": []}, "Le lieu"),
        ({"title": "Corbeilles toujours pleines", "irritant": "Les corbeilles sont pleines. " * 6}, "Les mots du métier"),
        ({"maturity_min": "M8"}, "M8 au moins"),
        ({"maturity_min": "M1", "maturity_max": "M4"}, "M4 au plus"),
        ({"budget_max_cents": 100_000}, "Le budget"),
    ],
)  # fmt: skip
def test_what_a_need_lacks_is_said(world: World, fields: dict[str, object], said: str) -> None:
    assert any(said in sentence for sentence in gaps_of(world.need(**fields)))


def test_a_need_that_says_everything_lacks_nothing(world: World) -> None:
    assert gaps_of(world.need(places=["street"], beneficiaries=640)) == []


def test_words_recur_when_two_needs_use_them_singular_or_plural(world: World) -> None:
    one = world.need(
        title="Une balayeuse pour les pavés",
        irritant="La balayeuse casse sur les pavés du centre ancien. " * 3,
        expected_outcome="Ne plus la réparer chaque mois.",
    )
    other = world.need(
        title="Nos balayeuses sont en panne",
        irritant="Trois balayeuses attendent une pièce introuvable. " * 3,
        expected_outcome="Qu’elles roulent sans nous.",
    )
    alone = world.need(
        title="Des hérissons traversent",
        irritant="Les hérissons traversent la route et meurent écrasés. " * 3,
        expected_outcome="Un passage creusé sous terre.",
    )
    assert recurring_words([one, other, alone]) == ["balayeuse"]
