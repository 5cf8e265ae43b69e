"""What is expected of a right reader follows from what the publishers print, and nothing in it is missing there."""

import re
import tomllib
from html import unescape
from urllib.parse import urlsplit

import pytest
from pydantic import BaseModel, ConfigDict

from config.sources_toml import read_sources
from samples.cases import CASES
from samples.changes import CHANGES, FAILING, JOINS, LEADS, NEVER_JOINED, STORY
from samples.expected import entries, expected, left_out
from samples.page import DAYS
from samples.sources import KINDS, SOURCES, sources_toml
from samples.timeline import answer, faults

SOURCE = {source.name: source for source in SOURCES}


class StoryOrigins:
    def base(self, publisher_id: str) -> str:
        return f"http://{publisher_id}.sample"


def text_of(body: bytes) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", "", body.decode())))


def shown(day: int) -> dict[str, set[str]]:
    """source -> reviews that it shows that day, without leads."""
    return {source: {entry.review for entry in rows} for source, rows in entries(day).items() if source not in LEADS}


def everything(day: int) -> set[str]:
    return set().union(*shown(day).values())


def of_kind(kind: str) -> set[str]:
    return {change.review for change in CHANGES if change.kind == kind}


def test_every_source_has_its_entries() -> None:
    assert set(entries(0)) == set(SOURCE)


@pytest.mark.parametrize("day", range(DAYS))
def test_headings_are_on_the_pages_and_addresses_answer(day: int) -> None:
    for name, rows in entries(day).items():
        source = SOURCE[name]
        for entry in rows:
            if source.kind in {"listing", "nspcc"}:
                page = answer(source.publisher, source.path, day)
                assert page
                if page.location:
                    page = answer(source.publisher, page.location, day)
                assert page
                assert entry.heading in text_of(page.body), name
            for address in (entry.url, *entry.documents):
                parts = urlsplit(address)
                target = parts.path + (f"?{parts.query}" if parts.query else "")
                assert answer(parts.netloc.removesuffix(".sample"), target, day), address


def test_new_reviews_are_those_never_shown_before() -> None:
    seen = everything(0)
    assert expected(0).baseline == tuple(sorted(seen))
    assert 20 <= len(seen) <= 45
    for day in range(1, DAYS):
        now = everything(day)
        assert set(expected(day).new) == now - seen, day
        seen |= now


def test_what_leaves_its_source_is_accounted_for() -> None:
    gone = of_kind("unlisted") | of_kind("suspected")
    for day in range(1, DAYS):
        before, now = shown(day - 1), shown(day)
        for source in before:
            if source in FAILING.get(day, {}) or source in FAILING.get(day - 1, {}):
                continue
            assert before[source] - now[source] <= gone, (day, source)


def test_every_day_has_a_line_of_the_story() -> None:
    assert len(STORY) == DAYS
    assert all(len(line) < 200 for line in STORY)


def test_each_change_is_told_once() -> None:
    keys = [(change.kind, change.review, change.document) for change in CHANGES]
    assert len(set(keys)) == len(keys)
    assert expected(7).new == ()
    assert not [change for change in CHANGES if change.day == 7]


def test_replaced_and_suspected_documents_changed_that_day() -> None:
    for change in CHANGES:
        if change.kind in {"document_replaced", "suspected"} and change.document:
            parts = urlsplit(change.document)
            host = parts.netloc.removesuffix(".sample")
            assert answer(host, parts.path, change.day) != answer(host, parts.path, change.day - 1), change
        if change.kind == "document_added":
            parts = urlsplit(change.document)
            assert answer(parts.netloc.removesuffix(".sample"), parts.path, change.day - 1) is None


def test_entries_of_one_review_in_several_sources_are_explained() -> None:
    for day in range(DAYS):
        places: dict[str, set[str]] = {}
        for source, reviews in shown(day).items():
            for review in reviews:
                places.setdefault(review, set()).add(source)
        for review, sources in places.items():
            unexplained = [source for source in sources if (source, review) not in JOINS]
            assert len(unexplained) <= 1, (day, review, sources)


