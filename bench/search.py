"""Search: our full answers against FTS5 and Postgres page rows in plain SQL and tantivy (performance.md, S1 to S6).

A full answer: the best 20 publications, for each a snippet with its page number, and the counts by kind, area and year.
`python -m bench.search REPORTS PAGES` measures another size.
"""

import random
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from datetime import UTC, date, datetime
from itertools import accumulate, islice
from pathlib import Path
from statistics import median, quantiles

from sqlalchemy import insert
from sqlmodel import Session

from bench._search_peers import FACETS, LIMIT, Asked, Fts5Pages, Peer, PostgresPages, Report, TantivyPages
from store import search_index
from store.database import engine_for, reading, writing
from store.migrate import migrate
from store.models import Document, PageText, Publication, Version
from store.query import parse
from store.search import matching_ids, search
from tests import postgres

NOW = datetime(2026, 3, 2, 6, tzinfo=UTC)
KINDS = ("local_review", "annual_report", "briefing", "guidance")
AREAS = tuple(f"Area{number}" for number in range(40))
LINE_WORDS = 12
AT_ONCE = 50
OURS = "ours"


class Ours:
    def __init__(self, address: str) -> None:
        self.engine = engine_for(address)
        migrate(self.engine)

    def fill(self, reports: Iterable[Report]) -> None:
        for some in _batches(iter(reports)):
            with writing(self.engine) as session:
                _keep(session, some)

    def answer(self, asked: Asked) -> set[int]:
        with reading(self.engine) as session:
            found = search(session, parse(asked.ours), limit=LIMIT, facets=FACETS)
        return {hit.publication_id for hit in found.hits}

    def ids(self, asked: Asked) -> set[int]:
        with reading(self.engine) as session:
            return matching_ids(session, parse(asked.ours))


def run(quick: bool) -> list[str]:
    return measure(*((150, 10, 150, 40) if quick else (2000, 40, 250, 200)))


def measure(count: int, pages: int, words: int, queries: int) -> list[str]:
    vocabulary = _vocabulary()
    asked = list(_queries(queries, vocabulary))
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        ours, fts5 = Ours(f"sqlite:///{folder}/ours.sqlite3"), Fts5Pages(Path(folder))
        ways: dict[str, Peer] = {OURS: ours, "FTS5 pages": fts5, "tantivy pages": TantivyPages(Path(folder))}
        if programs := postgres.programs():
            address = f"{stack.enter_context(postgres.server(programs))}/postgres"
            ways |= {"ours, Postgres": Ours(address), "Postgres pages": PostgresPages(address)}
        reports = list(_reports(count, pages, words, vocabulary)) if count <= 3000 else None
        filled = {
            name: _timed(lambda: way.fill(iter(reports or _reports(count, pages, words, vocabulary))))  # noqa: B023
            for name, way in ways.items()
        }
        taken = _race(ways, asked)
        differing = [one for one in asked if ours.ids(one) != fts5.ids(one)]
        more = sum(ours.ids(one) > fts5.ids(one) for one in differing)
    return [
        f"{count} reports of {pages} pages, {queries} queries; aims for ours: p50 at most 0.5 of FTS5",
        "and 0.2 of Postgres, p95 at most 0.15 of FTS5, 0.1 of Postgres and 5 of tantivy; filling at most 0.75 of FTS5",
        *(_line("filling", {name: [seconds] for name, seconds in filled.items()}, median)),
        *(_line("p50", taken, median)),
        *(_line("p95", taken, _p95)),
        f"the same publications as FTS5 pages: {queries - len(differing)} of {queries}; of the others {more}"
        " times more, because the words stand on several pages",
    ]


def _line(name: str, taken: Mapping[str, Sequence[float]], of: Callable[[Sequence[float]], float]) -> Iterator[str]:
    for way, times in taken.items():
        yield f"{name:8} {way:15} {of(times) * 1000:10.1f} ms   ours / this = {of(taken[OURS]) / of(times):.2f}"


def _p95(times: Sequence[float]) -> float:
    return quantiles(times, n=20)[-1]


def _timed(way: Callable[[], object]) -> float:
    start = time.perf_counter()
    way()
    return time.perf_counter() - start


