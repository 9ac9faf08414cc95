"""The report of the committee: figures of its days, an opinion, then frozen: nothing that happens later changes it."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from datetime import date, timedelta

import pytest
import sqlalchemy as sa
import time_machine
from pypdf import PdfReader

from models import Activity, IllegalMove, NotReady, Report, RuleViolation, VisitCount, db
from models.calendar import at_paris, today_in_paris
from models.period import Period
from tests.client import Client, shown
from tests.factories import World
from tests.reports import OPINION, make_report
from webapp.reports.contents import sections_of

INDEX = "/curation/rapports"
CODES = [
    "essentiel", "membres", "visites", "participants", "projets", "rencontres", "delais", "themes", "territoires", "issues",
    "sans-reponse", "partage", "alertes",
]  # fmt: skip


@pytest.fixture
def desk(client: Client, world: World) -> Client:
    return client.sign_in(world.curator)


def last_month() -> Period:
    """Days that are over, and in which a test can put things."""
    yesterday = today_in_paris() - timedelta(days=1)
    return Period(yesterday - timedelta(days=29), yesterday)


def rows_of(period: Period, title: str) -> list[list[object]]:
    """The table whose title begins so."""
    tables = (table for section in sections_of(period) for table in section["tables"])
    rows: list[list[object]] = next(table["rows"] for table in tables if table["title"].startswith(title))
    return rows


def only_report() -> Report:
    db.session.expire_all()
    return db.session.scalars(sa.select(Report)).one()


def test_a_report_is_begun_its_opinion_kept_then_frozen_and_taken_away(desk: Client, world: World) -> None:
    half = Period.half_years(1)[0]
    assert "Aucun rapport" in shown(desk.get(INDEX))
    begun = desk.post(f"{INDEX}/nouveau", {"half": f"{half.first:%Y-%m}"})
    report = only_report()
    assert begun.status_code == 303 and report.period == half
    address = f"{INDEX}/{report.id}"
    page = shown(desk.get(address))
    assert "ses chiffres sont ceux de cet instant" in page and f"{address}/rapport.pdf" not in page
    assert desk.get(f"{address}/rapport.pdf").status_code == 404
    assert (
        desk.post(f"{address}/avis", {"opinion": "Trop court"}).status_code == 303
    )  # a draft may be unfinished
    refused = desk.post(f"{address}/avis", {"opinion": "Trop court", "freeze": "1"})
    assert refused.status_code == 422 and "40 caractères au moins" in shown(refused)
    assert only_report().status == "draft"
    assert desk.post(f"{address}/avis", {"opinion": OPINION, "freeze": "1"}).status_code == 303
    report = only_report()
    assert (report.status, report.opinion, report.frozen_by) == ("frozen", OPINION, world.curator)
    assert report.is_intact and [section["code"] for section in report.contents or []] == CODES
    act = db.session.scalars(Activity.of(report)).all()[-1]
    assert act.action == "freeze" and act.details["sha256"] == report.sha256
    pdf, table = desk.get(f"{address}/rapport.pdf"), desk.get(f"{address}/rapport.csv")
    assert pdf.data.startswith(b"%PDF") and table.mimetype == "text/csv"
    rows = list(csv.reader(io.StringIO(table.text.removeprefix("\ufeff")), delimiter=";"))
    assert rows[1][4] == half.first.isoformat() and rows[4][4] == OPINION
    with zipfile.ZipFile(io.BytesIO(desk.get(f"{address}/rapport.xlsx").data)) as book:
        names = re.findall(r'<sheet name="([^"]+)"', book.read("xl/workbook.xml").decode())
    assert len(names) == len(set(names)) > len(CODES) and names[0] == "Avis"


def test_an_opinion_saves_itself_while_it_is_typed_and_never_once_it_is_frozen(
    desk: Client, world: World
) -> None:
    draft = make_report(world)
    address = f"{INDEX}/{draft.id}/brouillon"
    assert f'data-autosave="{address}"' in desk.get(f"{INDEX}/{draft.id}").text
    answer = desk.post(address, {"opinion": "Trois mots seulement"})
    assert answer.status_code == 200 and answer.text.startswith("Enregistré le")
    assert only_report().opinion == "Trois mots seulement"
    too_long = desk.post(address, {"opinion": "a" * 6001})
    assert too_long.status_code == 422 and "Pas enregistré" in too_long.text
    assert only_report().opinion == "Trois mots seulement"
    desk.post(f"{INDEX}/{draft.id}/avis", {"opinion": OPINION, "freeze": "1"})
    assert desk.post(address, {"opinion": "Après coup, autre chose."}).status_code in (403, 409)
    assert only_report().opinion == OPINION


def test_what_is_frozen_says_its_year_on_the_page_and_in_each_file(desk: Client, world: World) -> None:
    report = make_report(world, "frozen")
    address, year = f"{INDEX}/{report.id}", today_in_paris().year
    assert re.search(rf"Figé le \d+\w* \w+ {year} à ", shown(desk.get(address)))
    assert re.search(rf"Figé le \d+\w* \w+ {year} à ", shown(desk.get(f"{address}/rapport.csv")))
    pdf = PdfReader(io.BytesIO(desk.get(f"{address}/rapport.pdf").data))
    assert re.search(rf"Figé le \d+\w* \w+ {year}", pdf.pages[0].extract_text())
    assert pdf.metadata is not None and pdf.metadata.author == "Adopte une innovation"


def test_its_figures_are_those_of_its_days(world: World) -> None:
    period, day = last_month(), today_in_paris() - timedelta(days=10)
    inside, outside = at_paris(day, 9), at_paris(period.first - timedelta(days=1), 23)
    early, late = world.need(themes=["mobility", "circular_waste"]), world.need(themes=["mobility"])
    world.response(early)
    early.published_at, late.published_at = inside, outside
    match = world.match(world.need(themes=["mobility"]), world.solution(), "introduced")
    match.introduced_at = inside
    match.need.published_at = outside
    VisitCount.count({"visit": 3}, on=day)
    VisitCount.count({"visit": 50})
    db.session.commit()
    assert rows_of(period, "Besoins publiés, par thème")[1:] == [
        ["Mobilités et stationnement", 1, 1],
        ["Économie circulaire et déchets", 1, 1],
    ]
    assert rows_of(period, "Besoins publiés, par territoire")[1:] == [["Bagnolet", 1]]
    assert rows_of(period, "Besoins publiés, où")[1:] == [["Publié", 1]]
    summary = {str(row[0]): row[1:] for row in rows_of(period, "Les indicateurs")[1:]}
    assert summary["Besoins publiés"] == [1, 2]
    assert next(value for name, value in summary.items() if name.startswith("Visites")) == [3, 0]
    assert next(value for name, value in summary.items() if name.startswith("Rencontres")) == [1, 0]


def test_how_needs_ended_is_counted_by_outcome(world: World) -> None:
    for outcome in ("experiment", "experiment", "unsuccessful"):
        need = world.need(status="closed")
        reason = "Une entreprise convient, ou aucune : voilà pourquoi."
        need.conclude(by=world.bagnolet.validator, outcome=outcome, reason=reason)
    db.session.commit()
    ended = dict(rows_of(Period.twelve_months(), "Besoins conclus")[1:])  # type: ignore[arg-type]
    assert sorted(ended.values()) == [0, 0, 0, 0, 0, 1, 2]  # type: ignore[type-var]


def test_what_is_frozen_does_not_move_whatever_happens_afterwards(desk: Client, world: World) -> None:
    period = last_month()
    report = Report.draft(period=period, by=world.curator, opinion=OPINION)
    report.freeze(by=world.curator, contents=sections_of(period))
    db.session.commit()
    address = f"{INDEX}/{report.id}"
    before = [desk.get(f"{address}{end}").text for end in ("?partie=themes", "/rapport.csv")]
    need = world.need()
    need.published_at = at_paris(period.first, 12)
    VisitCount.count({"visit": 900}, on=period.first)
    db.session.commit()
    assert ["Économie circulaire et déchets", 1, 0] in rows_of(period, "Besoins publiés, par thème")
    after = [desk.get(f"{address}{end}").text for end in ("?partie=themes", "/rapport.csv")]
    token = re.compile(r'name="csrf_token" value="[^"]+"')
    assert [token.sub("", one) for one in after] == [token.sub("", one) for one in before]


def test_neither_a_verb_nor_the_code_changes_a_frozen_report(world: World) -> None:
    report = make_report(world, "frozen")
    for verb in (
        lambda: report.write(by=world.curator, opinion="Autre chose que ce qui a été dit au comité."),
        lambda: report.freeze(by=world.curator, contents=[]),
        lambda: report.discard(by=world.curator),
    ):
        with pytest.raises(IllegalMove):
            verb()
    report.opinion = "Changé en passant"
    with pytest.raises(RuleViolation, match="ne se modifie pas"):
        db.session.flush()
    db.session.rollback()
    assert only_report().opinion == OPINION


def test_a_change_made_in_the_database_itself_is_seen(desk: Client, world: World) -> None:
    report = make_report(world, "frozen")
    number = report.id
    assert "ne correspond plus" not in shown(desk.get(f"{INDEX}/{number}"))
    db.session.execute(sa.update(Report).values(opinion="Tout va bien, et même très bien, dit-on."))
    db.session.commit()
    assert "ne correspond plus à l’empreinte" in shown(desk.get(f"{INDEX}/{number}"))


def test_an_error_is_put_right_by_another_report_which_replaces_it(desk: Client, world: World) -> None:
    first = make_report(world, "frozen")
    number = first.id
    desk.post(f"{INDEX}/{number}/refaire")
    again = db.session.scalars(sa.select(Report).where(Report.replaces_id == number)).one()
    assert (again.status, again.period, again.opinion) == ("draft", first.period, OPINION)
    assert "a été remplacé" not in shown(desk.get(f"{INDEX}/{number}"))
    desk.post(f"{INDEX}/{number}/refaire")
    assert db.session.scalar(sa.select(sa.func.count(Report.id))) == 2, "one at a time"
    desk.post(f"{INDEX}/{again.id}/avis", {"opinion": OPINION + " Corrigé.", "freeze": "1"})
    page = shown(desk.get(f"{INDEX}/{number}"))
    assert "Ce rapport a été remplacé" in page and f"{INDEX}/{again.id}" in page and OPINION in page
    listed = shown(desk.get(INDEX))
    assert f"remplace le n° {number}" in listed and "remplacé" in listed


def test_a_draft_may_be_thrown_away_and_another_begun(desk: Client, world: World) -> None:
    first = make_report(world, "frozen")
    desk.post(f"{INDEX}/{first.id}/refaire")
    again = db.session.scalars(sa.select(Report).where(Report.replaces_id == first.id)).one()
    desk.post(f"{INDEX}/{again.id}/supprimer")
    assert f'{INDEX}/{again.id}"' not in desk.get(INDEX).text
    assert desk.post(f"{INDEX}/{first.id}/refaire").status_code == 303


def test_days_that_are_not_over_are_shown_but_not_frozen(desk: Client, world: World) -> None:
    today = today_in_paris()
    desk.post(
        f"{INDEX}/nouveau",
        {"first_on": f"{today - timedelta(days=9):%d/%m/%Y}", "last_on": f"{today:%d/%m/%Y}"},
    )
    report = only_report()
    refused = desk.post(f"{INDEX}/{report.id}/avis", {"opinion": OPINION, "freeze": "1"})
    assert refused.status_code == 422 and "n’est pas finie" in shown(refused)
    assert only_report().opinion == OPINION, "what was typed is kept"
    with time_machine.travel(at_paris(today + timedelta(days=1), 1)):
        only_report().freeze(by=world.curator, contents=[])


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"half": ""}, "Choisissez un semestre"),
        ({"first_on": "01/03/2026"}, "Choisissez un semestre"),
        ({"first_on": "02/03/2026", "last_on": "01/03/2026"}, "Le dernier jour vient avant le premier"),
        ({"first_on": "01/03/2126", "last_on": "02/03/2126"}, "n’a pas commencé"),
        ({"half": "1999-01"}, "Choisissez une valeur de la liste"),
        ({"half": "", "last_on": "02/03/2026"}, "donnez le premier et le dernier jour"),
    ],
)
def test_a_wrong_period_is_given_back_with_a_sentence(
    desk: Client, fields: dict[str, str], words: str
) -> None:
    refused = desk.post(f"{INDEX}/nouveau", fields)
    assert refused.status_code == 422 and words in shown(refused)
    assert db.session.scalar(sa.select(sa.func.count(Report.id))) == 0


def test_a_report_names_no_company_and_no_amount(desk: Client, world: World) -> None:
    need = world.need(amount_estimated_cents=12_345_600)
    for _ in range(11):
        world.match(world.need(), world.solution(), "introduced")
    world.response(need)
    words = str(sections_of(Period.twelve_months()))
    for secret in ("Ultrason", "123456", "12 345", world.startup.contributor.email):
        assert secret not in words
    assert ["Thèmes où une entreprise dépasse le seuil d’alerte", 1, "", "", ""] in rows_of(
        Period.twelve_months(), "Comment l’attention"
    )


def test_words_are_french_whoever_makes_it_and_only_the_team_reads_it(client: Client, world: World) -> None:
    report = make_report(world, "frozen")
    world.curator.locale = "en"
    db.session.commit()
    client.sign_in(world.curator)
    client.get(f"{INDEX}/{report.id}?lang=en")
    draft = make_report(world)
    assert "L’essentiel" in client.get(f"{INDEX}/{draft.id}").text
    for person in (world.startup.org_admin, world.bagnolet.validator):
        client.sign_in(person)
        assert client.get(INDEX).status_code == 403
        assert client.get(f"{INDEX}/{report.id}").status_code == 404
        assert client.get(f"{INDEX}/{report.id}/rapport.pdf").status_code == 404


def test_a_report_of_days_that_cannot_be_is_refused_by_the_rule_too(world: World) -> None:
    with pytest.raises(NotReady):
        Report.draft(period=Period(date(2026, 3, 2), date(2026, 3, 1)), by=world.curator)
