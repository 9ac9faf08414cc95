"""How many messages companies receive in ninety days of alerts, through the real errands and the real mails, time moved.

    python -m benchmarks.alert_volume                          # 300 companies, 90 days
    python -m benchmarks.alert_volume --companies 60 --days 30

Each company has one person, one page in the catalogue and one to three alerts on needs (a theme, words, both); half of them follow
themes too. Rhythms are drawn: seven of ten leave everything as it is (one message a working day at most), two choose the week, one
has an alert that writes at once. Communes publish needs of the training pairs on working days; the team introduces the
first three of each, one company in three answers, needs close by themselves. The errands run before eight, after eight and in the
evening. A mail is counted when it is in the folder of mails, for its reader and its week. Goal: half of the people and weeks have
two messages or fewer, without the necessary ones. Exit code 1 when it is missed, or when somebody had two digests in one day.
"""

from __future__ import annotations

import argparse
import random
import statistics
import sys
import tempfile
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import sqlalchemy as sa
import time_machine
from argon2 import PasswordHasher

import models.user
from benchmarks.material import Text, needs, sources
from benchmarks.stack import table
from models import Alert, Follow, Match, NeedChoices, Notification, Organization, Response, Theme, User, db
from models.calendar import ONE_DAY, is_working_day
from models.database import PARIS
from models.notification import OPTIONAL
from settings import Settings
from tests.factories import PASSWORD, World, make_siret
from webapp import create_app
from webapp.commands import migrate
from webapp.reference import load_reference_tables
from workers.alerts import look_for_alerts
from workers.digests import send_digests
from workers.mail import deliver_notifications
from workers.matches import propose_matches
from workers.reminders import remind_people
from workers.upkeep import close_due_needs

GOAL = 2.0
FIRST_DAY = datetime(2027, 1, 11, 6, 0, tzinfo=PARIS)  # a Monday
COMMUNES = ("Bagnolet", "Bondy", "Vanves", "Nanterre", "Créteil", "Montreuil", "Sceaux", "Arcueil")
INTRODUCED, ANSWERS = 3, 1 / 3
CLASSES = ("can wait", "necessary")
LEAST_BODY = 150  # characters: what a page must say of how it works


