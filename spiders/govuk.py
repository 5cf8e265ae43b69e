"""GOV.UK: an organisation's whole list, a document collection or a single page, by the Search and Content APIs.

The rules are those of GOV.UK's interfaces: lists are compared as sets (a new page may carry an old date and stand far
down), a page is known by its `content_id` and language, and an odd answer never means that something is gone.
"""

from collections.abc import AsyncIterator, Iterable, Iterator
from typing import Any
from urllib.parse import urldefrag, urljoin, urlsplit

from scrapy.http import Request, Response

from spiders import base
from spiders.base import Found, SourceSpider
from spiders.parsing.addresses import absolute, same_host
from spiders.parsing.govuk import (
    API,
    ContentItem,
    Place,
    content_url,
    gone_entry,
    heading_from,
    item_key,
    read_item,
    redirect_target,
)
from spiders.parsing.govuk_answers import UnusableAnswer, read_json
from spiders.parsing.govuk_kinds import kind_of, why_left_out
from spiders.parsing.govuk_lists import (
    Listed,
    SearchAnswer,
    collected,
    missing_from_collection,
    organisation_in,
    organisation_problem,
    search_problem,
    search_url,
    searched,
)
from store.comparing import AS_BEFORE
from store.reading import CrawlJob, IncidentKind, KnownEntry, LeftOut, Problem, SeenEntry

OFF_LIST = "not listed"
"""The revision of an entry that has left its list and was asked for since: not asked again until its next re-read."""
MOST_OFF_LIST = 50
MOST_HOPS = 5
MOST_CHECKED = 3
"""So many pages are read when a source is only being checked; the others are shown as they are listed."""
TWIN = "cy"


class Options(base.Options):
    query: str = ""
    """Words that an organisation's pages must contain; quotation marks make a phrase."""
    document_types: tuple[str, ...] = ()
    """GOV.UK's own types, such as independent_report; empty: all."""


