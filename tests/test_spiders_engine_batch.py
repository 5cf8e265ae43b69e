"""`read_all()` against real servers: many sources in one child process, none of which can harm the others."""

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from time import monotonic
from typing import Any

import pytest

from spiders.engine.crawl import read_all
from store.reading import CrawlJob, IncidentKind, KnownPage, Reading, RobotsState
from tests.loopback import Handler, Page, Site, serve

LIST = "<title>Reviews</title><ul><li><a href='/a.pdf'>Child Q</a><li><a href='/b.pdf'>Child R</a></ul>"
GAP = 0.3


@pytest.fixture
def sites() -> Iterator[list[Site]]:
    with ExitStack() as stack:
        pages = [{"/robots.txt": Page("", status=404), "/list": Page(LIST, etag='"1"')} for _ in range(3)]
        yield [stack.enter_context(serve(dict(one))) for one in pages]


def job(site: Site, name: str, kind: str = "links", **fields: Any) -> CrawlJob:
    values: dict[str, Any] = {
        "source": name,
        "kind": kind,
        "url": f"{site.url}/list",
        "user_agent": "reviewwatch/0.1 (+mailto:watch@example.org)",
        "download_delay": 0,
        "allow_private_addresses": True,
        "now": datetime(2026, 3, 2, 9, tzinfo=UTC),
    }
    return CrawlJob(**{**values, **fields})


def readings(*jobs: CrawlJob, time_limit: float = 60, **limits: Any) -> dict[str, Reading]:
    found = read_all(jobs, time_limit=time_limit, kinds="tests.engine_kinds", **limits)
    return {reading.source: reading for portion in found for reading in portion}


def kinds_of(found: dict[str, Reading]) -> dict[str, IncidentKind | None]:
    return {name: reading.problem.kind if reading.problem else None for name, reading in found.items()}


def test_each_source_has_its_own_reading(sites: list[Site]) -> None:
    found = readings(*(job(site, f"source-{number}") for number, site in enumerate(sites)))
    assert sorted(found) == ["source-0", "source-1", "source-2"]
    for reading, site in zip((found[f"source-{number}"] for number in range(3)), sites, strict=True):
        assert [entry.url for entry in reading.entries] == [f"{site.url}/a.pdf", f"{site.url}/b.pdf"]
        assert (reading.requests, reading.robots[0].host) == (2, site.url.removeprefix("http://"))


@pytest.mark.parametrize(("kind", "problem"), [("killed", "structure"), ("greedy", "large"), ("raising", "structure")])
def test_only_the_guilty_one_has_a_problem(sites: list[Site], kind: str, problem: str) -> None:
    jobs = [job(sites[0], "good"), job(sites[1], "bad", kind), job(sites[2], "well")]
    assert kinds_of(readings(*jobs)) == {"good": None, "bad": problem, "well": None}


def test_one_that_hangs_does_not_take_the_others_with_it(sites: list[Site]) -> None:
    jobs = [job(sites[0], "bad", "endless"), job(sites[1], "well")]
    assert kinds_of(readings(*jobs, silence=3)) == {"bad": "slow", "well": None}


def test_the_time_limit_is_each_source_s_own(sites: list[Site]) -> None:
    sites[0].pages["/robots.txt"] = Page("User-agent: *\nCrawl-delay: 3600", type="text/plain")
    found = readings(job(sites[0], "slow"), job(sites[0], "again"), time_limit=1)
    assert kinds_of(found) == {"slow": "slow", "again": "slow"}
    assert found["slow"].problem is not None
    assert "longer than its time limit" in found["slow"].problem.evidence


def test_robots_are_asked_for_once_a_host(sites: list[Site]) -> None:
    site = sites[0]
    found = readings(job(site, "one"), job(site, "two"))
    assert site.paths == ["/robots.txt", "/list", "/list"]
    assert [len(found[name].robots) for name in ("one", "two")] == [1, 0]


def test_an_old_robots_txt_is_asked_for_only_if_it_has_changed(sites: list[Site]) -> None:
    site = sites[0]
    site.pages["/robots.txt"] = Page("User-agent: *\nDisallow: /other", type="text/plain", etag='"r"')
    host = site.url.removeprefix("http://")
    old = RobotsState(host=host, text="User-agent: *\nDisallow: /list", status=200, etag='"r"', fresh=False)
    found = readings(job(site, "one", robots=(old,)))["one"]
    assert site.log[0].headers["if-none-match"] == '"r"'
    assert found.problem is not None
    assert found.problem.kind == "robots", "as before: what we hold is obeyed"
    assert found.robots == (old.model_copy(update={"fresh": True}),)
    changed = old.model_copy(update={"etag": '"other"'})
    assert readings(job(site, "one", robots=(changed,)))["one"].problem is None


def test_cookies_are_of_one_run_only(sites: list[Site]) -> None:
    site = sites[0]
    site.pages["/list"] = Page(LIST, headers={"Set-Cookie": "seen=yes; Path=/"})
    readings(job(site, "one"), job(site, "two"))
    assert [asked.headers.get("cookie") for asked in site.log if asked.path == "/list"] == [None, None]


def test_gaps_hold_over_the_sources_of_a_host(sites: list[Site]) -> None:
    site, times = sites[0], []

    def timed(handler: Handler) -> None:
        times.append(monotonic())
        handler.answer(Page(LIST))

    site.pages |= dict.fromkeys(("/list", "/robots.txt", "/two"), timed)
    began = monotonic()
    readings(job(site, "one", download_delay=GAP), job(site, "two", download_delay=GAP, url=f"{site.url}/two"))
    assert len(times) == 3
    gaps = [after - before for before, after in zip([began, *times], times, strict=False)]
    assert min(gaps) > 0.8 * GAP, "before the first request too: another process may just have asked"


def test_exactly_one_request_a_page_and_one_connection_a_host(sites: list[Site]) -> None:
    """Goal C3: also for pages marked no-cache."""
    connections = set()

    def counted(page: Page) -> Any:
        def answer(handler: Handler) -> None:
            connections.add(handler.client_address)
            asked = handler.server.site.log[-1]
            handler.answer(Page("", status=304, etag=page.etag) if page.is_held_by(asked) else page)

        return answer

    jobs = []
    for number, site in enumerate(sites):
        state = RobotsState(host=site.url.removeprefix("http://"), text="", status=404)
        for page in range(20):
            marked = {"Cache-Control": "no-cache"} if number else {}
            site.pages[f"/{page}"] = counted(Page(LIST, etag=f'"{page}"', headers=marked))
            url = f"{site.url}/{page}"
            known = KnownPage(url=url, etag=f'"{page}"')
            jobs.append(job(site, f"{number}-{page}", url=url, pages=(known,), robots=(state,)))
    found = readings(*jobs)
    assert [site.paths for site in sites] == [[f"/{page}" for page in range(20)]] * 3
    assert {page.status for reading in found.values() for page in reading.pages} == {304}
    assert len(connections) == len(sites)
