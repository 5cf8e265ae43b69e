"""Lessons of all publications: narrowed, grouped, in an order that stays, each once a publication."""

import json
import re
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from config.themes import vocabulary
from store import topics, traits
from store.lesson_rows import AT_ONCE, ROLES, Quoted, read, shown
from store.models import Document, Lesson, Publication, Publisher, Version
from store.query import And, Filter, Node, Or, Published, parse
from store.search_where import matching

Group = Literal["theme", "agency"]
Place = tuple[int, int]
"""A version, and the position in it."""
EXAMPLES = 3
MOST_WORDS = 20
_SOUGHT = re.compile(r'"([^"]+)"|([^\s"]+)')
_SAME = str.maketrans("“”„", '"""')


@dataclass(frozen=True)
class Wanted:
    """Which lessons are asked for; empty: all.

    `words`: all of them, and phrases in quotation marks, stand in the text. `theme`, `agency`: slugs that its words
    show. All others are of its publication: `age` a band, `area` a place or a publisher, `topic` a slug, `since` and
    `until` days of publication, both included.
    """

    words: str = ""
    theme: str = ""
    kind: str = ""
    agency: str = ""
    age: str = ""
    area: str = ""
    region: str = ""
    topic: str = ""
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True)
class Found:
    """How many lessons there are, some of them, and groups: the slug, how many show it, and the newest of those."""

    total: int
    lessons: list[Quoted]
    groups: list[tuple[str, int, list[Quoted]]]


def search(session: Session, wanted: Wanted, *, limit: int = 20, offset: int = 0, by: Group | None = None) -> Found:
    """One page of the lessons, those of the newest publications first; with `by`, also all of them in groups.

    A lesson with several themes or agencies stands in each of their groups, the commonest of which comes first.
    """
    kept = sa.cast(Lesson.agencies if by == "agency" else Lesson.themes, sa.String)
    columns = col(Lesson.version_id), col(Lesson.position), kept
    rows = session.execute(_found(session, wanted).with_only_columns(*columns)).all()
    places = [(version, position) for version, position, _ in rows]
    groups = _groups(places, [slugs for _, _, slugs in rows]) if by else []
    shown_ = places[offset : offset + limit]
    quoted = _quoted(session, {*shown_, *(place for _, _, some in groups for place in some)})
    return Found(
        len(rows),
        [quoted[place] for place in shown_],
        [(slug, count, [quoted[place] for place in some]) for slug, count, some in groups],
    )


def _groups(places: Sequence[Place], slugs: Sequence[str]) -> list[tuple[str, int, list[Place]]]:
    """`slugs`: of each place, as JSON. Many share one list, so each list is read once."""
    read_: dict[str, list[str]] = {kept: json.loads(kept) for kept in set(slugs)}
    counts: Counter[str] = Counter()
    first: dict[str, list[Place]] = {}
    for place, kept in zip(places, slugs, strict=True):
        for slug in read_[kept]:
            counts[slug] += 1
            if len(some := first.setdefault(slug, [])) < EXAMPLES:
                some.append(place)
    return [(slug, count, first[slug]) for slug, count in sorted(counts.items(), key=lambda row: (-row[1], row[0]))]


def _quoted(session: Session, places: Collection[Place]) -> dict[Place, Quoted]:
    """By place; so many at once as a database takes."""
    found: dict[Place, Quoted] = {}
    ordered = sorted(places)
    for start in range(0, len(ordered), AT_ONCE):
        some = sa.tuple_(col(Lesson.version_id), col(Lesson.position)).in_(ordered[start : start + AT_ONCE])
        found |= {(one.version, one.position): one for one in read(session, shown().where(some).order_by(None))}
    return found


def listed(session: Session, wanted: Wanted, *, after: tuple[int, int] = (0, 0), limit: int = 100) -> list[Quoted]:
    """In the order of (version, position), those that follow `after`: an order that stays true while new ones come."""
    place = sa.tuple_(col(Lesson.version_id), col(Lesson.position))
    following = _found(session, wanted).where(place > after).order_by(None)
    return read(session, following.order_by(col(Lesson.version_id), col(Lesson.position)).limit(limit))


def regions(session: Session) -> list[str]:
    """The regions of the publishers, by name."""
    names = select(Publisher.region).where(Publisher.region != "").distinct().order_by(Publisher.region)
    return list(session.exec(names))


def _found(session: Session, wanted: Wanted) -> Any:
    return shown().where(_is_first(), *_of_lesson(wanted), *_of_publication(session, wanted))


def _of_lesson(wanted: Wanted) -> Iterator[sa.ColumnElement[bool]]:
    sought = _SOUGHT.findall(wanted.words.translate(_SAME))[:MOST_WORDS]
    for phrase, word in sought:
        yield col(Lesson.text).icontains(" ".join(phrase.split()) or word, autoescape=True)
    if wanted.kind:
        yield col(Lesson.kind) == wanted.kind
    if wanted.theme:
        yield traits.in_list(col(Lesson.themes), wanted.theme)
    if wanted.agency:
        yield traits.in_list(col(Lesson.agencies), wanted.agency)


def _of_publication(session: Session, wanted: Wanted) -> Iterator[sa.ColumnElement[bool]]:
    if wanted.age:
        yield traits.with_age(wanted.age)
    if nodes := tuple(_nodes(session, wanted)):
        yield matching(session, And(nodes))


def _nodes(session: Session, wanted: Wanted) -> Iterator[Node]:
    if wanted.area:
        yield Or((Filter("area", wanted.area), Filter("publisher", wanted.area)))
    if wanted.region:
        yield Filter("region", wanted.region)
    if wanted.topic:
        yield from _topic(session, wanted.topic)
    if wanted.since or wanted.until:
        end = wanted.until + timedelta(days=1) if wanted.until and wanted.until < date.max else None
        yield Published(wanted.since, end, printed="published in this period")


def _topic(session: Session, slug: str) -> Iterator[Node]:
    try:
        yield parse(topics.get(session, slug).query, vocabulary().synonyms).root
    except topics.TopicError:
        yield Or(())  # there is no such topic: nothing is of it


def _is_first() -> sa.ColumnElement[bool]:
    """Not said in these words by a document of the same publication that counts before: a summary repeats a report."""
    other, version, document = aliased(Lesson), aliased(Version), aliased(Document)
    before = sa.tuple_(_rank(document.role), col(version.id)) < sa.tuple_(_rank(Document.role), col(Version.id))
    said = (
        sa.select(sa.literal(1))
        .select_from(document)
        .join(version, col(version.id) == col(document.current_version_id))
        .join(other, col(other.version_id) == col(version.id))
        .where(
            col(document.publication_id) == col(Publication.id),
            col(document.id) != col(Document.id),
            col(version.state) == "current",
            col(other.kind) == col(Lesson.kind),
            col(other.text) == col(Lesson.text),
            before,
        )
        .correlate(Lesson, Version, Document, Publication)
    )
    return ~said.exists()


def _rank(role: Any) -> sa.ColumnElement[int]:
    """As store.lesson_rows.rank."""
    return sa.case({name: place for place, name in enumerate(ROLES)}, value=role, else_=len(ROLES))
