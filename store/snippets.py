"""The lines of a page around what was sought, as printed. Pure."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from store.query import Prefix, Words
from store.words import IN_TOKEN, Span, beginning, spans

SNIPPET_LETTERS = 200

Snippet = list[tuple[str, bool]]
"""Pieces of plain text in order; True: a word that was looked for."""


@dataclass(frozen=True)
class _Read:
    """A text and what of the sought stands in it: (start, end) of each hit to the numbers of what it is a hit of."""

    text: str
    hits: dict[tuple[int, int], set[int]]


class Seeker:
    """Looks for a query's words in printed text; made once a search."""

    def __init__(self, sought: Sequence[Words | Prefix]) -> None:
        self._sought = sought
        firsts = {beginning(word) for node in sought for word in _firsts(node)}
        choice = "|".join(sorted(map(re.escape, firsts), reverse=True))
        self._pattern = re.compile(rf"(?<![^\W_])(?:{choice}){IN_TOKEN}*", re.IGNORECASE) if firsts else None

    def snippet(self, text: str) -> Snippet:
        """The lines of one text around what was sought; its beginning when nothing of it is there."""
        if self._pattern is None:
            return _snippet(_Read(text, {}))
        # only the printed words that begin as a sought one does are looked at
        tokens = (match.span() for match in self._pattern.finditer(text))
        read = self._judge(text, (span for start, end in tokens for span in spans(text, start, end)))
        # a word that is printed with an accent escapes the quick look
        return _snippet(read if read.hits else self._judge(text, spans(text)))

    def _judge(self, text: str, candidates: Iterable[Span]) -> _Read:
        hits: dict[tuple[int, int], set[int]] = {}
        for span in candidates:
            for number, node in enumerate(self._sought):
                for hit in _hits_at(text, span, node):
                    hits.setdefault(hit, set()).add(number)
        return _Read(text, hits)


def _firsts(node: Words | Prefix) -> tuple[str, ...]:
    return node.starts if isinstance(node, Prefix) else node.words[:1]


def _hits_at(text: str, span: Span, node: Words | Prefix) -> list[tuple[int, int]]:
    """The places of the hit that begins with this printed word; none when it is no hit."""
    if isinstance(node, Prefix):
        found = any(word.startswith(node.starts) for word in span.words)
        return [(span.start, span.end)] if found else []
    if len(node.words) == 1:
        return [(span.start, span.end)] if node.words[0] in span.words else []
    return _phrase_at(text, span, node.words) if node.words[0] in span.words else []


def _phrase_at(text: str, first: Span, phrase: tuple[str, ...]) -> list[tuple[int, int]]:
    places: list[tuple[int, int]] = []
    seen: list[str] = []
    for span in spans(text, first.start):
        places.append((span.start, span.end))
        seen += span.words
        if len(seen) >= len(phrase):
            break
    skipped = first.words.index(phrase[0])
    return places if tuple(seen[skipped : skipped + len(phrase)]) == phrase else []


def _snippet(read: _Read) -> Snippet:
    start, end = _window(read.text, _densest(read))
    pieces: Snippet = [("… ", False)] if read.text[:start].strip() else []
    at = start
    for hit_start, hit_end in sorted(read.hits):
        if at <= hit_start and hit_end <= end:
            pieces += [(read.text[at:hit_start], False), (read.text[hit_start:hit_end], True)]
            at = hit_end
    pieces += [(read.text[at:end], False), (" …" if read.text[end:].strip() else "", False)]
    return [(_one_line(piece), is_hit) for piece, is_hit in pieces if piece]


def _densest(read: _Read) -> int:
    """The hit after which a window shows most of what was sought."""
    places = sorted(read.hits)

    def shown(first: int) -> tuple[int, int]:
        limit = places[first][0] + SNIPPET_LETTERS * 3 // 4
        inside = [place for place in places[first : first + SNIPPET_LETTERS] if place[1] <= limit]
        return len({number for place in inside for number in read.hits[place]}), len(inside)

    return places[max(range(len(places)), key=shown)][0] if places else 0


def _window(text: str, first: int) -> tuple[int, int]:
    """Some letters before the first hit and after it, from a word's start to a word's end."""
    start = max(0, first - SNIPPET_LETTERS // 4)
    if start:
        start = next((match.end() for match in re.compile(r"\s").finditer(text, start, first)), first)
    end = min(len(text), start + SNIPPET_LETTERS)
    if end < len(text):
        end = max(text.rfind(" ", first + 1, end), text.rfind("\n", first + 1, end), first + 1)
        end = end if end > first + 1 else min(len(text), start + SNIPPET_LETTERS)
    return start, end


def _one_line(text: str) -> str:
    return re.sub(r"\s+", " ", text)
