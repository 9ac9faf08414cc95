"""A person: one address, one password, any number of organisations."""

from __future__ import annotations

import math
from datetime import datetime
from typing import TYPE_CHECKING

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from flask_login import UserMixin
from sqlalchemy import Select, String, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.database import Base, Dated, db, utc_now
from models.errors import NotReady
from models.rhythm import DEFAULT_RHYTHM, RHYTHMS, TUESDAY
from models.text import Sentence, fold

if TYPE_CHECKING:
    from models.membership import Membership
    from models.organization import Organization

# OWASP profile: 19 MiB, two passes, one lane: about 30 ms, kind to two cores under a flood of sign-ins.
_hasher = PasswordHasher(memory_cost=19 * 1024, time_cost=2, parallelism=1)
_NOBODY = _hasher.hash("nobody has this password, it only takes the same time")
PASSWORD_MIN, PASSWORD_MAX = 12, 128
_BIT_FLOOR = 50  # CNIL 2022-100: 50 bits when attempts are throttled
_TOO_COMMON = {
    "motdepasse",
    "password",
    "azertyuiop",
    "qwertyuiop",
    "adopteuneinnovation",
    "metropole",
    "grandparis",
    "bonjour",
    "123456789",
    "soleil",
    "administrateur",
}


class User(Dated, UserMixin, Base):
    """``email`` is kept lower-cased and unique; it counts only once ``confirmed_at`` is set. ``rhythm``: when what can wait is
    written (models/rhythm.py); ``news_told_at``: until when they know the news of what they follow."""

    __tablename__ = "user"
    subject_type = "user"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(254), unique=True)
    first_name: Mapped[str] = mapped_column(String(80), default="")
    last_name: Mapped[str] = mapped_column(String(80), default="")
    job_title: Mapped[str] = mapped_column(String(120), default="")
    locale: Mapped[str] = mapped_column(String(5), default="fr")
    password_hash: Mapped[str] = mapped_column(String(200))
    password_changed_at: Mapped[datetime] = mapped_column(default=utc_now)
    confirmed_at: Mapped[datetime | None]
    last_seen_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    rhythm: Mapped[str] = mapped_column(String(8), default=DEFAULT_RHYTHM)
    rhythm_day: Mapped[int] = mapped_column(default=TUESDAY)
    news_told_at: Mapped[datetime | None]

    memberships: Mapped[list[Membership]] = relationship(
        back_populates="user", foreign_keys="Membership.user_id", order_by="Membership.id"
    )

    @staticmethod
    def normalise(email: str) -> str:
        """The form under which an address is compared and kept."""
        return email.strip().lower()

    @classmethod
    def by_email(cls, email: str) -> Select[User]:
        return select(cls).where(cls.email == cls.normalise(email), cls.closed_at.is_(None))

    @classmethod
    def register(
        cls, *, email: str, password: str, first_name: str, last_name: str, job_title: str = ""
    ) -> User:
        """A new account, not confirmed yet. Raises NotReady on a weak password. The caller checked the address is free."""
        from models.activity import Activity

        user = cls(
            email=cls.normalise(email),
            first_name=first_name,
            last_name=last_name,
            job_title=job_title,
            password_hash="",
        )
        user.set_password(password)
        db.session.add(user)
        Activity.record("register", user, by=user)
        return user

    @property
    def name(self) -> str:
        """First and last name, or the address while there is none."""
        return f"{self.first_name} {self.last_name}".strip() or self.email

    @property
    def is_active(self) -> bool:
        """Flask-Login's word: may sign in."""
        return self.closed_at is None and self.confirmed_at is not None

    @property
    def is_reachable(self) -> bool:
        """Whether mail may be sent: also before confirmation, which is itself asked by mail."""
        return self.closed_at is None

    def set_password(self, password: str) -> None:
        """Raises NotReady with the reason in French. Ends nothing by itself: see SignIn.revoke_all."""
        complaint = complain_of_password(password, self)
        if complaint:
            raise NotReady([("password", complaint)])
        self.password_hash = _hasher.hash(password)
        self.password_changed_at = utc_now()

    def check_password(self, password: str) -> bool:
        """Whether it is the password; rehashes with the present cost."""
        if not _verify(self.password_hash, password):
            return False
        if _hasher.check_needs_rehash(self.password_hash):
            self.password_hash = _hasher.hash(password)
        return True

    def confirm(self) -> None:
        """The address answered to a message sent to it."""
        from models.activity import Activity

        if self.confirmed_at is None:
            self.confirmed_at = utc_now()
            Activity.record("confirm_email", self, by=self)

    def choose_rhythm(self, rhythm: str, day: int) -> None:
        """How often what can wait is written; ``day`` of a weekly rhythm, Monday 0. What came during a pause is not told after it."""
        from models.alert import AlertFind
        from models.notification import Notification

        assert rhythm in RHYTHMS, rhythm
        if self.rhythm == "paused" and rhythm != "paused":
            self.news_told_at = utc_now()
            AlertFind.mark_told(
                AlertFind.untold(self).order_by(None).with_only_columns(AlertFind.id), utc_now()
            )
            Notification.drop_held(self)
        if (self.rhythm, self.rhythm_day) != (rhythm, day):
            Notification.forget_digest(self)
        self.rhythm, self.rhythm_day = rhythm, day

    def active_memberships(self) -> list[Membership]:
        """Where the person can act: not what they left, nor what was archived."""
        return [m for m in self.memberships if m.status == "active" and m.organization.status != "archived"]

    def membership_of(self, organization: Organization | None) -> Membership | None:
        """The active membership in ``organization``, if any."""
        if organization is None:
            return None
        return next((m for m in self.active_memberships() if m.organization_id == organization.id), None)

    @property
    def is_verified_member(self) -> bool:
        """Whether they belong to a verified organisation: these read what a commune keeps for members."""
        return any(m.organization.status == "verified" for m in self.active_memberships())

    @property
    def is_curator(self) -> bool:
        """Of the Métropole's team (an administrator of the platform is one too)."""
        return any(m.role in ("curator", "admin") for m in self.active_memberships())

    @property
    def is_admin(self) -> bool:
        return any(m.role == "admin" for m in self.active_memberships())

    @classmethod
    def curators(cls) -> Select[User]:
        """Everyone of the Métropole's team."""
        from models.membership import Membership

        return (
            select(cls)
            .join(Membership, Membership.user_id == cls.id)
            .distinct()
            .where(
                Membership.status == "active",
                Membership.role.in_(("curator", "admin")),
                cls.closed_at.is_(None),
            )
        )


