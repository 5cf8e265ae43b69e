"""Search: publications ranked, each with the page that says it, and the counts by kind, area and so on."""

import json
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal, NamedTuple

import sqlalchemy as sa
from rapidfuzz import fuzz, process
from sqlmodel import Session, col, select

from store.database import is_sqlite
from store.models.publications import Document, PageText, Publication, Version
from store.models.search import SearchRow
from store.models.sources import Publisher
from store.query import Prefix, Query, Words
from store.search_where import SHOWN, fts5, matching, tsquery
from store.snippets import Seeker, Snippet
from store.words import words

Sort = Literal["best", "newest"]
FACETS = ("kind", "publisher", "area", "region", "nation", "theme", "year")
_ASKED_AT_ONCE = 5_000
_LIKE_ENOUGH = 75


@dataclass(frozen=True)
class Hit:
    """A publication that matches. `page` and the ids of document and version are None when only its fields matched."""

    publication_id: int
    title: str
    document_id: int | None
    version_id: int | None
    page: int | None
    snippet: Snippet
    """Plain text in pieces, True for what was looked for; never HTML."""
    score: float
    """Higher is better; comparable within one search only. 0 when sorted by date."""


@dataclass(frozen=True)
class Results:
    total: int
    hits: list[Hit] = field(default_factory=list)
    facets: dict[str, dict[str, int]] = field(default_factory=dict)
    """Per facet each value with its count, commonest first; `publisher` by id. Unknown values are left out."""


def search(session: Session, query: Query, *, limit: int = 20, offset: int = 0, sort: Sort = "best") -> Results:
    """The matching publications, from the `offset`th on. Without words to rank by, the newest come first."""
    found = _found(session, query)
    scores = _scores(session, query, {row.id for row in found}) if sort == "best" and query.sought else {}
    ordered = sorted(found, key=lambda row: (scores.get(row.id, 0.0), row.published or date.min, row.id), reverse=True)
    shown = [row.id for row in ordered[offset : offset + limit]]
    return Results(len(found), _hits(session, query, shown, scores), _facets(session, found))


def matching_ids(session: Session, query: Query, among: Collection[int] | None = None) -> set[int]:
    """Which publications match (of `among`): the one rule for page, feed, topic and digest."""
    statement = select(Publication.id).where(matching(session, query.root))
    if among is not None and len(among) <= _ASKED_AT_ONCE:
        statement = statement.where(col(Publication.id).in_(among))
    found = {id_ for id_ in session.exec(statement) if id_ is not None}
    return found if among is None else found & set(among)


def suggestions(session: Session, query: Query, limit: int = 3) -> list[str]:
    """Queries that are spelt nearly the same and whose words do occur in titles, areas or publishers' names."""
    known = _known_words(session)
    typed = [word for node in query.sought if isinstance(node, Words) for word in node.words]
    found: list[str] = []
    for word in dict.fromkeys(typed):
        if word in known or len(word) < 4:
            continue
        near = process.extract(word, known, scorer=fuzz.ratio, score_cutoff=_LIKE_ENOUGH, limit=limit)
        found += [" ".join(known[best] if one == word else one for one in typed) for _, _, best in near]
    return found[:limit]


class _Match(NamedTuple):
    """What facets and sorting need of a publication. A plain row: there may be very many."""

    id: int
    kind: str
    publisher_id: str | None
    area: str
    published: date | None
    themes: str
    """As kept: JSON. Many publications share one list, so each list is read once."""


def _found(session: Session, query: Query) -> list[_Match]:
    *columns, themes = (getattr(Publication, name) for name in _Match._fields)
    statement = sa.select(*columns, sa.cast(themes, sa.String)).where(matching(session, query.root))
    return [_Match(*row) for row in session.execute(statement)]


def _facets(session: Session, found: Sequence[_Match]) -> dict[str, dict[str, int]]:
    counts: dict[str, Counter[str]] = {name: Counter() for name in FACETS}
    counts["kind"] = Counter(row.kind for row in found)
    counts["publisher"] = Counter(row.publisher_id or "" for row in found)
    counts["area"] = Counter(row.area for row in found)
    counts["year"] = Counter(str(row.published.year) if row.published else "" for row in found)
    for themes, count in Counter(row.themes for row in found).items():
        counts["theme"].update(dict.fromkeys(json.loads(themes), count))
    publishers = select(Publisher.id, Publisher.region, Publisher.nation)
    for publisher_id, region, nation in session.exec(publishers) if counts["publisher"] else ():
        counts["region"][region] += counts["publisher"].get(publisher_id, 0)
        counts["nation"][nation] += counts["publisher"].get(publisher_id, 0)
    return {name: {value: n for value, n in counter.most_common() if value and n} for name, counter in counts.items()}


