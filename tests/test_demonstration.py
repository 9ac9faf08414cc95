"""The reference tables and the demonstration: what they contain, and that asking twice changes nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from models import (
    Activity,
    Embedding,
    Event,
    Membership,
    Need,
    Notification,
    OpenCall,
    Organization,
    Registration,
    Report,
    Response,
    ResponseVersion,
    Solution,
    Territory,
    Theme,
    User,
    VisitCount,
    db,
)
from models.activity import broken_seals
from models.calendar import today_in_paris
from models.database import utc_now
from models.errors import Conflict
from models.figures import projects
from models.need_lifecycle import is_complete
from models.organization import check_siret
from models.period import Period
from models.theme import TAXONOMIES
from models.user import complain_of_password
from webapp import commands, reference
from webapp.demonstration import accounts
from webapp.demonstration.accounts import demonstration_accounts
from webapp.demonstration.records import budget_band
from webapp.demonstration.seed import seed_demonstration

TABLES = (
    Territory,
    Theme,
    Organization,
    User,
    Membership,
    Need,
    Solution,
    Response,
    Notification,
    Activity,
    Embedding,
)


def count_rows() -> dict[str, int]:
    return {
        table.__tablename__: db.session.scalar(sa.select(sa.func.count()).select_from(table))
        for table in TABLES
    }


def everything(table: Any) -> list[Any]:
    return list(db.session.scalars(sa.select(table)))


def find(email: str) -> User:
    return db.session.scalars(User.by_email(email)).one()


# ---------------------------------------------------------------------- reference tables


def test_the_metropole_its_epts_and_its_communes_are_known(app: Flask) -> None:
    assert Counter(territory.kind for territory in everything(Territory)) == {
        "commune": 130,
        "ept": 11,
        "metropole": 1,
        "former": 1,
    }
    paris = db.session.scalars(sa.select(Territory).where(Territory.code == reference.PARIS)).one()
    assert paris.parent.code == reference.METROPOLE
    bondy = db.session.scalars(sa.select(Territory).where(Territory.name == "Bondy")).one()
    assert bondy.parent.name == "Est Ensemble"
    assert bondy.parent.parent.code == reference.METROPOLE


def test_each_closed_list_is_known(app: Flask) -> None:
    assert {theme.taxonomy for theme in everything(Theme)} == set(TAXONOMIES)
    assert len(Theme.codes()) == 19


def test_each_public_body_can_be_joined_and_the_metropole_is_there(app: Flask) -> None:
    statuses = Counter((organization.kind, organization.status) for organization in everything(Organization))
    assert statuses == {("commune", "prospect"): 130, ("ept", "prospect"): 11, ("metropole", "verified"): 1}


@pytest.mark.parametrize(
    ("place", "name"),
    [
        ("Paris", "Ville de Paris"), ("Alfortville", "Ville d’Alfortville"), ("Épinay-sur-Seine", "Ville d’Épinay-sur-Seine"),
        ("Le Kremlin-Bicêtre", "Ville du Kremlin-Bicêtre"), ("Les Lilas", "Ville des Lilas"), ("La Courneuve", "Ville de La Courneuve"),
        ("L’Haÿ-les-Roses", "Ville de L’Haÿ-les-Roses"), ("Ivry-sur-Seine", "Ville d’Ivry-sur-Seine"), ("Sceaux", "Ville de Sceaux"),
    ],
)  # fmt: skip
def test_a_town_hall_is_named_in_correct_french(place: str, name: str) -> None:
    assert reference.public_body_name(Territory(kind="commune", name=place)) == name


def test_loading_the_tables_again_changes_nothing(app: Flask) -> None:
    before = count_rows()
    reference.load_reference_tables()
    assert not db.session.dirty
    db.session.commit()
    assert count_rows() == before


def test_a_corrected_name_in_a_table_reaches_the_database(app: Flask) -> None:
    theme = db.session.scalars(sa.select(Theme).where(Theme.code == "mobility")).one()
    theme.name_fr = "Ancien nom"
    db.session.commit()
    reference.load_reference_tables()
    assert theme.name_fr == "Mobilités et stationnement"


def test_production_gets_no_demonstration(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = app.config["SETTINGS"]
    production = type("Production", (), {"is_demonstration": False, "public_url": settings.public_url})()
    monkeypatch.setitem(app.config, "SETTINGS", production)
    commands.prepare()
    assert count_rows()["user"] == 0


# ---------------------------------------------------------------------- first administrator


def test_the_first_administrator_gets_a_link_that_lets_choose_a_password(app: Flask) -> None:
    from models.token import read_token

    address = commands.create_administrator("Chef@Metropole.example")
    user = find("chef@metropole.example")
    assert user.is_admin
    assert user.is_active
    assert address.startswith(app.config["SETTINGS"].public_url)
    assert read_token("reset", address.rpartition("/")[2]) is user


def test_nobody_is_named_administrator_twice(app: Flask) -> None:
    commands.create_administrator("chef@metropole.example")
    with pytest.raises(Conflict):
        commands.create_administrator("chef@metropole.example")


# ---------------------------------------------------------------------- demonstration


@pytest.fixture(scope="module")
def demonstration(_application: Flask, databases: Any) -> Iterator[Flask]:
    """The demonstration, written once for the tests below, which only read."""
    with _application.app_context():
        databases.refresh()
        seed_demonstration()
        db.session.commit()
        yield _application
        db.session.remove()
        db.engine.dispose()


@pytest.mark.usefixtures("demonstration")
class TestDemonstration:
    def test_writing_it_twice_changes_nothing(self) -> None:
        before = count_rows()
        assert seed_demonstration() is False
        db.session.commit()
        assert count_rows() == before

    @pytest.mark.parametrize(("role", "email", "password"), demonstration_accounts())
    def test_each_account_can_sign_in_where_it_says(self, role: str, email: str, password: str) -> None:
        user = find(email)
        assert user.check_password(password)
        assert user.is_active
        assert complain_of_password(password, user) is None
        (membership,) = user.active_memberships()
        assert membership.organization.status == "verified"
        assert email.endswith(".example")
        account = next(account for account in accounts.ACCOUNTS if account.role == role)
        assert membership.role == account.membership

    def test_no_message_is_owed(self) -> None:
        assert db.session.scalar(sa.select(sa.func.count()).where(Notification.status == "owed")) == 0

    def test_the_journal_is_whole(self) -> None:
        assert broken_seals(db.session()) == []

    def test_nearly_every_record_of_the_catalogue_is_online_and_owed_a_comparison(self) -> None:
        statuses = Counter(solution.status for solution in everything(Solution))
        assert sum(statuses.values()) - 1 == 320  # one more is begun by the company that is shown
        assert statuses["published"] >= 310
        assert {"draft", "in_review", "changes_requested", "stale"} <= set(statuses)
        waiting = db.session.scalars(Solution.awaiting_matching()).all()
        assert len(waiting) == statuses["published"]

    def test_needs_are_many_open_and_some_in_each_other_state(self) -> None:
        statuses = Counter(need.status for need in everything(Need))
        assert statuses["published"] >= 70
        assert {
            "draft", "awaiting_validation", "in_review", "changes_requested", "closed", "in_dialogue", "concluded", "withdrawn",
        } <= set(statuses)  # fmt: skip
        assert len(db.session.scalars(Need.awaiting_matching()).all()) == statuses["published"]
        assert {"experiment", "funding_dossier", "direct_purchase", "unsuccessful"} <= {
            n.outcome for n in everything(Need)
        }

    def test_open_needs_have_ten_to_sixty_days_left(self) -> None:
        for need in db.session.scalars(Need.published()):
            assert timedelta(days=10) <= need.closes_on - today_in_paris() <= timedelta(days=60)
            assert need.created_at < need.submitted_at < need.validated_at < need.published_at < utc_now()
            assert need.published_at > need.organization.verified_at

    def test_what_is_shown_passes_its_own_rules(self) -> None:
        for need in everything(Need):
            if need.status != "draft":
                assert list(is_complete(need)) == [], need.title
                assert set(need.themes) <= Theme.codes()
                assert len(need.source) <= 40
        for solution in everything(Solution):
            assert set(solution.themes) <= Theme.codes()
            assert solution.status == "draft" or solution.lifecycle.problems(
                solution.lifecycle.find("submit", "draft")[0], solution
            ) == [], solution.title  # fmt: skip

    def test_each_company_is_distinct_and_its_number_is_right_and_nobodys(self) -> None:
        companies = [o for o in everything(Organization) if o.siret]
        assert 170 <= sum(o.status != "prospect" for o in companies) <= 220
        assert len({o.display_name for o in companies}) == len(companies)
        for company in companies:
            assert check_siret(company.siret) == company.siret
            assert company.siret.startswith("000")
        offered = Counter(
            solution.organization_id for solution in everything(Solution) if solution.status != "draft"
        )
        assert max(offered.values()) <= 3

    def test_past_projects_are_references_with_their_programme_and_year(self) -> None:
        past = [
            need
            for need in everything(Need)
            if need.status == "concluded" and need.source not in ("", "Démonstration")
        ]
        assert len(past) == 71
        assert sum(need.source.startswith("Projet financé") for need in past) == 26
        kiosk = next(need for need in past if need.title.startswith("Le kiosque"))
        assert kiosk.organization.display_name == "Ville d’Alfortville"
        assert kiosk.source == "Projet financé FMIN 2018"
        assert kiosk.irritant.endswith("(FMIN), 2018.")
        assert kiosk.defis == ["D2"]

    def test_each_challenge_of_the_metropole_finds_a_need(self) -> None:
        """R263 to R268: what the records say of it is kept, past projects and subjects of the strategy too."""
        found = {code for need in everything(Need) if need.status == "published" for code in need.defis}
        assert found == set(Theme.codes("defi"))
        assert not [need.title for need in everything(Need) if need.themes and not need.defis]

    def test_bondys_validator_may_publish_at_once_what_the_agent_wrote(self) -> None:
        validator = find(accounts.VALIDATOR.email)
        commune = validator.active_memberships()[0].organization
        waiting = [
            n for n in everything(Need) if n.organization is commune and n.status == "awaiting_validation"
        ]
        assert [need.title for need in waiting] == [
            "Le lundi matin, plus personne n'arrive à nous avoir au téléphone"
        ]
        assert waiting[0].may("publish")
        assert waiting[0].author.email == accounts.CONTRIBUTOR.email
        unread = [
            r
            for n in everything(Need)
            if n.organization is commune
            for r in n.responses
            if r.status == "submitted"
        ]
        assert len(unread) == 3

    def test_the_new_communes_first_need_goes_to_the_team(self) -> None:
        commune = find(accounts.NEW_VALIDATOR.email).active_memberships()[0].organization
        (need,) = [n for n in everything(Need) if n.organization is commune]
        assert need.may("validate")
        assert not need.may("publish")

    def test_the_team_has_something_of_each_kind_to_read(self) -> None:
        assert len(db.session.scalars(Need.to_review()).all()) == 2
        assert len(db.session.scalars(Solution.to_review()).all()) == 3
        assert [o.display_name for o in db.session.scalars(Organization.to_verify())] == ["Colibri & Théière"]
        assert [m.organization.display_name for m in everything(Membership) if m.status == "requested"] == [
            "Ville de Bondy"
        ]

    def test_events_and_calls_show_each_state_and_break_no_rule(self) -> None:
        events = {event.title: event for event in everything(Event)}
        assert Counter(event.status for event in events.values()) == {"past": 1, "published": 2}
        assert all(
            event.capacity is None or event.places_taken <= event.capacity for event in events.values()
        )
        today = today_in_paris()
        came = db.session.scalars(Registration.attended_between(today - timedelta(days=60), today)).all()
        assert 10 <= len(came) <= 14
        calls = everything(OpenCall)
        assert Counter(call.status for call in calls) == {"open": 1, "announced": 1, "archived": 1}
        for call in calls:
            assert set(call.themes) <= Theme.codes()
            assert call.is_open == (call.status == "open")
        (school,) = [call for call in calls if call.status == "open"]
        assert len(db.session.scalars(school.entries()).all()) >= 4
        (first,) = [call for call in calls if call.status == "archived"]
        assert (f"{first.opens_on}", f"{first.closes_on}") == ("2018-07-02", "2018-09-20")

    def test_the_five_companies_of_the_first_wave_are_named_on_its_page_and_in_the_directory(self) -> None:
        (wave,) = [call for call in everything(OpenCall) if call.status == "archived"]
        listed = {organization.display_name for organization in everything(Organization)}
        for name in ("Energic", "Picto Access", "Pointsinthecity", "PopVox", "Whasq"):
            assert name in wave.text and name in listed

    def test_figures_and_reports_are_there_to_be_read(self) -> None:
        year = Period.twelve_months()
        assert all(period_count > 0 for period_count in year.sum_by_month(VisitCount.by_day("visit", year)))
        assert {project.kind for project in projects(year)} >= {"experiment", "purchase"}
        reports = everything(Report)
        # On the first days of a half-year nothing of it is over.
        assert Counter(report.status for report in reports) in (
            {"frozen": 2, "draft": 1},
            {"frozen": 1, "draft": 1},
        )
        assert all(report.is_intact for report in reports if report.status == "frozen")

    def test_what_was_sent_was_sent_while_its_need_was_open(self) -> None:
        for version in db.session.scalars(sa.select(ResponseVersion)):
            need = version.response.need
            assert need.published_at <= version.submitted_at <= need.closes_at, need.title

    def test_responses_are_seen_in_each_state(self) -> None:
        assert {response.status for response in everything(Response)} == set(Response.lifecycle.statuses)


@pytest.mark.parametrize(
    ("euros", "band"),
    [
        (None, "unknown"),
        (39_999, "lt_40k"),
        (40_000, "40_60k"),
        (89_999, "60_90k"),
        (99_999, "90_100k"),
        (216_000, "gte_216k"),
    ],
)
def test_a_budget_falls_in_its_band(euros: int | None, band: str) -> None:
    assert budget_band(euros) == band
