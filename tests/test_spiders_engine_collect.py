from datetime import UTC, datetime

import pytest
from scrapy.http import Request, Response

from spiders.engine import collect
from spiders.engine.collect import Collector, joined
from spiders.engine.running import Run
from store.reading import (
    CrawlJob,
    DocumentRole,
    IncidentKind,
    LeftOut,
    Problem,
    Reading,
    SeenDocument,
    SeenEntry,
    SeenPage,
)

URL = "https://www.example.org/reviews"


@pytest.fixture
def collector() -> Collector:
    now = datetime(2026, 3, 2, tzinfo=UTC)
    return Collector(CrawlJob(source="example", kind="listing", url=URL, user_agent="reviewwatch/0.1", now=now))


def result(collector: Collector) -> Reading:
    return collector.reading(Run(60), empty_is_fine=False)


def entry(key: str, *documents: SeenDocument, **fields: object) -> SeenEntry:
    return SeenEntry(**{"key": key, "url": URL, "heading": key, "page": URL, "documents": documents, **fields})


def test_documents_of_the_same_entry_are_united_in_order() -> None:
    report = SeenDocument(url=f"{URL}/a.pdf", role=DocumentRole.OVERVIEW_REPORT)
    again = SeenDocument(url=f"{URL}/a.pdf", text="seen again")
    brief = SeenDocument(url=f"{URL}/b.pdf", role=DocumentRole.LEARNING_BRIEF)
    assert joined(entry("q", report), entry("q", again, brief)).documents == (report, brief)


def test_the_first_words_stay_and_gaps_are_filled() -> None:
    first = entry("q", heading="Child Q", labels={"a": "1"}, flags=("odd",))
    second = entry(
        "q", heading="Child Q (2026)", abstract="About Child Q.", labels={"a": "2", "b": "3"}, flags=("odd", "new")
    )
    both = joined(first, second)
    assert (both.heading, both.abstract) == ("Child Q", "About Child Q.")
    assert both.labels == {"a": "1", "b": "3"}
    assert both.flags == ("odd", "new")


def test_a_problem_leaves_nothing_else(collector: Collector) -> None:
    collector.page(SeenPage(url=URL, status=200))
    collector.found(entry("q"))
    collector.found(LeftOut(text="Contact us", reason="no review"))
    collector.found(Problem(kind=IncidentKind.EMPTY, evidence="the list is empty"))
    collector.found(Problem(kind=IncidentKind.STRUCTURE, evidence="and more"))
    found = result(collector)
    assert found.problem == Problem(kind=IncidentKind.EMPTY, evidence="the list is empty")
    assert (found.entries, found.pages, found.left_out) == ((), (), ())


def test_a_run_that_read_nothing_is_a_problem(collector: Collector) -> None:
    problem = result(collector).problem
    assert problem is not None
    assert problem.evidence == f"{URL}: no page was read."


def test_something_that_is_no_finding_is_a_problem(collector: Collector) -> None:
    collector.found({"heading": "Child Q"})
    problem = result(collector).problem
    assert problem is not None
    assert problem.kind is IncidentKind.STRUCTURE


def test_one_detail_page_may_fail(collector: Collector) -> None:
    collector.page(SeenPage(url=URL, status=304))
    request = Request(f"{URL}/q", meta={"page": f"{URL}/q", "listing": False}, cb_kwargs={"listed": entry("q")})
    gone = Problem(kind=IncidentKind.MOVED, evidence="it answered 404.")
    collector.page_failed(request, gone, Response(f"{URL}/q", status=404))
    found = result(collector)
    assert found.entries[0].flags == ("its own page could not be read: it answered 404.",)
    assert [(page.status, page.listing) for page in found.pages] == [(304, True), (404, False)]


def test_going_round_in_circles_ends(collector: Collector, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(collect, "MOST_REQUESTS", 2)
    assert not collector.is_full(1)
    assert collector.is_full(2)
    problem = result(collector).problem
    assert problem is not None
    assert problem.kind is IncidentKind.LARGE
