"""From the table of exposures to the places on the desk: real encoder, real database."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest
import sqlalchemy as sa

from models import Exposure, Match, Ranking, Solution, db
from models.calendar import today_in_paris
from models.database import utc_now
from tests.factories import World
from workers.corpus import Corpus
from workers.matches import propose_matches
from workers.ranking import Circumstances
from workers.standings import standings_of

pytestmark = pytest.mark.encoder

PERGOLA = {
    "title": "Bancs à l’ombre pour places minérales",
    "pitch": "Une pergola plantée et deux bancs, posés en une journée.",
    "how_it_works": "Des bacs à réserve d’eau portent une pergola : la place se rafraîchit sans travaux. "
    * 2,
    "themes": ["climate_nature"],
}


def copies(world: World, count: int) -> list[Solution]:
    """The same page, signed by ``count`` companies, published long ago."""
    made = [world.solution(world.company(f"Société {number}"), **PERGOLA) for number in range(count)]
    for solution in made:
        solution.published_at = utc_now() - timedelta(days=200)
    db.session.commit()
    return made


def test_of_equal_pages_the_less_proposed_fill_the_ten_and_are_counted(world: World, corpus: Corpus) -> None:
    made = copies(world, 12)
    numbers = [solution.id for solution in made]
    Exposure.count("proposed", {numbers[0]: 30, numbers[5]: 30})
    need = world.need()
    propose_matches()
    chosen = {match.solution_id for match in db.session.scalars(Match.of_need(need))}
    assert len(chosen) == 10 and chosen == {*numbers} - {numbers[0], numbers[5]}
    totals = Exposure.totals()
    stored = Counter(db.session.scalars(sa.select(Match.solution_id)))
    assert {number: totals[number].proposed for number in chosen} == {one: stored[one] for one in chosen}
    propose_matches()
    assert Exposure.totals() == totals


def test_the_standings_that_were_read_are_kept_with_the_ranking(world: World, corpus: Corpus) -> None:
    made = copies(world, 2)
    numbers = [solution.id for solution in made]
    Exposure.count("proposed", {numbers[0]: 7})
    Exposure.count("introduced", {numbers[0]: 2})
    need = world.need()
    propose_matches()
    (ranking,) = db.session.scalars(Ranking.of_need(need.id))
    company = made[0].organization_id
    standing = Circumstances.from_json(ranking.circumstances).standings[numbers[0]]
    assert standing.proposed in (7, 8)  # the commune's other need may have come first
    assert (standing.introduced, standing.is_newcomer, standing.organization_id) == (2, False, company)
    assert "fair-" in ranking.ranking_version


def test_a_newcomer_is_one_until_it_has_been_proposed_enough(world: World, corpus: Corpus) -> None:
    fresh = world.solution()
    Exposure.count("shown", {fresh.id: 50})
    assert standings_of([fresh.id])[fresh.id].is_newcomer
    Exposure.count("proposed", {fresh.id: 1}, on=today_in_paris() - timedelta(days=400))
    db.session.commit()
    assert standings_of([fresh.id])[fresh.id].proposed == 0
    Exposure.count("proposed", {fresh.id: 5})
    db.session.commit()
    assert not standings_of([fresh.id])[fresh.id].is_newcomer
