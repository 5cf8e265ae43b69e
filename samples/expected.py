"""What a right reader finds on each day: entries by source, and the changes of the story, each once.

The entries follow from what the publishers print; the changes (`samples.changes`) are written by hand.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from samples import feeds, national
from samples.changes import CHANGES, FAILING, HELD, JOINS, LEADS, LEFT_OUT, Change
from samples.feeds import post_path
from samples.govuk import attachments, known
from samples.page import FIRST_DAY, Item, address, live
from samples.partnerships import LISTINGS, Listing


@dataclass(frozen=True)
class ExpectedEntry:
    """Addresses are the story's (`SampleServer.url` gives the real ones); `key` is empty where `url` is the key.

    `documents` are all links of the entry, also to other sites and to library records, which are never asked for
    (host `library`). A review that is a web page and nothing else has that page as its document.
    """

    heading: str
    url: str
    review: str
    documents: tuple[str, ...] = ()
    key: str = ""
    published: str = ""
    """ISO 8601 to the precision that the source states, empty when it states none."""


@dataclass(frozen=True)
class Expected:
    """One day. Every review is named by its reference in `cases.toml` (or in the list that prints it)."""

    entries: dict[str, tuple[ExpectedEntry, ...]]
    baseline: tuple[str, ...]
    new: tuple[str, ...]
    documents_added: tuple[Change, ...]
    documents_replaced: tuple[Change, ...]
    updated: tuple[Change, ...]
    suspected: tuple[Change, ...]
    unlisted: tuple[str, ...]
    moved: tuple[str, ...]
    failing: dict[str, str]
    held: tuple[str, ...]
    joined_by_heading: tuple[tuple[str, str], ...]
    """(source, review) first seen that day which nothing but their heading joins to a review known elsewhere."""


def expected(day: int, first_day: date = FIRST_DAY) -> Expected:
    """What a right reader finds on that day, after it has read every day before."""
    return Expected(
        entries=entries(day, first_day),
        baseline=tuple(sorted(_reviews(0, first_day))) if day == 0 else (),
        new=tuple(change.review for change in changes(day, "new")),
        documents_added=changes(day, "document_added"),
        documents_replaced=changes(day, "document_replaced"),
        updated=changes(day, "updated"),
        suspected=changes(day, "suspected"),
        unlisted=tuple(change.review for change in changes(day, "unlisted")),
        moved=tuple(change.review for change in changes(day, "moved")),
        failing=FAILING.get(day, {}),
        held=HELD.get(day, ()),
        joined_by_heading=_joined_by_heading(day, first_day),
    )


def changes(day: int, kind: str) -> tuple[Change, ...]:
    return tuple(change for change in CHANGES if (change.day, change.kind) == (day, kind))


def entries(day: int, first_day: date = FIRST_DAY) -> dict[str, tuple[ExpectedEntry, ...]]:
    """source -> its entries as printed that day, in no order; nothing for a source that cannot be read."""
    return {source: rows if source not in FAILING.get(day, {}) else () for source, rows in _all(day, first_day).items()}


def left_out(day: int, first_day: date = FIRST_DAY) -> dict[str, tuple[str, ...]]:
    """source -> headings on its page that are not about children, and so no entries."""
    found = {listing.source: live(listing.items, day, first_day) for listing in LISTINGS}
    return {
        source: tuple(item.heading for item in found[source] if item.review in refs)
        for source, refs in LEFT_OUT.items()
    }


def _all(day: int, first_day: date) -> dict[str, tuple[ExpectedEntry, ...]]:
    return {listing.source: _listed(listing, day, first_day) for listing in LISTINGS} | _others(day, first_day)


def _reviews(day: int, first_day: date) -> set[str]:
    """Every review that some source shows that day; a lead only points to one."""
    return {entry.review for source, rows in entries(day, first_day).items() if source not in LEADS for entry in rows}


def _joined_by_heading(day: int, first_day: date) -> tuple[tuple[str, str], ...]:
    before = _pairs(day - 1, first_day) if day else set()
    return tuple(sorted(pair for pair in _pairs(day, first_day) - before if JOINS.get(pair) == "heading"))


def _pairs(day: int, first_day: date) -> set[tuple[str, str]]:
    return {(source, entry.review) for source, rows in entries(day, first_day).items() for entry in rows}


def _listed(listing: Listing, day: int, first_day: date) -> tuple[ExpectedEntry, ...]:
    wanted = [
        item for item in live(listing.items, day, first_day) if item.review not in LEFT_OUT.get(listing.source, ())
    ]
    return tuple(_entry(listing.publisher, item, own_page=listing.child_pages) for item in wanted)


def _entry(publisher: str, item: Item, own_page: bool = False) -> ExpectedEntry:
    """`own_page`: the first link leads to the review's page, the others from there to its documents."""
    addresses = [_absolute(publisher, link.path) for link in item.links]
    documents = tuple(addresses[1:] if own_page else addresses)
    return ExpectedEntry(item.heading, addresses[0], item.review, documents, published=item.printed)