def _scores(session: Session, query: Query, among: Collection[int]) -> dict[int, float]:
    """Per publication: how well its own fields match, and its best document, added up."""
    own: dict[int, float] = defaultdict(float)
    documents: dict[int, float] = defaultdict(float)
    for publication_id, version_id, score in _row_scores(session, query.sought, among):
        if publication_id in among:
            part = own if version_id is None else documents
            part[publication_id] = max(part[publication_id], score)
    return {id_: own[id_] + documents[id_] for id_ in own.keys() | documents.keys()}


_SQLITE_RANKED = """
    SELECT search_row.publication_id, search_row.version_id, -bm25(search_index, 5.0, 1.0)
    FROM search_index JOIN search_row ON search_row.id = search_index.rowid WHERE search_index MATCH :wanted
"""
_POSTGRES_RANKED = """
    SELECT search_row.publication_id, search_row.version_id, ts_rank_cd('{0.1, 0.1, 0.1, 1.0}', vector, sought, 1)
    FROM CAST(:wanted AS tsquery) AS sought, search_index JOIN search_row ON search_row.id = search_index.row_id
    WHERE vector @@ sought
"""
_AMONG = " AND search_row.publication_id IN :among"
_FEW = 500


def _row_scores(
    session: Session, sought: Iterable[Words | Prefix], among: Collection[int]
) -> list[tuple[int, int | None, float]]:
    if is_sqlite(session):
        statement, wanted = _SQLITE_RANKED, " OR ".join(f"({fts5(node)})" for node in sought)
    else:
        statement, wanted = _POSTGRES_RANKED, " | ".join(f"({tsquery(node)})" for node in sought)
    if len(among) > _FEW:
        found = session.execute(sa.text(statement), {"wanted": wanted})
    else:  # ranking a row costs more than finding it
        few = sa.text(statement + _AMONG).bindparams(sa.bindparam("among", expanding=True))
        found = session.execute(few, {"wanted": wanted, "among": list(among)})
    return [(row[0], row[1], row[2]) for row in found]


def _hits(session: Session, query: Query, ids: Sequence[int], scores: dict[int, float]) -> list[Hit]:
    publications = {one.id: one for one in session.exec(select(Publication).where(col(Publication.id).in_(ids)))}
    pages = _pages(session, ids) if query.sought else {}
    seeker = Seeker(query.sought)
    return [_hit(seeker, publications[id_], pages.get(id_, []), scores.get(id_, 0.0)) for id_ in ids]


@dataclass(frozen=True)
class _Page:
    document_id: int
    version_id: int
    number: int
    text: str


def _pages(session: Session, ids: Sequence[int]) -> dict[int, list[_Page]]:
    """The text of every document that can be searched, by publication."""
    statement = (
        sa.select(
            col(SearchRow.publication_id),
            col(Version.document_id),
            col(PageText.version_id),
            col(PageText.number),
            col(PageText.text),
        )
        .join(PageText, col(PageText.version_id) == col(SearchRow.version_id))
        .join(Version, col(Version.id) == col(SearchRow.version_id))
        .join(Document, col(Document.id) == col(Version.document_id))
        .where(col(SearchRow.publication_id).in_(ids), col(SearchRow.part) == 0, col(Version.state) == "current")
        .order_by(col(Document.id), col(PageText.number))
    )
    pages: dict[int, list[_Page]] = defaultdict(list)
    for publication_id, document_id, version_id, number, page_text in session.execute(statement):
        pages[publication_id].append(_Page(document_id, version_id, number, page_text))
    return pages


def _hit(seeker: Seeker, publication: Publication, pages: Sequence[_Page], score: float) -> Hit:
    found = seeker.best_page([(place, page.text) for place, page in enumerate(pages)])
    if found is None:
        shown = seeker.snippet(publication.abstract or publication.title)
        return Hit(publication.id or 0, publication.title, None, None, None, shown, score)
    page = pages[found.page]
    return Hit(
        publication.id or 0, publication.title, page.document_id, page.version_id, page.number, found.snippet, score
    )


def _known_words(session: Session) -> dict[str, str]:
    """The words of titles, areas and publishers' names, normalised, with one way to print each."""
    shown = select(Publication.title, Publication.area).where(col(Publication.status).in_(SHOWN))
    texts = [one for row in session.execute(shown) for one in row]
    texts += session.exec(select(Publisher.name)).all()
    printed = (token for one in texts for token in one.split())
    return {found[0]: token.strip(".,:;()").lower() for token in printed if len(found := words(token)) == 1}
