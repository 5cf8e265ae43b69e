"""The charity's lists: keys that stay, whatever the order, the separators and the labels."""

import asyncio
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scrapy.http import HtmlResponse, Request

from spiders.nspcc import Kind
from spiders.parsing.collection import labelled
from store.reading import CrawlJob, KnownEntry, SeenEntry

PAGE = "https://learning.example.org/case-reviews/recently-published-case-reviews"
NOW = datetime(2031, 12, 1, 6, 0, tzinfo=UTC)
LIBRARY = "https://library.example.net/HeritageScripts/Hapi.dll/search2?searchTerm0="


def spider(url: str = PAGE, **job: Any) -> Kind:
    return Kind(CrawlJob(source="s", kind="nspcc", url=url, user_agent="test", now=NOW, **job))


def record(heading: str, number: str, text: str = "A child was hurt.") -> str:
    return f'<h3>{heading}</h3><p>{text}</p><p><a href="{LIBRARY}{number}">Read the overview report</a></p>'


def read(*records: str, **job: Any) -> dict[str, SeenEntry]:
    body = f"<main><h1>Case reviews</h1><h2>Case reviews published in 2031</h2>{''.join(records)}</main>"
    found = spider(**job).parse(HtmlResponse(PAGE, body=body, encoding="utf-8", request=Request(PAGE)))
    return {item.key: item for item in found if isinstance(item, SeenEntry)}


RECORDS = [
    record("2031 – Anonymous – Child A", "C1", "A girl of 15."),
    record("2031 - Anonymous- Child A", "C2", "A boy of 7 weeks."),
    record("2031 – Fernshire - Robin", "C3"),
    record("2031Mosstown – Baby A", "C4"),
    record("An odd heading about a family", "C5"),
]


@settings(max_examples=30, deadline=None)
@given(st.permutations(RECORDS))
def test_the_order_of_the_list_means_nothing(records: list[str]) -> None:
    assert read(*records).keys() == {
        "2031|anonymous|child a|C1",
        "2031|anonymous|child a|C2",
        "2031|fernshire|robin",
        "2031|mosstown|baby a",
        "heading|an odd heading about a family",
    }


def test_separators_and_dashes_make_no_other_key() -> None:
    assert read(record("2031 – Fernshire - Robin", "C3")).keys() == read(record("2031-Fernshire – Robin", "C3")).keys()


def test_a_second_record_with_the_same_heading_does_not_take_the_firsts_key() -> None:
    first = KnownEntry(key="2031|anonymous|child a", url=f"{LIBRARY}C1", page=PAGE)
    found = read(*RECORDS[:2], entries=(first,))

    assert found["2031|anonymous|child a"].labels["Library record"] == "C1"
    assert found["2031|anonymous|child a|C2"].labels["Library record"] == "C2"


def test_a_record_that_was_told_apart_stays_so_when_the_other_has_gone() -> None:
    second = KnownEntry(key="2031|anonymous|child a|C2", url=f"{LIBRARY}C2", page=PAGE)

    assert read(RECORDS[1], entries=(second,)).keys() == {"2031|anonymous|child a|C2"}


def test_the_library_is_linked_to_and_never_fetched() -> None:
    entry = read(RECORDS[2])["2031|fernshire|robin"]

    assert [(document.url, document.fetch) for document in entry.documents] == [(f"{LIBRARY}C3", False)]
    assert entry.published is not None
    assert entry.published.precision == "year"


def test_an_odd_heading_is_kept_and_flagged() -> None:
    entry = read(RECORDS[4])["heading|an odd heading about a family"]

    assert entry.heading == "An odd heading about a family"
    assert entry.flags == ("heading not understood",)


def test_page_furniture_is_no_record() -> None:
    assert read("<h3>Sign up</h3><p><a href='/newsletter'>Newsletter</a></p><h3>Topics</h3><p>News</p>") == {}


LABELS = [
    ("Background: known to services.", "Background"),
    ("MODEL: uses a model.", "Model"),
    ("Issues identified include: visits.", "Key issues"),
    ("Key issues: visits.", "Key issues"),
    ("Key issues: include: visits.", "Key issues"),
    ("Learning: visits.", "Learning"),
    ("Learning includes: visits.", "Learning"),
    ("Learning focuses on: visits.", "Learning"),
    ("Learning themes include: visits.", "Learning"),
    ("includes: visits.", "Learning"),
    ("Makes recommendations that visits are made.", "Recommendations"),
    ("Recommendations: visits.", "Recommendations"),
    ("Recommendations: include: visits.", "Recommendations"),
    ("Recommendations include: visits.", "Recommendations"),
    ("Recommendations to the partnership include: visits.", "Recommendations"),
    ("Keywords: infants, visits", "Keywords"),
]


@pytest.mark.parametrize(("paragraph", "name"), LABELS)
def test_labels(paragraph: str, name: str) -> None:
    for text in (f"A child was hurt.\n{paragraph}", f"A child was hurt. {paragraph}"):
        if paragraph.startswith("includes") and "\n" not in text:
            continue
        told, labels = labelled(text)

        assert told == "A child was hurt."
        assert list(labels) == [name]
        assert not labels[name].startswith(("include", ":"))


def test_an_unlabelled_last_line_of_words_is_keywords() -> None:
    assert labelled("A child was hurt.\ninfants, injuries, housing")[1] == {"Keywords": "infants, injuries, housing"}


@given(st.text(alphabet="Key issuesLarnng:. \n,include", max_size=120))
def test_no_text_is_too_odd(text: str) -> None:
    labelled(text)


@pytest.mark.parametrize(
    ("url", "options", "listing"),
    [
        (PAGE, {}, True),
        ("https://learning.example.org/case-reviews/monthly-case-reviews-update", {}, False),
        (PAGE, {"forgets": True}, False),
    ],
)
def test_the_page_of_additions_forgets(url: str, options: dict[str, object], listing: bool) -> None:
    async def first() -> Request:
        return await anext(aiter(spider(url, options=options).start()))

    assert asyncio.run(first()).meta["listing"] is listing
