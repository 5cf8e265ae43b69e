"""Tables of data, row by row: what each row is about and under which heading each cell stands."""

import re
from dataclasses import dataclass

from bs4 import Tag

from spiders.parsing.dates import is_only_date
from spiders.parsing.text import clean, link_label

TITLE = re.compile(r"\b(?:title|name|caption|subject|description)\b", re.IGNORECASE)
WORD = re.compile(r"[^\W\d_][a-zà-öø-ÿ]{2}")
LAYOUT = "table, td h1, td h2, td h3, td h4, td h5"
WIDEST = 40
"""More columns than this are taken as a mistake in a `colspan`, not as columns."""


@dataclass(frozen=True)
class Cell:
    node: Tag
    column: str


@dataclass(frozen=True)
class Row:
    """One row: `label` says what it is about, `title` is that cell. No cells: a heading within the table."""

    node: Tag
    label: str
    cells: tuple[Cell, ...]

    @property
    def title(self) -> Cell:
        return next((cell for cell in self.cells if text_of(cell.node) == self.label), self.cells[0])


def rows_of(table: Tag) -> list[Row]:
    """The rows of a data table; none for a table that only arranges the page."""
    grid = [(node, _cells(node)) for node in table.find_all("tr")]
    if not grid or table.select_one(LAYOUT) or max(len(cells) for _, cells in grid) < 2:
        return []
    header, names = _header(grid)
    spans: dict[int, tuple[Tag, int]] = {}
    found = []
    for node, cells in grid:
        if node is header or not cells:
            continue
        placed = _placed(cells, spans)
        if len(cells) > 1 and [text_of(cell) for cell in cells] == names[: len(cells)]:
            continue  # the header, repeated as data
        found.append(_row(node, placed, names))
    return found


def text_of(node: Tag) -> str:
    return clean(node.get_text(" "))


def _cells(row: Tag) -> list[Tag]:
    return row.find_all(["td", "th"], recursive=False)


def _header(grid: list[tuple[Tag, list[Tag]]]) -> tuple[Tag | None, list[str]]:
    """The row of column headings: marked so, or a first row without links above rows with links.

    A row of one cell above it is the table's caption.
    """
    node, cells = next((row for row in grid if len(row[1]) > 1), grid[0])
    marked = all(cell.name == "th" for cell in cells) or node.find_parent("thead") is not None
    plain = node.find("a") is None and any(other.find("a") for other, _ in grid[1:]) and len(cells) > 1
    if not (marked or plain):
        return None, []
    names = [text_of(cell) for cell in cells for _ in range(_span(cell, "colspan"))]
    return node, names


def _placed(cells: list[Tag], spans: dict[int, tuple[Tag, int]]) -> dict[int, Tag]:
    """Cells by column, with those that reach down from rows above (`spans`, kept up to date)."""
    placed: dict[int, Tag] = {}
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


def _row(node: Tag, placed: dict[int, Tag], names: list[str]) -> Row:
    cells: list[Cell] = []
    for column, cell in placed.items():
        if not any(known.node is cell for known in cells):
            cells.append(Cell(cell, names[column] if column < len(names) else ""))
    if len(cells) == 1 and cells[0].node.find("a") is None:
        return Row(node, text_of(cells[0].node), ())
    return Row(node, _label(cells), tuple(cells))


def _label(cells: list[Cell]) -> str:
    """What the row is about: its marked heading, else the first cell that is neither a date nor only a file note.

    Where that is a mere number, the column of titles tells, else the first cell with a word in it.
    """
    marked = [cell for cell in cells if cell.node.name == "th"]
    texts = [text_of(cell.node) for cell in [*marked, *cells]]
    label = next((text for text in texts if link_label(text).text and not is_only_date(text)), texts[0])
    if re.search(r"[^\W\d_]", label):
        return label
    titles = [text_of(cell.node) for cell in cells if TITLE.search(cell.column)]
    return next((text for text in [*titles, *texts] if WORD.search(text) and not is_only_date(text)), label)


def _span(cell: Tag, name: str) -> int:
    value = str(cell.get(name) or "1")
    return min(int(value), WIDEST) if value.isdigit() and int(value) else 1
