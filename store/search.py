"""Search: publications ranked, each with the page that says it, and the counts by kind, area and so on."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from heapq import nlargest
from typing import Any, Literal

import sqlalchemy as sa
from sqlmodel import Session, col, select

from store import facets as counting
from store.database import is_sqlite
from store.facets import FACETS, Facet, Found
from store.models.publications import Publication
from store.models.search import ROWS_EACH
from store.places import Part, Place, best_place, met, things
from store.query import Prefix, Query, Words
from store.search_where import fts5, matching, tsquery
from store.snippets import Seeker, Snippet
from store.words import words

Sort = Literal["best", "newest"]
_ASKED_AT_ONCE = 5_000
LOOKED_INTO = 30
"""So many of the best are ranked by their pages too: the same ones for every page of the results."""
_OF_A_NAME = 0.5
"""What a page counts that has but some words of a name of several."""
BY_MACHINE = "Read by machine, with mistakes: "
"""Before the words of a page that is only a picture: they are not quoted as the document's own."""


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


def search(
    session: Session,
    query: Query,
    *,
    limit: int = 20,
    offset: int = 0,
    sort: Sort = "best",
    facets: Collection[Facet] = FACETS,
) -> Results:
    """The matching publications, from the `offset`th on. Without words to rank by, the newest come first."""
    found = _found(session, query)
    to_rank = found.ids if sort == "best" and query.sought and limit else ()
    scores = _scores(session, query, set(to_rank)) if to_rank else {}
    documents = _Documents(session, query)
    if len(query.sought) > 1 and scores:
        _look_closer(documents, scores, _first(found, scores, LOOKED_INTO))
    shown = _first(found, scores, offset + limit)[offset:]
    return Results(len(found.ids), _hits(session, documents, shown, scores), counting.count(session, found, facets))


def _look_closer(documents: "_Documents", scores: dict[int, float], ids: Sequence[int]) -> None:
    """Of the best, those count less that have the words here and there, and on no page (or in no title) together."""
    documents.read(ids)
    for id_ in ids:
        publication, place = documents.read_of[id_], documents.places[id_]
        own = met(" ".join(words(f"{publication.title} {publication.abstract}")), documents.things)
        most = max(own, place.met if place else 0, _OF_A_NAME)
        scores[id_] *= (most / len(documents.things)) ** 2


def matching_ids(session: Session, query: Query, among: Collection[int] | None = None) -> set[int]:
    """Which publications match (of `among`): the one rule for page, feed, topic and digest."""
    statement = select(Publication.id).where(matching(session, query.root))
    if among is not None and len(among) <= _ASKED_AT_ONCE:
        statement = statement.where(col(Publication.id).in_(among))
    found = {id_ for id_ in session.exec(statement) if id_ is not None}
    return found if among is None else found & set(among)


def _found(session: Session, query: Query) -> Found:
    columns = (
        col(Publication.id),
        col(Publication.kind),
        col(Publication.publisher_id),
        col(Publication.area),
        sa.func.coalesce(sa.cast(Publication.published, sa.String), ""),
        sa.cast(Publication.themes, sa.String),
    )
    # by the connection: the session would make objects of what may be many thousand rows
    rows = session.connection().execute(sa.select(*columns).where(matching(session, query.root))).all()
    return Found(*zip(*rows, strict=True)) if rows else Found()


def _first(found: Found, scores: Mapping[int, float], most: int) -> list[int]:
    """The ids of the best, of equals the newest: the same order for every page of the results."""
    rows: Iterable[tuple[float, str, int]] = zip(
        [scores.get(id_, 0.0) for id_ in found.ids], found.published, found.ids, strict=True
    )
    return [id_ for _, _, id_ in nlargest(most, rows)]


def _scores(session: Session, query: Query, among: Collection[int]) -> dict[int, float]:
    """Per publication: how well its own fields match, and its best document, added up."""
    own: dict[int, float] = defaultdict(float)
    documents: dict[int, float] = defaultdict(float)
    for publication_id, of_document, score in _row_scores(session, query.sought, among):
        if publication_id in among:
            part = documents if of_document else own
            part[publication_id] = max(part[publication_id], score)
    return {id_: own[id_] + documents[id_] for id_ in own.keys() | documents.keys()}


_SQLITE_RANKED = f"""
    SELECT rowid / {ROWS_EACH}, rowid % {ROWS_EACH} > 0, -bm25(search_index, 5.0, 1.0)
    FROM search_index WHERE search_index MATCH :wanted
"""
_POSTGRES_RANKED = f"""
    SELECT row_id / {ROWS_EACH}, row_id % {ROWS_EACH} > 0, ts_rank_cd('{{0.1, 0.1, 0.1, 1.0}}', vector, sought, 1)
    FROM CAST(:wanted AS tsquery) AS sought, search_index WHERE vector @@ sought
"""
_FEW = 500


