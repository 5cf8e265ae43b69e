"""Feeds: what a publisher announces by RSS, Atom, RDF or JSON feed.

A feed forgets: an entry that has left it is not missing, so its page is no listing.
"""

import re
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from typing import Any

from parsel import Selector
from pydantic import field_validator
from scrapy.http import Request, Response
from twisted.python.failure import Failure

from spiders import base
from spiders.base import Found, SourceSpider
from spiders.engine.problems import header, problem_of_error
from spiders.parsing.addresses import absolute, is_document, key_of, media_type_of
from spiders.parsing.feeds import CRASHES, Feed, FeedItem, read_feed
from spiders.parsing.kinds import OTHER_REVIEWS, area_named, classify
from spiders.parsing.markup import plain_text, shortened
from spiders.parsing.roles import role_of
from spiders.parsing.subjects import subject_of
from spiders.parsing.text import clean, link_label, slug
from store.reading import IncidentKind, LeftOut, Problem, PublicationKind, SeenDocument, SeenEntry

NOT_FOR_CHILDREN = frozenset(reason for _, reason in OTHER_REVIEWS)
NOT_TO_READ = ("audio/", "video/", "image/")
UNTITLED = 80


class Options(base.Options):
    include: tuple[str, ...] = ()
    """Words or patterns (regular expressions): only items with one of them in title or text are kept."""
    exclude: tuple[str, ...] = ()
    """Words or patterns (regular expressions): items with one of them in the title are left out."""
    kind: PublicationKind | None = None
    """The kind of all items; without it, what their titles say, else news."""

    @field_validator("include", "exclude")
    @classmethod
    def patterns(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for pattern in value:
            try:
                re.compile(pattern)
            except re.error as error:
                raise ValueError(f"{pattern!r} is no pattern: {error}") from error
        return value


class Kind(SourceSpider):
    name = "feed"
    OptionsModel = Options
    options: Options

    async def start(self) -> AsyncIterator[Request]:
        # not a listing, so its failure would pass for that of a page about one entry: told here
        yield self.page(self.job.url, self.parse, listing=False).replace(errback=self.failed)

    def failed(self, failure: Failure) -> Iterator[Found]:
        """The feed could not be read."""
        yield problem_of_error(failure.value or LookupError("no answer"), self.job.url)

    def parse(self, response: Response, **kwargs: Any) -> Iterator[Found]:
        feed = read_feed(response.body, response.url, header(response, "Content-Type"))
        problem = self._problem(feed, response.url)
        if problem:
            yield problem
            return
        # a new feed may be empty; one that had items keeps its last ones, or is broken
        self.empty_is_fine = not feed.items and not self.job.entries
        try:
            found = [self._found(item, key) for item, key in keyed(feed.items)]
        except CRASHES as error:
            words = f"{response.url}: an item cannot be understood ({type(error).__name__}: {str(error)[:200]})."
            found = [Problem(kind=IncidentKind.STRUCTURE, evidence=words)]
        yield from found

    def _problem(self, feed: Feed, url: str) -> Problem | None:
        if not feed.is_feed:
            words = f"{url}: a feed was expected, something else came."
            return Problem(kind=IncidentKind.WRONG_TYPE, evidence=words)
        if not feed.items and feed.broken:
            words = f"{url}: the feed is broken before its first item ({feed.broken[:200]})."
            return Problem(kind=IncidentKind.STRUCTURE, evidence=words)
        if len(feed.items) == 1 and feed.items[0].identity.endswith("/feed-ended"):
            return Problem(kind=IncidentKind.MOVED, evidence=f"{url}: the feed says that it has ended.")
        return None

    def _found(self, item: FeedItem, key: str) -> Found:
        heading = heading_of(item)
        reason = self._reason(item, heading) if key else "an item that names nothing"
        if reason:
            return LeftOut(text=heading, url=item.link, reason=reason)
        documents = documents_of(item)
        return SeenEntry(
            key=key,
            url=item.link or (documents[0].url if documents else self.job.url),
            heading=heading,
            page=self.job.url,
            title=heading,
            kind=self.options.kind or classify(heading).kind or PublicationKind.NEWS,
            area=area_named(heading, self.job.areas, self.job.publisher_names),
            subject=subject_of(heading),
            published=item.date,
            abstract=shortened(plain_text(item.summary)),
            language=item.language,
            documents=documents,
            flags=() if item.title else ("the item has no title",),
        )

    def _reason(self, item: FeedItem, heading: str) -> str:
        """Why an item is nothing for us; empty when it is."""
        told = classify(heading).reason
        if told in NOT_FOR_CHILDREN:
            return told
        if any(re.search(pattern, heading, re.IGNORECASE) for pattern in self.options.exclude):
            return "its title is excluded by the source's options"
        text = f"{heading} {plain_text(item.html)}"
        if self.options.include and not any(re.search(one, text, re.IGNORECASE) for one in self.options.include):
            return "it matches none of the patterns that the source's options include"
        return ""


def keyed(items: tuple[FeedItem, ...]) -> Iterator[tuple[FeedItem, str]]:
    """Each item with its identity: its id where that is its own and lasts, else its address; empty: it has neither.

    GOV.UK's organisation feeds put the time of the last change into the id, which would make each update a new entry.
    """
    ids = Counter(item.identity for item in items)
    links = Counter(item.link for item in items)
    for item in items:
        lasting = item.identity and not (item.link and item.identity.startswith(f"{item.link}#"))
        if lasting and ids[item.identity] == 1:
            yield item, item.identity
        elif item.link:
            name = f"#{slug(item.title)}" if links[item.link] > 1 else ""
            yield item, key_of(item.link) + name
        else:
            yield item, slug(item.title)


def heading_of(item: FeedItem) -> str:
    """The title as printed; the first words of the text where there is none."""
    return item.title or shortened(plain_text(item.summary), UNTITLED) or item.link or "(no title)"


def documents_of(item: FeedItem) -> tuple[SeenDocument, ...]:
    """The files of an item: its own link where that is a file, its enclosures, and the files its text links."""
    found = [*_own(item), *_enclosed(item), *_linked(item)]
    return tuple({document.url: document for document in reversed(found)}.values())[::-1]


def _own(item: FeedItem) -> Iterator[SeenDocument]:
    if is_document(item.link):
        media_type = media_type_of(item.link)
        yield SeenDocument(url=item.link, role=role_of(item.title), text=item.title, media_type=media_type)


def _enclosed(item: FeedItem) -> Iterator[SeenDocument]:
    for one in item.enclosures:
        if one.media_type.startswith(NOT_TO_READ) or not (one.media_type or is_document(one.url)):
            continue
        text = clean(one.title) or item.title
        media_type = one.media_type or media_type_of(one.url)
        yield SeenDocument(url=one.url, role=role_of(text), text=text, media_type=media_type, size=one.size)


def _linked(item: FeedItem) -> Iterator[SeenDocument]:
    for link in Selector(item.html).xpath("//a[@href]") if item.html.strip() else ():
        url = absolute(item.link, link.attrib["href"])
        if not url or not is_document(url):
            continue
        label = link_label(" ".join(link.xpath(".//text()").getall()))
        media_type = media_type_of(url) or label.media_type
        yield SeenDocument(
            url=url, role=role_of(label.text, item.title), text=label.text, media_type=media_type, size=label.size
        )
