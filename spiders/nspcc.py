"""The charity's lists of case reviews: the list by year and the page of newest additions.

A witness: it lists other bodies' reviews, late and in no order. Its library is linked to, never read.
"""

from collections import Counter
from collections.abc import AsyncIterator, Iterator
from typing import Any

from scrapy.http import Request, Response
from twisted.python.failure import Failure

from spiders import base
from spiders.base import Found, SourceSpider
from spiders.engine.problems import problem_of_error
from spiders.parsing.addresses import is_document, key_of, media_type_of
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
from spiders.parsing.entries import entry_hash
from spiders.parsing.lines import base_of, lines_of
from spiders.parsing.page import region, tree
from spiders.parsing.roles import role_of
from store.reading import DocumentRole, PublicationKind, SeenDocument, SeenEntry


class Options(base.Options):
    main: str = ""
    """CSS selector of the part of the page that holds the records."""
    forgets: bool | None = None
    """True: the page is rewritten each month and forgets older records. Not set: when its address says "update"."""


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
        soup = tree(response.text)
        lines = lines_of(region(soup, self.options.main), base_of(soup, response.url))
        records = records_of(lines, self.job.areas)
        shared = Counter(key_of_record(record) for record in records)
        for record in records:
            yield self._entry(record, self._key(record, shared), response.url)

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


def _link(record: Record) -> str:
    return record.anchors[-1].url if record.anchors else ""


def _document(url: str, text: str) -> SeenDocument:
    role = role_of(text)
    fetch = is_document(url) and not is_library(url)
    overview = DocumentRole.OVERVIEW_REPORT if role is DocumentRole.OTHER else role
    return SeenDocument(url=url, role=overview, text=text, media_type=media_type_of(url), fetch=fetch)
