"""What every answer says to browsers, caches and search engines; and that no page loads anything from others."""

import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response
from sqlalchemy import Engine

from config.settings import Settings
from store.database import engine_for
from tests.furnished import furnish
from tests.route_table import address, paths
from tests.web_archive import ADMINISTRATOR, serving, settings_for, sign_in
from web.access import COOKIE

LOADED = re.compile(
    r"<(?:script|link|img|iframe|source|object|embed|form)\b[^>]*?\b(?:src|href|action|data)=\"([^\"]*)"
)
FROM_ELSEWHERE = ("/documents/", "/file")
"""Bytes and texts that came from outside."""


@pytest.fixture
def engine(sqlite_address: str) -> Iterator[Engine]:
    made = engine_for(sqlite_address)
    yield made
    made.dispose()


@pytest.fixture
def settings(sqlite_address: str, tmp_path: Path) -> Settings:
    made = settings_for(sqlite_address, tmp_path)
    return made.model_copy(update={"base_url": "https://archive.test"})


@pytest.fixture
def client(engine: Engine, settings: Settings, tmp_path: Path, now: datetime) -> Iterator[TestClient]:
    with serving(engine, settings, now) as client:
        client.base_url = "https://archive.test"
        yield client


@pytest.fixture
def answers(
    client: TestClient, engine: Engine, settings: Settings, tmp_path: Path, now: datetime
) -> dict[str, Response]:
    samples = furnish(engine, settings, tmp_path, now=now)
    sign_in(client, ADMINISTRATOR)
    return {path: client.get(address(path, samples)) for path in paths("GET")}


def test_every_answer_is_closed(answers: dict[str, Response]) -> None:
    for path, answer in answers.items():
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy, path
        assert "unsafe" not in policy, path
        assert "http" not in policy, path
        assert policy.startswith("sandbox") or not any(part in path for part in FROM_ELSEWHERE), path
        assert answer.headers["x-content-type-options"] == "nosniff", path
        assert answer.headers["x-robots-tag"] == "noindex, nofollow", path
        assert answer.headers["strict-transport-security"], path
        assert answer.headers["cross-origin-opener-policy"] == "same-origin", path
        assert answer.headers["referrer-policy"] == "same-origin", path


def test_no_answer_is_kept_by_others(answers: dict[str, Response]) -> None:
    """A document may be asked about again by its tag; of all else nothing is kept."""
    for path, answer in answers.items():
        kept = "private, no-cache" if path == "/documents/{version_id}" else "private, no-store"
        assert answer.headers["cache-control"] == kept, path


def test_no_page_loads_or_sends_anything_elsewhere(answers: dict[str, Response]) -> None:
    for path, answer in answers.items():
        if "html" in answer.headers.get("content-type", ""):
            for wanted in LOADED.findall(answer.text):
                assert wanted.startswith(("/", "?", "#")), f"{path}: {wanted}"
                assert not wanted.startswith("//"), f"{path}: {wanted}"


def test_cookies_are_for_the_server_alone(client: TestClient) -> None:
    cookie = client.get("/sign-in").headers["set-cookie"].lower()
    assert cookie.startswith(f"{COOKIE}=")
    for flag in ("secure", "httponly", "samesite=lax", "path=/"):
        assert flag in cookie
    assert "domain" not in cookie


def test_style_sheets_and_scripts_are_asked_for_once(client: TestClient) -> None:
    """Each page used to load all of them anew."""
    for name in re.findall(r'"(/static/[^"]+)"', client.get("/sign-in").text):
        assert client.get(name).headers["cache-control"] == "public, max-age=31536000, immutable", name
        bare = client.get(name.partition("?")[0])
        assert bare.headers["cache-control"] == "no-cache"
        again = client.get(name.partition("?")[0], headers={"If-None-Match": bare.headers["etag"]})
        assert again.status_code == 304


def test_every_button_of_a_form_waits_for_its_answer(answers: dict[str, Response]) -> None:
    """A second click sends nothing, where scripts may run. Searches may be sent as often as one likes."""
    for path, answer in answers.items():
        for form in re.findall(r'<form[^>]*method="post"[^>]*>.*?</form>', answer.text, re.DOTALL):
            for button in re.findall(r"<button[^>]*>", form):
                assert "prevent-double-click" in button or 'name="state"' in button, f"{path}: {button}"
