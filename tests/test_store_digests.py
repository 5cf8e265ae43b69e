"""What a digest may tell, read from real tables; and topics, subscriptions, channels beside it."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from sqlalchemy import Engine
from sqlalchemy.exc import IntegrityError
from sqlmodel import col, select

from alerts import channels as alert_channels
from alerts.making import make_due_digests, preview, stored, subscribe
from config.settings import Settings
from store import channels, digests, subscriptions
from store.database import reading, writing
from store.models import Channel, Delivery, Document, Match, Source, Subscription, Version
from tests import digest_archive as archive

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path, secret_key=SecretStr("a key"), base_url="https://watch.example.org")


@pytest.fixture
def filled(engine: Engine, now: datetime) -> Engine:
    with writing(engine) as session:
        archive.publishers(session, now)
    return engine


def titles(engine: Engine, settings: Settings, number: int) -> list[str]:
    return [item.title for item in stored(engine, settings, number).edition.items]


def test_what_was_before_the_subscription_and_the_baseline_are_not_told(
    filled: Engine, settings: Settings, now: datetime
) -> None:
    with writing(filled) as session:
        archive.publication(session, "Before", at=now - HOUR)
    key = archive.subscription(filled, settings, "mailto:a@example.org", now=now)
    with writing(filled) as session:
        archive.publication(session, "Baseline", at=now + HOUR, note="baseline", news=False, publisher="birchton")
    assert make_due_digests(filled, settings, now + HOUR) == []
    with writing(filled) as session:
        archive.publication(session, "New", at=now + HOUR)
    assert make_due_digests(filled, settings, now + HOUR) == [1]
    edition = stored(filled, settings, 1).edition
    assert titles(filled, settings, 1) == ["New"]
    assert [(one.publisher, one.count) for one in edition.baselines] == [("Birchton", 1)]
    with writing(filled) as session:
        archive.publication(session, "Newer", at=now + 2 * HOUR)
    make_due_digests(filled, settings, now + 2 * HOUR)
    assert stored(filled, settings, 2).edition.baselines == (), "told once"
    assert stored(filled, settings, 2).edition.subscription == key


def test_a_change_that_is_committed_late_is_not_missed(filled: Engine, settings: Settings, now: datetime) -> None:
    archive.subscription(filled, settings, "mailto:a@example.org", now=now)
    with writing(filled) as session:
        archive.publication(session, "First", at=now + 2 * HOUR)
    make_due_digests(filled, settings, now + 3 * HOUR)
    with writing(filled) as session:
        archive.publication(session, "Second", at=now + HOUR)
    assert make_due_digests(filled, settings, now + 3 * HOUR + HOUR) == [2]
    assert titles(filled, settings, 2) == ["Second"]


def test_topics_choose_and_each_publication_comes_once(filled: Engine, settings: Settings, now: datetime) -> None:
    archive.subscription(filled, settings, "mailto:a@example.org", now=now, query="area:Ashshire OR wren")
    archive.subscription(filled, settings, "mailto:b@example.org", now=now, query="area:Nowhere", name="none")
    with writing(filled) as session:
        archive.publication(session, "Learning from Wren", at=now)
        archive.publication(session, "Learning from Finch", at=now, publisher="birchton")
    assert make_due_digests(filled, settings, now) == [1]
    assert titles(filled, settings, 1) == ["Learning from Wren"]


def test_suspected_waits_and_is_told_when_it_was_kept(filled: Engine, settings: Settings, now: datetime) -> None:
    archive.subscription(filled, settings, "mailto:a@example.org", now=now)
    with writing(filled) as session:
        key = archive.publication(session, "Wren", at=now)
        archive.status(session, key, "suspected")
        archive.change(session, key, "suspected", at=now)
    assert make_due_digests(filled, settings, now + HOUR) == []
    with writing(filled) as session:
        archive.status(session, key, "listed")
        archive.change(session, key, "restored", at=now + 2 * HOUR)
    assert make_due_digests(filled, settings, now + 2 * HOUR) == [1]
    assert titles(filled, settings, 1) == ["Wren"]


def test_removed_then_restored(filled: Engine, settings: Settings, now: datetime) -> None:
    archive.subscription(filled, settings, "mailto:a@example.org", now=now, query="wren")
    with writing(filled) as session:
        key = archive.publication(session, "Wren", at=now)
    make_due_digests(filled, settings, now)
    with writing(filled) as session:
        archive.status(session, key, "removed")
        archive.change(session, key, "removed", at=now + HOUR)
    assert make_due_digests(filled, settings, now + HOUR) == [2]
    assert "listed in digest 1 has been withdrawn" in stored(filled, settings, 2).edition.notices[0]
    assert "Wren" not in stored(filled, settings, 2).html
    with writing(filled) as session:
        archive.status(session, key, "listed")
        archive.change(session, key, "restored", at=now + 2 * HOUR)
    assert make_due_digests(filled, settings, now + 2 * HOUR) == [3]
    assert "in digest 2" in stored(filled, settings, 3).edition.notices[0]
    assert stored(filled, settings, 3).edition.items == ()


def test_a_review_that_was_told_under_another_publication_is_not_told_again(
    filled: Engine, settings: Settings, now: datetime
) -> None:
    archive.subscription(filled, settings, "mailto:a@example.org", now=now)
    with writing(filled) as session:
        former = archive.publication(session, "Wren", at=now)
    assert make_due_digests(filled, settings, now) == [1]
    with writing(filled) as session:
        kept = archive.publication(session, "Wren: a review", at=now + HOUR, publisher="birchton")
        archive.status(session, former, "joined")
        session.add(
            Match(entry_id=1, publication_id=kept, former_publication_id=former, state="accepted", made_at=now + HOUR)
        )
    assert make_due_digests(filled, settings, now + HOUR) == []


def test_a_hidden_version_is_not_named(filled: Engine, settings: Settings, now: datetime) -> None:
    archive.subscription(filled, settings, "mailto:a@example.org", now=now)
    with writing(filled) as session:
        key = archive.publication(session, "Wren", at=now)
        document = session.exec(select(Document).where(Document.publication_id == key)).one()
        session.exec(select(Version).where(Version.document_id == document.id)).one().state = "suspected"
        document.current_version_id = None
        session.add(Document(publication_id=key, url="https://x.example/b", canonical="b", first_seen=now))
    make_due_digests(filled, settings, now)
    (item,) = stored(filled, settings, 1).edition.items
    assert [one.url for one in item.documents] == ["https://x.example/b"]


def test_downtime_brings_one_marked_digest(filled: Engine, settings: Settings, now: datetime) -> None:
    archive.subscription(filled, settings, "mailto:a@example.org", now=now, frequency="daily")
    with writing(filled) as session:
        for day in range(3):
            archive.publication(session, f"Day {day}", at=now + day * DAY)
    assert make_due_digests(filled, settings, now + 4 * DAY) == [1]
    assert stored(filled, settings, 1).edition.catch_up
    assert len(titles(filled, settings, 1)) == 3
    with writing(filled) as session:
        archive.publication(session, "Later", at=now + 4 * DAY + HOUR)
    assert make_due_digests(filled, settings, now + 4 * DAY + 2 * HOUR) == []
    assert make_due_digests(filled, settings, now + 5 * DAY) == [2]
    assert not stored(filled, settings, 2).edition.catch_up


def test_a_pause_keeps_everything_for_one_digest(filled: Engine, settings: Settings, now: datetime) -> None:
    key = archive.subscription(filled, settings, "mailto:a@example.org", now=now, frequency="daily")
    with writing(filled) as session:
        subscriptions.pause(session, key, date(2026, 3, 9))
        archive.publication(session, "Wren", at=now)
    assert make_due_digests(filled, settings, now + DAY) == []
    assert make_due_digests(filled, settings, datetime(2026, 3, 9, 7, 59, tzinfo=UTC)) == []
    assert make_due_digests(filled, settings, datetime(2026, 3, 9, 8, 0, tzinfo=UTC)) == [1]


def test_a_note_when_there_is_nothing_new(filled: Engine, settings: Settings, now: datetime) -> None:
    archive.subscription(filled, settings, "mailto:a@example.org", now=now, frequency="daily", nothing_new=True)
    assert make_due_digests(filled, settings, now + DAY) == [1]
    assert stored(filled, settings, 1).subject == "reviewwatch digest 1: nothing new"


def test_ended_unconfirmed_and_switched_off_get_nothing(filled: Engine, settings: Settings, now: datetime) -> None:
    key = archive.subscription(filled, settings, "mailto:a@example.org", now=now)
    with writing(filled) as session:
        archive.publication(session, "Wren", at=now)
        subscriptions.end(session, key, why="asked for", now=now)
    assert make_due_digests(filled, settings, now) == []
    with writing(filled) as session:
        row = subscriptions.get(session, key)
        row.ended_at, row.confirmed_at = None, None
    assert make_due_digests(filled, settings, now) == []
    with writing(filled) as session:
        subscriptions.confirm(session, key, now=now)
        channels.disable(session, 1, why="gone", now=now)
    assert make_due_digests(filled, settings, now) == []
    with writing(filled) as session:
        channels.enable(session, 1)
        channels.disable_address(session, 1, "a@example.org", why="unsubscribed", now=now)
    assert make_due_digests(filled, settings, now) == [], "nobody would get it, so the changes wait"
    with writing(filled) as session:
        channels.enable_address(session, 1, "a@example.org")
    assert make_due_digests(filled, settings, now) == [1]


def test_unsubscribing_also_stops_what_waits(filled: Engine, settings: Settings, now: datetime) -> None:
    archive.subscription(filled, settings, "mailto:a@example.org,b@example.org", now=now)
    with writing(filled) as session:
        archive.publication(session, "Wren", at=now)
    make_due_digests(filled, settings, now)
    with writing(filled) as session:
        channels.disable_address(session, 1, "a@example.org", why="unsubscribed", now=now)
    with reading(filled) as session:
        found = session.exec(select(col(Delivery.recipient), col(Delivery.state)).order_by(col(Delivery.id))).all()
    assert [tuple(one) for one in found] == [("a@example.org", "failed"), ("b@example.org", "planned")]


def test_another_key_switches_the_channel_off_and_stops_no_one_else(
    filled: Engine, settings: Settings, now: datetime
) -> None:
    archive.subscription(filled, settings, "mailto:a@example.org", now=now)
    other = Settings(data_dir=settings.data_dir, secret_key=SecretStr("another key"))
    archive.subscription(filled, other, "mailto:b@example.org", now=now, name="other")
    with writing(filled) as session:
        archive.publication(session, "Wren", at=now)
    assert make_due_digests(filled, other, now) == [1]
    with reading(filled) as session:
        assert "SECRET_KEY" in session.get_one(Channel, 1).disabled_why


def test_a_change_is_in_one_digest_of_a_subscription(filled: Engine, settings: Settings, now: datetime) -> None:
    key = archive.subscription(filled, settings, "mailto:a@example.org", now=now)
    with writing(filled) as session:
        archive.publication(session, "Wren", at=now)
    make_due_digests(filled, settings, now)
    with reading(filled) as session:
        row = subscriptions.get(session, key)
    with pytest.raises(IntegrityError), writing(filled) as session:
        digests.save(session, row, {}, changes=[1], period=(now, now + HOUR), now=now)
    with pytest.raises(digests.DigestError), reading(filled) as session:
        digests.get(session, 2)


def test_coverage_comes_from_the_sources(filled: Engine, settings: Settings, now: datetime) -> None:
    key = archive.subscription(filled, settings, "mailto:a@example.org", now=now)
    with writing(filled) as session:
        source = session.exec(select(Source).where(Source.name == "birchton")).one()
        source.failing_since = now
        session.exec(select(Source).where(Source.name == "panel")).one().enabled = False
    found = preview(filled, settings, key, now).edition.coverage
    assert (found.sources, found.read) == (2, 1)
    assert [one.publisher for one in found.unreadable] == ["Birchton"]


@pytest.mark.parametrize(("wishes", "message"), [
    ({"frequency": "hourly"}, "frequency"), ({"at": "25:00"}, "no such time"), ({"at": "8"}, "HH:MM"),
    ({"weekday": 7, "frequency": "weekly"}, "weekday"), ({}, "topic"),
])  # fmt: skip
def test_wrong_wishes_are_said_in_words(
    filled: Engine, settings: Settings, now: datetime, wishes: dict[str, Any], message: str
) -> None:
    channel = alert_channels.add(filled, settings, "leads", "mailto:a@example.org", now=now)
    wished = Subscription(channel_id=channel.id or 0, started_at=now, **wishes)
    with pytest.raises(subscriptions.SubscriptionError, match=message):
        subscribe(filled, settings, wished, [], now=now)
