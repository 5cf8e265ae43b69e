"""Search: our full answers against FTS5 page rows in plain SQL, over the same reports (performance.md, S1 and S5).

A full answer: the best 20 publications, for each a snippet with its page number, and the counts by kind, area and year.
"""

import random
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import accumulate
from pathlib import Path
from statistics import median, quantiles

from sqlalchemy import Engine, insert
from sqlmodel import Session

from store import search_index
from store.database import engine_for, reading, writing
from store.migrate import migrate
from store.models import Document, PageText, Publication, Version
from store.query import parse
from store.search import matching_ids, search

NOW = datetime(2026, 3, 2, 6, tzinfo=UTC)
KINDS = ("local_review", "annual_report", "briefing", "guidance")
AREAS = tuple(f"Area{number}" for number in range(40))
LIMIT = 20


@dataclass(frozen=True)
class Report:
    number: int
    kind: str
    area: str
    year: int
    pages: tuple[str, ...]


@dataclass(frozen=True)
class Asked:
    """One query, as our search page takes it and as FTS5 does; `year` 0: no filter."""

    ours: str
    fts5: str
    year: int = 0


def run(quick: bool) -> list[str]:
    count, pages, words, queries = (150, 10, 150, 40) if quick else (2000, 40, 250, 200)
    vocabulary = _vocabulary()
    with tempfile.TemporaryDirectory() as folder:
        engine = engine_for(f"sqlite:///{folder}/ours.sqlite3")
        migrate(engine)
        peer = sqlite3.connect(Path(folder) / "peer.sqlite3")
        taken_ours = _timed(lambda: _fill_ours(engine, _reports(count, pages, words, vocabulary)))
        taken_peer = _timed(lambda: _fill_peer(peer, _reports(count, pages, words, vocabulary)))
        asked = list(_queries(queries, vocabulary))
        with reading(engine) as session:
            ours, theirs = _race(session, peer, asked)
            same = sum(_ours_ids(session, one) == _peer_ids(peer, one) for one in asked)
        peer.close()
        engine.dispose()
    return [
        f"{count} reports of {pages} pages, {queries} queries; aim S1: p50 at most 0.5, p95 at most 0.15",
        f"filling, generating included: ours {taken_ours:.1f} s, FTS5 page rows {taken_peer:.1f} s",
        _line("p50", median(ours), median(theirs)),
        _line("p95", _p95(ours), _p95(theirs)),
        f"the same publications found: {same} of {queries} (ours also finds what stands on several pages)",
    ]


def _line(name: str, ours: float, theirs: float) -> str:
    times = f"ours {ours * 1000:7.1f} ms, FTS5 page rows {theirs * 1000:7.1f} ms"
    return f"{name}: {times}, ours / theirs = {ours / theirs:.2f}"


def _p95(times: list[float]) -> float:
    return quantiles(times, n=20)[-1]


def _timed(way: Callable[[], object]) -> float:
    start = time.perf_counter()
    way()
    return time.perf_counter() - start


def _race(session: Session, peer: sqlite3.Connection, asked: list[Asked]) -> tuple[list[float], list[float]]:
    """Seconds of each query, both ways in turn."""
    ours, theirs = [], []
    for one in asked:
        query = parse(one.ours)
        ours.append(_timed(lambda: search(session, query, limit=LIMIT)))  # noqa: B023 - called at once
        theirs.append(_timed(lambda: _peer_answer(peer, one)))  # noqa: B023 - called at once
    return ours, theirs


def _vocabulary() -> list[str]:
    syllables = ["ba", "ce", "di", "fo", "gu", "ha", "je", "ki", "lo", "mu", "na", "pe", "ri", "so", "tu", "ve"]
    return [a + b + c + d for a in syllables for b in syllables for c in syllables for d in ("n", "s")]


def _reports(count: int, pages: int, words: int, vocabulary: list[str]) -> Iterator[Report]:
    chance = random.Random(1)
    weights = list(accumulate(1 / (rank + 5) for rank in range(len(vocabulary))))  # few are common, most are rare
    for number in range(1, count + 1):
        texts = tuple(" ".join(chance.choices(vocabulary, cum_weights=weights, k=words)) for _ in range(pages))
        yield Report(number, chance.choice(KINDS), chance.choice(AREAS), chance.randint(2005, 2026), texts)


