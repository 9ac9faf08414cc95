"""OpenID Connect as a client: the authorization code flow with state, nonce and PKCE (OpenID Connect Core 1.0 §3.1, RFC 7636).

    asked = begin(provider, back)                    # asked.address: where the browser goes; asked.secrets: kept until it returns
    person = finish(provider, back, asked.secrets, request.args)

Knows neither Flask nor the database. Authlib, joserfc and cryptography weigh 29 MB: imported by the first person who comes in
this way. Every call ends after three seconds and follows no redirect; no token is ever logged.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol
from urllib.parse import urlencode, urlsplit

TIMEOUT_SECONDS = 3
#: What ProConnect sells as signatures; « none » and shared secrets are refused whatever a token says.
ALGORITHMS = ("RS256", "ES256")
WANTED_SCOPES = ("openid", "given_name", "usual_name", "email", "siret")
#: Clocks of two machines differ a little.
LEEWAY_SECONDS = 30
METADATA_LASTS = 3600
#: Keys change without notice: a signature by an unknown one has them read again, not more often than this.
KEYS_AGAIN_AFTER = 30


class Provider(Protocol):
    """settings.ProConnect."""

    @property
    def issuer(self) -> str: ...
    @property
    def client_id(self) -> str: ...
    @property
    def client_secret(self) -> str: ...


class Failure(Exception):
    """``kind``: refused (something is false), stopped (by the person), unreachable. ``str()`` says what, for the log only."""

    def __init__(self, kind: str, why: str) -> None:
        super().__init__(why)
        self.kind = kind


class Asked(NamedTuple):
    address: str
    secrets: dict[str, str]


@dataclass(frozen=True)
class Person:
    """What the provider vouches for. ``siret``: of the organisation they come from, or empty."""

    issuer: str
    subject: str
    email: str
    email_is_verified: bool
    first_name: str
    last_name: str
    siret: str
    id_token: str


def begin(provider: Provider, back: str) -> Asked:
    """``back``: our full address where the provider sends the browser. Raises Failure."""
    metadata = _metadata(provider)
    kept = {name: secrets.token_urlsafe(32) for name in ("state", "nonce", "verifier")}
    with _client(provider, metadata, back) as client:
        address, _ = client.create_authorization_url(
            metadata["authorization_endpoint"],
            state=kept["state"],
            code_verifier=kept["verifier"],
            nonce=kept["nonce"],
            scope=" ".join(_scopes(metadata)),
            acr_values="eidas1",
        )
    return Asked(address, kept)


def finish(provider: Provider, back: str, kept: Mapping[str, str], answered: Mapping[str, str]) -> Person:
    """Who came back: the code is exchanged, the ID token and what is said of the person are checked. Raises Failure."""
    code = _code_of(provider, kept, answered)
    metadata = _metadata(provider)
    token = _exchange(provider, metadata, back, code, kept["verifier"])
    id_token = token.get("id_token")
    if not isinstance(id_token, str) or not isinstance(token.get("access_token"), str):
        raise Failure("refused", "no ID token or no access token")
    claims = _read(id_token, provider, metadata, nonce=kept["nonce"])
    told = _userinfo(provider, metadata, token["access_token"])
    if told.get("sub") != claims["sub"]:
        raise Failure("refused", "userinfo of another subject")
    return _person(metadata["issuer"], {**claims, **told}, id_token)


def leaving(provider: Provider, id_token: str, back: str) -> str | None:
    """Where a browser goes to sign out there too, then to ``back``; None when the provider has no such page. Raises Failure."""
    endpoint = _metadata(provider).get("end_session_endpoint")
    if not endpoint:
        return None
    query = {
        "id_token_hint": id_token,
        "post_logout_redirect_uri": back,
        "state": secrets.token_urlsafe(16),
    }
    return f"{endpoint}{'&' if '?' in endpoint else '?'}{urlencode(query)}"


# ------------------------------------------------------------------ the answer of the browser


def _code_of(provider: Provider, kept: Mapping[str, str], answered: Mapping[str, str]) -> str:
    if not secrets.compare_digest(answered.get("state", "").encode(), kept["state"].encode()):
        raise Failure("refused", "another state")
    if answered.get("error"):
        is_theirs = answered["error"] in ("access_denied", "login_required", "interaction_required")
        raise Failure("stopped" if is_theirs else "refused", f"error {answered['error'][:40]}")
    if answered.get("iss", provider.issuer).rstrip("/") != provider.issuer:  # RFC 9207
        raise Failure("refused", "the answer of another issuer")
    if not answered.get("code"):
        raise Failure("refused", "no code")
    return answered["code"]


# ------------------------------------------------------------------ the provider


def _client(provider: Provider, metadata: Mapping[str, Any], back: str) -> Any:
    from authlib.integrations.requests_client import OAuth2Session

    # ProConnect takes the secret in the form; where nothing is said, OpenID Connect's own default stands.
    ways = metadata.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
    return OAuth2Session(
        provider.client_id,
        provider.client_secret,
        token_endpoint_auth_method="client_secret_post"
        if "client_secret_post" in ways
        else "client_secret_basic",
        redirect_uri=back,
        code_challenge_method="S256",
    )


def _scopes(metadata: Mapping[str, Any]) -> list[str]:
    offered = metadata.get("scopes_supported")
    return [scope for scope in WANTED_SCOPES if not offered or scope in offered or scope == "openid"]


def _exchange(
    provider: Provider, metadata: Mapping[str, Any], back: str, code: str, verifier: str
) -> dict[str, Any]:
    import requests
    from authlib.common.errors import AuthlibBaseError

    try:
        with _client(provider, metadata, back) as client:
            return dict(
                client.fetch_token(
                    metadata["token_endpoint"],
                    grant_type="authorization_code",
                    code=code,
                    code_verifier=verifier,
                    timeout=TIMEOUT_SECONDS,
                    allow_redirects=False,
                )
            )
    except AuthlibBaseError as error:
        raise Failure("refused", f"the code was refused ({error.error})") from error
    except requests.HTTPError as error:
        raise Failure("unreachable", "the token endpoint failed") from error
    except requests.RequestException as error:
        raise Failure("unreachable", type(error).__name__) from error
    except (ValueError, TypeError, KeyError) as error:
        raise Failure("refused", "the answer to the code is no token") from error


def _get(address: str, access_token: str = "") -> Any:
    import requests

    headers = {"Authorization": f"Bearer {access_token}"} if access_token else {}
    try:
        answer = requests.get(address, headers=headers, timeout=TIMEOUT_SECONDS, allow_redirects=False)
    except requests.RequestException as error:
        raise Failure("unreachable", type(error).__name__) from error
    if answer.status_code != 200:
        kind = "unreachable" if answer.status_code >= 500 else "refused"
        raise Failure(kind, f"{urlsplit(address).path} answered {answer.status_code}")
    return answer


def _json(answer: Any) -> dict[str, Any]:
    try:
        read = answer.json()
    except ValueError as error:
        raise Failure("refused", "no JSON") from error
    if not isinstance(read, dict):
        raise Failure("refused", "JSON of another shape")
    return read


_known: dict[str, tuple[float, dict[str, Any]]] = {}
_keys: dict[str, tuple[float, Any]] = {}


def _metadata(provider: Provider) -> dict[str, Any]:
    """The provider's own description, kept for an hour by each process. Its issuer must be the one that we were given."""
    read_at, metadata = _known.get(provider.issuer, (0.0, {}))
    if metadata and time.monotonic() - read_at < METADATA_LASTS:
        return metadata
    metadata = _json(_get(f"{provider.issuer}/.well-known/openid-configuration"))
    if str(metadata.get("issuer", "")).rstrip("/") != provider.issuer:
        raise Failure("refused", "the description of another issuer")
    scheme = urlsplit(provider.issuer).scheme
    for name in ("authorization_endpoint", "token_endpoint", "userinfo_endpoint", "jwks_uri"):
        if urlsplit(str(metadata.get(name, ""))).scheme not in (scheme, "https"):
            raise Failure("refused", f"no {name}")
    _known[provider.issuer] = (time.monotonic(), metadata)
    return metadata


