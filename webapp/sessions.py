"""Sessions in the database (models/sign_in.py); the browser holds a random token. Who is not signed in has no cookie."""

from __future__ import annotations

from typing import Any

from flask import Flask, request
from flask.sessions import SessionInterface, SessionMixin
from flask_login import login_user, logout_user
from sqlalchemy.exc import OperationalError
from werkzeug.datastructures import CallbackDict

from models import SignIn, User, db
from models.database import promise_to_read_only, utc_now

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
#: Where a POST only reads: what is typed does not fit in an address, and must not stay in the logs that keep these.
READING_POSTS = "/apercu"


def only_reads(request: Any) -> bool:
    """Whether a request changes nothing: then its transaction takes no write lock, and its thing is not locked."""
    return request.method in SAFE_METHODS or request.path.endswith(READING_POSTS)


class ServerSession(CallbackDict, SessionMixin):
    """What Flask calls the session. ``sign_in``: its row, None for a visitor; ``token``: to be set as a cookie."""

    def __init__(self, contents: dict[str, Any] | None = None, sign_in: SignIn | None = None) -> None:
        super().__init__(contents or {}, self._on_change)
        self.sign_in_id = sign_in.id if sign_in else None
        self.token: str | None = None
        self.modified = False
        self.has_expired = False
        self.needs_seen = sign_in.needs_seen if sign_in else False

    @staticmethod
    def _on_change(session: Any) -> None:
        session.modified = True


class DatabaseSessions(SessionInterface):
    """Opens and saves ``ServerSession``; ``secure``: the application is reached by HTTPS."""

    def __init__(self, *, secure: bool) -> None:
        self.secure = secure
        self.cookie = "__Host-session" if secure else "session"

    def open_session(self, app: Flask, request: Any) -> ServerSession:
        token = request.cookies.get(self.cookie)
        if not token or request.path.startswith("/static/"):
            promise_to_read_only(only_reads(request))
            return ServerSession()
        # Without a session no page can be shown, not even the one that says « occupé » and gives the text back: it is
        # read without the write lock, and what writes begins a transaction of its own.
        promise_to_read_only(True)
        session = self._read(token)
        if not only_reads(request):
            db.session.rollback()
            promise_to_read_only(False)
        return session

    @staticmethod
    def _read(token: str) -> ServerSession:
        sign_in = db.session.scalar(SignIn.by_token(token))
        if sign_in is None or not sign_in.is_living:
            session = ServerSession()
            session.has_expired = True
            return session
        return ServerSession(dict(sign_in.contents), sign_in)

    def save_session(self, app: Flask, session: Any, response: Any) -> None:
        if session.sign_in_id is None:
            if session.has_expired:
                response.delete_cookie(
                    self.cookie, path="/", secure=self.secure, httponly=True, samesite="Lax"
                )
            return
        response.vary.add("Cookie")
        if session.token:
            response.set_cookie(
                self.cookie, session.token, path="/", secure=self.secure, httponly=True, samesite="Lax"
            )
        if session.modified or session.needs_seen:
            self._write(app, session)

    @staticmethod
    def _write(app: Flask, session: ServerSession) -> None:
        """In a transaction of its own: the view has committed or been rolled back by now."""
        db.session.rollback()
        promise_to_read_only(False)
        try:
            sign_in = db.session.get(SignIn, session.sign_in_id)
            if sign_in is not None and sign_in.ended_at is None:
                sign_in.contents, sign_in.seen_at = dict(session), utc_now()
                db.session.commit()
        except OperationalError:
            db.session.rollback()
            app.logger.warning("the session could not be written: the database is busy")


def open_sign_in(user: User) -> None:
    """Sign ``user`` in with a new token (no fixation); the caller commits."""
    from flask import session

    sign_in, token = SignIn.start(user, browser=request.user_agent.string, address=request.remote_addr or "")
    session.clear()
    session.sign_in_id, session.token, session.has_expired = sign_in.id, token, False  # type: ignore[attr-defined]
    login_user(user)


def close_sign_in() -> None:
    """Sign out: the row ends, so that a copied cookie ends too; the caller commits."""
    from flask import session

    sign_in = current_sign_in()
    if sign_in is not None:
        sign_in.end()
    logout_user()
    session.sign_in_id, session.has_expired = None, True  # type: ignore[attr-defined]


def current_sign_in() -> SignIn | None:
    """The row of the session of this request."""
    from flask import session

    number = getattr(session, "sign_in_id", None)
    return db.session.get(SignIn, number) if number else None
