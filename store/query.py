"""The query language of search page, topic, feed and digest: text in, a tree out. Pure, and no text is ever an error.

    neglect housing        both words                    "child protection plan"   words in this order
    neglect OR abuse       either                        safeg*                    words that begin so
    -adult                 without                       area:Leeds year:2023      a filter; values may be quoted

`near:Leeds` is the whole region of the publisher of that name: "my neighbours", its own reviews among them. `age:` is
an age band (`age:1-4`) or a year of age, `agency:` a body that lessons name. `before:` is up to, not including, that
day; `after:` is from that day on. OR joins its two neighbours only. Filters of one name are alternatives (`kind:news
kind:guidance`). What cannot be understood is left out, and `explained` says so.
An empty text matches everything; a text of which nothing can be understood matches nothing.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from store.words import prefixes, words

FILTERS = ("area", "kind", "theme", "publisher", "region", "near", "nation", "source", "has", "age", "agency", "status")
DATES = ("year", "before", "after")
LONGEST_TEXT = 2000
MOST_CLAUSES = 64
LONGEST_RUN = 4
ITEM = re.compile(
    rf'(?P<minus>-*)(?:(?P<name>{"|".join(FILTERS + DATES)}):\s*)?(?:"(?P<quoted>[^"]*)"?|(?P<plain>[^\s"]+))',
    re.IGNORECASE,
)
OPERATORS = frozenset({"OR", "|", "AND", "NOT"})
_SAME = str.maketrans({"“": '"', "”": '"', "„": '"', "(": " ", ")": " ", "\0": " "})
_DATE = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?")
_DAY_FIRST = re.compile(r"(\d{1,2})[/.](\d{1,2})[/.](\d{4})")

Synonyms = Callable[[str], Iterable[str]]


@dataclass(frozen=True)
class Words:
    """One word, or several in this order. Normalised (store.words); `printed` as typed."""

    words: tuple[str, ...]
    printed: str


@dataclass(frozen=True)
class Prefix:
    """Words that begin with one of `starts`."""

    starts: tuple[str, ...]
    printed: str


@dataclass(frozen=True)
class Filter:
    """A field's value, as typed; what it means is looked up in the archive."""

    name: str
    value: str

    @property
    def printed(self) -> str:
        return f"{self.name} {self.value}"


@dataclass(frozen=True)
class Published:
    """Published on `start` or later, and before `end`; None: open."""

    start: date | None
    end: date | None
    printed: str


@dataclass(frozen=True)
class Among:
    """One of these publications, by number: what a page knows and a text cannot say, such as a team's marks."""

    ids: frozenset[int]
    printed: str


@dataclass(frozen=True)
class Not:
    node: "Node"


@dataclass(frozen=True)
class And:
    """All of them; with none, everything."""

    nodes: tuple["Node", ...]


@dataclass(frozen=True)
class Or:
    nodes: tuple["Node", ...]
    synonyms: bool = False
    """True: the first is what was typed, the others are words for the same."""


NOTHING = Or(())
Node = Words | Prefix | Filter | Published | Among | Not | And | Or


@dataclass(frozen=True)
class Query:
    """What to look for. `explained` says in words what will be searched; empty for a query that matches all."""

    text: str
    root: And
    explained: str

    @property
    def sought(self) -> tuple[Words | Prefix, ...]:
        """The words that a hit shows: all but the negated ones."""
        return tuple(dict.fromkeys(_sought(self.root)))


@dataclass(frozen=True)
class _Item:
    """One thing typed. `node` None: left out, because of `problem` or because there is nothing in it."""

    node: Node | None
    operator: str = ""
    problem: str = ""


def parse(text: str, synonyms: Synonyms | None = None) -> Query:
    """The query that `text` means. `synonyms` gives other words for a term, in any order; quoted terms have none."""
    items = [item for match in ITEM.finditer(straight(text)) for item in _items(match)]
    left_out = [item.problem for item in items if item.problem]
    if len(items) > MOST_CLAUSES or len(text) > LONGEST_TEXT:
        left_out.append("all that stands after a very long beginning")
    kept = [item for item in items[:MOST_CLAUSES] if item.node or item.operator]
    clauses = _merged(_clauses(_with_synonyms(kept, synonyms) if synonyms else kept))
    if not clauses and text.strip():
        left_out.append("everything: nothing in it can be searched for")
        clauses = [NOTHING]
    root = And(tuple(clauses))
    return Query(text, root, explain(root, left_out))


def straight(text: str) -> str:
    """What of a text is read: its beginning, with straight quotation marks and without brackets."""
    return text.translate(_SAME)[:LONGEST_TEXT]


def _items(match: re.Match[str]) -> Iterator[_Item]:
    name, quoted, plain = (match["name"] or "").lower(), match["quoted"], match["plain"] or ""
    if plain in OPERATORS and not name and not match["minus"]:
        yield _Item(None, operator={"|": "OR"}.get(plain, plain))
        return
    if name:
        found = [_filter(name, quoted if quoted is not None else plain)]
    elif quoted is not None:
        found = [_Item(_term(quoted))]
    else:
        found = [_Item(node) for part in plain.split(":") for node in _plain(part)]
    yield from _negated(found) if match["minus"] else found


