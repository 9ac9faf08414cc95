"""What is shown is counted, once a person and a day, after the page has left; robots and owners do not count."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import event

from models import Exposure, Solution, db
from models.calendar import today_in_paris
from models.exposure import Totals
from tests.client import Client
from tests.factories import World
from webapp import tally
from webapp.exposure import SHOWS
from webapp.tally import Tally, write_tally

Shown = Callable[[Solution], int]


@pytest.fixture
def shown(app: Flask) -> Iterator[Shown]:
    """Writes down what was noted so far, and says how often a solution was shown."""
    before, app.extensions["tally"] = app.extensions["tally"], Tally()

    def read(solution: Solution) -> int:
        number = solution.id
        db.session.commit()
        write_tally(app)
        return Exposure.totals([number])[number].shown if number in Exposure.totals([number]) else 0

    yield read
    app.extensions["tally"] = before


def page_of(solution: Solution) -> str:
    return f"/solutions/{solution.id}-{solution.slug}"


def test_a_visitor_who_goes_from_the_list_to_the_page_and_back_counts_once(
    client: Client, world: World, shown: Shown
) -> None:
    solution = world.solution()
    for address in ("/solutions", page_of(solution), "/solutions?q=corbeilles", "/recherche?q=corbeilles"):
        assert solution.title in client.get(address).text
    assert shown(solution) == 1
    client.get(page_of(solution), headers={"User-Agent": "Another browser/1.0"})
    assert shown(solution) == 2


def test_every_page_that_shows_a_solution_counts_it(client: Client, world: World, shown: Shown) -> None:
    match = world.match(status="introduced")
    solution, need = match.solution, match.need
    company = solution.organization
    count = 0
    visitors = {
        "pages.home": "/",
        "solutions.index": "/solutions",
        "solutions.show": page_of(solution),
        "search.results": "/recherche?q=corbeilles",
        "organizations.show": f"/organisations/{company.id}-{company.slug}",
    }
    for number, address in enumerate(visitors.values()):
        assert client.get(address, headers={"User-Agent": f"Browser/{number}"}).status_code == 200
        count += 1
        assert shown(solution) == count, address
    signed_in = {
        "matches.show": (world.bagnolet.validator, f"/mises-en-relation/{match.id}"),
        "needs.matches": (world.bagnolet.contributor, f"/besoins/{need.id}/mises-en-relation"),
        "curation.show": (world.curator, f"/curation/propositions/{match.id}"),
    }
    for person, address in signed_in.values():
        client.sign_in(person)
        assert client.get(address).status_code == 200
        count += 1
        assert shown(solution) == count, address
    # Beside a text solutions come from a worker; the desk is the page of a proposal (tested below).
    answered_elsewhere = {"needs.edit", "needs.panels", "solutions.edit", "solutions.panels", "curation.desk"}
    assert SHOWS.keys() == visitors.keys() | signed_in.keys() | answered_elsewhere


def test_the_desk_counts_what_it_opens_and_an_empty_desk_is_no_error(
    client: Client, world: World, shown: Shown
) -> None:
    client.sign_in(world.curator)
    assert client.get("/curation").status_code == 200
    match = world.match()
    client.get("/curation")
    assert shown(match.solution) == 1


def test_what_stands_beside_a_need_that_is_being_written_counts(
    client: Client, world: World, shown: Shown, monkeypatch: pytest.MonkeyPatch
) -> None:
    from webapp.search import beside

    solution, need = world.solution(), world.need(status="draft")
    nothing = {"close": False, "found": []}
    answer = {"needs": nothing, "solutions": {"close": True, "found": [[solution.id, 0.9]]}, "themes": []}
    monkeypatch.setattr(beside, "ask", lambda *_, **__: answer)
    client.sign_in(world.bagnolet.contributor)
    for _ in range(3):
        page = client.post(f"/besoins/{need.id}/apercu", {"irritant": need.irritant})
        assert solution.title in page.text
    assert shown(solution) == 1


def test_the_members_of_its_organisation_do_not_count(client: Client, world: World, shown: Shown) -> None:
    solution = world.solution()
    client.sign_in(world.startup.contributor)
    client.get(page_of(solution))
    assert shown(solution) == 0
    client.sign_in(world.rival.contributor)
    client.get(page_of(solution))
    assert shown(solution) == 1


@pytest.mark.parametrize(
    "headers",
    [
        {"User-Agent": "Mozilla/5.0 (compatible; Googlebot/2.1)"},
        {"User-Agent": "python-requests/2.32"},
        {"User-Agent": ""},
        {"Sec-Purpose": "prefetch"},
    ],
)
def test_robots_and_pages_fetched_in_advance_do_not_count(
    client: Client, world: World, shown: Shown, headers: dict[str, str]
) -> None:
    solution = world.solution()
    client.get(page_of(solution), headers=headers)
    assert shown(solution) == 0


def test_the_next_day_counts_again(
    client: Client, world: World, shown: Shown, monkeypatch: pytest.MonkeyPatch
) -> None:
    solution = world.solution()
    client.get(page_of(solution))
    tomorrow = today_in_paris() + timedelta(days=1)
    monkeypatch.setattr(tally, "today_in_paris", lambda: tomorrow)
    client.get(page_of(solution))
    assert shown(solution) == 2


def test_a_page_that_shows_solutions_writes_nothing_itself(
    client: Client, world: World, shown: Shown
) -> None:
    solution, statements = world.solution(), []

    @event.listens_for(db.engine, "before_cursor_execute")
    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        statements.append(statement)

    client.get(page_of(solution))
    event.remove(db.engine, "before_cursor_execute", note)
    assert statements and not any(re.match("INSERT|UPDATE|DELETE", one) for one in statements)
    assert shown(solution) == 1


def test_only_the_page_of_a_solution_opens_it_and_neither_its_company_nor_the_team_count(
    client: Client, world: World, shown: Shown
) -> None:
    solution, other = (
        world.solution(),
        world.solution(world.rival, title="Une autre piste pour les corbeilles"),
    )

    def opened() -> int:
        shown(solution)
        return Exposure.totals([solution.id]).get(solution.id, Totals()).opened

    client.get("/solutions")
    assert opened() == 0
    for _ in range(2):
        client.get(page_of(solution))
    assert opened() == 1
    for person in (world.startup.contributor, world.curator):
        client.sign_in(person).get(page_of(solution))
    assert opened() == 1
    client.sign_in(world.rival.contributor).get(page_of(solution))
    assert opened() == 2
    assert Exposure.totals([other.id]).get(other.id, Totals()).opened == 0


def test_what_a_busy_database_refused_is_written_the_next_time(app: Flask, world: World) -> None:
    key, counts = ("shown", world.solution().id), Tally()
    counts.note(1, [(key, None)])
    taken = counts.take()
    counts.note(2, [(key, None)])
    counts.give_back(taken)
    assert counts.take() == {today_in_paris(): {key: 2}}
