"""The frame of a page: what stays when entries come and go, and is another when a site is rebuilt (rule 3)."""

from collections.abc import Iterator

from lxml import etree, html

SAME_FRAME = 0.5
"""From this share of common parts on, two pages have one frame: an emptied list loses a part or two."""
REPEATED = frozenset({"ul", "ol", "dl", "table", "details", "article", "select"})
"""What holds entries: its inside is no part of the frame."""
SILENT = frozenset({"script", "style", "noscript", "template", "br", "svg"})


def skeleton(page: str) -> frozenset[str]:
    """The paths of the elements that make the page's frame, such as `body/main/h1`; none of what is no page."""
    try:
        root = html.document_fromstring(page.encode())
    except (etree.ParserError, ValueError):
        return frozenset()
    body = root.find("body")
    return frozenset(_paths(body, "body")) if body is not None else frozenset()


def is_rebuilt(before: str, after: str) -> bool:
    """True when two pages (HTML) have different frames; a page without any frame says nothing."""
    old, new = skeleton(before), skeleton(after)
    return bool(old) and len(old & new) < SAME_FRAME * len(old | new)


def _paths(node: html.HtmlElement, path: str) -> Iterator[str]:
    yield path
    if node.tag in REPEATED:
        return
    for child in node.iterchildren(tag=etree.Element):
        if child.tag not in SILENT:
            yield from _paths(child, f"{path}/{child.tag}")
