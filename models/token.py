"""Links sent by mail: those that prove an address (confirm an account, choose a new password), those that ask for peace.

Nothing is stored. A link carries the state of the account when it was made, so that using it kills it, and so does
anything that makes it pointless (a new password, another address, a closed account).
"""

from __future__ import annotations

import hashlib
from datetime import timedelta

from flask import current_app
from itsdangerous import BadData, URLSafeSerializer, URLSafeTimedSerializer

from models.database import db
from models.user import User

#: What a link is for → how long it lives.
LASTS = {"confirm": timedelta(days=3), "reset": timedelta(hours=1)}


def make_token(purpose: str, user: User) -> str:
    """A link's secret part for ``user`` (who has a number already). ``purpose``: confirm or reset."""
    return _serializer(purpose).dumps([user.id, _state(user)])


def read_token(purpose: str, token: str) -> User | None:
    """Whose link it is; None when it is false, too old, used, or made for another purpose."""
    try:
        number, state = _serializer(purpose).loads(token, max_age=int(LASTS[purpose].total_seconds()))
    except (BadData, ValueError, TypeError):
        return None
    user = db.session.get(User, number) if isinstance(number, int) else None
    if user is None or user.closed_at is not None or state != _state(user):
        return None
    return user


def unsubscribe_token(user: User, kind: str) -> str:
    """The secret part of the link which ends messages of ``kind``. It lives as long as the account: mails are kept for years,
    and all it does is ask for peace."""
    return str(lasting("unsubscribe").dumps([user.id, "instant" if kind == "alert_found" else "optional"]))


def read_unsubscribe_token(token: str) -> tuple[User, str] | None:
    """(whose link it is, what it ends: ``instant`` alerts, or everything ``optional``); None when it is false."""
    try:
        number, ended = lasting("unsubscribe").loads(token)
    except (BadData, ValueError, TypeError):
        return None
    user = db.session.get(User, number) if isinstance(number, int) else None
    return (user, str(ended)) if user is not None and user.closed_at is None else None


def lasting(purpose: str) -> URLSafeSerializer:
    """Signs and reads links without an end of their own, for one purpose; reading a false one raises ``BadData``."""
    return URLSafeSerializer(
        current_app.config["SECRET_KEY"],
        salt=f"models.token.{purpose}",
        signer_kwargs={"digest_method": hashlib.sha256},
    )


def _serializer(purpose: str) -> URLSafeTimedSerializer:
    assert purpose in LASTS, purpose
    return URLSafeTimedSerializer(
        current_app.config["SECRET_KEY"],
        salt=f"models.token.{purpose}",
        signer_kwargs={"digest_method": hashlib.sha256},
    )


def _state(user: User) -> str:
    """Changes when the link has done its work. The address is there too: a link proves the one it was sent to."""
    instants = [
        instant.isoformat() if instant else "" for instant in (user.password_changed_at, user.confirmed_at)
    ]
    return hashlib.sha256("|".join([user.email, *instants]).encode()).hexdigest()[:16]
