"""Forgery protection on every request that changes something.

Signed in: Flask-WTF's token, bound to the session. Visitors have no session, so that reading leaves no cookie: their
forms (sign-in, registration) carry a signed stamp, and the browser's own word on where the request comes from decides
(``Sec-Fetch-Site``, ``Origin``). A refused form is given back with what was typed: see errors.py.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Flask, current_app, request
from flask_login import current_user
from flask_wtf.csrf import CSRFError, generate_csrf, validate_csrf
from itsdangerous import BadData, URLSafeTimedSerializer
from wtforms.validators import ValidationError

from webapp.sessions import SAFE_METHODS

STAMP_LASTS = 24 * 3600
#: The address itself holds the secret: mail programs post there with nothing else (RFC 8058), and all it does is ask for peace.
BY_SECRET_ADDRESS = {"organizations.opt_out", "alerts.unsubscribe"}


def init_app(app: Flask) -> None:
    app.jinja_env.globals["csrf_token"] = make_token
    app.before_request(protect)


def make_token() -> str:
    """The token for a form of this page."""
    return generate_csrf() if current_user.is_authenticated else _stamps().dumps("form")


def protect() -> None:
    """Raises CSRFError for a request that may have been made by another site."""
    if request.method in SAFE_METHODS or request.endpoint in BY_SECRET_ADDRESS:
        return
    if not _comes_from_us():
        raise CSRFError("Cette demande vient d’un autre site.")
    token = request.form.get("csrf_token") or request.headers.get("X-CSRF-Token") or ""
    try:
        if current_user.is_authenticated:
            validate_csrf(token)
        else:
            _stamps().loads(token, max_age=STAMP_LASTS)
    except (ValidationError, BadData) as error:
        raise CSRFError("Ce formulaire est resté ouvert trop longtemps.") from error


def _comes_from_us() -> bool:
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None and site not in ("same-origin", "none"):
        return False
    origin = request.headers.get("Origin")
    return origin is None or urlsplit(origin).netloc == request.host


def _stamps() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(str(current_app.secret_key), salt="visitor-form")
