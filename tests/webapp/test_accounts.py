"""Registering, coming in, choosing another password, ending one's sessions."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa
import time_machine

from models import Notification, SignIn, User, db
from models.database import utc_now
from models.token import make_token
from tests.client import Client, shown
from tests.factories import PASSWORD, World, owed

NADIA = {
    "first_name": "Nadia",
    "last_name": "Benali",
    "job_title": "",
    "email": "nadia@ville.fr",
    "password": PASSWORD,
}


def find(email: str) -> User | None:
    return db.session.scalar(User.by_email(email))


def test_somebody_registers_confirms_and_arrives_at_the_choice_of_an_organisation(client: Client) -> None:
    page = client.post("/inscription", NADIA)
    assert page.status_code == 200
    assert "nadia@ville.fr" in shown(page)
    nadia = find("nadia@ville.fr")
    assert nadia is not None and not nadia.is_active
    assert owed(nadia) == ["confirm_email"]

    address = f"/confirmation/{make_token('confirm', nadia)}"
    assert client.get(address).status_code == 200
    assert find("nadia@ville.fr").confirmed_at is None, "a scanner that opens the link confirms nothing"
    arrived = client.post(address)
    assert arrived.status_code == 303
    assert arrived.location == "/organisations/choisir"
    assert find("nadia@ville.fr").is_active
    client.token = None
    assert "Nadia Benali" in shown(client.get("/mon-compte"))


def test_an_address_that_has_an_account_gets_the_same_page_and_a_message_instead(
    client: Client, world: World
) -> None:
    somebody = world.user("Nadia", email="nadia@ville.fr")
    known = client.post("/inscription", NADIA)
    unknown = client.post("/inscription", {**NADIA, "email": "autre@ville.fr"})
    assert (
        shown(known).replace("nadia@", "autre@").split("csrf_token")[0]
        == shown(unknown).split("csrf_token")[0]
    )
    assert owed(somebody) == ["already_registered"]
    assert find("nadia@ville.fr").last_name == somebody.last_name


def test_two_passwords_typed_for_one_address_both_die_and_who_reads_its_mail_chooses(client: Client) -> None:
    client.post("/inscription", NADIA)
    first = make_token("confirm", find("nadia@ville.fr"))
    typed_last = {**NADIA, "password": "une autre phrase de passe", "last_name": "Martin"}
    client.post("/inscription", typed_last)
    nadia = find("nadia@ville.fr")
    assert nadia.last_name == "Martin" and owed(nadia) == ["confirm_email", "reset_password"]
    assert client.get(f"/confirmation/{first}").status_code == 410
    assert not any(nadia.check_password(each["password"]) for each in (NADIA, typed_last))
    chosen = client.post(
        f"/mot-de-passe/{make_token('reset', nadia)}", {"password": "celle que je choisis moi-même"}
    )
    assert chosen.status_code == 303 and find("nadia@ville.fr").is_active


def test_a_double_click_on_register_makes_one_account_and_sends_one_message(client: Client) -> None:
    with time_machine.travel(utc_now().replace(minute=0, second=10), tick=False):
        client.post("/inscription", NADIA)
        client.post("/inscription", NADIA)
    assert owed(find("nadia@ville.fr")) == ["confirm_email"]


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("email", "nadia", "adresse complète"),
        ("email", "nadia@ville.fr\r\nBcc: tous@ville.fr", "adresse complète"),
        ("email", "inès@ville.fr", "sans accent"),  # no message could be written to it
        ("email", "nadia..b@ville.fr", "adresse complète"),
        ("password", "court", "12 caractères"),
        ("password", "x" * 1_000_000, "au plus"),
        ("first_name", "", "Remplissez ce champ"),
        ("last_name", "n" * 1_000_000, "raccourcissez"),
        ("first_name", "Na\x00dia", "caractères invisibles"),
    ],
)
def test_what_is_wrong_is_said_beside_the_field_and_what_was_typed_is_kept(
    client: Client, field: str, typed: str, sentence: str
) -> None:
    page = client.post("/inscription", {**NADIA, "job_title": "Cheffe de <b>projet</b>", field: typed})
    assert page.status_code == 422
    assert sentence in shown(page)
    assert "Cheffe de &lt;b&gt;projet&lt;/b&gt;" in shown(page)
    assert db.session.scalar(sa.select(sa.func.count(User.id))) == 0


def test_a_used_link_says_what_to_do(client: Client, world: World) -> None:
    nadia = world.user("Nadia", confirmed=False)
    address = f"/confirmation/{make_token('confirm', nadia)}"
    client.post(address)
    client.forget()
    page = client.get(address)
    assert page.status_code == 410
    assert "connectez-vous" in shown(page)
    assert client.get("/confirmation/nimporte-quoi").status_code == 410


def test_a_link_of_four_days_is_dead(client: Client, world: World) -> None:
    address = f"/confirmation/{make_token('confirm', world.user('Nadia', confirmed=False))}"
    with time_machine.travel(utc_now() + timedelta(days=4)):
        assert client.get(address).status_code == 410


def test_a_wrong_password_and_an_unknown_address_are_told_in_the_same_words(
    client: Client, world: World
) -> None:
    somebody = world.user("Nadia", email="nadia@ville.fr")
    wrong = client.post("/connexion", {"email": somebody.email, "password": "ce n’est pas lui"})
    unknown = client.post("/connexion", {"email": "autre@ville.fr", "password": "ce n’est pas lui"})
    assert wrong.status_code == unknown.status_code == 422
    assert "ne convient pas" in shown(wrong)
    assert 'value="nadia@ville.fr"' in shown(wrong), "the address stays typed"
    assert "ce n’est pas lui" not in shown(wrong)
    assert shown(wrong).replace("nadia@", "autre@").count("ne convient pas") == shown(unknown).count(
        "ne convient pas"
    )


def test_ten_refusals_close_the_account_for_five_minutes_even_to_the_right_password(
    client: Client, world: World
) -> None:
    somebody = world.user("Nadia")
    for _ in range(10):
        client.post("/connexion", {"email": somebody.email, "password": "ce n’est pas lui"})
    page = client.post("/connexion", {"email": somebody.email.upper(), "password": PASSWORD})
    assert page.status_code == 429
    assert "Trop d’essais" in shown(page)
    with time_machine.travel(utc_now() + timedelta(minutes=6)):
        client.token = None
        assert client.post("/connexion", {"email": somebody.email, "password": PASSWORD}).status_code == 303


def test_unknown_addresses_are_counted_too(client: Client) -> None:
    pages = [
        client.post("/connexion", {"email": "personne@ville.fr", "password": "ce n’est pas lui"})
        for _ in range(11)
    ]
    assert [page.status_code for page in pages] == [422] * 10 + [429]


def test_an_unconfirmed_account_is_offered_another_message_after_the_right_password_only(
    client: Client, world: World
) -> None:
    nadia = world.user("Nadia", confirmed=False)
    assert "pas encore confirmée" not in shown(
        client.post("/connexion", {"email": nadia.email, "password": "ce n’est pas lui"})
    )
    page = client.post("/connexion", {"email": nadia.email, "password": PASSWORD})
    assert page.status_code == 403
    assert "pas encore confirmée" in shown(page)
    client.post("/inscription/verifiez-vos-courriels", {"email": nadia.email})
    assert owed(nadia) == ["confirm_email"]
    assert client.get("/mon-espace").status_code == 303, "nobody came in"


def test_one_returns_to_the_page_one_wanted_and_never_elsewhere(client: Client, world: World) -> None:
    somebody = world.user("Nadia")
    for wanted, reached in (
        ("/mon-compte", "/mon-compte"),
        ("/besoins?q=bruit", "/besoins?q=bruit"),
        ("https://ailleurs.example", "/mon-espace"),
        ("//ailleurs.example", "/mon-espace"),
        ("/\\ailleurs.example", "/mon-espace"),
        ("/deconnexion", "/mon-espace"),
    ):
        client.forget()
        answer = client.post("/connexion", {"email": somebody.email, "password": PASSWORD, "next": wanted})
        assert answer.location == reached, wanted


def test_who_is_signed_in_does_not_see_the_sign_in_page(client: Client, world: World) -> None:
    client.sign_in(world.user("Nadia"))
    assert client.get("/connexion").location == "/mon-espace"
    assert client.get("/inscription").location == "/mon-espace"


def test_demonstration_accounts_are_shown_in_the_demonstration_only(
    client: Client, app, monkeypatch: pytest.MonkeyPatch
) -> None:
    from dataclasses import replace

    assert "compte de démonstration" in shown(client.get("/connexion"))
    monkeypatch.setitem(app.config, "SETTINGS", replace(app.config["SETTINGS"], environment="production"))
    assert "compte de démonstration" not in shown(client.get("/connexion"))


def test_signing_out_ends_the_session_for_a_copied_cookie_too(client: Client, world: World) -> None:
    client.sign_in(world.user("Nadia"))
    copied = client.get_cookie("session")
    assert copied is not None
    assert client.post("/deconnexion").location == "/"
    client.set_cookie("session", copied.value)
    assert client.get("/mon-compte").status_code == 303


def test_forgetting_a_password_has_one_answer_for_everybody(client: Client, world: World) -> None:
    somebody = world.user("Nadia", email="nadia@ville.fr")
    known = client.post("/mot-de-passe-oublie", {"email": "nadia@ville.fr"})
    unknown = client.post("/mot-de-passe-oublie", {"email": "autre@ville.fr"})
    assert shown(known).replace("nadia@", "autre@") == shown(unknown)
    assert owed(somebody) == ["reset_password"]
    assert db.session.scalar(sa.select(sa.func.count(Notification.id))) == 1


def test_another_password_ends_every_session_and_its_link_serves_once(
    client: Client, world: World, app
) -> None:
    nadia = world.user("Nadia")
    elsewhere = Client(app).sign_in(nadia)
    address = f"/mot-de-passe/{make_token('reset', nadia)}"
    assert client.get(address).status_code == 200
    assert client.post(address, {"password": "court"}).status_code == 422
    assert client.post(address, {"password": "une phrase toute nouvelle"}).location == "/mon-espace"
    client.token = None
    assert client.get("/mon-compte").status_code == 200
    assert elsewhere.get("/mon-compte").status_code == 303
    assert client.get(address).status_code == 410
    assert find(nadia.email).check_password("une phrase toute nouvelle")


def test_a_reset_link_proves_the_address_of_an_unconfirmed_account(client: Client, world: World) -> None:
    nadia = world.user("Nadia", confirmed=False)
    client.post("/mot-de-passe-oublie", {"email": nadia.email})
    client.post(f"/mot-de-passe/{make_token('reset', nadia)}", {"password": "une phrase toute nouvelle"})
    assert find(nadia.email).is_active


def test_names_and_language_are_changed(client: Client, world: World) -> None:
    nadia = world.user("Nadia")
    client.sign_in(nadia)
    answer = client.post(
        "/mon-compte", {"first_name": "Nadège", "last_name": "Ben  Ali", "job_title": "Maire", "locale": "en"}
    )
    assert answer.status_code == 303
    assert (find(nadia.email).name, find(nadia.email).locale) == ("Nadège Ben Ali", "en")
    assert 'lang="en"' in shown(client.get("/mon-compte"))
    assert (
        client.post("/mon-compte", {"first_name": "", "last_name": "Ali", "locale": "tlh"}).status_code == 422
    )


def test_a_password_is_changed_with_the_present_one_and_other_sessions_end(
    client: Client, world: World, app
) -> None:
    nadia = world.user("Nadia")
    elsewhere = Client(app).sign_in(nadia)
    client.sign_in(nadia)
    refused = client.post(
        "/mon-compte/mot-de-passe", {"present": "ce n’est pas lui", "password": "une phrase toute nouvelle"}
    )
    assert refused.status_code == 422
    assert "pas votre mot de passe actuel" in shown(refused)
    assert 'value="Nadia"' in shown(refused)
    assert (
        client.post("/mon-compte/mot-de-passe", {"present": PASSWORD, "password": "court"}).status_code == 422
    )
    assert find(nadia.email).check_password(PASSWORD)
    client.post("/mon-compte/mot-de-passe", {"present": PASSWORD, "password": "une phrase toute nouvelle"})
    assert find(nadia.email).check_password("une phrase toute nouvelle")
    assert client.get("/mon-compte").status_code == 200
    assert elsewhere.get("/mon-compte").status_code == 303


def test_guessing_the_present_password_is_counted(client: Client, world: World) -> None:
    client.sign_in(world.user("Nadia"))
    for _ in range(10):
        client.post(
            "/mon-compte/mot-de-passe",
            {"present": "ce n’est pas lui", "password": "une phrase toute nouvelle"},
        )
    page = client.post(
        "/mon-compte/mot-de-passe", {"present": PASSWORD, "password": "une phrase toute nouvelle"}
    )
    assert "Trop d’essais" in shown(page)


def test_one_sees_ones_sessions_and_ends_them(client: Client, world: World, app) -> None:
    nadia = world.user("Nadia")
    phone, tablet = Client(app), Client(app)
    for browser in (phone, tablet, client):
        browser.sign_in(nadia)
    assert shown(client.get("/mon-compte")).count('/fermer"') == 3
    first = db.session.scalars(sa.select(SignIn).order_by(SignIn.id)).first()
    client.post(f"/mon-compte/sessions/{first.id}/fermer")
    assert phone.get("/mon-compte").status_code == 303
    assert tablet.get("/mon-compte").status_code == 200
    client.post("/mon-compte/sessions/fermer-les-autres")
    assert tablet.get("/mon-compte").status_code == 303
    assert client.get("/mon-compte").status_code == 200


def test_another_persons_session_does_not_exist_for_me(client: Client, world: World, app) -> None:
    victim = world.user("Odile")
    theirs = Client(app).sign_in(victim)
    client.sign_in(world.user("Nadia"))
    number = db.session.scalar(sa.select(SignIn.id).where(SignIn.user_id == victim.id))
    assert client.post(f"/mon-compte/sessions/{number}/fermer").status_code == 404
    assert theirs.get("/mon-compte").status_code == 200


def test_one_network_address_knocks_thirty_times_then_waits_and_those_who_succeed_do_not_count(
    client: Client, world: World
) -> None:
    from webapp.limits import limiter

    somebody = world.user("Nadia")
    limiter.enabled = True
    limiter.reset()
    try:
        for _ in range(3):
            client.sign_in(somebody)
        client.forget()
        codes = [
            client.post(
                "/connexion", {"email": f"inconnu.{n}@ville.fr", "password": "ce n’est pas lui"}
            ).status_code
            for n in range(31)
        ]
        page = client.post("/connexion", {"email": somebody.email, "password": PASSWORD})
    finally:
        limiter.reset()
        limiter.enabled = False
    assert codes == [422] * 30 + [429]
    assert page.status_code == 429
    assert "Trop d’essais" in shown(page)
