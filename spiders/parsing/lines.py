"""The main part of a page as a sequence of lines: what stands in one block, with its links, in the page's order."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import chain, islice

from spiders.parsing.addresses import absolute
from spiders.parsing.tables import Row, rows_of
from spiders.parsing.text import Label, clean, link_label
from spiders.parsing.walk import Element, content, holds, links, stands_in, tags, words

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
LONGEST_LINE = 20_000
"""Characters of one paragraph that are read: no honest one is longer, and patterns take the square of its length."""
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

    node: Element
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

    node: Element
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
        text = clean("".join(self.text)[:LONGEST_LINE])
        if text or self.anchors:
            level = PSEUDO if self.bold and text and len(text) < 160 else 0
            yield Line(self.node, text, level, tuple(self.anchors), tuple(self.times), self.column)


def lines_of(region: Element, base: str) -> list[Line]:
    """All lines of a part of a page, in order. `base` is the address that relative links start from."""
    return list(_Walker(base).walk(region))


class _Walker:
    def __init__(self, base: str) -> None:
        self.base = base
        self.buffer: _Buffer | None = None

    def walk(self, block: Element, column: str = "") -> Iterator[Line]:
        """The lines of a block element."""
        yield from self._flush()
        self.buffer = _Buffer(block, column=column)
        for child in content(block):
            yield from self._child(child, block, False, column)
        yield from self._flush()

    def _flush(self) -> Iterator[Line]:
        if self.buffer is not None:
            yield from self.buffer.line()
        self.buffer = None

    def _start(self, block: Element, column: str) -> _Buffer:
        if self.buffer is None:
            self.buffer = _Buffer(block, column=column)
        return self.buffer

    def _child(self, child: str | Element, block: Element, bold: bool, column: str) -> Iterator[Line]:
        if isinstance(child, str):
            yield from self._words(child, block, bold, column)
        elif (special := self._special(child, column)) is not None:
            yield from self._flush()
            yield from special
        elif child.tag not in ("button", "img"):
            yield from self._inline(child, block, bold, column)

    def _words(self, text: str, block: Element, bold: bool, column: str) -> Iterator[Line]:
        """Plain words; in preformatted text each line of the source is a line of the page."""
        for number, part in enumerate(text.split("\n") if block.tag == "pre" else [text]):
            if number:
                yield from self._flush()
            self._start(block, column).add(part, bold)

    def _special(self, child: Element, column: str) -> Iterator[Line] | None:
        """The lines of an element that ends the line before it; None for inline content."""
        level = heading_level(child)
        if level:
            return self._heading(child, level)
        if child.tag == "table" and (rows := rows_of(child)):
            return self._rows(rows)
        if child.tag in BLOCKS:
            return self.walk(child, column)
        return iter(()) if child.tag == "br" else None

    def _inline(self, node: Element, block: Element, bold: bool, column: str) -> Iterator[Line]:
        if node.tag == "a" and node.get("href"):
            yield from self._anchor(node, block, bold, column)
            return
        if node.tag == "span" and _follows_span(node):
            yield from self._flush()
        if node.tag == "time" and node.get("datetime"):
            self._start(block, column).times.append(node.get("datetime"))
        for child in content(node):
            yield from self._child(child, block, bold or node.tag in BOLD, column)

    def _anchor(self, node: Element, block: Element, bold: bool, column: str) -> Iterator[Line]:
        inner = {child.tag for child in tags(node)}
        if not WHOLE_BLOCKS.isdisjoint(inner):
            yield from self._wrapping(node, column)
            return
        buffer = self._start(block, column)
        raw = words(node)
        anchor = anchor_of(node, self.base, clean(buffer.latest()), column)
        buffer.add(f" {raw} ", bold or not BOLD.isdisjoint(inner))
        if anchor:
            buffer.anchors.append(anchor)

    def _wrapping(self, node: Element, column: str) -> Iterator[Line]:
        """A link around whole blocks (a card): its first line carries the link."""
        anchor = anchor_of(node, self.base)
        for line in list(self.walk(node, column)):
            own = (replace(anchor, raw=line.text, label=link_label(line.text)),) if anchor else ()
            yield replace(line, anchors=own + line.anchors)
            anchor = None

    def _heading(self, node: Element, level: int) -> Iterator[Line]:
        anchors = tuple(anchors_of(node, self.base))
        stamps = (item.get("datetime") for item in node.iterdescendants("time"))
        times = tuple(stamp for stamp in stamps if stamp is not None)
        text = clean(words(node))
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


def heading_level(node: Element) -> int:
    """1 to 6 for headings, PANEL for the control of a panel and a term of a list, 0 for all else."""
    if node.tag in HEADINGS:
        return HEADINGS[node.tag]
    if node.get("role") == "heading":
        return int(level) if (level := str(node.get("aria-level") or "2")).isdigit() else 2
    control = node.tag in ("button", "a") and node.get("aria-expanded") is not None
    return PANEL if control or node.tag in ("summary", "dt") or _opens_what_follows(node) else 0


def _opens_what_follows(node: Element) -> bool:
    """A button right above text or links: a panel's control on a page where a script says the rest."""
    if node.tag != "button" or node.get("type") not in (None, "button") or stands_in(node, "form"):
        return False
    after = chain(node.itersiblings("*"), *(parent.itersiblings("*") for parent in islice(node.iterancestors(), 1)))
    beside = next(after, None)
    return beside is not None and holds(beside, ("p", "a", "li"))


def anchor_of(node: Element, base: str, before: str = "", column: str = "") -> Anchor | None:
    """The link that an `a` element makes; None for one that leads nowhere on the web."""
    url = absolute(base, str(node.get("href") or ""))
    raw = clean(words(node)) or clean(str(node.get("aria-label") or node.get("title") or ""))
    return Anchor(url, raw, link_label(raw), before, column) if url else None


def anchors_of(part: Element, base: str) -> list[Anchor]:
    """All links of a part of a page, wherever they stand."""
    return [anchor for node in links(part) if (anchor := anchor_of(node, base))]


def base_of(page: Element, url: str) -> str:
    """The address that the page's relative links start from."""
    node = next(links(page, ("base",)), None)
    return url if node is None else absolute(url, node.get("href")) or url


def _follows_span(node: Element) -> bool:
    before = node.getprevious()
    if before is None or before.tag != "span" or (before.tail or "").strip():
        return False
    return not re.match(r"\s*(?:st|nd|rd|th)\b", words(node, ""))
