"""How many of the publications found have each kind, area, theme and so on."""

import json
import re
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from typing import Any, Literal, NamedTuple, get_args

from sqlalchemy import ColumnElement, String, cast
from sqlalchemy.orm import Mapped
from sqlmodel import Session, col, select

from store.models.publications import Entry
from store.models.search import SearchRow
from store.models.sources import Publisher, Source
from store.models.texts import Traits

Facet = Literal["kind", "publisher", "area", "region", "nation", "theme", "year", "source", "has", "age", "agency"]
FACETS: tuple[Facet, ...] = get_args(Facet)
RECOMMENDATIONS = "recommendations"
"""The one value of the facet `has`."""
_ASKED_AT_ONCE = 500
_SLUGS = re.compile(r"[a-z0-9-]+")


class Found(NamedTuple):
    """What counting and sorting need of the publications found, column by column: there may be very many."""

    ids: Sequence[int] = ()
    kinds: Sequence[str] = ()
    publishers: Sequence[str | None] = ()
    areas: Sequence[str] = ()
    published: Sequence[str] = ()
    """Dates in ISO 8601, which sort as they are; empty: none is known."""
    themes: Sequence[str] = ()
    """As kept: JSON. Many publications share one list, so each list is read once."""


def count(session: Session, found: Found, wanted: Collection[Facet]) -> dict[str, dict[str, int]]:
    """Per wanted facet each value with its count, commonest first; unknown values are left out."""
    return {name: _tidy(_COUNTERS[name](session, found)) for name in FACETS if name in wanted}


def _tidy(counts: Counter[str]) -> dict[str, int]:
    return {value: count for value, count in counts.most_common() if value and count}


def _years(_session: Session, found: Found) -> Counter[str]:
    years: Counter[str] = Counter()
    for day, times in Counter(found.published).items():
        years[day[:4]] += times
    return years


def _of_publishers(session: Session, found: Found, column: Any) -> Counter[str]:
    publishers = Counter(found.publishers)
    counts: Counter[str] = Counter()
    for publisher_id, value in session.exec(select(Publisher.id, column)) if publishers else ():
        counts[value] += publishers.get(publisher_id, 0)
    return counts


def _themes(_session: Session, found: Found) -> Counter[str]:
    counts: Counter[str] = Counter()
    for themes, times in Counter(found.themes).items():
        for theme in json.loads(themes):
            counts[theme] += times
    return counts


def _sources(session: Session, found: Found) -> Counter[str]:
    """By name; a publication that stands at two sources counts for both."""
    listed = (
        select(Source.name, Entry.publication_id)
        .join(Source, col(Source.id) == col(Entry.source_id))
        .where(_among(col(Entry.publication_id), found.ids))
        .distinct()
    )
    ids = set(found.ids)
    return Counter([name for name, publication_id in session.exec(listed) if publication_id in ids])


def _having(session: Session, found: Found) -> Counter[str]:
    some = select(SearchRow.publication_id).where(SearchRow.recommendations > 0)
    ids = session.exec(some.where(_among(col(SearchRow.publication_id), found.ids)))
    return Counter({RECOMMENDATIONS: len(set(found.ids) & set(ids))})


def _kept(session: Session, found: Found, column: Mapped[list[str]]) -> Counter[str]:
    """By what is kept in lists beside the publications (store.traits)."""
    lists = select(Traits.publication_id, cast(column, String)).where(_among(col(Traits.publication_id), found.ids))
    ids, rows = set(found.ids), session.connection().execute(lists).all()
    # of slugs nothing but their own letters needs to be read, and strings are quicker to make than lists
    return Counter(_SLUGS.findall(" ".join([values for publication_id, values in rows if publication_id in ids])))


def _among(column: Mapped[int] | Mapped[int | None], ids: Sequence[int]) -> ColumnElement[bool]:
    """A few are asked for by number; of very many, reading all and leaving out is quicker."""
    return column.in_(ids) if len(ids) <= _ASKED_AT_ONCE else column.is_not(None)


_COUNTERS: dict[Facet, Callable[[Session, Found], Counter[str]]] = {
    "kind": lambda _session, found: Counter(found.kinds),
    "publisher": lambda _session, found: Counter([publisher or "" for publisher in found.publishers]),
    "area": lambda _session, found: Counter(found.areas),
    "region": lambda session, found: _of_publishers(session, found, Publisher.region),
    "nation": lambda session, found: _of_publishers(session, found, Publisher.nation),
    "theme": _themes,
    "year": _years,
    "source": _sources,
    "has": _having,
    "age": lambda session, found: _kept(session, found, col(Traits.ages)),
    "agency": lambda session, found: _kept(session, found, col(Traits.agencies)),
}
