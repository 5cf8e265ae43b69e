"""Topics: saved searches. The same rule drives the search page, the Atom feed and the digest."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlmodel import Session, col, select

from store.models import Publication, Topic

PUBLIC = ("listed", "unlisted")
YEAR = timedelta(days=365)
EXAMPLES = 5


class TopicError(ValueError):
    """The topic cannot be kept or used; the text says what to do."""


@dataclass(frozen=True)
class Example:
    """One publication that a topic finds."""

    publication: int
    title: str
    first_seen: datetime
    published: date | None


@dataclass(frozen=True)
class Tried:
    """What a topic would have brought: in the last twelve months, and the last five."""

    in_twelve_months: int
    examples: tuple[Example, ...]
    warning: str = ""
    """Why it may never match anything; empty when all is well."""


def add(session: Session, name: str, query: str, *, now: datetime) -> Topic:
    """Keep a topic. Raises TopicError when its name is empty or taken."""
    name = name.strip()
    slug = slug_of(name)
    if not slug:
        raise TopicError("a topic needs a name with letters or digits")
    if session.exec(select(Topic).where((col(Topic.name) == name) | (col(Topic.slug) == slug))).first():
        raise TopicError(f"there is a topic {name!r} already: choose another name")
    topic = Topic(name=name, slug=slug, query=query.strip(), made_at=now)
    session.add(topic)
    session.flush()
    return topic


def slug_of(name: str) -> str:
    """The name as it stands in addresses: lower-case letters, digits and single hyphens, at most 60."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:60].rstrip("-")


def get(session: Session, name: str) -> Topic:
    """The topic of that name or slug. Raises TopicError when there is none."""
    topic = session.exec(select(Topic).where((col(Topic.name) == name) | (col(Topic.slug) == name))).first()
    if topic is None:
        raise TopicError(f"there is no topic {name!r}: see `topics list`")
    return topic


def all_topics(session: Session) -> Sequence[Topic]:
    return session.exec(select(Topic).order_by(col(Topic.name))).all()


def matching(session: Session, query: str, among: Collection[int]) -> set[int]:
    """Those of the publications `among` that the query finds; an empty query finds all."""
    if not query.strip() or not among:
        return set(among)
    from store.query import parse
    from store.search import matching_ids

    return matching_ids(session, parse(query), set(among))


def matching_any(session: Session, queries: Sequence[str], among: Collection[int]) -> set[int]:
    """Those of the publications `among` that one of the queries finds."""
    found: set[int] = set()
    for query in queries:
        found |= matching(session, query, [key for key in among if key not in found])
    return found


def try_query(session: Session, query: str, *, now: datetime) -> Tried:
    """What the query would have brought in the twelve months before `now`, and its last five publications."""
    public = col(Publication.status).in_(PUBLIC), col(Publication.derivative).is_(False)
    rows = session.exec(
        select(Publication.id, Publication.first_seen)
        .where(*public, col(Publication.first_seen) <= now)
        .order_by(col(Publication.first_seen).desc(), col(Publication.id).desc())
    ).all()
    seen = {key: first for key, first in rows if key is not None}
    found = matching(session, query, seen)
    newest = [key for key in seen if key in found][:EXAMPLES]
    return Tried(
        in_twelve_months=sum(seen[key] > now - YEAR for key in found),
        examples=tuple(_example(session, key) for key in newest),
        warning=never_matches(session, query) if not found else "",
    )


def never_matches(session: Session, query: str) -> str:
    """In words why the query can never match; empty when it may."""
    return ""


def _example(session: Session, key: int) -> Example:
    found = session.get_one(Publication, key)
    return Example(key, found.title, found.first_seen, found.published)
