"""Sign-in by the organisation's own provider: OpenID Connect, code flow with state, nonce and PKCE (S256).

Import it only where a provider is set up: Authlib takes half a second to load. What a provider must keep to:
OpenID Connect Core 1.0 and Discovery 1.0; `tid` is the tenant in tokens of Microsoft Entra.
"""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

import httpx2
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.starlette_client import OAuth
from joserfc.errors import JoseError

from config.settings import OidcSettings
from store.people import PeopleError, clean_email
from store.provider import Person

SECONDS = 10.0
NEEDED = ("authorization_endpoint", "token_endpoint", "jwks_uri")
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "EdDSA")
"""Signatures with a public key only."""
UNCLEAR = (AuthlibBaseError, JoseError, httpx2.HTTPError, httpx2.InvalidURL, ValueError, TypeError, RuntimeError)
"""What Authlib, its parts and a provider that answers nonsense raise."""


class OidcError(Exception):
    """Nobody is signed in; the text is for the log, never for the visitor."""


@dataclass(frozen=True)
class Pending:
    """What must be remembered, in the visitor's browser alone, until the provider sends them back."""

    state: str
    nonce: str
    verifier: str


async def begin(oidc: OidcSettings, back: str) -> tuple[str, Pending]:
    """The provider's address to go to, and what to remember. Raises OidcError."""
    try:
        made = await (await _ready(oidc)).create_authorization_url(back)
    except UNCLEAR as error:
        raise OidcError(_said(error)) from error
    return str(made["url"]), Pending(made["state"], made["nonce"], made["code_verifier"])


async def end(oidc: OidcSettings, back: str, pending: Pending, answer: Mapping[str, str]) -> Person:
    """Who came back with this answer. Raises OidcError for everything that is not as it should be."""
    if not hmac.compare_digest(answer.get("state", "").encode(), pending.state.encode()):
        raise OidcError("the answer is not to our question: its state is another")
    if "error" in answer or not answer.get("code"):
        raise OidcError(f"the provider refused: {answer.get('error', 'no code')[:100]}")
    try:
        return _person(oidc, await _claims(oidc, back, pending, answer["code"]))
    except UNCLEAR as error:
        raise OidcError(_said(error)) from error


async def _claims(oidc: OidcSettings, back: str, pending: Pending, code: str) -> dict[str, Any]:
    client = await _ready(oidc)
    token = await client.fetch_access_token(redirect_uri=back, code=code, code_verifier=pending.verifier)
    expected = {
        "iss": {"essential": True, "value": client.server_metadata["issuer"]},
        "aud": {"essential": True, "value": oidc.client_id},
        "exp": {"essential": True},
    }
    claims = await client.parse_id_token(token, nonce=pending.nonce, claims_options=expected)
    if not claims:
        raise OidcError("the provider sent no ID token")
    return await _with_user_info(oidc, client, token, dict(claims))


async def _with_user_info(
    oidc: OidcSettings, client: Any, token: dict[str, Any], claims: dict[str, Any]
) -> dict[str, Any]:
    """Some providers tell the address only at their userinfo endpoint (Core, 5.4)."""
    if oidc.email_claim in claims or not client.server_metadata.get("userinfo_endpoint"):
        return claims
    more = await client.userinfo(token=token)
    if more.get("sub") != claims["sub"]:
        raise OidcError("userinfo is about somebody else")
    return {**more, **claims}


async def _ready(oidc: OidcSettings) -> Any:
    """The client, when the provider's metadata is what it should be."""
    client = _client(oidc)
    metadata = await client.load_server_metadata()
    problem = ""
    if str(metadata.get("issuer", "")).rstrip("/") != oidc.issuer:
        problem = "the issuer in the provider's metadata is not the one of REVIEWWATCH_OIDC_ISSUER"
    elif missing := [name for name in NEEDED if not isinstance(metadata.get(name), str)]:
        problem = f"the provider's metadata lacks {', '.join(missing)}"
    if problem:
        _client.cache_clear()
        raise OidcError(problem)
    offered = metadata.get("id_token_signing_alg_values_supported") or ["RS256"]
    metadata["id_token_signing_alg_values_supported"] = [name for name in ALGORITHMS if name in offered]
    return client


@lru_cache(maxsize=4)
def _client(oidc: OidcSettings) -> Any:
    """Remembers the provider's metadata and keys; keys are asked for anew when a token names an unknown one."""
    return OAuth().register(
        "provider",
        client_id=oidc.client_id,
        client_secret=oidc.client_secret.get_secret_value() or None,
        server_metadata_url=f"{oidc.issuer}/.well-known/openid-configuration",
        client_kwargs={"scope": "openid email profile", "code_challenge_method": "S256", "timeout": SECONDS},
    )


def _person(oidc: OidcSettings, claims: dict[str, Any]) -> Person:
    tenant = claims.get("tid")
    if tenant is not None and str(tenant) not in urlsplit(oidc.issuer).path.split("/"):
        raise OidcError("the token is of another tenant")
    roles = _texts(claims.get(oidc.roles_claim)) if oidc.roles_claim else None
    subject = f"{oidc.issuer} {claims['sub']}"
    return Person(subject, _email(oidc, claims), str(claims.get("name", "")), roles)


def _email(oidc: OidcSettings, claims: dict[str, Any]) -> str:
    """The address, where it counts: `email` must be verified; another claim is the operator's choice to trust."""
    if oidc.email_claim == "email" and claims.get("email_verified") not in (True, "true"):
        return ""
    try:
        return clean_email(str(claims.get(oidc.email_claim, "")))
    except PeopleError:
        return ""


def _texts(value: object) -> frozenset[str]:
    """A claim that holds one text or a list of them."""
    values = value if isinstance(value, list) else [value]
    return frozenset(one for one in values if isinstance(one, str))


def _said(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:300]
