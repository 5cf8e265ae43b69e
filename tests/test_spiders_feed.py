"""Feeds: identity, dates, documents, and what is no feed at all."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError
from scrapy.http import TextResponse

from spiders.engine.crawl import read
from spiders.feed import Kind
from spiders.parsing.feeds import read_feed
from store.comparing import Known, compare
from store.reading import Basis, DocumentRole, IncidentKind, LeftOut, Problem, PublicationKind, SeenEntry
from tests.govuk_twin import Answer, GovukTwin, job

FIXTURES = Path(__file__).parent / "fixtures" / "feed"
URL = "https://example.org/feed.xml"


def found_in(body: bytes, **options: Any) -> tuple[Kind, list[Any]]:
    kind = Kind(job(URL, options=options))
    return kind, list(kind.parse(TextResponse(URL, body=body)))


def entries_in(name: str, **options: Any) -> list[SeenEntry]:
    _, found = found_in((FIXTURES / name).read_bytes(), **options)
    return [one for one in found if isinstance(one, SeenEntry)]


def problem_in(body: bytes) -> Problem:
    _, found = found_in(body)
    assert isinstance(found[0], Problem)
    assert len(found) == 1
    return found[0]


def test_an_item_becomes_an_entry_with_the_files_its_text_links() -> None:
    heron, annual = entries_in("partnership-rss.xml")
    assert (heron.key, heron.url, heron.subject) == (
        "ashmoor-501",
        "https://example.org/news/child-heron",
        "Child Heron",
    )
    assert heron.kind is PublicationKind.LOCAL_REVIEW
    assert heron.abstract == "The partnership has published its review of Child Heron."
    assert [(one.url, one.role, one.text, one.size) for one in heron.documents] == [
        ("https://example.org/media/heron-report.pdf", DocumentRole.OVERVIEW_REPORT, "Full report", 1258291),
        ("https://example.org/media/heron-7-minute.pdf", DocumentRole.LEARNING_BRIEF, "7 minute briefing", None),
    ]
    assert [(one.url, one.size) for one in annual.documents] == [
        ("https://example.org/media/annual-report.pdf", 812345)
    ]


def test_days_are_london_days() -> None:
    heron, annual = entries_in("partnership-rss.xml")
    assert heron.published
    assert annual.published
    assert (heron.published.day, annual.published.day) == (date(2031, 3, 3), date(2031, 7, 1))


def test_other_reviews_and_empty_items_are_left_out_with_the_reason() -> None:
    _, found = found_in((FIXTURES / "partnership-rss.xml").read_bytes())
    assert [one.reason for one in found if isinstance(one, LeftOut)] == [
        "a domestic homicide review",
        "an item that names nothing",
    ]


def test_an_id_that_changes_with_each_update_is_no_identity() -> None:
    (entry,) = entries_in("organisation-atom.xml")
    assert entry.key == "example.org/government/publications/example-review"
    assert entry.published
    assert (entry.published.day, entry.published.basis) == (date(2031, 5, 12), Basis.LISTED)


def test_ids_that_several_items_share_are_no_identity() -> None:
    assert [entry.key for entry in entries_in("shared-guid.xml")] == [
        "example.org/reviews/larch",
        "example.org/reviews/t",
        "example.org/reviews#case-list-child-u",
        "example.org/reviews#case-list-child-v",
    ]


def test_a_json_feed() -> None:
    briefing, note = entries_in("json-feed.json")
    assert (briefing.kind, len(briefing.documents)) == (PublicationKind.BRIEFING, 2)
    assert (note.key, note.url, note.heading) == ("13", "https://example.org/posts/13", "A note without a title.")
    assert note.published
    assert (note.published.day, note.published.basis) == (date(2031, 2, 11), Basis.LISTED)
    assert note.flags == ("the item has no title",)


@pytest.mark.parametrize(
    ("options", "headings"),
    [
        ({"include": ["heron"]}, ["Child Heron: local child safeguarding practice review"]),
        ({"include": ["health visitors"]}, ["Child Heron: local child safeguarding practice review"]),
        ({"exclude": ["child heron"]}, ["Annual report 2029 to 2030"]),
        ({"include": ["nothing"]}, []),
    ],
)
def test_options_choose_items(options: dict[str, Any], headings: list[str]) -> None:
    assert [entry.heading for entry in entries_in("partnership-rss.xml", **options)] == headings


def test_a_kind_can_be_given() -> None:
    assert {one.kind for one in entries_in("partnership-rss.xml", kind="news")} == {PublicationKind.NEWS}


def test_a_pattern_that_is_none_is_refused() -> None:
    with pytest.raises(ValidationError, match="is no pattern"):
        Kind(job(URL, options={"include": ["("]}))


def test_an_empty_feed_is_fine() -> None:
    kind, found = found_in(b"<rss version='2.0'><channel><title>Quiet</title></channel></rss>")
    assert (found, kind.empty_is_fine) == ([], True)


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"<html><body><h1>Object moved</h1></body></html>", IncidentKind.WRONG_TYPE),
        (b"{}", IncidentKind.WRONG_TYPE),
        (b'{"items": [1]', IncidentKind.WRONG_TYPE),
        (b"", IncidentKind.WRONG_TYPE),
        (b"<rss version='2.0'><channel><title>", IncidentKind.STRUCTURE),
        (b'{"version": "1", "items": [{"id": "1", "title": "\\ud800"}]}', IncidentKind.STRUCTURE),
        (
            b"<feed xmlns='http://www.w3.org/2005/Atom'><entry><id>tag:x:/feed-ended</id><title>Ended</title></entry></feed>",
            IncidentKind.MOVED,
        ),
    ],
)
def test_what_is_no_good_feed_is_a_problem(body: bytes, kind: IncidentKind) -> None:
    assert problem_in(body).kind is kind


def test_a_feed_that_breaks_off_gives_what_came_before() -> None:
    whole = (FIXTURES / "partnership-rss.xml").read_bytes()
    _, found = found_in(whole[: whole.index(b"Domestic homicide")])
    assert len([one for one in found if isinstance(one, SeenEntry)]) == 2


@pytest.mark.parametrize("encode", [lambda text: text.encode("utf-16-le"), lambda text: text.encode("utf-16")])
def test_utf_16_with_and_without_its_mark(encode: Callable[[str], bytes]) -> None:
    text = "<rss version='2.0'><channel><item><title>Child É</title><guid>7</guid></item></channel></rss>"
    assert [one.title for one in read_feed(encode(text), URL).items] == ["Child É"]


def test_a_feed_is_never_the_name_of_a_file() -> None:
    assert not read_feed(str(FIXTURES / "shared-guid.xml").encode(), URL).is_feed


def test_what_left_the_feed_is_not_missing() -> None:
    item = b"<item><title>Child A</title><guid isPermaLink='false'>a</guid></item>"
    first = b"<rss version='2.0'><channel>" + item + b"</channel></rss>"
    feed = Answer(first, headers={"Content-Type": "application/rss+xml"})
    with GovukTwin() as twin:
        twin.answers["/feed"] = feed
        order = job(f"{twin.base}/feed").model_copy(update={"kind": "feed"})
        before = read(order, time_limit=60)
        feed.body = first.replace(b">Child A<", b">Child B<").replace(b">a<", b">b<")
        after = read(order, time_limit=60)
    known = [_known(entry) for entry in before.entries]
    comparison = compare(known, after, page_hashes={page.url: page.sha256 for page in before.pages}, first=False)
    assert ([one.key for one in comparison.new], comparison.missing, comparison.problem) == (["b"], frozenset(), None)


def _known(entry: SeenEntry) -> Known:
    return Known(key=entry.key, page=entry.page, heading=entry.heading)


@pytest.mark.parametrize("status", [404, 500])
def test_a_feed_that_cannot_be_read_fails_the_reading(status: int) -> None:
    with GovukTwin() as twin:
        twin.answers["/feed"] = Answer("<h1>Sorry</h1>", status)
        reading = read(job(f"{twin.base}/feed").model_copy(update={"kind": "feed"}), time_limit=60)
    assert reading.problem
    assert str(status) in reading.problem.evidence