def _queries(count: int, vocabulary: list[str]) -> Iterator[Asked]:
    chance = random.Random(2)
    for number in range(count):
        common, other, rare = (vocabulary[chance.randrange(*span)] for span in ((0, 60), (60, 600), (600, 4000)))
        yield (
            Asked(other, other),
            Asked(f'"{common} {other}"', f'"{common} {other}"'),
            Asked(f"{common} {other} {rare}", f"{common} AND {other} AND {rare}"),
            Asked(f"{other[:4]}*", f"{other[:4]}*"),
            Asked(f"{common} year:2020", common, 2020),
        )[number % 5]


def _fill_ours(engine: Engine, reports: Iterator[Report]) -> None:
    with writing(engine) as session:
        for report in reports:
            _keep(session, report)
        session.flush()


def _keep(session: Session, report: Report) -> None:
    publication = Publication(
        id=report.number, title=f"Report {report.number}", kind=report.kind, area=report.area,
        published=date(report.year, 3, 1), precision="day", first_seen=NOW,
    )  # fmt: skip
    url = f"https://reports.example/{report.number}.pdf"
    document = Document(
        id=report.number, publication_id=report.number, url=url, canonical=url, role="overview_report", first_seen=NOW
    )
    version = Version(
        id=report.number, document_id=report.number, sha256=str(report.number), state="current", first_seen=NOW,
        last_seen=NOW, text_state="read", pages=len(report.pages),
    )  # fmt: skip
    document.current_version_id = report.number
    for row in (publication, document, version):
        session.add(row)
        session.flush()
    rows = [{"version_id": report.number, "number": n, "text": text} for n, text in enumerate(report.pages, start=1)]
    session.execute(insert(PageText), rows)
    search_index.reindex_publication(session, publication)
    session.expunge_all()


def _fill_peer(peer: sqlite3.Connection, reports: Iterator[Report]) -> None:
    peer.executescript(
        "CREATE TABLE report (id INTEGER PRIMARY KEY, kind TEXT, area TEXT, year INTEGER);"
        "CREATE TABLE page (id INTEGER PRIMARY KEY, report INTEGER, number INTEGER, text TEXT);"
        "CREATE VIRTUAL TABLE page_index USING fts5(text, content='page', content_rowid='id');"
    )
    for report in reports:
        peer.execute("INSERT INTO report VALUES (?, ?, ?, ?)", (report.number, report.kind, report.area, report.year))
        rows = [(report.number, number, text) for number, text in enumerate(report.pages, start=1)]
        peer.executemany("INSERT INTO page (report, number, text) VALUES (?, ?, ?)", rows)
    peer.execute("INSERT INTO page_index(page_index) VALUES ('rebuild')")
    peer.commit()


_MATCHES = (
    "FROM page_index JOIN page ON page.id = page_index.rowid JOIN report ON report.id = page.report "
    "WHERE page_index MATCH :wanted AND (:year = 0 OR report.year = :year)"
)


def _peer_answer(peer: sqlite3.Connection, asked: Asked) -> None:
    given = {"wanted": asked.fts5, "year": asked.year}
    ranked = (
        "WITH hit AS MATERIALIZED (SELECT page.report AS report, page.id AS page, page.number AS number, "
        f"bm25(page_index) AS score {_MATCHES}) SELECT report, page, number, min(score) AS best FROM hit "
        f"GROUP BY report ORDER BY best LIMIT {LIMIT}"
    )
    for row in peer.execute(ranked, given).fetchall():
        snippet = (
            "SELECT snippet(page_index, 0, '[', ']', '...', 24) FROM page_index WHERE page_index MATCH ? AND rowid = ?"
        )
        peer.execute(snippet, (asked.fts5, row[1])).fetchone()
    for name in ("kind", "area", "year"):
        peer.execute(f"SELECT report.{name}, count(DISTINCT report.id) {_MATCHES} GROUP BY 1", given).fetchall()


def _peer_ids(peer: sqlite3.Connection, asked: Asked) -> set[int]:
    given = {"wanted": asked.fts5, "year": asked.year}
    return {row[0] for row in peer.execute(f"SELECT DISTINCT report.id {_MATCHES}", given)}


def _ours_ids(session: Session, asked: Asked) -> set[int]:
    return matching_ids(session, parse(asked.ours))
