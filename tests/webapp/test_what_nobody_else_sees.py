"""Nobody reads what is not theirs: every page that can be opened, for everything there is, by everybody, and every mail.

Everything private holds a word that exists once (tests/private_world.py). What a person finds is held against who_reads_what.py.
"""

from __future__ import annotations

import io
import zipfile
from collections import defaultdict
from collections.abc import Callable, Iterator
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any, NamedTuple

import pypdf
import pytest
import sqlalchemy as sa
from flask import Flask
from flask_login import AnonymousUserMixin
from werkzeug.routing import Rule

from models import Notification, User, db
from tests.client import Client
from tests.private_answers import COMPANY as COMPANY_NAME
from tests.private_answers import TOWN
from tests.private_world import GUEST, PrivateWorld, later
from tests.secrets import Secret, Secrets
from tests.webapp.who_reads_what import (
    ADMIN,
    BUYERS,
    COMMUNE,
    COMPANY,
    EVERYBODY,
    INVITED,
    MEMBERS,
    NAMES,
    NAMES_ARE_PUBLIC,
    OWN,
    PARTNER,
    SHOWN_NOWHERE,
    TEAM,
    WHO_MAY_READ,
    WRITER,
    WRITTEN_TO,
)
from webapp.permissions import ROUTES, THINGS, can
from workers.mail import deliver_notifications

#: The mailbox of a demonstration, where anybody reads every mail; mails are read here by who gets them.
OF_A_DEMONSTRATION = ("pages.mailbox", "pages.message", "pages.components")
#: After each of these words the lists are read again, with all that their filters let through.
QUESTIONS = ("?q=corbeilles&state=all", "?q=sonde&state=all", "?state=all", "?page=2")
#: They say what the page and the table say: a few are enough.
SLOW, SOME = ("register.as_csv", "register.as_pdf", "evaluation.report_pdf"), 7
#: Who has conversations, meetings or an invitation with whom.
CORRESPONDENTS = {TOWN: (COMPANY_NAME, GUEST), COMPANY_NAME: (TOWN,)}
#: What anybody may open is opened by these, who stand on every side, and not by all the others once more.
EVERYWHERE = (
    "visitor",
    "administrator of the commune",
    "administrator of another commune",
    "administrator of its competitor",
)
#: They may do less than their administrators, who open everything: what is theirs alone is here.
OF_ONE_PERSON = dict.fromkeys(
    ("author", "member of the company"),
    ("alerts.", "evaluation.", "events.", "following.", "register.", "responses.", "spaces."),
)
VISITOR = AnonymousUserMixin()
LISTS = ("needs.index", "solutions.index", "search.results")


class Reading(NamedTuple):
    """``person`` read ``secret`` on a page (its endpoint and path) or in a mail (its subject)."""

    person: str
    where: str
    path: str
    secret: Secret


@pytest.fixture
def private(app: Flask) -> PrivateWorld:
    return PrivateWorld(Secrets(WHO_MAY_READ))


def readers_of(secret: Secret, private: PrivateWorld) -> set[str]:
    """The people who may read it, by name."""
    whose, belongs = dict(secret.whose), private.belongs

    def of(place: str | None) -> set[str]:
        return {person for person, where in belongs.items() if where == place}

    behind: dict[str, Callable[[], set[str]]] = {
        WRITER: lambda: {whose["writer"]},
        COMMUNE: lambda: of(whose["commune"]),
        COMPANY: lambda: of(whose["company"]),
        PARTNER: lambda: of(whose.get("partner")),
        INVITED: lambda: of(whose["invited"]),
        OWN: lambda: of(whose["organization"]),
        WRITTEN_TO: lambda: {p for place in CORRESPONDENTS.get(whose["organization"], ()) for p in of(place)},
        TEAM: lambda: of("team"),
        ADMIN: lambda: {"administrator of the platform"},
        BUYERS: lambda: of("Bagnolet") | of("Bondy"),
        MEMBERS: lambda: set(belongs),
        EVERYBODY: lambda: {*private.people, *belongs},
    }
    return {person for symbol in WHO_MAY_READ[secret.row] for person in behind[symbol]()}


def everything() -> dict[str, list[Any]]:
    """kind → every row of it; of the organisations, those where somebody is."""
    things = {
        kind: list(db.session.scalars(sa.select(model).order_by(model.id)))
        for kind, (model, _key) in THINGS.items()
    }
    things["organization"] = [one for one in things["organization"] if one.memberships]
    return things


def pages_for(
    user: User | None, app: Flask, things: dict[str, list[Any]], *, is_onlooker: bool
) -> Iterator[tuple[str, str]]:
    """(endpoint, path) of each page that the table of permissions opens to ``user``, for everything there is.

    ``is_onlooker``: without those that a visitor may open. That a page is refused where the table says so is the business of test_permissions.py.
    """
    person = user or VISITOR
    for rule in app.url_map.iter_rules():
        endpoint = rule.endpoint
        if "GET" not in (rule.methods or ()) or "static" in endpoint or endpoint in OF_A_DEMONSTRATION:
            continue
        action = ROUTES[endpoint]
        kind, dot, _verb = action.partition(".")
        for number, thing in enumerate(things[kind] if dot else [None]):
            if endpoint in SLOW and number % SOME:
                continue
            if can(action, thing, person) and not (is_onlooker and can(action, thing, VISITOR)):
                for path in _paths(rule, thing):
                    yield from (
                        (endpoint, path + more) for more in ("", *(QUESTIONS if endpoint in LISTS else ()))
                    )


