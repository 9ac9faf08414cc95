"""The people of the demonstration, and the calendar of what they are said to have done."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import cycle
from typing import Any

from sqlalchemy import select

from models import Membership, Need, Organization, Solution, Territory, User, db
from models.calendar import today_in_paris
from models.database import PARIS
from models.text import slugify
from webapp.demonstration import accounts
from webapp.demonstration.accounts import PASSWORD, Account
from webapp.reference import METROPOLE, typographic

_FIRST_NAMES = (
    "Aïcha", "Bruno", "Camille", "Driss", "Élise", "Fatou", "Gaspard", "Hélène", "Ismaël", "Jeanne", "Karim", "Louise",
    "Mathis", "Nora", "Olivier", "Pauline", "Rachid", "Suzanne", "Théo", "Valérie", "Yann", "Zoé",
)  # fmt: skip
_LAST_NAMES = (
    "Arnaud", "Bertin", "Chevalier", "Diallo", "Etienne", "Fontaine", "Garnier", "Haddad", "Imbert", "Jourdan", "Keller",
    "Lemoine", "Marchand", "Nguyen", "Ozanne", "Prévost", "Quentin", "Rousseau", "Sylla", "Traoré", "Vasseur", "Weber",
    "Yacoubi",
)  # fmt: skip


@dataclass
class Cast:
    """Who plays, and what exists so far. ``needs``, ``solutions``: by number of their record (N187, S001)."""

    curator: User
    metropole: Organization
    tick: Callable[[], Any]
    # The same draw each time: two demonstrations differ by their dates only.
    chance: random.Random = field(default_factory=lambda: random.Random(93010))  # noqa: S311
    needs: dict[str, Need] = field(default_factory=dict)
    solutions: dict[str, Solution] = field(default_factory=dict)
    _authors: dict[int, User] = field(default_factory=dict)
    _validators: dict[int, User] = field(default_factory=dict)
    _names: Any = field(default_factory=lambda: zip(cycle(_FIRST_NAMES), cycle(_LAST_NAMES), strict=False))

    # ------------------------------------------------------------------ people

    @classmethod
    def arrive(cls, tick: Callable[[], Any]) -> Cast:
        """The team of the Métropole, then the two communes that have accounts of their own."""
        metropole = db.session.scalars(
            select(Organization).join(Territory).where(Territory.code == METROPOLE)
        ).one()
        cast = cls(curator=welcome(accounts.CURATOR), metropole=metropole, tick=tick)
        enrol(cast.curator, metropole, accounts.CURATOR.membership)
        enrol(welcome(accounts.ADMIN), metropole, accounts.ADMIN.membership)
        agent = cast.somebody("metropole", "Chargée de projets numériques")
        enrol(agent, metropole, "org_admin")
        cast.speak_for(metropole, author=agent, validator=agent)
        cast.date_arrival(metropole)

        commune = cast.open_public_body(accounts.COMMUNE, welcome(accounts.ORG_ADMIN))
        contributor, validator = welcome(accounts.CONTRIBUTOR), welcome(accounts.VALIDATOR)
        enrol(contributor, commune, accounts.CONTRIBUTOR.membership)
        enrol(validator, commune, accounts.VALIDATOR.membership)
        cast.speak_for(commune, author=contributor, validator=validator)

        new_commune = cast.open_public_body(accounts.NEW_COMMUNE)
        new_validator = welcome(accounts.NEW_VALIDATOR)
        enrol(new_validator, new_commune, accounts.NEW_VALIDATOR.membership)
        cast.speak_for(new_commune, author=cast.author(new_commune), validator=new_validator)
        return cast

    def somebody(self, domain: str, job_title: str, box: str = "agent") -> User:
        """A new person with a name of our list and the address ``box@domain.example``."""
        first_name, last_name = next(self._names)
        return welcome(Account("", f"{box}@{domain}.example", first_name, last_name, job_title, ""))

    def open_public_body(self, name: str, agent: User | None = None) -> Organization:
        """The organisation of a commune or EPT (its name, or its code), claimed by its first agent if nobody has."""
        organization = db.session.scalars(
            select(Organization).join(Territory).where(
                Organization.kind.in_(("commune", "ept")),
                (Territory.name == typographic(name)) | (Territory.code == name),
            )
        ).one()  # fmt: skip
        if organization.status == "prospect":
            domain = slugify(organization.territory.name)
            organization.email_domains = [f"{domain}.example"]
            agent = agent or self.somebody(domain, "Chargé de mission innovation")
            organization.claim(by=agent)  # verified at once: the address has the commune's domain
            self.speak_for(organization, author=agent, validator=agent)
            self.date_arrival(organization)
        return organization

    def speak_for(self, organization: Organization, *, author: User, validator: User) -> None:
        self._authors[organization.id], self._validators[organization.id] = author, validator

    def author(self, organization: Organization) -> User:
        return self._authors[organization.id]

    def validator(self, organization: Organization) -> User:
        return self._validators[organization.id]

    # ------------------------------------------------------------------ calendar

    def days_ago(self, least: int, most: int) -> datetime:
        """An instant of an office day, between two numbers of days before today."""
        day = today_in_paris() - timedelta(days=self.chance.randint(least, most))
        return self.office_hour(day - timedelta(days=max(0, day.weekday() - 4)))

    def office_hour(self, day: date) -> datetime:
        return datetime.combine(
            day, time(self.chance.randint(9, 17), self.chance.randint(0, 59)), tzinfo=PARIS
        )

    def date_arrival(self, organization: Organization) -> None:
        """It came more than a year ago, before all that it is said to have done."""
        arrival = self.days_ago(400, 600)
        stamps = {"claimed_at": arrival, "verified_at": arrival + timedelta(days=1)}
        backdate(organization, created_at=arrival, updated_at=stamps["verified_at"], **stamps)


def welcome(account: Account) -> User:
    """The account, confirmed."""
    user = User.register(
        email=account.email,
        password=PASSWORD,
        first_name=account.first_name,
        last_name=account.last_name,
        job_title=account.job_title,
    )
    user.confirm()
    return user


def enrol(user: User, organization: Organization, role: str) -> None:
    Membership.found(user=user, organization=organization, role=role, by=None)
    db.session.refresh(organization, ["memberships"])


def backdate(thing: Any, **stamps: Any) -> None:
    """Put dates in the past after the verbs: what is shown is plausible, the journal keeps when it was really written."""
    for name, instant in stamps.items():
        setattr(thing, name, instant)
    db.session.flush()
