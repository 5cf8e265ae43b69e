"""Subscriptions: a channel gets topics with a frequency."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlmodel import Session, col, delete, or_, select

from store import deliveries
from store.models import Channel, Delivery, Digest, Publisher, Subscription, SubscriptionTopic, Topic
from store.models.messages import Leaver

CHANGEABLE = ("frequency", "at", "weekday", "working_days", "nothing_new", "region")
"""What may be wished anew. Topics may not: what came out since the beginning would all be news."""
FREQUENCIES = ("immediately", "daily", "weekly", "monthly")


class SubscriptionError(ValueError):
    """The subscription cannot be kept or used; the text says what to do."""


def add(session: Session, subscription: Subscription, topics: Sequence[Topic]) -> Subscription:
    """Keep a subscription to one or more topics. Raises SubscriptionError for what cannot be."""
    check(subscription)
    if not topics:
        raise SubscriptionError("a subscription needs at least one topic")
    if same := same_as(session, subscription, topics):
        raise SubscriptionError(f"the channel gets just this digest already: it is subscription {same.id}")
    session.add(subscription)
    session.flush()
    for key in sorted({_key(topic.id) for topic in topics}):
        session.add(SubscriptionTopic(subscription_id=_key(subscription.id), topic_id=key))
    session.flush()
    return subscription


def same_as(session: Session, wished: Subscription, topics: Sequence[Topic]) -> Subscription | None:
    """One that runs and brings the same channel the same topics in the same way: all would come twice."""
    chosen = {topic.id for topic in topics}
    for one in of_channel(session, wished.channel_id):
        alike = one.confirmed_at is not None and all(getattr(one, name) == getattr(wished, name) for name in CHANGEABLE)
        if alike and {topic.id for topic in topics_of(session, one.id or 0)} == chosen:
            return one
    return None


def check(subscription: Subscription) -> None:
    """Raises SubscriptionError for a frequency or weekday that does not exist."""
    if subscription.frequency not in FREQUENCIES:
        raise SubscriptionError(f"the frequency is one of: {', '.join(FREQUENCIES)}")
    if not 0 <= subscription.weekday <= 6:
        raise SubscriptionError("the weekday is 0 (Monday) to 6 (Sunday)")


def get(session: Session, subscription_id: int) -> Subscription:
    """Raises SubscriptionError when there is none."""
    subscription = session.get(Subscription, subscription_id)
    if subscription is None:
        raise SubscriptionError(f"there is no subscription {subscription_id}: see `subscriptions list`")
    return subscription


def all_subscriptions(session: Session) -> Sequence[Subscription]:
    return session.exec(select(Subscription).order_by(col(Subscription.id))).all()


def regions(session: Session) -> Sequence[str]:
    """The regions that publishers are in: a reader's own may be one of them."""
    return session.exec(
        select(Publisher.region).where(Publisher.region != "").distinct().order_by(col(Publisher.region))
    ).all()


def of_channel(session: Session, channel_id: int) -> Sequence[Subscription]:
    """Those of the channel that have not been ended."""
    mine = Subscription.channel_id == channel_id, col(Subscription.ended_at).is_(None)
    return session.exec(select(Subscription).where(*mine).order_by(col(Subscription.id))).all()


def topics_of(session: Session, subscription_id: int) -> Sequence[Topic]:
    """Its topics, by name."""
    return session.exec(
        select(Topic)
        .join(SubscriptionTopic, col(SubscriptionTopic.topic_id) == col(Topic.id))
        .where(SubscriptionTopic.subscription_id == subscription_id)
        .order_by(col(Topic.name))
    ).all()


def topics_by_subscription(session: Session, ids: Collection[int]) -> dict[int, list[Topic]]:
    """The topics of each of these subscriptions, by name."""
    statement = select(SubscriptionTopic.subscription_id, Topic).join(
        Topic, col(Topic.id) == col(SubscriptionTopic.topic_id)
    )
    found: dict[int, list[Topic]] = defaultdict(list)
    for key, topic in session.exec(
        statement.where(col(SubscriptionTopic.subscription_id).in_(ids)).order_by(col(Topic.name))
    ):
        found[key].append(topic)
    return found


def due(session: Session, now: datetime) -> Sequence[Subscription]:
    """Those whose next digest may be due: active, confirmed, not paused, their channel in use.

    Also those made after `now`, which a command acting as of an earlier moment (`--at`) meets.
    """
    return session.exec(
        select(Subscription)
        .join(Channel, col(Channel.id) == col(Subscription.channel_id))
        .where(
            or_(col(Subscription.due_at) <= now, col(Subscription.started_at) > now),
            col(Subscription.confirmed_at).is_not(None),
            col(Subscription.ended_at).is_(None),
            col(Subscription.paused).is_(False),
            or_(col(Channel.disabled_at).is_(None), col(Channel.disabled_at) > now),
        )
        .order_by(col(Subscription.id))
    ).all()


def pause(session: Session, subscription_id: int, until: date | None) -> Subscription:
    """Pause until that day (London), or until it is resumed. Nothing is lost: it comes in one digest."""
    subscription = get(session, subscription_id)
    subscription.paused = until is None
    subscription.paused_until = until
    return subscription


def resume(session: Session, subscription_id: int) -> Subscription:
    subscription = get(session, subscription_id)
    subscription.paused, subscription.paused_until = False, None
    return subscription


def end(session: Session, subscription_id: int, *, why: str, now: datetime) -> Subscription:
    subscription = get(session, subscription_id)
    if subscription.ended_at is None:
        subscription.ended_at, subscription.ended_why = now, why
    return subscription


def leave(session: Session, subscription_id: int, address: str, *, now: datetime) -> None:
    """Send nothing more of this subscription to this address of its channel."""
    if address not in leavers(session, subscription_id):
        session.add(Leaver(subscription_id=subscription_id, address=address, left_at=now))
    its = select(Digest.number).where(Digest.subscription_id == subscription_id)
    waiting = col(Delivery.digest_number).in_(its), col(Delivery.recipient) == address
    deliveries.stop(session, *waiting, why=deliveries.UNSUBSCRIBED)


def leavers(session: Session, subscription_id: int) -> dict[str, datetime]:
    """The addresses that have left it, and when."""
    mine = Leaver.subscription_id == subscription_id
    return {one.address: one.left_at for one in session.exec(select(Leaver).where(mine).order_by(col(Leaver.address)))}


def take_back(session: Session, channel_id: int, address: str) -> None:
    """The address gets all subscriptions of the channel again."""
    its = select(Subscription.id).where(Subscription.channel_id == channel_id)
    session.exec(delete(Leaver).where(col(Leaver.subscription_id).in_(its), col(Leaver.address) == address))


def change(session: Session, subscription_id: int, wishes: Mapping[str, Any]) -> Subscription:
    """Wish anew, by the names of CHANGEABLE. The caller plans the next digest. Raises SubscriptionError."""
    subscription = get(session, subscription_id)
    if subscription.ended_at is not None:
        raise SubscriptionError("this subscription has been ended: add a new one")
    for name in CHANGEABLE:
        setattr(subscription, name, wishes.get(name, getattr(subscription, name)))
    check(subscription)
    return subscription


def confirm(session: Session, subscription_id: int, *, now: datetime) -> Subscription:
    """The reader has confirmed that the subscription was asked for."""
    subscription = get(session, subscription_id)
    subscription.confirmed_at = subscription.confirmed_at or now
    return subscription


def _key(value: int | None) -> int:
    if value is None:
        raise SubscriptionError("the topic has not been kept yet")
    return value
