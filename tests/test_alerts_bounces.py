"""Mails that come back: three, and the address gets nothing more; forged and broken reports change nothing."""

import os
from collections.abc import Iterator
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr
from sqlalchemy import Engine
from sqlmodel import select

from alerts.bounce_mailbox import MailboxError
from alerts.bounces import Bounce, bounce_of, folder_of, read_bounces, read_mailbox
from alerts.delivery import deliver_due
from alerts.mail_server import encryption
from alerts.making import make_due_digests
from config.settings import Settings
from store import channels
from store.database import reading, writing
from store.models import Delivery
from tests import digest_archive as archive
from tests.imap_server import imap_server, seen
from tests.mailbox import Mailbox, mailbox

MINUTE = timedelta(minutes=1)
REPORT = """From: MAILER-DAEMON@mx.example.org\r
To: watch@example.org\r
Subject: Undelivered mail\r
MIME-Version: 1.0\r
Content-Type: multipart/report; report-type=delivery-status; boundary="b1"\r
\r
--b1\r
Content-Type: text/plain\r
\r
It could not be delivered.\r
--b1\r
Content-Type: message/delivery-status\r
\r
Reporting-MTA: dns; mx.example.org\r
\r
Final-Recipient: rfc822; a@example.org\r
Action: {action}\r
Status: 5.1.1\r
Diagnostic-Code: smtp; 550 no such\r
 mailbox\r
\r
--b1\r
Content-Type: {returned}\r
\r
{original}\r
--b1--\r
"""
WHOLE = "Message-ID: {id}\r\nSubject: digest\r\n\r\nHello"
HEADERS = "Message-ID: {id}\r\nSubject: digest\r\n"


def report(message_id: str, *, action: str = "failed", returned: str = "message/rfc822") -> bytes:
    original = (WHOLE if returned == "message/rfc822" else HEADERS).format(id=message_id)
    return REPORT.format(action=action, returned=returned, original=original).encode()


@pytest.fixture
def box() -> Iterator[Mailbox]:
    with mailbox() as made:
        yield made


@pytest.fixture
def settings(tmp_path: Path, box: Mailbox) -> Settings:
    made = Settings(data_dir=tmp_path, smtp_url=SecretStr(box.url), secret_key=SecretStr("a key"))
    folder_of(made).mkdir()
    return made


@pytest.fixture
def told(engine: Engine, settings: Settings, now: datetime) -> Engine:
    """Four digests to two addresses, all of them accepted."""
    with writing(engine) as session:
        archive.publishers(session, now)
    archive.subscription(engine, settings, "mailto:a@example.org,b@example.org", now=now)
    for step in range(1, 5):
        with writing(engine) as session:
            archive.publication(session, f"Wren {step}", at=now + step * MINUTE)
        make_due_digests(engine, settings, now + step * MINUTE)
        assert deliver_due(engine, settings, now + step * MINUTE).accepted == 2
    return engine


def drop(settings: Settings, name: str, content: bytes) -> None:
    (folder_of(settings) / name).write_bytes(content)


@pytest.mark.parametrize("returned", ["message/rfc822", "text/rfc822-headers"])
def test_a_report_is_read(returned: str) -> None:
    found = bounce_of(report("<digest-1.x@example.org>", returned=returned))
    assert found == Bounce("<digest-1.x@example.org>", "5.1.1 smtp; 550 no such mailbox")
    assert bounce_of(report("<x@example.org>", action="delayed", returned=returned)) is None


def test_after_three_the_address_gets_nothing_more(
    told: Engine, settings: Settings, box: Mailbox, now: datetime
) -> None:
    mine = [str(mail["Message-ID"]) for mail in box.mails if mail["To"] == "a@example.org"]
    for number, message_id in enumerate(mine[:2]):
        drop(settings, f"{number}.eml", report(message_id))
    assert read_bounces(told, settings, now) == 2
    with reading(told) as session:
        assert channels.disabled_addresses(session, 1) == set()
    drop(settings, "again.eml", report(mine[0]))
    assert read_bounces(told, settings, now) == 0, "the same message comes back once"
    drop(settings, "third.eml", report(mine[2]))
    assert read_bounces(told, settings, now) == 1
    with reading(told) as session:
        assert channels.disabled_addresses(session, 1) == {"a@example.org"}
        first = session.exec(select(Delivery).where(Delivery.message_id == mine[0])).one()
        assert (first.state, first.error) == ("failed", "mail came back: 5.1.1 smtp; 550 no such mailbox")
    assert [path.name for path in folder_of(settings).glob("**/*.eml")] == ["again.eml"]


