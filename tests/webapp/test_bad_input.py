"""Whatever is sent to a form: never an error of ours, always a French sentence, and what was typed comes back."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from html import escape, unescape
from typing import Any
from urllib.parse import urlencode

import pytest
from flask import Flask, template_rendered, url_for
from wtforms import BooleanField, IntegerField, PasswordField, StringField, TextAreaField

from models import db
from models.need import today_in_paris
from models.text import canon, canon_line
from tests.client import Client
from tests.factories import HOW, PASSWORD, World, make_siret
from tests.webapp.bad_input_cases import Case, all_cases
from webapp.forms import DayField, Form

#: Read by a view beside the fields of a form.
READ_BESIDE = {
    "step",
    "organization_id",
    "match",
    "next",
    "lang",
    "leave",
    "q",
    "user_id",
    "solution_id",
    "status",
}
STEPS = {
    "needs.edit": ("problem", "outcome", "practical", "review"),
    "solutions.edit": ("presentation", "practical"),
}

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


@pytest.fixture
def cases(world: World) -> dict[str, Case]:
    return all_cases(world)


def test_every_form_of_the_application_is_tried_here(app: Flask, cases: dict[str, Case]) -> None:
    posted = {rule.endpoint for rule in app.url_map.iter_rules() if "POST" in (rule.methods or ())}
    assert posted == set(cases)


class Attempt:
    """One form, sent again and again by who may send it, about a thing that is in the right state each time."""

    def __init__(self, app: Flask, endpoint: str, case: Case, step: str = "") -> None:
        self.app, self.endpoint, self.case, self.step = app, endpoint, case, step
        self.client = Client(app)
        self.complaints: list[str] = []
        self.form: Form | None = None
        self._prepare()

    def _prepare(self) -> None:
        self.thing = self.case.make()
        db.session.commit()
        self.state = self._state()
        person = self.case.person(self.thing)
        self.client.forget()
        if person is not None:
            self.client.sign_in(person)

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
        if not self._is_as_it_was():
            self._prepare()
        with remembered_forms(self.app) as forms:
            response = self.client.post(self.address(), fields)
        self.judge(what, response)
        if forms:
            self.form = forms[-1]
            if response.status_code >= 400 and fields:
                self.judge_what_is_given_back(what, response, forms[-1], fields)

    def send_bytes(self, what: str, body: bytes) -> None:
        if not self._is_as_it_was():
            self._prepare()
        token = urlencode({"csrf_token": self.client.fetch_token()}).encode()
        response = self.client.open(
            self.address(),
            method="POST",
            data=token + b"&" + body,
            content_type="application/x-www-form-urlencoded",
        )
        self.judge(what, response)

    def judge(self, what: str, response: Any) -> None:
        if response.status_code == 303:
            response = self.client.get(response.headers["Location"])
            if response.status_code == 303:  # « Mon espace » may send on to the choice of an organisation
                response = self.client.get(response.headers["Location"])
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
        self._prepare()
        with remembered_forms(self.app) as forms:
            self.client.get(self.address())
        if forms:
            self.form = forms[-1]

    def fields(self) -> list[str]:
        return list(dict.fromkeys([*(self.form._fields if self.form else ()), *self.case.right()]))

    def well_filled_in(self) -> dict[str, Any]:
        return {field.name: _right_value(field) for field in self.form or ()} | self.case.right()

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


def _names_of_all_fields() -> set[str]:
    """Of every form of the application: each is sent to each address."""
    names = set(READ_BESIDE)
    waiting: list[type[Form]] = [Form]
    while waiting:
        form = waiting.pop()
        waiting += form.__subclasses__()
        names |= {name for name in dir(form) if hasattr(getattr(form, name), "field_class")}
    return names


AREAS = ("accounts", "organizations", "needs", "solutions", "matches", "responses", "curation")


@pytest.mark.parametrize("area", AREAS)
def test_bad_input_gets_a_french_sentence_and_gives_back_what_was_typed(
    app: Flask, cases: dict[str, Case], area: str
) -> None:
    names = _names_of_all_fields()
    complaints = []
    for endpoint, case in cases.items():
        if not endpoint.startswith(f"{area}."):
            continue
        for step in STEPS.get(endpoint, ("",)):
            attempt = Attempt(app, endpoint, case, step)
            complaints += try_everything(attempt, names)
    assert not complaints, "\n".join(complaints)


def try_everything(attempt: Attempt, names: set[str]) -> list[str]:
    attempt.read_form()
    attempt.send("no field at all", {})
    for what, value in BAD.items():
        if attempt.fields() or what in FOR_BUTTONS:
            attempt.send(what, dict.fromkeys(names, value))
    attempt.send("HTML, twice", dict.fromkeys(names, BAD["HTML"]))
    attempt.send("many values a field", dict.fromkeys(names, ["x", "<b>", ""] * 30))
    attempt.send_bytes("lone surrogates", "&".join(f"{name}=%ED%A0%80%FF%C0%AF" for name in names).encode())
    attempt.send_bytes("names of fields that are none", b"%00=1&[]=2&a[b]=3&=4&%ED%A0%80=5&csrf_token=again")
    attempt.send("a form heavier than we take", {"title": LONG * 5})
    # One wrong field among right ones: it gets further.
    for name in attempt.fields():
        for what in attempt.worth_trying(name):
            attempt.send(f"{what} in {name}", attempt.well_filled_in() | {name: BAD.get(what, LONG)})
    return attempt.complaints


def test_a_form_sent_as_something_else_than_a_form_is_refused_with_a_sentence(
    client: Client, world: World
) -> None:
    need = world.need(status="draft")
    client.sign_in(world.bagnolet.contributor)
    for kind, body in (
        ("application/json", b'{"title": "x"}'),
        ("multipart/form-data; boundary=x", b"--x\r\nno part"),
        ("multipart/form-data", b"no boundary"),
        ("text/plain", b"\xff\xfe"),
    ):
        response = client.open(
            f"/besoins/{need.id}/rediger/problem", method="POST", data=body, content_type=kind
        )
        assert response.status_code == 400
        assert "formulaire" in response.text


#: Lists, filters and searches: what an address may carry.
READ = (
    "/besoins", "/solutions", "/recherche", "/organisations/choisir", "/mises-en-relation", "/mon-espace", "/mon-espace/messages",
    "/curation", "/curation/file", "/curation/suivi", "/curation/relectures", "/curation/personnes", "/connexion", "/",
)  # fmt: skip
ASKED = (
    "q", "page", "theme", "themes", "commune", "territory", "maturity", "deadline", "closes", "state", "status", "sort", "kind", "lang", "next",
    "name", "siret", "organization_id", "match", "need", "price", "budget",
)  # fmt: skip


@pytest.mark.parametrize("what", BAD)
def test_a_bad_word_in_the_address_of_a_list_is_a_page_all_the_same(
    client: Client, world: World, what: str
) -> None:
    world.solution(), world.need()
    client.sign_in(world.admin)
    wrong = []
    for page in READ:
        response = client.get(page, query_string=dict.fromkeys(ASKED, BAD[what]))
        text = response.text
        if response.status_code not in (200, 303, 403, 404):
            wrong.append(f"{page}: {response.status_code}")
        if "<script>alert" in text or "<img src=x" in text or MULTIPLIED in text:
            wrong.append(f"{page}: shows what was typed as it is")
    assert not wrong, wrong


def test_who_writes_markup_reads_markup_and_nothing_runs(client: Client, world: World) -> None:
    typed = '<b>Corbeilles</b> & "pleines" {{7*7}}'
    need = world.need(title=typed, irritant=f"{typed} " * 4)
    page = client.get(f"/besoins/{need.id}-{need.slug}").text
    assert escape(typed, quote=False) in page.replace("&#34;", '"')
    assert canon(typed) == typed
