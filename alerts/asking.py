"""Digests that a reader asks for: to their own address only, and not before they have confirmed it by mail."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Engine
from sqlmodel import Session

from alerts import channel_address, links, secrets
from alerts import channels as alert_channels
from alerts.making import reschedule, subscribe
from alerts.notifiers.base import DeliveryError, Plain
from alerts.phrases import clean
from alerts.words import listed
from config.settings import Settings
from store import channels, subscriptions
from store.database import reading, writing
from store.models import Channel, Subscription, Topic
from store.subscriptions import SubscriptionError

MOST = 10
"""Digests that one reader may have: no one can be made to get mail without end."""
HEADING = "reviewwatch: confirm that you want these digests"


def ask(
    engine: Engine, settings: Settings, reader: str, wished: Subscription, topics: list[Topic], *, now: datetime
) -> Subscription:
    """Keep what the reader wishes and mail the link that confirms it; until then nothing else is sent.

    Raises AddressError, SubscriptionError or DeliveryError, in words; then nothing is left waiting.
    """
    channel = _own_channel(engine, settings, reader, now=now)
    wished.channel_id = channel.id or 0
    with reading(engine) as session:
        if len(subscriptions.of_channel(session, wished.channel_id)) >= MOST:
            raise SubscriptionError(f"you have {MOST} digests already: end one of them first")
    kept = subscribe(engine, settings, wished, topics, now=now, confirmed=False)
    try:
        with alert_channels.notifier(channel, settings) as notifier:
            notifier.send_plain(Plain(HEADING, _lines(settings, kept, topics, now)), now)
    except DeliveryError:
        with writing(engine) as session:
            subscriptions.end(session, kept.id or 0, why="the mail that asks to confirm it was not taken", now=now)
        raise
    return kept


def confirm(session: Session, settings: Settings, subscription_id: int, *, now: datetime) -> Subscription:
    """The reader has the mail, so the address is theirs: digests begin, also when it had been unsubscribed before."""
    subscription = subscriptions.get(session, subscription_id)
    topics = subscriptions.topics_of(session, subscription_id)
    same = subscriptions.same_as(session, subscription, topics)
    if same and same.id != subscription_id:  # asked for twice
        subscriptions.end(session, subscription_id, why=f"it is the same as subscription {same.id}", now=now)
        return same
    if subscription.ended_at is not None:
        raise SubscriptionError("these digests have been ended: ask for them anew")
    if subscription.confirmed_at is None:
        subscriptions.confirm(session, subscription_id, now=now)
        reschedule(session, settings, subscription_id, now=now)
        channel = channels.by_id(session, subscription.channel_id)
        for address in alert_channels.opened(channel, settings).recipients:
            channels.enable_address(session, subscription.channel_id, address)
    return subscription


def own(session: Session, reader: str) -> Sequence[Subscription]:
    """What the reader has asked for and not ended."""
    channel = channels.find(session, channel_name(reader))
    return subscriptions.of_channel(session, channel.id or 0) if channel else ()


def channel_name(reader: str) -> str:
    return f"reader {reader}"


def _own_channel(engine: Engine, settings: Settings, reader: str, *, now: datetime) -> Channel:
    """The channel with just this reader's address, made at the first wish."""
    checked = channel_address.parse(f"mailto:{reader}")
    with writing(engine) as session:
        found = channels.find(session, channel_name(reader))
        if found is None:
            secret = secrets.encrypt(checked.value, settings.key)
            name = channel_name(reader)
            return channels.add(session, name, kind="email", secret=secret, shown=checked.shown, now=now)
    if found.kind != "email" or alert_channels.opened(found, settings).recipients != checked.recipients:
        raise SubscriptionError(f"the channel {found.name!r} has another address: ask an administrator")
    return found


def _lines(settings: Settings, kept: Subscription, topics: Sequence[Topic], now: datetime) -> list[str]:
    link = f"{settings.public_url}/confirm/{links.confirm_token(settings.key, kept.id or 0, now=now)}"
    named = listed([f"“{clean(topic.name)}”" for topic in topics])
    return [
        f"Someone, most likely you, has asked for digests on {named} to this address ({kept.frequency}).",
        "If you want them, open this page within seven days and press the button on it:",
        link,
        "If you do not, do nothing. You will get no more mail about this.",
    ]
