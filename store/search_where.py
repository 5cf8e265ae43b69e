"""A query's tree as SQL: which publications match. The one rule for page, feed, topic and digest, on both databases.

A publication matches a word when any of its rows has it: its own fields or any of its documents.
"""

from collections.abc import Callable
from itertools import pairwise

from sqlalchemy import (
    ColumnElement,
    String,
    TextClause,
    and_,
    bindparam,
    cast,
    exists,
    false,
    func,
    not_,
    or_,
    text,
    true,
)
from sqlmodel import Session, col, select

from config.themes import vocabulary
from store import traits
from store.database import is_sqlite
from store.facets import RECOMMENDATIONS
from store.models.publications import Entry, Publication
from store.models.search import PAGE_END, ROWS_EACH, SearchRow
from store.models.sources import Publisher, Source
from store.query import Among, And, Filter, Node, Not, Or, Prefix, Published, Words
from store.words import words

SHOWN = ("listed", "unlisted")
# Postgres forgets where words stand in long documents, so a phrase is looked for in the words themselves; taking the
# pages' ends out of them costs most, and is only needed where two of its words stand at such an end. It is no join:
# Postgres would look for the phrase everywhere first.
_IN_ORDER = f""" AND (
    SELECT strpos(' ' || title || ' ', :phrase) > 0 OR strpos(all_words, :phrase) > 0
    OR (({{at_an_end}}) AND strpos(replace(all_words, '{PAGE_END} ', ''), :phrase) > 0)
    FROM (SELECT title, ' ' || words || ' ' AS all_words FROM search_row WHERE id = row_id OFFSET 0) AS unpacked_once
)"""
Condition = ColumnElement[bool]


def matching(session: Session, root: Node) -> Condition:
    """A condition on `publication`. Suspected and removed ones never match."""
    if is_sqlite(session):
        # not asked of the column itself, whose index would lead through nearly all there is
        return and_(func.coalesce(col(Publication.status), "").in_(SHOWN), _condition(session, root))
    # Postgres believes that going through all rows is cheap: what unpacking long ones costs, it does not count
    session.connection().exec_driver_sql("SET LOCAL enable_seqscan = off")
    return and_(col(Publication.status).in_(SHOWN), _condition(session, root))


def _condition(session: Session, node: Node) -> Condition:
    match node:
        case And(nodes=nodes):
            return and_(true(), *(_condition(session, part) for part in nodes))
        case Or(nodes=nodes):
            return or_(false(), *(_condition(session, part) for part in nodes))
        case Not(node=inner):
            return not_(_condition(session, inner))
        case Published(start=start, end=end):
            day = col(Publication.published)
            bounds = ([day >= start] if start else []) + ([day < end] if end else [])
            return and_(day.is_not(None), *bounds)
        case Among(ids=ids):
            return col(Publication.id).in_(ids)
        case Filter(name=name, value=value):
            return _FILTERS[name](session, value)
        case Words() | Prefix():
            return _has_words(session, node)


def _has_words(session: Session, node: Words | Prefix) -> Condition:
    return col(Publication.id).in_(_sqlite_match(node) if is_sqlite(session) else _postgres_match(node))


def _sqlite_match(node: Words | Prefix) -> TextClause:
    found = f"SELECT rowid / {ROWS_EACH} FROM search_index WHERE search_index MATCH :wanted"
    return text(found).bindparams(bindparam("wanted", fts5(node), unique=True))


def _postgres_match(node: Words | Prefix) -> TextClause:
    found = f"SELECT row_id / {ROWS_EACH} FROM search_index WHERE vector @@ CAST(:wanted AS tsquery)"
    given = {"wanted": tsquery(node)}
    if isinstance(node, Words) and len(node.words) > 1:
        # the next word's page, or one without words
        ends = [f" {one} {PAGE_END} {next_}" for one, other in pairwise(node.words) for next_ in (other, PAGE_END)]
        named = {f"end{number}": end for number, end in enumerate(ends)}
        found += _IN_ORDER.format(at_an_end=" OR ".join(f"strpos(all_words, :{name}) > 0" for name in named))
        given |= {"phrase": f" {' '.join(node.words)} ", **named}
    return text(found).bindparams(*(bindparam(name, value, unique=True) for name, value in given.items()))


