"""A publisher's page as a tree: the part that is about its subject, without menus, banners, forms and scripts."""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import chain, islice

from lxml import etree

from spiders.parsing.text import clean
from spiders.parsing.walk import Element, first, holds, links, parsed, remove, selected, stands_in, texts, words

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
MARKED = etree.XPath("descendant::*[@class or @id or @role or self::main or self::header or self::form]")
"""The elements that say what they are for."""
MARKS_REMEMBERED = 4096
"""Classes and ids of elements: a site uses the same few hundred again and again."""
TITLES = ("h1", "h2", "h3", "main")
CONTENT = ("a", "p", "h1", "h2", "h3", "li")
DEEPEST = 150
"""Levels of elements within elements; a reader that follows each level would fall over endless nesting."""
TOO_DEEP = etree.XPath("/*" * DEEPEST)
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


def tree(text: str) -> Element:
    """The whole page as a tree, cut off where it is nested deeper than any honest page."""
    root = parsed(text)
    for node in TOO_DEEP(root):
        remove(node)
    return root


def region(page: Element, selector: str = "") -> Element:
    """The main part of the page: by the source's selector, by the usual marks, else the body without its furniture.

    The tree is changed: what is no part of the text is taken out.
    """
    chosen = next(iter(selected(page, selector)), None) if selector else _main(page)
    found = next(one for one in (chosen, first(page, "body"), page) if one is not None)
    for node in list(found.iterdescendants(*SILENT)):
        remove(node)
    if not selector:
        _clear(found)
    return found


def next_page(page: Element) -> str:
    """The link to the next page of a list that is cut into pages, as printed; empty when there is none."""
    marked = (node for node in links(page, ("a", "link")) if "next" in (node.get("rel") or "").split())
    worded = (node for node in links(page) if NEXT.fullmatch(clean(words(node))))
    return next((str(node.get("href")) for node in chain(marked, worded)), "")


def heading_of(page: Element) -> str:
    """The page's own heading (h1), else its title."""
    found = (first(page, name) for name in ("h1", "title"))
    return next((clean(words(node)) for node in found if node is not None), "")


def is_empty_state(text: str, own_words: str = "") -> bool:
    """True when the page says itself that there are no reviews at present (`own_words`: as this source puts it)."""
    line = clean(text)
    return bool(own_words and clean(own_words).casefold() in line.casefold()) or bool(EMPTY_STATE.search(line))


def speaks_of_reviews(page: Element) -> bool:
    """Whether a page says anywhere, in its title or menu too, that it is about children's reviews."""
    return bool(ABOUT.search(words(page)))


def _main(page: Element) -> Element | None:
    candidates = [node for node in MARKED(page) if _is_main(node) and holds(node, CONTENT)]
    return max(_outermost(candidates), key=_length, default=None)


def _length(part: Element) -> int:
    """How much text there is in a part; blanks between two elements count as one."""
    return sum(len(text) if text.strip() else 1 for text in texts(part))


def _is_main(node: Element) -> bool:
    if node.tag == "main" or node.get("role") == "main" or node.get("id") in MAIN_IDS:
        return True
    return not MAIN_CLASSES.isdisjoint(_classes(node))


def _outermost(nodes: Iterable[Element]) -> list[Element]:
    kept: list[Element] = []
    for node in nodes:
        if not any(other in kept for other in node.iterancestors()):
            kept.append(node)
    return kept


def _clear(found: Element) -> None:
    for node in MARKED(found):
        if _is_furniture(node):
            remove(node)


def _is_furniture(node: Element) -> bool:
    if node.get("role") in ROLES:
        return True
    if node.tag in ("header", "form"):
        # Whole pages stand inside a form on some platforms; an article's header holds its title.
        return not holds(node, TITLES)
    tokens = {token for mark in _marks(node) for token in _tokens(mark)}
    return bool(tokens & FURNITURE or _is_foot(node, tokens)) and not holds(node, ("h1", "main"))


def _marks(node: Element) -> Iterator[str]:
    yield from _classes(node)
    yield from (node.get("id") or "").split()


def _classes(node: Element) -> list[str]:
    return str(node.get("class") or "").split()


@lru_cache(maxsize=MARKS_REMEMBERED)
def _tokens(mark: str) -> tuple[str, ...]:
    return (mark.lower(), *_edges(mark))


def _edges(mark: str) -> Iterator[str]:
    """The first word of "nav-main" and "nav_main", the first and the last of "mainNav"."""
    yield from (mark.lower().partition(sign)[0] for sign in "-_")
    words = re.findall(r"[A-Z]?[a-z]+", mark) if mark.isalpha() else []
    yield from (word.lower() for word in words[:1] + words[-1:])


def _is_foot(node: Element, tokens: set[str]) -> bool:
    """The foot of the page, not that of a card, which holds its link."""
    if "footer" not in tokens or stands_in(node, "article", "li"):
        return False
    return len(list(islice(node.iterdescendants("a"), 3))) > 2
