"""Fixtures that every part uses: a migrated database of both kinds, fresh for each test."""

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import Engine

from store.database import engine_for
from store.migrate import migrate
from tests import postgres

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
_names = count(1)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Long tests first (they say so by a time limit of their own), so that no worker is left alone with one."""
    items.sort(key=lambda item: -max((mark.args[0] for mark in item.iter_markers("timeout") if mark.args), default=0))


@pytest.fixture
def now() -> datetime:
    """A Monday morning in winter, when London time is UTC."""
    return NOW


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "template.sqlite3"
    engine = engine_for(f"sqlite:///{path}")
    migrate(engine)
    engine.dispose()
    return path


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """A server whose database `template` is migrated; skips, saying what to install, where there is none."""
    bin_folder = postgres.programs()
    if bin_folder is None:
        pytest.skip("Postgres is not installed: apt-get install postgresql")
    with postgres.server(bin_folder) as address:
        _postgres_do(address, "CREATE DATABASE template")
        engine = engine_for(f"{address}/template")
        migrate(engine)
        engine.dispose()
        yield address


def _postgres_do(address: str, command: str) -> None:
    with psycopg.connect(f"{address}/postgres", autocommit=True) as connection:
        connection.execute(command)  # type: ignore[arg-type]  # names that we made ourselves


@pytest.fixture
def sqlite_address(migrated_sqlite: Path, tmp_path: Path) -> str:
    path = tmp_path / "archive.sqlite3"
    shutil.copy(migrated_sqlite, path)
    return f"sqlite:///{path}"


@pytest.fixture
def postgres_address(postgres_server: str) -> Iterator[str]:
    name = f"test_{next(_names)}"
    _postgres_do(postgres_server, f"CREATE DATABASE {name} TEMPLATE template")
    yield f"{postgres_server}/{name}"
    _postgres_do(postgres_server, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(params=["sqlite", "postgres"])
def database_address(request: pytest.FixtureRequest) -> str:
    """The address of a fresh, migrated database; the test runs once on each kind."""
    address: str = request.getfixturevalue(f"{request.param}_address")
    return address


@pytest.fixture
def engine(database_address: str) -> Iterator[Engine]:
    made = engine_for(database_address)
    yield made
    made.dispose()
