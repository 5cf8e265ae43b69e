"""The main part of a page as a sequence of lines: what stands in one block, with its links, in the page's order."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from bs4 import BeautifulSoup, Tag
from bs4.element import NavigableString, PageElement, PreformattedString

from spiders.parsing.addresses import absolute
from spiders.parsing.tables import Row, rows_of
from spiders.parsing.text import Label, clean, link_label
from spiders.parsing.walk import holds, links, tags

BLOCKS = frozenset(
    ("address", "article", "blockquote", "caption", "center", "dd", "details", "div", "dl", "fieldset", "figcaption")
) | {
    "figure",
    "header",
    "hr",
    "li",
    "main",
    "ol",
    "p",
    "pre",
    "section",
    "table",
    "tbody",
    "td",
    "tfoot",
    "th",
    "thead",
}
HEADINGS = {"h1": 1, "h2": 2, "h3": 3, "h4": 4, "h5": 5, "h6": 6}
PANEL, PSEUDO, ROW = 7, 8, 9
"""Levels below the six of HTML: the control of a panel, a line all bold or underlined, the first cell of a row."""
WHOLE_BLOCKS = frozenset((*HEADINGS, "p", "div", "li"))
"""A link around one of these is a card."""
MOST_LINKS = 50
"""A line with more links is a list, not a sentence."""
BOLD = frozenset(("strong", "b", "u"))


@dataclass(frozen=True)
class Anchor:
    """A link: `raw` as printed, `label` without file notes, `before` the words of its line that precede it."""

    url: str
    raw: str
    label: Label
    before: str = ""
    column: str = ""
    """The heading of its column when it stands in a table."""


@dataclass(frozen=True)
class Line:
    """One block's text. `level` 0: text; 1 to 6: a heading; above: PANEL, PSEUDO, ROW. `node` is where it stands."""

    node: Tag
    text: str
    level: int = 0
    anchors: tuple[Anchor, ...] = ()
    times: tuple[str, ...] = ()
    column: str = ""

    @property
    def words(self) -> str:
        """What the line says beside its links; nothing for one that is all links."""
        rest = self.text
        for anchor in self.anchors if len(self.anchors) <= MOST_LINKS else ():
            rest = rest.replace(anchor.raw, " ")
        return rest if len(self.anchors) <= MOST_LINKS else ""


@dataclass
class _Buffer:
    """The inline content since the last block began or ended."""

    node: Tag
    text: list[str] = field(default_factory=list)
    anchors: list[Anchor] = field(default_factory=list)
    times: list[str] = field(default_factory=list)
    bold: bool = True
    column: str = ""

    def add(self, words: str, bold: bool) -> None:
        self.text.append(words)
        if words.strip():
            self.bold = self.bold and bold

    def latest(self) -> str:
        """The words so far; in a line of very many links only the nearest."""
        limit = 2000 if len(self.anchors) < 5 else 300
        words = ""
        for part in reversed(self.text):
            words = part + words
            if len(words) > limit:
                return words[-limit:]
        return words

    def line(self) -> Iterator[Line]:
        text = clean("".join(self.text))
        if text or self.anchors:
            level = PSEUDO if self.bold and text and len(text) < 160 else 0
            yield Line(self.node, text, level, tuple(self.anchors), tuple(self.times), self.column)


def lines_of(region: Tag, base: str) -> list[Line]:
    """All lines of a part of a page, in order. `base` is the address that relative links start from."""
    return list(_Walker(base).walk(region))


