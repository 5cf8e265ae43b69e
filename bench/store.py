"""Storing a reading: ours, all of it, beside ways to write the same rows (performance.md, I1-I3), on both databases.

Ours compares with what is known, normalises addresses and looks for documents that are there already; the others are
given finished rows. Rows: an entry, its document, the link between them.
"""

import sqlite3
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from time import perf_counter
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import SQLModel, select

from bench.timing import ratios
from store import readings
from store.database import engine_for, writing
from store.migrate import migrate
from store.models import Document, Entry, EntryDocument, Publisher, Source
from store.reading import Reading, SeenDocument, SeenEntry, SeenPage
from tests import postgres

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
LATER = NOW + timedelta(days=1)
PAGE = "https://a.example/reviews"
TABLES: tuple[type[SQLModel], ...] = (Entry, Document, EntryDocument)
IN_ONE = 1000
"""Entries in one reading or one batch."""
Rows = Mapping[type[SQLModel], Sequence[dict[str, Any]]]
Way = Callable[[sa.Engine, int], None]


def run(quick: bool) -> list[str]:
    parts, rounds = (1, 1) if quick else (5, 3)
    lines: list[str] = []
    with tempfile.TemporaryDirectory(prefix="reviewwatch-bench-") as folder:
        lines += _on(f"sqlite:///{folder}", "SQLite", parts, rounds)
    if programs := postgres.programs():
        with postgres.server(programs) as address:
            lines += _on(address, "PostgreSQL", parts, rounds)
    return lines


