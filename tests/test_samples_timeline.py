"""The story itself: every page well formed, every address there, what changes on which day."""

import json
import re
from datetime import date, timedelta
from html.parser import HTMLParser
from urllib.parse import urljoin
from xml.etree import ElementTree

import pytest

from samples.page import DAYS, FIRST_DAY, Page, date_words
from samples.timeline import FAULTS, HOSTS, answer, faults, modified, pages

ADDRESS = re.compile(r"http://([a-z]+)\.sample(/.*)?$")


class Anchors(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "a":
            self.found += [value for name, value in attrs if name == "href" and value]


def anchors(page: Page) -> list[str]:
    parser = Anchors()
    parser.feed(page.body.decode())
    return parser.found


def test_hosts_are_at_least_twelve_partnerships_and_national_bodies() -> None:
    assert len(HOSTS) >= 16
    assert all(re.fullmatch(r"[a-z]+", host) for host in HOSTS)


@pytest.mark.parametrize("day", range(DAYS))
def test_every_page_is_well_formed(day: int) -> None:
    for (host, path), page in pages(day).items():
        kind = page.content_type.split(";")[0]
        if kind == "application/json":
            json.loads(page.body)
        elif kind != "text/plain" and page.is_text:
            ElementTree.fromstring(page.body.replace(b"<!DOCTYPE html>\n", b""))
        elif kind == "application/pdf":
            assert page.body.startswith(b"%PDF-"), (host, path)


@pytest.mark.parametrize("day", range(DAYS))
def test_every_link_leads_somewhere(day: int) -> None:
    for (host, path), page in pages(day).items():
        if not page.content_type.startswith("text/html"):
            continue
        for href in [*anchors(page), *([page.location] if page.location else [])]:
            found = ADDRESS.match(urljoin(f"http://{host}.sample{path}", href))
            assert found, href
            assert answer(found[1], found[2] or "/", day), (host, path, href)


@pytest.mark.parametrize("day", range(DAYS))
def test_no_placeholder_is_left_in_a_page(day: int) -> None:
    for key, page in pages(day).items():
        if page.is_text and not page.content_type.startswith("application/json"):
            assert not re.search(rb"\{[a-z_]+\}", page.body), key
        assert "{" not in key[1]


def test_the_last_day_is_quiet_and_so_is_every_day_after() -> None:
    assert pages(7) == pages(6)
    assert pages(40) == pages(7)


def test_every_other_day_brings_something() -> None:
    for day in range(1, 7):
        assert pages(day) != pages(day - 1), day


def test_dates_follow_the_first_day() -> None:
    first_day = date(2027, 1, 30)
    listing = pages(1, first_day)["exampleshire", "/learning/reviews"].body.decode()
    assert "Published 31st January 2027" in listing
    assert FIRST_DAY.weekday() == 0


def test_corrected_file_keeps_its_address_and_its_list_page() -> None:
    keys = [
        ("penwick", "/downloads/file/98/case_review_v_-_final_report"),
        ("penwick", "/downloads/download/19/reviews"),
    ]
    before, after = ([pages(day)[key].body for key in keys] for day in (1, 2))
    assert before[0] != after[0]
    assert before[1] == after[1]


def test_the_second_partnership_serves_the_same_bytes_at_another_address() -> None:
    own = pages(1)["exampleshire", "/media/robin-report.pdf"]
    assert pages(1)["northbeck", "/assets/reviews/learning-robin.PDF"].body == own.body


def test_the_anonymous_copy_has_the_bytes_of_a_named_report() -> None:
    copy, named = pages(4)["society", "/media/k3v9x2qa/overview-report.pdf"], pages(4)["wexmoor", "/doc/orchard.pdf"]
    assert copy.body == named.body


def test_redesign_moves_every_document_unchanged() -> None:
    old, new = pages(5), pages(6)
    names = (
        "orchard.pdf",
        "orchard-response.docx",
        "child-ash.pdf",
        "child-elm.pdf",
        "family-yew.pdf",
        "baby-tarn.pdf",
        "baby-tarn-briefing.pptx",
    )
    for name in names:
        assert ("wexmoor", f"/doc/{name}") not in new
        assert new["wexmoor", f"/site-assets/reviews/files/{name}"].body == old["wexmoor", f"/doc/{name}"].body
    assert new["wexmoor", "/professionals/case-reviews/"].location == "/learning-hub/practice-reviews"


def test_what_is_gone_is_not_found() -> None:
    assert answer("penwick", "/downloads/file/123/case_review_t_-_final_report", 4)
    assert answer("penwick", "/downloads/file/123/case_review_t_-_final_report", 5) is None
    assert answer("harrowmere", "/_files/ugd/ab12_decade.pdf", 5) is None


def test_one_site_is_down_for_two_days() -> None:
    assert {day for day in range(DAYS) if faults(day)} == set(FAULTS) == {3, 4}


def test_signatures_and_switches_make_no_difference_but_identities_do() -> None:
    plain = answer("northbeck", "/blob/9f2.pdf?sv=2025&sig=any", 0)
    assert plain is answer("northbeck", "/blob/9f2.pdf", 0)
    assert answer("merefold", "/articles?id=731&print=1", 0) != answer("merefold", "/articles?id=655&print=1", 0)
    assert answer("merefold", "/articles?id=1", 0) is None


def test_modified_is_the_day_of_the_last_change() -> None:
    target = "/downloads/file/98/case_review_v_-_final_report"
    assert modified("penwick", target, 1).date() < FIRST_DAY
    assert modified("penwick", target, 2).date() == FIRST_DAY + timedelta(days=2)
    assert modified("penwick", target, 7).date() == FIRST_DAY + timedelta(days=2)


@pytest.mark.parametrize(
    ("when", "ordinal", "slashes", "dots"),
    [
        (date(2026, 3, 1), "1st March 2026", "01/03/2026", "01.03.26"),
        (date(2026, 3, 12), "12th March 2026", "12/03/2026", "12.03.26"),
        (date(2026, 3, 22), "22nd March 2026", "22/03/2026", "22.03.26"),
        (date(2026, 3, 23), "23rd March 2026", "23/03/2026", "23.03.26"),
    ],
)
def test_date_words(when: date, ordinal: str, slashes: str, dots: str) -> None:
    words = date_words(when)
    assert (words["ordinal"], words["slashes"], words["dots"]) == (ordinal, slashes, dots)
