"""Asks for watched pages conditionally, notes what came, and spares the kind what is as before.

Own validators instead of Scrapy's HttpCache: that never asks the server again for a page marked `no-cache`, and
guesses the age of others.
"""

from collections.abc import Iterator
from functools import partial
from hashlib import sha256
from typing import Self

from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured
from scrapy.http import Request, Response, TextResponse

from spiders.base import Found, SourceSpider
from spiders.engine.collect import Collector
from spiders.engine.problems import PageFailed, header
from spiders.engine.running import final_url
from store.comparing import AS_BEFORE
from store.reading import IncidentKind, KnownPage, Problem, SeenEntry, SeenPage

LONGEST_TEXT = 1_000_000
"""Characters of a page's text that are kept for an administrator to look at."""


def validators(etag: str, last_modified: str) -> dict[str, str]:
    """The headers that ask for a page only if it has changed."""
    headers = {"If-None-Match": etag, "If-Modified-Since": last_modified}
    return {name: value for name, value in headers.items() if value}


class ConditionalMiddleware:
    """For requests made by `SourceSpider.page()`."""

    def __init__(self, crawler: Crawler, spider: SourceSpider) -> None:
        self.crawler = crawler
        self.spider = spider
        self.known = {} if spider.job.check else {page.url: page for page in spider.job.pages}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        if not isinstance(crawler.spider, SourceSpider):
            raise NotConfigured
        return cls(crawler, crawler.spider)

    def process_request(self, request: Request) -> None:
        known = self.known.get(request.meta.get("page", ""))
        if known:
            for name, value in validators(known.etag, known.last_modified).items():
                request.headers[name] = value

    def process_response(self, request: Request, response: Response) -> Response:
        url = request.meta.get("page")
        if url is None:
            return response
        known = self.known.get(url)
        if response.status == 304 and known is None:
            raise PageFailed(_not_asked(url), response)
        listing = request.meta["listing"]
        final = final_url(request, response)
        keep = listing or self.spider.job.check or url == self.spider.job.url
        page = seen_page(url, response, known, listing=listing, final=final, keep=keep)
        self._collector().page(page)
        if page.status == 304 or (response.status < 400 and known and page.sha256 == known.sha256):
            listed = [value for value in request.cb_kwargs.values() if isinstance(value, SeenEntry)]
            response.request = request.replace(callback=partial(self._as_before, url, listed), cb_kwargs={})
        return response

    def _as_before(self, url: str, listed: list[SeenEntry], response: Response) -> Iterator[Found]:
        """A known entry whose own page is as before must not be lost: it is on the list."""
        known = {entry.key for entry in self.spider.job.entries}
        for entry in listed:
            if entry.key in known:
                yield entry.model_copy(update={"flags": (*entry.flags, AS_BEFORE)})
        yield from self.spider.unchanged(url)

    def _collector(self) -> Collector:
        collector = self.crawler.get_extension(Collector)
        if collector is None:
            raise LookupError("a crawl needs its collector")
        return collector


def seen_page(
    url: str, response: Response, known: KnownPage | None, *, listing: bool, final: str, keep: bool
) -> SeenPage:
    """What to note of an answer. `keep`: its text is kept when it is new (a list, a feed), for a rewind."""
    as_before = response.status == 304
    digest = "" if as_before else sha256(response.body).hexdigest()
    is_new = not as_before and not (known and known.sha256 == digest)
    keep = keep and is_new and isinstance(response, TextResponse)
    return SeenPage(
        url=url,
        status=response.status,
        final_url=final,
        etag=header(response, "ETag") or (known.etag if as_before and known else ""),
        last_modified=header(response, "Last-Modified") or (known.last_modified if as_before and known else ""),
        sha256=digest,
        listing=listing,
        body=response.text[:LONGEST_TEXT] if keep and isinstance(response, TextResponse) else "",
    )


def _not_asked(url: str) -> Problem:
    words = f"{url} answered 304 (as before), though we hold no earlier version."
    return Problem(kind=IncidentKind.SERVER_ERROR, evidence=words)
