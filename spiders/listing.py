"""A page that lists reviews, in any of the shapes met: read by its structure, never by the name of its site."""

import re
from collections.abc import AsyncIterator, Iterable, Iterator
from dataclasses import replace
from typing import Any

from cssselect import SelectorError
from pydantic import field_validator
from scrapy.http import Request, Response

from spiders import base
from spiders.base import Found, SourceSpider
from spiders.parsing.addresses import absolute, key_of, same_host
from spiders.parsing.children import child_entry
from spiders.parsing.entries import Reader, child_page_of, revision_of
from spiders.parsing.grouping import Group, group, keys_of
from spiders.parsing.lines import Anchor, Line, anchors_of, base_of, lines_of
from spiders.parsing.page import heading_of, is_empty_state, next_page, region, speaks_of_reviews, tree
from spiders.parsing.reasons import reason_left_out
from spiders.parsing.structure import Block, blocks_of
from spiders.parsing.telling import leads_to_document, without_badge
from spiders.parsing.text import link_label
from spiders.parsing.walk import Element, compiled, selected, words
from store.comparing import AS_BEFORE
from store.reading import CrawlJob, IncidentKind, KnownEntry, LeftOut, Problem, SeenEntry

MOST_PAGES = 30
"""A list cut into more pages than this is a calendar or a trap."""


