"""A publisher's page as a tree: the part that is about its subject, without menus, banners, forms and scripts."""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from bs4 import BeautifulSoup, Tag

from spiders.parsing.text import clean
from spiders.parsing.walk import holds, links, tags

SILENT = frozenset(
    ("script", "style", "noscript", "template", "iframe", "svg", "select", "nav", "aside", "footer", "dialog")
)
ROLES = ("navigation", "banner", "contentinfo", "search", "complementary", "alert", "dialog", "menu", "menubar")
FURNITURE = frozenset(
    (
        "cookie",
        "cookies",
        "breadcrumb",
        "breadcrumbs",
        "skip",
        "share",
        "sharing",
        "social",
        "comments",
        "comment",
        "pagination",
    )
) | {
    "sidebar",
    "related",
    "menu",
    "submenu",
    "nav",
    "navbar",
    "navigation",
    "alert",
    "newsletter",
    "quickexit",
    "toolbar",
}
MARKS_REMEMBERED = 4096
"""Classes and ids of elements: a site uses the same few hundred again and again."""
TITLES = ("h1", "h2", "h3", "main")
CONTENT = ("a", "p", "h1", "h2", "h3", "li")
DEEPEST = 150
"""Levels of elements within elements; a reader that follows each level would fall over endless nesting."""
NEXT = re.compile(r"(?:next(?: page)?|load more|show more|older (?:posts|entries))(?:\s*[›»→>]+)?", re.IGNORECASE)
MAIN_IDS = frozenset(("main-content", "maincontent", "main", "content", "page-content"))
MAIN_CLASSES = frozenset(("main-content", "entry-content", "page-content", "content-area"))
KIND = r"(?:child safeguarding practice |serious case |case |practice |published |current )?"
THING = rf"(?:local )?{KIND}(?:reviews?|reports?)"
EMPTY_STATE = re.compile(
    r"(?:reviews?|reports?|briefings?|they|these|details|learning) (?:will|shall) be"
    r" (?:added|published|available|uploaded|listed)"
    r"|will be added (?:here|to this page|when|once|as)|future reviews will"
    rf"|(?:there are|we have)(?: currently| at present)? (?:no {THING}|none|not (?:yet )?published any)"
    rf"|\bno {THING} (?:have been|has been|are|were|to show|at present|at this time)"
    rf"|(?:none|nothing) (?:at present|at this time|currently|to show|has been published)|currently no {THING}"
    r"|not (?:currently|yet) (?:have|published) any",
    re.IGNORECASE,
)

ABOUT = re.compile(
    r"safeguarding|adolygiad|\b(?:child|baby)\b|\b(?:(?:lc|lsc|c)?spr|scr)s?\b"
    r"|(?<!for )(?<!in )(?<!under )\breviews?\b",
    re.IGNORECASE,
)


def tree(text: str) -> BeautifulSoup:
    """The whole page as a tree, cut off where it is nested deeper than any honest page."""
    soup = BeautifulSoup(text, "lxml")
    level: list[Tag] = [soup]
    for _ in range(DEEPEST):
        level = [child for node in level for child in node.children if isinstance(child, Tag)]
    for node in level:
        node.decompose()
    return soup


def region(soup: BeautifulSoup, selector: str = "") -> Tag:
    """The main part of the page: by the source's selector, by the usual marks, else the body without its furniture.

    The tree is changed: what is no part of the text is taken out.
    """
    found = (soup.select_one(selector) if selector else _main(soup)) or soup.body or soup
    for node in [node for node in tags(found) if node.name in SILENT]:
        if not node.decomposed:
            node.decompose()
    if not selector:
        _clear(found)
    return found


def next_page(soup: BeautifulSoup) -> str:
    """The link to the next page of a list that is cut into pages, as printed; empty when there is none."""
    found = list(links(soup, ("a", "link")))
    marked = (node for node in found if "next" in (node.get("rel") or ()))
    worded = (node for node in found if node.name == "a" and NEXT.fullmatch(clean(node.get_text(" "))))
    node = next(marked, None) or next(worded, None)
    return str(node["href"]) if node else ""


def heading_of(soup: BeautifulSoup) -> str:
    """The page's own heading (h1), else its title."""
    node = soup.find("h1") or soup.find("title")
    return clean(node.get_text(" ")) if node else ""


def is_empty_state(text: str, own_words: str = "") -> bool:
    """True when the page says itself that there are no reviews at present (`own_words`: as this source puts it)."""
    line = clean(text)
    return bool(own_words and clean(own_words).casefold() in line.casefold()) or bool(EMPTY_STATE.search(line))


def speaks_of_reviews(soup: BeautifulSoup) -> bool:
    """Whether a page says anywhere, in its title or menu too, that it is about children's reviews."""
    return bool(ABOUT.search(soup.get_text(" ")))


def _main(soup: BeautifulSoup) -> Tag | None:
    candidates = [node for node in tags(soup) if _is_main(node) and holds(node, CONTENT)]
    return max(_outermost(candidates), key=lambda node: len(node.get_text()), default=None)


def _is_main(node: Tag) -> bool:
    if node.name == "main" or node.get("role") == "main" or node.get("id") in MAIN_IDS:
        return True
    return not MAIN_CLASSES.isdisjoint(node.get("class") or ())


def _outermost(nodes: Iterable[Tag]) -> list[Tag]:
    kept: list[Tag] = []
    for node in nodes:
        if not any(other in kept for other in node.parents):
            kept.append(node)
    return kept


def _clear(found: Tag) -> None:
    for node in list(tags(found)):
        if not node.decomposed and _is_furniture(node):
            node.decompose()


def _is_furniture(node: Tag) -> bool:
    if node.get("role") in ROLES:
        return True
    if node.name in ("header", "form"):
        # Whole pages stand inside a form on some platforms; an article's header holds its title.
        return not holds(node, TITLES)
    tokens = {token for mark in _marks(node) for token in _tokens(mark)}
    return bool(tokens & FURNITURE or _is_foot(node, tokens)) and not holds(node, ("h1", "main"))


def _marks(node: Tag) -> Iterator[str]:
    yield from node.get("class") or ()
    yield from str(node.get("id") or "").split()


@lru_cache(maxsize=MARKS_REMEMBERED)
def _tokens(mark: str) -> tuple[str, ...]:
    return (mark.lower(), *_edges(mark))


def _edges(mark: str) -> Iterator[str]:
    """The first word of "nav-main" and "nav_main", the first and the last of "mainNav"."""
    yield from (mark.lower().partition(sign)[0] for sign in "-_")
    words = re.findall(r"[A-Z]?[a-z]+", mark) if mark.isalpha() else []
    yield from (word.lower() for word in words[:1] + words[-1:])


def _is_foot(node: Tag, tokens: set[str]) -> bool:
    """The foot of the page, not that of a card, which holds its link."""
    return "footer" in tokens and node.find_parent(["article", "li"]) is None and len(node.find_all("a", limit=3)) > 2
