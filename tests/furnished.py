"""An archive in which every table has a row and every page something to show."""

import zlib
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import Engine
from sqlmodel import Session, SQLModel, col, select

from alerts import channels as alert_channels
from alerts.edition import Coverage, Edition, Item
from alerts.links import confirm_token, unsubscribe_token
from config.settings import Settings
from store import digests, marks, people, subscriptions, topics
from store.database import writing
from store.files import Files
from store.marks import MarkState
from store.models import (
    Backup,
    CrawlRun,
    Delivery,
    DigestChange,
    Entry,
    EntryDocument,
    Host,
    Incident,
    KeepingTime,
    Lesson,
    Match,
    Publication,
    RecallAnswer,
    Recipient,
    SavedPage,
    Source,
    SourcePage,
    Tombstone,
    Version,
    Withdrawal,
)
from store.models.messages import Leaver, Notice, Subscription
from store.models.texts import ScannedPage
from store.models.upkeep import Chore
from tests.route_table import SAMPLES
from tests.web_archive import ADMINISTRATOR, NASTY, STAFF, fill

PAGE = f"<html><body><main><h1>Reviews {NASTY}</h1><a href='/t.pdf'>Child T {NASTY}</a></main></body></html>"


def furnish(engine: Engine, settings: Settings, folder: Path, *, now: datetime) -> dict[str, str]:
    """Fill the archive; returns samples for the parameters of routes, see `tests.route_table`."""
    ids = fill(engine, Files(settings.files), folder, now=now)
    channel = alert_channels.add(engine, settings, "leads", f"mailto:{STAFF},b@example.org", now=now)
    with writing(engine) as session:
        session.add_all(_rows(session, ids, now))
        session.flush()
        question = _question(session, now)
        saved = session.exec(select(SavedPage.id).where(SavedPage.source_id == 1)).one()
        user = people.find_user(session, STAFF)
        administrator = people.find_user(session, ADMINISTRATOR)
        assert user is not None
        assert administrator is not None
        people.sign_in(session, administrator, now=now)
        people.make_token(session, administrator, "a program", now=now)
        link = people.make_link(settings, user, now=now).rpartition("/")[2]
        marks.put(session, ids["nasty"], user.team, MarkState.READ, by=STAFF, now=now)
        people.record(session, ADMINISTRATOR, "source enabled", "x", now=now, before={"a": NASTY}, after={"b": NASTY})
        topic = topics.add(session, "Neglect", "neglect", now=now)
        wished = Subscription(channel_id=channel.id or 0, started_at=now, due_at=now, region=NASTY)
        kept = subscriptions.add(session, wished, [topic])
        number = _digest(session, kept.id or 0, ids, now)
        session.add(_delivery(number, channel.id or 0, now))
        session.add(Recipient(channel_id=channel.id or 0, address=STAFF, bounces=3, disabled_at=now, disabled_why="x"))
        session.add(Leaver(subscription_id=kept.id or 0, address=STAFF, left_at=now))
    made = {
        "publication_id": str(ids["nasty"]), "version_id": str(ids["nasty version"]), "number": str(number),
        "slug": topic.slug, "match_id": str(ids["match"]), "withdrawal_id": str(ids["withdrawal"]),
        "incident_id": str(ids["incident"]), "user_id": str(user.id), "channel_id": str(channel.id),
        "subscription_id": str(kept.id), "entry_id": str(question), "page_id": str(saved),
        "link": link,
        "confirm": confirm_token(settings.key, kept.id or 0, now=now),
        "unsubscribe": unsubscribe_token(settings.key, channel.id or 0, kept.id or 0, STAFF),
    }  # fmt: skip
    return SAMPLES | made


