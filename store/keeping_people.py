"""What we know of people, once it is needed no longer: sessions, requests, addresses, users who have gone."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, update
from sqlmodel import Session, col, select

from store.files import Files
from store.models import (
    ApiToken,
    Channel,
    Decision,
    Delivery,
    Digest,
    Incident,
    Mark,
    Match,
    RecallAnswer,
    Recipient,
    SignIn,
    Subscription,
    SubscriptionTopic,
    Tombstone,
    User,
    Withdrawal,
)
from store.models.messages import Leaver

NO_LONGER = "no longer kept"
FORMER = "@former.invalid"
"""No address ends so (RFC 2606)."""
DECIDED_BY: tuple[tuple[Any, str], ...] = (
    (Decision, "who"), (Decision, "target"), (Match, "decided_by"), (Withdrawal, "decided_by"), (Tombstone, "made_by"),
    (Incident, "resolved_by"), (Mark, "made_by"), (RecallAnswer, "answered_by"),
)  # fmt: skip
"""Where a user's address stands beside what they decided."""


def sign_ins(session: Session, cut: datetime) -> Sequence[SignIn]:
    return session.exec(select(SignIn).where(col(SignIn.expires_at) < cut)).all()


def of_session(row: SignIn) -> str:
    return f"a session that ended on {row.expires_at:%Y-%m-%d}"


def drop_sign_in(session: Session, _files: Files, row: SignIn) -> None:
    session.delete(row)


def unconfirmed(session: Session, cut: datetime) -> Sequence[Subscription]:
    told = select(Digest.subscription_id)
    statement = select(Subscription).where(
        col(Subscription.confirmed_at).is_(None), col(Subscription.started_at) < cut, col(Subscription.id).not_in(told)
    )
    return session.exec(statement.order_by(col(Subscription.id))).all()


def of_subscription(row: Subscription) -> str:
    return f"subscription {row.id}, asked for on {row.started_at:%Y-%m-%d}"


def drop_unconfirmed(session: Session, _files: Files, row: Subscription) -> None:
    """With its channel, when nothing else was ever sent there."""
    session.execute(delete(SubscriptionTopic).where(col(SubscriptionTopic.subscription_id) == row.id))
    channel_id = row.channel_id
    session.delete(row)
    session.flush()
    used = (
        select(Subscription.id).where(Subscription.channel_id == channel_id),
        select(Delivery.id).where(Delivery.channel_id == channel_id),
    )
    if all(session.exec(statement).first() is None for statement in used):
        session.execute(delete(Recipient).where(col(Recipient.channel_id) == channel_id))
        session.execute(delete(Channel).where(col(Channel.id) == channel_id))


def former_readers(session: Session, cut: datetime) -> Sequence[Channel]:
    """Channels with an address, all of whose subscriptions were ended before the moment."""
    ended = (
        select(Subscription.channel_id)
        .group_by(col(Subscription.channel_id))
        .having(
            func.max(col(Subscription.ended_at)) < cut,
            func.count(col(Subscription.id)) == func.count(col(Subscription.ended_at)),
        )
    )
    wanted = col(Channel.id).in_(ended), Channel.secret != "", col(Channel.for_administrators).is_(False)
    return session.exec(select(Channel).where(*wanted).order_by(col(Channel.id))).all()


def of_channel(row: Channel) -> str:
    return f"channel {row.id}, {row.shown}"


def drop_channel_address(session: Session, _files: Files, row: Channel) -> None:
    """The channel stays, without its address and with a name that says nothing: digests and deliveries refer to it."""
    session.execute(delete(Recipient).where(col(Recipient.channel_id) == row.id))
    ended = select(Subscription.id).where(Subscription.channel_id == row.id)
    session.execute(delete(Leaver).where(col(Leaver.subscription_id).in_(ended)))
    row.name, row.secret, row.shown = f"former channel {row.id}", "", f"({NO_LONGER})"
    row.disabled_at, row.disabled_why = row.disabled_at or row.made_at, f"its address is {NO_LONGER}"


def delivery_addresses(session: Session, cut: datetime) -> Sequence[Delivery]:
    statement = (
        select(Delivery)
        .join(Digest, col(Digest.number) == col(Delivery.digest_number))
        .where(
            col(Digest.made_at) < cut,
            col(Delivery.state).in_(("accepted", "failed")),
            col(Delivery.recipient).contains("@"),
        )
    )
    return session.exec(statement.order_by(col(Delivery.id))).all()


def of_delivery(row: Delivery) -> str:
    return f"delivery {row.id} of digest {row.digest_number}"


def drop_delivery_address(_session: Session, _files: Files, row: Delivery) -> None:
    """What was sent, when and with which outcome stays. A server's answer may quote the address."""
    row.recipient, row.error = f"address {row.id}, {NO_LONGER}", ""


def former_users(session: Session, cut: datetime) -> Sequence[User]:
    statement = select(User).where(col(User.disabled_at) < cut, col(User.email).not_like(f"%{FORMER}"))
    return session.exec(statement.order_by(col(User.id))).all()


def of_user(row: User) -> str:
    return f"user {row.id}, {row.email}"


def drop_user(session: Session, _files: Files, row: User) -> None:
    """What they decided stays in the audit log, as that of a former user with a number."""
    former = f"user-{row.id}{FORMER}"
    for table, column in DECIDED_BY:
        mine = getattr(table, column) == row.email
        session.execute(update(table).where(mine).values({column: former}))
    for owned in (SignIn, ApiToken):
        session.execute(delete(owned).where(col(owned.user_id) == row.id))
    row.email, row.name, row.team, row.password_hash, row.subject = former, "", "", "", ""
