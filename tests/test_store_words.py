"""Words as they are searched."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.words import prefixes, spans, words


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Reviews of the children's bodies", ["review", "of", "the", "child", "body"]),
        ("Child’s CHILDREN childrens", ["child", "child", "child"]),
        ("LCSPRs, BDS12 and L.B.", ["lcspr", "bds12", "and", "l", "b"]),
        ("witness status crisis basis across", ["witness", "status", "crisis", "basis", "across"]),
        ("churches boxes classes cases abuses headaches", ["church", "box", "class", "case", "abuse", "headache"]),
        ("news is not new", ["news", "is", "not", "new"]),
        ("Siân’s café, ﬁnancial ½", ["sian", "cafe", "financial", "1", "2"]),
        ("safe\u00adguarding cafe\u0301", ["safeguarding", "cafe"]),
        ("multi-agency 2023/24", ["multi", "agency", "2023", "24"]),
        ("O'Brien 'quoted' snake_case", ["obrien", "quoted", "snake", "case"]),
        ("", []),
        ("— … ?!", []),
    ],
)
def test_words(text: str, found: list[str]) -> None:
    assert words(text) == found


@given(st.text(max_size=200))
def test_normalised_words_stay_as_they_are(text: str) -> None:
    found = words(text)
    assert words(" ".join(found)) == found


@given(st.from_regex(r"[a-z]{1,12}s{0,3}", fullmatch=True))
def test_a_stem_is_its_own_stem(word: str) -> None:
    assert words(words(word)[0]) == words(word)


@given(st.text(max_size=200))
def test_spans_are_the_same_words_in_their_places(text: str) -> None:
    found = list(spans(text))
    assert [word for span in found for word in span.words] == words(text)
    assert all(words(text[span.start : span.end]) == list(span.words) for span in found)


@given(
    st.text(alphabet=st.characters(codec="ascii", categories=["Ll", "Lu", "Nd"]), min_size=1, max_size=12), st.data()
)
def test_every_beginning_of_a_word_finds_it(text: str, data: st.DataObject) -> None:
    start = text[: data.draw(st.integers(1, len(text)))]
    (word,) = words(text)
    assert any(word.startswith(prefix) for prefix in prefixes(start)) or len(start) > len(word)


@pytest.mark.parametrize(
    ("start", "word"),
    [("childre", "children"), ("famili", "families"), ("bodies", "bodies"), ("safeg", "safeguarding")],
)
def test_prefix_of_a_plural(start: str, word: str) -> None:
    assert any(words(word)[0].startswith(prefix) for prefix in prefixes(start))
