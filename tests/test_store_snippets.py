"""Which page says it, and the lines around."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.query import parse
from store.snippets import SNIPPET_LETTERS, Seeker


def _seeker(query: str) -> Seeker:
    return Seeker(parse(query).sought)


def _page(query: str, *texts: str) -> int | None:
    found = _seeker(query).best_page(list(enumerate(texts, start=1)))
    return found.page if found else None


def _marked(query: str, text: str) -> list[str]:
    return [piece for piece, is_hit in _seeker(query).snippet(text) if is_hit]


@pytest.mark.parametrize(
    ("query", "page"),
    [
        ("neglect", 2),
        ("neglect housing", 3),
        ('"poor housing"', 4),
        ('"poor housing" neglect', 4),
        ("body", 5),
        ("sian", 6),
        ("curio*", 7),
        ("absent", None),
        ("hous", None),
        ('"housing poor"', None),
        ("", None),
    ],
)
def test_best_page(query: str, page: int | None) -> None:
    pages = [
        "Households", "Neglect", "Housing and neglect; housing that was poor", "Poor\nhousing", "Two bodies", "Siân",
        "Curiosity",
    ]  # fmt: skip
    assert _page(query, *pages) == page


def test_of_equal_pages_the_one_that_says_it_most_often() -> None:
    assert _page("neglect", "neglect", "neglect, neglected, neglect", "neglect") == 2
    assert _page("neglect", "neglect", "neglect") == 1


def test_hits_are_marked_as_printed() -> None:
    assert _marked("child bodies", "Children’s BODIES and a childhood") == ["Children’s", "BODIES"]
    assert _marked('"multi agency work"', "multi-agency work, agency work") == ["multi", "agency", "work"]
    assert _marked("sian", "Siân said") == ["Siân"]


def test_snippet_is_short_and_begins_and_ends_with_words() -> None:
    text = "filler " * 200 + "here is neglect, then housing " + "filler " * 200
    pieces = _seeker("housing neglect").snippet(text)
    shown = "".join(piece for piece, _ in pieces)
    assert [piece for piece, is_hit in pieces if is_hit] == ["neglect", "housing"]
    assert len(shown) <= SNIPPET_LETTERS + 4
    assert shown.startswith("… filler")
    assert shown.endswith("filler …")


def test_snippet_without_a_hit_is_the_beginning() -> None:
    assert _seeker("absent").snippet("A short text\nof two lines") == [("A short text of two lines", False)]
    assert _seeker("").snippet("") == []


@given(st.text(max_size=600), st.text(max_size=20))
def test_snippet_is_part_of_the_text(text: str, query: str) -> None:
    pieces = _seeker(f"{query} a*").snippet(text)
    shown = "".join(piece for piece, _ in pieces).removeprefix("… ").removesuffix(" …")
    assert "".join(shown.split()) in "".join(text.split())
