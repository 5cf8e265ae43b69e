"""Three ways others would search pages: FTS5 and Postgres in plain SQL, and tantivy. A row is a page for all."""

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import psycopg

from store.facets import Facet

LIMIT = 20
FACETS: tuple[Facet, ...] = ("kind", "area", "year")


@dataclass(frozen=True)
class Report:
    number: int
    kind: str
    area: str
    year: int
    pages: tuple[str, ...]


@dataclass(frozen=True)
class Asked:
    """One query in four languages; `year` 0: no filter."""

    ours: str
    fts5: str
    tantivy: str
    tsquery: str
    year: int = 0


class Peer(Protocol):
    def fill(self, reports: Iterable[Report]) -> None: ...

    def answer(self, asked: Asked) -> set[int]:
        """A full answer: 20 reports with snippet and page, counts of three facets. The reports shown."""
        ...


class Fts5Pages:
    def __init__(self, folder: Path) -> None:
        self._database = sqlite3.connect(folder / "fts5.sqlite3")

    def fill(self, reports: Iterable[Report]) -> None:
        self._database.executescript(
            "CREATE TABLE report (id INTEGER PRIMARY KEY, kind TEXT, area TEXT, year INTEGER);"
            "CREATE TABLE page (id INTEGER PRIMARY KEY, report INTEGER, number INTEGER, text TEXT);"
            "CREATE VIRTUAL TABLE page_index USING fts5(text, content='page', content_rowid='id');"
        )
        for one in reports:
            self._database.execute("INSERT INTO report VALUES (?, ?, ?, ?)", (one.number, one.kind, one.area, one.year))
            rows = [(one.number, number, text) for number, text in enumerate(one.pages, start=1)]
            self._database.executemany("INSERT INTO page (report, number, text) VALUES (?, ?, ?)", rows)
        self._database.execute("INSERT INTO page_index(page_index) VALUES ('rebuild')")
        self._database.commit()

    _MATCHES = (
        "FROM page_index JOIN page ON page.id = page_index.rowid JOIN report ON report.id = page.report "
        "WHERE page_index MATCH :wanted AND (:year = 0 OR report.year = :year)"
    )

    def answer(self, asked: Asked) -> set[int]:
        given = {"wanted": asked.fts5, "year": asked.year}
        ranked = (
            "WITH hit AS MATERIALIZED (SELECT page.report AS report, page.id AS page, page.number AS number, "
            f"bm25(page_index) AS score {self._MATCHES}) SELECT report, page, number, min(score) AS best FROM hit "
            f"GROUP BY report ORDER BY best LIMIT {LIMIT}"
        )
        found = self._database.execute(ranked, given).fetchall()
        snippet = "SELECT snippet(page_index, 0, '[', ']', '...', 24) FROM page_index"
        for row in found:
            self._database.execute(f"{snippet} WHERE page_index MATCH ? AND rowid = ?", (asked.fts5, row[1])).fetchone()
        for name in FACETS:
            counts = f"SELECT report.{name}, count(DISTINCT report.id) {self._MATCHES} GROUP BY 1"
            self._database.execute(counts, given).fetchall()
        return {row[0] for row in found}

    def ids(self, asked: Asked) -> set[int]:
        given = {"wanted": asked.fts5, "year": asked.year}
        return {row[0] for row in self._database.execute(f"SELECT DISTINCT report.id {self._MATCHES}", given)}