class Options(base.Options):
    """All may stay empty: the page is then read by its structure."""

    main: str = ""
    """The part of the page to read: a CSS selector, such as main or .reviews. Rarely needed."""
    item: str = ""
    """What holds one review: a CSS selector, such as article or .card. Rarely needed."""
    heading: str = ""
    """The title of a review, within what holds it: a CSS selector, such as h3. Rarely needed."""
    link: str = ""
    """The links to read, within what holds a review: a CSS selector, such as a.download. Rarely needed."""
    include: tuple[str, ...] = ()
    """Words or patterns (regular expressions): only what has one of them in its title or address is kept."""
    exclude: tuple[str, ...] = ()
    """Words or patterns (regular expressions): what has one of them in its title or address is left out."""
    drop_parameters: tuple[str, ...] = ()
    """What stands after ? in addresses and means nothing on this site, such as session."""
    keep_parameters: tuple[str, ...] = ()
    """What stands after ? in addresses and says which document is meant, such as id."""
    empty_text: str = ""
    """What the page says when there are no reviews."""
    child_pages: bool | None = None
    """Whether each review has a page of its own that is read too."""
    pages: tuple[str, ...] = ()
    """Addresses of further pages of the same list."""

    @field_validator("main", "item", "heading", "link")
    @classmethod
    def is_selector(cls, value: str) -> str:
        if value:
            try:
                compiled(value)
            except SelectorError as error:
                raise ValueError(f"not a CSS selector: {value}") from error
        return value

    @field_validator("include", "exclude")
    @classmethod
    def are_patterns(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for pattern in value:
            try:
                re.compile(pattern)
            except re.error as error:
                raise ValueError(f"not a regular expression: {pattern}") from error
        return value


class Kind(SourceSpider):
    name = "listing"
    OptionsModel = Options
    options: Options
    empty_is_fine = False
    """The page says itself that there are no reviews at present."""

    def __init__(self, job: CrawlJob, **kwargs: Any) -> None:
        super().__init__(job, **kwargs)
        self.further: set[str] = set()

    async def start(self) -> AsyncIterator[Request]:
        for url in (self.job.url, *self.options.pages):
            yield self.page(url, self.parse)

    def parse(self, response: Response, **kwargs: Any) -> Iterator[Found]:
        """Every review on the page, and what was left out and why."""
        if "<" not in response.text[:20_000]:
            evidence = f"{response.url} answered {response.status}: a page was expected, what came is no HTML."
            yield Problem(kind=IncidentKind.WRONG_TYPE, evidence=evidence)
            return
        page = tree(response.text)
        following = next_page(page)
        base = base_of(page, response.url)
        reader = Reader(response.url, self.job.areas, self._own, self.options, speaks_of_reviews(page))
        documents = [anchor for anchor in anchors_of(page, base) if leads_to_document(anchor)]
        part = region(page, self.options.main)
        groups = group(self._blocks(part, base))
        reasons = [self._reason(one, reader) for one in groups]
        chosen = [one for one, reason in zip(groups, reasons, strict=True) if not reason]
        if not chosen:
            self.empty_is_fine = self.empty_is_fine or is_empty_state(words(part), self.options.empty_text)
        for one, key in zip(chosen, keys_of(chosen, self._known), strict=True):
            yield from self._found(one, key, reader)
        for one, reason in zip(groups, reasons, strict=True):
            yield from left_out(one, reason) if reason else ()
        yield from reader.left_out
        yield from outside(documents, groups)
        yield from self._next(response.url, following)

    def parse_child(self, response: Response, entry: SeenEntry | None = None, key: str = "") -> Iterator[Found]:
        """The page of one review: its documents, its date and what it says. `entry`: what the list said of it."""
        page = tree(response.text)
        title = heading_of(page)
        lines = lines_of(region(page, self.options.main), base_of(page, response.url))
        reader = Reader(response.url, self.job.areas, self._own, self.options)
        yield child_entry(reader, lines, title, entry or self._known_entry(key, title))
        yield from reader.left_out

    def unchanged(self, url: str) -> Iterator[Found]:
        """The list is as before: only the pages of reviews that are due again are asked for."""
        for known in self.job.entries:
            if known.recheck and known.detail_page and known.page == url:
                yield self.page(known.detail_page, self.parse_child, listing=False, key=known.key)

    @property
    def _own(self) -> tuple[str, ...]:
        return self.job.publisher_names

    @property
    def _known(self) -> dict[str, KnownEntry]:
        return {entry.key: entry for entry in self.job.entries}

    def _known_entry(self, key: str, title: str) -> SeenEntry:
        known = self._known[key]
        labels = {"revision": known.revision} if known.revision else {}
        return SeenEntry(key=key, url=known.url, heading=title, page=known.page, labels=labels)

    def _blocks(self, part: Element, base: str) -> list[Block]:
        if self.options.item:
            chosen = (self._chosen(item, base) for item in selected(part, self.options.item))
            return [block for block in chosen if block.heading]
        lines = lines_of(part, base)
        return blocks_of(self._linked(part, lines, base), self._own)

    def _chosen(self, item: Element, base: str) -> Block:
        """A block as the source's own selectors cut it out."""
        lines = self._linked(item, lines_of(item, base), base)
        title = next(iter(selected(item, self.options.heading)), None) if self.options.heading else None
        first = next((line for line in lines if line.level), lines[0] if lines else None)
        text = words(title) if title is not None else first.text if first else ""
        return Block(without_badge(link_label(text).text), [replace(line, level=0) for line in lines], titled=True)

    def _linked(self, part: Element, lines: list[Line], base: str) -> list[Line]:
        """The lines with only those links that the source's selector for links means."""
        if not self.options.link:
            return lines
        wanted = {absolute(base, node.get("href") or "") for node in selected(part, self.options.link)}
        return [replace(line, anchors=tuple(a for a in line.anchors if a.url in wanted)) for line in lines]

    def _reason(self, one: Group, reader: Reader) -> str:
        told = [one.main.heading, *(f"{anchor.raw} {anchor.url}" for block in one.blocks for anchor in block.anchors)]
        if any(re.search(pattern, text, re.IGNORECASE) for pattern in self.options.exclude for text in told):
            return "left out by this source's own rule"
        if self.options.include:
            kept = any(re.search(pattern, text, re.IGNORECASE) for pattern in self.options.include for text in told)
            return "" if kept else "not meant by this source's own rule"
        return reason_left_out(one, reader)

    def _found(self, one: Group, key: str, reader: Reader) -> Iterator[Found]:
        child = self._child_page(one, reader)
        if not child:
            yield reader.entry(one, key)
            return
        key = reader.key_of(child)
        revision = revision_of(one.blocks)
        entry = reader.entry(one, key)
        entry = entry.model_copy(update={"url": child, "labels": {**entry.labels, "revision": revision}})
        known = self._known.get(key)
        if known and known.detail_page and known.revision == revision and not known.recheck and not self.job.check:
            yield entry.model_copy(update={"flags": (*entry.flags, AS_BEFORE)})
        else:
            yield self.page(child, self.parse_child, listing=False, entry=entry)

    def _child_page(self, one: Group, reader: Reader) -> str:
        documents = any(leads_to_document(anchor) for block in one.blocks for anchor in block.anchors)
        if self.options.child_pages is False or (documents and not self.options.child_pages):
            return ""
        return child_page_of(one, reader.page)

    def _next(self, url: str, following: str) -> Iterator[Found]:
        target = absolute(url, following)
        if target and same_host(target, url) and key_of(target) not in self._asked(url):
            self.further.add(key_of(target))
            if len(self.further) <= MOST_PAGES:
                yield self.page(target, self.parse)

    def _asked(self, url: str) -> set[str]:
        return {key_of(url), key_of(self.job.url), *map(key_of, self.options.pages), *self.further}


def left_out(one: Group, reason: str) -> Iterator[LeftOut]:
    """What was on the page and is no entry: by its first link, and each further document by its own."""
    found = [anchor for block in [one.main, *one.blocks] for anchor in block.anchors]
    anchors = {anchor.url: anchor for anchor in sorted(found, key=lambda anchor: anchor.label.text != one.main.heading)}
    first = next(iter(anchors), "")
    yield LeftOut(text=one.main.heading, url=first, reason=reason)
    for url, anchor in anchors.items():
        if url != first and leads_to_document(anchor):
            yield LeftOut(text=anchor.raw or one.main.heading, url=url, reason=reason)


def outside(documents: Iterable[Anchor], groups: Iterable[Group]) -> Iterator[LeftOut]:
    """The documents that stand in menus and margins, or that the source's own selectors pass over."""
    read = {anchor.url for one in groups for block in one.blocks for anchor in block.anchors}
    for anchor in documents:
        if anchor.url not in read:
            read.add(anchor.url)
            yield LeftOut(text=anchor.raw, url=anchor.url, reason="outside the part of the page that is read")
