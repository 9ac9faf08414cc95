"""One form, sent again and again whatever is in it, and what its answers are held against."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from html import unescape
from typing import Any
from urllib.parse import urlencode

from flask import Flask, template_rendered, url_for
from wtforms import BooleanField, IntegerField, PasswordField, StringField, TextAreaField

from models import db
from models.calendar import today_in_paris
from models.text import canon_line
from tests.client import Client
from tests.factories import HOW, PASSWORD, make_siret
from tests.webapp.bad_input_case import Case
from webapp.forms import DayField, Form

BAD = {
    "nothing": "",
    "only spaces": " \u00a0\u2003\u200b\t ",
    "control characters": "du texte\x00 avec\x07 des\x1b signes\x85 \u202einvisibles",
    "HTML": '<script>alert("x")</script><img src=x onerror=alert(1)>',
    "a template": "{{1234*4321}} ${1234*4321} %(name)s %s {0} {%raw%}",
    "letters for a number": "douze et demi",
    "a huge number": "9" * 40,
    "a number too large for a column": str(2**31),
    "a negative number": "-1",
    "a number that is none": "NaN",
    "a day that does not exist": "2027-02-31",
    "the last day of all": "9999-12-31",
    "the first day of all": "0001-01-01",
    "signs of many alphabets": "é’œ 漢字 👩\u200d🔧 ﷽ İ ß",
    "a path": "../../etc/passwd",
    "SQL": "' OR 1=1; DROP TABLE need; --",
}
#: What may run or be computed on the page to which an accepted form leads: it is read after these, and once at the end.
READ_AFTERWARDS = ("no field at all", "HTML", "HTML, twice", "a template")
#: A form that is only a button looks at no field; these are sent to it all the same.
FOR_BUTTONS = ("control characters", "HTML", "a huge number")
NUMBERS = [what for what in BAD if "number" in what and what != "letters for a number"]
RIGHT = {
    "email": "quelqu.un@exemple.fr",
    "siret": make_siret(990),
    "territory": "Bagnolet",
    "website": "exemple.fr",
}
LONG = "mot " * 250_000  # a million characters
#: A page that gives back a million characters takes a while: all fields at once are tried besides, these one by one.
FIELDS_WITH_LONG_TEXT = 2
ENGLISH = re.compile(
    r"Traceback|This field|Not a valid|Invalid (?!e)|must be|Field must|Internal Server|Bad Request|is required",
    re.IGNORECASE,
)
MULTIPLIED = str(1234 * 4321)


class Attempt:
    """One form, sent again and again by who may send it, about a thing that is in the right state each time."""

    def __init__(self, app: Flask, databases: Any, endpoint: str, case: Case, step: str = "") -> None:
        self.app, self.databases = app, databases
        self.endpoint, self.case, self.step = endpoint, case, step
        self.client = Client(app)
        self.complaints: list[str] = []
        self.form: Form | None = None
        self.leads_to = ""
        self._begin()

    def _begin(self) -> None:
        """The thing is made and who may send the form is signed in: once, then all is put back as it was."""
        self.thing = self.case.make()
        person = self.case.person(self.thing)
        self.right = self.case.right()
        db.session.commit()
        self.state = self._state()
        if person is not None:
            self.client.sign_in(person)
        self.client.fetch_token()
        self.cookies = dict(self.client._cookies or {})
        self._let_go()
        self.databases.keep("attempt")

    def _begin_again(self) -> None:
        self._let_go()
        self.databases.refresh("attempt")
        self.client._cookies = dict(self.cookies)

    @staticmethod
    def _let_go() -> None:
        """Rows at hand stay so, to be read anew: the same ones are in the database that is put back."""
        db.session.rollback()
        db.session.expire_all()
        db.engine.dispose()

    def _is_as_it_was(self) -> bool:
        """Whether the form may be sent once more about the same thing, by who is still signed in."""
        if self.endpoint in ("accounts.sign_in", "accounts.sign_out", "accounts.confirm", "accounts.reset"):
            return False
        return self._state() == self.state

    def _state(self) -> tuple[Any, ...]:
        return getattr(self.thing, "status", None), bool(getattr(self.thing, "proposed_changes", None))

    def address(self) -> str:
        arguments = self.case.arguments(self.thing)
        kind = getattr(
            self.thing, "subject_type", "sign_in" if self.endpoint == "accounts.end_session" else ""
        )
        if kind and kind != "user":
            arguments |= {f"{kind}_id": self.thing.id}
        if self.step:
            arguments |= {"step": self.step}
        with self.app.test_request_context():
            return url_for(self.endpoint, **arguments)

    def send(self, what: str, fields: dict[str, Any]) -> None:
        with remembered_forms(self.app) as forms:
            response = self._post(urlencode(fields, doseq=True).encode())
        self.judge(what, response)
        if forms:
            self.form = forms[-1]
            if response.status_code >= 400 and fields:
                self.judge_what_is_given_back(what, response, forms[-1], fields)

    def send_bytes(self, what: str, body: bytes) -> None:
        self.judge(what, self._post(body))

    def _post(self, body: bytes) -> Any:
        if not self._is_as_it_was():
            self._begin_again()
        token = urlencode({"csrf_token": self.client.fetch_token()}).encode()
        return self.client.open(
            self.address(),
            method="POST",
            data=token + b"&" + body,
            content_type="application/x-www-form-urlencoded",
        )

    def judge(self, what: str, response: Any) -> None:
        if response.status_code == 303:
            self.leads_to = response.headers["Location"]
            if what.partition(" in ")[0] not in READ_AFTERWARDS:
                return
            response = self.follow()
        text = response.get_data(as_text=True)
        if response.status_code not in (200, 204, 303, 400, 403, 404, 409, 413, 422, 429):
            self.complain(what, f"answers {response.status_code}")
        if response.status_code >= 400 and not re.search(r"[àâçéèêëîïôùûœ’]", text):
            self.complain(what, f"no French sentence with {response.status_code}")
        if found := ENGLISH.search(re.sub(r"<(textarea|input)[^>]*>", "", text)):
            self.complain(what, f"speaks English: {found[0]}")
        if "<script>alert" in text or "<img src=x" in text:
            self.complain(what, "runs what was typed")
        if MULTIPLIED in text:
            self.complain(what, "computes what was typed")

    def follow(self) -> Any:
        """The page to which the last accepted form led."""
        response = self.client.get(self.leads_to)
        if response.status_code == 303:  # « Mon espace » may send on to the choice of an organisation
            response = self.client.get(response.headers["Location"])
        return response

    def judge_what_is_left(self) -> None:
        """After all that was sent, accepted words included: the page still shows."""
        if self.leads_to:
            self.judge("all that was sent", self.follow())

    def judge_what_is_given_back(self, what: str, response: Any, form: Form, sent: dict[str, Any]) -> None:
        text = canon_line(unescape(response.get_data(as_text=True)))
        for field in form:
            value = sent.get(field.name, "")
            if isinstance(value, list) or isinstance(field, PasswordField) or not _is_typed(field):
                continue
            wanted = canon_line(value)
            if wanted and wanted not in text:
                self.complain(what, f"does not give {field.name} back ({response.status_code})")

    def complain(self, what: str, why: str) -> None:
        self.complaints.append(f"{self.endpoint} {self.step} with {what}: {why}")

    # ------------------------------------------------------------------ one wrong field among right ones

    def read_form(self) -> None:
        """Of the page that shows it, where there is one."""
        with remembered_forms(self.app) as forms:
            self.client.get(self.address())
        if forms:
            self.form = forms[-1]

    def fields(self) -> list[str]:
        return list(dict.fromkeys([*(self.form._fields if self.form else ()), *self.right]))

    def well_filled_in(self) -> dict[str, Any]:
        return {field.name: _right_value(field) for field in self.form or ()} | self.right

    def worth_trying(self, name: str) -> list[str]:
        """Names of BAD, and « a million characters » for the first fields: what may hurt a field of this kind."""
        tried = self._worth_trying(name)
        return (
            tried
            if name in self.fields()[:FIELDS_WITH_LONG_TEXT]
            else [t for t in tried if t != "a million characters"]
        )

    def _worth_trying(self, name: str) -> list[str]:
        field = self.form._fields.get(name) if self.form else None
        if field is None or isinstance(field, IntegerField):  # numbers, euros
            return ["nothing", "letters for a number", *NUMBERS, "control characters", "a million characters"]
        if isinstance(field, DayField):
            return [
                "nothing",
                *(what for what in BAD if "day" in what),
                "a huge number",
                "a million characters",
            ]
        if _is_typed(field) or isinstance(field, PasswordField):
            return ["control characters", "HTML", "a template", "a million characters"]
        return ["SQL", "a huge number"]


def _right_value(field: Any) -> Any:
    """What somebody careful would send: enough words, a choice of the list, a day to come."""
    if isinstance(field, DayField):
        return (today_in_paris() + timedelta(days=30)).isoformat()
    if isinstance(field, IntegerField):
        return "12"
    if isinstance(field, BooleanField):
        return "y"
    if hasattr(field, "iter_choices"):
        return next((str(choice.value) for choice in field.iter_choices() if choice.value), "")
    if field.name in RIGHT:
        return RIGHT[field.name]
    return (
        PASSWORD
        if isinstance(field, PasswordField)
        else HOW
        if isinstance(field, TextAreaField)
        else HOW[:60]
    )


def _is_typed(field: Any) -> bool:
    """Whether people type into it (a wrong choice of a closed list was not typed, and is not given back)."""
    return isinstance(field, StringField | IntegerField | DayField)


@contextmanager
def remembered_forms(app: Flask) -> Iterator[list[Form]]:
    """The forms that the pages rendered meanwhile were given."""
    found: list[Form] = []

    def remember(sender: Any, template: Any, context: dict[str, Any], **extra: Any) -> None:
        found.extend(value for value in context.values() if isinstance(value, Form))

    with template_rendered.connected_to(remember, app):
        yield found
