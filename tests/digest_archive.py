"""A small invented archive for tests of digests: publishers, sources, publications and their changes."""

from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Engine
from sqlmodel import Session, select

from alerts import channels as alert_channels
from alerts.making import subscribe
from config.settings import Settings
from store import topics
from store.database import writing
from store.models import Change, Document, Entry, Publication, Publisher, Source, Subscription, Version
from store.search_index import index_publication

WAS_READ = timedelta(hours=1)


def publishers(session: Session, now: datetime) -> None:
    """Ashshire in the North East, Birchton in the South West, the Panel; a source each, read an hour ago."""
    for key, kind, region in (
        ("ashshire", "partnership", "North East"),
        ("birchton", "partnership", "South West"),
        ("panel", "national", ""),
    ):
        session.add(Publisher(id=key, name=f"{key.title()} Safeguarding", short=key.title(), kind=kind, region=region))
        session.flush()
        session.add(_source(key, now))
    session.flush()


def _source(key: str, now: datetime) -> Source:
    address = f"https://www.{key}.example/reviews"
    read = now - WAS_READ
    return Source(name=key, publisher_id=key, kind="listing", url=address, last_good_at=read, baseline_at=read)


def publication(session: Session, title: str, *, at: datetime, publisher: str = "ashshire", **fields: Any) -> int:
    """A publication with one document, listed by its publisher's source, and its change `new` at that moment."""
    values: dict[str, Any] = {"kind": "local_review", "published": date(2026, 2, 27), "precision": "day"}
    values |= {"basis": "published", "publisher_id": publisher, "area": publisher.title(), "first_seen": at} | fields
    told = {name: values.pop(name) for name in ("note", "news", "late_since") if name in values}
    row = Publication(title=title, **values)
    session.add(row)
    session.flush()
    key = row.id or 0
    source = session.exec(select(Source).where(Source.name == publisher)).one()
    address = f"https://www.{publisher}.example/reviews/{key}"
    session.add(
        Entry(source_id=source.id or 0, key=address, publication_id=key, url=address, canonical=address, heading=title,
              kind=row.kind, first_seen=at, last_seen=at)
    )  # fmt: skip
    document = Document(publication_id=key, url=f"{address}.pdf", canonical=f"{address}.pdf", role="overview_report",
                        first_seen=at)  # fmt: skip
    session.add(document)
    session.flush()
    version = Version(document_id=document.id or 0, sha256=f"{key:064}", size=1_250_000, pages=24, first_seen=at,
                      last_seen=at, state="current")  # fmt: skip
    session.add(version)
    session.flush()
    document.current_version_id = version.id
    index_publication(session, row)
    change(session, key, "new", at=at, **told)
    return key


def change(session: Session, publication_id: int, kind: str, *, at: datetime, **fields: Any) -> int:
    row = Change(publication_id=publication_id, kind=kind, at=at, **fields)
    session.add(row)
    session.flush()
    return row.id or 0


def status(session: Session, publication_id: int, value: str) -> None:
    row = session.get_one(Publication, publication_id)
    row.status = value
    index_publication(session, row)
    session.flush()


def subscription(
    engine: Engine,
    settings: Settings,
    address: str,
    *,
    now: datetime,
    query: str = "",
    name: str = "leads",
    **wishes: Any,
) -> int:
    """A channel with a topic and a subscription of its own, all called `name`."""
    channel = alert_channels.add(engine, settings, name, address, now=now)
    with writing(engine) as session:
        topic = topics.add(session, name, query, now=now)
    values: dict[str, Any] = {"frequency": "immediately"} | wishes
    wished = Subscription(channel_id=channel.id or 0, started_at=now, **values)
    return subscribe(engine, settings, wished, [topic], now=now).id or 0
