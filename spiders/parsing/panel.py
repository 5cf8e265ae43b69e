"""A publication's page on the Panel's own site: label, title, "Published ...", text, and rows for each file."""

import re
from typing import NamedTuple

from parsel import Selector, SelectorList
from scrapy.http import TextResponse

from spiders.parsing.addresses import absolute, canonical, is_document, media_type_of, same_host
from spiders.parsing.dates import find_date
from spiders.parsing.markup import shortened
from spiders.parsing.roles import role_of
from spiders.parsing.text import clean, link_label, media_type_in, size_in
from store.reading import Basis, SeenDocument, StatedDate

PUBLISHED = re.compile(r"^published\b.{0,40}\d", re.IGNORECASE)
ROW = re.compile(r"\b(?:file (?:size|type)|number of pages)\b", re.IGNORECASE)
PAGES = re.compile(r"number of pages:?\s*(\d{1,4})\b", re.IGNORECASE)
POST_ID = re.compile(r"[?&]p=(\d+)|\b(?:postid|page-id)-(\d+)")
LONGEST_LABEL = 40


class PanelPage(NamedTuple):
    """`label`: the content type as printed. `address`: the one that the page gives as its own."""

    address: str
    post_id: str
    label: str
    title: str
    published: StatedDate | None
    abstract: str
    documents: tuple[SeenDocument, ...]


def main_of(page: Selector) -> Selector:
    """The part of a page that is its own; all of it where none is marked."""
    found: SelectorList[Selector] = page.xpath("//main") or page.xpath("//*[@role='main']") or page.xpath("//body")
    return found[0] if found else page


def read_page(response: TextResponse) -> PanelPage | None:
    """The publication that a page is; None when it has no title, or neither a day of publication nor a file."""
    main = main_of(response.selector)
    title = _words(main.xpath("(.//h1)[1]")) or _words(response.xpath("(//h1)[1]"))
    published = _published(main)
    documents = _documents(main, response.url, title)
    if not title or not (published or documents):
        return None
    return PanelPage(
        address=own_address(response),
        post_id=_post_id(response),
        label=_label(main),
        title=title,
        published=published,
        abstract=_abstract(main),
        documents=documents,
    )


def own_address(response: TextResponse) -> str:
    """One address for `/?p=242` and its pretty twin: the canonical link where it is of this site."""
    named = absolute(response.url, response.xpath("//link[@rel='canonical']/@href").get("") or "")
    return canonical(named if named and same_host(named, response.url) else response.url)


def _words(found: Selector | SelectorList[Selector]) -> str:
    return clean(" ".join(found.xpath(".//text()").getall()))


def _published(main: Selector) -> StatedDate | None:
    lines = (clean(line) for line in main.xpath(".//text()[normalize-space()]/..").xpath("string()").getall())
    line = next((line for line in lines if PUBLISHED.match(line)), "")
    # items that were moved to this site carry days that cannot be right: GOV.UK's rank above them
    return find_date(line[:80], Basis.LISTED)


def _label(main: Selector) -> str:
    before = main.xpath(
        "(.//h1)[1]/preceding::*[not(*)][normalize-space()][ancestor::main or ancestor::*[@role='main']]"
    )
    text = _words(before[-1]) if before else ""
    return text if len(text) <= LONGEST_LABEL else ""


def _abstract(main: Selector) -> str:
    paragraphs = (clean(text) for text in main.xpath(".//h1[1]/following::p").xpath("string()").getall())
    own = [text for text in paragraphs if text and not PUBLISHED.match(text) and not ROW.search(text)]
    return shortened(" ".join(text for text in own if len(text.split()) > 5))


def _post_id(response: TextResponse) -> str:
    places = (
        response.xpath("//link[@rel='shortlink']/@href").get("") or "",
        response.xpath("//body/@class").get("") or "",
        response.url,
    )
    found = next((match for match in map(POST_ID.search, places) if match), None)
    return (found[1] or found[2]) if found else ""


def _documents(main: Selector, url: str, title: str) -> tuple[SeenDocument, ...]:
    links, notes = _stretches(main, url)
    if not links:
        return ()
    # the rows of a file stand before its link or after it, the same way all over a page
    mine = notes[:-1] if ROW.search(notes[0]) else notes[1:]
    found = {address: _document(address, text, rows, title) for (address, text), rows in zip(links, mine, strict=True)}
    return tuple(found.values())


def _stretches(main: Selector, url: str) -> tuple[list[tuple[str, str]], list[str]]:
    """The links to files as (address, text), and the texts before, between and after them."""
    links: list[tuple[str, str]] = []
    notes = [""]
    for node in main.xpath(".//a[@href] | .//text()[not(ancestor::a[@href])]"):
        href = node.attrib.get("href", "") if not isinstance(node.root, str) else ""
        address = absolute(url, href) if href else ""
        if address and is_document(address):
            links.append((address, _words(node)))
            notes.append("")
        elif not href:
            notes[-1] += f" {node.get()}"
    return links, notes


def _document(address: str, text: str, rows: str, title: str) -> SeenDocument:
    label = link_label(text)
    told = rows if ROW.search(rows) else ""
    pages = PAGES.search(clean(told))
    return SeenDocument(
        url=address,
        role=role_of(label.text, title),
        text=label.text,
        media_type=media_type_of(address) or media_type_in(told) or label.media_type,
        size=size_in(told) or label.size,
        pages=int(pages[1]) if pages else label.pages,
    )
