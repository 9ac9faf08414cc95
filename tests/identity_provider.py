"""A real OpenID Connect provider on loopback: the authorization code flow with PKCE, RS256 by keys that may rotate, userinfo signed
as ProConnect signs it. A test tells it what to falsify.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlencode

from flask import Flask, Response, abort, jsonify, redirect, request
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey
from werkzeug.serving import make_server

from settings import ProConnect

Change = Callable[[dict[str, Any]], Any]


class IdentityProvider:
    """``person``: whose claims it tells; ``in_id_token``, ``in_userinfo``: change the claims before they are signed."""

    def __init__(self) -> None:
        self.key = RSAKey.generate_key(2048, {"kid": "one", "use": "sig", "alg": "RS256"}, private=True)
        self.published = self.key
        self.client_id, self.client_secret = "adopte", secrets.token_urlsafe(16)
        self.person: dict[str, Any] = {
            "sub": "subject-1",
            "email": "Claire.Dubois@Ville-Bagnolet.example",
            "given_name": "Claire",
            "usual_name": "Dubois",
            "siret": "21930006300018",
        }
        self.in_id_token: Change = lambda claims: None
        self.in_userinfo: Change = lambda claims: None
        self.signs_userinfo = True
        self.without_signature = False
        self.shared_secret = False
        self.is_down = False
        self.asked: list[dict[str, str]] = []
        self._codes: dict[str, dict[str, str]] = {}
        self._tokens: set[str] = set()
        self.issuer = ""

    @property
    def settings(self) -> ProConnect:
        return ProConnect(self.issuer, self.client_id, self.client_secret)

    def rotate(self, kid: str = "two") -> None:
        """Sign with another key from now on, and publish only that one."""
        self.key = self.published = RSAKey.generate_key(
            2048, {"kid": kid, "use": "sig", "alg": "RS256"}, private=True
        )

    @contextmanager
    def running(self) -> Iterator[IdentityProvider]:
        server = make_server("127.0.0.1", 0, self._application(), threaded=True)
        self.issuer = f"http://127.0.0.1:{server.port}/api/v2"
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield self
        finally:
            server.shutdown()
            thread.join()
            server.server_close()

    def _application(self) -> Flask:
        app = Flask("identity_provider")

        @app.before_request
        def down() -> None:
            if self.is_down:
                abort(503)

        for rule, view, methods in (
            ("/.well-known/openid-configuration", self._describe, ["GET"]),
            ("/jwks", self._show_keys, ["GET"]),
            ("/authorize", self._authorize, ["GET"]),
            ("/token", self._exchange, ["POST"]),
            ("/userinfo", self._tell, ["GET"]),
            ("/session/end", self._end, ["GET"]),
        ):
            app.add_url_rule(f"/api/v2{rule}", rule, view, methods=methods)
        return app

    def _describe(self) -> Response:
        return jsonify(
            issuer=self.issuer,
            authorization_endpoint=f"{self.issuer}/authorize",
            token_endpoint=f"{self.issuer}/token",
            userinfo_endpoint=f"{self.issuer}/userinfo",
            jwks_uri=f"{self.issuer}/jwks",
            end_session_endpoint=f"{self.issuer}/session/end",
            token_endpoint_auth_methods_supported=["client_secret_post"],
            scopes_supported=["openid", "given_name", "usual_name", "email", "siret", "phone"],
        )

    def _show_keys(self) -> Response:
        return jsonify(KeySet([self.published]).as_dict(private=False))

    def _authorize(self) -> Any:
        """Everybody is signed in there already."""
        assert request.args["client_id"] == self.client_id and request.args["code_challenge_method"] == "S256"
        code = secrets.token_urlsafe(16)
        self._codes[code] = dict(request.args)
        self.asked.append(dict(request.args))
        back = urlencode({"code": code, "state": request.args["state"], "iss": self.issuer})
        return redirect(f"{request.args['redirect_uri']}?{back}")

    def _exchange(self) -> Any:
        asked = self._codes.pop(request.form["code"], None)  # good once
        digest = hashlib.sha256(request.form["code_verifier"].encode()).digest()
        is_right = (
            asked is not None
            and request.form["client_secret"] == self.client_secret
            and request.form["redirect_uri"] == asked["redirect_uri"]
            and _base64(digest) == asked["code_challenge"]
        )
        if not is_right or asked is None:
            return jsonify(error="invalid_grant"), 400
        now = int(time.time())
        claims = {
            "iss": self.issuer,
            "sub": self.person["sub"],
            "aud": self.client_id,
            "exp": now + 60,
            "iat": now,
            "nonce": asked["nonce"],
        }
        self.in_id_token(claims)
        access_token = secrets.token_urlsafe(16)
        self._tokens.add(access_token)
        return jsonify(access_token=access_token, token_type="Bearer", id_token=self._sign(claims))

    def _tell(self) -> Any:
        if request.headers["Authorization"].removeprefix("Bearer ") not in self._tokens:
            return jsonify(error="invalid_token"), 401
        claims = {**self.person, "iss": self.issuer, "aud": self.client_id}
        self.in_userinfo(claims)
        if not self.signs_userinfo:
            return jsonify(claims)
        return Response(self._sign(claims), mimetype="application/jwt")

    def _end(self) -> Any:
        jwt.decode(request.args["id_token_hint"], self.key)
        return redirect(request.args["post_logout_redirect_uri"])

    def _sign(self, claims: dict[str, Any]) -> str:
        if self.without_signature:
            return f"{_part({'alg': 'none'})}.{_part(claims)}."
        if self.shared_secret:  # the public key taken for a secret: the oldest trick
            signed = f"{_part({'alg': 'HS256', 'kid': 'one'})}.{_part(claims)}"
            digest = hmac.digest(self.published.as_pem(private=False), signed.encode(), "sha256")
            return f"{signed}.{_base64(digest)}"
        return jwt.encode({"alg": "RS256", "kid": self.key.kid}, claims, self.key)


def _part(contents: dict[str, Any]) -> str:
    return _base64(json.dumps(contents).encode())


def _base64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