def test_entries_joined_by_bytes_share_bytes() -> None:
    for (source, review), how in JOINS.items():
        if how != "bytes":
            continue
        copies = {
            document.body
            for rows in entries(4).values()
            for entry in rows
            if entry.review == review
            for address in entry.documents
            if (parts := urlsplit(address))
            and (document := answer(parts.netloc.removesuffix(".sample"), parts.path, 4))
            if document.content_type == "application/pdf" and len(document.body) > 8000
        }
        assert len(copies) == 1, (source, review)


def test_the_anonymous_twin_is_a_review_of_its_own() -> None:
    assert NEVER_JOINED[0] in expected(4).new
    assert NEVER_JOINED[1] in expected(0).baseline


def test_failing_sources_are_down_or_empty() -> None:
    for day, sources in FAILING.items():
        for name, kind in sources.items():
            assert expected(day).entries[name] == ()
            assert (kind == "unreachable") == (SOURCE[name].publisher in faults(day))
    stowmarsh = answer("stowmarsh", SOURCE["stowmarsh-reviews"].path, 6)
    assert stowmarsh
    assert b"Child K" not in stowmarsh.body


def test_one_entry_is_joined_by_its_heading_alone_on_day_one() -> None:
    assert expected(1).joined_by_heading == (("society-year-list", "robin"),)
    assert len(expected(0).joined_by_heading) == 5
    assert all(expected(day).joined_by_heading == () for day in range(2, DAYS))


def test_reviews_are_named_cases() -> None:
    of_partnerships = {
        review for source, reviews in shown(5).items() if SOURCE[source].kind == "listing" for review in reviews
    }
    assert of_partnerships <= set(CASES)


def test_sources_toml_is_valid_and_complete() -> None:
    tables = tomllib.loads(sources_toml(StoryOrigins()))
    ids = {publisher["id"] for publisher in tables["publisher"]}
    assert len(ids) == len(tables["publisher"]) >= 12
    names = [source["name"] for source in tables["source"]]
    assert len(set(names)) == len(names) == len(SOURCES)
    for source in tables["source"]:
        assert source["publisher"] in ids
        assert set(source) == {"name", "publisher", "kind", "url", "role", "every", "enabled"}
        parts = urlsplit(source["url"])
        assert answer(source["publisher"], parts.path + (f"?{parts.query}" if parts.query else ""), 0)


def test_sources_toml_can_leave_kinds_out() -> None:
    tables = tomllib.loads(sources_toml(StoryOrigins(), kinds={"govuk", "listing"}))
    assert {source["kind"] for source in tables["source"]} == {"govuk", "listing"}
    assert {"govuk", "panel", "nspcc", "listing", "feed", "wordpress", "sitemap", "ofsted", "newsletter"} == KINDS


def test_entries_state_dates_to_their_own_precision() -> None:
    dates = {(source, entry.review): entry.published for source, rows in entries(1).items() for entry in rows}
    assert dates["exampleshire-reviews", "robin"] == "2026-03-03"
    assert dates["exampleshire-reviews", "osprey"] == "2024-10"
    assert dates["northbeck-reviews", "robin"] == ""
    assert dates["society-year-list", "robin"] == "2026"
    assert dates["govuk-organisation", "national-infants"] == "2025-07-05"


def test_reviewwatch_takes_the_sources_toml() -> None:
    class Options(BaseModel):
        model_config = ConfigDict(extra="forbid")

    text = sources_toml(StoryOrigins())
    catalogue = read_sources(text, name="sources.toml", kinds=dict.fromkeys(KINDS, Options))
    assert len(catalogue.sources) == len(SOURCES)


def test_what_is_left_out_is_on_the_page() -> None:
    page = answer("larksea", SOURCE["larksea-reviews"].path, 0)
    assert page
    (heading,) = left_out(0)["larksea-reviews"]
    assert heading in text_of(page.body)
    assert heading not in {entry.heading for entry in entries(0)["larksea-reviews"]}
