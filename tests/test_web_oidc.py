"""Sign-in by the organisation's own provider, against one that runs on loopback."""

import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx2
import pytest
from fastapi.testclient import TestClient
from joserfc.jwk import RSAKey
from pydantic import SecretStr, ValidationError
from sqlalchemy import Engine
from sqlmodel import select

from config.settings import Settings
from store import people
from store.database import engine_for, reading, writing
from store.files import Files
from store.models import User
from tests import identity_provider
from tests.identity_provider import CLIENT, SECRET, TENANT, Provider
from tests.web_archive import ADMINISTRATOR, PASSWORD, STAFF, fill, serving, settings_for, sign_in, token_in
from web import oidc
from web.access import COOKIE
from web.routes.provider import PENDING


@pytest.fixture
def provider() -> Iterator[Provider]:
    oidc._client.cache_clear()  # another test's provider may have had the same port
    with identity_provider.running() as running:
        running.claims = {"sub": "number-7", "email": STAFF, "email_verified": True, "name": "Sam"}
        yield running


@pytest.fixture
def settings(sqlite_address: str, tmp_path: Path, provider: Provider) -> Settings:
    given = {"oidc_issuer": provider.issuer, "oidc_client_id": CLIENT, "oidc_client_secret": SecretStr(SECRET)}
    return settings_for(sqlite_address, tmp_path).model_copy(update=given)


@pytest.fixture
def engine(sqlite_address: str) -> Iterator[Engine]:
    made = engine_for(sqlite_address)
    yield made
    made.dispose()


@pytest.fixture
def client(engine: Engine, settings: Settings, tmp_path: Path, now: datetime) -> Iterator[TestClient]:
    fill(engine, Files(settings.files), tmp_path, now=now)
    with serving(engine, settings, now) as client:
        yield client


def come_back(client: TestClient, path: str = "/sign-in/oidc", **changed: str) -> httpx2.Response:
    """To the provider and back, as a browser goes; `changed` forges parts of the provider's answer."""
    there = client.get(path)
    assert there.status_code == 303
    with _opener().open(there.headers["location"]) as answer:
        back = urlsplit(answer.headers["Location"])
    sent = {name: values[0] for name, values in parse_qs(back.query).items()} | changed
    return client.get(f"{back.path}?{urlencode(sent)}")


class _Stay(urllib.request.HTTPErrorProcessor):
    def http_response(self, request: Any, response: Any) -> Any:
        return response


def _opener() -> urllib.request.OpenerDirector:
    return urllib.request.build_opener(_Stay)


def refused(answer: httpx2.Response, client: TestClient) -> bool:
    """With a plain page, and nobody signed in."""
    plain = answer.status_code == 422 and "There is a problem" in answer.text
    return plain and client.get("/account").status_code == 303


def user_of(engine: Engine, email: str) -> User | None:
    with reading(engine) as session:
        return session.exec(select(User).where(User.email == email)).first()


def test_somebody_known_signs_in(client: TestClient, engine: Engine, provider: Provider) -> None:
    assert "Sign in through your organisation" in client.get("/sign-in").text
    answer = come_back(client, "/sign-in/oidc?next=/publications/1")
    assert (answer.status_code, answer.headers["location"]) == (303, "/publications/1")
    assert STAFF in client.get("/account").text
    user = user_of(engine, STAFF)
    assert user
    assert user.subject == f"{provider.issuer} number-7"
    with reading(engine) as session:
        assert people.decisions(session)[0].what == "signed in"


def test_what_is_asked_of_the_provider(client: TestClient, settings: Settings) -> None:
    answer = client.get("/sign-in/oidc")
    asked = parse_qs(urlsplit(answer.headers["location"]).query)
    assert asked["response_type"] == ["code"]
    assert asked["code_challenge_method"] == ["S256"]
    assert asked["redirect_uri"] == [f"{settings.public_url}/sign-in/oidc/back"]
    assert {"state", "nonce", "code_challenge"} <= set(asked)
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    assert "path=/sign-in/oidc" in cookie


def test_the_number_counts_when_the_address_has_changed(client: TestClient, provider: Provider) -> None:
    come_back(client)
    client.cookies.clear()
    provider.claims["email"] = "sam.new@example.org"
    assert come_back(client).status_code == 303
    assert STAFF in client.get("/account").text


def test_an_address_that_somebody_else_has_now(client: TestClient, provider: Provider) -> None:
    come_back(client)
    client.cookies.clear()
    provider.claims["sub"] = "number-8"
    answer = come_back(client)
    assert refused(answer, client)
    assert "somebody else" in answer.text


WRONG_CLAIMS: dict[str, dict[str, Any]] = {
    "wrong nonce": {"nonce": "another"},
    "no nonce": {"nonce": None},
    "wrong audience": {"aud": "another-program"},
    "several audiences": {"aud": [CLIENT, "another-program"], "azp": "another-program"},
    "no audience": {"aud": None},
    "expired": {"exp": 1_000_000_000},
    "never ends": {"exp": None},
    "not a time": {"exp": "soon"},
    "other issuer": {"iss": "https://login.example/v2.0"},
    "no issuer": {"iss": None},
    "other tenant": {"tid": "99999999-2222-3333-4444-555555555555"},
    "part of a tenant": {"tid": TENANT[:8]},
    "no number": {"sub": None},
    "address not verified": {"email_verified": False},
    "address perhaps verified": {"email_verified": None},
    "no address": {"email": None},
    "nonsense for an address": {"email": ["a", {"b": 1}]},
    "unknown person": {"email": "nobody@example.org"},
}


