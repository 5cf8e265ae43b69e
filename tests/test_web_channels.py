"""Channels and subscriptions in the browser: switched off and on, readdressed, changed, paused until a day."""

import csv
import io
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import Engine

from alerts.channels import opened
from config.settings import Settings
from store import channels, subscriptions, topics
from store.database import reading, writing
from store.files import Files
from tests.web_archive import ADMINISTRATOR, STAFF, fill, serving, settings_for, sign_in, token_in

WISH = {"channel": "leads", "topic": "Everything", "frequency": "daily", "at": "08:00"}
ADDRESSES = "mailto:a@example.org,b@example.org"


@pytest.fixture
def settings(database_address: str, tmp_path: Path) -> Settings:
    return settings_for(database_address, tmp_path)


@pytest.fixture
def client(engine: Engine, settings: Settings, tmp_path: Path, now: datetime) -> Iterator[TestClient]:
    """An administrator, a channel with two addresses, a topic and a subscription."""
    fill(engine, Files(settings.files), tmp_path, now=now)
    with writing(engine) as session:
        topics.add(session, "Everything", "", now=now)
    with serving(engine, settings, now) as made:
        sign_in(made, ADMINISTRATOR)
        assert send(made, "/channels", name="leads", address=ADDRESSES) == 303
        assert send(made, "/subscriptions", **WISH) == 303
        yield made


def send(client: TestClient, path: str, **values: str) -> int:
    values["form_token"] = token_in(client.get("/account").text)
    return int(client.post(path, data=values).status_code)


def test_a_channel_is_switched_off_and_on(client: TestClient, engine: Engine) -> None:
    assert send(client, "/channels/1/disable") == 303
    assert f"switched off by {ADMINISTRATOR}" in client.get("/channels").text
    assert send(client, "/channels/1/enable") == 303
    with reading(engine) as session:
        assert channels.get(session, "leads").disabled_at is None
    assert send(client, "/channels/9/enable") == 404
    assert send(client, "/channels/1/remove") == 404


def test_mail_addresses_are_taken_as_people_write_them(client: TestClient, engine: Engine, settings: Settings) -> None:
    for name, text in (("one", " a@example.org "), ("two", "a@example.org; b@example.org,c@example.org")):
        assert send(client, "/channels", name=name, address=text) == 303
    with reading(engine) as session:
        found = [opened(channels.get(session, name), settings).recipients for name in ("one", "two")]
    assert found == [("a@example.org",), ("a@example.org", "b@example.org", "c@example.org")]
    assert send(client, "/channels", name="three", address="a@example.org, nobody") == 422


def test_a_channel_gets_another_address_of_its_kind(client: TestClient, engine: Engine, settings: Settings) -> None:
    send(client, "/channels/1/disable")
    assert send(client, "/channels/1/address", address="mailto:c@example.org") == 303
    with reading(engine) as session:
        channel = channels.get(session, "leads")
        assert opened(channel, settings).recipients == ("c@example.org",)
        assert channel.disabled_at is None
    for wrong in ("msteams://a/b/c/d", "ntfy://topic"):
        assert send(client, "/channels/1/address", address=wrong) == 422
    assert send(client, "/channels/9/address", address="mailto:c@example.org") == 404


def test_an_address_that_was_given_up_is_used_again(client: TestClient, engine: Engine, now: datetime) -> None:
    with writing(engine) as session:
        channels.disable_address(session, 1, "a@example.org", why="mail came back", now=now)
    assert "a@example.org gets nothing more since 2 March 2026: mail came back" in client.get("/channels").text
    assert send(client, "/channels/1/address/enable", address="z@example.org") == 409
    assert send(client, "/channels/1/address/enable", address="a@example.org") == 303
    with reading(engine) as session:
        assert channels.disabled_addresses(session, 1) == set()


def test_a_subscription_is_changed_and_paused_until_a_day(client: TestClient, engine: Engine) -> None:
    assert "08:00" in client.get("/subscriptions/1").text
    wishes = {"frequency": "weekly", "at": "7:30", "weekday": "2", "working_days": "yes", "nothing_new": "yes"}
    assert send(client, "/subscriptions/1", **wishes) == 303
    with reading(engine) as session:
        kept = subscriptions.get(session, 1)
        assert (kept.frequency, kept.at, kept.weekday, kept.working_days, kept.nothing_new) == (
            "weekly", "07:30", 2, True, True,
        )  # fmt: skip
        assert kept.due_at is not None
        assert kept.due_at.isoformat() == "2026-03-04T07:30:00+00:00"
    assert send(client, "/subscriptions/1", **{**wishes, "at": "25:00"}) == 422
    assert send(client, "/subscriptions/1/pause", until="2026-04-01") == 303
    with reading(engine) as session:
        assert subscriptions.get(session, 1).paused_until == date(2026, 4, 1)
    assert send(client, "/subscriptions/1/pause", until="1 April") == 422
    assert send(client, "/subscriptions/1/end") == 303
    assert send(client, "/subscriptions/1", **wishes) == 422
    assert client.get("/subscriptions/9").status_code == 404


def test_the_record_for_a_board(client: TestClient) -> None:
    answer = client.get("/digests/record.csv")
    assert answer.headers["content-type"].startswith("text/csv")
    assert next(csv.reader(io.StringIO(answer.text)))[:2] == ["digest", "made_at"]
    sign_in(client, STAFF)
    assert client.get("/digests/record.csv").status_code == 403
