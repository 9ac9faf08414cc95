"""A SIRET looked up in a register over real HTTP: what it says is proposed, what it does not say is typed, nothing waits for it."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask

from settings import Settings, SettingsError
from tests.client import Client, shown
from tests.factories import World, make_siret
from tests.live import WorkerHere
from workers import answers, lookup
from workers.lookup import SearchOfCompanies

SIRET = make_siret(7)
RESULT = {
    "siren": SIRET[:9],
    "nom_complet": "CORBEILLE ET CIE (CORBEILLE)",
    "nom_raison_sociale": "CORBEILLE ET CIE",
    "activite_principale": "62.01Z",
    "siege": {"siret": "00000000000000", "commune": "75111"},
    "matching_etablissements": [
        {
            "siret": SIRET,
            "commune": "93006",
            "activite_principale": "62.02A",
            "tranche_effectif_salarie": "11",
            "date_creation": "2019-05-02",
            "etat_administratif": "A",
        }
    ],
    "complements": {"identifiant_association": None},
}


class Register:
    """A server of « Recherche d’entreprises » on this machine; ``body`` is what it answers, after ``wait`` seconds."""

    def __init__(self) -> None:
        self.body: Any = {"results": [RESULT], "total_results": 1}
        self.status, self.wait, self.headers = 200, 0.0, {}
        self.asked: list[str] = []
        register = self

        class Answer(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                register.asked.append(parse_qs(urlsplit(self.path).query).get("q", [""])[0])
                time.sleep(register.wait)
                body = (
                    register.body if isinstance(register.body, bytes) else json.dumps(register.body).encode()
                )
                try:
                    self.send_response(register.status)
                    for name, value in register.headers.items():
                        self.send_header(name, value)
                    self.end_headers()
                    self.wfile.write(body)
                except OSError:
                    pass

            def log_message(self, *_arguments: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
        self.url = f"http://127.0.0.1:{self.server.server_port}/search"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture
def register() -> Iterator[Register]:
    running = Register()
    yield running
    running.server.shutdown()
    running.server.server_close()


def test_the_establishment_of_this_very_siret_is_read(register: Register) -> None:
    found = SearchOfCompanies(register.url).find(SIRET)
    assert register.asked == [SIRET]
    assert found is not None and found.active
    assert (found.name, found.naf, found.insee) == ("CORBEILLE ET CIE", "62.02A", "93006")
    assert (found.size_band, found.founded_on, found.rna) == ("10-49", "2019-05-02", "")


def test_what_the_register_does_not_know_is_nothing(register: Register) -> None:
    register.body = {"results": [], "total_results": 0}
    assert SearchOfCompanies(register.url).find(SIRET) is None
    register.body = {"results": [{**RESULT, "matching_etablissements": []}]}
    assert SearchOfCompanies(register.url).find(SIRET) is None


@pytest.mark.parametrize(
    "body", [b"<html>en panne</html>", b"{}", b"[]", b'{"results": 3}', b"null", b"x" * 400_000]
)
def test_a_register_that_answers_nonsense_is_left_alone_for_a_while(register: Register, body: bytes) -> None:
    register.body = body
    asked = SearchOfCompanies(register.url)
    assert asked.find(SIRET) is None and asked.find(SIRET) is None
    assert len(register.asked) == 1


def test_a_register_that_fails_hangs_or_sends_elsewhere_makes_nobody_wait_twice(register: Register) -> None:
    register.status = 503
    assert SearchOfCompanies(register.url).find(SIRET) is None
    register.status, register.headers = 302, {"Location": "http://127.0.0.1:1/"}
    assert SearchOfCompanies(register.url).find(SIRET) is None
    register.status, register.headers, register.wait = 200, {}, 1.5
    hangs = SearchOfCompanies(register.url)
    assert hangs.find(SIRET) is None
    asked = len(register.asked)
    assert hangs.find(SIRET) is None and len(register.asked) == asked
    assert SearchOfCompanies("http://127.0.0.1:1/search").find(SIRET) is None


@pytest.fixture
def offered(app: Flask, register: Register) -> Iterator[Register]:
    """The application with that register."""
    before = app.config["SETTINGS"]
    values = {name: getattr(before, name) for name in Settings.__dataclass_fields__}
    app.config["SETTINGS"] = Settings(**{**values, "company_lookup_url": register.url})
    yield register
    app.config["SETTINGS"] = before


@pytest.fixture
def worker(app: Flask) -> Iterator[WorkerHere]:
    """The worker of live questions, in this process; nothing is encoded here, so it needs no corpus."""
    here = WorkerHere.__new__(WorkerHere)
    here.app, here.asked, here.late = app, [], False
    app.extensions["doorbell"] = here
    yield here
    del app.extensions["doorbell"]


def test_off_by_default_there_is_no_button_and_no_question(app: Flask, client: Client, world: World) -> None:
    assert answers.company(SIRET) is None
    client.sign_in(world.user())
    assert "Remplir depuis le SIRET" not in shown(client.get("/organisations/nouvelle"))


def test_the_form_is_filled_where_it_was_empty_and_nothing_is_created(
    client: Client, world: World, offered: Register, worker: WorkerHere
) -> None:
    client.sign_in(world.user())
    assert "Remplir depuis le SIRET" in shown(client.get("/organisations/nouvelle"))
    asked = {"kind": "sme", "siret": SIRET, "name": "", "territory": "", "look_up": "1"}
    page = shown(client.post("/organisations/nouvelle", asked))
    assert 'value="CORBEILLE ET CIE"' in page and 'value="Bagnolet"' in page and 'value="62.02A"' in page
    assert 'value="2019-05-02"' in page and "relisez" in page
    assert worker.asked == [("company", {"siret": SIRET})]
    page = shown(client.post("/organisations/nouvelle", {**asked, "name": "Le nom que j’ai écrit"}))
    assert "Le nom que j’ai écrit" in page and "CORBEILLE ET CIE" not in page
    assert "chiffre est sans doute faux" in shown(
        client.post("/organisations/nouvelle", {**asked, "siret": "12345678901234"})
    )
    lookup._registers.clear()
    offered.status = 500
    assert "remplissez vous-même" in shown(client.post("/organisations/nouvelle", asked))


def test_the_address_of_the_register_is_checked(tmp_path: Any) -> None:
    for wrong in ("ftp://exemple.fr", "exemple.fr", "https://exemple.fr/?q="):
        with pytest.raises(SettingsError, match="COMPANY_LOOKUP_URL"):
            Settings.from_environment({"VAR_DIR": str(tmp_path), "COMPANY_LOOKUP_URL": wrong})
