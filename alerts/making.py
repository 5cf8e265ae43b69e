"""From due subscriptions to digests: claim, decide, keep with its deliveries, all or nothing."""

import hashlib
from collections.abc import Mapping
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Engine
from sqlmodel import Session

from alerts import channels as alert_channels
from alerts import links
from alerts.digest import Decided, Occasion, decide
from alerts.edition import Edition
from alerts.mime import domain_of
from alerts.render import Rendered, render
from alerts.schedule_rules import Schedule, is_due, next_due, planned
from alerts.secrets import SecretError
from alerts.templating import folder_of
from config.settings import Settings
from store import channels, deliveries, digests, subscriptions
from store.claims import claim, release
from store.database import reading, writing, writing_archive
from store.lines import shown_among
from store.models import Subscription, Topic

CLAIM = timedelta(minutes=10)


def schedule_of(subscription: Subscription, zone: ZoneInfo) -> Schedule:
    return Schedule(
        frequency=subscription.frequency,
        at=time.fromisoformat(subscription.at),
        weekday=subscription.weekday,
        working_days=subscription.working_days,
        paused_until=subscription.paused_until,
        zone=zone,
    )


def subscribe(
    engine: Engine,
    settings: Settings,
    wished: Subscription,
    topics: list[Topic],
    *,
    now: datetime,
    confirmed: bool = True,
) -> Subscription:
    """Keep a subscription; what is logged from `now` on will be told. Raises SubscriptionError, in words."""
    subscriptions.check(wished)
    wished.at = checked_time(wished.at)
    wished.started_at = now
    wished.confirmed_at = now if confirmed else None
    wished.due_at = next_due(schedule_of(wished, settings.zone), now)
    with writing_archive(engine) as session:  # one at a time: the same form may be sent twice at once
        return subscriptions.add(session, wished, topics)


def reschedule(session: Session, settings: Settings, subscription_id: int, *, now: datetime) -> None:
    """Plan the next digest anew, after frequency, time or days were changed."""
    subscription = subscriptions.get(session, subscription_id)
    subscriptions.check(subscription)
    subscription.at = checked_time(subscription.at)
    subscription.due_at = next_due(schedule_of(subscription, settings.zone), now)


def change(
    session: Session, settings: Settings, subscription_id: int, wishes: Mapping[str, Any], *, now: datetime
) -> None:
    """Wish anew what `store.subscriptions.CHANGEABLE` names, and plan the next digest by it.

    Nothing is lost or told twice: what was not told yet comes in that digest. Raises SubscriptionError, in words.
    """
    subscriptions.change(session, subscription_id, wishes)
    reschedule(session, settings, subscription_id, now=now)


def checked_time(text: str) -> str:
    """'8:00' and '08:00' as '08:00'. Raises SubscriptionError."""
    hour, _, minute = text.strip().partition(":")
    if not (hour.isascii() and hour.isdigit() and minute.isascii() and minute.isdigit() and len(minute) == 2):
        raise subscriptions.SubscriptionError("write the time as HH:MM, for example 08:00")
    if int(hour) > 23 or int(minute) > 59:
        raise subscriptions.SubscriptionError("there is no such time of day: write HH:MM, for example 08:00")
    return f"{int(hour):02}:{minute}"


def make_due_digests(engine: Engine, settings: Settings, now: datetime) -> list[int]:
    """Make the digests of all subscriptions that are due and have something to tell; their numbers."""
    with reading(engine) as session:
        due = [one.id or 0 for one in subscriptions.due(session, now) if _is_worth_it(session, settings, one, now)]
    made = (_make(engine, settings, key, now) for key in due)
    return [number for number in made if number]


def _is_worth_it(session: Session, settings: Settings, subscription: Subscription, now: datetime) -> bool:
    """Those who want everything immediately are always due: without anything to tell nothing is claimed or written."""
    schedule = schedule_of(subscription, settings.zone)
    if not is_due(schedule, _due_at(subscription, schedule, now), now):
        return False
    return subscription.frequency != "immediately" or digests.has_candidates(session, subscription, now=now)


def _due_at(subscription: Subscription, schedule: Schedule, now: datetime) -> datetime | None:
    """When its next digest is due; as of a moment before it was made, at its time of that day."""
    planned_at = subscription.due_at
    if planned_at is None or not now < subscription.started_at <= planned_at:
        return planned_at
    midnight = datetime.combine(now.astimezone(schedule.zone).date(), time(0), tzinfo=schedule.zone)
    return next_due(schedule, midnight - timedelta(microseconds=1))


