"""Somebody as an identity provider knows them (ProConnect): issuer and subject, which lead to one person here.

The subject is the key: an address changes hands, a subject does not. Linking one to an account that exists asks that account's password
(webapp/accounts/proconnect.py, docs/decisions/0013).
"""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import ForeignKey, Select, String, UniqueConstraint, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.activity import Activity
from models.database import Base, Dated, db, utc_now

if TYPE_CHECKING:
    from models.user import User


class Identity(Dated, Base):
    """``used_at``: the last time that its person came in by it."""

    __tablename__ = "identity"
    __table_args__ = (UniqueConstraint("issuer", "subject"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    issuer: Mapped[str] = mapped_column(String(200))
    subject: Mapped[str] = mapped_column(String(255))
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    used_at: Mapped[datetime] = mapped_column(default=utc_now)

    user: Mapped[User] = relationship()

    @classmethod
    def known_as(cls, issuer: str, subject: str) -> Select[Identity]:
        return select(cls).where(cls.issuer == issuer, cls.subject == subject)

    @classmethod
    def of(cls, user: User) -> Select[Identity]:
        return select(cls).where(cls.user_id == user.id).order_by(cls.id)

    @classmethod
    def link(cls, user: User, *, issuer: str, subject: str, is_new: bool = False) -> Identity:
        """From now on this subject comes in as ``user``. The caller made sure that both are the same person; who had the account
        before (not ``is_new``) is owed a message, in case they were not."""
        from models.notification import Notification

        identity = cls(issuer=issuer, subject=subject, user=user)
        db.session.add(identity)
        activity = Activity.record("link_identity", user, by=user, issuer=issuer)
        if not is_new:
            Notification.owe("identity_linked", [user], subject=user, activity=activity)
        return identity

    def unlink(self, *, by: User) -> None:
        Activity.record("unlink_identity", self.user, by=by, issuer=self.issuer)
        db.session.delete(self)


def account_proved(email: str, *, first_name: str, last_name: str) -> User:
    """An account whose address the provider vouches for: a new one, or one that somebody began and never confirmed.

    The latter may have been begun by anybody: its password dies, its names are those of the person. Nobody knows the new
    password; « Mot de passe oublié » gives one.
    """
    from models.user import User

    password = secrets.token_urlsafe(32)
    user = db.session.scalar(User.by_email(email))
    if user is None:
        user = User.register(email=email, password=password, first_name=first_name, last_name=last_name)
    else:
        assert user.confirmed_at is None, "a confirmed account is linked by its password"
        user.set_password(password)
        user.first_name, user.last_name = first_name, last_name
    user.confirm()
    return user
