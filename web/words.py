"""Words and dates as pages print them; the words themselves are those of the digests (`alerts.words`)."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from urllib.parse import quote, urlsplit
from zoneinfo import ZoneInfo

from alerts.words import BASES, KINDS, ROLES, TROUBLES, counted, size, stated_date

STATUSES = {
    "listed": "Listed",
    "unlisted": "No longer listed",
    "suspected": "Withdrawal suspected",
    "removed": "Removed",
}
CHANGES = {
    "new": "First seen",
    "document_added": "A document was added",
    "document_replaced": "A document was replaced",
    "updated": "Updated by the publisher",
    "unlisted": "No longer listed by any source",
    "suspected": "A withdrawal was suspected",
    "removed": "Removed from this archive",
    "restored": "Shown again",
    "moved": "Moved to another address",
}
MARKS = {"read": "Read", "used": "Used in a briefing", "not_relevant": "Not relevant for us"}
OUTCOMES = {
    "baseline": "First reading",
    "ok": "Read",
    "unchanged": "Nothing changed",
    "held": "Held for a decision",
    "failed": "Could not be read",
}
TEXT_STATES = {
    "waiting": "its text has not been read yet",
    "no_text": "it has no text that can be searched",
    "encrypted": "it is protected by a password, so it cannot be searched",
    "malformed": "the file is damaged, so it cannot be searched",
    "too_large": "it is too large to be searched",
    "timed_out": "it took too long to read, so it cannot be searched",
    "wrong_type": "it is not a document that can be searched",
}


def web_address(url: str) -> str:
    """An outside address that may stand in a link; empty for any other scheme than the web's."""
    try:
        parts = urlsplit(url.strip())
    except ValueError:
        return ""
    return url.strip() if parts.scheme in ("http", "https") and parts.netloc else ""


def in_path(value: object) -> str:
    return quote(str(value), safe="")


def _lookup(words: dict[str, str]) -> Callable[[str], str]:
    return lambda value: words.get(value, value.replace("_", " ").capitalize())


def filters(zone: ZoneInfo) -> dict[str, Callable[..., Any]]:
    """Jinja's filters; moments are printed in the zone of the readers."""

    def day(moment: datetime | None) -> str:
        return stated_date(moment.astimezone(zone).date(), "day") if moment else ""

    def at(moment: datetime | None) -> str:
        return f"{day(moment)}, {moment.astimezone(zone):%H:%M}" if moment else ""

    return {
        "day": day,
        "at": at,
        "stated": stated_date,
        "size": size,
        "counted": counted,
        "web_address": web_address,
        "in_path": in_path,
        "basis": lambda value: BASES.get(value, ""),
        "kind": _lookup(KINDS),
        "role": _lookup(ROLES),
        "status": _lookup(STATUSES),
        "change": _lookup(CHANGES),
        "outcome": _lookup(OUTCOMES),
        "mark": _lookup(MARKS),
        "trouble": _lookup(TROUBLES),
        "text_state": lambda value: TEXT_STATES.get(value, ""),
    }
