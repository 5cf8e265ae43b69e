"""The Child Safeguarding Practice Review Panel's own site: pages that list publications, and a page for each."""

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from scrapy.http import Response, TextResponse

from spiders.base import Found, SourceSpider
from spiders.parsing.addresses import absolute, canonical, is_page, key_of, same_host
from spiders.parsing.kinds import classify
from spiders.parsing.page import next_page, tree
from spiders.parsing.panel import PanelPage, main_of, read_page
from spiders.parsing.text import clean
from store.comparing import AS_BEFORE
from store.reading import CrawlJob, KnownEntry, LeftOut, PublicationKind, SeenDocument, SeenEntry

SECTION = re.compile(
    r"^/(?:publications?|reports?|publications-reports-and-statistics|news|resources|learning(?:-hub)?|statistics)/?$"
    r"|/page/\d+/?$",
    re.IGNORECASE,
)
FURNITURE = re.compile(
    r"^/$|^/about/|/(?:privacy[\w-]*|cookies?[\w-]*|accessibility[\w-]*|contact(?:-us)?|site-?map|search|log-?in"
    r"|terms(?:-and-conditions|-of-use)?|feedback[\w-]*|wp-admin|wp-json|feed|tag|author)(?:/|$)",
    re.IGNORECASE,
)
MOST_LISTS = 40
MOST_CHECKED = 3
"""So many items are read when a source is only being checked."""
LABELS = {
    "annual report": PublicationKind.ANNUAL_REPORT,
    "national review": PublicationKind.NATIONAL_REVIEW,
    "thematic": PublicationKind.THEMATIC_REPORT,
    "briefing": PublicationKind.BRIEFING,
    "guidance": PublicationKind.GUIDANCE,
    "research": PublicationKind.RESEARCH,
    "news": PublicationKind.NEWS,
    "blog": PublicationKind.NEWS,
    "press": PublicationKind.NEWS,
}


class Kind(SourceSpider):
    name = "panel"

    def __init__(self, job: CrawlJob, **kwargs: Any) -> None:
        super().__init__(job, **kwargs)
        self.lists = {canonical(job.url)}
        self.asked: dict[str, SeenEntry | None] = {}
        """Address of an item's page -> its entry if that is known."""
        self.known = {entry.detail_page: entry for entry in job.entries if entry.detail_page}

    def parse(self, response: Response, **kwargs: Any) -> Iterator[Found]:
        """A page that lists publications; or one publication, when that is what the source names."""
        assert isinstance(response, TextResponse)  # the engine lets nothing else pass
        item = read_page(response)
        if item and item.documents and item.published and item.address == canonical(self.job.url):
            yield entry_of(item, self.job.url, self.job.url)
            return
        yield from self._lists(response)
        listed = response.meta.get("page", response.url) if response.request else response.url
        for url, text in links_in(response):
            if url not in self.lists:
                yield from self._item(url, text, listed)

    def unchanged(self, url: str) -> Iterator[Found]:
        if url in self.asked:
            known = self.asked[url]
            yield from [known] if known else []
            return
        if url == self.job.url:
            for page in sorted({entry.page for entry in self.job.entries} - {url}):
                yield from self._list(page)
        for entry in self.job.entries:
            if entry.page == url and entry.recheck and entry.detail_page not in ("", url):
                yield from self._ask(entry.detail_page, as_before(entry))

    def _lists(self, response: TextResponse) -> Iterator[Found]:
        """The other pages of this site that list publications: its sections, and where a list goes on."""
        for href in response.xpath("//a[@href]/@href").getall():
            url = absolute(response.url, href)
            if url and same_host(url, self.job.url) and SECTION.search(urlsplit(url).path):
                yield from self._list(canonical(url))
        following = absolute(response.url, next_page(tree(response.text)))
        if following and same_host(following, self.job.url):
            yield from self._list(canonical(following))

    def _list(self, url: str) -> Iterator[Found]:
        if canonical(url) not in self.lists and len(self.lists) < MOST_LISTS:
            self.lists.add(canonical(url))
            yield self.page(url, self.parse)

    def _item(self, url: str, text: str, listed: str) -> Iterator[Found]:
        known = self.known.get(url)
        if known and not known.recheck:
            yield as_before(known)
        elif self.job.check and len(self.asked) >= MOST_CHECKED:
            yield LeftOut(text=text, url=url, reason="not looked at in a check, which reads a few items only")
        elif url not in self.asked:
            yield from self._ask(url, as_before(known) if known else None, text=text, listed=listed)

    def _ask(self, url: str, entry: SeenEntry | None, *, text: str = "", listed: str = "") -> Iterator[Found]:
        self.asked[url] = entry
        listed = entry.page if entry else listed
        yield self.page(url, self.parse_item, listing=False, listed=listed, asked=url, text=text, entry=entry)

    def parse_item(
        self, response: Response, listed: str, asked: str, text: str, entry: SeenEntry | None
    ) -> Iterator[Found]:
        """The page of one publication. `entry`: what is known of it, which stands if this page cannot be read."""
        assert isinstance(response, TextResponse)
        item = read_page(response)
        if item:
            yield entry_of(item, listed, asked)
        else:
            yield LeftOut(text=text, url=asked, reason="its page names neither a day of publication nor a file")


def links_in(response: TextResponse) -> Iterator[tuple[str, str]]:
    """The pages that a list links in its main part, as (address, text), each once, without menus and sections."""
    found: dict[str, str] = {}
    for link in main_of(response.selector).xpath(
        ".//a[@href][not(ancestor::nav or ancestor::header or ancestor::footer)]"
    ):
        url = canonical(absolute(response.url, link.attrib["href"]))
        path = urlsplit(url).path
        short = path == "/" and "p=" in urlsplit(url).query
        furniture = not short and (FURNITURE.search(path) or SECTION.search(path))
        if url and same_host(url, response.url) and is_page(url) and not furniture:
            found.setdefault(url, clean(" ".join(link.xpath(".//text()").getall())))
    yield from found.items()


def entry_of(item: PanelPage, listed: str, asked: str) -> SeenEntry:
    """The entry of a publication's page; its address is the same by whichever way it was reached."""
    page = SeenDocument(url=item.address, text=item.title, media_type="text/html")
    labels = {"label": item.label, "post_id": item.post_id}
    return SeenEntry(
        key=key_of(item.address),
        url=item.address,
        heading=item.title,
        page=listed,
        detail_page=asked,
        title=item.title,
        kind=kind_of(item.label, item.title),
        published=item.published,
        abstract=item.abstract,
        labels={name: value for name, value in labels.items() if value},
        documents=item.documents or (page,),
    )


def kind_of(label: str, title: str) -> PublicationKind:
    """The kind of publication: what the site calls it, else what its title says."""
    told = next((kind for word, kind in LABELS.items() if word in label.casefold()), None)
    return told or classify(title).kind or PublicationKind.OTHER


def as_before(known: KnownEntry) -> SeenEntry:
    """An entry that its list still shows and whose own page was not asked for again."""
    heading = urlsplit(known.url).path.rstrip("/").rsplit("/", 1)[-1] or known.url
    return SeenEntry(
        key=known.key,
        url=known.url,
        heading=heading,
        page=known.page,
        detail_page=known.detail_page,
        flags=(AS_BEFORE,),
    )
