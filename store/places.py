"""Which page of a publication says it: read from the normalised words that are searched, page by page. Pure."""

import re
from collections.abc import Iterator, Sequence
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


def best_place(parts: Sequence[Part], sought: Sequence[Words | Prefix]) -> Place | None:
    """The page with most phrases, else most of the words; of equals where they stand most often. None: nowhere.

    Of pages that are equal in all, the first of the version with the lowest number.
    """
    needles = [_needles(node) for node in sought]
    phrases = [isinstance(node, Words) and len(node.words) > 1 for node in sought]
    best: Place | None = None
    for part in parts:
        for page, text in _pages(part):
            counts = [sum(map(text.count, some)) for some in needles]
            if not any(counts):
                continue
            met = [is_phrase for is_phrase, count in zip(phrases, counts, strict=True) if count]
            place = Place(sum(met), len(met), sum(counts), part.version_id, page)
            if best is None or place[:3] > best[:3]:
                best = place
    return best or next(_over_page_ends(parts, sought), None)


def _over_page_ends(parts: Sequence[Part], sought: Sequence[Words | Prefix]) -> Iterator[Place]:
    """Where a phrase begins that ends on the next page."""
    for node in sought:
        if isinstance(node, Words) and len(node.words) > 1:
            pattern = re.compile(rf"\b{f' {PAGE_END}*'.join(node.words)}\b")
            for part in parts:
                if match := pattern.search(part.words):
                    page = part.first_page + part.words.count(PAGE_END, 0, match.start())
                    yield Place(1, 1, 1, part.version_id, page)


def _needles(node: Words | Prefix) -> tuple[str, ...]:
    if isinstance(node, Prefix):
        return tuple(f" {start}" for start in node.starts)
    return (f" {' '.join(node.words)} ",)


def _pages(part: Part) -> Iterator[tuple[int, str]]:
    """Each page with its number; a blank before and after every word."""
    texts = f" {part.words} ".replace(PAGE_END, f"{PAGE_END} ").split(PAGE_END)
    return enumerate(texts, start=part.first_page)
