"""How long publications usually stay up, and whether one went early (rule 6)."""

from calendar import monthrange
from datetime import UTC, date, datetime, time

from sqlmodel import Session

from store.models import Publication, Publisher

STATUTORY_MONTHS = 12
"""Local reviews stay public for at least a year (sources-national.md, section 7)."""


def is_early(session: Session, publication: Publication, now: datetime) -> bool:
    publisher = session.get(Publisher, publication.publisher_id) if publication.publisher_id else None
    months = (publisher.retention_months if publisher else None) or STATUTORY_MONTHS
    return is_before_usual_end(publication.published, publication.precision, publication.first_seen, months, now)


def is_before_usual_end(
    published: date | None, precision: str, first_seen: datetime, months: int, now: datetime
) -> bool:
    """Whether a publication has been up for less than `months`. An imprecise date counts from the end of its period."""
    start = _last_day(published, precision) if published else first_seen.date()
    return now < datetime.combine(add_months(start, months), time.min, tzinfo=UTC)


def _last_day(day: date, precision: str) -> date:
    if precision == "year":
        return day.replace(month=12, day=31)
    return day.replace(day=monthrange(day.year, day.month)[1]) if precision == "month" else day


def add_months(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
