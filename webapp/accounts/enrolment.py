"""Accounts begin with a message: whoever reads it owns the address. What the page says never tells who has an account."""

from __future__ import annotations

import secrets

from sqlalchemy.exc import IntegrityError

from models import Notification, SignInAttempt, User, db
from models.database import utc_now
from models.user import verify_nobody
from webapp.languages import chosen

#: A second click, or two in a row, sends one message.
SAME_MESSAGE_SECONDS = 120


def enroll(*, email: str, password: str, first_name: str, last_name: str, job_title: str) -> None:
    """A new account owes a confirmation; an address that has one is told so by mail.

    Two passwords typed for an address that nobody proved may be of two people: neither counts, the links sent before die, and
    whoever reads the mail chooses one.
    """
    user, kind = db.session.scalar(User.by_email(email)), "confirm_email"
    if user is None:
        user = _register(
            email=email, password=password, first_name=first_name, last_name=last_name, job_title=job_title
        )
    elif user.confirmed_at is None:
        if not user.check_password(password):
            user.set_password(secrets.token_urlsafe(32))
            kind = "reset_password"
        user.first_name, user.last_name, user.job_title = first_name, last_name, job_title
    else:
        verify_nobody(password)
        kind = "already_registered"
    write_to(email, user, kind)


def _register(**fields: str) -> User | None:
    """An account which speaks the language of the page. None when the same form arrived twice at once."""
    try:
        with db.session.begin_nested():
            user = User.register(**fields)
            user.locale = chosen()
            return user
    except IntegrityError:
        return None


def write_again(email: str) -> None:
    """« Rien reçu ? »: another confirmation, or the news that the account is open already."""
    user = db.session.scalar(User.by_email(email))
    write_to(email, user, "already_registered" if user and user.confirmed_at else "confirm_email")


def write_about_password(email: str) -> None:
    """« Mot de passe oublié »: a link to choose another. It proves the address, so it serves unconfirmed accounts too."""
    write_to(email, db.session.scalar(User.by_email(email)), "reset_password")


def write_to(email: str, user: User | None, kind: str) -> None:
    """Owe one message; the attempt is counted for unknown addresses too, which takes the same time."""
    flooded = SignInAttempt.too_many("mail", email)
    SignInAttempt.note("mail", email)
    if user is None or flooded:
        return
    db.session.flush()
    turn = int(utc_now().timestamp()) // SAME_MESSAGE_SECONDS
    event = f"{kind}:{user.id}:{turn}:{int(user.password_changed_at.timestamp())}"
    Notification.owe(kind, [user], subject=user, event=event)
