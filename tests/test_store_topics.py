"""Topics: kept by name, tried out before use."""

from datetime import date, datetime

import pytest
from sqlalchemy import Engine

from store import channels, subscriptions, topics
from store.database import reading, writing
from store.models import Publisher, Subscription
from store.topics import TopicError
from tests import digest_archive as archive
from web.searching import Wanted


@pytest.mark.parametrize(
    ("name", "slug"), [("Neglect & housing", "neglect-housing"), ("  Yorkshire ", "yorkshire"), ("Ü", ""), ("-", "")]
)
def test_slugs(name: str, slug: str) -> None:
    assert topics.slug_of(name) == slug


def test_names_and_slugs_are_taken_once(engine: Engine, now: datetime) -> None:
    with writing(engine) as session:
        topics.add(session, "Neglect", "neglect", now=now)
    for name in ("Neglect", "neglect!", " ", "?"):
        with pytest.raises(TopicError), writing(engine) as session:
            topics.add(session, name, "", now=now)
    with reading(engine) as session:
        assert topics.get(session, "neglect").name == topics.get(session, "Neglect").name
        with pytest.raises(TopicError):
            topics.get(session, "other")


def test_a_topic_is_removed_once_no_subscription_brings_it(engine: Engine, now: datetime) -> None:
    with writing(engine) as session:
        topic = topics.add(session, "Neglect", "neglect", now=now)
        other = topics.add(session, "Housing", "housing", now=now)
        channel = channels.add(session, "leads", kind="email", secret="", shown="", now=now)
        wished = Subscription(channel_id=channel.id or 0, started_at=now, due_at=now)
        kept = subscriptions.add(session, wished, [topic, other])
        topics.remove(session, topics.add(session, "Unused", "", now=now))
    with writing(engine) as session:
        topic = topics.get(session, "neglect")
        assert topics.used(session) == {topic.id, topics.get(session, "housing").id}
        with pytest.raises(TopicError, match="end its subscriptions first"):
            topics.remove(session, topic)
        subscriptions.end(session, kept.id or 0, why="ended", now=now)
        topics.remove(session, topic)
    with reading(engine) as session:
        assert [one.name for one in topics.all_topics(session)] == ["Housing"]
        assert [one.name for one in subscriptions.topics_of(session, kept.id or 0)] == ["Housing"]


def test_what_a_topic_would_have_brought(engine: Engine, now: datetime) -> None:
    with writing(engine) as session:
        archive.publishers(session, now)
        for month in range(1, 8):
            archive.publication(session, f"Wren {month}", at=now, published=date(2025, month, 1))
        archive.publication(session, "Finch", at=now, published=None, publisher="birchton")
        tried = topics.try_query(session, "wren", now=now)
        assert tried.in_twelve_months == 4, "since 2 March 2025"
        assert [one.title for one in tried.examples] == ["Wren 7", "Wren 6", "Wren 5", "Wren 4", "Wren 3"]
        assert tried.warning == ""
        assert topics.try_query(session, "", now=now).examples[0].title == "Finch"


@pytest.mark.parametrize(
    ("query", "warned"),
    [
        ("kind:local_review area:Birchton", False),
        ("publisher:birchton", False),
        ('region:"North East"', False),
        ("near:ashshire", False),
        ("near:panel", True),
        ("something that nobody wrote yet", False),
        ("kind:news", False),
        ("theme:neglect", False),
        ("kind:reviews", True),
        ("area:Nowhere wren", True),
        ("theme:unheard-of", True),
        ("status:removed", True),
        ("source:nobody", True),
        ("year:soon", True),
    ],
)
def test_a_topic_that_can_never_match_is_told(engine: Engine, now: datetime, query: str, warned: bool) -> None:
    with writing(engine) as session:
        archive.publishers(session, now)
        assert bool(topics.try_query(session, query, now=now).warning) == warned


def test_my_neighbours_are_the_publishers_of_my_region(engine: Engine, now: datetime) -> None:
    with writing(engine) as session:
        archive.publishers(session, now)
        session.add(Publisher(id="cedarham", name="Cedarham Partnership", short="Cedarham", region="North East"))
        session.flush()
        for title, publisher in (("Wren", "ashshire"), ("Finch", "birchton"), ("Robin", "panel")):
            archive.publication(session, title, at=now, publisher=publisher)
        near = {query: topics.try_query(session, query, now=now) for query in ("near:Cedarham", "near:Birchton wren")}
    assert [one.title for one in near["near:Cedarham"].examples] == ["Wren"]
    assert near["near:Birchton wren"].examples == ()


def test_a_topic_keeps_every_word_and_one_saved_from_a_search_finds_what_was_shown(
    engine: Engine, now: datetime
) -> None:
    typed = "what did the review say about Wren"
    with writing(engine) as session:
        archive.publishers(session, now)
        archive.publication(session, "Review about Wren", at=now)
        kept = Wanted(q=typed, kind="local_review").text
        found = {query: topics.try_query(session, query, now=now).examples for query in (typed, kept)}
    assert kept == 'review Wren kind:"local_review"'
    assert not found[typed]
    assert [one.title for one in found[kept]] == ["Review about Wren"]
