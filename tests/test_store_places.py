"""Which page says it."""

import pytest

from config.themes import vocabulary
from store.places import Part, Place, best_place, met, things
from store.query import parse
from store.search_index import parts
from store.words import words


def _part(*pages: str, version: int = 1) -> Part:
    ((first_page, text),) = parts([" ".join(words(page)) for page in pages])
    return Part(version, first_page, text)


def _page(query: str, *pages: str) -> int | None:
    place = best_place([_part(*pages)], things(parse(query).root))
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
    assert _page("neglect", "neglect", "neglect") == 2  # the first is a title page


def test_blank_pages_count() -> None:
    assert _page("heron", "", "", "a heron", "", "") == 3
    assert _page("heron", "", "one", "", "two", "", "a heron") == 6
    assert _page("heron", "") is None


def test_a_phrase_over_the_end_of_a_page_stands_where_it_begins() -> None:
    assert _page('"poor housing"', "a", "it was poor", "", "housing and housing") == 2
    assert _page('"poor housing"', "it was poor", "housing", "poor housing, poor housing") == 3


def test_of_all_documents() -> None:
    brief, report = _part("neglect", version=1), Part(2, 41, "housing \f neglect and housing")
    assert best_place([brief, report], things(parse("neglect housing").root)) == Place(2, 0, True, 2, 2, 42)


def test_a_term_and_its_other_names_are_one_thing() -> None:
    sought = things(parse("SCR neglect -housing area:Leeds", vocabulary().synonyms).root)
    assert len(sought) == 2
    names = "an SCR, a serious case review, a learning review and a CSPR"
    place = best_place([_part("cover", names, "the review", "neglect in the LCSPR")], sought)
    assert place is not None
    assert (place.page, place.met) == (4, 2)


def test_a_name_of_several_words_is_met_by_all_of_them() -> None:
    sought = things(parse("home education", vocabulary().synonyms).root)
    assert [met(text, sought) for text in ("education at a home", "education", "ehe", "")] == [1, 0, 1, 0]
    assert met("neglected", things(parse("neg* OR housing").root)) == 1


def test_the_title_page_gives_way_unless_it_is_sought() -> None:
    report = _part("Review of Child Reed, Leeds", "Housing", "Child Reed and a review")
    for query, named, page in (("leeds housing", False, 2), ("child reed review", True, 1), ("review", False, 3)):
        place = best_place([report], things(parse(query).root), title_page=named)
        assert place is not None
        assert place.page == page
    assert _page("leeds housing", "Leeds " + "and much is said at once " * 20, "Housing") == 1