def _key_set(address: str, *, again: bool = False) -> Any:
    from joserfc.errors import JoseError
    from joserfc.jwk import KeySet

    read_at, keys = _keys.get(address, (0.0, None))
    if keys is None or again:
        try:
            keys = KeySet.import_key_set(_json(_get(address)))  # type: ignore[arg-type]
        except (JoseError, ValueError, KeyError, TypeError) as error:
            raise Failure("refused", "keys that cannot be read") from error
        # The first reading is no refresh: keys that changed right after it are found too.
        _keys[address] = (time.monotonic() if again else read_at, keys)
    return keys


def _may_read_keys_again(address: str) -> bool:
    read_at = _keys[address][0]
    return not read_at or time.monotonic() - read_at > KEYS_AGAIN_AFTER


# ------------------------------------------------------------------ what it says of the person


def _read(token: str, provider: Provider, metadata: Mapping[str, Any], *, nonce: str = "") -> dict[str, Any]:
    """The claims of a signed token that is for us (with ``nonce``: an ID token of this very sign-in)."""
    from joserfc import jwt
    from joserfc.errors import BadSignatureError, InvalidKeyIdError, JoseError

    expected: dict[str, Any] = {
        "iss": {"essential": True, "value": metadata["issuer"]},
        "aud": {"essential": True, "value": provider.client_id},
        "sub": {"essential": True},
    }
    if nonce:
        expected |= {
            "exp": {"essential": True},
            "iat": {"essential": True},
            "nonce": {"essential": True, "value": nonce},
        }
    address = metadata["jwks_uri"]
    try:
        try:
            claims = jwt.decode(token, _key_set(address), algorithms=list(ALGORITHMS)).claims
        except (InvalidKeyIdError, BadSignatureError):
            if not _may_read_keys_again(address):
                raise
            claims = jwt.decode(token, _key_set(address, again=True), algorithms=list(ALGORITHMS)).claims
        jwt.JWTClaimsRegistry(leeway=LEEWAY_SECONDS, **expected).validate(claims)
    except (JoseError, ValueError, TypeError) as error:
        raise Failure("refused", f"a token is false ({error})") from error
    if claims.get("azp", provider.client_id) != provider.client_id:
        raise Failure("refused", "a token for another client")
    return dict(claims)