def verify_nobody(password: str) -> None:
    """Takes as long as a real check, so that an unknown address cannot be told from a wrong password."""
    _verify(_NOBODY, password)


def _verify(password_hash: str, password: str) -> bool:
    try:
        return _hasher.verify(password_hash, password)
    except (VerificationError, InvalidHashError):
        return False


def complain_of_password(password: str, user: User | None = None) -> str | None:
    """What is wrong with a new password, in French, or None (ASVS 6.2: length, no composition rules; CNIL: 50 bits)."""
    if len(password) < PASSWORD_MIN:
        return Sentence(
            "Choisissez au moins %(count)s caractères : une phrase de quelques mots convient très bien.",
            count=PASSWORD_MIN,
        )
    if len(password) > PASSWORD_MAX:
        return Sentence("Choisissez au plus %(count)s caractères.", count=PASSWORD_MAX)
    folded = fold(password)
    alphabet = 26 if folded.isalpha() else 10 if folded.isdigit() else 36 if folded.isalnum() else 60
    if len(password) * math.log2(alphabet) < _BIT_FLOOR or len(set(folded)) < 5:
        return "Ce mot de passe se devine trop vite : ajoutez des mots ou des lettres différentes."
    compact = "".join(c for c in folded if c.isalnum())
    personal = (
        {fold(w) for w in (user.first_name, user.last_name, user.email.split("@")[0]) if len(w) > 3}
        if user
        else set()
    )
    if any(word in compact and len(word) * 2 > len(compact) for word in _TOO_COMMON | personal):
        return "Ce mot de passe est trop facile à deviner : prenez une phrase que vous êtes seul à connaître."
    return None
