"""Which page of a document says it, and the lines around: found in the stored page text, as printed. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from store.query import Prefix, Words
from store.words import Span, beginning, spans

SNIPPET_LETTERS = 200
_PAGES_READ = 6
"""How many of the likeliest pages are read word by word."""

Sought = Sequence[Words | Prefix]
Snippet = list[tuple[str, bool]]
"""Pieces of plain text in order; True: a word that was looked for."""


@dataclass(frozen=True)
class FoundPage:
    page: int
    """As the caller numbered it."""
    snippet: Snippet
    score: tuple[int, int, int]


def best_page(pages: Sequence[tuple[int, str]], sought: Sought) -> FoundPage | None:
    """The page with a phrase, else with most of the words; of equals the first. None: on none of them."""
    likely = sorted(pages, key=lambda page: _likelihood(page[1].lower(), sought), reverse=True)
    # a letter that is printed with an accent escapes the quick look: then all pages are read
    likely = likely[:_PAGES_READ] if likely and any(_likelihood(likely[0][1].lower(), sought)) else likely
    read = [(page, _Read.of(text, sought)) for page, text in sorted(likely)]
    hits = [(page, found) for page, found in read if found.hits]
    if not hits:
        return None
    page, found = max(hits, key=lambda hit: hit[1].score)
    return FoundPage(page, found.snippet(), found.score)


def snippet_of(text: str, sought: Sought) -> Snippet:
    """The lines of one text around what was sought; its beginning when nothing of it is there."""
    return _Read.of(text, sought).snippet()


def _likelihood(lowered: str, sought: Sought) -> tuple[int, int]:
    counts = [_count(lowered, node) for node in sought]
    return sum(count > 0 for count in counts), sum(counts)


def _count(lowered: str, node: Words | Prefix) -> int:
    """At most how often it may be there: quick, and never too few in plain letters."""
    if isinstance(node, Prefix):
        return sum(lowered.count(beginning(start)) for start in node.starts)
    return min(lowered.count(beginning(word)) for word in node.words)


@dataclass(frozen=True)
class _Read:
    """A text read word by word: which of its spans are hits, and of which of the sought."""

    text: str
    spans: list[Span]
    hits: dict[int, set[int]]
    """Index of a span to the indexes of what it is a hit of."""
    score: tuple[int, int, int]

    @classmethod
    def of(cls, text: str, sought: Sought) -> "_Read":
        found = list(spans(text))
        hits: dict[int, set[int]] = {}
        for number, node in enumerate(sought):
            for index in _places(found, node):
                hits.setdefault(index, set()).add(number)
        met = {number for numbers in hits.values() for number in numbers}
        phrases = sum(1 for number in met if _is_phrase(sought[number]))
        return cls(text, found, hits, (phrases, len(met), len(hits)))

    def snippet(self) -> Snippet:
        first = self._densest()
        start, end = self._window(first)
        pieces: Snippet = [("… ", False)] if start > 0 else []
        at = start
        for index in sorted(self.hits):
            span = self.spans[index]
            if start <= span.start and span.end <= end:
                pieces += [(self.text[at : span.start], False), (self.text[span.start : span.end], True)]
                at = span.end
        pieces += [(self.text[at:end], False)] + ([(" …", False)] if end < len(self.text.rstrip()) else [])
        return [(_one_line(piece), is_hit) for piece, is_hit in pieces if piece]

    def _densest(self) -> int:
        """The letter where a window begins that shows most of what was sought."""
        places = sorted(self.hits)
        if not places:
            return 0

        def shown(first: int) -> tuple[int, int]:
            limit = self.spans[first].start + SNIPPET_LETTERS * 3 // 4
            inside = [index for index in places if index >= first and self.spans[index].end <= limit]
            return len({number for index in inside for number in self.hits[index]}), len(inside)

        return self.spans[max(places, key=shown)].start

    def _window(self, first: int) -> tuple[int, int]:
        """Some letters before the first hit and after it, from a word's start to a word's end."""
        start = max(0, first - SNIPPET_LETTERS // 4)
        end = min(len(self.text), start + SNIPPET_LETTERS)
        starts = [span.start for span in self.spans if start <= span.start <= first]
        ends = [span.end for span in self.spans if first < span.end <= end]
        whole = end == len(self.text)
        return (starts[0] if starts and start else start), (end if whole or not ends else ends[-1])


def _places(found: Sequence[Span], node: Words | Prefix) -> list[int]:
    if isinstance(node, Prefix):
        return [index for index, span in enumerate(found) if any(word.startswith(node.starts) for word in span.words)]
    if len(node.words) == 1:
        return [index for index, span in enumerate(found) if node.words[0] in span.words]
    return _phrase_places(found, node.words)


def _phrase_places(found: Sequence[Span], phrase: tuple[str, ...]) -> list[int]:
    flat = [(word, index) for index, span in enumerate(found) for word in span.words]
    starts = [at for at, (word, _) in enumerate(flat) if word == phrase[0]]
    met = [at for at in starts if tuple(word for word, _ in flat[at : at + len(phrase)]) == phrase]
    return sorted({index for at in met for _, index in flat[at : at + len(phrase)]})


def _is_phrase(node: Words | Prefix) -> bool:
    return isinstance(node, Words) and len(node.words) > 1


def _one_line(text: str) -> str:
    lead, trail = text[:1].isspace(), text[-1:].isspace()
    body = " ".join(text.split())
    return f"{' ' if lead else ''}{body}{' ' if trail and body else ''}"
