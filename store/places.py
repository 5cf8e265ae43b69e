"""Which page of a publication says it: read from the normalised words that are searched, page by page. Pure."""

import re
from bisect import bisect
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import chain
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

    Of pages that are equal in all, the first of the version with the lowest number. A phrase over the end of a page
    stands where it begins.
    """
    best: Place | None = None
    for part in parts:
        scores = _scores(f" {part.words} ", sought)
        if scores:
            page, score = max(scores.items(), key=lambda item: (item[1], -item[0]))
            if best is None or score > best[:3]:
                best = Place(*score, part.version_id, part.first_page + page)
    return best


def _scores(text: str, sought: Sequence[Words | Prefix]) -> dict[int, tuple[int, int, int]]:
    """The first three of a Place for each page, from 0, on which something stands. The text has a blank at its ends."""
    found: dict[int, tuple[int, int, int]] = {}
    ends: list[int] = []
    for node in sought:
        places = list(_places(text, node))
        if not places:
            continue
        ends = ends or [*_every(text, PAGE_END), len(text)]
        is_phrase = isinstance(node, Words) and len(node.words) > 1
        for page, times in Counter([bisect(ends, place) for place in places]).items():
            phrases, met, total = found.get(page, (0, 0, 0))
            found[page] = phrases + is_phrase, met + 1, total + times
    return found


def _places(text: str, node: Words | Prefix) -> Iterator[int]:
    """Where it begins. Letters that are known are found several times as fast by `str.find` as by a pattern."""
    if isinstance(node, Prefix):
        return chain.from_iterable(_every(text, f" {start}") for start in node.starts)
    if len(node.words) == 1:
        return _every(text, f" {node.words[0]} ")
    return (match.start() for match in _phrase(node.words).finditer(text))


def _every(text: str, wanted: str) -> Iterator[int]:
    at = text.find(wanted)
    while at >= 0:
        yield at
        at = text.find(wanted, at + 1)


@lru_cache(maxsize=256)
def _phrase(words: tuple[str, ...]) -> re.Pattern[str]:
    """It begins with letters, not with a choice: so it is looked for ten times as fast."""
    return re.compile(f" {f'(?: {PAGE_END})* '.join(words)}(?= )")
