"""When nothing has all that was asked for: words as they were probably meant, or else any of them; and it is said."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import lru_cache

from rapidfuzz import fuzz, process
from sqlmodel import Session, col, select

from config.themes import vocabulary
from store.models import Publication, Publisher
from store.query import And, Filter, Node, Not, Or, Published, Query, Words, parse
from store.search import matching_ids
from store.search_where import SHOWN
from store.words import words

_LIKE_ENOUGH = 75
_FEWEST_LETTERS = 4
MOST_WORDS = 12


def suggestions(session: Session, query: Query, limit: int = 3) -> list[str]:
    """The query's text with words that nothing has, spelt as in titles, areas, publishers' names and themes instead."""
    typed = query.text.split()
    known = _known_words(session)
    choices = [_better(session, token, known, limit) for token in typed[:MOST_WORDS]]
    choices += [[token] for token in typed[MOST_WORDS:]]
    best = [some[0] for some in choices]
    others = [[*best[:at], other, *best[at + 1 :]] for at, some in enumerate(choices) for other in some[1:]]
    return [" ".join(text) for text in (best, *others)][:limit] if best != typed else []


def _better(session: Session, token: str, known: dict[str, str], limit: int) -> list[str]:
    """What was probably meant by one printed word: itself, unless nothing has it and something near it is known."""
    word = words(token)
    if len(word) != 1 or len(word[0]) < _FEWEST_LETTERS or not token.isalpha():
        return [token]
    if word[0] in known or _occurs(session, word[0]):
        return [token]
    near = process.extract(word[0], known, scorer=fuzz.ratio, score_cutoff=_LIKE_ENOUGH, limit=limit)
    return [known[key] for _, _, key in near] or [token]


def any_of(query: Query) -> Query | None:
    """The same with any of its words instead of all; None where there is but one."""
    kept = [node for node in query.root.nodes if isinstance(node, Filter | Published | Not) or _is_filters(node)]
    sought = [node for node in query.root.nodes if node not in kept]
    if len(sought) < 2:
        return None
    said = "Nothing has all of these words, so what follows has some of them, the best first."
    return replace(query, root=And((Or(tuple(sought)), *kept)), explained=said)


def _is_filters(node: Node) -> bool:
    """Alternatives such as two kinds, or two years."""
    return isinstance(node, Or) and all(isinstance(part, Filter | Published) for part in node.nodes)


def meant(session: Session, query: Query) -> Query | None:
    """What to search for when the query finds nothing: spelt right, else any of its words; None: nothing is better."""
    for text in suggestions(session, query, limit=1):
        corrected = parse(text, vocabulary().synonyms)
        typed = parse(query.text, vocabulary().synonyms).root.nodes
        beside = [node for node in query.root.nodes if node not in typed]  # filters that are not in the text
        said = f"Nothing has “{query.text.strip()}”. {corrected.explained}"
        query = replace(corrected, root=And((*corrected.root.nodes, *beside)), explained=said)
        if matching_ids(session, query):
            return query
    return any_of(query)


def _occurs(session: Session, word: str) -> bool:
    return bool(matching_ids(session, Query(word, And((Words((word,), word),)), "")))


def _known_words(session: Session) -> dict[str, str]:
    """Words that a reader may have meant, normalised, with one way to print each."""
    shown = select(Publication.title, Publication.area).where(col(Publication.status).in_(SHOWN))
    texts = [one for row in session.execute(shown) for one in row]
    texts += session.exec(select(Publisher.name)).all()
    printed = (token for one in texts for token in one.split())
    return _of_themes() | {
        found[0]: token.strip(".,:;()").lower() for token in printed if len(found := words(token)) == 1
    }


@lru_cache(maxsize=1)
def _of_themes() -> dict[str, str]:
    return _by_word(_printed_in_themes())


def _by_word(printed: Iterable[str]) -> dict[str, str]:
    return {found[0]: token.strip(".,:;()").lower() for token in printed if len(found := words(token)) == 1}


def _printed_in_themes() -> Iterator[str]:
    for theme in vocabulary().themes:
        for phrase in (theme.name, *theme.words):
            yield from phrase.split()
    for term in vocabulary().vocabulary:
        for name in term.names:
            yield from name.split()
