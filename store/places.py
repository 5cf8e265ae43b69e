"""Which page of a publication says it: read from the normalised words that are searched, page by page. Pure."""

import re
from bisect import bisect
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import chain
from typing import NamedTuple

from store.models.search import PAGE_END
from store.query import And, Node, Or, Prefix, Words

Thing = tuple[tuple[Words | Prefix, ...], ...]
"""One thing that is sought, by its names; a name is all of some words."""
_TITLE_LETTERS = 400
"""A first page with more is no title page."""


class Part(NamedTuple):
    """The words of a version, or of a part of it (SearchRow)."""

    version_id: int
    first_page: int
    words: str


class Place(NamedTuple):
    """A page of a version, and how much of what was sought stands on it. The larger, the better."""

    met: int
    """How many of the things sought are found at all, by any of their names."""
    phrases: int
    """Of several words, found whole."""
    as_wanted: bool
    """The title page where that is sought, another page where it is not."""
    times: int
    """How often, all together."""
    version_id: int
    page: int


def things(node: Node) -> tuple[Thing, ...]:
    """What is sought: all but what is excluded. A term and its other names are one thing, and count once."""
    match node:
        case Words() | Prefix():
            return (((node,),),)
        case Or(nodes=names, synonyms=True):
            return (tuple(_name(name) for name in names),)
        case And(nodes=nodes) | Or(nodes=nodes):
            return tuple(dict.fromkeys(chain.from_iterable(things(part) for part in nodes)))
    return ()


def _name(node: Node) -> tuple[Words | Prefix, ...]:
    parts = node.nodes if isinstance(node, And) else (node,)
    return tuple(part for part in parts if isinstance(part, Words | Prefix))


def met(text: str, sought: Sequence[Thing]) -> int:
    """How many of the things a text of normalised words has."""
    whole = f" {text} "
    return sum(any(all(_has(whole, node) for node in name) for name in thing) for thing in sought)


def _has(text: str, node: Words | Prefix) -> bool:
    return next(iter(_places(text, node)), None) is not None


def best_place(parts: Sequence[Part], sought: Sequence[Thing], *, title_page: bool = False) -> Place | None:
    """The page with most of the things, else most phrases; of equals where they stand most often. None: nowhere.

    Of equal pages the title page comes first if that is sought, else last. Of pages that are equal in all, the first
    of the version with the lowest number. A phrase over the end of a page stands where it begins.
    """
    best: Place | None = None
    for part in parts:
        place = _best_page(part, sought, title_page)
        if place and (best is None or place[:4] > best[:4]):
            best = place
    return best


def _best_page(part: Part, sought: Sequence[Thing], title_page: bool) -> Place | None:
    counts = _counts(f" {part.words} ", sought)
    if not counts:
        return None
    title = 0 if part.first_page == 1 and _is_title(part.words) else None
    having = Counter(page for thing in sought for page in _pages(thing, counts))
    phrases = Counter(page for node, pages in counts.items() if _is_phrase(node) for page in pages)
    times: Counter[int] = Counter()
    for pages in counts.values():
        times.update(pages)
    scores = {page: (having[page], phrases[page], (page == title) == title_page, times[page]) for page in times}
    page = max(scores, key=lambda one: (scores[one], -one))
    return Place(*scores[page], part.version_id, part.first_page + page)


def _counts(text: str, sought: Sequence[Thing]) -> dict[Words | Prefix, Counter[int]]:
    """How often each word stands on each page, counted from 0. The text has a blank at its ends."""
    nodes = dict.fromkeys(node for thing in sought for name in thing for node in name)
    found = {node: places for node in nodes if (places := list(_places(text, node)))}
    ends = [*_every(text, PAGE_END), len(text)] if found else []
    return {node: Counter([bisect(ends, place) for place in places]) for node, places in found.items()}


def _pages(thing: Thing, counts: Mapping[Words | Prefix, Counter[int]]) -> set[int]:
    """The pages on which all words of one of its names stand."""
    whole = (name for name in thing if all(node in counts for node in name))
    return {page for name in whole for page in set.intersection(*(set(counts[node]) for node in name))}


def _is_phrase(node: Words | Prefix) -> bool:
    return isinstance(node, Words) and len(node.words) > 1


def _is_title(words: str) -> bool:
    """The first page says little."""
    end = words.find(PAGE_END)
    return 0 <= end < _TITLE_LETTERS


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
