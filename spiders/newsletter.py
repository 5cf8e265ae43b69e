"""Newsletters: editions in a Mailchimp archive, GovDelivery bulletins, or pages of the publisher's own site.

A lead, never the sole source: what an edition links to is kept as news of somebody else's publication.
"""

import re
from collections.abc import AsyncIterator, Iterator
from typing import Any
from urllib.parse import urlsplit

from scrapy.http import Request, Response
from twisted.python.failure import Failure

from spiders import base
from spiders.base import Found, SourceSpider
from spiders.engine.problems import problem_of_error
from spiders.parsing.addresses import is_document, key_of, media_type_of, same_host
from spiders.parsing.dates import dates_in, find_date, is_only_date
from spiders.parsing.entries import entry_hash
from spiders.parsing.kinds import area_named, classify
from spiders.parsing.lines import Anchor, Line, base_of, lines_of
from spiders.parsing.page import heading_of, region, tree
from spiders.parsing.roles import says_only_a_role
from spiders.parsing.subjects import subject_of
from spiders.parsing.telling import is_generic
from spiders.parsing.text import slug
from store.reading import Basis, LeftOut, PublicationKind, SeenDocument, SeenEntry, StatedDate

EDITION = re.compile(r"\b(?:edition|issue|newsletter|bulletin|update)\b", re.IGNORECASE)
EDITION_HOSTS = re.compile(
    r"(?:^|\.)(?:campaign-archive\.com|mailchi\.mp|eepurl\.com)$|govdelivery\.com$", re.IGNORECASE
)
EDITION_PATHS = re.compile(r"/bulletins/|mailpoet_router|[?&]id=[0-9a-f]{6,}", re.IGNORECASE)
TRACKED = re.compile(
    r"//(?:[^/]*\.)?(?:list-manage\.com|lnks\.gd|links[\w-]*\.govdelivery\.com|eepurl\.com|click\.[^/]+)/"
    r"|/(?:click|track|redirect)(?:[/?]|$)|mailpoet_router&endpoint=track",
    re.IGNORECASE,
)
FURNITURE = re.compile(
    r"unsubscribe|preferences|view (?:this |it )?(?:e-?mail )?in (?:your |a )?browser|forward to|subscribe|past issues"
    r"|translate|\brss\b|^(?:share|tweet|facebook|twitter|linkedin|instagram|youtube|website|email|contact us|home)$",
    re.IGNORECASE,
)
SOCIAL = re.compile(r"(?:facebook|twitter|x|linkedin|instagram|youtube|mailchimp)\.com$", re.IGNORECASE)


class Options(base.Options):
    main: str = ""
    """The part of an edition to read: a CSS selector, such as main. Rarely needed."""
    editions: str = ""
    """A word or pattern (regular expression) in addresses of editions, where the archive does not make them plain."""


