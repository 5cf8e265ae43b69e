"""Ofsted's reports site: the joint inspections of areas, among all that it publishes on local authorities.

There a joint targeted area inspection is called "Joint area child protection inspection".
"""

import re
from collections.abc import Iterator
from typing import Any, NamedTuple
from urllib.parse import parse_qs, urlencode, urlsplit

from parsel import Selector
from scrapy.http import Request, Response, TextResponse

from spiders.base import Found, SourceSpider
from spiders.parsing.addresses import absolute, key_of, media_type_of, same_host
from spiders.parsing.dates import find_date
from spiders.parsing.text import clean, media_type_in
from store.reading import (
    Basis,
    CrawlJob,
    DocumentRole,
    IncidentKind,
    LeftOut,
    Problem,
    PublicationKind,
    SeenDocument,
    SeenEntry,
    StatedDate,
)

JOINT = re.compile(r"joint (?:targeted )?area (?:child protection )?inspection|\bjtais?\b", re.IGNORECASE)
OVERVIEW = re.compile(r"\boverview\b|\bthematic\b", re.IGNORECASE)
LABEL = re.compile(r"^(?P<type>.*?)\s*,\s*(?P<format>\w{2,5})\s*-\s*(?P<date>.+)$")
MOST_CHECKED = 3
"""So many authorities are read when a source is only being checked."""
PROVIDER = re.compile(r"^/provider/[^/]+/(?P<urn>[^/]+)/?$")


class Label(NamedTuple):
    """What a report's link says to those who do not see it: `<type>, pdf - DD Month YYYY`."""

    type: str
    media_type: str
    date: StatedDate | None


class Kind(SourceSpider):
    name = "ofsted"

    def __init__(self, job: CrawlJob, **kwargs: Any) -> None:
        super().__init__(job, **kwargs)
        self.asked = {job.url}

    def parse(self, response: Response, **kwargs: Any) -> Iterator[Found]:
        """The list of local authorities, or the page of one of them."""
        assert isinstance(response, TextResponse)  # the engine lets nothing else pass
        if PROVIDER.match(urlsplit(response.url).path):
            yield from self.parse_provider(response, page=self.job.url)
            return
        providers = providers_in(response)
        if not providers:
            words = f"{response.url}: a list of local authorities was expected, the page links none."
            yield Problem(kind=IncidentKind.STRUCTURE, evidence=words)
            return
        for url in providers[:MOST_CHECKED] if self.job.check else providers:
            yield from self._ask(url)
        following = "" if self.job.check else next_list(response, len(providers))
        if following and following not in self.asked:
            self.asked.add(following)
            yield self.page(following, self.parse)

    def unchanged(self, url: str) -> Iterator[Found]:
        """The list says nothing of the reports: each authority's page is asked for, whether the list changed or not."""
        if PROVIDER.match(urlsplit(url).path):
            return
        for known in self.job.pages:
            if PROVIDER.match(urlsplit(known.url).path):
                yield from self._ask(known.url)

    def _ask(self, url: str) -> Iterator[Request]:
        if url not in self.asked:
            self.asked.add(url)
            yield self.page(url, self.parse_provider, page=url)

    def parse_provider(self, response: Response, page: str) -> Iterator[Found]:
        """One authority's reports."""
        assert isinstance(response, TextResponse)
        area = clean(" ".join(response.xpath("(//h1)[1]//text()").getall()))
        found = PROVIDER.match(urlsplit(page).path)
        urn = found["urn"] if found else ""
        for link in response.xpath("//a[contains(concat(' ', @class, ' '), ' publication-link ')][@href]"):
            yield report_of(link, response.url, page, area, urn)


def providers_in(response: TextResponse) -> list[str]:
    """The pages of authorities that a list links, each once."""
    links = (absolute(response.url, href) for href in response.xpath("//a[@href]/@href").getall())
    found = (url for url in links if url and same_host(url, response.url) and PROVIDER.match(urlsplit(url).path))
    return list(dict.fromkeys(found))


def next_list(response: TextResponse, shown: int) -> str:
    """Where the list goes on: its own link, or the next `start` when it is as long as it may be; empty at its end."""
    named = absolute(response.url, response.xpath("//a[@rel='next']/@href | //link[@rel='next']/@href").get("") or "")
    if named:
        return named
    parts = urlsplit(response.url)
    query = parse_qs(parts.query, keep_blank_values=True)
    start, rows = _number(query.get("start")), _number(query.get("rows"))
    if not rows or shown < rows:
        return ""
    return parts._replace(query=urlencode({**query, "start": start + rows}, doseq=True)).geturl()


def _number(values: list[str] | None) -> int:
    return int(values[0]) if values and values[0].isdigit() else 0


def read_label(text: str) -> Label:
    """A report's type, format and date from its link's text; the whole text is the type where it has another form."""
    line = clean(text)
    found = LABEL.match(line)
    if not found:
        return Label(line, "", find_date(line, Basis.PUBLISHED))
    return Label(found["type"], media_type_in(found["format"]), find_date(found["date"], Basis.PUBLISHED))


def report_of(link: Selector, base: str, page: str, area: str, urn: str) -> Found:
    """One report: an entry when it is a joint inspection, else left out with its type as the reason."""
    url = absolute(base, link.attrib["href"])
    hidden = link.xpath(".//*[contains(@class, 'nonvisual')]//text()").getall()
    heading = clean(" ".join(hidden or link.xpath(".//text()").getall()))
    label = read_label(heading)
    if not JOINT.search(label.type):
        return LeftOut(
            text=f"{area}: {heading}", url=url, reason=f"another kind of report: {label.type or 'not named'}"
        )
    overview = bool(OVERVIEW.search(label.type))
    media_type = label.media_type or media_type_of(url)
    return SeenEntry(
        key=key_of(url),
        url=url,
        heading=heading,
        page=page,
        title=f"{area}: {label.type}" if area else label.type,
        kind=PublicationKind.INSPECTION_OVERVIEW if overview else PublicationKind.INSPECTION_REPORT,
        area=area,
        published=label.date,
        labels={"report_type": label.type} | ({"urn": urn} if urn else {}),
        documents=(SeenDocument(url=url, role=DocumentRole.OVERVIEW_REPORT, text=label.type, media_type=media_type),),
    )
