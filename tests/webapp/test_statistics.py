"""What one's solutions bring, month by month: for the members of their organisation, and for nobody else."""

from __future__ import annotations

import csv
import io
from datetime import timedelta

from models import Exposure, db
from models.calendar import today_in_paris
from models.period import Period
from models.solution_figures import monthly
from tests.adoptions import make_interest
from tests.client import Client, shown
from tests.factories import World
from webapp.figures.sheet import month_name

ALL = "/mon-espace/statistiques"


def last_month_and_this_one(solution: object, kind: str) -> list[int]:
    number: int = solution.id  # type: ignore[attr-defined]
    return monthly([number], Period.twelve_months())[number][kind][-2:]


def test_everything_is_counted_in_its_month_and_older_counts_are_left_out(world: World) -> None:
    solution, other = world.solution(), world.solution(world.rival)
    first_of_month = today_in_paris().replace(day=1)
    Exposure.count("shown", {solution.id: 7, other.id: 50})
    Exposure.count("shown", {solution.id: 4}, on=first_of_month - timedelta(days=1))
    Exposure.count("opened", {solution.id: 3})
    Exposure.count("opened", {solution.id: 90}, on=first_of_month - timedelta(days=400))
    world.match(world.need(), solution, "introduced")
    for status in ("submitted", "draft"):
        need = world.need()
        db.session.refresh(solution)
        world.response(need, status=status, solution=solution)
    make_interest(world, solution=solution)
    assert last_month_and_this_one(solution, "shown") == [4, 7]
    assert last_month_and_this_one(solution, "opened") == [0, 3]
    for kind in ("introduced", "answered", "asked"):
        assert last_month_and_this_one(solution, kind) == [0, 1], kind


def test_a_member_reads_the_table_the_months_and_takes_them_away(client: Client, world: World) -> None:
    solution = world.solution()
    world.solution(status="draft", title="Un brouillon qui ne compte pas")
    Exposure.count("shown", {solution.id: 12})
    Exposure.count("opened", {solution.id: 2})
    client.sign_in(world.startup.contributor)
    page = shown(client.get(ALL))
    assert solution.title in page and "<td>12</td><td>2</td><td>0</td>" in page
    assert "Un brouillon qui ne compte pas" not in page
    one = shown(client.get(f"/solutions/{solution.id}/statistiques"))
    assert "<b>12</b> en douze mois" in one and "votre organisation seule" in one.lower()
    for address in (f"{ALL}.csv", f"/solutions/{solution.id}/statistiques.csv"):
        text = client.get(address).text.removeprefix("\ufeff")
        rows = list(csv.reader(io.StringIO(text), delimiter=";"))
        assert len(rows) == 13
        this_month = [solution.title, month_name(today_in_paris()), "12", "2", "0", "0", "0"]
        assert [cell.replace("\u00a0", " ") for cell in rows[-1]] == this_month


def test_for_anybody_else_there_are_no_such_statistics(client: Client, world: World) -> None:
    solution = world.solution()
    Exposure.count("opened", {solution.id: 41})
    address = f"/solutions/{solution.id}/statistiques"
    for person in (world.rival.contributor, world.bagnolet.validator, world.curator, world.admin):
        client.sign_in(person)
        for ending in ("", ".csv"):
            assert client.get(address + ending).status_code == 404
        assert solution.title not in client.get(ALL).text + client.get(f"{ALL}.csv").text
    client.forget()
    assert client.get(address).status_code == 303
    assert "41" not in shown(client.get(f"/solutions/{solution.id}-{solution.slug}")).split("<main")[1]


def test_before_the_first_solution_the_page_says_what_to_do(client: Client, world: World) -> None:
    page = shown(client.sign_in(world.startup.contributor).get(ALL))
    assert "Rien à compter pour l’instant" in page and "Proposer une solution" in page


def test_a_solution_that_nobody_saw_says_what_helps(client: Client, world: World) -> None:
    solution = world.solution()
    db.session.commit()
    page = shown(client.sign_in(world.startup.org_admin).get(f"/solutions/{solution.id}/statistiques"))
    assert "Personne ne l’a encore vue" in page and "Améliorer la fiche" in page
