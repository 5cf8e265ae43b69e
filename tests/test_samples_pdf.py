"""The documents of the story: readable, the same bytes every time, with what is recommended where it is said to be."""

import io
import re
import zipfile
from itertools import combinations
from xml.etree import ElementTree

import pypdfium2
import pytest

from samples.cases import CASES
from samples.office import make_docx, make_pptx
from samples.page import DOCX, PPTX
from samples.pdf import Sheet, make_pdf
from samples.reports import NAMED_WORKER, SLIPS, VERSIONS, document, recommendations, version


def page_texts(body: bytes) -> list[str]:
    """The text of each page, with line ends as single blanks."""
    pdf = pypdfium2.PdfDocument(body)
    try:
        return [re.sub(r"\s+", " ", page.get_textpage().get_text_bounded()) for page in pdf]
    finally:
        pdf.close()


def test_pdf_has_running_heads_and_page_numbers() -> None:
    sheets = [Sheet("A cover", (), cover=True), Sheet("First", ("One.",)), Sheet("Second", ("Two.",))]
    cover, first, second = page_texts(make_pdf(sheets, "A title"))
    assert "A cover" in cover
    assert "Page" not in cover
    assert "A title" in first
    assert "Page 2 of 3" in first
    assert "Page 3 of 3" in second


def test_pdf_is_the_same_every_time() -> None:
    sheets = [Sheet("Heading", ("Text with “quotes” – and a dash.",))]
    assert make_pdf(sheets, "Title") == make_pdf(sheets, "Title")


def test_pdf_refuses_a_sheet_that_does_not_fit() -> None:
    with pytest.raises(ValueError, match="too long"):
        make_pdf([Sheet("Heading", ("word " * 3000,))], "Title")


@pytest.mark.parametrize("ref", sorted(CASES))
def test_recommendations_stand_on_their_pages(ref: str) -> None:
    made = document(f"{ref}/overview_report", 0)
    pages = page_texts(made.body)
    assert 6 <= len(pages) <= 14
    rows = recommendations(ref)
    assert [row.number for row in rows] == list(range(1, len(rows) + 1))
    for row in rows:
        assert f"Recommendation {row.number}: {row.text}" in pages[row.page - 1]


@pytest.mark.parametrize("ref", sorted(CASES))
def test_contents_page_tells_the_right_pages(ref: str) -> None:
    pages = page_texts(document(f"{ref}/overview_report", 0).body)
    for name, number in re.findall(
        r"(About this review|Finding \d|What worked well|Recommendations) - page (\d+)", pages[1]
    ):
        assert name in pages[int(number) - 1]


def test_corrected_version_differs_in_two_words() -> None:
    before, after = (page_texts(document("case-v/overview_report", day).body) for day in (1, 2))
    assert len(before) == len(after)
    old, new = " ".join(before), " ".join(after)
    for wrong, right in SLIPS:
        assert wrong in old
        old = old.replace(wrong, right)
    assert old == new


def test_redacted_version_has_lost_a_name_and_a_paragraph() -> None:
    before, after = (" ".join(page_texts(document("teal/overview_report", day).body)) for day in (2, 3))
    assert NAMED_WORKER in before
    assert "Lower Teal Lane" in before
    assert NAMED_WORKER not in after
    assert "Lower Teal Lane" not in after


@pytest.mark.parametrize("file", sorted(VERSIONS))
def test_later_versions_begin_on_their_day_and_stay(file: str) -> None:
    since, name = VERSIONS[file]
    assert [version(file, day) == name for day in range(8)] == [day >= since for day in range(8)]
    assert document(file, since).body != document(file, since - 1).body
    assert document(file, since).body == document(file, 7).body


def test_no_two_reports_read_alike() -> None:
    """At most half of a report is also in another, so that no reader of texts takes one for the other."""
    sentences = {
        ref: {
            sentence for page in page_texts(document(f"{ref}/overview_report", 0).body) for sentence in page.split(". ")
        }
        for ref in CASES
    }
    for one, other in combinations(sentences.values(), 2):
        assert len(one & other) <= 0.5 * min(len(one), len(other))


def test_office_files_are_well_formed_packages() -> None:
    for body, part in (
        (make_docx("T & t", ("One <two>",)), "word/document.xml"),
        (make_pptx("T", ("S & s",)), "ppt/slides/slide2.xml"),
    ):
        with zipfile.ZipFile(io.BytesIO(body)) as package:
            assert package.testzip() is None
            names = package.namelist()
            assert part in names
            for name in names:
                ElementTree.fromstring(package.read(name))
            types = package.read("[Content_Types].xml").decode()
            for override in re.findall(r'PartName="/([^"]+)"', types):
                assert override in names


def test_office_files_hold_the_recommendations() -> None:
    response, slides = document("orchard/response", 0), document("tarn/slides", 0)
    assert (response.content_type, slides.content_type) == (DOCX, PPTX)
    with zipfile.ZipFile(io.BytesIO(response.body)) as package:
        text = "".join(ElementTree.fromstring(package.read("word/document.xml")).itertext())
    for row in recommendations("orchard"):
        assert row.text in text
    assert document("orchard/response", 0).body == response.body
