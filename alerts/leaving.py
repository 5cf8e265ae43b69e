"""The way out for those who get mail: one digest, or all of them. The signed link in a mail is all that it needs."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from alerts import channels as alert_channels
from alerts import links
from alerts.channel_address import masked_mailbox
from alerts.secrets import SecretError
from config.settings import Settings
from store import channels, people, subscriptions
from store.deliveries import UNSUBSCRIBED
from store.models import Subscription

BY_LINK = "a link in a mail"
"""Who decided, in the audit log."""
EMPTY = "its last reader has unsubscribed"


@dataclass(frozen=True)
class Reader:
    """Whose link it is, what it stops, and what else the address gets."""

    address: str
    subscription: Subscription
    gets_it: bool
    others: Sequence[Subscription]


def reader_of(session: Session, settings: Settings, token: str) -> Reader:
    """Raises LinkError for a link that is not ours, SubscriptionError when there is no such subscription any more."""
    _, subscription_id, address = links.read_unsubscribe(settings.key, token)
    subscription = subscriptions.get(session, subscription_id)
    found = _of_address(session, settings, address)
    others = [one for one in found if one.id != subscription_id]
    return Reader(address, subscription, len(others) < len(found), others)


def leave(session: Session, settings: Settings, reader: Reader, *, now: datetime) -> None:
    """Send nothing more of this subscription to the address; the channel's others go on."""
    key = reader.subscription.id or 0
    subscriptions.leave(session, key, reader.address, now=now)
    _end_if_empty(session, settings, reader.subscription, now)
    _record(session, "unsubscribed", str(key), reader, now)


def leave_all(session: Session, settings: Settings, reader: Reader, *, now: datetime) -> None:
    """Send nothing more to the address, whatever the channel."""
    ended = [reader.subscription, *reader.others]
    for channel_id in {one.channel_id for one in ended}:
        channels.disable_address(session, channel_id, reader.address, why=UNSUBSCRIBED, now=now)
    for one in ended:
        _end_if_empty(session, settings, one, now)
    _record(session, "unsubscribed from all", ", ".join(str(one.id) for one in ended), reader, now)


def _of_address(session: Session, settings: Settings, address: str) -> list[Subscription]:
    """What is sent to the address now, or will be after a pause."""
    running = [one for one in subscriptions.all_subscriptions(session) if one.confirmed_at and not one.ended_at]
    return [one for one in running if address in (_readers(session, settings, one) or ())]


def _readers(session: Session, settings: Settings, subscription: Subscription) -> list[str] | None:
    """None where the channel's address cannot be read: nothing is sent there until an administrator mends it."""
    try:
        return alert_channels.recipients(session, subscription, settings)
    except SecretError:
        return None


def _end_if_empty(session: Session, settings: Settings, subscription: Subscription, now: datetime) -> None:
    if _readers(session, settings, subscription) == []:
        subscriptions.end(session, subscription.id or 0, why=EMPTY, now=now)


def _record(session: Session, what: str, target: str, reader: Reader, now: datetime) -> None:
    people.record(session, BY_LINK, what, target, now=now, after={"address": masked_mailbox(reader.address)})
