"""The story as a whole: which pages every publisher serves on each day. Pure; the server only carries it out."""

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from urllib.parse import parse_qsl

from samples import feeds, govuk, govuk_search, national, partnerships, shapes
from samples.cases import NAMES
from samples.page import DAYS, FIRST_DAY, Page, Pages, text_page

HOSTS: tuple[str, ...] = (*NAMES, "library", "assets")
"""Every origin of the story: the publishers, the charity's library catalogue, GOV.UK's files."""

WITHOUT_VALIDATORS = "merefold"
"""This publisher sends neither ETag nor Last-Modified."""
NO_CACHE = "calderstow"
"""This publisher sends `Cache-Control: no-cache` and an ETag on everything."""

FAULTS: dict[int, dict[str, str]] = {3: {"ambleford": "down"}, 4: {"ambleford": "down"}}
"""day -> publisher -> what is wrong with its site (`failures.MODES`)"""

_ROBOTS = {
    "exampleshire": "User-agent: *\nCrawl-delay: 0\nDisallow: /admin\n",
    "library": "User-agent: *\nDisallow: /\n",
}
_FURNITURE = ("/", "/about", "/report-a-concern", "/training", "/privacy", "/accessibility")


def pages(day: int, first_day: date = FIRST_DAY) -> Pages:
    """(publisher, path with query) -> page, for everything that exists on that day. Days after the last are quiet."""
    return _pages(min(day, DAYS - 1), first_day)


@lru_cache(maxsize=4 * DAYS)
def _pages(day: int, first_day: date) -> Pages:
    found: Pages = {}
    for host in HOSTS:
        found |= _furniture(host)
    for part in (partnerships, feeds, national, govuk):
        found |= part.pages(day, first_day)
    return found


def _furniture(host: str) -> Pages:
    """robots.txt, the home page and the pages of the menu."""
    name = NAMES.get(host, host.capitalize())
    shown = {(host, path): path.strip("/").replace("-", " ").capitalize() or "Welcome" for path in _FURNITURE}
    found = {
        key: text_page(shapes.page(name, title, "<p>This page says who we are.</p>")) for key, title in shown.items()
    }
    return found | {
        (host, "/robots.txt"): text_page(_ROBOTS.get(host, "User-agent: *\nDisallow:\n"), "text/plain; charset=utf-8")
    }


def answer(host: str, target: str, day: int, first_day: date = FIRST_DAY) -> Page | None:
    """What a publisher answers to a request target, None for "not found". Unknown query strings make no difference."""
    path, _, query = target.partition("?")
    if host == "govuk" and path == govuk_search.PATH:
        return govuk_search.search(query, day, first_day)
    if path == feeds.POSTS_PATH and dict(parse_qsl(query)).get("page", "1") != "1":
        return feeds.NO_SUCH_PAGE
    served = pages(day, first_day)
    return served.get((host, target)) or served.get((host, path))


def modified(host: str, target: str, day: int, first_day: date = FIRST_DAY) -> datetime:
    """When the page last changed (aware UTC): six in the morning of that day, or long before the first day."""
    now = answer(host, target, day, first_day)
    since = day
    while since > 0 and answer(host, target, since - 1, first_day) == now:
        since -= 1
    return datetime.combine(first_day + timedelta(days=since or -30), time(6), UTC)


def faults(day: int) -> dict[str, str]:
    """publisher -> failure mode, as the story has it that day."""
    return FAULTS.get(day, {})