def _absolute(publisher: str, path: str) -> str:
    """As the link is printed, query and all; every relative path of the story climbs one folder."""
    return address(publisher, path.replace("../", "/"))


def _others(day: int, first_day: date) -> dict[str, tuple[ExpectedEntry, ...]]:
    govuk = _govuk(day, first_day)
    collected = {item.review for item in known(day) if item.collection}
    return {
        "brackenholt-news": tuple(_post(item, first_day) for item in live(feeds.POSTS, day, first_day)),
        "thornmere-sitemap": _own_pages("thornmere", feeds.SITEMAP, day, first_day),
        "fenlow-newsletter": _leads(day),
        "valenews-feed": tuple(_news(item, first_day) for item in live(feeds.NEWS, day, first_day)),
        "govuk-organisation": govuk,
        "govuk-collection": tuple(entry for entry in govuk if entry.review in collected),
        "panel-publications": _own_pages("panel", national.PANEL_ITEMS, day, first_day),
        "inspectorate-letters": tuple(_letter(item, first_day) for item in live(national.LETTERS, day, first_day)),
        "society-year-list": _society(day, first_day, only_update=False),
        "society-update": _society(day, first_day, only_update=True),
    }


def _own_pages(publisher: str, items: Sequence[Item], day: int, first_day: date) -> tuple[ExpectedEntry, ...]:
    return tuple(_entry(publisher, item, own_page=True) for item in live(items, day, first_day))


def _post(item: Item, first_day: date) -> ExpectedEntry:
    url, when = address("brackenholt", post_path(item, first_day)), _day(item.published, first_day)
    return replace(_entry("brackenholt", item), url=url, published=when)


def _letter(item: Item, first_day: date) -> ExpectedEntry:
    file = address("inspectorate", item.links[1].path)
    return ExpectedEntry(item.links[1].text, file, item.review, (file,), published=_day(item.published, first_day))


def _news(item: Item, first_day: date) -> ExpectedEntry:
    """A news page is no document; a report that the news links to is one."""
    entry = _entry("valenews", item)
    files = tuple(url for url in entry.documents if url.endswith(".pdf"))
    return replace(entry, documents=files, published=_day(item.published, first_day))


def _day(days: int, first_day: date) -> str:
    return (first_day + timedelta(days=days)).isoformat()


def _leads(day: int) -> tuple[ExpectedEntry, ...]:
    return tuple(
        ExpectedEntry(text, feeds.LEADS[click], f"edition-{number}")
        for number, published, _, text, click in feeds.EDITIONS
        if published <= day
    )


def _society(day: int, first_day: date, only_update: bool) -> tuple[ExpectedEntry, ...]:
    return tuple(
        ExpectedEntry(
            record.printed(first_day),
            address("society", record.address),
            record.review,
            (address("society", record.address),),
            published=record.published(first_day),
        )
        for record in national.records(day)
        if record.in_update or not only_update
    )


def _govuk(day: int, first_day: date) -> tuple[ExpectedEntry, ...]:
    """What the search list shows: neither withdrawn nor removed items."""
    return tuple(
        ExpectedEntry(
            item.title,
            address("govuk", item.path_at(day)),
            item.review,
            tuple(address("govuk", file["url"]) for file in attachments(item, day, first_day))
            or (address("govuk", item.path_at(day)),),
            item.content_id,
            _day(item.published, first_day),
        )
        for item in known(day)
        if day < min(item.withdrawn, item.gone)
    )
