"""`channels` and `subscriptions` on the command line: what an administrator mends without the browser."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine

from alerts.secrets import SecretError, decrypt
from config.settings import Settings
from store import channels, subscriptions
from store.database import engine_for, reading, writing
from tests import digest_archive as archive
from tests.command_line import CommandLine, command_line
from tests.mailbox import Mailbox, mailbox


@pytest.fixture
def box() -> Iterator[Mailbox]:
    with mailbox() as made:
        yield made


@pytest.fixture
def program(
    tmp_path: Path, sqlite_address: str, box: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> Iterator[CommandLine]:
    with command_line(tmp_path, sqlite_address, monkeypatch) as made:
        made.settings |= {"REVIEWWATCH_SMTP_URL": box.url, "REVIEWWATCH_MAIL_FROM": "watch@example.org"}
        yield made


@pytest.fixture
def told(program: CommandLine, sqlite_address: str, now: datetime) -> Engine:
    """A subscription of two addresses that wants everything immediately, and one review."""
    engine = engine_for(sqlite_address)
    settings = Settings(data_dir=program.folder / "data", secret_key=program.settings["REVIEWWATCH_SECRET_KEY"])
    with writing(engine) as session:
        archive.publishers(session, now)
    archive.subscription(engine, settings, "mailto:a@example.org,b@example.org", now=now)
    with writing(engine) as session:
        archive.publication(session, "Learning from Wren", at=now)
    return engine


def test_what_waits_on_a_channel_goes_to_its_new_address(
    program: CommandLine, told: Engine, box: Mailbox, now: datetime
) -> None:
    box.refuse = dict.fromkeys(("a@example.org", "b@example.org"), "450 4.2.1 not now")
    program.run("digests", "send", "--at", now.isoformat())
    box.refuse.clear()
    program.did("channels", "readdress", "leads", "mailto:b@example.org,c@example.org")
    program.did("digests", "send", "--at", (now + timedelta(hours=1)).isoformat())
    assert box.recipients == ["b@example.org"]
    assert program.run("channels", "readdress", "leads", "ntfy://topic").exit_code != 0


def test_off_and_on_again(program: CommandLine, told: Engine, box: Mailbox, now: datetime) -> None:
    program.did("channels", "disable", "leads")
    (row,) = program.listed("channels", "list")
    assert row["disabled_why"] == "switched off by an administrator"
    program.did("channels", "enable", "leads")
    box.refuse = {"a@example.org": "550 5.1.1 no such mailbox"}
    program.run("digests", "send", "--at", now.isoformat())
    (row,) = program.listed("channels", "list")
    assert row["silent"][0].startswith("a@example.org: the mail server refused the address")
    assert program.run("channels", "enable", "leads", "--address", "z@example.org").exit_code != 0
    program.did("channels", "enable", "leads", "--address", "a@example.org")
    assert program.listed("channels", "list")[0]["silent"] == []


def test_addresses_are_kept_under_a_new_key(program: CommandLine, told: Engine) -> None:
    old = program.settings["REVIEWWATCH_SECRET_KEY"]
    program.settings["REVIEWWATCH_SECRET_KEY"] = f"quite another key of some length,{old}"
    assert "1 addresses are kept under the first key" in program.did("channels", "rotate")
    with reading(told) as session:
        secret = channels.get(session, "leads").secret
    assert decrypt(secret, "quite another key of some length").startswith("mailto:a@")
    with pytest.raises(SecretError):
        decrypt(secret, old)


def test_a_subscription_is_changed_and_ended(program: CommandLine, told: Engine, now: datetime) -> None:
    at = ["--at", now.isoformat()]
    program.did("subscriptions", "change", "1", "--frequency", "weekly", "--weekday", "friday", "--nothing-new", *at)
    with reading(told) as session:
        kept = subscriptions.get(session, 1)
        assert (kept.frequency, kept.weekday, kept.nothing_new, kept.working_days) == ("weekly", 4, True, False)
        assert kept.due_at is not None
        assert kept.due_at.isoformat() == "2026-03-06T08:00:00+00:00"
    assert program.run("subscriptions", "change", "1", "--time", "8").exit_code != 0
    program.did("subscriptions", "end", "1")
    assert program.run("subscriptions", "change", "1", "--time", "09:00").exit_code != 0
