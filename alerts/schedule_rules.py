"""When a digest is due: pure rules over London days, right on both clock changes of every year."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")
DAY = timedelta(days=1)
SATURDAY = 5
LOOK_BACK = timedelta(days=45)  # a month and the longest shift to a working day


@dataclass(frozen=True)
class Schedule:
    """A subscription's wishes as plain values; `at` is a time of day in `zone`."""

    frequency: str
    at: time = time(8, 0)
    weekday: int = 0
    working_days: bool = False
    paused_until: date | None = None
    zone: ZoneInfo = LONDON


def next_due(schedule: Schedule, after: datetime) -> datetime:
    """The first moment after `after` (aware) at which a digest is due, in UTC.

    A time that the spring clock change skips falls an hour later on that day; one that comes twice in autumn counts
    the first time: so each chosen day has exactly one moment.
    """
    after = max(after, _resumes(schedule) - timedelta(microseconds=1)) if schedule.paused_until else after
    if schedule.frequency == "immediately" and not schedule.working_days:
        return after.astimezone(UTC)
    if schedule.frequency == "immediately" and is_working_day(after.astimezone(schedule.zone).date()):
        return after.astimezone(UTC)
    local = after.astimezone(schedule.zone).date()
    return next(due for day in _days(schedule, local - LOOK_BACK) if (due := _moment(schedule, day)) > after)


def is_due(schedule: Schedule, due_at: datetime | None, now: datetime) -> bool:
    """Whether the digest that was planned for `due_at` is to be made now."""
    return due_at is not None and planned(schedule, due_at) <= now


def planned(schedule: Schedule, due_at: datetime) -> datetime:
    """When a digest that was planned for `due_at` is to be made: a pause puts it off to the first time after it."""
    if schedule.paused_until is None or due_at >= _resumes(schedule):
        return due_at
    return next_due(schedule, due_at)


def _moment(schedule: Schedule, day: date) -> datetime:
    return datetime.combine(day, schedule.at, tzinfo=schedule.zone).astimezone(UTC)


def _resumes(schedule: Schedule) -> datetime:
    return datetime.combine(schedule.paused_until or date.min, time(0), tzinfo=schedule.zone).astimezone(UTC)


def _days(schedule: Schedule, first: date) -> Iterator[date]:
    """The days of the schedule from `first` on; a day off moves to the next working day, if so wished."""
    day = first
    while True:
        if _chosen(schedule, day):
            yield next_working_day(day) if schedule.working_days else day
        day += DAY


def _chosen(schedule: Schedule, day: date) -> bool:
    if schedule.frequency == "weekly":
        return day.weekday() == schedule.weekday
    if schedule.frequency == "monthly":
        return day.weekday() == schedule.weekday and day.day <= 7
    return True


def next_working_day(day: date) -> date:
    """The day itself, if it is a working day in England and Wales; else the next one."""
    while not is_working_day(day):
        day += DAY
    return day


def is_working_day(day: date) -> bool:
    return day.weekday() < SATURDAY and day not in bank_holidays(day.year)


@lru_cache(maxsize=64)
def bank_holidays(year: int) -> frozenset[date]:
    """The regular bank holidays of England and Wales, with substitute days.

    Rule: Banking and Financial Dealings Act 1971, schedule 1, and the New Year and May days proclaimed every year.
    One-off days (a coronation) and moved ones are proclaimed and not known here: a digest then comes on that day.
    """
    good_friday = easter(year) - 2 * DAY
    fixed = {good_friday, good_friday + 3 * DAY, _first_monday(year, 5), _last_monday(year, 5), _last_monday(year, 8)}
    return frozenset(fixed | {_substitute(date(year, 1, 1))} | _christmas(year))


def _substitute(day: date) -> date:
    """A holiday at the weekend is kept on the Monday after it."""
    return day + max(0, 7 - day.weekday()) * DAY if day.weekday() >= SATURDAY else day


def _christmas(year: int) -> set[date]:
    """Christmas and Boxing Day; at the weekend, the next weekdays that are no holiday themselves."""
    christmas, boxing = date(year, 12, 25), date(year, 12, 26)
    moved = {5: (27, 28), 6: (27, 26), 4: (25, 28)}
    days = moved.get(christmas.weekday(), (christmas.day, boxing.day))
    return {date(year, 12, day) for day in days}


def _first_monday(year: int, month: int) -> date:
    first = date(year, month, 1)
    return first + (-first.weekday() % 7) * DAY


def _last_monday(year: int, month: int) -> date:
    last = date(year, month, 31)  # both months that need it have 31 days
    return last - last.weekday() * DAY


def easter(year: int) -> date:
    """Easter Sunday of the Gregorian calendar (the anonymous computus, Nature, 20 April 1876)."""
    golden = year % 19
    century, rest = divmod(year, 100)
    leap_skips, century_rest = divmod(century, 4)
    correction = (century - (century + 8) // 25 + 1) // 3
    moon = (19 * golden + century - leap_skips - correction + 15) % 30
    quarter, last = divmod(rest, 4)
    weekday = (32 + 2 * century_rest + 2 * quarter - moon - last) % 7
    shift = (golden + 11 * moon + 22 * weekday) // 451
    month, day = divmod(moon + weekday - 7 * shift + 114, 31)
    return date(year, month, day + 1)
