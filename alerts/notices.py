"""Telling the administrators: what is wrong with sources and channels, and what waits for their decision."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

import structlog
from sqlalchemy import Engine

from alerts import channels as alert_channels
from alerts import phrases, words
from alerts.notifiers.base import DeliveryError, Plain
from alerts.secrets import SecretError
from alerts.templating import Templates
from config.settings import Settings
from store import channels, incidents, notices
from store.database import reading, writing
from store.models import Channel
from store.notices import Pending

MOST_LINES = 30
HEADING = "reviewwatch: for administrators"

log = structlog.get_logger(__name__)


def tell_administrators(engine: Engine, settings: Settings, now: datetime) -> int:
    """Tell what has not been told yet; how many things. Without a working channel all of it waits."""
    with reading(engine) as session:
        pending = notices.pending(session)
    if not pending or not notify_administrators(engine, settings, lines_of(pending), now):
        return 0
    with writing(engine) as session:
        notices.tell(session, pending, now=now)
    return len(pending)


def notify_administrators(engine: Engine, settings: Settings, lines: Sequence[str], now: datetime) -> bool:
    """Send the lines to all channels for administrators. True when at least one took them."""
    with reading(engine) as session:
        found = channels.for_administrators(session)
    link = f"See {settings.public_url}/"
    message = Plain(HEADING, [*lines[:MOST_LINES], *_rest(lines), link])
    taken = [_sent(engine, settings, channel, message, now) for channel in found]
    return any(taken)


def tell_of_templates(engine: Engine, settings: Settings, templates: Templates, now: datetime) -> None:
    """Say once of each state of the data folder's templates that they could not be used, and why."""
    for broken in templates.broken.values():
        log.warning("a template of the data folder was not used", template=broken.name, reason=broken.reason)
        with reading(engine) as session:
            told = notices.was_told(session, "template", broken.key)
        line = (
            f"The template {broken.name} of the data folder could not be used: {broken.reason}. "
            "Digests go out with our own templates until it is mended or taken away."
        )
        if not told and notify_administrators(engine, settings, [line], now):
            with writing(engine) as session:
                notices.tell(session, [Pending("template", broken.key)], now=now)


def lines_of(pending: Sequence[Pending]) -> list[str]:
    """What is pending, in sentences; things to be decided are only counted, so that no title stands in a mail."""
    counts = Counter(one.kind for one in pending)
    lines = [line for one in pending if (line := _line(one))]
    if counts["question"]:
        seen = words.counted(counts["question"], "review")
        lines.append(f"{seen} listed elsewhere, but not by the area's own source: a question to answer.")
    if counts["match"]:
        lines.append(f"{words.counted(counts['match'], 'possible match', 'possible matches')} to decide.")
    if counts["withdrawal"]:
        suspected = words.counted(counts["withdrawal"], "suspected withdrawal")
        lines.append(f"{suspected} to decide. What we hold of them is hidden until then.")
    return lines


def _line(one: Pending) -> str:
    name, detail = phrases.clean(one.name), phrases.clean(one.detail)
    if one.kind == "incident":
        kind, _, evidence = detail.partition("|")
        return f"Source {name}: {words.TROUBLES.get(kind, kind)}. {evidence}".strip()
    if one.kind == "resolved":
        kind, _, by = detail.partition("|")
        how = "It reads well again" if by == incidents.ITSELF else f"By {by}"
        return f"Source {name}: resolved ({words.TROUBLES.get(kind, kind)}). {how}."
    if one.kind == "run":
        return f"Source {name}: a reading is held, with {words.counted(int(detail), 'entry', 'entries')} to look at."
    if one.kind == "channel":
        return f"Channel {name} has been switched off: {detail}"
    if one.kind == "recipient":
        return f"Channel {name}: an address gets no more messages: {detail}"
    if one.kind == "delivery":
        return f"Channel {name}: a digest could not be delivered: {detail}"
    return ""


def _rest(lines: Sequence[str]) -> list[str]:
    left = len(lines) - MOST_LINES
    return [f"and {left:,} more"] if left > 0 else []


def _sent(engine: Engine, settings: Settings, channel: Channel, message: Plain, now: datetime) -> bool:
    try:
        with alert_channels.notifier(channel, settings) as notifier:
            notifier.send_plain(message, now)
    except SecretError as error:
        log.warning("administrators not told", channel=channel.name, reason=str(error))
        return False
    except DeliveryError as error:
        log.warning("administrators not told", channel=channel.name, reason=str(error))
        if error.ends_channel:
            with writing(engine) as session:
                channels.disable(session, channel.id or 0, why=str(error), now=now)
        return False
    return True