def _userinfo(provider: Provider, metadata: Mapping[str, Any], access_token: str) -> dict[str, Any]:
    """ProConnect signs it; others send plain JSON."""
    answer = _get(metadata["userinfo_endpoint"], access_token)
    if answer.headers.get("Content-Type", "").partition(";")[0].strip() == "application/jwt":
        return _read(answer.text.strip(), provider, metadata)
    return _json(answer)


def _person(issuer: str, told: Mapping[str, Any], id_token: str) -> Person:
    def line(*names: str, most: int) -> str:
        value = next((told[name] for name in names if isinstance(told.get(name), str)), "")
        return " ".join("".join(sign if sign.isprintable() else " " for sign in value).split())[:most]

    subject = told["sub"]
    if not isinstance(subject, str) or not 0 < len(subject) <= 255:
        raise Failure("refused", "a subject of another shape")
    return Person(
        issuer=issuer,
        subject=subject,
        email=line("email", most=255).lower(),
        # ProConnect says nothing: by its rules the identity provider vouches for the address.
        email_is_verified=told.get("email_verified", True) in (True, "true"),
        first_name=line("given_name", most=80),
        last_name=line("usual_name", "family_name", most=80),
        siret="".join(sign for sign in line("siret", most=20) if sign.isdigit())[:14],
        id_token=id_token,
    )