def fts5(node: Words | Prefix) -> str:
    """FTS5's language; words are letters and digits only, so quoting them is enough."""
    if isinstance(node, Prefix):
        return " OR ".join(f'"{start}"*' for start in node.starts)
    return f'"{" ".join(node.words)}"'


def tsquery(node: Words | Prefix) -> str:
    if isinstance(node, Prefix):
        return " | ".join(f"'{start}':*" for start in node.starts)
    return " & ".join(f"'{word}'" for word in node.words)


def _same_words(wanted: str, *names: str) -> bool:
    """True when one of the names has all the wanted words, next to each other."""
    sought = f" {' '.join(words(wanted))} "
    return bool(sought.strip()) and any(sought in f" {' '.join(words(name))} " for name in names)


def _publishers(session: Session, value: str, names: Callable[[Publisher], list[str]]) -> Condition:
    found = [one.id for one in session.exec(select(Publisher)).all() if _same_words(value, *names(one))]
    return func.coalesce(col(Publication.publisher_id), "").in_(found)


def _names(one: Publisher) -> list[str]:
    return [one.id, one.name, one.short, *(alias["name"] for alias in one.aliases)]


def _publisher(session: Session, value: str) -> Condition:
    return _publishers(session, value, _names)


def _near(session: Session, value: str) -> Condition:
    """All publishers of the regions in which one has that name. Which areas border on which, nobody has told us."""
    everyone = session.exec(select(Publisher)).all()
    regions = {one.region for one in everyone if one.region and _same_words(value, *_names(one))}
    near = [one.id for one in everyone if one.region in regions]
    return func.coalesce(col(Publication.publisher_id), "").in_(near)


def _area(session: Session, value: str) -> Condition:
    areas = session.exec(select(Publication.area).distinct()).all()
    return col(Publication.area).in_([area for area in areas if _same_words(value, area)])


def kind_of(value: str) -> str:
    """ "Local reviews" and "local-review" are the kind local_review."""
    return "_".join(words(value.replace("_", " ")))


def themes_of(value: str) -> list[str]:
    """The slugs of the themes that have that slug or name."""
    wanted = words(value)
    return [theme.slug for theme in vocabulary().themes if wanted in (words(theme.slug), words(theme.name))]


def _kind(_session: Session, value: str) -> Condition:
    return col(Publication.kind) == kind_of(value)


def _theme(session: Session, value: str) -> Condition:
    each = func.json_each if is_sqlite(session) else func.json_array_elements_text
    theme = each(col(Publication.themes)).table_valued("value")
    name = func.lower(cast(theme.c.value, String))
    slugs = {value.lower(), "-".join(value.lower().split()), *themes_of(value)}
    return exists(select(theme.c.value).where(name.in_(slugs)))


def _source(_session: Session, value: str) -> Condition:
    entries = select(Entry.publication_id).join(Source).where(func.lower(Source.name) == value.lower())
    return col(Publication.id).in_(entries.where(col(Entry.publication_id).is_not(None)))


def _has(_session: Session, value: str) -> Condition:
    """So far one thing can be asked for: recommendations."""
    having = select(SearchRow.publication_id).where(SearchRow.recommendations > 0)
    return col(Publication.id).in_(having) if value.lower() == RECOMMENDATIONS else false()


def _status(_session: Session, value: str) -> Condition:
    return col(Publication.status) == value.lower()


_FILTERS: dict[str, Callable[[Session, str], Condition]] = {
    "area": _area,
    "kind": _kind,
    "theme": _theme,
    "publisher": _publisher,
    "region": lambda session, value: _publishers(session, value, lambda one: [one.region]),
    "near": _near,
    "nation": lambda session, value: _publishers(session, value, lambda one: [one.nation]),
    "source": _source,
    "has": _has,
    "age": lambda _session, value: traits.with_age(value),
    "agency": lambda _session, value: traits.with_agency(value),
    "status": _status,
}