def main() -> int:
    """Print the tables. Exit code 1 when the goal is missed."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--companies", type=int, default=300)
    parser.add_argument("--days", type=int, default=90)
    parser.add_argument("--needs", type=float, default=2.0, help="published on a working day, on average")
    asked = parser.parse_args()
    # Hundreds of people are made; nobody signs in.
    models.user._hasher = PasswordHasher(memory_cost=8, time_cost=1, parallelism=1)
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "var").mkdir()
        environ = {"VAR_DIR": str(Path(folder) / "var"), "MAIL_URL": f"file:{folder}/mail"}
        app = create_app(Settings.from_environment(environ))
        with app.app_context():
            migrate()
            load_reference_tables()
            db.session.commit()
            quarter = Quarter(asked, Path(folder) / "mail")
            quarter.live()
            reached = quarter.report()
            db.session.remove()
            db.engine.dispose()
    return 0 if reached else 1


class Quarter:
    """The people, then their days."""

    def __init__(self, asked: argparse.Namespace, mail: Path) -> None:
        self.asked, self.mail, self.drawn = asked, mail, random.Random(7)
        self.world = World()
        self.texts = [text for text in needs() if len(text.body) >= LEAST_BODY]
        self.drawn.shuffle(self.texts)
        with time_machine.travel(FIRST_DAY - 2 * ONE_DAY, tick=False):
            self.communes = [self.world.commune(name) for name in COMMUNES]
            pages = [page for page in sources() if len(page.body) >= LEAST_BODY]
            self.catalogue = self.drawn.sample(pages, asked.companies)
            self.themes = [theme.code for theme in db.session.scalars(Theme.listed())]
            self.readers = [self._reader(number, text) for number, text in enumerate(self.catalogue)]
            for commune in self.communes:
                self.world.need(commune, "published", title="Une première publication déjà faite", first=True)
            self._evening()
            Notification.drop_all()
            db.session.commit()
        self.before = len(list(mail.glob("*.eml")))

    def _reader(self, number: int, page: Text) -> SimpleNamespace:
        """A company, its person, its page, its alerts."""
        person = User.register(
            email=f"societe.{number}@example.org", password=PASSWORD, first_name="Sam", last_name=f"N{number}"
        )
        person.confirm()
        company = Organization.create(
            kind="startup", name=f"Société {number}", siret=make_siret(50_000 + number), by=person
        )
        company.sign_charter(by=person)
        company.verify(by=self.world.curator)
        owner = SimpleNamespace(organization=company, contributor=person, validator=person, org_admin=person)
        pitch = (page.pitch or page.body)[:280]
        self.world.solution(owner, title=page.title[:120], pitch=pitch, how_it_works=page.body)
        kind = self.drawn.choices(("as it is", "weekly", "instant"), (7, 2, 1))[0]
        if kind == "weekly":
            person.choose_rhythm("weekly", self.drawn.randrange(5))
        theme = page.theme if page.theme in self.themes else self.drawn.choice(self.themes)
        searches = [(theme, ""), ("", page.title), (self.drawn.choice(self.themes), page.title)]
        for theme_code, words in searches[: self.drawn.randint(1, 3)]:
            choices = NeedChoices(theme=theme_code)
            alert = Alert.keep(user=person, kind="needs", choices=choices, words=words, name=words or "Thème")
            if kind == "instant":
                alert.rhythm = "instant"
        if self.drawn.random() < 0.5:
            Follow.choose_themes(person, {theme, self.drawn.choice(self.themes)})
        db.session.commit()
        return SimpleNamespace(person=person.id, kind=kind, owner=owner)

    # ------------------------------------------------------------------ the days

    def live(self) -> None:
        for number in range(self.asked.days):
            day = FIRST_DAY + timedelta(days=number)
            for act, hours in ((self._morning, 1.8), (self._deliver, 2.2), (self._evening, 12)):
                with time_machine.travel(day + timedelta(hours=hours), tick=False):  # 7:48, 8:12, 18:00
                    act()
            if number % 7 == 6:
                print(f"week {number // 7 + 1}: {len(list(self.mail.glob('*.eml')))} mails", file=sys.stderr)

    def _morning(self) -> None:
        """The last errands before eight: a digest holds what is known by then."""
        close_due_needs()
        remind_people()
        send_digests()
        self._deliver()

    def _evening(self) -> None:
        if is_working_day(datetime.now(PARIS).date()):
            self._publish()
        look_for_alerts()
        propose_matches()
        self._introduce()
        self._deliver()

    def _deliver(self) -> None:
        while db.session.scalars(Notification.due().limit(1)).first() is not None:
            db.session.rollback()
            deliver_notifications()
        db.session.rollback()

    def _publish(self) -> None:
        count = int(self.asked.needs) + (self.drawn.random() < self.asked.needs % 1)
        for text in [self.texts.pop() for _ in range(count) if self.texts]:
            theme = text.theme if text.theme in self.themes else self.drawn.choice(self.themes)
            closes_on = datetime.now(PARIS).date() + timedelta(days=self.drawn.randint(21, 45))
            self.world.need(
                self.drawn.choice(self.communes),
                title=text.title[:120],
                irritant=text.body,
                themes=[theme],
                closes_on=closes_on,
            )

    def _introduce(self) -> None:
        """The team retains the first of each need; some of the companies answer at once."""
        waiting = sa.select(Match).where(Match.status == "suggested", Match.rank <= INTRODUCED)
        for match in db.session.scalars(waiting).all():
            match.approve(by=self.world.curator)
            if self.drawn.random() < ANSWERS:
                self._answer(match)
        db.session.commit()

    def _answer(self, match: Match) -> None:
        person = match.solution.organization.members()[0]
        response = Response.draft(
            need=match.need, organization=match.solution.organization, by=person, solution=match.solution
        )
        response.write(
            summary="Nous pouvons vous aider.",
            answer="Une visite, un essai d’un mois, un bilan avec vos agents.",
        )
        response.submit(by=person)

    # ------------------------------------------------------------------ what they received

    def report(self) -> bool:
        sent = self._mails()
        weeks = max(1, self.asked.days // 7)
        groups: dict[str, list[SimpleNamespace]] = {"all": self.readers}
        for reader in self.readers:
            groups.setdefault(reader.kind, []).append(reader)
        theirs = sum(
            sent[r.person, week, kind] for r in self.readers for week in range(weeks) for kind in CLASSES
        )
        print(f"{len(self.readers)} companies, {weeks} weeks, {theirs} messages to them")
        titles = ["messages of a person in a week", "people", "median", "mean", "p95", "most"]
        lines: list[list[object]] = []
        for name, readers in groups.items():
            for kind in CLASSES:
                counts = sorted(sent[r.person, week, kind] for r in readers for week in range(weeks))
                lines.append([f"{name}, {kind}", str(len(readers)), *_figures(counts)])
        print(table(titles, lines))
        optional = [sent[r.person, week, "can wait"] for r in self.readers for week in range(weeks)]
        twice = self._two_in_a_day()
        print(f"goal: median of what can wait at most {GOAL:g}; digests twice in one day: {twice}")
        return statistics.median(optional) <= GOAL and twice == 0

    def _mails(self) -> Counter[Any]:
        """(person, week, class) → mails in the folder."""
        rows = {row.id: row for row in db.session.scalars(sa.select(Notification))}
        found: Counter[Any] = Counter()
        for path in self.mail.glob("*.eml"):
            row = rows[int(path.stem.rpartition("-")[2])]
            if row.sent_at is not None and row.sent_at >= FIRST_DAY:
                week = (row.sent_at - FIRST_DAY).days // 7
                found[row.recipient_id, week, "can wait" if row.kind in OPTIONAL else "necessary"] += 1
        return found

    def _two_in_a_day(self) -> int:
        digests = db.session.scalars(
            sa.select(Notification).where(Notification.kind == "digest", Notification.status == "sent")
        )
        days = Counter(
            (row.recipient_id, row.sent_at.astimezone(PARIS).date()) for row in digests if row.sent_at
        )
        return sum(count > 1 for count in days.values())


def _figures(counts: list[int]) -> list[str]:
    p95 = counts[min(len(counts) - 1, int(0.95 * len(counts)))]
    return [f"{statistics.median(counts):g}", f"{statistics.mean(counts):.2f}", str(p95), str(counts[-1])]


if __name__ == "__main__":
    sys.exit(main())
