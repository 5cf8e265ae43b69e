"""A new version: the same text, a correction, an update or a redaction (rule 6: in doubt, suspected)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.versions import VersionChange, judge

PAGES = [
    "Review of Robin\n\nThis review looks at how agencies worked together. Robin was known to three agencies over two"
    " years. The health visitor asked for a meeting in the spring.",
    "The social worker saw Robin at home with Mrs Linnet. Information was not shared between the two areas. The panel"
    " thinks that this was a missed chance to act.",
    "Recommendation 1: Agencies should agree who leads. Recommendation 2: Supervision should be offered each month.",
]


def changed(old: str, new: str) -> list[str]:
    assert any(old in page for page in PAGES)
    return [page.replace(old, new) for page in PAGES]


def test_another_layout_is_the_same_text() -> None:
    assert judge(PAGES, [page.replace(" ", "  ") for page in PAGES]).change == VersionChange.SAME_TEXT


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("three agencies over two years", "four agencies over two years"),
        ("Mrs Linnet", "Mrs Linnett"),
        ("a missed chance to act", "a missed opportunity to act"),
        ("a missed chance to act.", "a missed chance to act. This was put right. It was a mistake of ours."),
    ],
)
def test_a_few_words_are_a_correction(old: str, new: str) -> None:
    assert judge(PAGES, changed(old, new)).change == VersionChange.CORRECTION


def test_a_corrected_date_is_a_correction() -> None:
    old = [*PAGES, "The meeting of the panel was held on Monday 3 March 2025 in the town hall."]
    new = [*PAGES, "The meeting of the panel was held on Tuesday 8 April 2025 in the town hall."]
    assert judge(old, new).change == VersionChange.CORRECTION


def test_much_that_is_new_is_an_update() -> None:
    more = "The partnership met again in autumn. All actions are complete. A further audit is planned for spring."
    assert judge(PAGES, [*PAGES, more]).change == VersionChange.UPDATE


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (" with Mrs Linnet", ""),
        ("Mrs Linnet", "the aunt"),
        ("Mrs Linnet", "█████"),
        ("Mrs Linnet", "[redacted]"),
        (" Information was not shared between the two areas.", ""),
    ],
)
def test_lost_names_and_passages_are_a_redaction(old: str, new: str) -> None:
    verdict = judge(PAGES, changed(old, new))
    assert verdict.change == VersionChange.REDACTION
    assert "Linnet" not in verdict.reason


def test_a_text_that_can_no_longer_be_read_is_suspected() -> None:
    assert judge(PAGES, []).change == VersionChange.REDACTION


def test_a_document_that_never_had_text_is_no_redaction() -> None:
    assert judge([], PAGES).change == VersionChange.UPDATE


@given(st.lists(st.text(max_size=200), max_size=4))
def test_a_version_is_always_like_itself(pages: list[str]) -> None:
    assert judge(pages, pages).change == VersionChange.SAME_TEXT
