"""Lessons of all publications: narrowed, grouped, in an order that stays, each once a publication."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from config.themes import vocabulary
from store import topics, traits
from store.lesson_rows import ROLES, Quoted, read, shown
from store.models import Document, Lesson, Publication, Publisher, Version
from store.query import And, Filter, Node, Or, Published, parse
from store.search_where import matching

Group = Literal["theme", "agency"]
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


def search(session: Session, wanted: Wanted, *, limit: int = 20, offset: int = 0) -> tuple[int, list[Quoted]]:
    """How many lessons there are, and one page of them: those of the newest publications first."""
    found = _found(session, wanted)
    total = session.execute(sa.select(sa.func.count()).select_from(found.order_by(None).subquery())).scalar_one()
    return total, read(session, found.limit(limit).offset(offset))


def listed(session: Session, wanted: Wanted, *, after: tuple[int, int] = (0, 0), limit: int = 100) -> list[Quoted]:
    """In the order of (version, position), those that follow `after`: an order that stays true while new ones come."""
    place = sa.tuple_(col(Lesson.version_id), col(Lesson.position))
    following = _found(session, wanted).where(place > after).order_by(None)
    return read(session, following.order_by(col(Lesson.version_id), col(Lesson.position)).limit(limit))


def grouped(
    session: Session, wanted: Wanted, by: Group = "theme", *, examples: int = 3
) -> list[tuple[str, int, list[Quoted]]]:
    """Per slug of a theme or an agency how many lessons show it and the newest of them, the commonest first.

    A lesson with several stands in each of their groups.
    """
    column = "themes" if by == "theme" else "agencies"
    groups: dict[str, tuple[int, list[Quoted]]] = {}
    for one in read(session, _found(session, wanted)):
        for slug in getattr(one, column):
            count, first = groups.get(slug, (0, []))
            groups[slug] = count + 1, first if len(first) == examples else [*first, one]
    return sorted(((slug, *group) for slug, group in groups.items()), key=lambda row: (-row[1], row[0]))


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