class TantivyPages:
    """Its facets count pages, not reports: grouping is not among what it can do."""

    def __init__(self, folder: Path) -> None:
        import tantivy

        self._library: Any = tantivy
        builder = tantivy.SchemaBuilder()
        builder.add_unsigned_field("report", stored=True, fast=True)
        builder.add_unsigned_field("number", stored=True)
        builder.add_unsigned_field("year", indexed=True, fast=True)
        for name in ("kind", "area"):
            builder.add_text_field(name, fast=True, tokenizer_name="raw")
        builder.add_text_field("text", stored=True)
        self._schema = builder.build()
        (folder / "tantivy").mkdir()
        self._index: Any = tantivy.Index(self._schema, str(folder / "tantivy"))

    def fill(self, reports: Iterable[Report]) -> None:
        writer = self._index.writer(heap_size=200_000_000, num_threads=2)
        for one in reports:
            same = {"report": one.number, "kind": one.kind, "area": one.area, "year": one.year}
            for number, text in enumerate(one.pages, start=1):
                row = {**same, "number": number, "text": text}
                writer.add_document(self._library.Document.from_dict(row, self._schema))
        writer.commit()
        writer.wait_merging_threads()
        self._index.reload()

    def answer(self, asked: Asked) -> set[int]:
        searcher = self._index.searcher()
        query = self._query(asked)
        found: dict[int, Any] = {}
        for _, address in searcher.search(query, 10 * LIMIT).hits:
            document = searcher.doc(address)
            found.setdefault(document["report"][0], document)
            if len(found) == LIMIT:
                break
        snippets = self._library.SnippetGenerator.create(searcher, query, self._schema, "text")
        for document in found.values():
            snippets.snippet_from_doc(document).to_html()
        searcher.aggregate(query, {name: {"terms": {"field": name, "size": 100}} for name in FACETS})
        return set(found)

    def _query(self, asked: Asked) -> Any:
        if asked.tantivy.endswith(".*"):
            return self._library.Query.regex_query(self._schema, "text", asked.tantivy)
        return self._index.parse_query(asked.tantivy, ["text"])


class PostgresPages:
    def __init__(self, address: str) -> None:
        self._database = psycopg.connect(address, autocommit=True)

    def fill(self, reports: Iterable[Report]) -> None:
        run = self._database.execute
        run("CREATE TABLE peer_report (id integer PRIMARY KEY, kind text, area text, year integer)")
        run(
            "CREATE TABLE peer_page (id serial PRIMARY KEY, report integer, number integer, text text, vector tsvector)"
        )
        with self._database.transaction(), self._database.cursor() as cursor:
            for one in reports:
                row = (one.number, one.kind, one.area, one.year)
                cursor.execute("INSERT INTO peer_report VALUES (%s, %s, %s, %s)", row)
                rows = [(one.number, number, text, text) for number, text in enumerate(one.pages, start=1)]
                values = "VALUES (%s, %s, %s, to_tsvector('simple', %s))"
                cursor.executemany(f"INSERT INTO peer_page (report, number, text, vector) {values}", rows)
        run("CREATE INDEX ON peer_page USING gin (vector)")
        run("ANALYZE")

    def answer(self, asked: Asked) -> set[int]:
        given = {"wanted": asked.tsquery, "year": asked.year}
        matches = (
            "FROM peer_page JOIN peer_report ON peer_report.id = report WHERE vector @@ CAST(%(wanted)s AS tsquery) "
            "AND (%(year)s = 0 OR year = %(year)s)"
        )
        ranked = (
            "WITH hit AS MATERIALIZED (SELECT report, peer_page.id AS page, number, "
            f"ts_rank_cd(vector, CAST(%(wanted)s AS tsquery)) AS score {matches}), best AS (SELECT "
            "DISTINCT ON (report) report, page, number, score FROM hit ORDER BY report, score DESC) "
            f"SELECT report, page, number FROM best ORDER BY score DESC LIMIT {LIMIT}"
        )
        found = self._database.execute(ranked, given).fetchall()
        shown = (
            "SELECT ts_headline('simple', text, CAST(%s AS tsquery)) FROM peer_page WHERE id = ANY(%s)",
            (asked.tsquery, [row[1] for row in found]),
        )
        self._database.execute(*shown).fetchall()
        for name in FACETS:
            counts = f"SELECT {name}, count(DISTINCT report) {matches} GROUP BY 1"
            self._database.execute(counts, given).fetchall()
        return {row[0] for row in found}
