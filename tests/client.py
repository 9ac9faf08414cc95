"""A browser without its window: keeps cookies, says where a request comes from, takes the token of forms."""

from __future__ import annotations

import re
from typing import Any

from flask import Flask, g
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from models import User, db
from tests.factories import PASSWORD

_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


class Client(FlaskClient):
    """``post`` adds the token of a page of ours; what the test wrote is committed before each request."""

    def __init__(self, app: Flask) -> None:
        super().__init__(app, app.response_class, use_cookies=True)
        self.token: str | None = None
        self.visitor_token: str | None = None

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        db.session.commit()  # SQLite has one writer: the test must not hold the lock while the page wants it
        headers = dict(kwargs.pop("headers", None) or {})
        headers.setdefault("Origin", "http://localhost")
        kwargs.setdefault("buffered", True)  # read to its end and closed, as a browser does
        _forget_the_last_request()
        response = super().open(*args, headers=headers, **kwargs)
        _forget_the_last_request()
        db.session.rollback()
        db.session.expire_all()
        return response

    def post(
        self, url: str, data: dict[str, Any] | None = None, *, with_token: bool = True, **kwargs: Any
    ) -> TestResponse:  # type: ignore[override]
        fields = dict(data or {})
        if with_token:
            fields.setdefault("csrf_token", self.fetch_token())
        return super().post(url, data=fields, **kwargs)

    def fetch_token(self) -> str:
        """From the lightest page that has one for a member, from the sign-in page for a visitor; kept while the session lasts."""
        if self.token is None:
            for page in ("/mentions-legales", "/connexion"):
                found = _TOKEN.search(self.get(page).text)
                if found:
                    self.token = found[1]
                    break
        assert self.token, "no form with a token was found"
        return self.token

    def sign_in(self, user: User, password: str = PASSWORD) -> Client:
        """As a person does, through the page. Ends the session of whoever was signed in here before."""
        email = user.email
        self.forget()
        self.token = self.visitor_token
        response = self.post("/connexion", {"email": email, "password": password})
        if response.status_code == 400:  # a visitor's token lasts a day, and some tests let days pass
            self.token = None
            response = self.post("/connexion", {"email": email, "password": password})
        assert response.status_code == 303, response.text
        self.visitor_token, self.token = self.token, None
        return self

    def forget(self) -> None:
        """Another browser: no cookie, no token."""
        self._cookies.clear() if self._cookies else None
        self.token = None


def _forget_the_last_request() -> None:
    """A test keeps one application context open, so ``g`` would hand its person and language to the next request."""
    for name in list(g):
        g.pop(name)


def shown(page: TestResponse) -> str:
    """What the page says, with plain spaces where French typography wants no-break ones."""
    return page.text.replace("\u00a0", " ").replace("\u202f", " ")
