"""Tables of data, row by row: what each row is about and under which heading each cell stands."""

import re
from dataclasses import dataclass

from lxml import etree

from spiders.parsing.dates import is_only_date
from spiders.parsing.text import clean, link_label
from spiders.parsing.walk import Element, holds, stands_in, words

TITLE = re.compile(r"\b(?:title|name|caption|subject|description)\b", re.IGNORECASE)
WORD = re.compile(r"[^\W\d_][a-zà-öø-ÿ]{2}")
LAYOUT = etree.XPath(
    "boolean(.//table or .//*[self::h1 or self::h2 or self::h3 or self::h4 or self::h5][ancestor::td])"
)
"""Whether a table holds another or has headings in its cells, as tables that arrange a page have."""
WIDEST = 40
"""More columns than this are taken as a mistake in a `colspan`, not as columns."""


@dataclass(frozen=True)
class Cell:
    node: Element
    column: str


@dataclass(frozen=True)
class Row:
    """One row: `label` says what it is about, `title` is that cell. No cells: a heading within the table."""

    node: Element
    label: str
    cells: tuple[Cell, ...]

    @property
    def title(self) -> Cell:
        return next((cell for cell in self.cells if text_of(cell.node) == self.label), self.cells[0])


def rows_of(table: Element) -> list[Row]:
    """The rows of a data table; none for a table that only arranges the page."""
    grid = [(node, _cells(node)) for node in table.iterdescendants("tr")]
    if not grid or LAYOUT(table) or max(len(cells) for _, cells in grid) < 2:
        return []
    header, names = _header(grid)
    spans: dict[int, tuple[Element, int]] = {}
    found = []
    for node, cells in grid:
        if node is header or not cells:
            continue
        placed = _placed(cells, spans)
        if len(cells) > 1 and [text_of(cell) for cell in cells] == names[: len(cells)]:
            continue  # the header, repeated as data
        found.append(_row(node, placed, names))
    return found


def text_of(node: Element) -> str:
    return clean(words(node))


def _cells(row: Element) -> list[Element]:
    return list(row.iterchildren("td", "th"))


def _header(grid: list[tuple[Element, list[Element]]]) -> tuple[Element | None, list[str]]:
    """The row of column headings: marked so, or a first row without links above rows with links.

    A row of one cell above it is the table's caption.
    """
    node, cells = next((row for row in grid if len(row[1]) > 1), grid[0])
    marked = all(cell.tag == "th" for cell in cells) or stands_in(node, "thead")
    plain = len(cells) > 1 and not holds(node, ("a",)) and any(holds(other, ("a",)) for other, _ in grid[1:])
    if not (marked or plain):
        return None, []
    names = [text_of(cell) for cell in cells for _ in range(_span(cell, "colspan"))]
    return node, names


def _placed(cells: list[Element], spans: dict[int, tuple[Element, int]]) -> dict[int, Element]:
    """Cells by column, with those that reach down from rows above (`spans`, kept up to date)."""
    placed: dict[int, Element] = {}
    for column, (cell, left) in list(spans.items()):
        placed[column] = cell
        if left > 1:
            spans[column] = (cell, left - 1)
        else:
            del spans[column]
    column = 0
    for cell in cells:
        while column in placed:
            column += 1
        for offset in range(_span(cell, "colspan")):
            placed[column + offset] = cell
            if _span(cell, "rowspan") > 1:
                spans[column + offset] = (cell, _span(cell, "rowspan") - 1)
    return dict(sorted(placed.items()))


def _row(node: Element, placed: dict[int, Element], names: list[str]) -> Row:
    cells: list[Cell] = []
    for column, cell in placed.items():
        if not any(known.node is cell for known in cells):
            cells.append(Cell(cell, names[column] if column < len(names) else ""))
    if len(cells) == 1 and not holds(cells[0].node, ("a",)):
        return Row(node, text_of(cells[0].node), ())
    return Row(node, _label(cells), tuple(cells))


def _label(cells: list[Cell]) -> str:
    """What the row is about: its marked heading, else the first cell that is neither a date nor only a file note.

    Where that is a mere number, the column of titles tells, else the first cell with a word in it.
    """
    marked = [cell for cell in cells if cell.node.tag == "th"]
    texts = [text_of(cell.node) for cell in [*marked, *cells]]
    label = next((text for text in texts if link_label(text).text and not is_only_date(text)), texts[0])
    if re.search(r"[^\W\d_]", label):
        return label
    titles = [text_of(cell.node) for cell in cells if TITLE.search(cell.column)]
    return next((text for text in [*titles, *texts] if WORD.search(text) and not is_only_date(text)), label)


def _span(cell: Element, name: str) -> int:
    value = str(cell.get(name) or "1")
    return min(int(value), WIDEST) if value.isdigit() and int(value) else 1
