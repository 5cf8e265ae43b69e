"""`digests resend`, `list` and `export`: nothing is repeated, and the record says who was told what, when and how."""

import csv
import io
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine

from config.settings import Settings
from store.database import engine_for, writing
from tests import digest_archive as archive
from tests.command_line import CommandLine, command_line
from tests.mailbox import Mailbox, mailbox

ADDRESSES = ("a@example.org", "b@example.org", "c@example.org")
FORMULA = "=HYPERLINK(1) Learning from Wren"


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
    """One subscription with three addresses, and two new reviews to tell."""
    engine = engine_for(sqlite_address)
    settings = Settings(data_dir=program.folder / "data", secret_key=program.settings["REVIEWWATCH_SECRET_KEY"])
    with writing(engine) as session:
        archive.publishers(session, now)
    archive.subscription(engine, settings, f"mailto:{','.join(ADDRESSES)}", now=now)
    with writing(engine) as session:
        archive.publication(session, FORMULA, at=now)
        archive.publication(session, "Learning from Finch", at=now)
    return engine


def test_what_was_accepted_is_never_sent_again(program: CommandLine, told: Engine, box: Mailbox, now: datetime) -> None:
    at = ["--at", now.isoformat()]
    box.refuse = {"b@example.org": "554 5.7.1 not liked", "c@example.org": "550 5.1.1 no such mailbox"}
    assert program.run("digests", "send", *at).exit_code == 1
    box.refuse.clear()
    result = program.run("digests", "resend", "1", "--safely", "--at", (now + timedelta(hours=1)).isoformat())
    assert result.exit_code == 1
    assert "c@example.org was not sent: the mail server refused the address" in result.stderr
    assert box.recipients == ["a@example.org", "b@example.org"]
    program.run("digests", "resend", "1")
    assert len(box.recipients) == 2
    assert program.run("digests", "resend", "9").exit_code == 2


def test_the_record_has_what_when_to_whom_and_how(
    program: CommandLine, told: Engine, box: Mailbox, now: datetime
) -> None:
    program.did("digests", "send", "--at", now.isoformat())
    (record,) = program.listed("digests", "list")
    assert [one["publication"] for one in record["publications"]] == [1, 2]
    assert record["publications"][0]["told_as"] == "new"
    delivery = record["deliveries"][0]
    assert (delivery["channel"], delivery["channel_kind"]) == ("leads", "email")
    assert (delivery["recipient"], delivery["state"]) == ("a@example.org", "accepted")
    assert delivery["accepted_at"] == "2026-03-02T09:00:00+00:00"
    assert delivery["message_id"] == box.mails[0]["Message-ID"]
    assert "3 accepted" in program.did("digests", "list")
    rows = list(csv.DictReader(io.StringIO(program.did("digests", "export"))))
    assert len(rows) == 6
    assert rows[0]["title"] == f"'{FORMULA}"
    assert {row["recipient"] for row in rows} == set(ADDRESSES)
    assert {row["topics"] for row in rows} == {"leads"}


def test_the_record_of_a_time(program: CommandLine, told: Engine, now: datetime) -> None:
    program.did("digests", "send", "--at", now.isoformat())
    day, after = "2026-03-02", "2026-03-03"
    assert program.did("digests", "export", "--since", day, "--until", day).count("\n") == 7
    assert program.did("digests", "export", "--since", after).count("\n") == 1
    assert program.did("digests", "export", "--until", "2026-03-01", "--format", "json") == "[]\n"


def test_what_was_withdrawn_keeps_its_line_without_its_title(program: CommandLine, told: Engine, now: datetime) -> None:
    program.did("digests", "send", "--at", now.isoformat())
    with writing(told) as session:
        archive.status(session, 1, "removed")
    printed = program.did("digests", "export", "--format", "json")
    assert "Wren" not in printed
    assert "not shown" in printed
    assert "Finch" in printed


def test_bounces_are_read_when_asked(program: CommandLine, told: Engine, box: Mailbox) -> None:
    assert program.did("digests", "bounces") == "0 mails of ours came back\n"
    program.settings["REVIEWWATCH_SMTP_URL"] = f"{box.url}?bounces=imaps://watch:Secret_1@127.0.0.1:1/INBOX"
    result = program.run("digests", "bounces")
    assert result.exit_code == 1
    assert "the mailbox for bounces could not be read" in result.stderr
    assert "Secret_1" not in result.stderr
