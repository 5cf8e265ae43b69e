"""The dissemination record: what came out, who was told, when, and by which channel."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlmodel import Session

from alerts.edition import Edition, Item, Update
from alerts.phrases import clean
from store import channels, deliveries, digests
from store.export import csv_line
from store.lines import shown_among
from store.models import Channel, Delivery, Digest

NOT_SHOWN = "(not shown: it may have been withdrawn since)"
COLUMNS = (
    "digest", "made_at", "period_start", "period_end", "topics", "frequency", "publication", "title", "publisher",
    "published", "told_as", "channel", "channel_kind", "recipient", "state", "accepted_at", "attempts", "message_id",
    "error",
)  # fmt: skip
Record = dict[str, Any]


def records(
    session: Session, zone: ZoneInfo, *, since: datetime | None = None, until: datetime | None = None
) -> Iterator[Record]:
    """A record for each digest made in that time, oldest first; moments in ISO 8601 with the zone's offset."""
    named = {channel.id: channel for channel in channels.all_channels(session)}
    for digest in digests.made_between(session, since, until):
        yield record(session, digest, named, zone)


def record(session: Session, digest: Digest, named: dict[int | None, Channel], zone: ZoneInfo) -> Record:
    """One digest: the publications that it tells, and each recipient with what came of it."""
    edition = Edition.model_validate(digest.content)
    shown = shown_among(session, edition.named)
    sent = deliveries.of_digest(session, edition.number)
    return {
        "number": edition.number,
        "subscription": edition.subscription,
        "topics": list(edition.topics),
        "frequency": edition.frequency,
        "made_at": _moment(digest.made_at, zone),
        "period_start": _moment(digest.period_start, zone),
        "period_end": _moment(digest.period_end, zone),
        "catch_up": edition.catch_up,
        "publications": list(_publications(edition, shown)),
        "notices": len(edition.notices),
        "deliveries": [_delivery(one, named.get(one.channel_id), zone) for one in sent],
    }


def _publications(edition: Edition, shown: set[int]) -> Iterator[Record]:
    """What was withdrawn since stays in the record, without its title (rule 6)."""
    found: tuple[Item | Update, ...] = (*edition.items, *edition.updates)
    for told in found:
        named = told.publication in shown
        late = isinstance(told, Item) and told.late
        yield {
            "publication": told.publication,
            "title": clean(told.title) if named else NOT_SHOWN,
            "publisher": clean(told.publisher) if named else "",
            "published": told.published if named and isinstance(told, Item) else "",
            "told_as": "update" if isinstance(told, Update) else "late" if late else "new",
        }


def _delivery(row: Delivery, channel: Channel | None, zone: ZoneInfo) -> Record:
    return {
        "channel": channel.name if channel else "",
        "channel_kind": channel.kind if channel else "",
        "recipient": row.recipient,
        "state": row.state,
        "accepted_at": _moment(row.sent_at, zone) if row.sent_at else None,
        "attempts": row.attempts,
        "message_id": row.message_id,
        "error": row.error or None,
    }


def as_csv(found: Iterable[Record]) -> Iterator[str]:
    """A line for each publication and recipient; a digest without publications has one for each recipient."""
    yield csv_line(COLUMNS)
    for one in found:
        digest = {"digest": one["number"], "topics": "; ".join(one["topics"])}
        for publication in one["publications"] or [{}]:
            for delivery in one["deliveries"]:
                values = {**one, **digest, **publication, **delivery}
                yield csv_line("" if values.get(name) is None else values[name] for name in COLUMNS)


def _moment(moment: datetime, zone: ZoneInfo) -> str:
    return moment.astimezone(zone).isoformat(timespec="seconds")
