"""A crawl that writes until it is told to stop: `python -m bench._load_crawl SOURCES`. Prints how much was published.

Lists on loopback, each with one review more before each reading, its document a PDF; everything is fetched, read and
matched by the program's own steps.
"""

import sys
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from io import BytesIO
from threading import Event, Thread

from reportlab.pdfgen.canvas import Canvas

from config.settings import load_settings
from config.sources_toml import read_sources
from reviewwatch.tasks import Work, crawl_and_work
from spiders.base import kinds, spider_for
from store import sources
from store.database import engine_for, writing
from store.files import Files
from tests import loopback

PUBLISHER = '[[publisher]]\nid = "crawled"\nname = "Crawled"\nshort = "Crawled"\nkind = "partnership"\n'
SOURCE = '[[source]]\nname = "crawled-{number}"\npublisher = "crawled"\nkind = "listing"\nurl = "{url}/reviews"\n'


class Publishing:
    """One site; its list grows."""

    def __init__(self, site: loopback.Site, number: int) -> None:
        self.site, self.number, self.count = site, number, 0

    def publish(self) -> None:
        self.count += 1
        name = f"Child {chr(65 + self.number)}{self.count}"
        self.site.pages[f"/{self.count}.pdf"] = loopback.Page(_pdf(name), type="application/pdf")
        items = "".join(
            f"<li><a href='/{one}.pdf'>Child {chr(65 + self.number)}{one}: child safeguarding practice review</a></li>"
            for one in range(1, self.count + 1)
        )
        self.site.pages["/reviews"] = loopback.Page(f"<main><h1>Practice reviews</h1><ul>{items}</ul></main>")


def _pdf(name: str) -> bytes:
    written = BytesIO()
    canvas = Canvas(written, invariant=True)
    for page in range(1, 9):
        for line in range(40):
            canvas.drawString(
                72, 780 - line * 18, f"{name} page {page} line {line} of a report made for {name} {line * page}"
            )
        canvas.showPage()
    canvas.save()
    return written.getvalue()


def crawl(sites: list[Publishing], stop: Event) -> None:
    settings = load_settings()
    engine = engine_for(settings.database)
    rows = "".join(SOURCE.format(number=one.number, url=one.site.url) for one in sites)
    known = {kind: spider_for(kind).OptionsModel for kind in kinds()}
    now = datetime.now(UTC)
    with writing(engine) as session:
        sources.import_catalogue(session, read_sources(PUBLISHER + rows, name="load", kinds=known), now=now)
    while not stop.is_set():
        for one in sites:
            one.publish()
        now += timedelta(minutes=30)
        crawl_and_work(Work(engine, Files(settings.files), settings, now), [f"crawled-{one.number}" for one in sites])


def _wait_for_the_end(stop: Event) -> None:
    sys.stdin.readline()
    stop.set()


def main() -> None:
    stop = Event()
    Thread(target=_wait_for_the_end, args=[stop], daemon=True).start()
    with ExitStack() as stack:
        sites = [Publishing(stack.enter_context(loopback.serve()), number) for number in range(int(sys.argv[1]))]
        crawl(sites, stop)
    sys.stdout.write(f"{sum(one.count for one in sites)}\n")


if __name__ == "__main__":
    main()
