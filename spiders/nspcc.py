"""The charity's lists of case reviews, by year and of newest additions, and its own briefings and summaries.

A witness: it lists other bodies' reviews, late and in no order. Its library is linked to, never read.
"""

import re
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Sequence
from typing import Any
from urllib.parse import urlsplit

from scrapy.http import Request, Response
from twisted.python.failure import Failure

from spiders import base
from spiders.base import Found, SourceSpider
from spiders.engine.problems import problem_of_error
from spiders.parsing.addresses import is_document, key_of, media_type_of, same_host
from spiders.parsing.collection import (
    Record,
    facts_hash,
    is_library,
    key_of_record,
    keywords,
    labelled,
    record_number,
    records_of,
)
from spiders.parsing.dates import published_in
from spiders.parsing.entries import entry_hash
from spiders.parsing.lines import Anchor, Line, base_of, lines_of
from spiders.parsing.page import heading_of, region, tree
from spiders.parsing.roles import role_of
from store.comparing import AS_BEFORE
from store.reading import Basis, DocumentRole, PublicationKind, SeenDocument, SeenEntry, StatedDate

OWN_WRITING = re.compile(r"/research-resources/(?:learning-from-case-reviews|\d{4})/[^/]+|/news/\d{4}/[^/]+/[^/]+")
"""Addresses of thematic briefings, of summaries of others' reports, and of news."""


class Options(base.Options):
    main: str = ""
    """The part of the page that holds the records: a CSS selector, such as main. Rarely needed."""
    forgets: bool | None = None
    """Whether the page is rewritten each month and forgets older records. Not set: when its address says "update"."""


class Kind(SourceSpider):
    name = "nspcc"
    OptionsModel = Options
    options: Options

    async def start(self) -> AsyncIterator[Request]:
        forgets = "update" in self.job.url if self.options.forgets is None else self.options.forgets
        if forgets:
            # no listing, so its failure would pass for that of a page about one entry: told here
            yield self.page(self.job.url, self.parse, listing=False).replace(errback=self.failed)
        else:
            yield self.page(self.job.url, self.parse)

    def failed(self, failure: Failure) -> Iterator[Found]:
        """The page could not be read."""
        yield problem_of_error(failure.value or LookupError("no answer"), self.job.url)

    def parse(self, response: Response, **kwargs: Any) -> Iterator[Found]:
        page = tree(response.text)
        lines = lines_of(region(page, self.options.main), base_of(page, response.url))
        records = records_of(lines, self.job.areas)
        if not records:
            yield from self._own_writing(lines, heading_of(page), response.url)
        shared = Counter(key_of_record(record) for record in records)
        for record in records:
            yield self._entry(record, self._key(record, shared), response.url)

    def _own_writing(self, lines: Sequence[Line], title: str, page: str) -> Iterator[Found]:
        """A page without records: a briefing, or the list of them, each read on its own page."""
        if OWN_WRITING.search(urlsplit(page).path) and _published(lines):
            yield self._briefing(lines, title, page)
            return
        links = {key_of(anchor.url): anchor for line in lines for anchor in line.anchors if _is_briefing(anchor, page)}
        known = {entry.key: entry for entry in self.job.entries}
        for key, anchor in links.items():
            before = known.get(key)
            if before and not before.recheck and not self.job.check:
                yield SeenEntry(key=key, url=anchor.url, heading=anchor.label.text, page=page, flags=(AS_BEFORE,))
            else:
                yield self.page(anchor.url, self.parse_briefing, listing=False)

    def parse_briefing(self, response: Response) -> Iterator[Found]:
        """One briefing or summary, which is rewritten in place: its page is its document."""
        page = tree(response.text)
        lines = lines_of(region(page, self.options.main), base_of(page, response.url))
        yield self._briefing(lines, heading_of(page), response.url)

    def _briefing(self, lines: Sequence[Line], title: str, page: str) -> SeenEntry:
        files = (anchor for line in lines for anchor in line.anchors if is_document(anchor.url))
        documents = (_page(page, title), *(_document(anchor.url, anchor.raw) for anchor in files))
        return SeenEntry(
            key=key_of(page),
            url=page,
            detail_page=page,
            heading=title,
            page=self.job.url,
            title=title,
            kind=PublicationKind.NEWS if "/news/" in urlsplit(page).path else PublicationKind.BRIEFING,
            published=_published(lines),
            abstract=next((line.text for line in lines if not line.level and len(line.text.split()) > 7), ""),
            documents=documents,
            content_hash=entry_hash(title, documents),
            derivative=True,
        )

    def _key(self, record: Record, shared: Counter[str]) -> str:
        """The heading's key; two records with one heading are told apart by their facts, and stay so."""
        plain = key_of_record(record)
        told_apart = f"{plain}|{facts_hash(record)}"
        known = {entry.key: entry.url for entry in self.job.entries}
        if told_apart in known:
            return told_apart
        if shared[plain] == 1 or (plain in known and key_of(known[plain]) == key_of(_link(record))):
            return plain
        return told_apart

    def _entry(self, record: Record, key: str, page: str) -> SeenEntry:
        abstract, labels = labelled(record.text)
        documents = tuple(dict.fromkeys(_document(anchor.url, anchor.raw) for anchor in record.anchors))
        number = next(filter(None, (record_number(anchor.url) for anchor in record.anchors)), "")
        return SeenEntry(
            key=key,
            url=_link(record) or page,
            heading=record.heading,
            page=page,
            title=record.parsed.subject or record.heading,
            kind=PublicationKind.BRIEFING if record.derivative else PublicationKind.LOCAL_REVIEW,
            area=record.parsed.area,
            anonymous=record.parsed.anonymous,
            subject=record.parsed.subject,
            published=record.published,
            abstract=abstract,
            labels={**labels, "Library record": number} if number else labels,
            themes=keywords(labels),
            documents=documents,
            content_hash=entry_hash(record.heading, documents),
            derivative=record.derivative,
            flags=() if record.parsed.understood or record.derivative else ("heading not understood",),
        )


def _is_briefing(anchor: Anchor, page: str) -> bool:
    path = urlsplit(anchor.url).path
    return same_host(anchor.url, page) and key_of(anchor.url) != key_of(page) and bool(OWN_WRITING.search(path))


def _published(lines: Sequence[Line]) -> StatedDate | None:
    """What the page states as "Published: March 2031"; when it was last updated is not that."""
    found = (published_in(line.text) for line in lines if not line.anchors)
    return next((one.stated(Basis.PUBLISHED) for one in found if one), None)


def _page(url: str, title: str) -> SeenDocument:
    return SeenDocument(url=url, role=DocumentRole.LEARNING_BRIEF, text=title, media_type="text/html")


def _link(record: Record) -> str:
    return record.anchors[-1].url if record.anchors else ""


def _document(url: str, text: str) -> SeenDocument:
    role = role_of(text)
    fetch = is_document(url) and not is_library(url)
    overview = DocumentRole.OVERVIEW_REPORT if role is DocumentRole.OTHER else role
    return SeenDocument(url=url, role=overview, text=text, media_type=media_type_of(url), fetch=fetch)
