"""Dates as publishers print them: day first always, only as precise as stated, nothing filled in."""

import re
from collections.abc import Iterable, Iterator
from datetime import date
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from spiders.parsing.text import REMEMBERED, repaired
from store.reading import Basis, Precision, StatedDate

MONTH_ALONE = re.compile(
    r"[(\[–-]\s*(?P<month>January|February|March|April|May|June|July|August|September|October|November|December)[)\]]?\s*$"
)
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

MONTH = (
    r"(?P<month>january|february|march|april|may|june|july|august|september|october|november|december"
    r"|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)\b\.?"
)
WEEKDAY = r"(?:(?P<weekday>mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?\b[\s,.]*(?:the\s+)?)?"
WEEKDAY_BEGINS = re.compile("|".join(WEEKDAYS), re.IGNORECASE)
DAY = r"(?P<day>\d{1,2})"
YEAR = r"(?P<year>(?:19|20)\d\d)"
END = r"(?![\d])"
NOT_COUNTED = r"(?<!edition )(?<!issue )(?<!number )(?<!no )(?<!no\. )(?<!volume )(?<!bulletin )"
"""The number of "Edition 11 September 2031" is no day."""

DAY_FORMS = (
    rf"(?<![\d/.-]){YEAR}-(?P<monthnumber>\d\d)-{DAY}(?=T\d|[^\d-]|$)",
    rf"{WEEKDAY}(?<!\d){NOT_COUNTED}{DAY}\s?(?:st|nd|rd|th)?(?:\s+of)?[\s-]+{MONTH}[\s,-]*{YEAR}{END}",
    rf"\b{MONTH}\s+{DAY}(?:st|nd|rd|th)?,\s*{YEAR}{END}",
    rf"{WEEKDAY}(?<![\d/.-]){DAY}(?P<separator>[/.-])(?P<monthnumber>\d{{1,2}})(?P=separator)(?P<year>(?:19|20)\d\d|\d\d)(?![\d/]|[.-]\d)",
)
MONTH_FORMS = (
    rf"\b{MONTH}[\s,-]*{YEAR}{END}",
    rf"\b{MONTH}\s?[-'’](?P<year>\d\d)(?![\d:.]|\s*(?:st|nd|rd|th)\b)",
    rf"(?<![\d/.-])(?P<monthnumber>0?[1-9]|1[0-2])/{YEAR}(?![\d/])",
)
YEAR_FORMS = (
    # Seasons and financial years tell a year and no more; "2030/31" is the year it begins.
    rf"(?<![\w/.-]){YEAR}(?:\s?(?:[-/–]|to)\s?(?:(?:19|20)?\d\d))?(?![\w]|[./-]\d)",
)
FORMS = [
    *((re.compile(form, re.IGNORECASE), Precision.DAY) for form in DAY_FORMS),
    *((re.compile(form, re.IGNORECASE), Precision.MONTH) for form in MONTH_FORMS),
    *((re.compile(form, re.IGNORECASE), Precision.YEAR) for form in YEAR_FORMS),
]
FINENESS = {Precision.DAY: 0, Precision.MONTH: 1, Precision.YEAR: 2}
FIRST_YEAR, LAST_YEAR = 1945, 2099
"""The oldest record of the national collection is of 1945."""

PUBLISH_WORD = re.compile(r"\b(?:re-?)?(?:published|publishing|publication date|date of publication|released)\b", re.I)
BESIDE_A_DATE = re.compile(
    r"\b(?:published|publication|date|added|on|of|in|posted|uploaded|(?:mon|tues|wednes|thurs|fri|satur|sun)day)\b|[^\w]",
    re.IGNORECASE,
)
UPLOAD_FOLDER = re.compile(r"/(?:uploads|files|images|media)/(?:\w+/)?(?P<year>20\d\d)[/-](?P<month>0[1-9]|1[0-2])/")


class Found(NamedTuple):
    """A date in a text: `day` is the first of the period that `precision` names; `start` and `end` say where."""

    day: date
    precision: Precision
    start: int
    end: int
    weekday_conflict: bool = False

    def stated(self, basis: Basis) -> StatedDate:
        return StatedDate(day=self.day, precision=self.precision, basis=basis)


