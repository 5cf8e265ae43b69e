"""Unsubscribing: one digest or all, for one address or the last one; administrators can take it back."""

from datetime import datetime
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlalchemy import Engine
from sqlmodel import col, select

from alerts import channels as alert_channels
from alerts import leaving, links
from alerts.making import make_due_digests, subscribe
from config.settings import Settings
from store import channels, deliveries, notices, subscriptions
from store.database import reading, writing
from store.models import Decision, Delivery, Subscription, Topic
from tests import digest_archive as archive

A, B = "a@example.org", "b@example.org"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path, secret_key=SecretStr("a key"))


@pytest.fixture
def filled(engine: Engine, settings: Settings, now: datetime) -> Engine:
    """Two subscriptions of one channel with two addresses, and one of another channel for the first of them."""
    with writing(engine) as session:
        archive.publishers(session, now)
    archive.subscription(engine, settings, f"mailto:{A},{B}", now=now)
    with reading(engine) as session:
        topic = session.get_one(Topic, 1)
    second = Subscription(channel_id=1, frequency="immediately", nothing_new=True, started_at=now)
    subscribe(engine, settings, second, [topic], now=now)
    archive.subscription(engine, settings, f"mailto:{A}", now=now, name="team")
    return engine


def leave(engine: Engine, settings: Settings, subscription: int, address: str, now: datetime, *, all_: bool) -> None:
    token = links.unsubscribe_token(settings.key, 1, subscription, address)
    with writing(engine) as session:
        reader = leaving.reader_of(session, settings, token)
        (leaving.leave_all if all_ else leaving.leave)(session, settings, reader, now=now)


def getting(engine: Engine, settings: Settings) -> dict[int, list[str]]:
    """Who gets which subscription that runs."""
    with reading(engine) as session:
        return {
            one.id or 0: alert_channels.recipients(session, one, settings)
            for one in subscriptions.all_subscriptions(session)
            if one.ended_at is None
        }


def test_one_digest_ends_for_one_address(filled: Engine, settings: Settings, now: datetime) -> None:
    leave(filled, settings, 1, A, now, all_=False)
    leave(filled, settings, 1, A, now, all_=False)
    assert getting(filled, settings) == {1: [B], 2: [A, B], 3: [A]}
    with reading(filled) as session:
        reader = leaving.reader_of(session, settings, links.unsubscribe_token(settings.key, 1, 1, A))
        assert (reader.gets_it, [one.id for one in reader.others]) == (False, [2, 3])


def test_all_digests_end_for_one_address(filled: Engine, settings: Settings, now: datetime) -> None:
    leave(filled, settings, 1, A, now, all_=True)
    assert getting(filled, settings) == {1: [B], 2: [B]}
    with reading(filled) as session:
        assert subscriptions.get(session, 3).ended_why == leaving.EMPTY
        decision = session.exec(select(Decision).order_by(col(Decision.id).desc())).first()
    assert decision
    assert (decision.what, decision.target, decision.after) == (
        "unsubscribed from all",
        "1, 2, 3",
        {"address": "a…@example.org"},
    )


def test_a_subscription_ends_with_its_last_reader(filled: Engine, settings: Settings, now: datetime) -> None:
    leave(filled, settings, 1, A, now, all_=False)
    leave(filled, settings, 1, B, now, all_=False)
    assert getting(filled, settings) == {2: [A, B], 3: [A]}


def test_what_waits_of_it_stops_and_is_no_failure_to_tell_of(filled: Engine, settings: Settings, now: datetime) -> None:
    with writing(filled) as session:
        archive.publication(session, "Wren", at=now)
    assert make_due_digests(filled, settings, now) == [1, 2, 3]
    leave(filled, settings, 1, A, now, all_=False)
    with writing(filled) as session:
        assert notices.pending(session) == []
        assert deliveries.send_again(session, 1, now=now) == 1, "only to the other one"
        found = session.exec(
            select(col(Delivery.digest_number), col(Delivery.recipient)).where(Delivery.state == "planned")
        ).all()
    assert {tuple(one) for one in found} == {(1, B), (2, A), (2, B), (3, A)}


def test_an_administrator_takes_it_back(filled: Engine, settings: Settings, now: datetime) -> None:
    leave(filled, settings, 1, A, now, all_=False)
    with writing(filled) as session:
        alert_channels.enable_address(session, settings, channels.by_id(session, 1), A)
    assert getting(filled, settings) == {1: [A, B], 2: [A, B], 3: [A]}


def test_where_the_key_has_changed_nothing_else_ends(filled: Engine, settings: Settings, now: datetime) -> None:
    other = Settings(data_dir=settings.data_dir, secret_key=SecretStr("another key"))
    leave(filled, other, 1, A, now, all_=True)
    assert getting(filled, settings) == {1: [B], 2: [B], 3: [A]}
