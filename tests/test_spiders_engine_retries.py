import pytest

from spiders.engine.retries import seconds_asked, wait_before_retry


@pytest.mark.parametrize(
    ("retry_after", "date", "seconds"),
    [
        ("120", "", 120.0),
        (" 5 ", "", 5.0),
        ("Mon, 02 Mar 2026 10:00:30 GMT", "Mon, 02 Mar 2026 10:00:00 GMT", 30.0),
        ("Mon, 02 Mar 2026 10:00:00 GMT", "Mon, 02 Mar 2026 10:05:00 GMT", 0.0),
        ("Mon, 02 Mar 2020 10:00:00 GMT", "", 0.0),
        ("soon", "", 0.0),
        ("-3", "", 0.0),
        ("", "", 0.0),
    ],
)
def test_what_retry_after_asks(retry_after: str, date: str, seconds: float) -> None:
    assert seconds_asked(retry_after, date) == seconds


def test_gaps_grow_and_end_after_two() -> None:
    waits = [wait_before_retry(tries, gap=2, asked=0, left=600) for tries in range(3)]
    assert waits == [2, 4, None]


def test_no_gap_when_there_is_no_delay() -> None:
    assert wait_before_retry(1, gap=0, asked=0, left=600) == 0


def test_the_site_may_ask_for_a_minute_not_more() -> None:
    assert wait_before_retry(0, gap=2, asked=60, left=600) == 60
    assert wait_before_retry(0, gap=2, asked=61, left=600) is None


def test_no_wait_that_the_run_has_no_time_for() -> None:
    assert wait_before_retry(0, gap=2, asked=30, left=40) is None
