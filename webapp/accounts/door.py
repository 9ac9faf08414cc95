"""Who comes in: the same words, and the same time, whether an account exists or not.

who = knock("nadia@ville.fr", "une phrase de passe")     # no lock held while the password is hashed
if who.verdict == "welcome": arrive(who.user)
"""

from __future__ import annotations

from dataclasses import dataclass

from flask_login import current_user

from models import SignInAttempt, User, db
from models.database import promise_to_read_only
from models.user import verify_nobody
from webapp.sessions import close_sign_in, open_sign_in


@dataclass(frozen=True)
class Knock:
    """``verdict``: welcome, unconfirmed (right password, address not proved yet), wrong, or too_many attempts."""

    verdict: str
    user: User | None = None


def knock(email: str, password: str) -> Knock:
    """Check an address and a password; a refusal is counted (the caller commits)."""
    if SignInAttempt.too_many("account", email):
        return Knock("too_many")
    user = _whose(email, password)
    if user is None:
        SignInAttempt.note("account", email)
        return Knock("wrong")
    return Knock("welcome" if user.confirmed_at else "unconfirmed", user)


def _whose(email: str, password: str) -> User | None:
    """The person of this address when the password is theirs.

    Hashing takes 30 ms on purpose: outside of a writing transaction, or sign-ins would wait for each other on SQLite.
    """
    db.session.rollback()
    promise_to_read_only(True)
    user = db.session.scalar(User.by_email(email))
    if user is None:
        verify_nobody(password)
    number = user.id if user is not None and user.check_password(password) else 0
    present_hash = user.password_hash if user is not None else ""
    db.session.rollback()
    promise_to_read_only(False)
    user = db.session.get(User, number) if number else None
    if user is not None:
        user.password_hash = present_hash  # hashed again, when the cost has been raised since
    return user


def arrive(user: User) -> None:
    """Begin a session of ``user``; one that was open in this browser ends. The caller commits."""
    if current_user.is_authenticated:
        close_sign_in()
    open_sign_in(user)
