"""Agencies: named by whole words, the longest first, and never by a bare word of a child's life."""

from pathlib import Path

import pytest

from config.agencies import load_agencies
from config.themes import ThemesError, fold

AGENCIES = load_agencies()


def test_the_packaged_agencies_are_there_and_share_no_word() -> None:
    wanted = {"police", "health-visiting", "general-practice", "hospital", "childrens-social-care", "education",
              "mental-health", "housing", "probation", "midwifery", "early-help"}  # fmt: skip
    assert wanted <= set(AGENCIES.names)
    words = [fold(word) for agency in AGENCIES.agencies for word in agency.words]
    assert sorted(words) == sorted(set(words))


@pytest.mark.parametrize(
    ("text", "slugs"),
    [
        ("Police and the Local Authority should agree one form.", ["council", "police"]),
        ("Children’s social care should ask GPs.", ["childrens-social-care", "general-practice"]),
        ("School nurses should be told.", ["school-nursing"]),
        ("School nurses and schools should be told.", ["school-nursing", "education"]),
        ("CAMHS should offer a date; A & E should say so.", ["hospital", "mental-health"]),
        ("Early-help records should reach the health visitor.", ["early-help", "health-visiting"]),
        ("The mental health of a mother who was in hospital and left school.", []),
        ("", []),
    ],
)
def test_agencies_that_a_text_names(text: str, slugs: list[str]) -> None:
    assert AGENCIES.find(text) == slugs


def test_a_file_of_ones_own(tmp_path: Path) -> None:
    path = tmp_path / "agencies.toml"
    path.write_text('[[agency]]\nslug = "scouts"\nname = "Scouts"\nwords = ["scout group"]\n')
    assert load_agencies(path).find("Each scout group should ask.") == ["scouts"]
    path.write_text('[[agency]]\nslug = "scouts"\nname = "Scouts"\n')
    with pytest.raises(ThemesError, match='1: agency "scouts": key "words": is missing'):
        load_agencies(path)
    path.write_text("")
    assert load_agencies(path).find("The police should ask.") == []