def _on(place: str, name: str, parts: int, rounds: int) -> Iterator[str]:
    """New rows and the same ones seen again; every way in a database of its own, all in turn."""
    new: dict[str, list[float]] = {}
    again: dict[str, list[float]] = {}
    for number in range(rounds):
        for way, (insert, see) in WAYS.items():
            engine = _fresh(place, f"way{list(WAYS).index(way)}_{number}")
            few = parts if way not in SLOW else 1
            for part in range(few):
                _ = [_ready(engine, table, part) for table in TABLES]
            new.setdefault(way, []).append(_seconds(insert, engine, few) / few)
            if see:
                again.setdefault(way, []).append(_seconds(see, engine, few) / few)
            engine.dispose()
    for what, taken in (("new", new), ("seen again", again)):
        yield f"{name}, {what}: seconds for {IN_ONE} entries with their documents"
        yield from ratios({way: sorted(times)[len(times) // 2] for way, times in taken.items()}, OURS)


def _seconds(way: Way, engine: sa.Engine, parts: int) -> float:
    start = perf_counter()
    for part in range(parts):
        way(engine, part)
    return perf_counter() - start


def _fresh(place: str, name: str) -> sa.Engine:
    if place.startswith("sqlite"):
        engine = engine_for(f"{place}/{name}.sqlite3")
    else:
        with engine_for(f"{place}/postgres").connect() as connection:
            connection.execution_options(isolation_level="AUTOCOMMIT").execute(sa.text(f"CREATE DATABASE {name}"))
        engine = engine_for(f"{place}/{name}")
    migrate(engine)
    with writing(engine) as session:
        session.add(Publisher(id="a", name="A", short="A", kind="partnership"))
        session.flush()
        for part in range(10):
            session.add(
                Source(id=part + 1, name=f"list-{part}", publisher_id="a", kind="listing", url=f"{PAGE}/{part}")
            )
    return engine


# --- ours -------------------------------------------------------------------------------------------------------------


def _reading(part: int, body: str) -> Reading:
    page = f"{PAGE}/{part}"
    entries = tuple(
        SeenEntry(
            key=f"a.example/{part}/{number}", url=f"https://www.a.example/{part}/{number}", page=page,
            heading=f"Child {number}: overview report", subject=f"Child {number}",
            documents=(SeenDocument(url=f"https://www.a.example/files/{part}/{number}.pdf", text="Report"),),
        )
        for number in range(IN_ONE)
    )  # fmt: skip
    return Reading(source=f"list-{part}", entries=entries, pages=(SeenPage(url=page, status=200, sha256=body),))


READINGS = {body: [_reading(part, body) for part in range(10)] for body in ("first", "second")}


def _take(body: str, now: datetime) -> Way:
    def take(engine: sa.Engine, part: int) -> None:
        with writing(engine) as session:
            summary = readings.take(session, session.get_one(Source, part + 1), READINGS[body][part], now=now)
        if summary.entries != IN_ONE:
            raise RuntimeError(f"{summary.entries} entries stored: {summary.outcome}")

    return take


# --- others -----------------------------------------------------------------------------------------------------------


def _rows(part: int, now: datetime) -> Rows:
    ids = range(part * IN_ONE + 1, (part + 1) * IN_ONE + 1)
    empty: dict[str, Any] = {"labels": {}, "themes": [], "flags": [], "notes": []}
    return {
        Entry: [
            {"id": n, "source_id": part + 1, "key": f"a.example/{part}/{n}", "url": f"https://www.a.example/{part}/{n}",
             "canonical": f"a.example/{part}/{n}", "heading": f"Child {n}: overview report", "subject": f"Child {n}",
             "page": f"{PAGE}/{part}", "kind": "local_review", "first_seen": NOW, "last_seen": now, **empty}
            for n in ids
        ],
        Document: [
            {"id": n, "url": f"https://www.a.example/files/{n}.pdf", "canonical": f"a.example/files/{n}.pdf",
             "text": "Report", "host": "www.a.example", "first_seen": NOW, "due_at": now}
            for n in ids
        ],
        EntryDocument: [{"entry_id": n, "document_id": n, "first_seen": NOW} for n in ids],
    }  # fmt: skip


ROWS = {now: [_rows(part, now) for part in range(10)] for now in (NOW, LATER)}


def _add_all(engine: sa.Engine, part: int) -> None:
    with writing(engine) as session:
        for table, rows in ROWS[NOW][part].items():
            session.add_all(table(**row) for row in rows)
            session.flush()


def _select_or_add(engine: sa.Engine, part: int) -> None:
    """As it is often written: each looked for, added or changed, and committed."""
    entries, documents = ROWS[LATER][part][Entry], ROWS[NOW][part][Document]
    for entry, document in zip(entries, documents, strict=True):
        with writing(engine) as session:
            found = session.exec(select(Entry).where(Entry.key == entry["key"])).first()
            if found:
                found.last_seen = LATER
                continue
            session.add(Entry(**entry))
            session.add(Document(**document))
            session.flush()
            session.add(EntryDocument(entry_id=entry["id"], document_id=document["id"], first_seen=NOW))


def _upsert(now: datetime) -> Way:
    def upsert(engine: sa.Engine, part: int) -> None:
        insert = sqlite.insert if engine.dialect.name == "sqlite" else postgresql.insert
        with engine.begin() as connection:
            for table, rows in ROWS[now][part].items():
                statement = insert(table)
                if table is Entry:
                    changed = {"last_seen": statement.excluded.last_seen}
                    statement = statement.on_conflict_do_update(index_elements=["source_id", "key"], set_=changed)
                else:
                    statement = statement.on_conflict_do_nothing()
                connection.execute(statement, rows)

    return upsert


def _driver(engine: sa.Engine, part: int) -> None:
    """The driver alone, from rows that are ready for it."""
    connection = engine.raw_connection()
    cursor = connection.cursor()
    if engine.dialect.name == "sqlite":
        cursor.execute("BEGIN IMMEDIATE")
    for table in TABLES:
        names, rows = _ready(engine, table, part)
        if isinstance(connection.driver_connection, sqlite3.Connection):
            marks = ", ".join("?" * len(names))
            cursor.executemany(f"INSERT INTO {table.__tablename__} ({', '.join(names)}) VALUES ({marks})", rows)
        else:
            with cursor.copy(f"COPY {table.__tablename__} ({', '.join(names)}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
    cursor.execute("COMMIT")
    connection.close()


READY: dict[tuple[str, type[SQLModel], int], tuple[list[str], list[tuple[Any, ...]]]] = {}


def _ready(engine: sa.Engine, table: type[SQLModel], part: int) -> tuple[list[str], list[tuple[Any, ...]]]:
    """Columns and values as the database keeps them; made once, before anything is timed."""
    dialect = engine.dialect
    key = dialect.name, table, part
    if key not in READY:
        columns = list(sa.inspect(table).local_table.columns)
        given = [column for column in columns if column.name in ROWS[NOW][part][table][0] or column.default is not None]
        bind = [column.type.dialect_impl(dialect).bind_processor(dialect) or (lambda value: value) for column in given]
        READY[key] = (
            [f'"{column.name}"' for column in given],
            [
                tuple(
                    process(row.get(column.name, column.default.arg if column.default is not None else None))
                    for column, process in zip(given, bind, strict=True)
                )
                for row in ROWS[NOW][part][table]
            ],
        )
    return READY[key]


OURS = "ours: a reading, compared and stored"
WAYS: dict[str, tuple[Way, Way | None]] = {
    OURS: (_take("first", NOW), _take("second", LATER)),
    "Core upsert, executemany": (_upsert(NOW), _upsert(LATER)),
    "SQLModel add_all": (_add_all, None),
    "select or add, commit each": (_select_or_add, _select_or_add),
    "driver alone": (_driver, None),
}
SLOW = {"select or add, commit each"}
