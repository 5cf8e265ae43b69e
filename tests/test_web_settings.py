"""Settings that an administrator may change, and what the operator has set."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from pydantic import SecretStr
from sqlalchemy import Engine

from store import keeping
from store.database import engine_for, reading
from store.files import Files
from tests.web_archive import ADMINISTRATOR, fill, serving, settings_for, sign_in, token_in


@pytest.fixture
def engine(sqlite_address: str) -> Iterator[Engine]:
    made = engine_for(sqlite_address)
    yield made
    made.dispose()


@pytest.fixture
def client(engine: Engine, sqlite_address: str, tmp_path: Path, now: datetime) -> Iterator[TestClient]:
    secret = SecretStr("smtp://user:hush@mail.example:25")
    settings = settings_for(sqlite_address, tmp_path).model_copy(update={"smtp_url": secret})
    fill(engine, Files(settings.files), tmp_path, now=now)
    with serving(engine, settings, now) as client:
        sign_in(client, ADMINISTRATOR)
        yield client


def send(client: TestClient, sort: str, months: str) -> int:
    token = token_in(client.get("/account").text)
    return client.post(f"/settings/keeping/{sort}", data={"months": months, "form_token": token}).status_code


def test_what_is_set_is_seen_without_secrets(client: TestClient) -> None:
    page = client.get("/settings").text
    for text in ("http://archive.test", "with a password", "Europe/London", "2 seconds", "are refused"):
        assert text in page, text
    assert "hush" not in page


def test_keeping_times_are_changed(client: TestClient, engine: Engine) -> None:
    assert send(client, "unconfirmed", "3") == 303
    assert send(client, "former_users", " Never ") == 303
    with reading(engine) as session:
        found = keeping.months_of(session)
    assert (found["unconfirmed"], found["former_users"]) == (3, None)


@pytest.mark.parametrize("months", ["", "-1", "1.5", "soon", "99999", "٣²"])
def test_a_time_that_cannot_be(client: TestClient, months: str) -> None:
    assert send(client, "unconfirmed", months) == 422


def test_a_sort_that_is_not_there(client: TestClient) -> None:
    assert send(client, "nothing", "3") == 404
