"""Sending what is planned: claims first, then the slow call, then what came of it (rule 5)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby

import structlog
from sqlalchemy import Engine

from alerts import channels as alert_channels
from alerts import links
from alerts.making import make_due_digests, preview, to_be_sent
from alerts.notices import tell_of_templates
from alerts.notifiers.base import DeliveryError, Notifier, Outgoing, Shared
from alerts.render import Rendered
from alerts.secrets import SecretError
from config.settings import Settings
from store import channels, deliveries
from store.database import reading, writing
from store.deliveries import Ledger
from store.models import Channel, Delivery

__all__ = ["DeliveryReport", "deliver_due", "make_due_digests", "preview"]

AT_ONCE = 20
CLAIM = timedelta(minutes=30)
"""Longer than a batch can take with all its time limits, so that no one else takes a claim over while we send."""
GAPS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 180, 360, 720))
GIVE_UP = timedelta(days=2)

log = structlog.get_logger(__name__)


@dataclass
class DeliveryReport:
    """What came of one round: numbers of deliveries."""

    accepted: int = 0
    again: int = 0
    """Not taken now; they stay planned."""
    failed: int = 0
    unknown: int = 0
    """Were interrupted before, and sent again with the same Message-ID."""


@dataclass(frozen=True)
class Parcel:
    """Deliveries of one digest on one channel, and what is to be sent."""

    channel: Channel
    rendered: Rendered
    rows: Sequence[Delivery]


@dataclass(frozen=True)
class Round:
    """All that is sent at one moment: the connections that it shares, and what comes of it."""

    engine: Engine
    settings: Settings
    now: datetime
    ledger: Ledger
    shared: Shared
    report: DeliveryReport

    def parcels(self) -> Iterator[Parcel]:
        with reading(self.engine) as session:
            due = deliveries.due(session, self.now)
        for (number, channel_id), rows in groupby(due, key=lambda row: (row.digest_number, row.channel_id)):
            with reading(self.engine) as session:
                channel = channels.by_id(session, channel_id)
            yield Parcel(channel, to_be_sent(self.engine, self.settings, number), list(rows))

    def deliver(self, parcel: Parcel) -> None:
        try:
            notifier = alert_channels.notifier(parcel.channel, self.settings, self.shared)
        except SecretError as error:
            with writing(self.engine) as session:
                channels.disable(session, parcel.channel.id or 0, why=str(error), now=self.now)
            return
        with notifier:
            for start in range(0, len(parcel.rows), AT_ONCE):
                with writing(self.engine) as session:
                    batch = deliveries.start(session, parcel.rows[start : start + AT_ONCE], now=self.now, lasts=CLAIM)
                for place, row in enumerate(batch):
                    if self.send(notifier, parcel, row):
                        continue
                    self.give_back(batch[place + 1 :])
                    return

    def send(self, notifier: Notifier, parcel: Parcel, row: Delivery) -> bool:
        """Send one and write down what came of it, before the next. False when the channel can take no more."""
        try:
            notifier.send(self.outgoing(parcel, row))
        except DeliveryError as error:
            log.warning("delivery not taken", delivery=row.id, channel=parcel.channel.name, reason=str(error))
            self.write_failure(row, error)
            return not error.ends_channel
        self.ledger.accepted(row.id or 0, now=self.now)
        self.report.accepted += 1
        return True

    def outgoing(self, parcel: Parcel, row: Delivery) -> Outgoing:
        edition = parcel.rendered.edition
        token = links.unsubscribe_token(self.settings.key, row.channel_id, edition.subscription, row.recipient)
        return Outgoing(
            rendered=parcel.rendered,
            recipient=row.recipient,
            message_id=row.message_id,
            at=self.now,
            subscription=edition.subscription,
            unsubscribe=f"{self.settings.public_url}/unsubscribe/{token}",
            one_click=bool(self.settings.base_url),
        )

    def write_failure(self, row: Delivery, error: DeliveryError) -> None:
        key, why = row.id or 0, str(error)
        given_up = self.now - (row.first_tried_at or self.now) >= GIVE_UP
        with writing(self.engine) as session:
            if error.ends_channel:
                # the digest waits: it goes out when an administrator has mended the channel
                channels.disable(session, row.channel_id, why=why, now=self.now)
                deliveries.again(session, key, why=why, at=self.now)
                self.report.again += 1
            elif error.permanent or given_up:
                if error.ends_address:
                    channels.disable_address(session, row.channel_id, row.recipient, why=why, now=self.now)
                deliveries.failed(session, key, why=why)
                self.report.failed += 1
            else:
                deliveries.again(session, key, why=why, at=self.now + gap(row.attempts, error.retry_after))
                self.report.again += 1

    def give_back(self, rows: Sequence[Delivery]) -> None:
        with writing(self.engine) as session:
            for row in rows:
                deliveries.give_back(session, row.id or 0)


def deliver_due(engine: Engine, settings: Settings, now: datetime) -> DeliveryReport:
    """Send all that is due. Never raises for what a server answers: that is written down with each delivery."""
    report = DeliveryReport()
    with writing(engine) as session:
        report.unknown = deliveries.mark_interrupted(session, now)
    with Shared() as shared, Ledger(engine) as ledger:
        this = Round(engine, settings, now, ledger, shared, report)
        for parcel in this.parcels():
            this.deliver(parcel)
            tell_of_templates(engine, settings, parcel.rendered.templates, now)
    return report


def gap(attempts: int, retry_after: timedelta | None = None) -> timedelta:
    """How long to wait after so many attempts; at least as long as the server asks."""
    return max(GAPS[min(max(attempts, 1), len(GAPS)) - 1], retry_after or timedelta(0))
