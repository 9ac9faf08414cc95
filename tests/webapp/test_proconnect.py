"""Coming in by ProConnect, held against a real provider on loopback: who comes in, who is linked, and everything that is refused."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
import sqlalchemy as sa
import time_machine
from flask import Flask
from werkzeug.test import TestResponse

from models import Activity, Identity, SignIn, User, db
from models.database import utc_now
from tests.client import Client, shown
from tests.factories import PASSWORD, World, owed
from tests.identity_provider import IdentityProvider
from webapp.accounts import oidc

START = "/connexion/proconnect"


@pytest.fixture
def provider(app: Flask) -> Iterator[IdentityProvider]:
    with IdentityProvider().running() as running:
        settings = app.config["SETTINGS"]
        app.config["SETTINGS"] = dataclasses.replace(settings, proconnect=running.settings)
        yield running
        app.config["SETTINGS"] = settings


def leave(client: Client, query: str = "") -> str:
    """Press the button, sign in over there: the address by which the browser comes back."""
    gone = client.get(f"{START}{query}")
    assert gone.status_code == 303, gone.text
    return _path(requests.get(gone.location, allow_redirects=False, timeout=3).headers["Location"])


def come(client: Client, query: str = "") -> TestResponse:
    return client.get(leave(client, query))


def _path(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.path}?{parts.query}"


def somebody() -> User | None:
    return db.session.scalar(sa.select(User).where(User.email == "claire.dubois@ville-bagnolet.example"))


def is_signed_in(client: Client) -> bool:
    return client.get("/mon-compte").status_code == 200


def refused(client: Client, answer: TestResponse, words: str, code: int = 400) -> None:
    """A French sentence, two ways on, nobody in, nothing written."""
    assert answer.status_code == code, answer.text
    page = shown(answer)
    assert words in page, page
    assert 'href="/connexion"' in page and ("Réessayer" in page or "fermé" in page)
    assert answer.headers["Cache-Control"] == "no-store"
    assert not is_signed_in(client)
    assert db.session.scalar(sa.select(sa.func.count(Identity.id))) == 0


# ------------------------------------------------------------------ who comes in


def test_the_button_is_there_only_where_it_is_set(client: Client, world: World) -> None:
    assert "ProConnect" not in client.get("/connexion").text
    assert client.get(START).status_code == 404
    assert client.get(f"{START}/retour?code=x&state=y").status_code == 404
    assert client.get(f"{START}/lier").status_code == 404


def test_a_new_person_comes_in_with_a_proved_address_and_is_led_to_their_organisation(
    client: Client, provider: IdentityProvider
) -> None:
    page = client.get("/connexion?next=/besoins")
    assert "S’identifier avec ProConnect" in client.get("/inscription").text
    assert "S’identifier avec ProConnect" in page.text and "Set-Cookie" not in page.headers
    answer = come(client)
    assert (answer.status_code, answer.location) == (303, "/organisations/choisir?q=21930006300018")
    user = somebody()
    assert user is not None and user.confirmed_at is not None and user.name == "Claire Dubois"
    assert owed(user) == []
    assert is_signed_in(client)
    identity = db.session.scalars(Identity.of(user)).one()
    assert (identity.issuer, identity.subject) == (provider.issuer, "subject-1")
    asked = provider.asked[0]
    assert client.get("/connexion/proconnect/retour?code=x").location == "/mon-espace", "one page back"
    assert asked["redirect_uri"] == "http://localhost/connexion/proconnect/retour"
    assert asked["scope"] == "openid given_name usual_name email siret"
    assert len({asked["state"], asked["nonce"], asked["code_challenge"]}) == 3
    cookies = "; ".join(answer.headers.getlist("Set-Cookie"))
    assert "session=" in cookies and "proconnect=;" in cookies, "the cookie of the way is gone"


def test_the_same_subject_comes_in_again_even_with_another_address(
    client: Client, provider: IdentityProvider
) -> None:
    come(client)
    first = somebody()
    assert first is not None
    client.forget()
    provider.person["email"] = "claire.martin@ville-bagnolet.example"
    provider.signs_userinfo = False
    assert come(client, "?next=/besoins").location == "/besoins"
    assert "Claire Dubois" in client.get("/mon-compte").text
    assert db.session.scalar(sa.select(sa.func.count(Identity.id))) == 1


def test_an_account_with_that_address_is_linked_by_its_password_and_never_without(
    client: Client, provider: IdentityProvider, world: World
) -> None:
    user = world.user("Claire", email="claire.dubois@ville-bagnolet.example")
    answer = come(client, "?next=/solutions")
    assert answer.location == f"{START}/lier"
    assert not is_signed_in(client)
    page = shown(client.get(answer.location))
    assert "C’est bien votre compte ?" in page and user.email in page
    wrong = client.post(answer.location, {"password": "une autre phrase de passe"})
    assert wrong.status_code == 422 and "pas le mot de passe" in shown(wrong)
    assert db.session.scalars(Identity.of(user)).all() == [] and not is_signed_in(client)
    linked = client.post(answer.location, {"password": PASSWORD})
    assert linked.location == "/solutions" and is_signed_in(client)
    assert [act.action for act in db.session.scalars(Activity.of(user))][-1] == "link_identity"
    assert owed(user) == ["identity_linked"], "in case it was not them"
    client.forget()
    assert come(client).location == "/organisations/choisir?q=21930006300018", "from now on it is enough"


@pytest.mark.parametrize("typed", ["", "a" * 1_000_000, "du\x00texte", "<script>alert(1)</script>"])
def test_whatever_is_typed_for_a_password_gets_a_sentence(
    client: Client, provider: IdentityProvider, world: World, typed: str
) -> None:
    world.user("Claire", email="claire.dubois@ville-bagnolet.example")
    answer = client.post(come(client).location, {"password": typed})
    assert answer.status_code == 422 and "Il y a un problème" in shown(answer)
    assert "<script>alert" not in answer.text and not is_signed_in(client)


def test_linking_is_tried_ten_times_then_waits(
    client: Client, provider: IdentityProvider, world: World
) -> None:
    world.user("Claire", email="claire.dubois@ville-bagnolet.example")
    address = come(client).location
    for _ in range(10):
        client.post(address, {"password": "une autre phrase de passe"})
    assert "Trop d’essais" in shown(client.post(address, {"password": PASSWORD}))
    assert not is_signed_in(client)


def test_an_account_that_somebody_began_with_that_address_loses_its_password(
    client: Client, provider: IdentityProvider, world: World
) -> None:
    user = world.user("Pirate", email="claire.dubois@ville-bagnolet.example", confirmed=False)
    assert come(client).status_code == 303
    assert (user.name, user.confirmed_at is not None) == ("Claire Dubois", True)
    assert not user.check_password(PASSWORD)


def test_who_is_linked_sees_it_in_their_account_and_may_undo_it(
    client: Client, provider: IdentityProvider, world: World
) -> None:
    come(client)
    user = somebody()
    assert user is not None
    identity = db.session.scalars(Identity.of(user)).one()
    other = Client(client.application).sign_in(world.user("Autre"))
    assert other.post(f"/mon-compte/proconnect/{identity.id}/delier").status_code in (403, 404)
    assert "lié depuis le" in shown(client.get("/mon-compte"))
    assert client.post(f"/mon-compte/proconnect/{identity.id}/delier").status_code == 303
    assert db.session.scalars(Identity.of(user)).all() == []
    client.forget()
    assert come(client).location == f"{START}/lier", "the account stays, and asks its password"


# ------------------------------------------------------------------ going out


def test_signing_out_signs_out_there_too(client: Client, provider: IdentityProvider) -> None:
    come(client)
    id_token = db.session.scalars(sa.select(SignIn)).one().contents["proconnect"]
    answer = client.post("/deconnexion")
    address = answer.headers["Refresh"].removeprefix("0; url=")
    assert answer.status_code == 200 and address.startswith(f"{provider.issuer}/session/end?")
    asked = parse_qs(urlsplit(address).query)
    assert asked["id_token_hint"] == [id_token]
    assert asked["post_logout_redirect_uri"] == ["http://localhost/"]
    assert requests.get(address, allow_redirects=False, timeout=3).headers["Location"] == "http://localhost/"
    assert "Fermer ma session ProConnect" in shown(answer)
    assert not is_signed_in(client)
    assert db.session.scalars(sa.select(SignIn)).one().contents == {}, "no token is kept"


def test_who_came_by_password_goes_out_as_before(
    client: Client, provider: IdentityProvider, world: World
) -> None:
    client.sign_in(world.user("Claire"))
    assert client.post("/deconnexion").location == "/"


def test_signing_out_while_it_is_down_says_so(client: Client, provider: IdentityProvider) -> None:
    come(client)
    oidc._known.clear()
    provider.is_down = True
    answer = client.post("/deconnexion")
    assert answer.status_code == 200 and "fermez le navigateur" in shown(answer)
    assert not is_signed_in(client)


# ------------------------------------------------------------------ what is refused


def _set(**values: Any) -> Callable[[dict[str, Any]], Any]:
    return lambda claims: claims.update(values)


@pytest.mark.parametrize(
    ("claim", "value"),
    [
        ("nonce", "another"), ("aud", "another-client"), ("aud", ["another-client", "and-another"]), ("azp", "another-client"),
        ("iss", "https://elsewhere.example"), ("exp", 1), ("exp", None), ("iat", 2_000_000_000_000), ("sub", ""), ("sub", 7),
        ("nonce", None),
    ],
)  # fmt: skip
def test_a_false_id_token_lets_nobody_in(
    client: Client, provider: IdentityProvider, claim: str, value: Any
) -> None:
    provider.in_id_token = _set(**{claim: value}) if value is not None else lambda claims: claims.pop(claim)
    refused(client, come(client), "par prudence")
    assert somebody() is None


@pytest.mark.parametrize("trick", ["without_signature", "shared_secret"])
def test_a_token_signed_by_nobody_or_by_a_public_key_lets_nobody_in(
    client: Client, provider: IdentityProvider, trick: str
) -> None:
    setattr(provider, trick, True)
    refused(client, come(client), "par prudence")


def test_a_token_signed_by_another_key_of_the_same_name_lets_nobody_in(
    client: Client, provider: IdentityProvider
) -> None:
    published = provider.published
    provider.rotate("one")
    provider.published = published
    refused(client, come(client), "par prudence")


def test_keys_that_changed_are_read_again(client: Client, provider: IdentityProvider) -> None:
    come(client)
    client.forget()
    provider.rotate()
    assert come(client).status_code == 303 and is_signed_in(client)


@pytest.mark.parametrize("signed", [True, False])
def test_what_is_said_of_another_subject_is_not_believed(
    client: Client, provider: IdentityProvider, signed: bool
) -> None:
    provider.signs_userinfo, provider.in_userinfo = signed, _set(sub="subject-2")
    refused(client, come(client), "par prudence")


def test_userinfo_signed_for_another_client_is_not_believed(
    client: Client, provider: IdentityProvider
) -> None:
    provider.in_userinfo = _set(aud="another-client")
    refused(client, come(client), "par prudence")


def test_another_state_or_another_browser_is_refused(client: Client, provider: IdentityProvider) -> None:
    back = leave(client)
    refused(client, client.get(back.replace("state=", "state=x")), "par prudence")
    refused(client, client.get(back), "un autre navigateur")  # the cookie went with the first answer
    elsewhere = Client(client.application)
    refused(elsewhere, elsewhere.get(leave(client)), "un autre navigateur")


def test_the_answer_of_another_issuer_is_refused(client: Client, provider: IdentityProvider) -> None:
    address, _, query = leave(client).partition("iss=")
    assert query
    refused(client, client.get(f"{address}iss=https%3A%2F%2Felsewhere.example"), "par prudence")


def test_a_code_is_good_once(client: Client, provider: IdentityProvider) -> None:
    back = leave(client)
    cookie = client.get_cookie("proconnect")
    assert cookie is not None and cookie.http_only and cookie.same_site == "Lax"
    assert client.get(back).status_code == 303
    client.forget()
    db.session.execute(sa.delete(Identity))
    client.set_cookie("proconnect", cookie.value)
    refused(client, client.get(back), "par prudence")


def test_who_waits_too_long_begins_again(client: Client, provider: IdentityProvider) -> None:
    back = leave(client)
    cookie = client.get_cookie("proconnect")
    assert cookie is not None
    client.forget()
    client.set_cookie("proconnect", cookie.value)
    with time_machine.travel(time.time() + 601, tick=False):
        refused(client, client.get(back), "Plus de dix minutes")


def test_who_stops_over_there_reads_that_nothing_changed(client: Client, provider: IdentityProvider) -> None:
    state = parse_qs(urlsplit(leave(client)).query)["state"][0]
    answer = client.get(f"{START}/retour?error=access_denied&state={state}")
    refused(client, answer, "Vous avez arrêté en chemin")


@pytest.mark.parametrize("when", ["before", "between"])
def test_a_provider_that_is_down_is_said_to_be_and_the_password_remains(
    client: Client, provider: IdentityProvider, world: World, when: str
) -> None:
    back = leave(client) if when == "between" else START
    oidc._known.clear()
    provider.is_down = True
    refused(client, client.get(back), "ne répond pas", 503)
    client.sign_in(world.user("Claire"))


def test_a_provider_that_does_not_answer_holds_nobody(
    client: Client, provider: IdentityProvider, app: Flask
) -> None:
    import socket

    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        issuer = f"http://127.0.0.1:{silent.getsockname()[1]}"
        mute = dataclasses.replace(provider.settings, issuer=issuer)
        app.config["SETTINGS"] = dataclasses.replace(app.config["SETTINGS"], proconnect=mute)
        begun = time.monotonic()
        refused(client, client.get(START), "ne répond pas", 503)
        assert time.monotonic() - begun < 5


def test_the_description_of_another_issuer_is_refused(
    client: Client, provider: IdentityProvider, app: Flask
) -> None:
    other = dataclasses.replace(provider.settings, issuer=provider.issuer.replace("127.0.0.1", "localhost"))
    app.config["SETTINGS"] = dataclasses.replace(app.config["SETTINGS"], proconnect=other)
    refused(client, client.get(START), "par prudence")


@pytest.mark.parametrize(
    "claims",
    [{"email_verified": False}, {"email_verified": "false"}, {"email": ""}, {"email": "pas une adresse"}],
)
def test_an_address_that_is_not_verified_makes_no_account(
    client: Client, provider: IdentityProvider, claims: dict[str, Any]
) -> None:
    provider.in_userinfo = _set(**claims)
    refused(client, come(client), "adresse électronique est vérifiée", 403)


def test_a_closed_account_stays_closed(client: Client, provider: IdentityProvider, world: World) -> None:
    user = world.user("Claire", email="claire.dubois@ville-bagnolet.example")
    user.closed_at = utc_now()
    refused(client, come(client), "est fermé", 403)
    Identity.link(user, issuer=provider.issuer, subject="subject-1")
    db.session.commit()
    answer = come(client)
    assert answer.status_code == 403 and "est fermé" in shown(answer) and not is_signed_in(client)


def test_one_never_leaves_for_another_site(client: Client, provider: IdentityProvider) -> None:
    for bad in ("//evil.example", "https://evil.example", "/\\evil.example"):
        client.forget()
        assert come(client, f"?next={bad}").location == "/organisations/choisir?q=21930006300018"


def test_nothing_of_a_token_is_logged(
    client: Client, provider: IdentityProvider, caplog: pytest.LogCaptureFixture
) -> None:
    provider.in_id_token = _set(nonce="another")
    come(client)
    assert "ProConnect, refused" in caplog.text
    assert "eyJ" not in caplog.text and provider.client_secret not in caplog.text


def test_the_web_does_not_carry_what_only_proconnect_needs() -> None:
    import subprocess
    import sys

    asked = "import sys, webapp, webapp.accounts; print([m for m in ('authlib', 'joserfc', 'cryptography.hazmat', 'requests') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
