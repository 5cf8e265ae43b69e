"""What went early and what went in its time."""

from datetime import UTC, date, datetime

import pytest

from store.retention import add_months, is_before_usual_end

FIRST_SEEN = datetime(2026, 1, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("published", "precision", "now", "early"),
    [
        (date(2025, 3, 1), "day", datetime(2026, 2, 28, tzinfo=UTC), True),
        (date(2025, 3, 1), "day", datetime(2026, 3, 1, tzinfo=UTC), False),
        (date(2025, 3, 1), "month", datetime(2026, 3, 20, tzinfo=UTC), True),
        (date(2025, 1, 1), "year", datetime(2026, 12, 30, tzinfo=UTC), True),
        (date(2024, 1, 1), "year", datetime(2026, 3, 1, tzinfo=UTC), False),
        (None, "", datetime(2026, 12, 1, tzinfo=UTC), True),
        (None, "", datetime(2027, 1, 10, tzinfo=UTC), False),
    ],
)
def test_a_year_counts_from_the_end_of_what_is_stated(
    published: date | None, precision: str, now: datetime, early: bool
) -> None:
    assert is_before_usual_end(published, precision, FIRST_SEEN, 12, now) is early


def test_months_end_where_the_month_ends() -> None:
    assert add_months(date(2025, 8, 31), 6) == date(2026, 2, 28)
    assert add_months(date(2025, 12, 1), 1) == date(2026, 1, 1)
