"""Topics: saved searches. The same rule drives the search page, the Atom feed and the digest."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import delete, func
from sqlmodel import Session, col, select

from config.themes import vocabulary
from store.known import is_known
from store.models import Change, Publication, Subscription, SubscriptionTopic, Topic
from store.query import NOTHING, Filter, Node, Or, Query, parse
from store.search import matching_ids

PUBLIC = ("listed", "unlisted")
YEAR = timedelta(days=365)
EXAMPLES = 5
ANNOUNCED = ("new", "document_added", "document_replaced", "updated")
MOST_LOOKED_AT = 2_000
"""Of the last announcements a feed looks at so many."""


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
class Latest:
    """A publication in a topic's feed: when it was first announced, and when it last changed."""

    publication: int
    first_at: datetime
    last_at: datetime


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


def used(session: Session) -> set[int]:
    """The ids of the topics that a subscription brings which has not been ended."""
    statement = select(SubscriptionTopic.topic_id).join(
        Subscription, col(Subscription.id) == col(SubscriptionTopic.subscription_id)
    )
    return set(session.exec(statement.where(col(Subscription.ended_at).is_(None))))


def remove(session: Session, topic: Topic) -> Topic:
    """Forget a topic, with its feed. Raises TopicError when a subscription still brings it."""
    if topic.id in used(session):
        raise TopicError(f"the topic {topic.name!r} is used: end its subscriptions first")
    session.execute(delete(SubscriptionTopic).where(col(SubscriptionTopic.topic_id) == topic.id))
    session.delete(topic)
    session.flush()
    return topic


def matching(session: Session, query: str, among: Collection[int]) -> set[int]:
    """Those of the publications `among` that the query finds, as the search page would; an empty query finds all."""
    if not query.strip() or not among:
        return set(among)
    return matching_ids(session, _parsed(query), among)


def matching_any(session: Session, queries: Sequence[str], among: Collection[int]) -> set[int]:
    """Those of the publications `among` that one of the queries finds."""
    found: set[int] = set()
    for query in queries:
        found |= matching(session, query, [key for key in among if key not in found])
    return found


def latest(session: Session, query: str, *, now: datetime, limit: int) -> list[Latest]:
    """The publications that were announced last and that the query finds, the newest first."""
    last = func.max(Change.at)
    rows = session.exec(
        select(col(Change.publication_id), func.min(Change.at), last)
        .join(Publication, col(Publication.id) == col(Change.publication_id))
        .where(col(Change.news).is_(True), col(Change.kind).in_(ANNOUNCED), col(Change.at) <= now)
        .where(col(Publication.status).in_(PUBLIC), col(Publication.derivative).is_(False))
        .group_by(col(Change.publication_id))
        .order_by(last.desc(), col(Change.publication_id).desc())
        .limit(MOST_LOOKED_AT)
    ).all()
    found = matching(session, query, [key for key, _, _ in rows])
    return [Latest(*row) for row in rows if row[0] in found][:limit]


def try_query(session: Session, query: str, *, now: datetime) -> Tried:
    """What came out in the twelve months before `now` that the query finds, and the last five that it finds.

    A publication without a date counts by when it was first seen.
    """
    public = col(Publication.status).in_(PUBLIC), col(Publication.derivative).is_(False)
    rows = session.exec(select(Publication).where(*public, col(Publication.first_seen) <= now)).all()
    days = {row.id or 0: row.published or row.first_seen.date() for row in rows}
    found = sorted(matching(session, query, days), key=lambda key: (days[key], key), reverse=True)
    return Tried(
        in_twelve_months=sum(days[key] > now.date() - YEAR for key in found),
        examples=tuple(_example(session, key) for key in found[:EXAMPLES]),
        warning="" if found else never_matches(session, query),
    )


def never_matches(session: Session, query: str) -> str:
    """In words why the query can never match as it is written; empty when it may."""
    parsed = _parsed(query)
    if NOTHING in parsed.root.nodes:
        return "nothing in this topic can be searched for: it will never match"
    unknown = [node for part in parsed.root.nodes if (node := _unknown(session, part))]
    return "; ".join(f"there is no {node.name} {node.value!r}: this topic will never match" for node in unknown)


def _unknown(session: Session, part: Node) -> Filter | None:
    """The filter that no publication can pass: alone, or the first of alternatives none of which can be passed."""
    alternatives = part.nodes if isinstance(part, Or) else (part,)
    filters = [node for node in alternatives if isinstance(node, Filter)]
    if len(filters) < len(alternatives) or any(is_known(session, node) for node in filters):
        return None
    return filters[0]


def _parsed(query: str) -> Query:
    return parse(query, vocabulary().synonyms)


def _example(session: Session, key: int) -> Example:
    found = session.get_one(Publication, key)
    return Example(key, found.title, found.first_seen, found.published)