@pytest.mark.parametrize("name", WRONG_CLAIMS)
def test_a_token_that_is_not_right(client: TestClient, provider: Provider, name: str) -> None:
    provider.claims |= WRONG_CLAIMS[name]
    assert refused(come_back(client), client)


def test_a_token_that_somebody_else_signed(client: TestClient, provider: Provider) -> None:
    provider.signing_key = RSAKey.generate_key(2048, {"kid": "one"})
    assert refused(come_back(client), client)


def test_new_keys_of_the_provider_are_asked_for(client: TestClient, provider: Provider) -> None:
    come_back(client)
    client.cookies.clear()
    provider.key = RSAKey.generate_key(2048, {"kid": "two"})
    assert come_back(client).status_code == 303


@pytest.mark.parametrize(
    "changed", [{"state": "forged"}, {"state": ""}, {"code": "made-up"}, {"code": ""}, {"error": "<script>alert(1)"}]
)
def test_a_forged_answer(client: TestClient, changed: dict[str, str]) -> None:
    answer = come_back(client, **changed)
    assert refused(answer, client)
    assert "<script>alert" not in answer.text


def test_an_answer_without_a_question(client: TestClient) -> None:
    assert refused(client.get("/sign-in/oidc/back?code=x&state=y"), client)
    client.cookies.set(PENDING, "made-up", path="/sign-in/oidc")
    assert refused(client.get("/sign-in/oidc/back?code=x&state=y"), client)


def test_an_answer_works_once(client: TestClient) -> None:
    there = client.get("/sign-in/oidc").headers["location"]
    kept = client.cookies[PENDING]
    with _opener().open(there) as answer:
        back = answer.headers["Location"].partition("://")[2].partition("/")[2]
    assert client.get(f"/{back}").status_code == 303
    client.cookies.clear()
    client.cookies.set(PENDING, kept, path="/sign-in/oidc")
    assert refused(client.get(f"/{back}"), client)


def test_an_answer_after_too_long(engine: Engine, settings: Settings, tmp_path: Path, now: datetime) -> None:
    moments = [now]
    fill(engine, Files(settings.files), tmp_path, now=now)
    with serving(engine, settings, now) as client:
        client.app.state.context.__dict__["now"] = lambda: moments[0]  # type: ignore[attr-defined]
        there = client.get("/sign-in/oidc").headers["location"]
        with _opener().open(there) as answer:
            back = answer.headers["Location"].partition("://")[2].partition("/")[2]
        moments[0] = now.replace(hour=now.hour + 1)
        assert refused(client.get(f"/{back}"), client)