@lru_cache(maxsize=REMEMBERED)
def dates_in(text: str) -> tuple[Found, ...]:
    """All dates of a text in its order, each stretch read once, in its most precise form."""
    if not any(character.isdigit() for character in text):
        return ()
    line = repaired(text)
    found: list[Found] = []
    taken: list[tuple[int, int]] = []
    for pattern, precision in FORMS:
        for match in pattern.finditer(line):
            if any(match.start() < end and start < match.end() for start, end in taken):
                continue
            # An impossible day ("31/02/2030") is no date, and its parts are not read as one either.
            taken.append(match.span())
            found.extend(_read(match, precision))
    return tuple(sorted(found, key=lambda item: item.start))


@lru_cache(maxsize=REMEMBERED)
def find_date(text: str, basis: Basis) -> StatedDate | None:
    """The date that a heading, label or table cell states: the one said to be of publication, else the most precise."""
    found = published_in(text) or min(dates_in(text), key=lambda item: FINENESS[item.precision], default=None)
    return found.stated(basis) if found else None


def month_of(text: str, year: StatedDate | None) -> StatedDate | None:
    """A month alone at the end of a heading ("Child Q (June)") under a heading that is the year."""
    found = MONTH_ALONE.search(text)
    if found is None or year is None or year.precision is not Precision.YEAR:
        return None
    return find_date(f"{found['month']} {year.day.year}", year.basis)


def published_in(text: str) -> Found | None:
    """The date of publication that a sentence states: the nearest date after or before a word of publishing."""
    words = [match.span() for match in PUBLISH_WORD.finditer(repaired(text))]
    if not words:
        return None
    near = [
        (distance, item)
        for item in dates_in(text)
        for start, end in words
        if (distance := item.start - end if item.start >= end else start - item.end + 20) <= 80
    ]
    return min(near)[1] if near else None


def is_only_date(text: str) -> bool:
    """True for "24 April 2031", "Published: May 2030", "2031": a text that says a date and nothing else."""
    found = dates_in(text)
    if not found:
        return False
    rest = text[: found[0].start] + text[found[-1].end :]
    return not BESIDE_A_DATE.sub("", rest)


def weekday_conflict(text: str) -> bool:
    """True when a date of the text names another weekday than it had."""
    return bool(WEEKDAY_BEGINS.search(text)) and any(item.weekday_conflict for item in dates_in(text))


def from_address(url: str) -> StatedDate | None:
    """What a file's name or upload folder tells: weak, used only where no text states a date.

    A name may state a day ("30.10.25"); a folder such as /uploads/2031/03/ gives a month, never more.
    """
    path = unquote(urlsplit(url).path)
    name = re.sub(r"[_+]", " ", path.rsplit("/", 1)[-1])
    found = min(_precise(dates_in(name)), key=lambda item: FINENESS[item.precision], default=None)
    if found:
        return found.stated(Basis.FILE_NAME)
    folder = UPLOAD_FOLDER.search(path)
    if not folder:
        return None
    day = date(int(folder["year"]), int(folder["month"]), 1)
    return StatedDate(day=day, precision=Precision.MONTH, basis=Basis.FILE_NAME)


def _precise(found: Iterable[Found]) -> Iterator[Found]:
    return (item for item in found if item.precision is not Precision.YEAR)


def _read(match: re.Match[str], precision: Precision) -> Iterator[Found]:
    parts = match.groupdict()
    year = _year(parts["year"])
    month = _month(parts) if precision is not Precision.YEAR else 1
    day = int(parts["day"]) if precision is Precision.DAY else 1
    try:
        value = date(year, month, day)
    except ValueError:
        return
    if FIRST_YEAR <= year <= LAST_YEAR:
        yield Found(value, precision, match.start(), match.end(), _disagrees(parts.get("weekday"), value))


def _year(digits: str) -> int:
    number = int(digits.lstrip("'"))
    return number if number > 99 else number + (2000 if number < 70 else 1900)


def _month(parts: dict[str, str | None]) -> int:
    name = parts.get("month")
    return MONTHS.index(name[:3].lower()) + 1 if name else int(parts["monthnumber"] or 0)


def _disagrees(weekday: str | None, value: date) -> bool:
    return weekday is not None and WEEKDAYS.index(weekday[:3].lower()) != value.weekday()
