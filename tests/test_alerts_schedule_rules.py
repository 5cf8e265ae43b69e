"""When digests are due, over clock changes, bank holidays and pauses."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alerts.schedule_rules import (
    LONDON,
    Schedule,
    bank_holidays,
    easter,
    is_due,
    is_working_day,
    next_due,
    next_working_day,
)

YEAR = timedelta(days=366)
moments = st.integers(1_609_459_200, 2_240_524_800).map(lambda second: datetime.fromtimestamp(second, UTC))
times = st.times().map(lambda value: value.replace(second=0, microsecond=0))
schedules = st.builds(
    Schedule,
    frequency=st.sampled_from(["daily", "weekly", "monthly"]),
    at=times,
    weekday=st.integers(0, 6),
    working_days=st.booleans(),
)


def occurrences(schedule: Schedule, start: datetime, end: datetime) -> list[datetime]:
    found = []
    while (start := next_due(schedule, start)) < end:
        found.append(start)
    return found


@given(schedules, moments)
def test_it_is_later_and_nothing_is_due_in_between(schedule: Schedule, after: datetime) -> None:
    due = next_due(schedule, after)
    assert due > after
    assert due - after <= timedelta(days=45)
    assert next_due(schedule, after + (due - after) / 2) == due
    assert next_due(schedule, due) > due


@settings(max_examples=20, deadline=None)
@given(st.integers(2021, 2040), times)
def test_a_daily_digest_comes_once_on_each_london_day(year: int, at: time) -> None:
    start = datetime(year, 1, 1, tzinfo=LONDON) - timedelta(seconds=1)
    found = occurrences(Schedule("daily", at), start, datetime(year + 1, 1, 1, tzinfo=LONDON))
    days = [due.astimezone(LONDON).date() for due in found]
    assert len(days) == len(set(days)) == (date(year + 1, 1, 1) - date(year, 1, 1)).days
    gaps = {later - earlier for earlier, later in pairwise(found)}
    assert gaps <= {timedelta(hours=hours) for hours in (23, 24, 25)}


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("2026-03-29", "2026-03-29T01:30:00+00:00"),  # 01:30 does not exist: it is 02:30 British Summer Time
        ("2026-10-25", "2026-10-25T00:30:00+00:00"),  # 01:30 comes twice: the first counts
        ("2026-07-01", "2026-07-01T00:30:00+00:00"),
    ],
)
def test_half_past_one_on_the_days_of_the_clock_changes(day: str, expected: str) -> None:
    start = datetime.fromisoformat(f"{day}T00:00").replace(tzinfo=LONDON) - timedelta(seconds=1)
    found = occurrences(Schedule("daily", time(1, 30)), start, start + timedelta(hours=24))
    assert [due.isoformat() for due in found] == [expected]


@settings(max_examples=20, deadline=None)
@given(st.integers(2021, 2040), st.sampled_from(["daily", "weekly", "monthly"]), st.integers(0, 6))
def test_working_days_only(year: int, frequency: str, weekday: int) -> None:
    schedule = Schedule(frequency, time(8), weekday, working_days=True)
    start = datetime(year, 1, 1, tzinfo=UTC)
    days = [due.astimezone(LONDON).date() for due in occurrences(schedule, start, start + YEAR)]
    assert all(is_working_day(day) for day in days)
    assert len(days) == len(set(days))
    assert {"daily": 250, "weekly": 51, "monthly": 11}[frequency] <= len(days)


def test_weekly_and_monthly_days() -> None:
    start = datetime(2026, 1, 1, tzinfo=UTC)
    fridays = occurrences(Schedule("weekly", time(8), 4), start, start + timedelta(days=21))
    assert [due.date().isoformat() for due in fridays] == ["2026-01-02", "2026-01-09", "2026-01-16"]
    mondays = occurrences(Schedule("monthly", time(8)), start, start + timedelta(days=90))
    assert [due.date().isoformat() for due in mondays] == ["2026-01-05", "2026-02-02", "2026-03-02"]


def test_a_holiday_moves_a_weekly_digest_to_the_next_working_day() -> None:
    easter_monday = Schedule("weekly", time(8), 0, working_days=True)
    due = next_due(easter_monday, datetime(2026, 4, 4, tzinfo=UTC))
    assert due.date() == date(2026, 4, 7)


def test_immediately_is_now_or_the_next_working_morning() -> None:
    saturday = datetime(2026, 1, 3, 12, tzinfo=UTC)
    assert next_due(Schedule("immediately"), saturday) == saturday
    assert next_due(Schedule("immediately", working_days=True), saturday).isoformat() == "2026-01-05T08:00:00+00:00"


def test_a_pause_ends_at_the_first_moment_of_its_day_in_london() -> None:
    paused = Schedule("daily", time(0, 0), paused_until=date(2026, 7, 10))
    midnight = datetime(2026, 7, 9, 23, tzinfo=UTC)
    assert next_due(paused, datetime(2026, 7, 1, tzinfo=UTC)) == midnight
    assert not is_due(paused, datetime(2026, 7, 2, tzinfo=UTC), midnight - timedelta(seconds=1))
    assert is_due(paused, datetime(2026, 7, 2, tzinfo=UTC), midnight)
    morning = replace(paused, at=time(8))
    assert not is_due(morning, datetime(2026, 7, 2, tzinfo=UTC), midnight)
    assert is_due(morning, datetime(2026, 7, 2, tzinfo=UTC), datetime(2026, 7, 10, 7, tzinfo=UTC))
    assert is_due(morning, datetime(2026, 7, 10, 7, tzinfo=UTC), datetime(2026, 7, 10, 7, tzinfo=UTC))
    assert not is_due(paused, None, midnight)


@pytest.mark.parametrize(
    ("year", "expected"),
    [
        (2021, "01-01 04-02 04-05 05-03 05-31 08-30 12-27 12-28"),  # Christmas on a Saturday
        (2022, "01-03 04-15 04-18 05-02 05-30 08-29 12-26 12-27"),  # on a Sunday; the proclaimed days are not known
        (2026, "01-01 04-03 04-06 05-04 05-25 08-31 12-25 12-28"),  # Boxing Day on a Saturday
        (2027, "01-01 03-26 03-29 05-03 05-31 08-30 12-27 12-28"),
    ],
)
def test_bank_holidays_of_england_and_wales(year: int, expected: str) -> None:
    assert sorted(f"{day:%m-%d}" for day in bank_holidays(year)) == expected.split()


@given(st.integers(2020, 2100))
def test_eight_bank_holidays_all_on_weekdays(year: int) -> None:
    assert len(bank_holidays(year)) == 8
    assert all(day.weekday() < 5 for day in bank_holidays(year))


@pytest.mark.parametrize(("year", "day"), [(2024, "2024-03-31"), (2025, "2025-04-20"), (2038, "2038-04-25")])
def test_easter(year: int, day: str) -> None:
    assert easter(year).isoformat() == day


@given(st.dates(date(2021, 1, 1), date(2060, 1, 1)))
def test_the_next_working_day_is_near(day: date) -> None:
    assert day <= next_working_day(day) <= day + timedelta(days=5)
