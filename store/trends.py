"""Counts of a search by year, theme, region, age and agency, with what has no such value: all of them together."""

from collections.abc import Mapping
from dataclasses import dataclass

import sqlalchemy as sa
from sqlmodel import Session, col

from store.facets import Facet
from store.models import Publication, Publisher, Traits
from store.query import Query
from store.search import search
from store.search_where import matching

COUNTED: tuple[Facet, ...] = ("year", "theme", "region", "age", "agency")


@dataclass(frozen=True)
class Trends:
    """`counts`: as the facets of the search page. `without`: by facet the publications that are in none of its counts.

    A publication with several themes, ages or agencies counts for each of them.
    """

    total: int
    counts: Mapping[str, Mapping[str, int]]
    without: Mapping[str, int]


def trends(session: Session, query: Query) -> Trends:
    found = search(session, query, limit=0, facets=COUNTED)
    empty = {
        "year": col(Publication.published).is_(None),
        "theme": _is_empty(sa.cast(Publication.themes, sa.String)),
        "region": _is_empty(sa.cast(Publisher.region, sa.String)),
        "age": _is_empty(sa.cast(Traits.ages, sa.String)),
        "agency": _is_empty(sa.cast(Traits.agencies, sa.String)),
    }
    sums = (sa.func.sum(sa.case((condition, 1), else_=0)).label(name) for name, condition in empty.items())
    statement = (
        sa.select(*sums)
        .select_from(Publication)
        .join(Publisher, col(Publisher.id) == col(Publication.publisher_id), isouter=True)
        .join(Traits, col(Traits.publication_id) == col(Publication.id), isouter=True)
        .where(matching(session, query.root))
    )
    without = session.execute(statement).one()._mapping
    return Trends(found.total, found.facets, {name: int(without[name] or 0) for name in empty})


def _is_empty(text: sa.ColumnElement[str]) -> sa.ColumnElement[bool]:
    """No row, an empty text, or a JSON list with nothing in it."""
    return sa.func.coalesce(text, "").in_(("", "[]"))
