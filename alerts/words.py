"""Facts in plain words: dates with their precision, kinds, roles, reasons."""

from collections.abc import Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

KINDS = {
    "local_review": "Local review",
    "national_review": "National review",
    "annual_report": "Annual report",
    "thematic_report": "Thematic report",
    "briefing": "Briefing",
    "guidance": "Guidance",
    "inspection_report": "Inspection report",
    "inspection_overview": "Inspection overview",
    "research": "Research",
    "news": "News",
    "other": "Publication",
}
ROLES = {
    "overview_report": "Overview report",
    "executive_summary": "Executive summary",
    "learning_brief": "Learning brief",
    "response": "Response",
    "action_plan": "Action plan",
    "statement": "Statement",
    "easy_read": "Easy read version",
    "welsh_version": "Welsh version",
    "annex": "Annex",
    "other": "Document",
}
BASES = {
    "listed": "date of the listing",
    "page_updated": "date on which the page was updated",
    "file_name": "date in the file's name",
    "first_seen": "date on which we first saw it",
}
TROUBLES = {
    "unreachable": "the site did not answer",
    "blocked": "the site refused us",
    "robots": "the site asks not to be read",
    "moved": "the page has moved",
    "soft_404": "the page shows an error message",
    "empty": "the page showed no reviews at all",
    "structure": "the page has changed and is being looked at",
    "slow": "the site was too slow",
    "large": "the page was too large",
    "wrong_type": "the page was not what it used to be",
    "certificate": "the site's certificate is not valid",
    "server_error": "the site answered with an error",
}


def stated_date(day: date | None, precision: str) -> str:
    """'3 May 2031', 'May 2031' or '2031'; empty for no date. Never a day that nobody stated (rule 9)."""
    if day is None:
        return ""
    if precision == "year":
        return str(day.year)
    month = f"{day:%B} {day.year}"
    return month if precision == "month" else f"{day.day} {month}"


def day(moment: datetime, zone: ZoneInfo) -> str:
    return stated_date(moment.astimezone(zone).date(), "day")


def period(start: datetime, end: datetime, zone: ZoneInfo) -> str:
    """'3 May 2031' or '3 May 2031 to 10 May 2031'."""
    first, last = day(start, zone), day(end, zone)
    return last if first == last else f"{first} to {last}"


def counted(number: int, one: str, many: str = "") -> str:
    """'1 review', '2 reviews', '1,500 reviews'."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def listed(parts: Sequence[str]) -> str:
    """'a', 'a and b', 'a, b and c'."""
    return " and ".join(filter(None, (", ".join(parts[:-1]), *parts[-1:])))


def size(count: int | None) -> str:
    """'340 KB', '2.1 MB'; empty when it is unknown."""
    if not count:
        return ""
    return f"{count / 1_000_000:.1f} MB" if count >= 1_000_000 else f"{max(1, round(count / 1000))} KB"
