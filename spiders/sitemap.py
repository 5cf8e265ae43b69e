"""XML sitemaps: which pages there are, and when each was last changed; the pages of reviews are read."""

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from lxml import etree
from pydantic import field_validator
from scrapy.http import Response

from spiders import base
from spiders.base import Found, SourceSpider
from spiders.parsing.addresses import file_name, is_document, key_of, media_type_of
from spiders.parsing.children import child_entry
from spiders.parsing.entries import Reader, entry_hash
from spiders.parsing.grouping import title_of
from spiders.parsing.kinds import classify
from spiders.parsing.lines import base_of, lines_of
from spiders.parsing.page import heading_of, region, tree
from spiders.parsing.roles import role_of
from spiders.parsing.subjects import pseudonym_in, subject_of
from spiders.parsing.telling import is_generic
from store.comparing import AS_BEFORE
from store.reading import (
    DocumentRole,
    IncidentKind,
    KnownEntry,
    LeftOut,
    Problem,
    PublicationKind,
    SeenDocument,
    SeenEntry,
)

REVIEW_FOLDER = re.compile(r"/(?:[\w-]*reviews?|scrs?|l?cs?prs?|[\w-]*case-reviews)/[^/?]+/?$", re.IGNORECASE)
MOST_SITEMAPS = 50


class Options(base.Options):
    include: tuple[str, ...] = ()
    """Words or patterns (regular expressions) in addresses of reviews. Empty: what names a review."""
    exclude: tuple[str, ...] = ()
    """Words or patterns (regular expressions) in addresses that are left out."""
    main: str = ""
    """The part of a review's page to read: a CSS selector, such as main. Rarely needed."""
    drop_parameters: tuple[str, ...] = ()
    """What stands after ? in addresses and means nothing on this site, such as session."""
    keep_parameters: tuple[str, ...] = ()
    """What stands after ? in addresses and says which document is meant, such as id."""

    @property
    def child_pages(self) -> bool | None:
        return None

    @field_validator("include", "exclude")
    @classmethod
    def are_patterns(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for pattern in value:
            try:
                re.compile(pattern)
            except re.error as error:
                raise ValueError(f"not a regular expression: {pattern}") from error
        return value


class Place(NamedTuple):
    """One line of a sitemap. `changed` is what it says of the last change, as printed."""

    url: str
    changed: str = ""


class Sitemap(NamedTuple):
    pages: tuple[Place, ...] = ()
    sitemaps: tuple[Place, ...] = ()


class Kind(SourceSpider):
    name = "sitemap"
    OptionsModel = Options
    options: Options

    def parse(self, response: Response, **kwargs: Any) -> Iterator[Found]:
        """The pages of the sitemap, and the sitemaps of an index."""
        found = read_sitemap(response.body)
        if found is None:
            words = f"{response.url}: a sitemap was expected, something else came."
            yield Problem(kind=IncidentKind.WRONG_TYPE, evidence=words)
            return
        for place in found.sitemaps[:MOST_SITEMAPS]:
            yield self.page(place.url, self.parse)
        for place in found.pages:
            yield from self._place(place, response.url)

    def parse_child(self, response: Response, entry: SeenEntry) -> Iterator[Found]:
        """The page of one review."""
        page = tree(response.text)
        heading = heading_of(page) or entry.heading
        lines = lines_of(region(page, self.options.main), base_of(page, response.url))
        reader = Reader(response.url, self.job.areas, self.job.publisher_names, self.options)
        told = classify(heading)
        if told.reason:
            yield LeftOut(text=heading, url=response.url, reason=told.reason)
            return
        subject = subject_of(heading) or pseudonym_in(title_of(heading))
        kind = told.kind or (PublicationKind.LOCAL_REVIEW if subject else PublicationKind.OTHER)
        named = {"heading": heading, "kind": kind, "subject": subject}
        yield child_entry(reader, lines, heading, entry.model_copy(update=named))
        yield from reader.left_out

    def unchanged(self, url: str) -> Iterator[Found]:
        """The sitemap is as before: only pages that are due again are asked for."""
        for known in self.job.entries:
            if known.recheck and known.detail_page and known.page == url:
                entry = self._entry(Place(known.detail_page, known.revision), url)
                yield self.page(known.detail_page, self.parse_child, listing=False, entry=entry)

    def _place(self, place: Place, page: str) -> Iterator[Found]:
        reason = self._reason(place.url)
        if reason:
            yield LeftOut(text=_words(place.url), url=place.url, reason=reason)
            return
        entry = self._entry(place, page)
        if is_document(place.url):
            yield _with_itself(entry)
        elif self._as_before(entry.key, place):
            yield entry.model_copy(update={"flags": (AS_BEFORE,)})
        else:
            yield self.page(place.url, self.parse_child, listing=False, entry=entry)

    def _as_before(self, key: str, place: Place) -> bool:
        known = self._known().get(key)
        if known is None or self.job.check or known.recheck:
            return False
        return bool(known.detail_page) and known.revision == place.changed

    def _known(self) -> dict[str, KnownEntry]:
        return {entry.key: entry for entry in self.job.entries}

    def _entry(self, place: Place, page: str) -> SeenEntry:
        key = key_of(place.url, self.options.drop_parameters, self.options.keep_parameters)
        labels = {"revision": place.changed} if place.changed else {}
        return SeenEntry(
            key=key, url=place.url, heading=_words(place.url), title=_words(place.url), page=page, labels=labels
        )

    def _reason(self, url: str) -> str:
        if any(re.search(pattern, url, re.IGNORECASE) for pattern in self.options.exclude):
            return "left out by this source's own rule"
        if self.options.include:
            kept = any(re.search(pattern, url, re.IGNORECASE) for pattern in self.options.include)
            return "" if kept else "not meant by this source's own rule"
        words = _words(url)
        told = classify(words.title())
        if told.reason:
            return told.reason
        named = subject_of(words.title()) or (told.family and not is_generic(words))
        return "" if named or REVIEW_FOLDER.search(url) else "an address that names no review"


def read_sitemap(body: bytes) -> Sitemap | None:
    """The lines of a sitemap or of an index of sitemaps; None for anything else. Entities are never resolved."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, recover=True, huge_tree=False)
    try:
        root = etree.fromstring(body.strip(), parser)
    except (etree.XMLSyntaxError, ValueError):
        return None
    if root is None or etree.QName(root).localname not in ("urlset", "sitemapindex"):
        return None
    places = tuple(place for place in map(_read_place, root) if place.url)
    return Sitemap(sitemaps=places) if etree.QName(root).localname == "sitemapindex" else Sitemap(pages=places)


def _read_place(node: Any) -> Place:
    told = {etree.QName(child).localname: (child.text or "").strip() for child in node if isinstance(child.tag, str)}
    return Place(told.get("loc", ""), told.get("lastmod", ""))


def _words(url: str) -> str:
    """An address's last part as words: "child-q-review" as "child q review"."""
    name = file_name(url.rstrip("/"))
    return " ".join(re.split(r"[-_\s+]+", name)).strip() or url


def _with_itself(entry: SeenEntry) -> SeenEntry:
    """The entry of a document that stands in the sitemap itself."""
    role = role_of(entry.heading)
    role = DocumentRole.OVERVIEW_REPORT if role is DocumentRole.OTHER else role
    documents = (SeenDocument(url=entry.url, role=role, text=entry.heading, media_type=media_type_of(entry.url)),)
    told = {"documents": documents, "content_hash": entry_hash(entry.heading, documents)}
    return entry.model_copy(update={**told, "kind": classify(entry.heading.title()).kind or PublicationKind.OTHER})
