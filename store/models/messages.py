"""Topics, channels, subscriptions; digests and their deliveries."""

from datetime import date, datetime
from typing import Any

from sqlmodel import Field, SQLModel, UniqueConstraint

from store.models.base import Claimed, json_object, moment, optional_moment


class Topic(SQLModel, table=True):
    """A saved search: the same rule drives the search page, the Atom feed and the digest."""

    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(unique=True)
    slug: str = Field(unique=True, index=True)
    query: str = ""
    made_at: datetime = moment()


class Channel(SQLModel, table=True):
    """Where messages go. The address is kept encrypted: it may hold passwords or signatures."""

    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(unique=True)
    kind: str
    """A module of alerts.notifiers."""
    secret: str
    """The address, encrypted (alerts.secrets)."""
    shown: str
    """The address as it may be shown, masked."""
    for_administrators: bool = False
    """Incidents and doubtful cases are told here."""
    disabled_at: datetime | None = optional_moment()
    disabled_why: str = ""
    made_at: datetime = moment()


class Subscription(Claimed, table=True):
    """A channel gets topics with a frequency. `due_at`: when the next digest is due."""

    id: int | None = Field(default=None, primary_key=True)
    channel_id: int = Field(foreign_key="channel.id", index=True)
    frequency: str = "daily"
    """immediately, daily, weekly or monthly."""
    at: str = "08:00"
    """London time."""
    weekday: int = 0
    """0 is Monday. For weekly: that day. For monthly: the first such day of the month."""
    working_days: bool = False
    region: str = ""
    """The reader's own region, shown before the others."""
    nothing_new: bool = False
    """A note also when there is nothing new."""
    paused_until: date | None = None
    paused: bool = False
    started_at: datetime = moment()
    """Changes before this moment are not told."""
    confirmed_at: datetime | None = optional_moment()
    ended_at: datetime | None = optional_moment()
    ended_why: str = ""
    baselines_told_at: datetime | None = optional_moment()
    last_digest_at: datetime | None = optional_moment()


class SubscriptionTopic(SQLModel, table=True):
    subscription_id: int = Field(foreign_key="subscription.id", primary_key=True)
    topic_id: int = Field(foreign_key="topic.id", primary_key=True)


class Digest(SQLModel, table=True):
    """One numbered, immutable edition for one subscription and one period; `content` is all that is rendered."""

    __table_args__ = (UniqueConstraint("subscription_id", "period_end"),)

    number: int | None = Field(default=None, primary_key=True)
    subscription_id: int = Field(foreign_key="subscription.id", index=True)
    made_at: datetime = moment()
    period_start: datetime = moment()
    period_end: datetime = moment()
    content: dict[str, Any] = json_object()


class DigestChange(SQLModel, table=True):
    """A change is in a digest of a subscription once: a join table, not a high-water mark (rule 4)."""

    __table_args__ = (UniqueConstraint("subscription_id", "change_id"),)

    digest_number: int = Field(foreign_key="digest.number", primary_key=True)
    change_id: int = Field(foreign_key="change.id", primary_key=True)
    subscription_id: int = Field(foreign_key="subscription.id", index=True)


class Delivery(Claimed, table=True):
    """One digest on its way to one recipient. States: planned, sending, accepted, failed, unknown."""

    __table_args__ = (UniqueConstraint("digest_number", "recipient"),)

    id: int | None = Field(default=None, primary_key=True)
    digest_number: int = Field(foreign_key="digest.number", index=True)
    channel_id: int = Field(foreign_key="channel.id", index=True)
    recipient: str
    """A mail address, or the channel's name for channels without recipients."""
    state: str = Field(default="planned", index=True)
    message_id: str
    attempts: int = 0
    first_tried_at: datetime | None = optional_moment()
    sent_at: datetime | None = optional_moment()
    error: str = ""


class Recipient(SQLModel, table=True):
    """What is known of a mail address of a channel: bounces, and since when it gets nothing more."""

    __table_args__ = (UniqueConstraint("channel_id", "address"),)

    id: int | None = Field(default=None, primary_key=True)
    channel_id: int = Field(foreign_key="channel.id", index=True)
    address: str = Field(index=True)
    bounces: int = 0
    disabled_at: datetime | None = optional_moment()
    disabled_why: str = ""


class Leaver(SQLModel, table=True):
    """A mail address of the channel that has left this subscription; it gets the channel's others."""

    subscription_id: int = Field(foreign_key="subscription.id", primary_key=True)
    address: str = Field(primary_key=True)
    left_at: datetime = moment()


class Notice(SQLModel, table=True):
    """The administrators have been told of this thing, once. (An incident keeps that itself: `told_at`.)"""

    __table_args__ = (UniqueConstraint("kind", "target"),)

    id: int | None = Field(default=None, primary_key=True)
    kind: str
    """match, withdrawal, question, delivery, channel, recipient, run, resolved or template."""
    target: int
    """The row's id; for templates, which are in no table, a number that changes with their files."""
    told_at: datetime = moment()