def preview(engine: Engine, settings: Settings, subscription_id: int, now: datetime) -> Rendered:
    """The digest as it would be sent now, also when there is nothing new. Raises SubscriptionError for a wrong id."""
    with reading(engine) as session:
        subscription = subscriptions.get(session, subscription_id)
        edition = _decide(session, settings, subscription, now).edition
    return render(edition, settings.public_url, folder_of(settings))


def first_link(engine: Engine, settings: Settings, subscription_id: int) -> str:
    """The link by which the first recipient of a subscription stops it: with it a preview is what that one gets."""
    with reading(engine) as session:
        subscription = subscriptions.get(session, subscription_id)
        channel = channels.by_id(session, subscription.channel_id)
        recipients = alert_channels.recipients(session, subscription, settings) or [channel.name]
    token = links.unsubscribe_token(settings.key, subscription.channel_id, subscription_id, recipients[0])
    return f"{settings.public_url}/unsubscribe/{token}"


def stored(engine: Engine, settings: Settings, number: int) -> Rendered:
    """A kept digest, but for what has been withdrawn since it was made. Raises DigestError when there is none."""
    with reading(engine) as session:
        edition, hidden = _kept(session, number)
    return render(edition.without(hidden), settings.public_url, folder_of(settings))


def to_be_sent(engine: Engine, settings: Settings, number: int) -> Rendered:
    """As `stored`; what it leaves out before anyone got the digest is told in a later one, once it is shown again.

    Without this the digest's record would say that it was told, and it would be lost (rule 5).
    """
    with reading(engine) as session:
        edition, hidden = _kept(session, number)
    if hidden:
        with writing(engine) as session:
            if not deliveries.is_accepted(session, number):
                digests.untell(session, number, hidden)
    return render(edition.without(hidden), settings.public_url, folder_of(settings))


def _kept(session: Session, number: int) -> tuple[Edition, set[int]]:
    """A digest, and those of its publications that may no longer be shown (rule 6)."""
    edition = Edition.model_validate(digests.get(session, number).content)
    return edition, edition.named - shown_among(session, edition.named)


def _make(engine: Engine, settings: Settings, subscription_id: int, now: datetime) -> int | None:
    with writing(engine) as session:
        subscription = subscriptions.get(session, subscription_id)
        if not claim(session, subscription, now=now, lasts=CLAIM):
            return None
    with writing(engine) as session:
        subscription = subscriptions.get(session, subscription_id)
        number = None
        schedule = schedule_of(subscription, settings.zone)
        if is_due(schedule, _due_at(subscription, schedule, now), now):  # another process may have made it before
            try:
                number = _keep(session, settings, subscription, now)
            except SecretError as error:
                channels.disable(session, subscription.channel_id, why=str(error), now=now)
            else:
                subscription.due_at = next_due(schedule, now)
        release(subscription)
    return number


def _keep(session: Session, settings: Settings, subscription: Subscription, now: datetime) -> int | None:
    recipients = alert_channels.recipients(session, subscription, settings)
    decided = _decide(session, settings, subscription, now)
    edition = decided.edition
    wanted = edition.has_content or (subscription.nothing_new and subscription.frequency != "immediately")
    if not wanted or not recipients:  # without recipients the changes wait: nobody would be told
        return None
    number = digests.save(
        session,
        subscription,
        edition.model_dump(mode="json"),
        changes=decided.changes,
        period=(edition.period_start, edition.period_end),
        now=now,
    )
    plans = [digests.Planned(one, message_id(number, one, settings.mail_from)) for one in recipients]
    digests.plan_deliveries(session, number, subscription.channel_id, plans, now=now)
    return number


def _decide(session: Session, settings: Settings, subscription: Subscription, now: datetime) -> Decided:
    key = subscription.id or 0
    schedule = schedule_of(subscription, settings.zone)
    occasion = Occasion(
        subscription=key,
        topics=tuple(topic.name for topic in subscriptions.topics_of(session, key)),
        frequency=subscription.frequency,
        region=subscription.region,
        period_start=min(subscription.last_digest_at or subscription.started_at, now),
        period_end=now,
        catch_up=_missed(subscription, schedule, now),
        zone=settings.zone,
        number=digests.next_number(session),
    )
    return decide(digests.candidates(session, subscription, now=now), occasion)


def _missed(subscription: Subscription, schedule: Schedule, now: datetime) -> bool:
    """Whether the digest after the planned one is due as well: then one takes the place of all of them."""
    if subscription.frequency == "immediately" or subscription.due_at is None:
        return False
    return next_due(schedule, planned(schedule, subscription.due_at)) <= now


def message_id(number: int, recipient: str, sender: str) -> str:
    """The same for each attempt to send this digest to this recipient."""
    key = hashlib.sha256(f"{number}|{recipient}".encode()).hexdigest()[:24]
    return f"<digest-{number}.{key}@{domain_of(sender)}>"
