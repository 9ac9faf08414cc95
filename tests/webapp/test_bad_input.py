"""Whatever is sent to a form: never an error of ours, always a French sentence, and what was typed comes back."""

from __future__ import annotations

from html import escape
from typing import Any

import pytest
from flask import Flask

from models.text import canon
from tests.client import Client
from tests.factories import World
from tests.webapp.bad_input_attempt import BAD, FOR_BUTTONS, LONG, MULTIPLIED, Attempt
from tests.webapp.bad_input_case import Case
from tests.webapp.bad_input_cases import all_cases
from webapp.forms import Form

#: Read by a view beside the fields of a form.
READ_BESIDE = {
    "step",
    "organization_id",
    "match",
    "next",
    "lang",
    "leave",
    "documents",
    "confirm",
    "q",
    "user_id",
    "solution_id",
    "status",
}
STEPS = {
    "needs.edit": ("problem", "outcome", "practical", "review"),
    "solutions.edit": ("presentation", "practical"),
}


@pytest.fixture
def cases(world: World) -> dict[str, Case]:
    return all_cases(world)


def test_every_form_of_the_application_is_tried_here(app: Flask, cases: dict[str, Case]) -> None:
    posted = {rule.endpoint for rule in app.url_map.iter_rules() if "POST" in (rule.methods or ())}
    assert posted == set(cases)
    assert {endpoint.partition(".")[0] for endpoint in cases} == set(AREAS)


def _names_of_all_fields() -> set[str]:
    """Of every form of the application: each is sent to each address."""
    names = set(READ_BESIDE)
    waiting: list[type[Form]] = [Form]
    while waiting:
        form = waiting.pop()
        waiting += form.__subclasses__()
        names |= {name for name in dir(form) if hasattr(getattr(form, name), "field_class")}
    return names


AREAS = (
    "accounts",
    "spaces",
    "organizations",
    "needs",
    "solutions",
    "matches",
    "responses",
    "evaluation",
    "curation",
    "procurement",
    "interests",
    "references",
    "attachments",
    "conversations",
    "questions",
    "following",
    "events",
    "open_calls",
    "alerts",
    "reports",
)


@pytest.mark.parametrize("area", AREAS)
def test_bad_input_gets_a_french_sentence_and_gives_back_what_was_typed(
    app: Flask, databases: Any, cases: dict[str, Case], area: str
) -> None:
    names = _names_of_all_fields()
    complaints = []
    for endpoint, case in cases.items():
        if not endpoint.startswith(f"{area}."):
            continue
        for step in STEPS.get(endpoint, ("",)):
            attempt = Attempt(app, databases, endpoint, case, step)
            complaints += try_everything(attempt, names)
    assert not complaints, "\n".join(complaints)


def try_everything(attempt: Attempt, names: set[str]) -> list[str]:
    attempt.read_form()
    attempt.send("no field at all", {})
    for what, value in BAD.items():
        if attempt.fields() or what in FOR_BUTTONS:
            attempt.send(what, dict.fromkeys(names, value))
    attempt.send("HTML, twice", dict.fromkeys(names, BAD["HTML"]))
    attempt.send("many values a field", dict.fromkeys(names, ["x", "<b>", ""] * 5))
    attempt.send_bytes("lone surrogates", "&".join(f"{name}=%ED%A0%80%FF%C0%AF" for name in names).encode())
    attempt.send_bytes("names of fields that are none", b"%00=1&[]=2&a[b]=3&=4&%ED%A0%80=5&csrf_token=again")
    attempt.send("a form heavier than we take", {"title": LONG * 5})
    # One wrong field among right ones: it gets further.
    for name in attempt.fields():
        for what in attempt.worth_trying(name):
            attempt.send(f"{what} in {name}", attempt.well_filled_in() | {name: BAD.get(what, LONG)})
    attempt.judge_what_is_left()
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
    "/curation", "/curation/file", "/curation/suivi", "/curation/relectures", "/curation/personnes", "/connexion", "/voie-d-achat", "/achats-declares", "/curation/seuils", "/",
    "/evenements", "/appels", "/curation/evenements", "/curation/appels",
)  # fmt: skip
ASKED = (
    "q", "page", "theme", "themes", "commune", "territory", "maturity", "deadline", "closes", "state", "status", "sort", "kind", "lang", "next",
    "name", "siret", "organization_id", "match", "need", "price", "budget", "quand",
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
