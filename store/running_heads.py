"""Running heads, feet and page numbers: what the pages of a document repeat at their edges. Pure."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import NamedTuple

_EDGE_LINES = 3
_HEAD_SHARE = 0.4
"""A head stands on most pages; where left and right pages have heads of their own, on nearly half."""
_NUMBER, _BEFORE_NUMBER = re.compile(r"\d{1,6}"), re.compile(r"\D*")


class _Edge(NamedTuple):
    """A line at the top or the foot of a page."""

    page: int
    at: int
    at_top: bool
    text: str
    """With single spaces."""
    start: tuple[bool, str]
    """What stands before its first number: the same on every page where it is a running head."""


def without_running_heads(pages: Sequence[str]) -> list[str]:
    """The pages without running heads, feet and page numbers: lines that most pages repeat at their edge.

    A line also counts as repeated when one number in it grows with the page ("Page 3 of 40").
    """
    lines = [page.splitlines() for page in pages]
    needed = max(3, _HEAD_SHARE * len(pages))
    for page, at in _heads(list(_edges(lines)), needed):
        lines[page][at] = _DROPPED
    return ["\n".join([line for line in page if line is not _DROPPED]) for page in lines]


_DROPPED = "\n"
"""No line holds a line's end."""


def _edges(pages: Iterable[Sequence[str]]) -> Iterator[_Edge]:
    """The first and last lines with something on them."""
    for number, page in enumerate(pages):
        for at_top, places in ((True, range(len(page))), (False, range(len(page) - 1, -1, -1))):
            found = 0
            for at in places:
                text = " ".join(page[at].split())
                if not text:
                    continue
                start = _BEFORE_NUMBER.match(text)
                yield _Edge(number, at, at_top, text, (at_top, start[0] if start else ""))
                found += 1
                if found == _EDGE_LINES:
                    break


def _heads(edges: Sequence[_Edge], needed: float) -> Iterator[tuple[int, int]]:
    """Page and place of the lines that are repeated. Most lines' starts are not: they need no closer look."""
    starts = Counter(start for _, start in {(edge.page, edge.start) for edge in edges})
    suspects = [(edge, _keys(edge)) for edge in edges if starts[edge.start] >= needed]
    by_page = {(edge.page, key) for edge, keys in suspects for key in keys}
    counts = Counter(key for _, key in by_page)
    repeated = {key for key, count in counts.items() if count >= needed}
    return ((edge.page, edge.at) for edge, keys in suspects if not repeated.isdisjoint(keys))


def _keys(edge: _Edge) -> list[tuple[bool, str]]:
    """The line itself, and once for each number in it with that number counted from the page's own."""
    counted = (
        f"{edge.text[: match.start()]}\0{int(match[0]) - edge.page}{edge.text[match.end() :]}"
        for match in _NUMBER.finditer(edge.text)
    )
    return [(edge.at_top, key) for key in chain([edge.text], counted)]
