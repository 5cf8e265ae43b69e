"""The search index's rows: one a document (performance.md: document rows, not page rows), and the index over them.

The index itself is the database's own: an FTS5 table over `search_row` on SQLite, a table of tsvectors on Postgres,
both called `search_index` and kept by triggers, so that whoever deletes a row has taken it out of search.
"""

from sqlalchemy import Connection, Index, text
from sqlmodel import Field, SQLModel

PAGE_END = "\f"
"""Stands like a word where a page ends. Both databases take it for a blank between words."""

ROWS_EACH = 4096
"""A row's number is its publication's times this, plus 0 for the publication's own fields, or 1, 2, ... for documents.

So the number of what matches says whose it is, and the row, which is long, need not be read for that.
"""

_HAS_SOME = text("recommendations > 0")


class SearchRow(SQLModel, table=True):
    """The words of one document, or of a publication's own fields (`version_id` null).

    `words` are normalised (store.words), so both databases find the same. Only current versions of publications that
    are listed or unlisted have rows: taking a version out of search is deleting its rows (rule 6).
    """

    __tablename__ = "search_row"
    __table_args__ = (
        Index("ix_search_row_recommendations", "publication_id", sqlite_where=_HAS_SOME, postgresql_where=_HAS_SOME),
    )

    id: int | None = Field(default=None, primary_key=True)
    """Given by us: see ROWS_EACH."""
    publication_id: int = Field(foreign_key="publication.id", index=True)
    version_id: int | None = Field(default=None, foreign_key="version.id", index=True)
    part: int = 0
    """Very long documents have several rows: Postgres limits a tsvector to 1 MB."""
    first_page: int = 1
    """The page at which `words` begin; each PAGE_END in them ends one."""
    recommendations: int = 0
    """How many the version has; in its first row only."""
    title: str = ""
    words: str = ""


_SQLITE_DELETE = (
    "INSERT INTO search_index(search_index, rowid, title, words) VALUES ('delete', old.id, old.title, old.words)"
)
_SQLITE_INSERT = "INSERT INTO search_index(rowid, title, words) VALUES (new.id, new.title, new.words)"
_SQLITE = (
    # no columnsize=0 and no prefix index: measured, they cost far more than they bring
    "CREATE VIRTUAL TABLE search_index USING fts5(title, words, content='search_row', content_rowid='id', "
    "tokenize='unicode61 remove_diacritics 0')",
    f"CREATE TRIGGER search_row_insert AFTER INSERT ON search_row BEGIN {_SQLITE_INSERT}; END",
    f"CREATE TRIGGER search_row_delete AFTER DELETE ON search_row BEGIN {_SQLITE_DELETE}; END",
    f"CREATE TRIGGER search_row_update AFTER UPDATE OF title, words ON search_row "
    f"BEGIN {_SQLITE_DELETE}; {_SQLITE_INSERT}; END",
    # so much is gathered in memory before it is written: filling the index takes three quarters of the time
    "INSERT INTO search_index (search_index, rank) VALUES ('hashsize', 8388608)",
    "INSERT INTO search_index(search_index) VALUES ('rebuild')",
)
_SQLITE_DROP = (
    "DROP TRIGGER search_row_update",
    "DROP TRIGGER search_row_delete",
    "DROP TRIGGER search_row_insert",
    "DROP TABLE search_index",
)

# looking through the words of a phrase is mostly unpacking them; of vectors nothing is gained by packing them
_POSTGRES_PACKED = """DO $$ BEGIN
    IF EXISTS (SELECT FROM pg_settings WHERE name = 'default_toast_compression' AND 'lz4' = ANY (enumvals)) THEN
        ALTER TABLE search_row ALTER COLUMN words SET COMPRESSION lz4;
    END IF;
END $$"""
_VECTOR = "setweight(to_tsvector('simple', {row}.title), 'A') || setweight(to_tsvector('simple', {row}.words), 'D')"
_POSTGRES = (
    "CREATE TABLE search_index (row_id integer PRIMARY KEY REFERENCES search_row (id) ON DELETE CASCADE, "
    "vector tsvector NOT NULL)",
    _POSTGRES_PACKED,
    "ALTER TABLE search_index ALTER COLUMN vector SET STORAGE EXTERNAL",
    "CREATE INDEX search_index_vector ON search_index USING gin (vector)",
    "CREATE FUNCTION search_index_row() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
    f"INSERT INTO search_index (row_id, vector) VALUES (new.id, {_VECTOR.format(row='new')}) "
    "ON CONFLICT (row_id) DO UPDATE SET vector = excluded.vector; RETURN NULL; END $$",
    "CREATE TRIGGER search_row_index AFTER INSERT OR UPDATE OF title, words ON search_row "
    "FOR EACH ROW EXECUTE FUNCTION search_index_row()",
    f"INSERT INTO search_index (row_id, vector) SELECT id, {_VECTOR.format(row='search_row')} FROM search_row",
)
_POSTGRES_DROP = (
    "DROP TRIGGER search_row_index ON search_row",
    "DROP FUNCTION search_index_row()",
    "DROP TABLE search_index",
)


def create_index(connection: Connection) -> None:
    """Make the index over the rows that are there, and the triggers that keep it. Called by a migration."""
    for statement in _SQLITE if connection.dialect.name == "sqlite" else _POSTGRES:
        connection.exec_driver_sql(statement)


def drop_index(connection: Connection) -> None:
    for statement in _SQLITE_DROP if connection.dialect.name == "sqlite" else _POSTGRES_DROP:
        connection.exec_driver_sql(statement)
