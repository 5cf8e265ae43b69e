"""A small OpenID Connect provider on loopback: discovery, keys (RS256), sign-in, tokens with PKCE, userinfo.

It signs in at once whoever `claims` describes, and does wrong whatever its other fields say.
"""

import base64
import hashlib
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

CLIENT = "reviewwatch-tests"
SECRET = "a secret for tests only, nothing else"
TENANT = "11111111-2222-3333-4444-555555555555"


@dataclass
class Provider:
    """What it is and how it behaves; change it at will while it runs."""

    url: str = ""
    claims: dict[str, Any] = field(default_factory=dict)
    user_info: dict[str, Any] = field(default_factory=dict)
    metadata: dict[str, Any] = field(default_factory=dict)
    """Overrides of what discovery says; None takes a name away."""
    status: dict[str, int] = field(default_factory=dict)
    """The answer's status by path, where it is not 200."""
    raw: dict[str, str] = field(default_factory=dict)
    """The whole answer by path, instead of the right one."""
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "one"}))
    signing_key: RSAKey | None = None
    codes: dict[str, dict[str, str]] = field(default_factory=dict)

    @property
    def issuer(self) -> str:
        return f"{self.url}/{TENANT}/v2.0"

    def discovery(self) -> dict[str, Any]:
        stated = {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/token",
            "jwks_uri": f"{self.url}/keys",
            "userinfo_endpoint": f"{self.url}/userinfo",
            "id_token_signing_alg_values_supported": ["RS256", "HS256", "none"],
        }
        return {name: value for name, value in {**stated, **self.metadata}.items() if value is not None}

    def id_token(self, nonce: str) -> str:
        now = int(time.time())
        usual = {"iss": self.issuer, "aud": CLIENT, "exp": now + 300, "iat": now, "nonce": nonce, "tid": TENANT}
        claims = {name: value for name, value in {**usual, **self.claims}.items() if value is not None}
        key = self.signing_key or self.key
        return jwt.encode({"alg": "RS256", "kid": str(key.kid)}, claims, key)


class _Handler(BaseHTTPRequestHandler):
    server: "_Server"

    def do_GET(self) -> None:
        path, provider = urlsplit(self.path).path, self.server.provider
        if path == "/authorize":
            self._authorize(provider)
        elif path.endswith("/.well-known/openid-configuration"):
            self._answer(path, provider.discovery())
        elif path == "/keys":
            self._answer(path, {"keys": [provider.key.as_dict(private=False)]})
        else:
            self._answer(path, provider.user_info)

    def do_POST(self) -> None:
        provider = self.server.provider
        sent = _first(parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode()))
        asked = provider.codes.pop(sent.get("code", ""), None)
        login = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        verifier = hashlib.sha256(sent.get("code_verifier", "").encode()).digest()
        proof = base64.urlsafe_b64encode(verifier).rstrip(b"=").decode()
        if (
            asked is None
            or self.headers.get("Authorization") != f"Basic {login.replace(' ', '+')}"
            or (asked["code_challenge_method"], asked["code_challenge"]) != ("S256", proof)
            or asked["redirect_uri"] != sent.get("redirect_uri")
        ):
            self._answer("/token", {"error": "invalid_grant"}, 400)
            return
        token = {"access_token": "access", "token_type": "Bearer", "expires_in": 300}
        self._answer("/token", {**token, "id_token": provider.id_token(asked["nonce"])})

    def _authorize(self, provider: Provider) -> None:
        asked = _first(parse_qs(urlsplit(self.path).query))
        code = f"code-{len(provider.codes)}-{time.monotonic_ns()}"
        provider.codes[code] = asked
        self.send_response(302)
        self.send_header("Location", f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _answer(self, path: str, value: object, status: int = 200) -> None:
        provider = self.server.provider
        body = provider.raw.get(path, json.dumps(value)).encode()
        self.send_response(provider.status.get(path, status))
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing on stderr."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, provider: Provider) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.provider = provider


def _first(values: dict[str, list[str]]) -> dict[str, str]:
    return {name: value[0] for name, value in values.items()}


@contextmanager
def running() -> Iterator[Provider]:
    provider = Provider()
    server = _Server(provider)
    provider.url = f"http://127.0.0.1:{server.server_port}"
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
