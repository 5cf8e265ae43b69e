"""Which page says it."""

import pytest

from store.places import Part, Place, best_place
from store.query import parse
from store.search_index import parts
from store.words import words


def _part(*pages: str, version: int = 1) -> Part:
    ((first_page, text),) = parts([" ".join(words(page)) for page in pages])
    return Part(version, first_page, text)


def _page(query: str, *pages: str) -> int | None:
    place = best_place([_part(*pages)], parse(query).sought)
    return place.page if place else None


@pytest.mark.parametrize(
    ("query", "page"),
    [
        ("neglect", 2),
        ("neglect housing", 3),
        ('"poor housing"', 4),
        ('"poor housing" neglect', 4),
        ("body", 6),
        ("sian", 7),
        ("curio*", 8),
        ("household", 1),
        ("absent", None),
        ("hous", None),
        ('"housing poor"', None),
        ("", None),
    ],
)
def test_best_page(query: str, page: int | None) -> None:
    pages = [
        "Households", "Neglect", "Housing and neglect; housing that was poor", "Poor\nhousing", " \n", "Two bodies",
        "Siân", "Curiosity",
    ]  # fmt: skip
    assert _page(query, *pages) == page


def test_of_equal_pages_the_one_that_says_it_most_often() -> None:
    assert _page("neglect", "neglect", "neglect, neglected, neglect", "neglect") == 2
    assert _page("neglect", "neglect", "neglect") == 1


def test_blank_pages_count() -> None:
    assert _page("heron", "", "", "a heron", "", "") == 3
    assert _page("heron", "", "one", "", "two", "", "a heron") == 6
    assert _page("heron", "") is None


def test_a_phrase_over_the_end_of_a_page_stands_where_it_begins() -> None:
    assert _page('"poor housing"', "a", "it was poor", "", "housing and housing") == 2
    assert _page('"poor housing"', "it was poor", "housing", "poor housing, poor housing") == 3


def test_of_all_documents() -> None:
    brief, report = _part("neglect", version=1), Part(2, 41, "housing \f neglect and housing")
    assert best_place([brief, report], parse("neglect housing").sought) == Place(0, 2, 2, 2, 42)
