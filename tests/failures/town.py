"""A commune, its company and its needs on a stack that runs, and the books that must be straight after any failure."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import sqlalchemy as sa
from redis import Redis

from models import Activity, Match, Need, Notification, Solution, User, db
from models.activity import broken_seals
from models.database import reading_only
from settings import Settings
from tests.factories import World
from tests.stack import PATIENCE, Person, RunningStack, until
from webapp import create_app
from workers.queue import ring

COMPANIES, SOLUTIONS_EACH = 4, 3  # more than ten; no company is proposed four times for a need
PLACES = ("près du métro", "devant l’école", "au bord du canal", "sur la place du marché", "dans le parc")


class Town:
    """Made through the verbs of the domain, on the database of ``stack``. Never holds a transaction open: SQLite has one
    writer, and the workers need it."""

    def __init__(self, stack: RunningStack) -> None:
        self.stack = stack
        self.redis_url = f"unix://{stack.var_dir / 'redis' / 'redis.sock'}"
        self.app = create_app(Settings.from_environment(stack.environ | {"REDIS_URL": self.redis_url}))
        self.mail = stack.var_dir / "mail"

    @contextmanager
    def open(self) -> Iterator[Town]:
        with self.app.app_context():
            self.world = World()
            yield self
            db.session.remove()
            db.engine.dispose()

    def redis(self) -> Redis:
        return Redis.from_url(self.redis_url, socket_timeout=10)

    # ------------------------------------------------------------------ what is there

    def found(self) -> None:
        """A verified commune that has published before, and a catalogue of more than ten solutions."""
        people = self.world.bagnolet
        self.contributor_id, self.validator_id = people.contributor.id, people.validator.id
        self.owner_ids = {people.contributor.id, people.validator.id, people.org_admin.id}
        for company in range(COMPANIES):
            people = self.world.company(f"Société {company}")
            for number in range(SOLUTIONS_EACH):
                self.world.solution(people, title=f"Sondes pour corbeilles de rue, modèle {company}-{number}")
        self._ring("propose_matches", "deliver_notifications")

    def submit_needs(self, count: int) -> list[int]:
        """Needs that wait for « Publier »; their numbers."""
        author = db.session.get_one(User, self.contributor_id)
        organization = author.active_memberships()[0].organization
        owner = SimpleNamespace(organization=organization, contributor=author, validator=self.validator)
        needs = [
            self.world.need(
                owner,
                "awaiting_validation",
                title=f"Corbeilles qui débordent {PLACES[number % len(PLACES)]}, secteur {number}",
            )
            for number in range(count)
        ]
        numbers = [need.id for need in needs]
        self._ring("deliver_notifications")  # the validators are told that something waits for them
        return numbers

    @property
    def validator(self) -> User:
        return db.session.get_one(User, self.validator_id)

    def publish_all(self, needs: list[int], bell: str) -> None:
        """In one transaction, so that all are owed at the same moment; then one bell."""
        for number in needs:
            db.session.get_one(Need, number).publish(by=self.validator)
        self._ring(bell)

    def _ring(self, *bells: str) -> None:
        for bell in bells:
            ring(bell)
        db.session.commit()

    def sign_in(self) -> Person:
        email = self.validator.email
        db.session.rollback()
        return Person(self.stack.url).sign_in(email)

    # ------------------------------------------------------------------ what is owed

    def read(self, query: Any) -> list[Any]:
        """Rows as they are now, without holding anything afterwards."""
        with reading_only():
            rows = db.session.execute(query).all()
            db.session.rollback()
        return list(rows)

    def count(self, query: Any) -> int:
        return int(self.read(sa.select(sa.func.count()).select_from(query.order_by(None).subquery()))[0][0])

    def statuses(self, needs: list[int]) -> set[str]:
        return {row[0] for row in self.read(sa.select(Need.status).where(Need.id.in_(needs)))}

    def unmatched(self) -> int:
        return self.count(Need.awaiting_matching()) + self.count(Solution.awaiting_matching())

    def unsent(self) -> int:
        """Messages owed, those of a later hour too."""
        return self.count(sa.select(Notification).where(Notification.status == "owed"))

    def matches_of(self, needs: list[int]) -> int:
        return self.count(sa.select(Match).where(Match.need_id.in_(needs)))

    def owes_nothing(self) -> bool:
        with self.app.app_context():
            return self.unmatched() + self.unsent() == 0

    def await_peace(self, *, within: float = PATIENCE) -> None:
        until(self.owes_nothing, "proposals are stored and messages have left", within=within)

    # ------------------------------------------------------------------ what must be true

    def letters(self) -> list[Path]:
        return sorted(self.mail.glob("*.eml")) if self.mail.exists() else []

    def assert_done_once(self, needs: list[int]) -> None:
        """``needs`` are published, compared and told, each once; and nothing anywhere was lost or doubled."""
        assert self.statuses(needs) == {"published"}
        rows = self.read(
            sa.select(Need.id, sa.func.count(Match.id))
            .outerjoin(Match, Match.need_id == Need.id)
            .where(Need.id.in_(needs))
            .group_by(Need.id)
        )
        assert sorted(map(tuple, rows)) == sorted((number, 10) for number in needs)
        assert self.acts_done_twice() == []
        told = self.read(
            sa.select(Notification.subject_id, Notification.recipient_id, Notification.status)
            .where(Notification.kind == "need_published")
            .where(Notification.subject_type == "need", Notification.subject_id.in_(needs))
        )
        wanted = [(number, person, "sent") for number in needs for person in self.owner_ids]
        assert sorted(map(tuple, told)) == sorted(wanted)
        self.assert_each_message_is_one_letter()
        with reading_only():
            assert broken_seals(db.session()) == []
            db.session.rollback()

    def acts_done_twice(self) -> list[Any]:
        """A need is published once, a pair suggested once (no text changes in these tests)."""
        once = Activity.action.in_(("create", "submit", "publish"))
        return self.read(
            sa.select(Activity.subject_type, Activity.subject_id, Activity.action, sa.func.count())
            .where(once)
            .group_by(Activity.subject_type, Activity.subject_id, Activity.action)
            .having(sa.func.count() > 1)
        )

    def assert_each_message_is_one_letter(self) -> None:
        rows = self.read(sa.select(Notification.id, Notification.status, Notification.trouble))
        assert [row for row in rows if row.status not in ("sent", "dropped")] == []
        sent = sorted(row.id for row in rows if row.status == "sent")
        assert sorted(int(letter.stem.rpartition("-")[2]) for letter in self.letters()) == sent
        names = [
            message_from_bytes(letter.read_bytes(), policy=policy.default)["Message-ID"]
            for letter in self.letters()
        ]
        assert len(set(names)) == len(sent)
        assert list(self.mail.glob(".*")) == [], "a letter half written was left behind"
