"""Public figures: exact counts on a small world, small groups hidden, definitions and tables, nothing personal."""

from __future__ import annotations

import csv
import io
import re
from datetime import date, timedelta

import pytest
import time_machine

from models import Charter, DeclaredPurchase, Interest, Organization, VisitCount, db
from models.calendar import at_paris, today_in_paris
from models.charter import GRACE
from models.database import utc_now
from models.figures import projects
from models.meetings import Meetings, delays
from models.official_members import Member, ever_members, there
from models.period import Period
from tests.adoptions import make_interest
from tests.client import Client, shown
from tests.events import make_event
from tests.factories import World
from webapp.figures.sheet import Series, total_of

YEAR = Period.twelve_months
REASON = "Une entreprise convient, nous l’essayons trois mois."


def value_of(page: str, slug: str) -> str:
    """What the page of all figures says of one."""
    found = re.search(rf'id="{slug}".*?<p class="value[^"]*"><b>(.*?)</b>', page, flags=re.DOTALL)
    assert found, slug
    return found[1]


def lines_of(client: Client, slug: str) -> list[list[str]]:
    answer = client.get(f"/chiffres/{slug}.csv")
    assert answer.status_code == 200 and answer.mimetype == "text/csv"
    return list(csv.reader(io.StringIO(answer.text.removeprefix("\ufeff")), delimiter=";"))


# ------------------------------------------------------------------ periods


def test_twelve_months_end_today_and_begin_with_a_whole_month() -> None:
    year = Period.twelve_months(date(2026, 11, 27))
    assert (year.first, year.last, len(year.months)) == (date(2025, 12, 1), date(2026, 11, 27), 12)
    assert Period.twelve_months(date(2026, 12, 31)).first == date(2026, 1, 1)


def test_half_years_follow_each_other_and_compare_with_the_one_before() -> None:
    first, second = Period.half_years(2, today=date(2026, 11, 27))
    assert first == Period(date(2026, 1, 1), date(2026, 6, 30)) and second == first.before
    assert second == Period(date(2025, 7, 1), date(2025, 12, 31))
    assert Period.half_years(1, today=date(2026, 7, 1)) == [first]
    assert Period.half_years(1, today=date(2026, 6, 30)) == [second]
    chosen = Period(date(2026, 3, 11), date(2026, 3, 20))
    assert chosen.before == Period(date(2026, 3, 1), date(2026, 3, 10))


@pytest.mark.parametrize("day", [date(2026, 3, 29), date(2026, 10, 25)])
def test_a_month_is_that_of_paris_also_when_the_clocks_change(day: date) -> None:
    month = Period(day.replace(day=1), day)
    late, early = at_paris(day, 23), at_paris(month.first, 0)
    assert month.holds(late) and month.holds(early)
    assert not month.holds(early - timedelta(seconds=1))
    assert not month.holds(late + timedelta(hours=1))
    assert month.by_month([late, early, late + timedelta(hours=1)]) == [2]


# ------------------------------------------------------------------ the four indicators


def members(on: date | None = None) -> list[Member]:
    day = on or today_in_paris()
    return there(ever_members(day), day)


def test_members_are_those_who_are_verified_and_bound_by_the_charter(client: Client, world: World) -> None:
    before = len(members())
    world.commune("Pantin")
    world.company("Signataire")
    world.company("Pas encore vérifiée", verified=False)
    found = members()
    assert len(found) == before + 2
    assert {member.since for member in found[-2:]} == {today_in_paris()}
    assert len(members(today_in_paris() - timedelta(days=1))) <= before
    assert value_of(client.get("/chiffres").text, "membres") == str(before + 2)
    company = ["Membres officiels", "Par côté", "Entreprises, associations et laboratoires", "Membres", "1"]
    assert company in lines_of(client, "membres")


def test_a_member_that_left_still_counts_in_the_months_when_it_was_there(
    client: Client, world: World
) -> None:
    long_ago = utc_now() - timedelta(days=100)
    with time_machine.travel(long_ago):
        gone = world.company("Partie").organization
        away = world.company("Revenue").organization
    stayed = len(members())
    with time_machine.travel(utc_now() - timedelta(days=40)):
        gone.archive(by=world.curator)
        away.suspend(by=world.curator, reason="Des plaintes répétées, nous vérifions.")
        db.session.commit()
    with time_machine.travel(utc_now() - timedelta(days=20)):
        away.reinstate(by=world.curator)
        db.session.commit()
    today = today_in_paris()
    counts = [len(members(today - timedelta(days=days))) for days in (0, 30, 41, 99)]
    assert counts[0] == stayed - 1
    assert counts[2] - counts[1] == 2 and counts[0] - counts[1] >= 1
    lines = {line[2]: line[4] for line in lines_of(client, "membres") if line[3] == "Membres en fin de mois"}
    assert len(lines) == 12
    arrived = [
        int(line[4]) for line in lines_of(client, "membres") if "Entreprises" in line[3] and line[4] != "0"
    ]
    assert sum(arrived) >= 2, "who left arrived all the same"


