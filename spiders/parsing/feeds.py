"""Feeds of all makes (RSS, Atom, RDF, JSON), whole or broken, read into plain items."""

import json
import warnings
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime
from io import BytesIO
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import feedparser
from feedparser.exceptions import ThingsNobodyCaresAboutButMe

from spiders.parsing.addresses import absolute
from spiders.parsing.dates import find_date
from spiders.parsing.markup import plain_text
from store.reading import Basis, Precision, StatedDate

LONDON = ZoneInfo("Europe/London")
CRASHES = (ValueError, LookupError, TypeError, AttributeError, AssertionError, RecursionError)
"""What feedparser raises for feeds that are broken in ways its authors did not think of."""


class Enclosure(NamedTuple):
    url: str
    media_type: str = ""
    size: int | None = None
    title: str = ""


class FeedItem(NamedTuple):
    """One item. `link` is absolute; `html` is the longest text that the feed gives, with absolute links."""

    identity: str
    link: str
    title: str
    summary: str
    html: str
    date: StatedDate | None
    enclosures: tuple[Enclosure, ...]
    language: str = "en"


class Feed(NamedTuple):
    """`is_feed` False: something else came. `broken`: what is wrong with it, in words; items may still be there."""

    items: tuple[FeedItem, ...] = ()
    is_feed: bool = True
    broken: str = ""


NOT_A_FEED = Feed(is_feed=False)


def read_feed(body: bytes, url: str, content_type: str = "") -> Feed:
    """The feed in an answer's body; `url` is what its relative links are relative to. Never raises."""
    body = _decoded(body)
    if body.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
        return _read_json(body, url)
    headers = {"content-location": url} | ({"content-type": content_type} if content_type else {})
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            # as a stream: given bytes, feedparser would try them as the name of a file first
            parsed = feedparser.parse(BytesIO(body), response_headers=headers)
        items = tuple(_item(entry, url) for entry in parsed.entries)
    except CRASHES as error:
        return Feed(broken=f"{type(error).__name__}: {error}")
    if not parsed.get("version") and not items:
        return NOT_A_FEED
    return Feed(items, broken=_what_is_wrong(parsed))


def _decoded(body: bytes) -> bytes:
    """UTF-16 as UTF-8, with its byte order mark or without: feedparser needs the mark and a declaration."""
    marked = body.startswith((b"\xff\xfe", b"\xfe\xff"))
    encoding = "utf-16" if marked else {b"<\0": "utf-16-le", b"\0<": "utf-16-be"}.get(body[:2], "")
    return body.decode(encoding, "replace").encode() if encoding else body


def _what_is_wrong(parsed: Mapping[str, Any]) -> str:
    error = parsed.get("bozo_exception")
    if not parsed.get("bozo") or isinstance(error, ThingsNobodyCaresAboutButMe):
        return ""
    return f"{type(error).__name__}: {error}"


def _item(entry: dict[str, Any], url: str) -> FeedItem:
    contents = [str(one.get("value", "")) for one in _raw(entry, "content") or ()]
    summary = str(_raw(entry, "summary") or "")
    identity = str(_raw(entry, "id") or "").strip()
    link = absolute(url, str(_raw(entry, "link") or ""))
    return FeedItem(
        identity=identity,
        link=link or (absolute(url, identity) if identity.startswith(("http://", "https://")) else ""),
        title=plain_text(str(_raw(entry, "title") or "")),
        summary=summary or next(iter(contents), ""),
        html=max([summary, *contents], key=len),
        date=_date(entry),
        enclosures=tuple(_enclosures(_raw(entry, "links") or (), url)),
        language=_language(entry),
    )


def _raw(entry: dict[str, Any], name: str) -> Any:
    # feedparser's own get() answers "published" when asked for "updated"
    return dict.get(entry, name)


def _language(entry: dict[str, Any]) -> str:
    detail = _raw(entry, "title_detail") or {}
    return "cy" if str(detail.get("language") or "").lower().startswith("cy") else "en"


def _date(entry: dict[str, Any]) -> StatedDate | None:
    """The date of publication or, for want of one, of the last change; the London day."""
    for name, basis in (("published", Basis.PUBLISHED), ("created", Basis.PUBLISHED), ("updated", Basis.LISTED)):
        parsed, printed = _raw(entry, f"{name}_parsed"), str(_raw(entry, name) or "")
        day = _day_of(parsed) if parsed else None
        if day:
            return StatedDate(day=day, precision=Precision.DAY, basis=basis)
        stated = find_date(printed, basis)
        if stated:
            return stated
    return None


def _day_of(parsed: Iterable[int]) -> date | None:
    try:
        return datetime(*list(parsed)[:6], tzinfo=UTC).astimezone(LONDON).date()  # type: ignore[misc,arg-type]
    except (ValueError, OverflowError):
        return None


def _enclosures(links: Iterable[Mapping[str, Any]], url: str) -> Iterator[Enclosure]:
    for link in links:
        address = absolute(url, str(link.get("href") or ""))
        if link.get("rel") == "enclosure" and address:
            yield Enclosure(
                address, str(link.get("type") or ""), _number(link.get("length")), str(link.get("title") or "")
            )


def _number(text: Any) -> int | None:
    return int(text) if str(text).isascii() and str(text).isdigit() and int(text) else None


def _read_json(body: bytes, url: str) -> Feed:
    try:
        feed = json.loads(body.decode("utf-8-sig"))
        if not feed.get("version") or not isinstance(feed.get("items"), list):
            return NOT_A_FEED
        return Feed(tuple(_json_item(one, url) for one in feed["items"]))
    except (json.JSONDecodeError, UnicodeDecodeError):
        return NOT_A_FEED
    except CRASHES as error:
        return Feed(broken=f"{type(error).__name__}: {error}")


def _json_item(item: Mapping[str, Any], url: str) -> FeedItem:
    html = str(item.get("content_html") or item.get("content_text") or "")
    return FeedItem(
        identity=str(item.get("id") or ""),
        link=absolute(url, str(item.get("url") or item.get("external_url") or "")),
        title=plain_text(str(item.get("title") or "")),
        summary=str(item.get("summary") or html),
        html=html,
        date=_json_date(item),
        enclosures=tuple(_json_enclosures(item.get("attachments") or (), url)),
        language="cy" if str(item.get("language") or "").lower().startswith("cy") else "en",
    )


def _json_date(item: Mapping[str, Any]) -> StatedDate | None:
    for name, basis in (("date_published", Basis.PUBLISHED), ("date_modified", Basis.LISTED)):
        stated = find_date(str(item.get(name) or ""), basis)
        if stated:
            return stated
    return None


def _json_enclosures(attachments: Iterable[Mapping[str, Any]], url: str) -> Iterator[Enclosure]:
    for one in attachments:
        address = absolute(url, str(one.get("url") or ""))
        if address:
            size = _number(one.get("size_in_bytes"))
            yield Enclosure(address, str(one.get("mime_type") or ""), size, str(one.get("title") or ""))
