"""The JSON API against its own description, with made-up requests: nothing fails, nothing breaks the schema.

A longer run by hand: `API_EXAMPLES=2000 .venv/bin/pytest tests/test_web_api_schema.py`.
"""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from sqlalchemy import Engine

from store import people
from store.database import engine_for, writing
from store.files import Files
from tests.conftest import NOW
from tests.web_archive import STAFF, fill, settings_for
from web.access import ROUTES
from web.app import create_app

EXAMPLES = int(os.environ.get("API_EXAMPLES", "15"))
FEW = settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.filter_too_much],
)


@pytest.fixture(scope="module")
def engine(migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    made = engine_for(f"sqlite:///{tmp_path_factory.mktemp('api') / 'archive.sqlite3'}")
    Path(made.url.database or "").write_bytes(migrated_sqlite.read_bytes())
    yield made
    made.dispose()


@pytest.fixture(scope="module")
def described(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> schemathesis.BaseSchema:
    """What the app says about itself, and a token that it accepts, as `token`."""
    folder = tmp_path_factory.mktemp("files")
    settings_ = settings_for(str(engine.url), folder)
    fill(engine, Files(settings_.files), folder, now=NOW)
    with writing(engine) as session:
        user = people.find_user(session, STAFF)
        assert user is not None
        token = people.make_token(session, user, "tests", now=NOW)
    app = create_app(settings_, engine, now=lambda: NOW)
    headers = {"Authorization": f"Bearer {token}"}
    schema = schemathesis.openapi.from_asgi("/api/v1/openapi.json", app, headers=headers)
    schema.config.update(headers=headers)
    return schema


PATHS = sorted(path for path in ROUTES if path.startswith("/api/v1/") and path != "/api/v1/openapi.json")


def run(described: schemathesis.BaseSchema, path: str, way: Callable[[schemathesis.Case[Any]], None]) -> None:
    """Made-up requests to one path, right ones and wrong ones. (The library's own pytest plugin needs an older one.)"""
    strategy = described[path]["GET"].as_strategy()
    negative = described[path]["GET"].as_strategy(generation_mode=schemathesis.GenerationMode.NEGATIVE)
    FEW(given(case=strategy | negative)(way))()


def test_every_path_is_described(described: schemathesis.BaseSchema) -> None:
    assert sorted(described) == PATHS


@pytest.mark.parametrize("path", PATHS)
def test_with_a_token(described: schemathesis.BaseSchema, path: str) -> None:
    def with_token(case: schemathesis.Case[Any]) -> None:
        case.call_and_validate()

    run(described, path, with_token)


@pytest.mark.parametrize("path", PATHS)
def test_without_signing_in(described: schemathesis.BaseSchema, path: str) -> None:
    def without(case: schemathesis.Case[Any]) -> None:
        answer = case.call(headers={"Authorization": ""})
        assert answer.status_code == 401
        assert answer.headers["content-type"] == ["application/problem+json"]

    run(described, path, without)
