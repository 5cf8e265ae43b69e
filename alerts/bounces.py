"""Mails that came back: delivery status notifications (RFC 3464), dropped into a folder or left in a mailbox.

Anyone can send such a report, so one counts only when it names a Message-ID of ours, which only the recipient knows.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import Message
from email.parser import BytesParser
from email.policy import compat32
from pathlib import Path

import structlog
from sqlalchemy import Engine

from alerts.bounce_mailbox import MailboxError, address_in, take_reports
from alerts.phrases import clean
from config.settings import Settings
from store import channels, deliveries
from store.database import writing

LIMIT = 3
"""After so many the address gets nothing more."""
LARGEST = 1_000_000
AT_ONCE = 500
EVERY = timedelta(minutes=15)
PARSER = BytesParser(policy=compat32)
"""The policy that reads no meaning into headers, and so cannot stumble over forged ones."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Bounce:
    """A message that could not be delivered for good: its Message-ID, and the reason as the server gave it."""

    message_id: str
    reason: str


def folder_of(settings: Settings) -> Path:
    return settings.data_dir / "bounces"


def read_bounces(engine: Engine, settings: Settings, now: datetime) -> int:
    """Note what came back: in the folder, and now and then in the mailbox; how many messages. Never raises for them."""
    count = read_folder(engine, settings, now)
    stamp = settings.data_dir / "bounces-read-at"
    if address_in_use(settings) and _is_time(stamp, now):
        try:
            count += read_mailbox(engine, settings, now)
        except MailboxError as error:
            log.warning("mailbox not read", reason=str(error))
        stamp.write_text(now.isoformat(), encoding="ascii")
    return count


def address_in_use(settings: Settings) -> bool:
    """Whether SMTP_URL names a mailbox for bounces."""
    return "bounces=" in settings.smtp_url.get_secret_value()


def _is_time(stamp: Path, now: datetime) -> bool:
    """Signing in to a mailbox at every look at the tables would be too often."""
    last = datetime.fromisoformat(stamp.read_text(encoding="ascii")) if stamp.is_file() else None
    return last is None or not timedelta(0) <= now - last < EVERY


def read_mailbox(engine: Engine, settings: Settings, now: datetime) -> int:
    """Note the reports in the mailbox that SMTP_URL names; how many. Raises MailboxError, in words."""

    def take(report: bytes) -> bool:
        found = bounce_of(report)
        return found is not None and _note(engine, found, now)

    address = address_in(settings.smtp_url.get_secret_value())
    return take_reports(address, LARGEST, take) if address else 0


def read_folder(engine: Engine, settings: Settings, now: datetime) -> int:
    """Note the reports in the folder. Files that were understood are removed, others moved to `other`."""
    count = 0
    for path in sorted(folder_of(settings).glob("*.eml"))[:AT_ONCE]:
        found = bounce_of(path.read_bytes()) if path.stat().st_size <= LARGEST else None
        if found is not None and _note(engine, found, now):
            count += 1
            path.unlink(missing_ok=True)
        else:
            _set_aside(path)
    return count


def bounce_of(report: bytes) -> Bounce | None:
    """What the report says; None when it is no report of a message that failed for good."""
    message = PARSER.parsebytes(report)
    parts = [part for part in message.walk() if isinstance(part, Message)]
    reason = next(filter(None, map(_failure, parts)), "")
    message_id = next(filter(None, map(_original_id, parts)), "")
    return Bounce(message_id, reason) if reason and message_id else None


def _failure(part: Message) -> str:
    """'5.1.1 smtp; 550 no such mailbox' of a failed recipient; empty when none has failed."""
    for block in _blocks(part):
        if clean(str(block.get("Action", ""))).lower() == "failed":
            said = clean(f"{block.get('Status', '')} {block.get('Diagnostic-Code', '')}")
            return said[:200] or "no reason given"
    return ""


def _blocks(part: Message) -> Iterator[Message]:
    """The fields about each recipient; the first block is about the whole message."""
    payload = part.get_payload() if part.get_content_type() == "message/delivery-status" else ()
    if isinstance(payload, list):
        yield from (block for block in payload if isinstance(block, Message))


def _original_id(part: Message) -> str:
    """The Message-ID of the message that is sent back with the report, whole or only its headers."""
    if part.get_content_type() == "message/rfc822":
        payload = part.get_payload()
        original = payload[0] if isinstance(payload, list) and payload else None
    elif part.get_content_type() == "text/rfc822-headers":
        headers = part.get_payload(decode=True)
        original = PARSER.parsebytes(headers if isinstance(headers, bytes) else b"", headersonly=True)
    else:
        original = None
    return clean(str(original.get("Message-ID", ""))) if isinstance(original, Message) else ""


def _note(engine: Engine, bounce: Bounce, now: datetime) -> bool:
    why = f"mail came back: {bounce.reason}"
    with writing(engine) as session:
        delivery = deliveries.came_back(session, bounce.message_id, why=why)
        if delivery is None:
            return False
        channels.count_bounce(session, delivery.channel_id, delivery.recipient, limit=LIMIT, why=why, now=now)
    log.info("mail came back", delivery=delivery.id, reason=bounce.reason)
    return True


def _set_aside(path: Path) -> None:
    other = path.parent / "other"
    other.mkdir(exist_ok=True)
    path.replace(other / path.name)