def _negated(items: list[_Item]) -> Iterator[_Item]:
    nodes = tuple(item.node for item in items if item.node)
    yield _Item(Not(nodes[0] if len(nodes) == 1 else And(nodes)) if nodes else None, problem=items[0].problem)


def _plain(text: str) -> Iterator[Node | None]:
    """ "safeg*" is a beginning; "multi-agency" two words in this order; "multi-ag*" a word and a beginning."""
    if not text.endswith("*"):
        yield _term(text)
        return
    before, _, last = text.rstrip("*").rpartition("-")
    starts = prefixes(last)
    yield _term(before)
    yield Prefix(tuple(starts), last) if starts else None


def _term(text: str) -> Words | None:
    found = tuple(words(text))
    return Words(found, " ".join(text.split())) if found else None


def _filter(name: str, value: str) -> _Item:
    value = " ".join(value.split())
    if name not in DATES:
        return _Item(Filter(name, value)) if value else _Item(None, problem=f"{name}: without a value")
    named = period(value)
    if named is None:
        return _Item(None, problem=f"{name}:{value}, which is no date (2023, 2023-05 or 2023-05-31)")
    start, end = named
    bounds = {"year": (start, end), "after": (start, None), "before": (None, start)}[name]
    return _Item(Published(*bounds, printed=f"{name} {value}"))


def period(text: str) -> tuple[date, date] | None:
    """The first day of the year, month or day that `text` names, and the first day after it. Day-first."""
    if day_first := _DAY_FIRST.fullmatch(text):
        text = "-".join(reversed(day_first.groups()))
    match = _DATE.fullmatch(text)
    if match is None:
        return None
    year, month, day = (int(part) if part else None for part in match.groups())
    try:
        start = date(year or 0, month or 1, day or 1)
        if day:
            return start, start + timedelta(days=1)
        following = (
            date(start.year + start.month // 12, start.month % 12 + 1, 1) if month else date(start.year + 1, 1, 1)
        )
    except (ValueError, OverflowError):
        return None
    return start, following


def _clauses(items: list[_Item]) -> list[Node]:
    """AND between all, but OR joins its neighbours; an operator with nothing to join is nothing."""
    clauses: list[list[Node]] = []
    operator = ""
    for item in items:
        if item.node is None:
            operator = item.operator
            continue
        node = Not(item.node) if operator == "NOT" else item.node
        if operator == "OR" and clauses:
            clauses[-1].append(node)
        else:
            clauses.append([node])
        operator = ""
    return [nodes[0] if len(nodes) == 1 else Or(tuple(nodes)) for nodes in clauses]


def _merged(clauses: list[Node]) -> list[Node]:
    """Filters of one name become alternatives, where the first of them stood."""
    by_name: dict[object, list[Node]] = {}
    for clause in clauses:
        years = isinstance(clause, Published) and clause.printed.startswith("year")
        name: object = clause.name if isinstance(clause, Filter) else "year" if years else clause
        by_name.setdefault(name, []).append(clause)
    return [nodes[0] if len(set(nodes)) == 1 else Or(tuple(dict.fromkeys(nodes))) for nodes in by_name.values()]


def _with_synonyms(items: list[_Item], synonyms: Synonyms) -> list[_Item]:
    """Each term, and each run of neighbouring words ("serious case review"), joined with other words for it."""
    found: list[_Item] = []
    start = 0
    while start < len(items):
        length, node = _longest_known(items, start, synonyms)
        found.append(_Item(node) if node else items[start])
        start += length
    return found


def _longest_known(items: list[_Item], start: int, synonyms: Synonyms) -> tuple[int, Node | None]:
    run: list[Words] = []
    for item in items[start : start + LONGEST_RUN]:
        if not isinstance(item.node, Words) or item.operator:
            break
        run.append(item.node)
    for length in range(len(run), 0, -1):
        typed = run[:length]
        own = tuple(word for term in typed for word in term.words)
        others = [other for name in synonyms(" ".join(term.printed for term in typed)) if (other := _term(name))]
        others = [other for other in dict.fromkeys(others) if other.words != own]
        if others:
            first: Node = typed[0] if length == 1 else And(tuple(typed))
            return length, Or((first, *others), synonyms=True)
    return 1, None


def _sought(node: Node) -> Iterator[Words | Prefix]:
    if isinstance(node, Words | Prefix):
        yield node
    elif isinstance(node, And | Or):
        for part in node.nodes:
            yield from _sought(part)


def explain(root: And, left_out: Iterable[str] = ()) -> str:
    """What is looked for and what is not, in words."""
    sought = "; and ".join(said(node) for node in root.nodes)
    looked_for = f"Looked for {sought}." if sought else ""
    return " ".join(filter(None, (looked_for, f"Left out: {'; '.join(left_out)}." if left_out else "")))


def said(node: Node) -> str:
    match node:
        case Words(printed=printed):
            return f"“{printed}”"
        case Prefix(printed=printed):
            return f"words beginning with “{printed}”"
        case Filter() | Published() | Among():
            return node.printed
        case Not(node=inner):
            return f"without {said(inner)}"
        case Or(nodes=nodes, synonyms=True):
            return f"{said(nodes[0])} (also {', '.join(said(part) for part in nodes[1:])})"
        case And(nodes=nodes) | Or(nodes=nodes):
            return (" and " if isinstance(node, And) else " or ").join(said(part) for part in nodes)
