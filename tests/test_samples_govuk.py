"""The GOV.UK twin: its search list, its items and what becomes of them."""

import json
from typing import Any

import pytest

from samples.govuk_items import ITEMS, ORGANISATION, SLUG
from samples.page import Page
from samples.timeline import answer

FILTER = f"filter_organisations={SLUG}"
ITEM = {item.review: item for item in ITEMS}


def ask(target: str, day: int = 0) -> Page:
    page = answer("govuk", target, day)
    assert page, target
    return page


def search(query: str, day: int = 0) -> Any:
    return json.loads(ask(f"/api/search.json?{query}", day).body)


def content(path: str, day: int = 0) -> Any:
    return json.loads(ask(f"/api/content{path}", day).body)


def test_search_lists_the_organisation_newest_first() -> None:
    found = search(f"{FILTER}&order=-public_timestamp&count=1500&fields=title,link,content_id,public_timestamp")
    stamps = [row["public_timestamp"] for row in found["results"]]
    assert found["total"] == len(stamps) == 9
    assert stamps == sorted(stamps, reverse=True)
    assert {"title", "link", "content_id"} <= set(found["results"][0])
    assert found["results"][0]["document_type"] == "edition"


def test_search_pages_and_filters() -> None:
    whole, second = search(f"{FILTER}&count=1500"), search(f"{FILTER}&count=2&start=2")
    assert second["results"] == whole["results"][2:4]
    assert second["total"] == whole["total"]
    assert search(f"{FILTER}&count=10&start=500")["results"] == []
    guidance = search("filter_content_store_document_type=guidance&filter_content_store_document_type=notice")
    assert guidance["total"] == 3
    assert search(f"{FILTER}&reject_content_store_document_type=press_release")["total"] == 8
    assert search("filter_document_collections=national-reviews")["total"] == 1
    assert search("q=early+help")["total"] == 1


def test_an_unknown_organisation_has_no_results_and_no_error() -> None:
    assert ask("/api/search.json?filter_organisations=renamed").status == 200
    assert search("filter_organisations=renamed")["total"] == 0
    assert answer("govuk", "/api/organisations/renamed", 0) is None


@pytest.mark.parametrize(
    "query",
    ["colour=red", "order=first_published_at", "count=1501", "count=many", "fields=title,wrong", "filter_colour=red"],
)
def test_search_refuses_what_it_does_not_know(query: str) -> None:
    page = ask(f"/api/search.json?{query}")
    assert page.status == 422
    assert page.content_type.startswith("text/html")


def test_items_have_their_files_and_first_note() -> None:
    item = content("/government/publications/safeguarding-babies")
    assert item["content_id"] == ITEM["national-infants"].content_id
    assert [file["attachment_type"] for file in item["details"]["attachments"]] == ["file", "html"]
    assert item["details"]["change_history"][0]["note"] == "First published."
    assert item["withdrawn_notice"] == {}
    url = item["details"]["attachments"][0]["url"].removeprefix("http://assets.sample")
    file = answer("assets", url, 0)
    assert file
    assert len(file.body) == item["details"]["attachments"][0]["file_size"]


def test_an_item_with_only_a_web_page() -> None:
    (attachment,) = content("/government/publications/learning-from-rapid-reviews")["details"]["attachments"]
    assert attachment["attachment_type"] == "html"
    page = content(attachment["url"])
    assert page["schema_name"] == "html_publication"
    assert page["links"]["parent"][0]["base_path"] == "/government/publications/learning-from-rapid-reviews"


def test_a_back_dated_item_appears_below_the_top() -> None:
    assert answer("govuk", "/api/content/government/publications/short-breaks", 3) is None
    item = content("/government/publications/short-breaks", 4)
    assert item["first_published_at"] < "2024"
    links = [row["link"] for row in search(f"{FILTER}&count=1500", 4)["results"]]
    assert links.index(item["base_path"]) == len(links) - 1


def test_a_major_update_brings_a_note_and_moves_up() -> None:
    path = "/government/publications/panel-guidance-for-safeguarding-partners"
    before, after = content(path, 1), content(path, 2)
    assert len(after["details"]["change_history"]) == len(before["details"]["change_history"]) + 1
    assert after["public_updated_at"] > before["public_updated_at"]
    assert after["first_published_at"] == before["first_published_at"]


def test_a_withdrawn_item_keeps_its_page_and_leaves_the_list() -> None:
    path = "/government/publications/analysis-of-local-reviews"
    before, after = content(path, 2), content(path, 3)
    assert after["withdrawn_notice"]["withdrawn_at"].startswith("2026-03-05")
    assert after["public_updated_at"] == before["public_updated_at"]
    assert path not in [row["link"] for row in search(f"{FILTER}&count=1500", 3)["results"]]
    assert path in [row["link"] for row in search(f"{FILTER}&count=1500&debug=include_withdrawn", 3)["results"]]


def test_a_renamed_item_keeps_its_identity() -> None:
    item = ITEM["terms-letter"]
    old, new = content(item.path, 5), content(item.new_path, 5)
    assert old["schema_name"] == "redirect"
    assert old["redirects"][0]["destination"] == item.new_path
    assert new["content_id"] == content(item.path, 4)["content_id"]


def test_a_gone_item_says_why() -> None:
    gone = content("/government/publications/notice-of-a-meeting", 6)
    assert (gone["schema_name"], gone["title"]) == ("gone", None)
    assert gone["details"]["explanation"]
    assert ask("/government/publications/notice-of-a-meeting", 6).status == 410


def test_a_replaced_file_moves_without_a_note() -> None:
    path = "/government/publications/panel-briefing-early-help"
    before, after = content(path, 4), content(path, 5)
    assert before["details"]["change_history"] == after["details"]["change_history"]
    old, new = (item["details"]["attachments"][0]["url"] for item in (before, after))
    moved = answer("assets", old.removeprefix("http://assets.sample"), 5)
    assert moved
    assert (moved.status, moved.location) == (301, new)


def test_the_feed_has_an_id_of_its_own_for_each_update() -> None:
    assert b"#2026-03-04T09:30:00Z" in ask(f"{ORGANISATION}.atom", 2).body
    assert content(ORGANISATION)["schema_name"] == "organisation"
