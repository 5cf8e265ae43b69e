"""Dates: day first, as precise as stated, nothing invented."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spiders.parsing.dates import dates_in, find_date, from_address, is_only_date, published_in, weekday_conflict
from store.reading import Basis, Precision

DAY, MONTH, YEAR = Precision.DAY, Precision.MONTH, Precision.YEAR


@pytest.mark.parametrize(
    ("text", "day", "precision"),
    [
        ("27th March 2024", date(2024, 3, 27), DAY),
        ("18 March, 2031", date(2031, 3, 18), DAY),
        ("(16/01/2030)", date(2030, 1, 16), DAY),
        ("04/05/2030", date(2030, 5, 4), DAY),
        ("Monday, 27th Nov 2023", date(2023, 11, 27), DAY),
        ("02 Sept 2025", date(2025, 9, 2), DAY),
        ("the 1st of June 2031", date(2031, 6, 1), DAY),
        ("30.10.25", date(2025, 10, 30), DAY),
        ("2031-07-14", date(2031, 7, 14), DAY),
        ("2031-07-14T10:00:00Z", date(2031, 7, 14), DAY),
        ("August 2024", date(2024, 8, 1), MONTH),
        ("Feb-31", date(2031, 2, 1), MONTH),
        ("Edition 11, September 2031", date(2031, 9, 1), MONTH),
        ("Edition 11 September 2031", date(2031, 9, 1), MONTH),
        ("Autumn 2023", date(2023, 1, 1), YEAR),
        ("2030/31", date(2030, 1, 1), YEAR),
        ("Annual report 2030-31", date(2030, 1, 1), YEAR),
        ("2023 to 2024", date(2023, 1, 1), YEAR),
        ("Child A (2031)", date(2031, 1, 1), YEAR),
    ],
)
def test_a_date_is_read_as_it_is_stated(text: str, day: date, precision: Precision) -> None:
    found = find_date(text, Basis.LISTED)

    assert found is not None
    assert (found.day, found.precision, found.basis) == (day, precision, Basis.LISTED)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1 of 2",
        "31/02/2030",
        "03/25/2030",
        "BXP2029-30-02",
        "25 children in March",
        "May 12 children",
        "version 1.2.2024.5",
    ],
)
def test_what_is_no_date_is_none(text: str) -> None:
    assert find_date(text, Basis.LISTED) is None


@given(
    st.dates(date(1950, 1, 1), date(2098, 12, 31)), st.sampled_from(["%d/%m/%Y", "%d.%m.%Y", "%Y-%m-%d", "%d %B %Y"])
)
def test_every_day_is_read_back(day: date, style: str) -> None:
    found = dates_in(f"text {day.strftime(style)} text")

    assert [(item.day, item.precision) for item in found] == [(day, DAY)]


@given(st.text(max_size=100))
def test_parts_are_never_invented(text: str) -> None:
    for item in dates_in(text):
        stretch = text[item.start : item.end]
        if item.precision is DAY and not any(character.isdigit() for character in stretch):
            pytest.fail(f"{item} out of {stretch!r}")
        if item.precision is not DAY:
            assert item.day.day == 1


def test_the_date_of_publication_is_told_from_others() -> None:
    found = published_in("Born on 3 May 2029, he died in June 2030. The review was published on 5 August 2031.")

    assert found is not None
    assert found.day == date(2031, 8, 5)


def test_weekday_and_date_may_disagree() -> None:
    assert weekday_conflict("Tuesday 14 July 2031")
    assert not weekday_conflict("Monday 14 July 2031")


@pytest.mark.parametrize(
    ("text", "only"),
    [("24 April 2031", True), ("Published: May 2030", True), ("Child A 2031", False), ("Published reviews", False)],
)
def test_only_a_date(text: str, only: bool) -> None:
    assert is_only_date(text) is only


@pytest.mark.parametrize(
    ("path", "day", "precision"),
    [
        ("/wp-content/uploads/2031/03/report-v2.pdf", date(2031, 3, 1), MONTH),
        ("/files/30.10.25-FINAL-ENGLISH_.pdf", date(2025, 10, 30), DAY),
    ],
)
def test_an_address_tells_little(path: str, day: date, precision: Precision) -> None:
    found = from_address(f"https://example.org{path}")

    assert found is not None
    assert (found.day, found.precision, found.basis) == (day, precision, Basis.FILE_NAME)


def test_a_year_in_an_address_is_no_date() -> None:
    assert from_address("https://example.org/annual-report-2020-21/") is None