@pytest.fixture
def post(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of a mailbox; `served` opens it."""
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    encryption.cache_clear()
    made = tmp_path / "post"
    made.mkdir()
    return made


def with_mailbox(settings: Settings, address: str) -> Settings:
    url = f"{settings.smtp_url.get_secret_value()}?bounces={address}"
    return settings.model_copy(update={"smtp_url": SecretStr(url)})


def test_reports_in_a_mailbox(told: Engine, settings: Settings, post: Path, box: Mailbox, now: datetime) -> None:
    mine = [str(mail["Message-ID"]) for mail in box.mails if mail["To"] == "a@example.org"]
    for number, message_id in enumerate(mine[:3]):
        (post / f"{number}.eml").write_bytes(report(message_id))
    (post / "7-forged.eml").write_bytes(report("<digest-1.guessed@example.org>"))
    (post / "8-large.eml").write_bytes(report(mine[3]) + b"x" * 1_000_000)
    (post / "9-from-a-reader.eml").write_bytes(b"From: a@example.org\r\nSubject: Thank you\r\n\r\nHello\r\n")
    with imap_server(post, post.parent / "ca.pem") as address:
        asked = with_mailbox(settings, address)
        assert read_bounces(told, asked, now) == 3
        read = ["0.eml", "1.eml", "2.eml", "7-forged.eml", "8-large.eml"]
        assert seen(post) == read, "a reader's mail stays unread"
        assert read_mailbox(told, asked, now) == 0
    with reading(told) as session:
        assert channels.disabled_addresses(session, 1) == {"a@example.org"}


def test_a_mailbox_that_cannot_be_read(
    told: Engine, settings: Settings, post: Path, now: datetime, capsys: pytest.CaptureFixture[str]
) -> None:
    with imap_server(post, post.parent / "ca.pem") as address:
        for wrong in (address.replace("Secret_1", "Secret_2"), address.replace("INBOX", "Nowhere")):
            with pytest.raises(MailboxError, match="could not be read") as caught:
                read_mailbox(told, with_mailbox(settings, wrong), now)
            assert "Secret" not in str(caught.value)
        encryption.cache_clear()
        os.environ["SSL_CERT_FILE"] = ""
        with pytest.raises(MailboxError, match="certificate"):
            read_mailbox(told, with_mailbox(settings, address), now)
    for wrong in ("imap://u:p@h/INBOX", "imaps://h/INBOX", "imaps://u:p@h:port/INBOX"):
        with pytest.raises(MailboxError, match="imaps://user:password@host"):
            read_mailbox(told, with_mailbox(settings, wrong), now)
    assert read_bounces(told, with_mailbox(settings, "imap://u:Secret_3@h/"), now) == 0
    assert "Secret" not in capsys.readouterr().out


def test_a_mailbox_is_read_now_and_then(told: Engine, settings: Settings, now: datetime) -> None:
    asked = with_mailbox(settings, "imap://u:p@h/")
    stamp = settings.data_dir / "bounces-read-at"
    for minutes, read in ((0, 0), (14, 0), (15, 15), (-60, -60)):
        read_bounces(told, asked, now + minutes * MINUTE)
        assert datetime.fromisoformat(stamp.read_text()) == now + read * MINUTE


def test_forged_and_broken_reports_change_nothing(told: Engine, settings: Settings, now: datetime) -> None:
    forged = EmailMessage(policy=SMTP)
    forged["From"], forged["Message-ID"] = "x@example.org", "<digest-1.x@example.org>"
    forged.set_content("Final-Recipient: rfc822; a@example.org\nAction: failed")
    drop(settings, "1.eml", report("<digest-1.guessed@example.org>"))
    drop(settings, "2.eml", forged.as_bytes())
    drop(settings, "3.eml", b"\xff\x00" * 50)
    drop(settings, "4.eml", b"x" * 1_000_001)
    assert read_bounces(told, settings, now) == 0
    assert len(list((folder_of(settings) / "other").glob("*.eml"))) == 4
    with reading(told) as session:
        assert {row.state for row in session.exec(select(Delivery))} == {"accepted"}


def test_without_the_folder_there_is_nothing_to_do(engine: Engine, tmp_path: Path, now: datetime) -> None:
    assert read_bounces(engine, Settings(data_dir=tmp_path), now) == 0


@given(st.binary(max_size=400), st.integers(0, 900), st.integers(0, 60))
def test_no_report_is_too_broken(noise: bytes, place: int, length: int) -> None:
    whole = report("<digest-1.x@example.org>")
    found = bounce_of(whole[:place] + noise + whole[place + length :])
    assert found is None or (found.message_id and found.reason)
