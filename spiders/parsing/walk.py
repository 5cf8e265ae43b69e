"""A page's elements, and the ways of going through them: lxml's own tree, made in a thirtieth of the time of bs4's."""

from collections.abc import Collection, Iterator
from functools import lru_cache
from typing import Any

from lxml import etree
from lxml.cssselect import CSSSelector

Element = Any
"""An element of lxml. What holds it keeps it the same object; `tag` is its name, and it has no truth of its own."""

SILENT_TEXT = ("script", "style")
_TEXTS = etree.XPath("descendant::text()", smart_strings=False)


def parsed(text: str) -> Element:
    """The root of a page. What stands after the end of the page belongs to it too, and scripts have no words."""
    parser = etree.HTMLParser(huge_tree=True)
    parser.feed(text)
    root = parser.close()
    if root is None:
        return etree.Element("html")
    for more in list(root.itersiblings("html")):
        root.append(more)
    for node in root.iter(*SILENT_TEXT):
        node.text = None
    return root


def tags(part: Element) -> Iterator[Element]:
    """All elements within a part, in the page's order. Make a list of them before the tree is changed."""
    found: Iterator[Element] = part.iterdescendants("*")
    return found


def links(part: Element, names: Collection[str] = ("a",)) -> Iterator[Element]:
    """The elements of these names that lead somewhere, in the page's order."""
    return (node for node in part.iterdescendants(*names) if node.get("href") is not None)


def first(part: Element, *names: str) -> Element | None:
    """The first element of one of these names within the part."""
    return next(part.iterdescendants(*names), None)


def holds(part: Element, names: Collection[str]) -> bool:
    """Whether an element of one of these names stands within the part."""
    return first(part, *names) is not None


def stands_in(node: Element, *names: str) -> bool:
    """Whether an element stands within one of these names."""
    return next(node.iterancestors(*names), None) is not None


def texts(part: Element) -> list[str]:
    """The pieces of text in a part, as elements and comments divide it."""
    if not len(part):  # most links: their text is at hand
        return [part.text] if part.text else []
    found: list[str] = _TEXTS(part)
    return found


def words(part: Element, between: str = " ") -> str:
    """The text of a part."""
    return between.join(texts(part))


def content(part: Element) -> Iterator[str | Element]:
    """What stands directly in an element: words and elements, in the page's order. Blanks alone come as one."""
    if part.text:
        yield _text(part.text)
    for node in part.iterchildren():
        if isinstance(node.tag, str):
            yield node
        if node.tail:
            yield _text(node.tail)


def _text(text: str) -> str:
    return text if text.strip() else "\n" if "\n" in text else " "


def remove(node: Element) -> None:
    """Take an element out; a comment holds its place, so that the words before and after it stay apart."""
    parent = node.getparent()
    if parent is not None:
        place = etree.Comment("")
        place.tail, node.tail = node.tail, None
        parent.replace(node, place)


def selected(part: Element, selector: str) -> list[Element]:
    """The elements within a part that a CSS selector means; what stands around the part counts for the selector."""
    root = part.getroottree().getroot()
    return [node for node in compiled(selector)(root) if part is root or part in node.iterancestors()]


@lru_cache
def compiled(selector: str) -> CSSSelector:
    """A CSS selector. Raises cssselect.SelectorError for what is none."""
    return CSSSelector(selector, translator="html")
