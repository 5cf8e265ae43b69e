"""WordPress sites: their posts by the open interface (wp-json), else by their feed, else the page as a listing."""

import json
from collections.abc import AsyncIterator, Iterator
from datetime import date
from functools import partial
from typing import Any
from urllib.parse import urlencode, urlsplit

from lxml import etree
from scrapy.http import Request, Response
from twisted.python.failure import Failure

from spiders import feed, listing
from spiders.base import Found
from spiders.engine.problems import header
from spiders.parsing.addresses import absolute
from spiders.parsing.feeds import FeedItem, read_feed
from spiders.parsing.kinds import classify
from spiders.parsing.markup import plain_text
from spiders.parsing.page import tree
from spiders.parsing.subjects import subject_of
from store.reading import Basis, CrawlJob, Precision, StatedDate

FIELDS = "id,date,link,title,content,excerpt"
A_PAGE = 100
"""As many posts as WordPress gives at once."""
MOST_PAGES = 20
INTERFACE = etree.XPath("string(//link[@rel='https://api.w.org/']/@href)")
FEED = etree.XPath("string(//link[@type='application/rss+xml'][contains(concat(' ', @rel, ' '), ' alternate ')]/@href)")


class Kind(feed.Kind):
    name = "wordpress"

    def __init__(self, job: CrawlJob, **kwargs: Any) -> None:
        super().__init__(job, **kwargs)
        plain = job.model_copy(update={"kind": "listing", "options": {}})
        self.listing = listing.Kind(plain)

    async def start(self) -> AsyncIterator[Request]:
        if urlsplit(self.job.url).path in ("", "/"):
            # Posts leave a front page as time goes by: what it lists no more is not missing.
            yield self.page(self.job.url, self.parse, listing=False).replace(errback=self.failed)
        else:
            yield self.page(self.job.url, self.parse)

    def parse(self, response: Response, **kwargs: Any) -> Iterator[Found]:
        """A page is read as a listing; the site's front page leads to its interface, its feed, or is read itself."""
        if urlsplit(self.job.url).path not in ("", "/"):
            yield from self._as_listing(response)
            return
        interface = absolute(response.url, INTERFACE(tree(response.text)))
        if interface:
            yield self._posts(interface, 1, response)
        else:
            yield from self._without_interface(response)

    def parse_posts(self, response: Response, interface: str, number: int, front: Response) -> Iterator[Found]:
        """One page of posts as the interface gives them."""
        try:
            posts = json.loads(response.text)
        except ValueError:
            posts = None
        if not isinstance(posts, list):
            yield from self._without_interface(front)
            return
        for post in posts:
            item = item_of(post)
            if item:
                yield self._found(item, item.identity)
        last = header(response, "X-WP-TotalPages")
        if last.isdigit() and number < min(int(last), MOST_PAGES):
            yield self._posts(interface, number + 1, front)

    def parse_feed(self, response: Response, front: Response) -> Iterator[Found]:
        """The site's feed, where the interface is closed."""
        found = read_feed(response.body, response.url, header(response, "Content-Type"))
        if not found.is_feed:
            yield from self._as_listing(front)
            return
        for item, key in feed.keyed(found.items):
            yield self._found(item, key)

    def _posts(self, interface: str, number: int, front: Response) -> Request:
        query = {"per_page": A_PAGE, "_fields": FIELDS} | ({"page": number} if number > 1 else {})
        url = f"{interface.rstrip('/')}/wp/v2/posts?{urlencode(query)}"
        request = self.page(url, self.parse_posts, listing=False, interface=interface, number=number, front=front)
        return request.replace(errback=partial(self.shut, front=front) if number == 1 else self.failed)

    def shut(self, failure: Failure, front: Response) -> Iterator[Found]:
        """The interface is switched off or guarded: the feed tells the same."""
        yield from self._without_interface(front)

    def _without_interface(self, front: Response) -> Iterator[Found]:
        address = absolute(front.url, FEED(tree(front.text)))
        if not address:
            yield from self._as_listing(front)
            return
        request = self.page(address, self.parse_feed, listing=False, front=front)
        yield request.replace(errback=self.failed)

    def _as_listing(self, response: Response) -> Iterator[Found]:
        yield from self.listing.parse(response)
        self.empty_is_fine = self.listing.empty_is_fine

    def _reason(self, item: FeedItem, heading: str) -> str:
        """A site's posts are about everything: those that name a review or a publication of ours are kept."""
        told = classify(heading)
        if told.reason:
            return told.reason
        reason = super()._reason(item, heading)
        if reason or self.options.include:
            return reason
        return "" if told.kind or subject_of(heading) else "a post that names no review"


def item_of(post: object) -> FeedItem | None:
    """A post of the interface as an item; None for what is no post."""
    match post:
        case {"id": int(number), "link": str(link), "title": {"rendered": str(title)}, **rest}:
            html = _rendered(rest.get("content"))
            summary = _rendered(rest.get("excerpt")) or html
            return FeedItem(f"post-{number}", link, plain_text(title), summary, html, _date(rest.get("date")), ())
    return None


def _rendered(value: object) -> str:
    match value:
        case {"rendered": str(html)}:
            return html
    return ""


def _date(stamp: object) -> StatedDate | None:
    """The day of publication, in the site's own time as the interface gives it."""
    try:
        day = date.fromisoformat(str(stamp)[:10])
    except ValueError:
        return None
    return StatedDate(day=day, precision=Precision.DAY, basis=Basis.PUBLISHED)