def _rows(session: Session, ids: dict[str, int], now: datetime) -> list[SQLModel]:
    body = zlib.compress(PAGE.encode())
    reviews = "https://exampleshire-reviews.example/reviews"
    since = now - timedelta(days=1)
    source = session.exec(select(Source).where(Source.name == "exampleshire-reviews")).one()
    entry = session.exec(select(Entry).where(col(Entry.publication_id) == ids["nasty"])).first()
    key, entry_id, version = source.id or 0, (entry.id if entry else 0) or 0, ids["nasty version"]
    document = session.get_one(Version, version).document_id
    source.options, source.note = {"exclude": [NASTY]}, NASTY
    held = [{"heading": f"Held {NASTY}", "url": "javascript:alert(4)", "known": False}]
    withdrawal = Withdrawal(
        publication_id=ids["neglect"], document_id=1, old_version_id=version, new_version_id=version, opened_at=now,
        reason=NASTY, decided_at=now, decided_by=ADMINISTRATOR, decision="keep",
    )  # fmt: skip
    return [
        CrawlRun(source_id=key, started_at=since, finished_at=now, outcome="ok", entries=3, new=1),
        CrawlRun(source_id=key, started_at=now, outcome="held", held=1, detail=NASTY, held_entries=held),
        SourcePage(source_id=key, url="https://x.example/", etag=NASTY, checked_at=now),
        SavedPage(source_id=key, url=reviews, sha256="a", saved_at=now, body=body),
        Incident(source_id=key, kind="empty", opened_at=now, last_seen_at=now, evidence=NASTY, resolved_at=now),
        RecallAnswer(entry_id=entry_id, answer="missing", note=NASTY, answered_by=STAFF, answered_at=now),
        Host(name="x.example", robots=NASTY),
        EntryDocument(entry_id=entry_id, document_id=document, first_seen=now),
        Lesson(version_id=version, position=1, kind="recommendation", number="1", page=2, text=NASTY, themes=[]),
        Lesson(version_id=version, position=2, kind="learning", page=2, text=NASTY, themes=["neglect"]),
        Tombstone(kind="bytes", hash="b", made_at=now, made_by=ADMINISTRATOR),
        Match(
            entry_id=entry_id, publication_id=ids["nasty"], state="accepted", made_at=now, decided_at=now,
            decided_by=ADMINISTRATOR, signals=[{"signal": "title", "reason": NASTY, "score": 1.0}],
        ),
        Notice(kind="match", target=1, told_at=now),
        ScannedPage(version_id=version, number=1, text=NASTY),
        Chore(name="retention", due_at=now),
        KeepingTime(sort="logs", months=12),
        Backup(path=f"/backups/{NASTY}", made_at=now),
        withdrawal,
    ]  # fmt: skip


def _question(session: Session, now: datetime) -> int:
    """Something that only a witness lists; its entry."""
    row = Publication(title=f"Witnessed {NASTY}", kind="local_review", publisher_id="exampleshire", first_seen=now)
    session.add(row)
    session.flush()
    witness = session.exec(select(Source).where(Source.name == "collection-list")).one()
    entry = Entry(
        source_id=witness.id or 0, key="witnessed", publication_id=row.id, url="https://x.example/w", canonical="w",
        heading=row.title, kind="local_review", area_publisher_id="exampleshire", first_seen=now, last_seen=now,
    )  # fmt: skip
    session.add(entry)
    session.flush()
    return entry.id or 0


def _digest(session: Session, subscription: int, ids: dict[str, int], now: datetime) -> int:
    items = tuple(
        Item(
            publication=ids[name], title=f"{name} {NASTY}", publisher=f"P {NASTY}", kind="Local review", abstract=NASTY
        )
        for name in ("neglect", "nasty", "suspected")
    )
    edition = Edition(
        subscription=subscription, topics=(f"Neglect {NASTY}",), frequency="daily", period_start=now, period_end=now,
        period="2 March 2026", items=items, coverage=Coverage(sources=2, read=2),
    )  # fmt: skip
    row = session.get_one(Subscription, subscription)
    number = digests.save(session, row, edition.model_dump(mode="json"), changes=[], period=(now, now), now=now)
    session.add(DigestChange(digest_number=number, change_id=1, subscription_id=subscription))
    return number


def _delivery(number: int, channel: int, now: datetime) -> Delivery:
    return Delivery(
        digest_number=number, channel_id=channel, recipient=STAFF, state="failed", message_id="<1@x>", attempts=3,
        first_tried_at=now, error=NASTY,
    )  # fmt: skip
