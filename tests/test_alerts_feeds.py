"""A topic's Atom feed, read back by a real feed reader."""

from datetime import datetime, timedelta
from pathlib import Path

import feedparser
from sqlalchemy import Engine

from alerts.feeds import topic_feed
from config.settings import Settings
from store import topics
from store.database import reading, writing
from tests import digest_archive as archive
from tests.editions import INJECTION

HOUR = timedelta(hours=1)


def parsed(engine: Engine, folder: Path, slug: str, now: datetime) -> feedparser.FeedParserDict:
    settings = Settings(data_dir=folder, base_url="https://watch.example.org")
    with reading(engine) as session:
        text = topic_feed(session, settings, topics.get(session, slug), now=now)
    return feedparser.parse(text)


def test_the_feed_has_what_was_announced(engine: Engine, tmp_path: Path, now: datetime) -> None:
    with writing(engine) as session:
        archive.publishers(session, now)
        topics.add(session, "Everything", "", now=now)
        first = archive.publication(session, "Learning from Wren", at=now)
        second = archive.publication(session, f"Finch {INJECTION}\x0b", at=now + HOUR, publisher="birchton")
        hidden = archive.publication(session, "Hidden", at=now + HOUR)
        archive.status(session, hidden, "suspected")
        archive.publication(session, "Old", at=now, note="baseline", news=False)
        archive.publication(session, "Not yet", at=now + 9 * HOUR)
        archive.change(session, first, "updated", at=now + 2 * HOUR, note="Corrected.")
    found = parsed(engine, tmp_path, "everything", now + 3 * HOUR)
    assert not found.bozo
    assert found.feed.title == "reviewwatch: Everything"
    assert found.feed.id == "https://watch.example.org/topics/everything.atom"
    base = "https://watch.example.org/publications/"
    assert [entry.id for entry in found.entries] == [f"{base}{first}", f"{base}{second}"]
    assert found.entries[0].updated == "2026-03-02T11:00:00+00:00"
    assert found.entries[0].published == "2026-03-02T09:00:00+00:00"
    assert "Overview report (24 pages, 1.2 MB)" in found.entries[0].summary
    assert "<script" not in found.entries[1].summary
    assert "<img" not in found.entries[1].summary


def test_an_empty_feed_is_a_feed(engine: Engine, tmp_path: Path, now: datetime) -> None:
    with writing(engine) as session:
        topics.add(session, "Quiet", "nothing of this", now=now)
    found = parsed(engine, tmp_path, "quiet", now + HOUR)
    assert not found.bozo
    assert found.entries == []
    assert found.feed.updated == "2026-03-02T09:00:00+00:00"
