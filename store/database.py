"""The database: one engine a process, sessions, and the types that every table shares."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from sqlalchemy import DateTime, Dialect, Engine, MetaData, TypeDecorator, create_engine, event, func, make_url, select
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError
from sqlmodel import Session, SQLModel

# constraint names are fixed by rule, so that migrations on SQLite can find them
SQLModel.metadata.naming_convention = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

SQLITE_WAIT_MS = 30_000
SQLITE_MAPPED = 1 << 30
"""So many bytes of the file are read where the system keeps them, shared by all processes, instead of being copied into
each connection's small cache: a search that goes through many rows takes half the time."""
_PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=NORMAL",
    "foreign_keys=ON",
    f"busy_timeout={SQLITE_WAIT_MS}",
    f"mmap_size={SQLITE_MAPPED}",
)


class DatabaseError(RuntimeError):
    """The database cannot be used; the text says what to do."""


class UTCDateTime(TypeDecorator[datetime]):
    """A moment in UTC on every database: SQLite would give it back without its zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is not None and value.tzinfo is None:
            raise ValueError("a moment needs its time zone")
        return value.astimezone(UTC) if value else None

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


@lru_cache(maxsize=8)
def engine_for(address: str) -> Engine:
    """The engine of a database address, one per process. Raises DatabaseError for an address that cannot be used."""
    try:
        url = make_url(address)
    except ArgumentError as error:
        raise DatabaseError("DATABASE_URL is no database address; use sqlite:///PATH or postgresql://...") from error
    if url.get_backend_name() == "sqlite":
        return _sqlite_engine(url.database or "", address)
    try:
        return create_engine(url.set(drivername="postgresql+psycopg"), pool_pre_ping=True, pool_size=10)
    except (NoSuchModuleError, ModuleNotFoundError) as error:
        raise DatabaseError("Postgres needs its driver: install reviewwatch[postgres]") from error


def _sqlite_engine(path: str, address: str) -> Engine:
    if path and path != ":memory:":
        try:
            Path(path).parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise DatabaseError(f"cannot make the folder of the database {path}: {error.strerror}") from error
    # as many connections stay open as the web app has threads: to open one costs as much as a small search
    engine = create_engine(
        address, pool_size=40, connect_args={"timeout": SQLITE_WAIT_MS / 1000, "check_same_thread": False}
    )

    @event.listens_for(engine, "connect")
    def set_pragmas(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves, below
        for pragma in _PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Any) -> None:
        # a transaction that reads first and writes later would fail with "database is locked" beside another writer
        mode = "" if connection.get_execution_options().get("read_only") else " IMMEDIATE"
        connection.exec_driver_sql(f"BEGIN{mode}")

    return engine


@contextmanager
def writing(engine: Engine) -> Iterator[Session]:
    """A session whose work is committed as one transaction, or not at all."""
    with Session(engine, expire_on_commit=False) as session, session.begin():
        yield session


@contextmanager
def reading(engine: Engine) -> Iterator[Session]:
    """A session that only reads; it never waits for a writer on SQLite."""
    with Session(engine.execution_options(read_only=True), expire_on_commit=False) as session:
        yield session


ARCHIVE_LOCK = 7_215_301


@contextmanager
def writing_archive(engine: Engine) -> Iterator[Session]:
    """Like `writing`, one at a time over all processes: two readings may bring the same document or review at once.

    SQLite has one writer anyway; on Postgres an advisory lock is held to the end of the transaction.
    """
    with writing(engine) as session:
        if not is_sqlite(session):
            session.execute(select(func.pg_advisory_xact_lock(ARCHIVE_LOCK)))
        yield session


def check_connection(engine: Engine) -> None:
    """Raises DatabaseError, in words, when the database does not answer."""
    try:
        with engine.connect():
            pass
    except DBAPIError as error:
        shown = engine.url.render_as_string(hide_password=True)
        reason = str(error.orig).strip().splitlines()[0] if error.orig else "no answer"
        raise DatabaseError(f"cannot open the database {shown}: {reason}; check DATABASE_URL") from error


def is_sqlite(session: Session) -> bool:
    return session.get_bind().dialect.name == "sqlite"


METADATA: MetaData = SQLModel.metadata
