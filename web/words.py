"""Words and dates as pages print them; the words themselves are those of the digests (`alerts.words`)."""

from collections.abc import Callable
from datetime import datetime, timedelta
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
AGE_BANDS = {
    "under-1": "Under 1",
    "1-4": "1 to 4",
    "5-10": "5 to 10",
    "11-15": "11 to 15",
    "16-17": "16 and 17",
}
LESSONS = {"recommendation": "Recommendation", "learning": "Learning point"}
MARKS = {"read": "Read", "used": "Used in a briefing", "not_relevant": "Not relevant for us"}
WITHDRAWALS = {
    "keep": "was kept and is shown again",
    "replace": "is shown in its newer version only",
    "remove": "was removed for good",
}
DONE = {
    "password": "Your password is saved",
    "token-ended": "The token is ended: it opens nothing any more",
    "signed-out": "You are signed out",
    "signed-out-everywhere": "You are signed out on every machine",
    "hidden": "The publication is hidden, and its copies with it. Here you decide what becomes of it",
    "marked": "The mark is set. Your team sees it too",
    "mark-gone": "The mark is taken away",
    "topic-added": "The topic is saved",
    "topic-removed": "The topic is removed, and its feed with it",
    "source-added": "The source is saved. It is not read before you enable it",
    "source-watched": "The source is saved and watched",
    "source-changed": "The change is saved",
    "source-enabled": "The source is enabled",
    "source-disabled": "The source is disabled. It is not read any more",
    "reading-asked-for": "A reading is asked for",
    "held-discarded": "The reading is thrown away. The source is read again when it is next due",
    "held-decided": "Your decision is kept. The source is read again, and what comes is taken as it is",
    "answered": "Your answer is kept",
    "incident-resolved": "The incident is resolved. The source is read again",
    "match-accepted": "Both are one publication now. You can undo this below",
    "match-rejected": "They stay apart. You can undo this below",
    "match-proposed": "The decision is undone: the match waits again",
    "match-undone": "The match is undone",
    "withdrawal-kept": "It is kept and shown again",
    "withdrawal-replaced": "The newer version is shown now, and only that",
    "withdrawal-removed": "It is removed for good",
    "channel-added": "The channel is added. Send a test message to see whether it arrives",
    "channel-address": "The channel has its new address. What waited goes out",
    "channel-enabled": "The channel is used again",
    "channel-disabled": "The channel is switched off: nothing goes out by it",
    "address-on": "This address gets messages again",
    "subscription-added": "The subscription is added",
    "subscription-changed": "The subscription is changed",
    "subscription-paused": "The subscription is paused",
    "subscription-resumed": "The subscription is resumed. What was not told yet comes in its next digest",
    "subscription-ended": "It is ended: no more digests of it are sent",
    "role": "The role is changed",
    "team": "The team is saved",
    "user-off": "The user is disabled and signed out",
    "user-on": "The user is enabled",
    "retention-changed": "The time is saved",
    "backup-deleted": "The backup is taken off the list",
}
"""What was done, by the keys that `web.templating.see_other` hands to the next page."""
OUTCOMES = {
    "baseline": "First reading",
    "ok": "Read",
    "unchanged": "Nothing changed",
    "held": "Held for a decision",
    "discarded": "Held, and thrown away",
    "failed": "Could not be read",
}
SOURCE_KINDS = {
    "listing": "A page that lists reviews",
    "govuk": "GOV.UK: an organisation, a collection or a page",
    "panel": "The national Panel’s own site",
    "nspcc": "The NSPCC’s lists",
    "ofsted": "Ofsted’s reports",
    "feed": "A feed (RSS or Atom)",
    "wordpress": "A WordPress site",
    "sitemap": "A sitemap",
    "newsletter": "A newsletter and its editions",
}
EXPECTED = {
    "unreachable": "An answer from the site",
    "blocked": "The page, without a sign-in or a check whether we are a person",
    "robots": "A robots.txt that lets us read the page",
    "moved": "The page at this address",
    "soft_404": "The page with its list",
    "empty": "The reviews that we know, or a sentence that there are none at present",
    "structure": "The page as it was built when it was last read",
    "slow": "The whole answer within the time limit",
    "large": "An answer of the usual size",
    "wrong_type": "Documents and pages of their usual type",
    "certificate": "A certificate that is valid for the site",
    "server_error": "The page, without an error of the site’s server",
}
"""What a reading wants, by the kind of incident that tells that something else came."""
TEXT_STATES = {
    "waiting": "its text has not been read yet",
    "no_text": "it has no text that can be searched",
    "by_machine": "its pages are pictures; a machine has read them for the search, with mistakes",
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


def upper_first(text: str) -> str:
    """The text as a sentence begins; the rest of it stays as it is."""
    return text[:1].upper() + text[1:]


def in_path(value: object) -> str:
    return quote(str(value), safe="")


def _lookup(words: dict[str, str]) -> Callable[[str], str]:
    return lambda value: words.get(value, value.replace("_", " ").capitalize())


def beside(delay: timedelta) -> str:
    """How much later (or earlier) a source shows a review than the first witness lists it."""
    days = round(abs(delay.total_seconds()) / 86400)
    if days == 0:
        return "as soon as others"
    return f"{counted(days, 'day')} {'later' if delay > timedelta(0) else 'earlier'} than others, in the middle"


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
        "withdrawal": _lookup(WITHDRAWALS),
        "age_band": _lookup(AGE_BANDS),
        "lesson": _lookup(LESSONS),
        "trouble": _lookup(TROUBLES),
        "beside": beside,
        "expected": lambda value: EXPECTED.get(value, ""),
        "source_kind": _lookup(SOURCE_KINDS),
        "text_state": lambda value: TEXT_STATES.get(value, ""),
    }
