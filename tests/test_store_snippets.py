"""The lines around what was sought."""

from hypothesis import given
from hypothesis import strategies as st

from store.query import parse
from store.snippets import SNIPPET_LETTERS, Seeker


def _seeker(query: str) -> Seeker:
    return Seeker(parse(query).sought)


def _marked(query: str, text: str) -> list[str]:
    return [piece for piece, is_hit in _seeker(query).snippet(text) if is_hit]


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
