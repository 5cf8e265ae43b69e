"""Channels and their mail addresses."""

from datetime import datetime

import pytest
from sqlalchemy import Engine

from store import channels
from store.channels import ChannelError
from store.database import writing


def test_names_are_taken_once(engine: Engine, now: datetime) -> None:
    with writing(engine) as session:
        channels.add(session, " leads ", kind="email", secret="x", shown="a…@example.org", now=now)
        assert channels.get(session, "leads").name == "leads"
        for name in ("leads", " ", "leads "):
            with pytest.raises(ChannelError):
                channels.add(session, name, kind="email", secret="x", shown="", now=now)
        with pytest.raises(ChannelError):
            channels.get(session, "others")
        with pytest.raises(ChannelError):
            channels.by_id(session, 99)


def test_a_channel_keeps_the_first_reason_until_it_is_enabled(engine: Engine, now: datetime) -> None:
    with writing(engine) as session:
        key = (
            channels.add(session, "desk", kind="email", secret="x", shown="", now=now, for_administrators=True).id or 0
        )
        assert [one.name for one in channels.for_administrators(session)] == ["desk"]
        channels.disable(session, key, why="gone", now=now)
        channels.disable(session, key, why="again", now=now)
        assert channels.by_id(session, key).disabled_why == "gone"
        assert channels.for_administrators(session) == []
        channels.enable(session, key)
        assert channels.by_id(session, key).disabled_at is None


def test_an_address_that_bounces_three_times_gets_nothing_more(engine: Engine, now: datetime) -> None:
    with writing(engine) as session:
        key = channels.add(session, "leads", kind="email", secret="x", shown="", now=now).id or 0
        answers = [
            channels.count_bounce(session, key, "a@example.org", limit=3, why="came back", now=now) for _ in range(3)
        ]
        assert answers == [False, False, True]
        assert channels.disabled_addresses(session, key) == {"a@example.org"}
        channels.enable_address(session, key, "a@example.org")
        assert channels.disabled_addresses(session, key) == set()
        assert not channels.count_bounce(session, key, "a@example.org", limit=3, why="came back", now=now)