def _row_scores(session: Session, sought: Iterable[Words | Prefix], among: Collection[int]) -> Iterable[Sequence[Any]]:
    """(publication, of a document?, score) of every row that has one of the words."""
    if is_sqlite(session):
        statement, number, wanted = _SQLITE_RANKED, "rowid", " OR ".join(f"({fts5(node)})" for node in sought)
    else:
        statement, number, wanted = _POSTGRES_RANKED, "row_id", " | ".join(f"({tsquery(node)})" for node in sought)
    if len(among) <= _FEW:  # ranking a row costs more than finding it
        statement += f" AND {number} / {ROWS_EACH} IN ({_numbers(among)})"
    return session.connection().execute(sa.text(statement), {"wanted": wanted}).all()


def _hits(session: Session, documents: "_Documents", ids: Sequence[int], scores: Mapping[int, float]) -> list[Hit]:
    documents.read(ids)
    places = {id_: documents.places[id_] for id_ in ids}
    printed = _printed(session, [place for place in places.values() if place])
    seeker = Seeker(documents.query.sought)
    return [_hit(seeker, documents.read_of[id_], printed.get(places[id_]), scores.get(id_, 0.0)) for id_ in ids]


@dataclass(frozen=True)
class _Shown:
    """A publication to be shown, with the words of all its documents."""

    id: int
    title: str
    abstract: str
    parts: list[Part] = field(default_factory=list)


# plain SQL, with whole numbers written into it: half of a search's time would go into building these two statements
_SHOWN_PARTS = """
    SELECT publication.id, title_, abstract, version_id, first_page, words FROM (
        SELECT id, title AS title_, abstract FROM publication WHERE id IN ({ids})
    ) AS publication LEFT JOIN search_row ON publication_id = publication.id AND version_id IS NOT NULL
    ORDER BY version_id, part
"""
_PRINTED_PAGES = """
    SELECT document_id, pagetext.version_id, pagetext.number, COALESCE(scannedpage.text, pagetext.text),
    scannedpage.text IS NOT NULL, state FROM pagetext JOIN version ON version.id = pagetext.version_id
    LEFT JOIN scannedpage ON scannedpage.version_id = pagetext.version_id AND scannedpage.number = pagetext.number
    WHERE {pages}
"""


class _Documents:
    """The words of some publications' documents and the place that says it best, each read and looked for once."""

    def __init__(self, session: Session, query: Query) -> None:
        self.query = query
        self.things = things(query.root)
        self.read_of: dict[int, _Shown] = {}
        self.places: dict[int, Place | None] = {}
        self._session = session

    def read(self, ids: Iterable[int]) -> None:
        """Whatever of these is not known yet."""
        for id_, publication in _shown(self._session, [id_ for id_ in ids if id_ not in self.places]).items():
            self.read_of[id_] = publication
            named = met(" ".join(words(publication.title)), self.things) == len(self.things)
            self.places[id_] = best_place(publication.parts, self.things, title_page=named)


def _shown(session: Session, ids: Sequence[int]) -> dict[int, _Shown]:
    found: dict[int, _Shown] = {}
    for id_, title, abstract, *part in _rows(session, _SHOWN_PARTS.format(ids=_numbers(ids))) if ids else ():
        publication = found.setdefault(id_, _Shown(id_, title, abstract))
        if part[0] is not None:
            publication.parts.append(Part(*part))
    return found


@dataclass(frozen=True)
class _Page:
    document_id: int
    version_id: int
    number: int
    text: str
    by_machine: bool
    """It is a picture, read with mistakes (store.scans)."""


def _printed(session: Session, places: Collection[Place]) -> dict[Place | None, _Page]:
    """The pages as printed, of versions that may be shown."""
    wanted = {(place.version_id, place.page): place for place in places}
    pages = " OR ".join(f"(pagetext.version_id = {one:d} AND pagetext.number = {number:d})" for one, number in wanted)
    rows = _rows(session, _PRINTED_PAGES.format(pages=pages)) if wanted else ()
    # asked for in the statement, the state would lead SQLite to go through all that is current
    return {wanted[row[1], row[2]]: _Page(*row[:5]) for row in rows if row[5] == "current"}


def _rows(session: Session, statement: str) -> Sequence[Sequence[Any]]:
    return session.connection().exec_driver_sql(statement).all()


def _numbers(ids: Iterable[int]) -> str:
    return ", ".join(f"{id_:d}" for id_ in ids)


def _hit(seeker: Seeker, shown: _Shown, page: _Page | None, score: float) -> Hit:
    if page is None:
        return Hit(shown.id, shown.title, None, None, None, seeker.snippet(shown.abstract or shown.title), score)
    snippet = [*([(BY_MACHINE, False)] if page.by_machine else []), *seeker.snippet(page.text)]
    return Hit(shown.id, shown.title, page.document_id, page.version_id, page.number, snippet, score)
