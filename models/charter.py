"""The charter of participation, version after version, and who signed which (R204, R205; domain model §14).

    charter = Charter.publish(text=…, change_note=…, valid_from=day, by=curator)
    company.sign_charter(by=signatory)          # models/organization.py
    company.charter_standing.state              # signed, to_resign, blocked, never

A text is never changed once published: another one takes its place from a day on. Who signed an older one has sixty days
to sign it; past them they publish and submit nothing new, and what is online stays online.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import Date, ForeignKey, Select, String, Text, UniqueConstraint, exists, func, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.activity import Activity
from models.calendar import at_paris, today_in_paris
from models.database import Base, Dated, db, lock_for_numbering, utc_now
from models.errors import NotReady, RuleViolation

if TYPE_CHECKING:
    from models.organization import Organization
    from models.user import User

COMMUNITY = "community"
#: Domain model §14.
GRACE = timedelta(days=60)
#: The signatories hear of it again so many days before the end.
REMIND_BEFORE = (30, 7)
TEXT_MIN, TEXT_MAX = 500, 20_000
NOTE_MIN, NOTE_MAX = 10, 500
MORNING = 8
FURTHEST = timedelta(days=366)


class Charter(Dated, Base):
    """One version. ``version``: « 2026-1 »; ``change_note``: what changes, in a sentence for who signs again; ``text_hash``:
    SHA-256 of the text in UTF-8, hexadecimal; ``announced_at`` empty from ``valid_from`` on: the signatories are owed a message."""

    __tablename__ = "charter"
    __table_args__ = (UniqueConstraint("kind", "version"),)
    subject_type = "charter"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    version: Mapped[str] = mapped_column(String(12))
    text: Mapped[str] = mapped_column(Text)
    text_hash: Mapped[str] = mapped_column(String(64))
    change_note: Mapped[str] = mapped_column(String(NOTE_MAX), default="")
    valid_from: Mapped[date] = mapped_column(Date)
    announced_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]

    @classmethod
    def kept(cls) -> Select[Charter]:
        """The versions that were not withdrawn before their day, in the order in which they hold."""
        return (
            select(cls)
            .where(cls.kind == COMMUNITY, cls.withdrawn_at.is_(None))
            .order_by(cls.valid_from, cls.id)
        )

    @classmethod
    def held_by(cls, day: date) -> list[Charter]:
        """Those whose first day has come; the last one is in force. Before the very first day: the first."""
        kept = list(db.session.scalars(cls.kept()))
        return [one for one in kept if one.valid_from <= day] or kept[:1]

    @classmethod
    def in_force(cls) -> Charter:
        return cls.held_by(today_in_paris())[-1]

    @classmethod
    def last(cls) -> Charter:
        """The latest that was written, even if its day has not come."""
        return db.session.scalars(cls.kept()).all()[-1]

    @classmethod
    def check(cls, *, text: str, change_note: str, valid_from: date | None) -> None:
        """Whether this may be the next version. Raises NotReady."""
        problems = list(_complain_of(text, change_note, valid_from, cls.last()))
        if problems:
            raise NotReady(problems)

    @classmethod
    def publish(cls, *, text: str, change_note: str, valid_from: date, by: User) -> Charter:
        """The next version, in force from ``valid_from`` (a day in Paris, today at the earliest). Raises NotReady."""
        lock_for_numbering(db.session(), "charter")
        cls.check(text=text, change_note=change_note, valid_from=valid_from)
        same_year = select(func.count(cls.id)).where(cls.version.startswith(f"{valid_from.year}-"))
        charter = cls(
            kind=COMMUNITY,
            version=f"{valid_from.year}-{(db.session.scalar(same_year) or 0) + 1}",
            text=text,
            text_hash=hash_of(text),
            change_note=change_note,
            valid_from=valid_from,
        )
        db.session.add(charter)
        Activity.record(
            "publish",
            charter,
            by=by,
            version=charter.version,
            text_hash=charter.text_hash,
            valid_from=valid_from.isoformat(),
        )
        return charter

    @property
    def may_be_withdrawn(self) -> bool:
        """Until its day comes: nobody could sign it yet."""
        return self.withdrawn_at is None and self.announced_at is None and self.valid_from > today_in_paris()

    def withdraw(self, *, by: User) -> None:
        """Take a version back before its day. Raises RuleViolation."""
        if not self.may_be_withdrawn:
            raise RuleViolation(
                "Cette version est en vigueur : elle ne se retire plus, une nouvelle la remplace."
            )
        self.withdrawn_at = utc_now()
        Activity.record("withdraw", self, by=by, version=self.version)

    @property
    def sign_until(self) -> date:
        """The last day, in Paris, to sign it again without being stopped."""
        return self.valid_from + GRACE

    @property
    def articles(self) -> list[tuple[str, str]]:
        """(title, text) of each paragraph; the title is its first line, and empty where it is the only one."""
        found = []
        for paragraph in self.text.split("\n\n"):
            first, _, rest = paragraph.strip().partition("\n")
            found.append((first, rest) if rest else ("", first))
        return found

    @classmethod
    def due_to_announce(cls) -> Select[Charter]:
        """In force, and the signatories do not know it yet."""
        return cls.kept().where(cls.announced_at.is_(None), cls.valid_from <= today_in_paris())

    def announce(self) -> None:
        """Owe each signatory of an older version one message, all at the same instant: eight o’clock of its first day, or now."""
        from models.notification import Notification

        now = utc_now()
        due = max(now, at_paris(self.valid_from, MORNING))
        for organization in db.session.scalars(to_sign_again()):
            event = f"charter_resign:{organization.id}:{self.id}"
            Notification.owe(
                "charter_resign", organization.validators(), subject=organization, event=event, at=due
            )
        self.announced_at = now
        Activity.record("announce", self, by=None, version=self.version)


class CharterSignature(Base):
    """One organisation bound by one version: who signed, when, and the hash of the text they had before their eyes."""

    __tablename__ = "charter_signature"
    __table_args__ = (UniqueConstraint("organization_id", "charter_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organization.id"), index=True)
    charter_id: Mapped[int] = mapped_column(ForeignKey("charter.id"), index=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    signed_at: Mapped[datetime] = mapped_column(default=utc_now)
    text_hash: Mapped[str] = mapped_column(String(64))

    organization: Mapped[Organization] = relationship(back_populates="signatures")
    charter: Mapped[Charter] = relationship(lazy="joined")
    user: Mapped[User] = relationship()


@dataclass(frozen=True)
class Standing:
    """``state``: never (signed nothing yet), signed, to_resign (until the end of the day ``until``), blocked (since then).
    ``signature``: the latest; ``charter``: the version in force, the one to sign."""

    state: str
    charter: Charter
    signature: CharterSignature | None = None
    until: date | None = None

    @property
    def counts(self) -> bool:
        """Whether the organisation may publish and submit."""
        return self.state in ("signed", "to_resign")

    @property
    def must_sign(self) -> bool:
        return self.state != "signed"


def standing_of(organization: Organization) -> Standing:
    """Where an organisation stands today, by the version that it signed and those which came after."""
    held = Charter.held_by(today_in_paris())
    numbers = [one.id for one in held]
    signed = [one for one in organization.signatures if one.charter_id in numbers]
    if not signed:
        return Standing("never", held[-1])
    latest = max(signed, key=lambda one: numbers.index(one.charter_id))
    missed = held[numbers.index(latest.charter_id) + 1 :]
    if not missed:
        return Standing("signed", held[-1], latest)
    until = missed[0].sign_until
    state = "to_resign" if today_in_paris() <= until else "blocked"
    return Standing(state, held[-1], latest, until)


def binding_versions(day: date) -> list[int]:
    """The versions under which one is a member on ``day``: the one in force, and older ones whose sixty days still run."""
    held = Charter.held_by(day)
    following: Sequence[Charter | None] = [*held[1:], None]
    return [
        one.id for one, after in zip(held, following, strict=True) if after is None or day <= after.sign_until
    ]


def has_signed(versions: Iterable[int]) -> Any:
    """The condition, for a query on organisations, that one of these versions is signed."""
    from models.organization import Organization

    return exists().where(
        CharterSignature.organization_id == Organization.id, CharterSignature.charter_id.in_(list(versions))
    )


def to_sign_again() -> Select[Organization]:
    """Organisations that live here, signed an older version and not the one in force."""
    from models.organization import Organization

    held = [one.id for one in Charter.held_by(today_in_paris())]
    return (
        select(Organization)
        .where(Organization.status.in_(("pending", "verified", "suspended")))
        .where(has_signed(held[:-1]), ~has_signed(held[-1:]))
        .order_by(Organization.id)
    )


def remind_to_sign(organization: Organization) -> bool:
    """Owe the signatories the reminder of this moment, once each; whether one was owed."""
    from models.notification import Notification

    standing = standing_of(organization)
    if standing.state != "to_resign" or standing.until is None:
        return False
    left = (standing.until - today_in_paris()).days
    steps = [step for step in REMIND_BEFORE if left <= step]
    if not steps:
        return False
    event = f"charter_resign:{organization.id}:{standing.charter.id}:{min(steps)}"
    owed = Notification.owe("charter_resign", organization.validators(), subject=organization, event=event)
    return bool(owed)


def hash_of(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _complain_of(
    text: str, change_note: str, valid_from: date | None, last: Charter
) -> Iterable[tuple[str, str]]:
    if not TEXT_MIN <= len(text) <= TEXT_MAX:
        yield "text", "Le texte de la charte a de 500 à 20 000 caractères."
    elif text == last.text:
        yield "text", "Ce texte est celui de la version précédente : changez-le d’abord."
    if not NOTE_MIN <= len(change_note.strip()) <= NOTE_MAX:
        yield "change_note", "Dites ce qui change, en 10 à 500 caractères : les signataires le lisent."
    if valid_from is None:
        yield "valid_from", "Donnez le premier jour où cette version s’applique."
    elif valid_from < today_in_paris():
        yield "valid_from", "Ce jour est passé : une version s’applique aujourd’hui au plus tôt."
    elif valid_from > today_in_paris() + FURTHEST:
        yield "valid_from", "Ce jour est trop loin : choisissez-en un d’ici un an."
    elif valid_from <= last.valid_from:
        yield "valid_from", "Une autre version s’applique déjà ce jour-là : choisissez un jour plus tardif."
