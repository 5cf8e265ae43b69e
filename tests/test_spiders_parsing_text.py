"""Text as publishers print it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spiders.parsing.text import clean, link_label, normalised, slug

PDF = "application/pdf"


@pytest.mark.parametrize(
    ("printed", "text", "media_type", "size"),
    [
        ("Child Moor local review\xa0(PDF 225Kb)", "Child Moor local review", PDF, 230_400),
        ("Moor report (PDF, 150.9 KB)", "Moor report", PDF, 154_522),
        ("Moor report (PDF , 2.3MB)", "Moor report", PDF, 2_411_725),
        ("Moor report [PDF Document]", "Moor report", PDF, None),
        ("Moor report [PDF 23969Kb]", "Moor report", PDF, 24_544_256),
        ("Moor report (pdf 810kb opens in a new window)", "Moor report", PDF, 829_440),
        ("Improvement Plan477.25KB", "Improvement Plan", "", 488_704),
        ("Plan July 2024477KB", "Plan July 2024", "", 488_448),
        ("Icon for pdf View our report[765.97KB]", "View our report", "", 784_353),
        ("Moor structure.pdf", "Moor structure", PDF, None),
        ("PDF", "", PDF, None),
        ("Moor report (opens in a new window)", "Moor report", "", None),
        ("Moor report (2031)", "Moor report (2031)", "", None),
    ],
)
def test_file_notes_are_taken_out_of_a_link(printed: str, text: str, media_type: str, size: int | None) -> None:
    label = link_label(printed)

    assert (label.text, label.media_type, label.size) == (text, media_type, size)


@pytest.mark.parametrize(
    ("printed", "wanted"),
    [
        ("> Pascoe Report", "Pascoe Report"),
        ("Review of Family Moor +", "Review of Family Moor"),
        ("Show details Review of Child V", "Review of Child V"),
        ("Thematic â€“ review of the childâ€™s life", "Thematic – review of the child’s life"),
        ("ChildÂ\xa0Q report", "Child Q report"),
        ("Child├é┬áQ", "Child Q"),
        ("  two \n lines ", "two lines"),
        ("far" + " \n" * 50_000 + "apart", "far apart"),
        ("far" + "\xa0" * 50_000 + "apart", "far apart"),
        ("Write to [email\xa0protected]", "Write to"),
        ("Llên y plentyn ÂR", "Llên y plentyn ÂR"),
    ],
)
def test_clean(printed: str, wanted: str) -> None:
    assert clean(printed) == wanted


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("NEW REPORT: “It’s silent”: race & racism", "'It's silent' - race and racism"),
        ("Serious case review: Child A: overview report", "LCSPR – Child A"),
        ("Child A (PDF, 2MB)", "CHILD A final report"),
    ],
)
def test_titles_of_one_thing_are_alike(one: str, other: str) -> None:
    assert normalised(one) == normalised(other)


def test_a_title_of_nothing_but_kind_words_stays() -> None:
    assert normalised("Serious Case Review") == "serious case review"


def test_slug_is_plain() -> None:
    assert slug("‘Emily’ & Zoë – LCSPR") == "emily-and-zoe-lcspr"


@given(st.text(max_size=80))
def test_cleaning_again_changes_nothing(text: str) -> None:
    once = clean(text)

    assert len(once) <= 8 * len(text) + 8
    assert "\n" not in once
    assert once == once.strip()


@given(st.text(alphabet="PDFpdf()[]0123456789.,KMBkmb Âé┬├á–>+", max_size=60))
def test_no_label_is_too_odd(text: str) -> None:
    label = link_label(text)

    assert label.size is None or label.size >= 0
