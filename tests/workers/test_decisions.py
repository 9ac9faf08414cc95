"""What was decided becomes material: useful introductions are pairs, an off-topic proposal their near miss."""

from __future__ import annotations

import json

from matching.training.material import Pair
from tests.factories import World
from workers.decisions import decided_pairs


def test_useful_introductions_are_written_in_the_format_of_training(world: World) -> None:
    need = world.need()
    useful = world.match(need, world.solution(world.company("Lanterne")), "introduced")
    world.match(need, world.solution(world.company("Galet"), title="Tout autre chose"), "dismissed")
    world.match(need, world.solution(world.company("Houle"), title="Arrivée bien trop tard"), "declined")
    (row,) = decided_pairs()
    pair = Pair(**row)
    assert (pair.need_title, pair.solution_title) == (need.title, useful.solution.title)
    assert need.irritant in pair.need
    assert pair.near_miss_title == "Tout autre chose"
    assert "trop tard" not in json.dumps(row, ensure_ascii=False)


def test_the_names_of_those_who_met_are_not_in_it(world: World) -> None:
    company = world.company("Lanterne bleue")
    world.match(
        world.need(),
        world.solution(company, pitch="Lanterne bleue éclaire vos rues sans les chauffer."),
        "converted",
    )
    (row,) = decided_pairs()
    assert "Lanterne bleue" not in json.dumps(row, ensure_ascii=False)