def _paths(rule: Rule, thing: Any) -> Iterator[str]:
    given: dict[str, list[Any]] = {}
    for argument in rule.arguments:
        if argument.endswith("_id"):
            given[argument] = [thing.id]
        elif argument == "slug":
            given[argument] = [thing.slug or "x"]
        elif argument == "name":
            given[argument] = [thing.name]
        elif argument == "number":
            given[argument] = list(range(1, thing.version + 1))
        elif argument == "step":
            given[argument] = ["problem", "outcome", "practical", "review"]
        else:
            given[argument] = ["x"]
    choices: list[dict[str, Any]] = [{}]
    for argument, values in given.items():
        choices = [{**choice, argument: value} for choice in choices for value in values]
    for choice in choices:
        built = rule.build(choice, append_unknown=False)
        assert built is not None, rule
        yield str(built[1])


def text_of(answer: Any) -> str:
    """Everything that the answer says: addresses it leads to, name and words of a file, whatever its kind."""
    heads = f"{answer.headers.get('Location', '')} {answer.headers.get('Content-Disposition', '')}"
    kind, contents = answer.mimetype, answer.get_data()
    if kind == "application/pdf":
        pages = pypdf.PdfReader(io.BytesIO(contents)).pages
        return heads + " ".join(page.extract_text() for page in pages) + contents.decode("latin-1")
    if contents.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(contents)) as archive:
            return heads + " ".join(
                archive.read(name).decode("utf-8", "replace") for name in archive.namelist()
            )
    return heads + contents.decode("utf-8", "replace").replace("\r\n ", "")


def addresses(private: PrivateWorld) -> dict[str, str | None]:
    return {person: user.email if user else None for person, user in private.people.items()}


def read_pages(app: Flask, private: PrivateWorld) -> Iterator[Reading]:
    """Everything that everybody finds on the pages that are open to them."""
    emails = addresses(private)
    for person, email in emails.items():
        client, user = Client(app), db.session.scalar(User.by_email(email or ""))
        pages = list(pages_for(user, app, everything(), is_onlooker=person not in EVERYWHERE))
        if user is not None:
            client.sign_in(user)
        db.session.remove()  # a row at hand is one more to read anew after each request, and here are all of them
        for endpoint, path in pages:
            if not endpoint.startswith(OF_ONE_PERSON.get(person, "")):
                continue
            answer = client.get(path)
            assert answer.status_code < 500, f"{person} {path}: {answer.status_code}"
            for secret in private.secrets.found_in(text_of(answer)):
                if secret.row not in NAMES or not endpoint.startswith(NAMES_ARE_PUBLIC):
                    yield Reading(person, endpoint, path, secret)


def read_mails(private: PrivateWorld, names: dict[str, str], folder: Path) -> Iterator[Reading]:
    """Everything that the messages say which all of this owes, tomorrow."""
    db.session.execute(sa.update(User).values(rhythm="instant"))  # nothing waits for a digest
    db.session.commit()
    with later():
        while db.session.scalars(Notification.due()).first() is not None:
            deliver_notifications()
    for file in sorted(folder.glob("*.eml")):
        mail = message_from_bytes(file.read_bytes(), policy=policy.default)
        address = mail["To"].addresses[0].addr_spec
        words = " ".join(part.get_content() for part in mail.walk() if part.get_content_maintype() == "text")
        for secret in private.secrets.found_in(f"{mail['Subject']} {words}"):
            yield Reading(names.get(address, address), "a mail", str(mail["Subject"]), secret)


def test_everybody_reads_what_is_theirs_and_nothing_else(
    app: Flask, private: PrivateWorld, tmp_path: Path
) -> None:
    readers = {secret: readers_of(secret, private) for secret in private.secrets}
    names = {email: person for person, email in addresses(private).items() if email}
    readings = [*read_pages(app, private), *read_mails(private, names, tmp_path / "mail")]
    leaks = defaultdict(set)
    for one in readings:
        if one.person not in readers[one.secret]:
            leaks[one.person, one.where, one.secret.row].add(f"{one.path} ({one.secret.what})")
    said = [
        f"{person} reads « {row} » in {where}: {', '.join(sorted(found)[:3])}"
        for (person, where, row), found in leaks.items()
    ]
    assert not said, "\n".join(sorted(said))
    read = {one.secret.row for one in readings}
    assert set(WHO_MAY_READ) - read - SHOWN_NOWHERE == {
        row for row, who in WHO_MAY_READ.items() if not who
    }, "never read by anybody"