BROKEN: dict[str, Callable[[Provider], object]] = {
    "no metadata": lambda it: it.status.update({f"/{TENANT}/v2.0/.well-known/openid-configuration": 500}),
    "metadata is no JSON": lambda it: it.raw.update({f"/{TENANT}/v2.0/.well-known/openid-configuration": "<html>"}),
    "metadata is a list": lambda it: it.raw.update({f"/{TENANT}/v2.0/.well-known/openid-configuration": "[]"}),
    "issuer of another": lambda it: it.metadata.update(issuer="https://login.example"),
    "no place to sign in": lambda it: it.metadata.update(authorization_endpoint=None),
    "no place for tokens": lambda it: it.metadata.update(token_endpoint=None),
    "no keys' place": lambda it: it.metadata.update(jwks_uri=None),
    "a place that is none": lambda it: it.metadata.update(token_endpoint="http://[nonsense"),
    "tokens fail": lambda it: it.status.update({"/token": 503}),
    "tokens are no JSON": lambda it: it.raw.update({"/token": "<html>"}),
    "tokens are a list": lambda it: it.raw.update({"/token": "[]"}),
    "no ID token": lambda it: it.raw.update({"/token": '{"access_token": "a", "token_type": "Bearer"}'}),
    "ID token is nonsense": lambda it: it.raw.update(
        {"/token": '{"access_token": "a", "token_type": "Bearer", "id_token": "a.b.c"}'}
    ),
    "ID token is a number": lambda it: it.raw.update(
        {"/token": '{"access_token": "a", "token_type": "Bearer", "id_token": 7}'}
    ),
    "keys fail": lambda it: it.status.update({"/keys": 500}),
    "keys are nonsense": lambda it: it.raw.update({"/keys": '{"keys": 7}'}),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_provider_that_is_broken(client: TestClient, provider: Provider, name: str) -> None:
    BROKEN[name](provider)
    answer = client.get("/sign-in/oidc")
    if answer.status_code == 303:
        provider.codes["c"] = {name: values[0] for name, values in _asked(answer).items()}
        state = provider.codes["c"]["state"]
        answer = client.get(f"/sign-in/oidc/back?code=c&state={state}")
    assert refused(answer, client)


def _asked(answer: httpx2.Response) -> dict[str, list[str]]:
    return parse_qs(urlsplit(answer.headers["location"]).query)


def test_a_provider_that_is_down(engine: Engine, settings: Settings, now: datetime) -> None:
    down = settings.model_copy(update={"oidc_issuer": "http://127.0.0.1:9"})
    with serving(engine, down, now) as client:
        assert refused(client.get("/sign-in/oidc"), client)


def test_an_address_from_userinfo(client: TestClient, provider: Provider) -> None:
    provider.claims = {"sub": "number-7"}
    provider.user_info = {"sub": "number-7", "email": STAFF, "email_verified": True}
    assert come_back(client).status_code == 303
    client.cookies.clear()
    provider.user_info["sub"] = "number-9"
    assert refused(come_back(client), client)


def test_somebody_who_was_disabled(client: TestClient, engine: Engine, now: datetime) -> None:
    come_back(client)
    with writing(engine) as session:
        user = people.find_user(session, STAFF)
        assert user
        people.disable_user(session, user, now=now)
    assert client.get("/account").status_code == 303, "at once"
    assert refused(come_back(client), client)


def test_signing_out(client: TestClient) -> None:
    come_back(client)
    token = token_in(client.get("/account").text)
    assert client.post("/sign-out", data={"form_token": token}).status_code == 303
    assert client.get("/account").status_code == 303


def test_whoever_is_signed_in_goes_on(client: TestClient) -> None:
    sign_in(client)
    assert client.get("/sign-in/oidc?next=//evil.example").headers["location"] == "/"


@pytest.fixture
def by_roles(engine: Engine, settings: Settings, tmp_path: Path, now: datetime) -> Iterator[TestClient]:
    """Where the provider decides who may come in and as what."""
    fill(engine, Files(settings.files), tmp_path, now=now)
    decided = settings.model_copy(update={"oidc_roles_claim": "roles", "oidc_email_claim": "preferred_username"})
    with serving(engine, decided, now) as client:
        yield client


NO_ROLES: tuple[object, ...] = ([], "reader", {"a": 1}, None)


def test_roles_of_the_provider(by_roles: TestClient, engine: Engine, provider: Provider) -> None:
    provider.claims = {"sub": "new", "preferred_username": "New@Example.org", "roles": ["staff"], "name": "N\x00ew"}
    assert come_back(by_roles).status_code == 303
    made = user_of(engine, "new@example.org")
    assert made
    assert (made.role, made.name) == ("staff", "New")
    by_roles.cookies.clear()
    provider.claims["roles"] = ["staff", "administrator"]
    assert come_back(by_roles).status_code == 303
    assert by_roles.get("/desk").status_code == 200
    by_roles.cookies.clear()
    for given in NO_ROLES:
        provider.claims["roles"] = given
        assert refused(come_back(by_roles), by_roles)


def test_the_last_administrator_stays_one(by_roles: TestClient, provider: Provider) -> None:
    provider.claims = {"sub": "ada", "preferred_username": ADMINISTRATOR, "roles": "staff"}
    assert come_back(by_roles).status_code == 303
    assert by_roles.get("/desk").status_code == 200


def test_passwords_can_be_switched_off(engine: Engine, settings: Settings, tmp_path: Path, now: datetime) -> None:
    fill(engine, Files(settings.files), tmp_path, now=now)
    with serving(engine, settings.model_copy(update={"oidc_only": True}), now) as client:
        page = client.get("/sign-in").text
        assert 'name="password"' not in page
        sign_in(client)
        account = client.get("/account").text
        assert 'type="password"' not in account
        token = token_in(account)
        form = {"old": PASSWORD, "new": "four loud lanterns", "form_token": token}
        assert client.post("/account/password", data=form).status_code == 403
        client.cookies.clear()
        client.cookies.set(COOKIE, "some browser")
        fresh = people.form_token(settings.key, "some browser")
        answer = client.post("/sign-in", data={"email": STAFF, "password": PASSWORD, "form_token": fresh})
        assert answer.status_code == 403
        assert "Passwords are switched off" in answer.text


def test_without_a_provider_there_is_nothing(
    engine: Engine, sqlite_address: str, tmp_path: Path, now: datetime
) -> None:
    with serving(engine, settings_for(sqlite_address, tmp_path), now) as client:
        assert client.get("/sign-in/oidc").status_code == 404
        assert client.get("/sign-in/oidc/back").status_code == 404
        assert "your organisation" not in client.get("/sign-in").text


def test_its_library_is_not_loaded_without_need() -> None:
    code = "import web.app, sys; sys.exit('authlib' in sys.modules or 'joserfc' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize(
    "given",
    [
        {"oidc_issuer": "http://login.example"},
        {"oidc_issuer": "ftp://login.example"},
        {"oidc_issuer": "https://login.example"},
        {"oidc_only": True},
    ],
)
def test_settings_that_cannot_work(given: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Settings(**given)
