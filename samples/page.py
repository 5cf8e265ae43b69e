"""The words of the story: what a publisher serves (`Page`) and what it lists (`Item` with its `Link`s)."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from html import escape

HTML = "text/html; charset=utf-8"
JSON = "application/json; charset=utf-8"
XML = "application/xml; charset=utf-8"
PDF = "application/pdf"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
PPTX = "application/vnd.openxmlformats-officedocument.presentationml.presentation"

FIRST_DAY = date(2026, 3, 2)
DAYS = 8
FOREVER = 99
"""A day that never comes."""


_DAY_WORDS = {"iso", "long", "comma", "ordinal", "slashes", "dots"}
_MONTH_WORDS = {"month_year", "short"}


@dataclass(frozen=True)
class Page:
    """One answer of a publisher: bytes as the story has them, with addresses still as `http://<publisher>.sample`."""

    body: bytes
    content_type: str = HTML
    status: int = 200
    location: str = ""
    headers: tuple[tuple[str, str], ...] = ()

    @property
    def is_text(self) -> bool:
        return self.content_type.startswith(
            ("text/", "application/json", "application/xml", "application/rss", "application/atom")
        )


Pages = dict[tuple[str, str], Page]
"""(publisher id, path with its query) -> page"""


@dataclass(frozen=True)
class Link:
    """One link of an item. `path` is on the item's own site, or a whole address; `file` names a document of `reports`.

    Days count from 0 and `until` is the first day without it. Texts and paths may use the words of `date_words`.
    """

    text: str
    path: str
    file: str = ""
    role: str = "overview_report"
    since: int = 0
    until: int = FOREVER


@dataclass(frozen=True)
class Item:
    """One review as one publisher lists it. `published` is in days after the first day.

    `printed` is the date that the texts of the item show, ISO 8601 to the precision shown ("2026-03", "" for none);
    `at` fills it in.
    """

    review: str
    heading: str
    links: tuple[Link, ...]
    published: int = 0
    summary: str = ""
    since: int = 0
    until: int = FOREVER
    printed: str = ""

    def at(self, day: int, first_day: date) -> "Item":
        """The item as it reads on that day: links of the day only, dates written out."""
        when = first_day + timedelta(days=self.published)
        words = date_words(when)
        links = tuple(
            replace(link, text=link.text.format(**words), path=link.path.format(**words, day=sign(day)))
            for link in self.links
            if link.since <= day < link.until
        )
        heading, summary = self.heading.format(**words), self.summary.format(**words)
        return replace(self, heading=heading, summary=summary, links=links, printed=self._printed(when))

    def _printed(self, when: date) -> str:
        """A link's text is not looked at: documents have dates of their own."""
        words = set(re.findall(r"\{(\w+)\}", self.heading + self.summary))
        if words & _DAY_WORDS:
            return when.isoformat()
        if words & _MONTH_WORDS:
            return f"{when:%Y-%m}"
        return str(when.year) if "year" in words else ""


def live(items: Iterable[Item], day: int, first_day: date) -> tuple[Item, ...]:
    """The items listed on that day, as they read then, in the order in which they are printed."""
    return tuple(item.at(day, first_day) for item in items if item.since <= day < item.until)


def sign(day: int) -> str:
    """A made-up link signature, another one each day until the quiet day."""
    return f"{min(day, DAYS - 2):02d}c3e5"


def address(publisher: str, path: str) -> str:
    """The address of a page as the story writes it; the server puts the real origin in its place."""
    return path if path.startswith("http") else f"http://{publisher}.sample{path}"


def text_page(text: str, content_type: str = HTML) -> Page:
    return Page(text.encode(), content_type)


def redirect(location: str, status: int = 301) -> Page:
    return Page(f"<p>This page has moved to {escape(location)}</p>".encode(), HTML, status, location)


def ordinal(number: int) -> str:
    """1st, 2nd, 3rd, 4th, 11th, ..."""
    ending = "th" if 10 <= number % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


def date_words(when: date) -> dict[str, str]:
    """A date in the styles that publishers print."""
    month = when.strftime("%B")
    return {
        "iso": when.isoformat(),
        "year": str(when.year),
        "two_digits": f"{when:%y}",
        "upload": f"{when:%Y/%m}",
        "month_year": f"{month} {when.year}",
        "long": f"{when.day} {month} {when.year}",
        "comma": f"{when.day} {month}, {when.year}",
        "ordinal": f"{ordinal(when.day)} {month} {when.year}",
        "slashes": f"{when:%d/%m/%Y}",
        "dots": f"{when:%d.%m.%y}",
        "short": f"{when:%b-%y}",
    }
