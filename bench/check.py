"""Unchanged pages: our readings, state in the database included, against a bare Scrapy spider with validators.

Ours reads each source in a child process of its own; the bare spider reads all pages in one process and keeps nothing.
"""

import hashlib
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path

from bench.timing import alternately, ratios
from config.settings import Settings
from config.sources_toml import read_sources
from reviewwatch.tasks import Work, crawl_sources
from spiders.base import kinds, spider_for
from store import sources
from store.database import engine_for, writing
from store.files import Files
from store.migrate import migrate
from tests import loopback

NOW = datetime(2026, 3, 2, 6, tzinfo=UTC)
PUBLISHER = '[[publisher]]\nid = "exampleshire"\nname = "Exampleshire"\nshort = "Exampleshire"\nkind = "partnership"\n'
BARE = """
import sys, scrapy
from scrapy.crawler import AsyncCrawlerProcess
class Bare(scrapy.Spider):
    name = "bare"
    async def start(self):
        for line in open(sys.argv[1]):
            url, etag = line.split()
            yield scrapy.Request(url, headers={"If-None-Match": etag}, dont_filter=True)
    def parse(self, response):
        assert response.status == 304
process = AsyncCrawlerProcess({"LOG_ENABLED": False, "HTTPERROR_ALLOWED_CODES": [304], "REMOTE_CONTROL_ENABLED": False,
    "TELNETCONSOLE_ENABLED": False, "ROBOTSTXT_OBEY": False})
process.crawl(Bare)
process.start()
"""


def run(quick: bool) -> list[str]:
    hosts, pages = (4, 20) if quick else (60, 300)
    with _publishers(hosts, pages) as addresses, tempfile.TemporaryDirectory() as folder:
        work, names = _archive(Path(folder), [url for url, _ in addresses])
        crawl_sources(work, names)  # the baseline
        listed = Path(folder) / "addresses"
        listed.write_text("\n".join(f"{url} {etag}" for url, etag in addresses))
        ours = "ours: a child process a source, with state"
        bare = [sys.executable, "-c", BARE, str(listed)]
        medians = alternately(
            {
                ours: lambda: crawl_sources(work, names),
                "bare Scrapy spider, one process": lambda: subprocess.run(bare, check=True),
            },
            rounds=2 if quick else 3,
        )
    return [f"{pages} unchanged pages on {hosts} hosts; aim C1: at most 1.15", *ratios(medians, ours)]


@contextmanager
def _publishers(hosts: int, pages: int) -> Iterator[list[tuple[str, str]]]:
    with ExitStack() as stack:
        sites = [stack.enter_context(loopback.serve({})) for _ in range(hosts)]
        addresses = []
        for number in range(pages):
            site = sites[number % hosts]
            body = f"<main><h1>Reviews</h1><ul><li><a href='/{number}.pdf'>Child {number}</a></li></ul></main>"
            etag = f'"{hashlib.sha256(body.encode()).hexdigest()[:16]}"'
            site.pages[f"/reviews/{number}"] = loopback.Page(body, etag=etag)
            addresses.append((f"{site.url.rstrip('/')}/reviews/{number}", etag))
        yield addresses


def _archive(folder: Path, urls: list[str]) -> tuple[Work, list[str]]:
    settings = Settings(data_dir=folder, download_delay=0.0, allow_private_addresses=True)
    engine = engine_for(settings.database)
    migrate(engine)
    names = [f"source-{number}" for number in range(len(urls))]
    rows = [
        f'[[source]]\nname = "{name}"\npublisher = "exampleshire"\nkind = "listing"\nurl = "{url}"\n'
        for name, url in zip(names, urls, strict=True)
    ]
    known = {kind: spider_for(kind).OptionsModel for kind in kinds()}
    catalogue = read_sources(PUBLISHER + "".join(rows), name="bench", kinds=known)
    with writing(engine) as session:
        sources.import_catalogue(session, catalogue, now=NOW)
    return Work(engine, Files(settings.files), settings, NOW), names
