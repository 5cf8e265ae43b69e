"""All rows as plain values, and back: what a backup is made of. The same on SQLite and on Postgres."""

import base64
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime
from itertools import islice
from typing import Any

from alembic.runtime.migration import MigrationContext
from sqlalchemy import Column, Connection, Date, Engine, LargeBinary, Table, func, insert, select, text

import store.models  # noqa: F401 - fills METADATA
from store.database import METADATA, UTCDateTime

Row = dict[str, Any]
LEFT_OUT = frozenset({"signin"})
"""Browser sessions: a backup must not sign anybody in."""
AT_ONCE = 200


def tables() -> list[Table]:
    """The tables of the archive, each after those that it refers to."""
    return [table for table in METADATA.sorted_tables if table.name not in LEFT_OUT]


def revision(engine: Engine) -> str:
    """Which migration the tables are at."""
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision() or ""


@contextmanager
def snapshot(engine: Engine) -> Iterator[Connection]:
    """A connection that sees the archive as it is at one moment, whatever others write meanwhile."""
    level = {} if engine.dialect.name == "sqlite" else {"isolation_level": "REPEATABLE READ"}
    with engine.execution_options(read_only=True, **level).connect() as connection:
        yield connection


def dump(connection: Connection, table: Table) -> Iterator[Row]:
    """The rows of a table as values that JSON knows, in the order of their keys."""
    result = connection.execution_options(yield_per=AT_ONCE).execute(select(table).order_by(*table.primary_key))
    for row in result.mappings():
        yield {name: _plain(value) for name, value in row.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    return base64.b64encode(value).decode("ascii") if isinstance(value, bytes) else value


def is_empty(connection: Connection) -> bool:
    return not any(connection.execute(select(table).limit(1)).first() for table in tables())


def clear(connection: Connection) -> None:
    """Delete every row, browser sessions too."""
    for table in reversed(METADATA.sorted_tables):
        connection.execute(table.delete())


def load(connection: Connection, table: Table, rows: Iterable[Row]) -> int:
    """Insert rows as `dump` gave them; how many. Raises ValueError for what does not fit the table."""
    waiting, count = iter(rows), 0
    while part := list(islice(waiting, AT_ONCE)):
        connection.execute(insert(table), [_values(table, row) for row in part])
        count += len(part)
    _continue_numbers(connection, table)
    return count


def _values(table: Table, row: Mapping[str, Any]) -> Row:
    if set(row) != set(table.columns.keys()):
        raise ValueError(f"a row of {table.name} has other fields than the table")
    return {column.key: _value(column, row[column.key]) for column in table.columns}


def _value(column: Column[Any], value: Any) -> Any:
    """The value as the column's own type; what JSON knows stays as it is."""
    if value is None:
        return None
    match column.type:
        case UTCDateTime():
            return datetime.fromisoformat(value)
        case Date():
            return date.fromisoformat(value)
        case LargeBinary():
            return base64.b64decode(value)
        case _:
            return value


def _continue_numbers(connection: Connection, table: Table) -> None:
    """Postgres counts ids apart from the rows: go on after the highest one."""
    column = table.autoincrement_column
    if connection.dialect.name != "postgresql" or column is None:
        return
    sequence = func.pg_get_serial_sequence(table.name, column.name)
    highest = select(func.coalesce(func.max(column), 0) + 1).scalar_subquery()
    connection.execute(select(func.setval(sequence, highest, text("false"))))
