"""Settings that an administrator may change, and what the operator has set."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from pydantic import SecretStr
from sqlalchemy import Engine

from store.database import engine_for
from store.files import Files
from tests.web_archive import ADMINISTRATOR, fill, serving, settings_for, sign_in


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


def test_what_is_set_is_seen_without_secrets(client: TestClient) -> None:
    page = client.get("/settings").text
    for text in ("http://archive.test", "with a password", "Europe/London", "2 seconds", "are refused"):
        assert text in page, text
    assert "hush" not in page