class _Walker:
    def __init__(self, base: str) -> None:
        self.base = base
        self.buffer: _Buffer | None = None

    def walk(self, block: Tag, column: str = "") -> Iterator[Line]:
        """The lines of a block element."""
        yield from self._flush()
        self.buffer = _Buffer(block, column=column)
        for child in list(block.children):
            yield from self._child(child, block, False, column)
        yield from self._flush()

    def _flush(self) -> Iterator[Line]:
        if self.buffer is not None:
            yield from self.buffer.line()
        self.buffer = None

    def _start(self, block: Tag, column: str) -> _Buffer:
        if self.buffer is None:
            self.buffer = _Buffer(block, column=column)
        return self.buffer

    def _child(self, child: PageElement, block: Tag, bold: bool, column: str) -> Iterator[Line]:
        if isinstance(child, NavigableString) and not isinstance(child, PreformattedString):
            yield from self._words(str(child), block, bold, column)
        elif isinstance(child, Tag) and (special := self._special(child, column)) is not None:
            yield from self._flush()
            yield from special
        elif isinstance(child, Tag) and child.name not in ("button", "img"):
            yield from self._inline(child, block, bold, column)

    def _words(self, text: str, block: Tag, bold: bool, column: str) -> Iterator[Line]:
        """Plain words; in preformatted text each line of the source is a line of the page."""
        for number, words in enumerate(text.split("\n") if block.name == "pre" else [text]):
            if number:
                yield from self._flush()
            self._start(block, column).add(words, bold)

    def _special(self, child: Tag, column: str) -> Iterator[Line] | None:
        """The lines of an element that ends the line before it; None for inline content."""
        level = heading_level(child)
        if level:
            return self._heading(child, level)
        if child.name == "table" and (rows := rows_of(child)):
            return self._rows(rows)
        if child.name in BLOCKS:
            return self.walk(child, column)
        return iter(()) if child.name == "br" else None

    def _inline(self, node: Tag, block: Tag, bold: bool, column: str) -> Iterator[Line]:
        if node.name == "a" and node.get("href"):
            yield from self._anchor(node, block, bold, column)
            return
        if node.name == "span" and _follows_span(node):
            yield from self._flush()
        if node.name == "time" and node.get("datetime"):
            self._start(block, column).times.append(str(node["datetime"]))
        for child in list(node.children):
            yield from self._child(child, block, bold or node.name in BOLD, column)

    def _anchor(self, node: Tag, block: Tag, bold: bool, column: str) -> Iterator[Line]:
        inner = [child.name for child in tags(node)]
        if not WHOLE_BLOCKS.isdisjoint(inner):
            yield from self._wrapping(node, column)
            return
        buffer = self._start(block, column)
        raw = node.get_text(" ")
        anchor = anchor_of(node, self.base, clean(buffer.latest()), column)
        buffer.add(f" {raw} ", bold or not BOLD.isdisjoint(inner))
        if anchor:
            buffer.anchors.append(anchor)

    def _wrapping(self, node: Tag, column: str) -> Iterator[Line]:
        """A link around whole blocks (a card): its first line carries the link."""
        anchor = anchor_of(node, self.base)
        for line in list(self.walk(node, column)):
            own = (replace(anchor, raw=line.text, label=link_label(line.text)),) if anchor else ()
            yield replace(line, anchors=own + line.anchors)
            anchor = None

    def _heading(self, node: Tag, level: int) -> Iterator[Line]:
        anchors = tuple(anchors_of(node, self.base))
        times = tuple(str(item["datetime"]) for item in tags(node) if item.name == "time" and item.has_attr("datetime"))
        text = clean(node.get_text(" "))
        if text:
            yield Line(node, text, level, anchors, times)

    def _rows(self, rows: list[Row]) -> Iterator[Line]:
        for row in rows:
            if not row.cells:
                yield Line(row.node, row.label, 6)
                continue
            title, others = row.title, [cell for cell in row.cells if cell is not row.title]
            yield Line(row.node, row.label, ROW, tuple(anchors_of(title.node, self.base)))
            for cell in others:
                yield from self.walk(cell.node, cell.column)


def heading_level(node: Tag) -> int:
    """1 to 6 for headings, PANEL for the control of a panel and a term of a list, 0 for all else."""
    if node.name in HEADINGS:
        return HEADINGS[node.name]
    if node.get("role") == "heading":
        return int(level) if (level := str(node.get("aria-level") or "2")).isdigit() else 2
    control = node.name in ("button", "a") and node.get("aria-expanded") is not None
    return PANEL if control or node.name in ("summary", "dt") or _opens_what_follows(node) else 0


def _opens_what_follows(node: Tag) -> bool:
    """A button right above text or links: a panel's control on a page where a script says the rest."""
    if node.name != "button" or node.get("type") not in (None, "button") or node.find_parent("form"):
        return False
    beside = node.find_next_sibling() or (node.parent.find_next_sibling() if node.parent else None)
    return beside is not None and holds(beside, ("p", "a", "li"))


def anchor_of(node: Tag, base: str, before: str = "", column: str = "") -> Anchor | None:
    """The link that an `a` element makes; None for one that leads nowhere on the web."""
    url = absolute(base, str(node.get("href") or ""))
    raw = clean(node.get_text(" ")) or clean(str(node.get("aria-label") or node.get("title") or ""))
    return Anchor(url, raw, link_label(raw), before, column) if url else None


def anchors_of(part: Tag, base: str) -> list[Anchor]:
    """All links of a part of a page, wherever they stand."""
    return [anchor for node in links(part) if (anchor := anchor_of(node, base))]


def base_of(soup: BeautifulSoup, url: str) -> str:
    """The address that the page's relative links start from."""
    node = next(links(soup, ("base",)), None)
    return absolute(url, str(node["href"])) or url if node else url


def _follows_span(node: Tag) -> bool:
    before = node.previous_sibling
    if isinstance(before, NavigableString) and not before.strip():
        before = before.previous_sibling
    return isinstance(before, Tag) and before.name == "span" and not re.match(r"\s*(?:st|nd|rd|th)\b", node.get_text())
