"""A topic as an Atom feed: what was announced last, by the same rule as its digests."""

from datetime import datetime

from feedgenerator import Atom1Feed
from markupsafe import escape
from sqlmodel import Session

from alerts import phrases
from alerts.digest import item
from alerts.edition import Item
from config.settings import Settings
from store import topics
from store.digest_reading import publication_facts
from store.models import Topic

ENTRIES = 100


class _Feed(Atom1Feed):  # type: ignore[misc]  # the library has no types
    """With a stated date when there are no entries: the library would take the time of day."""

    made_at: datetime

    def latest_post_date(self) -> datetime:
        return max((one["updateddate"] for one in self.items), default=self.made_at)


def topic_feed(session: Session, settings: Settings, topic: Topic, *, now: datetime) -> str:
    """The feed as a document. Its title carries the topic's name only (rule 12)."""
    latest = topics.latest(session, topic.query, now=now, limit=ENTRIES)
    facts = publication_facts(session, [one.publication for one in latest])
    base_url = settings.public_url
    feed = _Feed(
        title=f"reviewwatch: {phrases.clean(topic.name)}",
        link=f"{base_url}/",
        description="New reviews, reports and briefings, as they were found",
        language="en-gb",
        feed_url=f"{base_url}/topics/{topic.slug}.atom",
        feed_guid=f"{base_url}/topics/{topic.slug}.atom",
        author_name="reviewwatch",
    )
    feed.made_at = topic.made_at
    for one in latest:
        told = item(facts[one.publication], (), settings.zone)
        address = f"{base_url}/publications/{one.publication}"
        feed.add_item(
            title=phrases.cut(told.title, 300),
            link=address,
            description=_summary(told),
            unique_id=address,
            pubdate=one.first_at,
            updateddate=one.last_at,
            categories=[told.kind, *map(phrases.clean, told.themes)],
        )
    return str(feed.writeString("utf-8"))


def _summary(told: Item) -> str:
    """HTML, made from escaped text."""
    parts = [escape(phrases.facts(told)), escape(phrases.cut(told.abstract, 600))]
    parts += [
        escape(f"{document.role}{phrases.measures(document)}: {phrases.web_address(document.url)}")
        for document in told.documents
    ]
    return "".join(f"<p>{part}</p>" for part in parts if part)
