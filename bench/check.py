"""Watched pages: the whole command with its state in the database, against programs that do less or more.

1,000 sources, one page each, on 64 loopback hosts; every page has validators, every fourth host marks its pages
`no-cache`. Unchanged: `reviewwatch crawl --all`, start-up to printed line. Changed: each page lists one review more;
ours is measured to where the lists are compared and the new entries stored (fetching and matching what is new is work
that no peer does, so it is timed apart).
"""

import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.request import urlopen

from bench import _peers
from bench._site import Counts, address
from bench._tree import Taken, timed, watched
from bench.timing import alternately, ratios

FIRST = datetime(2026, 3, 2, 6, tzinfo=UTC)
PUBLISHER = '[[publisher]]\nid = "exampleshire"\nname = "Exampleshire"\nshort = "Exampleshire"\nkind = "partnership"\n'
SOURCE = '\n[[source]]\nname = "source-{}"\npublisher = "exampleshire"\nkind = "listing"\nurl = "{}"\n'
SOURCE += "[source.options]\nchild_pages = false\n"
CRAWL_ONLY = """
import sys
from datetime import datetime
from spiders.engine.children import nursery
nursery.get_ready()
from reviewwatch import tasks
from reviewwatch.work import Work
from reviewwatch.program import opened
from store import sources
from store.database import reading
program = opened(datetime.fromisoformat(sys.argv[1]))
with reading(program.engine) as session:
    names = [source.name for source in sources.enabled(session)]
work = Work(program.engine, program.files, program.settings, program.now)
assert not any(one.incident or one.outcome == "failed" for one in tasks.crawl_sources(work, names))
"""
OURS, BARE, URLWATCH = "reviewwatch crawl --all", "bare Scrapy spider with validators", "urlwatch"
OURS_CHANGED = "ours: lists compared, entries stored"


@dataclass
class Watcher:
    """Our program with a data folder of its own. Each run is an hour later than the one before."""

    folder: Path
    urls: Sequence[str]
    moment: datetime = FIRST
    environment: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.environment = _peers.environment(
            REVIEWWATCH_DATA_DIR=str(self.folder),
            REVIEWWATCH_ALLOW_PRIVATE_ADDRESSES="true",
            REVIEWWATCH_DOWNLOAD_DELAY="0",
        )
        catalogue = self.folder / "sources.toml"
        catalogue.write_text(PUBLISHER + "".join(SOURCE.format(n, url) for n, url in enumerate(self.urls)))
        timed([*self._command, "sources", "import", str(catalogue)], self.environment)

    @property
    def _command(self) -> list[str]:
        return [str(Path(sys.prefix) / "bin" / "reviewwatch")]

    def crawl(self) -> list[str]:
        return [*self._command, "crawl", "--all", "--at", self._next()]

    def crawl_only(self) -> list[str]:
        return [sys.executable, "-c", CRAWL_ONLY, self._next()]

    def _next(self) -> str:
        self.moment += timedelta(hours=1)
        return self.moment.isoformat()


@dataclass
class Served:
    """The server of the pages. `version`: of all pages."""

    port: int
    version: int = 1

    def change(self) -> None:
        self.version += 1
        self._ask(f"_version/{self.version}")

    def counts(self) -> Counts:
        """What was asked since the last time."""
        return Counts(**json.loads(self._ask("_counts")))

    def _ask(self, path: str) -> bytes:
        with urlopen(f"http://127.1.0.1:{self.port}/{path}") as answer:
            body: bytes = answer.read()
        return body