class Kind(SourceSpider):
    name = "newsletter"
    OptionsModel = Options
    options: Options

    async def start(self) -> AsyncIterator[Request]:
        # An archive shows its latest editions only: what it shows no more is not missing.
        yield self.page(self.job.url, self.parse, listing=False).replace(errback=self.failed)

    def failed(self, failure: Failure) -> Iterator[Found]:
        """The archive could not be read."""
        yield problem_of_error(failure.value or LookupError("no answer"), self.job.url)

    def parse(self, response: Response, **kwargs: Any) -> Iterator[Found]:
        """An archive leads to its editions; a page that is an edition itself is read."""
        page = tree(response.text)
        title = heading_of(page)
        lines = lines_of(region(page, self.options.main), base_of(page, response.url))
        editions = self._editions(lines, response.url)
        if not editions:
            yield from self._leads(lines, title, response.url)
        for number, (address, date) in enumerate(editions.values()):
            # The newest edition may still be edited; the others are as they were.
            if number == 0 or self.job.check or not self._is_known(address):
                yield self.page(address, self.parse_edition, listing=False, date=date)

    def parse_edition(self, response: Response, date: StatedDate | None = None) -> Iterator[Found]:
        """What one edition links to."""
        page = tree(response.text)
        title = heading_of(page)
        lines = lines_of(region(page, self.options.main), base_of(page, response.url))
        yield from self._leads(lines, title, response.url, date)

    def parse_lead(self, response: Response, entry: SeenEntry) -> Iterator[Found]:
        """Where a tracked link led to."""
        yield _leading_to(entry, response.url)

    def _editions(self, lines: list[Line], page: str) -> dict[str, tuple[str, StatedDate | None]]:
        found: dict[str, tuple[str, StatedDate | None]] = {}
        for line in lines:
            for anchor in line.anchors:
                if self._is_edition(anchor, page):
                    date = find_date(f"{anchor.raw} {anchor.before}", Basis.LISTED)
                    found.setdefault(key_of(anchor.url), (anchor.url, date))
        return found

    def _is_edition(self, anchor: Anchor, page: str) -> bool:
        if key_of(anchor.url) == key_of(page) or is_document(anchor.url) or FURNITURE.search(anchor.label.text):
            return False
        if self.options.editions:
            return bool(re.search(self.options.editions, anchor.url))
        parts = urlsplit(anchor.url)
        if EDITION_HOSTS.search(parts.hostname or "") and EDITION_PATHS.search(anchor.url):
            return True
        named = EDITION.search(anchor.label.text) and (
            dates_in(anchor.label.text) or re.search(r"\d", anchor.label.text)
        )
        month = is_only_date(anchor.label.text) and EDITION.search(parts.path)
        return same_host(anchor.url, page) and bool(named or month)

    def _is_known(self, address: str) -> bool:
        key = key_of(address)
        return any(key_of(known.url) == key for known in self.job.pages)

    def _leads(self, lines: list[Line], title: str, page: str, date: StatedDate | None = None) -> Iterator[Found]:
        published = find_date(title, Basis.LISTED) or _date_line(lines) or date
        keys: set[str] = set()
        for line in lines:
            for anchor in line.anchors:
                reason = _reason(anchor, line)
                if reason:
                    yield LeftOut(text=anchor.label.text, url=anchor.url, reason=reason)
                    continue
                entry = self._lead(anchor, line, page, published)
                if entry.key not in keys:
                    keys.add(entry.key)
                    yield from self._resolved(entry)

    def _lead(self, anchor: Anchor, line: Line, page: str, published: StatedDate | None) -> SeenEntry:
        heading = line.text if says_only_a_role(anchor.label.text) else anchor.label.text
        return SeenEntry(
            key=f"{key_of(page)}|{slug(heading)[:100]}",
            url=anchor.url,
            heading=heading,
            page=page,
            title=heading,
            kind=PublicationKind.NEWS,
            area=area_named(line.text, self.job.areas),
            subject=subject_of(heading) or subject_of(line.text),
            published=published,
            abstract=line.text if line.text != heading else "",
            content_hash=entry_hash(heading, ()),
            derivative=True,
        )

    def _resolved(self, entry: SeenEntry) -> Iterator[Found]:
        """The lead with the address that its link leads to; a tracked link is followed once."""
        known = {one.key: one.url for one in self.job.entries}
        if not TRACKED.search(entry.url):
            yield _leading_to(entry, entry.url)
        elif entry.key in known and not self.job.check:
            yield _leading_to(entry, known[entry.key])
        else:
            request = self.page(entry.url, self.parse_lead, listing=False, entry=entry)
            yield request.replace(errback=lambda failure: iter((_leading_to(entry, entry.url),)))


def _leading_to(entry: SeenEntry, url: str) -> SeenEntry:
    document = SeenDocument(url=url, text=entry.heading, media_type=media_type_of(url), fetch=False)
    return entry.model_copy(update={"url": url, "documents": (document,)})


def _date_line(lines: list[Line]) -> StatedDate | None:
    """The edition's date, where one of its first lines says nothing else."""
    first = next((line.text for line in lines[:8] if is_only_date(line.text)), "")
    return find_date(first, Basis.LISTED)


def _reason(anchor: Anchor, line: Line) -> str:
    """Why a link is no lead; empty when it is one."""
    text = anchor.label.text
    if not text or FURNITURE.search(text) or SOCIAL.search(urlsplit(anchor.url).hostname or ""):
        return "page furniture"
    told = classify(f"{text} {line.text}" if says_only_a_role(text) else text)
    if told.reason:
        return told.reason
    words = classify(line.text)
    named = subject_of(line.text) or told.kind or words.kind or not is_generic(text)
    return "" if named else "a link that names no publication"
