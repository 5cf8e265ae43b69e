"""Themes and vocabulary: whole words are found whatever their dress, and the names of one thing lead to each other."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.themes import Term, Theme, Themes, ThemesError, fold, load_themes

THEMES = load_themes()

GOOD = """\
[[theme]]
slug = "neglect"
name = "Neglect"
words = ["neglect", "poor home conditions"]

[[vocabulary]]
term = "serious case review"
same = ["SCR"]
"""


def small(**words: list[str]) -> Themes:
    return Themes(themes=tuple(Theme(slug=slug, name=slug, words=phrases) for slug, phrases in words.items()))


def test_the_packaged_themes_are_there() -> None:
    slugs = [theme.slug for theme in THEMES.themes]
    assert len(slugs) >= 30
    wanted = {"neglect", "child-sexual-abuse", "sudi", "fathers", "elective-home-education", "professional-curiosity"}
    assert wanted <= set(slugs)


def test_a_theme_says_each_of_its_words_once() -> None:
    for theme in THEMES.themes:
        folded = [fold(word) for word in theme.words]
        assert sorted(folded) == sorted(set(folded)), theme.slug


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("Chronic NEGLECT of three siblings", "neglect"),
        ("a non‑accidental\ninjury to a baby", "non-accidental-injury"),
        ("She had been self‐harming.", "suicide-and-self-harm"),
        ("the ‘invisible men’ of the family", "fathers"),
        ("The child’s voice was not heard", "voice-of-the-child"),
        ("electively home-educated since 2031", "elective-home-education"),
        ("County Lines; knife crime", "criminal-exploitation"),
        ("an education, health and care plan", "disability"),
        ("sudden unexpected death in infancy (SUDI)", "sudi"),
    ],
)
def test_a_phrase_is_found_whatever_its_dress(text: str, slug: str) -> None:
    assert slug in THEMES.find(text)


@pytest.mark.parametrize("text", ["", "neglectfulness", "the raceway", "home. Education", "Enclosed"])
def test_only_whole_words_within_a_sentence_count(text: str) -> None:
    assert THEMES.find(text) == []


def test_phrases_that_overlap_or_begin_alike_are_all_found() -> None:
    themes = small(long=["sexual abuse online"], start=["sexual abuse"], inner=["abuse"], next=["online grooming"])
    assert themes.find("Sexual abuse, online grooming") == ["long", "start", "inner", "next"]


def test_one_phrase_may_show_two_themes() -> None:
    assert small(a=["gang"], b=["gang"]).find("a gang") == ["a", "b"]


def test_words_are_counted_by_theme() -> None:
    assert small(a=["gang", "gangs"], b=["knife"]).count("Gang after gang; gangs.") == {"a": 3}


def test_no_themes_find_nothing() -> None:
    assert Themes().find("neglect") == []


@given(st.lists(st.sampled_from(["a", "b", "ab", "a b", "b a", "a b a"]), min_size=1, unique=True), st.text("ab .-"))
def test_find_agrees_with_looking_for_each_phrase(phrases: list[str], text: str) -> None:
    themes = small(**{f"t{number}": [phrase] for number, phrase in enumerate(phrases)})
    plain = [f"t{number}" for number, phrase in enumerate(phrases) if re.search(rf"(?<!\w){phrase}(?!\w)", fold(text))]
    assert themes.find(text) == plain


def test_eras_and_nations_are_joined() -> None:
    for name in ("SCR", "lcspr", "CPR", "serious case review", "single  unified safeguarding review", "CMR"):
        synonyms = THEMES.synonyms(name)
        assert {"LSCPR", "SUSR", "significant case review", "learning review"} <= set(synonyms)
        assert fold(name) not in {fold(synonym) for synonym in synonyms}
    assert "LSCP" in THEMES.synonyms("LSCB")


def test_short_names_are_known_and_a_name_has_the_same_others_whichever_is_asked() -> None:
    for name in ("GP", "NRM", "CIN", "MARAC", "CSC", "A&E", "EHCP", "YOT", "JTAI", "EHE", "home educated"):
        assert THEMES.synonyms(name)
        assert any(fold(name) in map(fold, THEMES.synonyms(other)) for other in THEMES.synonyms(name))


def test_an_unknown_term_has_no_synonyms_and_no_notes() -> None:
    assert (THEMES.synonyms("submarine"), THEMES.notes("submarine")) == ([], [])


def test_a_name_with_two_meanings_has_a_note() -> None:
    assert "child protection register" in THEMES.notes("CPR")[0]


def test_a_name_in_two_rows_has_the_names_of_both() -> None:
    rows = Term(term="a", same=["x"]), Term(term="b", same=["X", "a"])
    assert Themes(vocabulary=rows).synonyms("x") == ["a", "b"]


def test_a_file_of_ones_own_takes_the_place_of_the_packaged_one(tmp_path: Path) -> None:
    path = tmp_path / "themes.toml"
    path.write_text(GOOD)
    themes = load_themes(path)
    assert (themes.find("poor home conditions"), themes.synonyms("scr")) == (["neglect"], ["serious case review"])


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("words =", "wrods =", '4: theme "neglect": key "wrods": is not known here'),
        ('"poor home conditions"', '"?"', '4: theme "neglect": key "words": has \'?\', in which there is no word'),
        ('["neglect", "poor home conditions"]', '"neglect"', '4: theme "neglect": key "words": must be a list'),
        ('"neglect"\nname', '"Neglect!"\nname', '2: theme "Neglect!": key "slug": is \'Neglect!\': use small letters'),
        ('same = ["SCR"]', "", '6: vocabulary "serious case review": key "same": is missing'),
        ("[[vocabulary]]", "[[vocab]]", '6: key "vocab": is not known here: write [[theme]] or [[vocabulary]]'),
        ('name = "Neglect"', 'name = "Neglect', "3: is not TOML"),
    ],
)
def test_a_problem_is_named_with_its_line_and_key(tmp_path: Path, old: str, new: str, expected: str) -> None:
    path = tmp_path / "themes.toml"
    path.write_text(GOOD.replace(old, new, 1))
    with pytest.raises(ThemesError) as failed:
        load_themes(path)
    assert any(line.startswith(f"themes.toml:{expected}") for line in failed.value.problems), failed.value


def test_a_slug_is_used_once(tmp_path: Path) -> None:
    path = tmp_path / "themes.toml"
    path.write_text(GOOD + GOOD)
    with pytest.raises(ThemesError) as failed:
        load_themes(path)
    assert failed.value.problems == [
        'themes.toml:10: theme "neglect": key "slug": is already used on line 2: put both together',
        'themes.toml:15: vocabulary "serious case review": key "term": is already used on line 7: put both together',
    ]
