"""A question as a person types it: its small words are left out before it is searched for, and that is said. Pure.

Topics keep to what they say, word for word (`store.query.parse`): what a saved rule matches never changes. A question
that is saved as a topic is saved without its small words, so that the topic finds what the page showed.
"""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from store.query import ITEM, LONGEST_RUN, OPERATORS, Query, Synonyms, parse, straight

_FEWEST_WORDS = 4
"""A shorter text is a name or a term, and its small words belong to it."""
_SMALL = frozenset({
    "about", "all", "also", "am", "an", "and", "any", "are", "as", "at", "be", "been", "being", "but", "by", "can",
    "could", "did", "do", "does", "for", "from", "had", "has", "have", "how", "i", "if", "in", "into", "is", "it",
    "its", "know", "me", "my", "of", "on", "or", "our", "over", "please", "say", "saying", "says", "she", "should",
    "so", "some", "tell", "than", "that", "the", "their", "them", "there", "these", "they", "this", "those", "to",
    "us", "was", "we", "were", "what", "when", "where", "whether", "which", "while", "who", "whom", "whose", "why",
    "will", "with", "would", "you", "your"
})  # fmt: skip
_BETWEEN = frozenset({"a", "i"})
"""Small only where another small word stands before: "in a home", but "child a"."""


def asked(text: str, synonyms: Synonyms | None = None) -> Query:
    """The query that a question means; its `text` is what was kept, which means the same to `parse`."""
    typed = [match.group().strip() for match in ITEM.finditer(straight(text))]
    small = _small(typed, synonyms)
    if not small:
        return parse(text, synonyms)
    query = parse(" ".join(word for at, word in enumerate(typed) if at not in small), synonyms)
    said = ", ".join(dict.fromkeys(typed[at].rstrip("?.,!;").lower() for at in sorted(small)))
    return replace(query, explained=f"{query.explained} Small words left out: {said}.".strip())


def _small(typed: Sequence[str], synonyms: Synonyms | None) -> set[int]:
    """Where the small words stand; none of a short text, or of one that has nothing else."""
    plain = [at for at, word in enumerate(typed) if _is_plain(word)]
    if len(plain) < _FEWEST_WORDS:
        return set()
    kept = _joined_by_operators(typed) | _in_known_names(typed, synonyms)
    small: set[int] = set()
    for at in plain:
        word = typed[at].rstrip("?.,!;").lower()
        between = word in _BETWEEN and (at == 0 or at - 1 in small)
        if at not in kept and not _is_code(typed[at]) and (between or word in _SMALL - _BETWEEN):
            small.add(at)
    return small if len(small) < len(plain) else set()


def _is_plain(item: str) -> bool:
    """One word: no phrase, filter, beginning or exclusion."""
    return item.rstrip("?.,!;").isalpha() and item not in OPERATORS


def _is_code(word: str) -> bool:
    """In capitals it is a name: child A, IT, WHO."""
    return word.rstrip("?.,!;").isupper()


def _joined_by_operators(typed: Sequence[str]) -> set[int]:
    neighbours = ((at, at + 1) for at, pair in enumerate(pairwise(typed)) if not OPERATORS.isdisjoint(pair))
    return {at for pair in neighbours for at in pair}


def _in_known_names(typed: Sequence[str], synonyms: Synonyms | None) -> set[int]:
    """Within a name that the vocabulary knows: "children in care"."""
    runs = (
        range(start, start + length)
        for start in range(len(typed))
        for length in range(2, min(LONGEST_RUN, len(typed) - start) + 1)
    )
    return {at for run in runs if synonyms and list(synonyms(" ".join(typed[at] for at in run))) for at in run}