def _race(ways: Mapping[str, Peer], asked: list[Asked]) -> dict[str, list[float]]:
    """Seconds of each query, all ways in turn; the first query of each is for warming up."""
    taken: dict[str, list[float]] = defaultdict(list)
    for way in ways.values():
        way.answer(asked[0])
    for one in asked:
        for name, way in ways.items():
            taken[name].append(_timed(lambda: way.answer(one)))  # noqa: B023 - called at once
    return taken


def _vocabulary() -> list[str]:
    syllables = ["ba", "ce", "di", "fo", "gu", "ha", "je", "ki", "lo", "mu", "na", "pe", "ri", "so", "tu", "ve"]
    return [a + b + c + d for a in syllables for b in syllables for c in syllables for d in _endings(a, b, c)]


def _reports(count: int, pages: int, words: int, vocabulary: list[str]) -> Iterator[Report]:
    chance = random.Random(1)
    weights = list(accumulate(1 / (rank + 5) for rank in range(len(vocabulary))))  # few are common, most are rare
    for number in range(1, count + 1):
        texts = tuple(_page(chance.choices(vocabulary, cum_weights=weights, k=words)) for _ in range(pages))
        yield Report(number, chance.choice(KINDS), chance.choice(AREAS), chance.randint(2005, 2026), texts)


def _page(words: list[str]) -> str:
    return "\n".join(" ".join(words[at : at + LINE_WORDS]) for at in range(0, len(words), LINE_WORDS))


def _queries(count: int, vocabulary: list[str]) -> Iterator[Asked]:
    chance = random.Random(2)
    for number in range(count):
        common, other, rare = (vocabulary[chance.randrange(*span)] for span in ((0, 60), (60, 600), (600, 4000)))
        three = (common, other, rare)
        yield (
            Asked(other, other, other, other),
            Asked(f'"{common} {other}"', f'"{common} {other}"', f'"{common} {other}"', f"{common} <-> {other}"),
            Asked(" ".join(three), " AND ".join(three), " AND ".join(three), " & ".join(three)),
            Asked(f"{other[:4]}*", f"{other[:4]}*", f"{other[:4]}.*", f"{other[:4]}:*"),
            Asked(f"{common} year:2020", common, f"{common} AND year:2020", common, 2020),
        )[number % 5]


def _batches(reports: Iterator[Report]) -> Iterator[tuple[Report, ...]]:
    while some := tuple(islice(reports, AT_ONCE)):
        yield some


def _keep(session: Session, reports: Sequence[Report]) -> None:
    """As many rows at once as the worker may bring; then each is indexed as the worker does it."""
    publications = [
        Publication(
            id=one.number, title=f"Report {one.number}", kind=one.kind, area=one.area, published=date(one.year, 3, 1),
            precision="day", first_seen=NOW,
        )
        for one in reports
    ]  # fmt: skip
    documents = [
        Document(
            id=one.number, publication_id=one.number, url=str(one.number), canonical=str(one.number), first_seen=NOW,
            role="overview_report", current_version_id=one.number,
        )
        for one in reports
    ]  # fmt: skip
    versions = [
        Version(
            id=one.number, document_id=one.number, sha256=str(one.number), state="current", first_seen=NOW,
            last_seen=NOW, text_state="read", pages=len(one.pages),
        )
        for one in reports
    ]  # fmt: skip
    for rows in (publications, documents, versions):
        session.add_all(rows)
        session.flush()
    pages = [
        {"version_id": one.number, "number": number, "text": text}
        for one in reports
        for number, text in enumerate(one.pages, start=1)
    ]
    session.execute(insert(PageText), pages)
    for publication in publications:
        search_index.reindex_publication(session, publication)


def _endings(*syllables: str) -> tuple[str, str]:
    """Two of eight letters: one word in eight ends like a plural, as in English."""
    at = sum(map(ord, "".join(syllables)))
    return "nrtldmgs"[at % 8], "nrtldmgs"[(at + 3) % 8]


if __name__ == "__main__":
    sys.stdout.write("\n".join(measure(int(sys.argv[1]), int(sys.argv[2]), 250, 200)) + "\n")
