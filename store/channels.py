"""Channels: where messages go. Their addresses are kept encrypted; only alerts can read them."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete
from sqlmodel import Session, col, select

from store import deliveries
from store.models import Channel, Delivery, Recipient
from store.models.messages import Notice


class ChannelError(ValueError):
    """The channel cannot be kept or used; the text says what to do."""


def add(
    session: Session, name: str, *, kind: str, secret: str, shown: str, now: datetime, for_administrators: bool = False
) -> Channel:
    """Keep a channel. Raises ChannelError when the name is taken."""
    check_name(session, name)
    channel = Channel(
        name=name.strip(), kind=kind, secret=secret, shown=shown, for_administrators=for_administrators, made_at=now
    )
    session.add(channel)
    session.flush()
    return channel


def check_name(session: Session, name: str) -> None:
    """Whether a new channel may have this name. Raises ChannelError."""
    if not name.strip():
        raise ChannelError("a channel needs a name")
    if find(session, name) is not None:
        raise ChannelError(f"there is a channel {name!r} already: choose another name")


def find(session: Session, name: str) -> Channel | None:
    return session.exec(select(Channel).where(Channel.name == name.strip())).first()


def get(session: Session, name: str) -> Channel:
    """The channel of that name. Raises ChannelError when there is none."""
    channel = find(session, name)
    if channel is None:
        raise ChannelError(f"there is no channel {name!r}: see `channels list`")
    return channel


def by_id(session: Session, channel_id: int) -> Channel:
    """Raises ChannelError when there is none."""
    channel = session.get(Channel, channel_id)
    if channel is None:
        raise ChannelError(f"there is no channel {channel_id}")
    return channel


def all_channels(session: Session) -> Sequence[Channel]:
    return session.exec(select(Channel).order_by(col(Channel.name))).all()


def for_administrators(session: Session) -> Sequence[Channel]:
    """The channels that can be used for what administrators must know."""
    usable = col(Channel.for_administrators).is_(True), col(Channel.disabled_at).is_(None)
    return session.exec(select(Channel).where(*usable).order_by(col(Channel.id))).all()


def disable(session: Session, channel_id: int, *, why: str, now: datetime) -> None:
    """Stop using the channel; what is due on it waits until an administrator enables it again."""
    channel = by_id(session, channel_id)
    if channel.disabled_at is None:
        channel.disabled_at, channel.disabled_why = now, why


def enable(session: Session, channel_id: int) -> None:
    channel = by_id(session, channel_id)
    channel.disabled_at, channel.disabled_why = None, ""
    _tell_again(session, "channel", channel_id)


def readdress(session: Session, channel: Channel, *, kind: str, secret: str, shown: str, left: Sequence[str]) -> None:
    """Give the channel another address of its kind, and use it again. Raises ChannelError for another kind.

    What waits goes to the new address; mail that waits for addresses which are not `left` does not go out.
    """
    if kind != channel.kind:
        raise ChannelError("this is another kind of address: add a new channel for it")
    channel.secret, channel.shown = secret, shown
    if left:
        gone = col(Delivery.channel_id) == channel.id, col(Delivery.recipient).not_in(left)
        deliveries.stop(session, *gone, why="no longer an address of the channel")
    enable(session, channel.id or 0)


def silent(session: Session) -> Sequence[Recipient]:
    """The addresses of all channels that get nothing any more, and why."""
    off = col(Recipient.disabled_at).is_not(None)
    return session.exec(select(Recipient).where(off).order_by(col(Recipient.address))).all()


def disabled_addresses(session: Session, channel_id: int) -> set[str]:
    """The mail addresses of the channel that get nothing any more."""
    off = Recipient.channel_id == channel_id, col(Recipient.disabled_at).is_not(None)
    return set(session.exec(select(Recipient.address).where(*off)).all())


def disable_address(session: Session, channel_id: int, address: str, *, why: str, now: datetime) -> None:
    """Send nothing more to this address of the channel (it refused for good, bounced, or unsubscribed)."""
    recipient = _recipient(session, channel_id, address)
    if recipient.disabled_at is None:
        recipient.disabled_at, recipient.disabled_why = now, why
    theirs = col(Delivery.channel_id) == channel_id, col(Delivery.recipient) == address
    deliveries.stop(session, *theirs, why=why)


def enable_address(session: Session, channel_id: int, address: str) -> None:
    """Send to this address again, from the next digest on."""
    recipient = _recipient(session, channel_id, address)
    recipient.disabled_at, recipient.disabled_why, recipient.bounces = None, "", 0
    _tell_again(session, "recipient", recipient.id or 0)


def count_bounce(session: Session, channel_id: int, address: str, *, limit: int, why: str, now: datetime) -> bool:
    """Note that a mail came back; from `limit` on the address is disabled. True when it now is."""
    recipient = _recipient(session, channel_id, address)
    recipient.bounces += 1
    if recipient.bounces >= limit:
        disable_address(session, channel_id, address, why=why, now=now)
    return recipient.disabled_at is not None


def _tell_again(session: Session, kind: str, target: int) -> None:
    """Should it be disabled once more, the administrators are told once more."""
    session.exec(delete(Notice).where(col(Notice.kind) == kind, col(Notice.target) == target))


def _recipient(session: Session, channel_id: int, address: str) -> Recipient:
    mine = Recipient.channel_id == channel_id, Recipient.address == address
    recipient = session.exec(select(Recipient).where(*mine)).first()
    if recipient is None:
        recipient = Recipient(channel_id=channel_id, address=address)
        session.add(recipient)
    return recipient