def test_a_member_whose_charter_lapsed_is_one_until_its_sixty_days_end(world: World) -> None:
    company = world.startup.organization
    today = today_in_paris()
    Charter.publish(
        text=Charter.last().text + "\n\nUn article de plus.", change_note="Un article de plus, sur le partage.",
        valid_from=today, by=world.curator,
    )  # fmt: skip
    db.session.commit()
    with time_machine.travel(at_paris(today + GRACE + timedelta(days=1), 9)):
        assert company.id not in {one.id for one in db.session.scalars(Organization.official_members())}
        assert len(members(today + GRACE)) - len(members()) >= 1, "the past is not rewritten"


def test_visits_of_twelve_months_are_added_and_older_ones_left_out(client: Client) -> None:
    today = today_in_paris()
    VisitCount.count({"visit": 40, "home": 30, "search": 3})
    VisitCount.count({"visit": 60}, on=today)
    VisitCount.count({"visit": 500}, on=today - timedelta(days=400))
    page = shown(client.get("/chiffres"))
    assert value_of(page, "visites") == "100"
    lines = lines_of(client, "visites")
    assert ["Visites, et ce que l’on y fait", "Pages lues", "Accueil", "Fois", "30"] in lines
    assert ["Visites, et ce que l’on y fait", "Pages lues", "Recherches", "Fois", "moins de 5"] in lines


def test_what_people_do_is_counted_function_by_function(client: Client, world: World) -> None:
    for _ in range(5):
        world.need()
    world.response()
    done = {line[2]: line[4] for line in lines_of(client, "visites") if line[1] == "Ce que l’on y fait"}
    assert done["Besoins publiés"] == "7"  # with the first one of Bagnolet, and that of the response
    assert done["Réponses envoyées"] == "moins de 5"
    assert done["Questions posées"] == "0"


def test_participants_are_those_who_came_and_few_of_them_are_not_told(client: Client, world: World) -> None:
    page = shown(client.get("/chiffres"))
    assert "Aucun événement tenu" in page and value_of(page, "participants") == "0"
    hold_event(world, came=4)
    page = shown(client.get("/chiffres"))
    assert value_of(page, "participants") == "moins de 5" and "À un événement, du 1er" in page
    hold_event(world, came=3)
    assert value_of(shown(client.get("/chiffres")), "participants") == "7"


def hold_event(world: World, *, came: int) -> None:
    """Ten days ago, with one more who was expected and did not come."""
    world.curator  # noqa: B018 (made now, not then)
    with time_machine.travel(utc_now() - timedelta(days=20)):
        event = make_event(world)
        registrations = [event.register(by=world.user(f"Venue{number}")) for number in range(came + 1)]
    for registration in registrations[1:]:
        registration.attend(by=world.curator)
    event.end()
    db.session.commit()


def test_a_project_counts_once_however_often_its_buyer_says_it(client: Client, world: World) -> None:
    need = world.need(status="closed")
    need.conclude(by=world.bagnolet.validator, outcome="experiment", reason=REASON)
    DeclaredPurchase.declare(
        buyer=world.bagnolet.organization, by=world.bagnolet.validator, kind="experiment", need=need,
        supplier=world.startup.organization,
    )  # fmt: skip
    unsuccessful = world.need(status="closed")
    unsuccessful.conclude(by=world.bagnolet.validator, outcome="unsuccessful", reason=REASON)
    told = world.need(status="closed", source="Projet financé FMIN 2022")
    told.conclude(by=world.bagnolet.validator, outcome="funding_dossier", reason=REASON)
    interest = make_interest(world, "met")
    interest.convert(by=world.bagnolet.validator, conversion="purchase")
    DeclaredPurchase.declare(
        buyer=world.bondy.organization, by=world.bondy.validator, kind="direct_purchase",
        supplier=world.startup.organization,
    )  # fmt: skip
    db.session.commit()
    assert sorted(project.kind for project in projects(YEAR())) == ["experiment", "purchase"]
    assert value_of(client.get("/chiffres").text, "projets") == "2"
    assert projects(Period(date(2020, 1, 1), date(2020, 6, 30))) == []


def test_an_interest_that_leads_to_a_need_is_no_project_yet(world: World) -> None:
    make_interest(world, "met").convert(by=world.bagnolet.validator, conversion="need")
    db.session.flush()
    assert projects(YEAR()) == []