class Kind(SourceSpider):
    name = "govuk"
    OptionsModel = Options
    options: Options

    def __init__(self, job: CrawlJob, **kwargs: Any) -> None:
        super().__init__(job, **kwargs)
        self.organisation = organisation_in(job.url)
        self.list_page = self._list_page()
        self.known = {entry.key: entry for entry in job.entries}
        self.keys_by_url = {entry.url: entry.key for entry in job.entries}
        self.asked: dict[str, SeenEntry] = {}
        """Address in the Content API -> what is known of its entry without asking."""
        self.settled: set[str] = set()
        """Keys of known entries that the list did not name and that have been dealt with."""

    def _list_page(self) -> str:
        if self.organisation:
            return search_url(self.job.url, self.organisation, self.options.query, self.options.document_types)
        return content_url(self.job.url)

    async def start(self) -> AsyncIterator[Request]:
        yield self.page(self.list_page, self.parse)

    def parse(self, response: Response, **kwargs: Any) -> Iterator[Found]:
        try:
            if self.organisation:
                yield from self._parse_search(read_json(response, SearchAnswer))
            else:
                yield from self._parse_page(read_json(response, ContentItem), response.url)
        except UnusableAnswer as error:
            yield error.problem

    def unchanged(self, url: str) -> Iterator[Found]:
        if url in self.asked:
            yield self.asked[url]
        elif url == self.list_page:
            for known in self.job.entries:
                if (known.recheck or known.missing) and known.detail_page != url:
                    yield self._ask(self._as_before(known), known.revision)

    # --- lists

    def _parse_search(self, answer: SearchAnswer) -> Iterator[Found]:
        problem = search_problem(answer, self.organisation, self.list_page)
        if problem:
            yield problem
        elif not answer.results:
            url = urljoin(self.job.url, f"/api/organisations/{self.organisation}")
            meta = {"handle_httpstatus_list": [404]}
            yield Request(url, callback=self.parse_organisation, meta=meta, dont_filter=True)
        else:
            yield from self._read_list(searched(answer, self.job.url))

    def parse_organisation(self, response: Response) -> Iterator[Found]:
        """Why an organisation's list is empty: never because nothing was published."""
        yield organisation_problem(response.status, response.text, self.organisation, response.url)

    def _parse_page(self, item: ContentItem, url: str) -> Iterator[Found]:
        if item.schema_name == "document_collection":
            yield from missing_from_collection(item)
            listed = collected(item, self.job.url)
            if listed:
                yield from self._read_list(listed)
            else:
                yield Problem(kind=IncidentKind.EMPTY, evidence=f"{url}: the collection names no pages.")
            return
        reason = why_left_out(item.schema_name, item.document_type)
        if reason:
            yield Problem(kind=IncidentKind.WRONG_TYPE, evidence=f"{url} is {reason}, which lists nothing we can read.")
            return
        yield from self._read(item, self._single(), "", url)

    def _single(self) -> SeenEntry:
        """What is known of the one page that this source is."""
        url = urljoin(self.job.url, urlsplit(self.job.url).path)
        originals = [entry for entry in self.job.entries if ":" not in entry.key]
        known = next((entry for entry in originals if entry.url == url), next(iter(originals), None))
        return self._as_before(known) if known else self._entry(urlsplit(url).path, url, heading_from(url))

    def _read_list(self, rows: Iterable[Listed]) -> Iterator[Found]:
        seen: dict[str, str] = {}
        for row in rows:
            key = row.key or self.keys_by_url.get(row.url) or urlsplit(row.url).path
            if key in seen:
                continue
            seen[key] = row.revision
            yield self._listed(row, key)
        yield from self._not_listed(seen)

    def _listed(self, row: Listed, key: str) -> Found:
        reason = row.reason or why_left_out("", row.document_type)
        if reason:
            return LeftOut(text=row.title, url=row.url, reason=reason)
        known = self.known.get(key)
        if known is None:
            kind = kind_of(row.document_type, row.title, row.description)
            return self._ask(self._entry(key, row.url, row.title, kind=kind, abstract=row.description), row.revision)
        entry = self._as_before(known).model_copy(
            update={"url": row.url, "heading": row.title or heading_from(row.url)}
        )
        same = bool(row.revision) and (known.revision, known.url) == (row.revision, row.url)
        return entry if same and not (known.recheck or known.missing) else self._ask(entry, row.revision)

    def _not_listed(self, seen: dict[str, str]) -> Iterator[Found]:
        """Known pages that the list lacks: withdrawn, redirected, gone, or tagged otherwise. Their own page tells."""
        absent = [known for known in self.job.entries if known.key not in seen]
        if len(absent) > MOST_OFF_LIST and len(absent) > len(self.job.entries) / 2:
            words = f"{self.list_page} lists {len(seen)} pages; {len(absent)} that were known are not among them."
            yield Problem(kind=IncidentKind.EMPTY, evidence=words)
            return
        self.settled.update(known.key for known in absent)
        for known in absent:
            # a translation is in no list: it is read again when the page that it translates has changed
            revision = seen.get(known.key.partition(":")[0], OFF_LIST)
            entry = self._as_before(known)
            yield (
                entry
                if known.revision == revision and not (known.recheck or known.missing)
                else self._ask(entry, revision)
            )

    # --- pages

    def _ask(self, entry: SeenEntry, revision: str, *, url: str = "", hops: int = 0) -> Found:
        """The Content API's word on an entry; `entry` stands for it if that cannot be had."""
        if self.job.check and len(self.asked) >= MOST_CHECKED and not hops:
            return entry
        # a page reached by a redirect is not asked for "only if changed": it is news to this entry
        detail_page = f"{content_url(url)}#{entry.key}" if hops else content_url(entry.url)
        self.asked[detail_page] = entry
        request = self.page(detail_page, self.parse_item, listing=False, listed=entry, revision=revision, hops=hops)
        request.meta["handle_httpstatus_list"] = [404, 410]
        return request

    def parse_item(self, response: Response, listed: SeenEntry, revision: str, hops: int = 0) -> Iterator[Found]:
        """One content item. Raises UnusableAnswer when it is none: the engine then keeps the entry as it was listed."""
        if response.status in (404, 410):
            yield self._vanished(response, listed, hops)
            return
        item = read_json(response, ContentItem)
        yield from self._read(item, listed, revision, urldefrag(response.url).url, hops)

    def _read(
        self, item: ContentItem, listed: SeenEntry, revision: str, detail_page: str, hops: int = 0
    ) -> Iterator[Found]:
        place = Place(self.list_page, detail_page, revision)
        if item.schema_name == "redirect":
            yield self._follow(item, listed, place, hops)
            return
        found = read_item(item, place)
        if isinstance(found, SeenEntry) and not item.content_id:
            found = found.model_copy(update={"key": listed.key, "heading": item.title or listed.heading})
        elif isinstance(found, SeenEntry) and hops and listed.key in self.known and found.key != listed.key:
            yield self._led_away(listed, place, found.url)
            if self.organisation or found.key in self.known:
                return
        yield found
        yield from self._twins(item, detail_page, revision)

    def _follow(self, item: ContentItem, listed: SeenEntry, place: Place, hops: int) -> Found:
        target = absolute(place.detail_page, redirect_target(item))
        if not target or not same_host(target, place.detail_page) or hops >= MOST_HOPS:
            return self._led_away(listed, place, target, item.public_updated_at)
        return self._ask(listed, place.revision, url=target, hops=hops + 1)

    def _led_away(self, listed: SeenEntry, place: Place, target: str, at: str = "") -> SeenEntry:
        note = f"redirected to {target}" if target else "redirected, but nowhere"
        return gone_entry(listed.key, listed.url, place, note=note, at=at, heading=listed.heading)

    def _vanished(self, response: Response, listed: SeenEntry, hops: int) -> Found:
        place = Place(self.list_page, content_url(listed.url), OFF_LIST)
        if hops:
            return self._led_away(listed, place, urldefrag(response.url).url.replace(API, "", 1))
        if listed.key not in self.known:
            return LeftOut(text=listed.heading, url=listed.url, reason=f"named, but its page answers {response.status}")
        note = f"its page answers {response.status} and says nothing more"
        return gone_entry(listed.key, listed.url, place, note=note, heading=listed.heading)

    def _twins(self, item: ContentItem, detail_page: str, revision: str) -> Iterator[Found]:
        """The Welsh version of an English page: an entry of its own, under the same content_id."""
        for link in item.links.available_translations:
            key = item_key(item.content_id, link.locale)
            if link.locale != TWIN or item.locale != "en" or key in self.settled or not link.base_path:
                continue
            url = urljoin(detail_page, link.base_path)
            yield self._ask(self._entry(key, url, link.title or item.title, language=TWIN), revision)

    # --- what is known without asking

    def _entry(self, key: str, url: str, heading: str, **more: Any) -> SeenEntry:
        return SeenEntry(
            key=key,
            url=url,
            heading=heading or heading_from(url),
            page=self.list_page,
            detail_page=content_url(url),
            **more,
        )

    def _as_before(self, known: KnownEntry) -> SeenEntry:
        return self._entry(known.key, known.url, "", flags=(AS_BEFORE,))
