"""Which page of a publication says it: read from the normalised words that are searched, page by page. Pure."""

import re
from collections.abc import Iterator, Sequence
from itertools import compress, repeat
from typing import NamedTuple

from store.models.search import PAGE_END
from store.query import Prefix, Words


class Part(NamedTuple):
    """The words of a version, or of a part of it (SearchRow)."""

    version_id: int
    first_page: int
    words: str


class Place(NamedTuple):
    """A page of a version, and how much of what was sought stands on it. The larger, the better."""

    phrases: int
    """Of several words, found whole."""
    met: int
    """How many of the sought are found at all."""
    times: int
    """How often, all together."""
    version_id: int
    page: int


_NOTHING = (0, 0, 0)


def best_place(parts: Sequence[Part], sought: Sequence[Words | Prefix]) -> Place | None:
    """The page with most phrases, else most of the words; of equals where they stand most often. None: nowhere.

    Of pages that are equal in all, the first of the version with the lowest number.
    """
    best: Place | None = None
    for part in parts:
        scores = _scores(f" {part.words} ".split(PAGE_END), sought)  # a blank before and after every word
        score = max(scores, default=_NOTHING)
        if score > (best[:3] if best else _NOTHING):
            best = Place(*score, part.version_id, part.first_page + scores.index(score))
    return best or next(_over_page_ends(parts, sought), None)


def _scores(pages: Sequence[str], sought: Sequence[Words | Prefix]) -> list[tuple[int, int, int]]:
    """Of each page the first three of a Place. By lists, not by pages: a search looks at eight hundred pages."""
    counts = list(zip(*(_counts(pages, node) for node in sought), strict=True))
    met = [len(of_page) - of_page.count(0) for of_page in counts]
    is_phrase = [isinstance(node, Words) and len(node.words) > 1 for node in sought]
    phrases = [sum(map(bool, compress(of_page, is_phrase))) for of_page in counts] if any(is_phrase) else repeat(0)
    return list(zip(phrases, met, map(sum, counts), strict=False))


def _counts(pages: Sequence[str], node: Words | Prefix) -> list[int]:
    """How often it stands on each page."""
    if isinstance(node, Words):
        whole = f" {' '.join(node.words)} "
        return [page.count(whole) for page in pages]
    return [sum(page.count(f" {start}") for start in node.starts) for page in pages]


def _over_page_ends(parts: Sequence[Part], sought: Sequence[Words | Prefix]) -> Iterator[Place]:
    """Where a phrase begins that ends on the next page."""
    for node in sought:
        if isinstance(node, Words) and len(node.words) > 1:
            words = f" ({PAGE_END} )*".join(node.words)
            pattern = re.compile(rf"\b{words}\b")
            for part in parts:
                if match := pattern.search(part.words):
                    page = part.first_page + part.words.count(PAGE_END, 0, match.start())
                    yield Place(1, 1, 1, part.version_id, page)
