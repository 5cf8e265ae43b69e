"""Age bands: only what a document states of the child, where it first says so, and never a parent's age."""

from pathlib import Path

import pytest

from samples.cases import CASES
from samples.reports import document
from store.ages import FIRST_PAGES, find_age
from store.text import Extractor


def told(*pages: str) -> tuple[str, ...]:
    found = find_age(pages)
    return tuple(found.bands) if found else ()


@pytest.mark.parametrize(
    ("text", "bands"),
    [
        ("This review is about a baby, aged 7 weeks.", ("under-1",)),
        ("A 15-year-old was found in another town.", ("11-15",)),
        ("The four-month-old\nbaby was seen twice.", ("under-1",)),
        ("Child Ash, aged 11 months, lived with her mother.", ("under-1",)),
        ("Child Ash, aged 12 months, lived with her mother.", ("1-4",)),
        ("Child Ash was 4 years old and had two sisters aged 12 and 14.", ("1-4",)),
        ("The siblings were aged four and seven.", ("1-4", "5-10")),
        ("The twins, aged 3 and 7 months, were seen.", ("under-1",)),
        ("A girl aged 2 years and 11 months.", ("1-4",)),
        ("A boy of sixteen who had been missing.", ("16-17",)),
        ("Wren was seventeen and had moved.", ("16-17",)),
        ("The mother of Child Ash, aged 10, asked twice.", ("5-10",)),
        ("The mother had a six-week-old baby.", ("under-1",)),
    ],
)
def test_a_stated_age_is_told_as_a_band(text: str, bands: tuple[str, ...]) -> None:
    assert told(text) == bands


@pytest.mark.parametrize(
    "text",
    [
        "The mother, aged 17, lived alone.",
        "Child Ash's father was a 17-year-old.",
        "A 17-year-old mother was seen by nobody.",
        "Mother was seventeen when Child Ash was born.",
        "Their siblings, aged 4 and 7, were seen.",
        "Children aged 5 to 11 go to school.",
        "Young people aged 16-17 and those aged 16 and over.",
        "A two-year-old plan and a ten-year-old building.",
        "The man was aged 34.",
        "A woman who was 18 years old.",
        "There was one. The Panel was ten. Adult J was fifty.",
        "Children aged 0.5 are few.",
        "Plans should name who visits until the baby is twelve weeks old.",
        "Every young child aged 4 has a right to be heard.",
        "",
    ],
)
def test_nothing_is_guessed(text: str) -> None:
    assert told(text) == ()


def test_the_first_sentence_that_states_one_counts_with_its_page_and_words() -> None:
    found = find_age(["A review", "Introduction\nChild Elm was aged nine. In 2019 Child Elm, aged four, moved."])
    assert found is not None
    assert (found.bands, found.page, found.quoted) == (("5-10",), 2, "aged nine")


def test_only_the_first_pages_are_read() -> None:
    assert told(*[""] * FIRST_PAGES, "A child aged 4.") == ()
    assert find_age([]) is None


@pytest.mark.parametrize(
    "text", ["aged " * 20_000, "1-year " * 20_000, "Aa was " * 20_000, "mother " * 5_000 + "aged 4."]
)
def test_hostile_text_ends_soon(text: str) -> None:
    assert told(text) == ()


KNOWN = {
    "under-1": "fern tarn",
    "1-4": "rowan lark-siblings",
    "5-10": "osprey robin kestrel child-g case-t case-v sorrel lark-siblings elm",
    "11-15": "marlow ash sol child-qx ellis moss reed",
    "16-17": "wren mallow child-d kit finch anonymous-adam",
}
"""By band the samples' reviews that state it, read by a person from samples/cases.toml."""


@pytest.mark.parametrize("role", ["overview_report", "learning_brief"])
def test_precision_and_recall_in_the_samples(tmp_path: Path, role: str) -> None:
    """Of all bands told of the samples' PDFs, and of all that they state; the words stand on the page."""
    path = tmp_path / "report.pdf"
    known = {(review, band) for band, reviews in KNOWN.items() for review in reviews.split()}
    got: set[tuple[str, str]] = set()
    with Extractor() as extractor:
        for review in CASES:
            path.write_bytes(document(f"{review}/{role}", 1).body)
            pages = extractor.extract(path, "application/pdf").pages
            found = find_age(pages)
            got |= {(review, band) for band in (found.bands if found else ())}
            assert found is None or found.quoted in " ".join(pages[found.page - 1].split())
    assert len(got & known) / len(got) >= 0.95, got - known
    assert len(got & known) / len(known) >= 0.95, known - got