# ------------------------------------------------------------------ meetings and delays


def test_meetings_are_introductions_and_demands_with_what_followed(client: Client, world: World) -> None:
    world.match(status="introduced")
    world.match(world.need(), world.solution(world.rival), "declined")
    world.match(world.need(), world.solution(), "suggested")
    make_interest(world, "acknowledged")
    met = Meetings.of(YEAR())
    assert (len(met.introduced), met.answered, met.converted) == (2, 1, 0)
    assert (len(met.asked), met.heard, met.came_to_something) == (1, 1, 0)
    assert value_of(client.get("/chiffres").text, "rencontres") == "3"


def test_delays_are_medians_of_steps_and_those_who_wait_count(client: Client, world: World) -> None:
    today = today_in_paris()
    needs = [world.need() for _ in range(5)]
    for need, days in zip(needs[:3], (2, 4, 9), strict=True):
        match = world.match(need, world.solution(), "introduced")
        need.published_at = at_paris(today - timedelta(days=20), 10)
        match.introduced_at = at_paris(today - timedelta(days=20 - days), 9)
    db.session.commit()
    # The first publication of Bagnolet waits too: six needs, three of them introduced after 2, 4 and 9 days.
    introduction, answer, _conclusion = delays(YEAR())
    assert (introduction.days, introduction.reached, introduction.of) == (9, 3, 6)
    assert (answer.days, answer.reached, answer.of) == (None, 0, 3)
    page = shown(client.get("/chiffres"))
    assert value_of(page, "delais") == "9 jours"
    assert "trop peu de besoins pour le dire" in shown(client.get("/chiffres/delais"))


def test_a_delay_that_more_than_half_still_wait_for_is_said_unknown_with_its_reason(
    client: Client, world: World
) -> None:
    for _ in range(5):
        world.need()
    page = shown(client.get("/chiffres"))
    assert value_of(page, "delais") == "pas encore connu"
    assert re.search(r"Besoins publiés du .* : plus de la moitié attendent encore", page)


# ------------------------------------------------------------------ what may be read


@pytest.mark.parametrize(
    ("counts", "words"),
    [
        ([0, 0], "0"),
        ([0, 5, 9], "14"),
        ([0, 3], "moins de 5"),
        ([3, 9], "au moins 9"),
        ([3, 3], "au moins 5"),
    ],
)
def test_a_total_never_gives_a_hidden_count_away(app: object, counts: list[int], words: str) -> None:
    assert str(total_of(counts)) == words


def test_a_hidden_month_is_neither_drawn_nor_said(client: Client) -> None:
    VisitCount.count({"visit": 3})
    VisitCount.count({"visit": 50}, on=today_in_paris().replace(day=1) - timedelta(days=40))
    for address in ("/chiffres", "/chiffres/visites", "/chiffres.csv"):
        page = shown(client.get(address))
        assert "moins de 5" in page and ">53<" not in page and ";53" not in page, address
    assert value_of(shown(client.get("/chiffres")), "visites") == "au moins 50"
    assert Series([], []).columns == []


def test_every_figure_has_its_definition_its_table_its_csv_and_needs_no_cookie(
    client: Client, world: World
) -> None:
    world.match(status="introduced")
    page = client.get("/chiffres")
    assert "Set-Cookie" not in page.headers
    slugs = re.findall(r'href="/chiffres/(\w+)"', page.text)
    assert slugs == ["rencontres", "delais", "membres", "visites", "participants", "projets"]
    for slug in slugs:
        one = client.get(f"/chiffres/{slug}")
        assert one.status_code == 200 and "<caption" in one.text and f"/chiffres/{slug}.csv" in one.text
        assert lines_of(client, slug)[0] == ["Chiffre", "Tableau", "Ligne", "Colonne", "Valeur"]
    assert "Licence Ouverte 2.0" in shown(page)
    assert client.get("/chiffres/autre").status_code == 404
    assert len(re.findall(r"<(?!/|!)", re.sub(r"<svg.*?</svg>", "", page.text, flags=re.DOTALL))) < 350


def test_no_figure_names_a_person_a_company_or_an_amount(client: Client, world: World) -> None:
    interest: Interest = make_interest(world, "met")
    interest.convert(by=world.bagnolet.validator, conversion="purchase", amount_cents=1_234_500)
    world.response()
    for slug in ("rencontres", "delais", "membres", "visites", "participants", "projets"):
        for page in (client.get(f"/chiffres/{slug}").text, client.get(f"/chiffres/{slug}.csv").text):
            for secret in ("Ultrason", "Bagnolet", "12 345", "1234500", "Nour"):
                assert secret not in page, (slug, secret)