@contextmanager
def _served() -> Iterator[Served]:
    with subprocess.Popen([sys.executable, "-m", "bench._site"], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        try:
            yield Served(int(process.stdout.readline()))
        finally:
            process.kill()


def run(quick: bool) -> list[str]:
    hosts, pages, rounds = (4, 20, 1) if quick else (64, 1000, 5)
    with _served() as site, tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        urls = [address(number, hosts, site.port) for number in range(pages)]
        ours, others = _watcher(folder / "ours", urls), _peer_commands(folder, urls)
        lines = [f"{pages} pages on {hosts} hosts", *_unchanged(site, ours, others, rounds)]
        lines += _memory(site, ours, _watcher(folder / "few", urls[: pages // 5]), others)
        lines += _changed(site, ours, others, rounds)
        return lines if quick else [*lines, *_slow_peer(site, folder, urls[:100], ours)]


def _watcher(folder: Path, urls: Sequence[str]) -> Watcher:
    """Ours after its baseline and all that this made due."""
    folder.mkdir()
    watcher = Watcher(folder, urls)
    timed(watcher.crawl(), watcher.environment)
    return watcher


def _peer_commands(folder: Path, urls: Sequence[str]) -> dict[str, list[str]]:
    """The peers, having seen every page once."""
    commands = {BARE: _peers.bare_scrapy(folder, urls), URLWATCH: _peers.urlwatch(folder, urls)}
    timed(commands[URLWATCH], _peers.environment())
    return commands


def _unchanged(site: Served, ours: Watcher, others: dict[str, list[str]], rounds: int) -> list[str]:
    counts: dict[str, Counts] = {}

    def counted(name: str, seconds: Callable[[], float]) -> Callable[[], float]:
        def way() -> float:
            site.counts()
            taken = seconds()
            counts[name] = site.counts()
            return taken

        return way

    ways = {OURS: counted(OURS, lambda: timed(ours.crawl(), ours.environment))}
    ways |= {name: counted(name, _timer(command)) for name, command in others.items()}
    medians = alternately(ways, rounds)
    return [
        "unchanged; aim C1: at most 1.15 of the bare spider, 1.00 of urlwatch",
        *ratios(medians, OURS),
        "what the sites saw; aim C3: a request a page, all answered 304, a connection a host, no robots.txt",
        *(f"{name:40} {_told(one)}" for name, one in counts.items()),
    ]


def _timer(command: Sequence[str]) -> Callable[[], float]:
    return lambda: timed(command, _peers.environment())


def _told(one: Counts) -> str:
    return (
        f"{one.requests} requests, {one.not_modified} answered 304, {one.connections} connections to {one.hosts} hosts,"
        f" {one.robots} of robots.txt"
    )


def _memory(site: Served, ours: Watcher, few: Watcher, others: dict[str, list[str]]) -> list[str]:
    taken = {
        OURS: watched(ours.crawl(), ours.environment),
        f"the same, {len(few.urls)} pages": watched(few.crawl(), few.environment),
        **{name: watched(command, _peers.environment()) for name, command in others.items()},
    }
    growth = taken[OURS].largest - taken[f"the same, {len(few.urls)} pages"].largest
    bare = taken[OURS].largest / taken[BARE].largest
    return [
        f"memory; aim C4: at most 1.15 of the bare spider (largest process: {bare:.2f}), growth under 5 MB"
        f" ({growth:+.0f} MB)",
        *(_memory_line(name, one) for name, one in taken.items()),
    ]


def _memory_line(name: str, one: Taken) -> str:
    return (
        f"{name:40} {one.largest:5.0f} MB largest process, {one.together:5.0f} MB all together, {one.cpu:.1f} s of CPU"
    )


def _changed(site: Served, ours: Watcher, others: dict[str, list[str]], rounds: int) -> list[str]:
    ways = {OURS_CHANGED: lambda: timed(ours.crawl_only(), ours.environment)}
    ways |= {name: _timer(command) for name, command in others.items()}
    medians = alternately(ways, rounds, before=site.change)
    after = timed(ours.crawl(), ours.environment)
    return [
        "changed; aim C5: at most 0.60 of urlwatch",
        *ratios(medians, OURS_CHANGED),
        f"then the whole command, once: {rounds} new reviews a page fetched, read and matched {after:9.3f} s",
    ]


def _slow_peer(site: Served, folder: Path, urls: Sequence[str], ours: Watcher) -> list[str]:
    """changedetection.io takes a page in a tenth of a second or so: a hundred pages, once, say enough."""
    first, again = _peers.changedetection(folder, urls)
    environment = _peers.environment()
    timed(first, environment)
    site.counts()
    taken = timed(again, environment)
    told = _told(site.counts())
    return [
        f"changedetection.io, {len(urls)} unchanged pages, once {taken:9.3f} s ({told})",
        f"ours then, {len(ours.urls)} unchanged pages        {timed(ours.crawl(), ours.environment):9.3f} s",
    ]
