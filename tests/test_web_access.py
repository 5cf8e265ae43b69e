"""Who may see what, and what every answer carries."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import Engine

from config.settings import Settings
from store import people
from store.database import engine_for, writing
from store.files import Files
from tests.route_table import address, routes
from tests.web_archive import ADMINISTRATOR, PASSWORD, STAFF, fill, serving, settings_for, sign_in, token_in
from web.access import COOKIE, ROUTES, SAFE, Access
from web.app import create_app
from web.routes import operations

OPEN = {"/for-publishers", "/health", "/sign-in", "/sign-in/link/{token}", "/sign-in/oidc", "/sign-in/oidc/back"}
LINKS = {"/unsubscribe/{token}", "/confirm/{token}"}


@pytest.fixture
def settings(sqlite_address: str, tmp_path: Path) -> Settings:
    return settings_for(sqlite_address, tmp_path)


@pytest.fixture
def migrated_engine(sqlite_address: str) -> Iterator[Engine]:
    engine = engine_for(sqlite_address)
    yield engine
    engine.dispose()


@pytest.fixture
def client(migrated_engine: Engine, settings: Settings, tmp_path: Path, now: datetime) -> Iterator[TestClient]:
    fill(migrated_engine, Files(settings.files), tmp_path, now=now)
    with serving(migrated_engine, settings, now) as client:
        yield client


def test_every_route_says_who_may_see_it() -> None:
    assert {route.path for route in routes()} == set(ROUTES)


def test_only_these_are_open() -> None:
    assert {path for path, access in ROUTES.items() if access is Access.OPEN} == OPEN
    assert {path for path, access in ROUTES.items() if access is Access.LINK} == LINKS


def test_nothing_else_is_served(migrated_engine: Engine, settings: Settings) -> None:
    app = create_app(settings, migrated_engine)
    others = [getattr(route, "path", None) for route in app.routes if type(route).__name__ != "_IncludedRouter"]
    assert others == ["/static"]


def test_nobody_gets_in_without_signing_in(client: TestClient) -> None:
    for route in routes():
        if ROUTES[route.path] in (Access.OPEN, Access.LINK):
            continue
        for method in route.methods or ():
            answer = client.request(method, address(route.path))
            if route.path.startswith("/api/"):
                assert answer.status_code == 401, route.path
                assert answer.headers["content-type"] == "application/problem+json"
            else:
                assert answer.status_code == 303, route.path
                assert answer.headers["location"].startswith("/sign-in"), route.path


def test_staff_see_no_page_of_administrators(client: TestClient) -> None:
    sign_in(client, STAFF)
    for route in routes():
        if ROUTES[route.path] is Access.ADMINISTRATOR:
            for method in route.methods or ():
                assert client.request(method, address(route.path)).status_code == 403, route.path


def test_every_answer_is_guarded(client: TestClient) -> None:
    sign_in(client)
    for path in ("/", "/health", "/nothing", "/documents/1", "/api/v1/publications", "/static/plain.css"):
        headers = client.get(path).headers
        assert headers["x-content-type-options"] == "nosniff", path
        assert headers["referrer-policy"] == "same-origin", path
        assert headers["x-robots-tag"] == "noindex, nofollow", path
        assert "frame-ancestors 'none'" in headers["content-security-policy"], path
    policy = client.get("/").headers["content-security-policy"]
    assert "unsafe" not in policy
    assert policy != client.get("/").headers["content-security-policy"], "a new nonce each time"


def test_a_form_from_elsewhere_is_refused(client: TestClient) -> None:
    sign_in(client, ADMINISTRATOR)
    token = token_in(client.get("/account").text)
    assert client.post("/sign-out").status_code == 403
    assert client.post("/sign-out", data={"form_token": "x"}).status_code == 403
    for headers in (
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ):
        answer = client.post("/sign-out", data={"form_token": token}, headers=headers)
        assert answer.status_code == 403, headers
    assert client.get("/account").status_code == 200
    assert client.post("/sign-out", data={"form_token": token}).status_code == 303
    assert client.get("/account").status_code == 303


def test_every_form_needs_its_token(client: TestClient) -> None:
    """All routes that change something, but those of signed links."""
    sign_in(client, ADMINISTRATOR)
    token = token_in(client.get("/account").text)
    for route in routes():
        if ROUTES[route.path] is Access.LINK or not (route.methods or set()) - SAFE:
            continue
        for form, headers in (({}, {}), ({"form_token": token}, {"Sec-Fetch-Site": "cross-site"})):
            answer = client.post(address(route.path), data=form, headers=headers)
            assert answer.status_code == 403, route.path
            assert "out of date" in answer.text, route.path
    assert client.get("/account").status_code == 200, "nobody was signed out"


def test_nothing_is_changed_by_looking() -> None:
    for route in routes():
        assert route.methods in ({"GET"}, {"HEAD"}, {"POST"}), route.path


def test_signing_in_gives_a_new_cookie(client: TestClient) -> None:
    token = token_in(client.get("/sign-in").text)
    before = client.cookies["reviewwatch"]
    answer = client.post("/sign-in", data={"email": STAFF, "password": PASSWORD, "form_token": token})
    assert answer.cookies["reviewwatch"] != before


def test_the_cookie_is_for_the_server_only(migrated_engine: Engine, settings: Settings, now: datetime) -> None:
    with serving(migrated_engine, settings, now) as client:
        cookie = client.get("/sign-in").headers["set-cookie"].lower()
        assert "httponly" in cookie
        assert "samesite=lax" in cookie
        assert "secure" not in cookie
    https = settings.model_copy(update={"base_url": "https://archive.test"})
    with serving(migrated_engine, https, now) as client:
        answer = client.get("/sign-in")
        assert "secure" in answer.headers["set-cookie"].lower()
        assert "strict-transport-security" in answer.headers


def test_a_wrong_password_and_an_unknown_user_look_the_same(client: TestClient) -> None:
    def refused(email: str) -> str:
        token = token_in(client.get("/sign-in").text)
        answer = client.post("/sign-in", data={"email": email, "password": "wrong", "form_token": token})
        assert answer.status_code == 422
        shown = answer.text.split("<main", 1)[1].split("</main>")[0]
        return shown.replace(email, "").replace(token_in(shown), "")

    assert refused(STAFF) == refused("nobody@example.org")


def test_too_many_wrong_tries_lock_the_right_password_out(client: TestClient) -> None:
    token = token_in(client.get("/sign-in").text)
    for _ in range(5):
        client.post("/sign-in", data={"email": STAFF, "password": "wrong", "form_token": token})
    answer = client.post("/sign-in", data={"email": STAFF, "password": PASSWORD, "form_token": token})
    assert answer.status_code == 422


@pytest.mark.parametrize(
    "wanted", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)", "/a\nb"]
)
def test_signing_in_leads_nowhere_else(client: TestClient, wanted: str) -> None:
    token = token_in(client.get("/sign-in").text)
    answer = client.post("/sign-in", data={"email": STAFF, "password": PASSWORD, "next": wanted, "form_token": token})
    assert answer.headers["location"] == "/"


def test_signing_in_goes_on_to_the_page_that_was_wanted(client: TestClient) -> None:
    answer = client.get("/publications/1?x=1")
    assert answer.headers["location"] == "/sign-in?next=%2Fpublications%2F1%3Fx%3D1"
    page = client.get(answer.headers["location"]).text
    form = {"email": STAFF, "password": PASSWORD, "next": "/publications/1?x=1", "form_token": token_in(page)}
    assert client.post("/sign-in", data=form).headers["location"] == "/publications/1?x=1"


def test_a_link_signs_in_by_its_button_only(
    client: TestClient, migrated_engine: Engine, settings: Settings, now: datetime
) -> None:
    with writing(migrated_engine) as session:
        user = people.add_user(session, "new@example.org", "staff", now=now)
        path = people.make_link(settings, user, now=now).removeprefix(settings.public_url)
    for _ in range(2):
        page = client.get(path)
        assert page.status_code == 200
    assert client.get("/account").status_code == 303
    answer = client.post(path, data={"form_token": token_in(page.text)})
    assert answer.headers["location"] == "/account"
    account = client.get("/account").text
    assert "new@example.org" in account
    form = {"new": PASSWORD, "form_token": token_in(account)}
    assert client.post("/account/password", data=form).status_code == 303
    assert client.get("/account").status_code == 200
    assert client.get(path).status_code == 404


def test_changing_the_password_signs_out_elsewhere(client: TestClient) -> None:
    sign_in(client)
    elsewhere = client.cookies["reviewwatch"]
    client.cookies.clear()
    sign_in(client)
    token = token_in(client.get("/account").text)
    wrong = client.post("/account/password", data={"old": "x", "new": "four loud lanterns", "form_token": token})
    assert wrong.status_code == 422
    form = {"old": PASSWORD, "new": "four loud lanterns", "form_token": token}
    assert client.post("/account/password", data=form).status_code == 303
    assert client.get("/account").status_code == 200
    client.cookies.clear()
    assert client.get("/account", headers={"Cookie": f"reviewwatch={elsewhere}"}).status_code == 303


def test_a_missing_page_leaves_the_visitor_signed_in(client: TestClient) -> None:
    sign_in(client)
    assert client.get("/nothing-here").status_code == 404
    assert client.get("/account").status_code == 200


def test_large_forms_are_refused(client: TestClient) -> None:
    answer = client.post("/sign-in", data={"email": "x" * 400_000})
    assert answer.status_code == 413


def test_a_database_that_does_not_answer(settings: Settings, tmp_path: Path, now: datetime) -> None:
    broken = engine_for(f"sqlite:///{tmp_path}")  # a folder, where a file should be
    with serving(broken, settings, now) as client:
        answer = client.get("/health")
        assert (answer.status_code, answer.json()["status"]) == (503, "failing")
        client.cookies.set(COOKIE, "x")
        page = client.get("/")
        assert page.status_code == 503
        assert "Try again in a minute" in page.text
        answer = client.get("/api/v1/sources", headers={"Authorization": "Bearer x"})
        assert (answer.status_code, answer.headers["content-type"]) == (503, "application/problem+json")


def test_an_unexpected_error_says_nothing_of_itself(
    migrated_engine: Engine, settings: Settings, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(_: object) -> None:
        raise RuntimeError("a secret of ours")

    monkeypatch.setattr(operations, "check_connection", fails)
    app = create_app(settings, migrated_engine, now=lambda: now)
    with TestClient(app, raise_server_exceptions=False) as client:
        answer = client.get("/health")
    assert answer.status_code == 500
    assert "secret of ours" not in answer.text
    assert "script-src 'nonce-" in answer.headers["content-security-policy"]
