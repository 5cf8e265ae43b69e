"""Killed while sending and started again: nothing is lost; what comes twice has the same Message-ID (rule 5)."""

import subprocess
import sys
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlmodel import col, select

from alerts.delivery import deliver_due, make_due_digests
from config.settings import Settings
from store.database import reading, writing
from store.models import Delivery, DigestChange
from tests import digest_archive as archive
from tests.delivery_child import settings_of
from tests.mailbox import mailbox

RECIPIENTS = 30
MINUTE = timedelta(minutes=1)


def child(database: str, folder: Path, smtp: str, now: datetime) -> "subprocess.Popen[bytes]":
    arguments = [database, str(folder), smtp, now.isoformat()]
    return subprocess.Popen([sys.executable, "-m", "tests.delivery_child", *arguments])


@pytest.mark.parametrize("kill_after", [1, 20])
def test_killed_while_sending(
    engine: Engine, database_address: str, tmp_path: Path, now: datetime, kill_after: int
) -> None:
    with mailbox() as box:
        settings = settings_of(tmp_path, box.url)
        addresses = ",".join(f"r{number}@example.org" for number in range(RECIPIENTS))
        with writing(engine) as session:
            archive.publishers(session, now)
        archive.subscription(engine, settings, f"mailto:{addresses}", now=now)
        with writing(engine) as session:
            archive.publication(session, "Learning from Wren", at=now)
        box.pause_after = kill_after
        process = child(database_address, tmp_path, box.url, now)
        assert box.paused.wait(60), "the sender came to the moment"
        process.kill()
        process.wait()
        box.resume()
        _finish(engine, settings, now)
        sent = Counter(str(mail["Message-ID"]) for mail in box.mails)
        assert set(box.recipients) == set(addresses.split(",")), "nothing is lost"
        assert sum(sent.values()) - len(sent) <= 1, "at most the one that was on its way comes twice"
    with reading(engine) as session:
        assert len(session.exec(select(DigestChange)).all()) == 1
        assert set(session.exec(select(col(Delivery.state))).all()) == {"accepted"}


def _finish(engine: Engine, settings: Settings, now: datetime) -> None:
    assert make_due_digests(engine, settings, now + MINUTE) == []
    deliver_due(engine, settings, now + MINUTE)
