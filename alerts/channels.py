"""Channels with their secrets: kept encrypted, opened to send, tried out."""

from datetime import datetime

from sqlalchemy import Engine
from sqlmodel import Session

from alerts import channel_address, secrets
from alerts.channel_address import ChannelAddress
from alerts.notifiers import notifier_for
from alerts.notifiers.base import Notifier, Plain, Shared
from config.settings import Settings
from store import channels, subscriptions
from store.database import reading, writing
from store.models import Channel, Subscription


def add(
    engine: Engine, settings: Settings, name: str, address: str, *, now: datetime, for_administrators: bool = False
) -> Channel:
    """Check the address and keep the channel. Raises AddressError or ChannelError, in words."""
    checked = channel_address.parse(address)
    with writing(engine) as session:
        return channels.add(
            session,
            name,
            kind=checked.kind,
            secret=secrets.encrypt(checked.value, settings.key),
            shown=checked.shown,
            now=now,
            for_administrators=for_administrators,
        )


def readdress(engine: Engine, settings: Settings, name: str, address: str) -> Channel:
    """Give a channel another address; it is used again. Raises AddressError or ChannelError, in words."""
    checked = channel_address.parse(address)
    secret = secrets.encrypt(checked.value, settings.key)
    with writing(engine) as session:
        channel = channels.get(session, name)
        channels.readdress(
            session, channel, kind=checked.kind, secret=secret, shown=checked.shown, left=checked.recipients
        )
        return channel


def enable_address(session: Session, settings: Settings, channel: Channel, address: str) -> None:
    """Send all of the channel to its address again. Raises ChannelError when it has no such address."""
    if address not in opened(channel, settings).recipients:
        raise channels.ChannelError(f"{address!r} is no address of the channel {channel.name!r}")
    channels.enable_address(session, channel.id or 0, address)
    subscriptions.take_back(session, channel.id or 0, address)


def opened(channel: Channel, settings: Settings) -> ChannelAddress:
    """The channel's address. Raises SecretError when the key has changed."""
    return channel_address.parse(secrets.decrypt(channel.secret, settings.key))


def notifier(channel: Channel, settings: Settings, shared: Shared | None = None) -> Notifier:
    """Raises SecretError when the key has changed."""
    return notifier_for(channel.kind)(opened(channel, settings), settings, shared)


def recipients(session: Session, subscription: Subscription, settings: Settings) -> list[str]:
    """To whom its digests go: the channel's mail addresses that are in use and have not left, or the channel's name.

    Raises SecretError when the key has changed.
    """
    channel = channels.by_id(session, subscription.channel_id)
    address = opened(channel, settings)
    if not address.recipients:
        return [channel.name]
    off = {*channels.disabled_addresses(session, subscription.channel_id)}
    off |= subscriptions.leavers(session, subscription.id or 0).keys()
    return [one for one in address.recipients if one not in off]


def send_test(engine: Engine, settings: Settings, name: str, *, now: datetime) -> None:
    """Send a short message. Raises ChannelError, SecretError or DeliveryError, in words."""
    with reading(engine) as session:
        channel = channels.get(session, name)
    lines = ["This is a message to try the channel out. Digests will come here.", f"Channel: {channel.name}"]
    with notifier(channel, settings) as opened_notifier:
        opened_notifier.send_plain(Plain("reviewwatch: a test message", lines), now)


def rotate_secrets(engine: Engine, settings: Settings) -> int:
    """Encrypt all addresses under the first of the settings' keys; how many."""
    with writing(engine) as session:
        found = channels.all_channels(session)
        for channel in found:
            channel.secret = secrets.rotate(channel.secret, settings.key)
        return len(found)
