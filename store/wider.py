"""When nothing has all that was asked for: words as they were probably meant, else most or any of them; it is said."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from math import log

from rapidfuzz import fuzz, process
from sqlmodel import Session, col, select

from config.themes import vocabulary
from store.models import Publication, Publisher
from store.query import Among, And, Filter, Node, Not, Or, Published, Query, Words, explain, parse, said
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
    tokens = list(_joined(typed, known))
    choices = [_better(session, token, known, limit) for token in tokens[:MOST_WORDS]]
    choices += [[token] for token in tokens[MOST_WORDS:]]
    best = [some[0] for some in choices]
    others = [[*best[:at], other, *best[at + 1 :]] for at, some in enumerate(choices) for other in some[1:]]
    return [" ".join(text) for text in (best, *others)][:limit] if best != typed else []


def _joined(typed: Sequence[str], known: Mapping[str, str]) -> Iterator[str]:
    """Two neighbours that are one known word are that word, unless both are known too: "north beck"."""
    rest = iter(range(len(typed)))
    for at in rest:
        two = typed[at : at + 2]
        parts = [part for token in two for part in words(token)]
        whole = known.get("".join(parts)) if len(parts) == len(two) == 2 and "".join(two).isalpha() else None
        if whole is None or all(part in known for part in parts):
            yield typed[at]
        else:
            yield whole
            next(rest)


def _better(session: Session, token: str, known: dict[str, str], limit: int) -> list[str]:
    """What was probably meant by one printed word, or by a filter's: itself, unless nothing has it and one is near."""
    name, colon, bare = token.rstrip("?.,!;").rpartition(":")
    word = words(bare)
    if len(word) != 1 or len(word[0]) < _FEWEST_LETTERS or not bare.isalpha():
        return [token]
    if word[0] in known or _occurs(session, word[0]):
        return [token]
    near = process.extract(word[0], known, scorer=fuzz.ratio, score_cutoff=_LIKE_ENOUGH, limit=limit)
    return [name + colon + known[key] for _, _, key in near] or [token]


def most_of(session: Session, query: Query) -> Query | None:
    """With only those of its words that one publication has together, the most and the rarest; None if too few are."""
    sought, filters = _parted(query)
    if len(sought) > MOST_WORDS:
        return None
    having = {node: matching_ids(session, replace(query, root=And((node, *filters)))) for node in sought}
    together = _best_together(having)
    if len(together) < max(2, len(sought) / 2):
        return None
    root = And((*(node for node in sought if node in together), *filters))
    left_out = [said(node) for node in sought if node not in together]
    return replace(query, root=root, explained=f"Nothing has all of these words. {explain(root, left_out)}")


def _best_together(having: Mapping[Node, Collection[int]]) -> set[Node]:
    """The words of the publication that has the most of them; one that few have counts for more."""
    everything = set().union(*having.values())
    weights: dict[int, float] = defaultdict(float)
    for found in having.values():
        for one in found:
            weights[one] += log(1 + len(everything) / (1 + len(found)))
    best = max(everything, key=lambda one: (weights[one], one), default=None)
    return {node for node, found in having.items() if best in found}


def any_of(query: Query) -> Query | None:
    """The same with any of its words instead of all; None where there is but one."""
    sought, filters = _parted(query)
    if len(sought) < 2:
        return None
    told = "Nothing has all of these words, so what follows has some of them, the best first."
    return replace(query, root=And((Or(tuple(sought)), *filters)), explained=told)


def _parted(query: Query) -> tuple[list[Node], list[Node]]:
    """What is sought in texts, and what narrows it: filters, dates, exclusions."""
    filters = [
        node for node in query.root.nodes if isinstance(node, Filter | Published | Among | Not) or _is_filters(node)
    ]
    return [node for node in query.root.nodes if node not in filters], filters


def _is_filters(node: Node) -> bool:
    """Alternatives such as two kinds, or two years."""
    return isinstance(node, Or) and all(isinstance(part, Filter | Published) for part in node.nodes)


def meant(session: Session, query: Query) -> Query | None:
    """What to search for when the query finds nothing: spelt right, else most or any of its words. None: nothing."""
    for text in suggestions(session, query, limit=1):
        corrected = parse(text, vocabulary().synonyms)
        typed = parse(query.text, vocabulary().synonyms).root.nodes
        beside = [node for node in query.root.nodes if node not in typed]  # filters that are not in the text
        told = f"Nothing has “{query.text.strip()}”. {corrected.explained}"
        query = replace(corrected, root=And((*corrected.root.nodes, *beside)), explained=told)
        if matching_ids(session, query):
            return query
    return _with_themes_as_words(session, query) or most_of(session, query) or any_of(query)


def _with_themes_as_words(session: Session, query: Query) -> Query | None:
    """A theme is given to what says it often; some say it once or twice."""
    named = [node for node in query.root.nodes if isinstance(node, Filter) and node.name == "theme"]
    sought = {node: Words(tuple(found), node.value) for node in named if (found := words(node.value))}
    if not sought:
        return None
    root = And(tuple(sought.get(node, node) if isinstance(node, Filter) else node for node in query.root.nodes))
    wider = replace(query, root=root, explained=f"Nothing has this theme and the rest. {explain(root)}")
    return wider if matching_ids(session, wider) else None


def _occurs(session: Session, word: str) -> bool:
    return bool(matching_ids(session, Query(word, And((Words((word,), word),)), "")))


def _known_words(session: Session) -> dict[str, str]:
    """Words that a reader may have meant, normalised, with one way to print each."""
    shown = select(Publication.title, Publication.area).where(col(Publication.status).in_(SHOWN))
    texts = [one for row in session.execute(shown) for one in row]
    texts += session.exec(select(Publisher.name)).all()
    printed = dict.fromkeys(token for one in texts for token in one.split())  # titles are much alike
    return _of_themes() | _by_word(printed)


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
