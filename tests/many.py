"""More of everything that an archive holds: copies of all its rows, so that pages can be asked what they cost then."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Column, Engine, Table, event

from store.database import METADATA, writing

ONCE = {"chore", "keeping_time", "sign_in", "text_mark", "text_signature"}
"""Tables whose rows are not one of many on any page."""
NEWER = {"document": {"current_version_id": "version"}}
"""Columns that name rows of a table which is filled later."""
Made = dict[tuple[str, Any], Any]
"""The copy of a row, by its table and key."""


def multiply(engine: Engine, times: int) -> None:
    """Beside each row `times` copies that hang together among themselves, and as many that hang on what it hangs on."""
    with writing(engine) as session:
        connection = session.connection()
        tables = [table for table in METADATA.sorted_tables if table.name not in ONCE]
        rows = {table.name: [dict(row) for row in connection.execute(sa.select(table)).mappings()] for table in tables}
        last = 10 * len(rows["publication"])  # another number than at the time before
        for number in range(last + 1, last + 1 + times):
            made: Made = {}
            for table in tables:
                for row in rows[table.name]:
                    _copy(connection, table, row, number, made)
            _set_newer(connection, made)
            for table in tables:
                for row in rows[table.name] if _may_hang_on_the_same(table) else ():
                    _copy(connection, table, row, number + times, {})


def _copy(connection: sa.Connection, table: Table, row: dict[str, Any], number: int, made: Made) -> None:
    values = dict(row)
    for column in table.columns:
        for named in column.foreign_keys:
            values[column.name] = made.get((named.column.table.name, row[column.name]), row[column.name])
    for column in _own_keys(table):
        values[column.name] = _another(row[column.name], number)
    key = next(iter(table.primary_key.columns)).name
    if table.autoincrement_column is not None:
        del values[key]
    done = connection.execute(sa.insert(table).values(values))
    made[table.name, row[key]] = done.inserted_primary_key[0] if done.inserted_primary_key else None


def _set_newer(connection: sa.Connection, made: Made) -> None:
    for name, columns in NEWER.items():
        table = METADATA.tables[name]
        for column, target in columns.items():
            for (where, _), copy in list(made.items()):
                if where != name:
                    continue
                held = connection.execute(sa.select(table.c[column]).where(table.c.id == copy)).scalar_one()
                changed = sa.update(table).where(table.c.id == copy)
                connection.execute(changed.values({column: made.get((target, held), held)}))


def _own_keys(table: Table) -> list[Column[Any]]:
    """Columns that must differ between two rows and name no other row."""
    return [column for group in _unique(table) for column in group if not column.foreign_keys]


def _unique(table: Table) -> list[list[Column[Any]]]:
    groups = [list(one.columns) for one in table.constraints if isinstance(one, sa.UniqueConstraint)]
    groups += [list(one.columns) for one in table.indexes if one.unique]
    return groups if table.autoincrement_column is not None else [*groups, list(table.primary_key)]


def _may_hang_on_the_same(table: Table) -> bool:
    """Whether two rows of it may name the same other rows; one that names none has its copies already."""
    named = any(column.foreign_keys for column in table.columns)
    return named and all(any(not column.foreign_keys for column in group) for group in _unique(table))


def _another(value: Any, number: int) -> Any:
    if isinstance(value, datetime):
        return value + timedelta(seconds=number)
    return value + 1000 * number if isinstance(value, int) else f"{value}-{number}"


@contextmanager
def statements(engine: Engine) -> Iterator[list[str]]:
    """The statements that the block sends to the database."""
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        seen.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    yield seen
    event.remove(engine, "before_cursor_execute", note)
