"""`read()` against real servers: one child process per reading."""

import logging
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from spiders.engine.crawl import read
from store.reading import CrawlJob, IncidentKind, KnownEntry, KnownPage, Reading, RobotsState
from tests.loopback import Handler, Page, Site, serve

AGENT = "reviewwatch/0.1 (+mailto:watch@example.org)"
LIST = "<title>Reviews</title><ul><li><a href='/a.pdf'>Child Q</a><li><a href='/b.pdf'>Child R</a></ul>"


@pytest.fixture
def site() -> Iterator[Site]:
    with serve({"/robots.txt": Page("", status=404), "/list": Page(LIST, etag='"1"')}) as running:
        yield running


def job(site: Site, kind: str = "links", **fields: Any) -> CrawlJob:
    values: dict[str, Any] = {
        "source": "example-reviews",
        "kind": kind,
        "url": f"{site.url}/list",
        "user_agent": AGENT,
        "download_delay": 0,
        "allow_private_addresses": True,
        "now": datetime(2026, 3, 2, 9, tzinfo=UTC),
    }
    return CrawlJob(**{**values, **fields})


def reading(wanted: CrawlJob, time_limit: float = 30, **limits: Any) -> Reading:
    return read(wanted, time_limit=time_limit, kinds="tests.engine_kinds", **limits)


def known(first: Reading) -> dict[str, Any]:
    """What the store would put into the next job."""
    pages = tuple(
        KnownPage(url=page.url, etag=page.etag, last_modified=page.last_modified, sha256=page.sha256)
        for page in first.pages
    )
    return {"pages": pages, "robots": first.robots}


def failure(result: Reading) -> tuple[IncidentKind, str]:
    """The problem of a reading that must hold nothing else (rule 1)."""
    assert result.problem is not None
    assert result.entries == ()
    assert result.pages == ()
    return result.problem.kind, result.problem.evidence


def test_a_first_reading_brings_all(site: Site) -> None:
    result = reading(job(site))
    assert result.problem is None
    assert [entry.heading for entry in result.entries] == ["Child Q", "Child R"]
    [page] = result.pages
    assert (page.url, page.status, page.etag, page.body) == (f"{site.url}/list", 200, '"1"', LIST)
    assert len(page.sha256) == 64
    assert result.requests == 2
    assert result.received >= len(LIST)
    assert result.robots[0].host == site.url.removeprefix("http://")
    assert result.robots[0].status == 404


def test_the_site_sees_who_asks(site: Site) -> None:
    reading(job(site))
    assert {asked.headers["user-agent"] for asked in site.log} == {AGENT}
    assert not any("cache-control" in asked.headers or "referer" in asked.headers for asked in site.log)


@pytest.mark.parametrize("marked", ["no-cache", "max-age=0", "public, max-age=86400"])
def test_an_unchanged_page_costs_exactly_one_request(site: Site, marked: str) -> None:
    site.pages["/list"] = Page(LIST, etag='"1"', headers={"Cache-Control": marked})
    first = reading(job(site))
    site.log.clear()
    second = reading(job(site, **known(first)))
    assert site.paths == ["/list"]
    assert site.log[0].headers["if-none-match"] == '"1"'
    assert [(page.status, page.etag, page.body) for page in second.pages] == [(304, '"1"', "")]
    assert (second.problem, second.entries, second.requests, second.received) == (None, (), 1, 0)


def test_last_modified_alone_is_enough(site: Site) -> None:
    date = "Mon, 02 Mar 2026 09:00:00 GMT"
    site.pages["/list"] = Page(LIST, last_modified=date)
    second = reading(job(site, **known(reading(job(site)))))
    assert site.log[-1].headers["if-modified-since"] == date
    assert second.pages[0].status == 304
    assert second.pages[0].last_modified == date


def test_the_same_bytes_without_validators_are_as_before(site: Site) -> None:
    site.pages["/list"] = Page(LIST)
    first = reading(job(site))
    second = reading(job(site, **known(first)))
    assert second.entries == ()
    assert [(page.status, page.sha256, page.body) for page in second.pages] == [(200, first.pages[0].sha256, "")]


def test_a_check_asks_without_validators(site: Site) -> None:
    second = reading(job(site, check=True, **known(reading(job(site)))))
    assert "if-none-match" not in site.log[-1].headers
    assert len(second.entries) == 2


def test_an_unchanged_list_may_still_have_details_to_ask_for(site: Site) -> None:
    site.pages["/detail"] = Page("<h1>Child Q, again</h1>")
    first = reading(job(site))
    entry = KnownEntry(
        key="q", url=f"{site.url}/detail", page=f"{site.url}/list", detail_page=f"{site.url}/detail", recheck=True
    )
    second = reading(job(site, entries=(entry,), **known(first)))
    assert [entry.title for entry in second.entries] == ["Child Q, again"]
    assert [(page.listing, page.body) for page in second.pages] == [(True, ""), (False, "")]


def test_304_to_an_unconditional_request_is_no_answer(site: Site) -> None:
    site.pages["/list"] = Page(status=304)
    assert failure(reading(job(site)))[0] == "server_error"


def test_lists_of_several_pages_are_read_whole_and_in_order(site: Site) -> None:
    site.pages["/list"] = Page("<a href='/1'>One</a><a href='/list2'>Next</a>")
    site.pages["/list2"] = Page("<a href='/2'>Two</a><a href='/1b'>One</a><ul><li class='other'>Contact</ul>")
    result = reading(job(site))
    assert [entry.key for entry in result.entries] == ["One", "Two"]
    assert [document.url for document in result.entries[0].documents] == [f"{site.url}/1", f"{site.url}/1b"]
    assert [left.text for left in result.left_out] == ["Contact"]
    assert [page.url for page in result.pages] == [f"{site.url}/list", f"{site.url}/list2"]


def test_a_failing_second_list_page_fails_the_whole_reading(site: Site) -> None:
    site.pages["/list"] = Page("<a href='/1'>One</a><a href='/list2'>Next</a>")
    kind, evidence = failure(reading(job(site)))
    assert kind == "moved"
    assert f"{site.url}/list2 answered 404" in evidence


def test_a_failing_detail_page_leaves_its_entry_as_listed(site: Site) -> None:
    site.pages["/list"] = Page("<a href='/d1'>Detail 1: a</a><a href='/d2'>Detail 2: b</a>")
    site.pages["/d1"] = Page("<h1>The first</h1>")
    result = reading(job(site))
    assert result.problem is None
    by_key = {entry.key: entry for entry in result.entries}
    assert (by_key["Detail 1"].title, by_key["Detail 1"].flags) == ("The first", ())
    assert by_key["Detail 2"].title == ""
    assert "answered 404" in by_key["Detail 2"].flags[0]
    assert [(page.url, page.status) for page in result.pages if not page.listing] == [
        (f"{site.url}/d1", 200),
        (f"{site.url}/d2", 404),
    ]


def test_all_detail_pages_failing_fails_the_reading(site: Site) -> None:
    site.pages["/list"] = Page("".join(f"<a href='/d{n}'>Detail {n}</a>" for n in range(3)))
    assert "All detail pages failed" in failure(reading(job(site)))[1]


def test_a_page_may_say_that_there_is_nothing(site: Site) -> None:
    site.pages["/list"] = Page("<p>There are no reviews at present.</p>")
    result = reading(job(site))
    assert (result.problem, result.entries, result.empty_is_fine) == (None, (), True)


# robots.txt


def test_robots_that_forbid_are_obeyed(site: Site) -> None:
    site.pages["/robots.txt"] = Page("User-agent: *\nDisallow: /list", type="text/plain", etag='"r"')
    result = reading(job(site))
    assert failure(result)[0] == "robots"
    assert site.paths == ["/robots.txt"]
    assert (result.robots[0].status, result.robots[0].etag) == (200, '"r"')
    assert "Disallow: /list" in result.robots[0].text


def test_robots_given_in_the_job_are_not_asked_for(site: Site) -> None:
    given = RobotsState(host=site.url.removeprefix("http://"), text="User-agent: reviewwatch\nDisallow: /", status=200)
    assert failure(reading(job(site, robots=(given,))))[0] == "robots"
    assert site.paths == []


@pytest.mark.parametrize("status", [401, 403, 404, 410])
def test_no_robots_means_no_rules(site: Site, status: int) -> None:
    site.pages["/robots.txt"] = Page("User-agent: *\nDisallow: /", status=status)
    assert reading(job(site)).problem is None


@pytest.mark.parametrize("status", [429, 500, 503])
def test_robots_that_cannot_be_read_fail_the_reading(site: Site, status: int) -> None:
    site.pages["/robots.txt"] = Page("", status=status)
    kind, evidence = failure(reading(job(site)))
    assert kind == "server_error"
    assert "robots.txt could not be read" in evidence
    assert set(site.paths) == {"/robots.txt"}


def test_crawl_delay_is_obeyed(site: Site) -> None:
    site.pages["/robots.txt"] = Page("User-agent: *\nCrawl-delay: 3600", type="text/plain")
    kind, _ = failure(reading(job(site), time_limit=1))
    assert kind == "slow"
    assert site.paths == ["/robots.txt"]


# redirects and addresses


def redirect(to: str, status: int = 301) -> Page:
    return Page("", status=status, headers={"Location": to})


def test_a_redirect_is_followed_and_noted(site: Site) -> None:
    site.pages["/moved"] = redirect("/list")
    result = reading(job(site, url=f"{site.url}/moved"))
    [page] = result.pages
    assert (page.url, page.final_url) == (f"{site.url}/moved", f"{site.url}/list")
    again = reading(job(site, url=f"{site.url}/moved", **known(result)))
    assert again.pages[0].status == 304


def test_a_ring_that_only_wants_a_cookie(site: Site) -> None:
    def ask(handler: Handler) -> None:
        has_it = site.log[-1].headers.get("cookie") == "seen=yes"
        away = Page("", status=302, headers={"Location": "/list", "Set-Cookie": "seen=yes; Path=/"})
        handler.answer(Page(LIST) if has_it else away)

    site.pages["/list"] = ask
    assert len(reading(job(site)).entries) == 2
    site.log.clear()
    reading(job(site))
    assert "cookie" not in site.log[0].headers


def test_an_address_with_odd_letters_is_no_redirect(site: Site) -> None:
    site.pages["/child%20q%C3%B4"] = Page(LIST, etag='"2"')
    odd = job(site, url=f"{site.url}/child qô")
    result = reading(odd)
    assert (result.pages[0].url, result.pages[0].final_url) == (f"{site.url}/child qô", "")
    again = reading(odd.model_copy(update=known(result)))
    assert again.pages[0].status == 304


def test_sent_on_to_the_home_page_is_moved(site: Site) -> None:
    site.pages["/list"] = redirect("/")
    site.pages["/"] = Page("<h1>Welcome</h1>")
    assert failure(reading(job(site)))[0] == "moved"


def test_a_ring_of_redirects_ends(site: Site) -> None:
    site.pages["/list"] = redirect("/list", 302)
    assert failure(reading(job(site)))[0] == "moved"
    assert site.paths.count("/list") == 6


def test_a_hostile_redirect_is_refused(site: Site) -> None:
    site.pages["/list"] = redirect("http://169.254.169.254/latest/meta-data/")
    kind, evidence = failure(reading(job(site)))
    assert kind == "unreachable"
    assert "http://169.254.169.254/latest/meta-data/ was not asked for: it is on a private network" in evidence


def test_private_addresses_are_refused_unless_allowed(site: Site) -> None:
    assert "was not asked for" in failure(reading(job(site, allow_private_addresses=False)))[1]
    assert site.paths == []


def test_a_name_that_leads_to_this_machine_is_refused(site: Site) -> None:
    given = RobotsState(host="localhost:8080", text="", status=404)
    wanted = job(site, url="http://localhost:8080/list", allow_private_addresses=False, robots=(given,))
    kind, evidence = failure(reading(wanted))
    assert kind == "unreachable"
    assert "its name leads to a private network (127.0.0.1)" in evidence


# answers that are none


def test_nobody_there(site: Site) -> None:
    with serve() as gone:
        url = f"{gone.url}/list"
    assert failure(reading(job(site, url=url)))[0] == "unreachable"


def test_a_certificate_that_nobody_signed() -> None:
    trustme = pytest.importorskip("trustme")
    import ssl

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("127.0.0.1").configure_cert(context)
    with serve({"/list": Page(LIST)}, tls=context) as secure:
        kind, evidence = failure(reading(job(secure)))
    assert kind == "certificate"
    assert "certificate is not trusted" in evidence


def drip(handler: Handler) -> None:
    """Send a byte now and then, for ever."""
    handler.send_response(200)
    handler.send_header("Content-Type", "text/html")
    handler.end_headers()
    while True:
        handler.wfile.write(b".")
        threading.Event().wait(0.05)


def pour(handler: Handler) -> None:
    """Send without an end, as fast as possible."""
    handler.send_response(200)
    handler.send_header("Content-Type", "text/html")
    handler.end_headers()
    while True:
        handler.wfile.write(b"<p>more</p>" * 10_000)


def test_a_dribbling_server_is_given_up(site: Site) -> None:
    site.pages["/list"] = drip
    assert failure(reading(job(site), time_limit=2))[0] == "slow"


def test_an_endless_page_is_cut_off(site: Site) -> None:
    site.pages["/list"] = pour
    assert failure(reading(job(site)))[0] == "large"


def test_a_body_that_grows_when_unpacked_is_cut_off(site: Site) -> None:
    import gzip

    packed = gzip.compress(b" " * (30 * 1024**2))
    site.pages["/list"] = Page(packed, headers={"Content-Encoding": "gzip"})
    assert failure(reading(job(site)))[0] == "large"


def test_a_connection_that_is_cut_is_tried_again(site: Site) -> None:
    def cut(handler: Handler) -> None:
        if site.paths.count("/list") == 3:
            handler.answer(Page(LIST))
        handler.close_connection = True

    site.pages["/list"] = cut
    assert len(reading(job(site)).entries) == 2
    assert site.paths.count("/list") == 3


def test_scrapy_does_not_chatter(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    def fall_short(handler: Handler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", "500")
        handler.end_headers()
        handler.close_connection = True

    site.pages["/list"] = fall_short
    with caplog.at_level(logging.DEBUG):
        assert failure(reading(job(site)))[0] == "unreachable"
    assert caplog.records == []


def test_a_traceback_of_a_kind_reaches_the_log(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    reading(job(site, "raising"))
    assert "KeyError: 'no heading'" in caplog.text


def test_a_server_error_is_tried_twice_more(site: Site) -> None:
    site.pages["/list"] = Page("oops", status=500)
    assert failure(reading(job(site)))[0] == "server_error"
    assert site.paths.count("/list") == 3


def test_retry_after_is_obeyed_when_short(site: Site) -> None:
    busy = Page("", status=503, headers={"Retry-After": "0"})
    site.pages["/list"] = lambda handler: handler.answer(Page(LIST) if site.paths.count("/list") > 1 else busy)
    assert len(reading(job(site)).entries) == 2


def test_a_long_retry_after_is_left_for_another_day(site: Site) -> None:
    site.pages["/list"] = Page("", status=429, headers={"Retry-After": "3600"})
    kind, evidence = failure(reading(job(site)))
    assert (kind, site.paths.count("/list")) == ("server_error", 1)
    assert "come back after '3600'" in evidence


# kinds that go wrong


def test_a_kind_that_raises_is_a_problem_of_structure(site: Site) -> None:
    kind, evidence = failure(reading(job(site, "raising")))
    assert kind == "structure"
    assert "KeyError: 'no heading'" in evidence


def test_a_killed_child_is_told(site: Site) -> None:
    kind, evidence = failure(reading(job(site, "killed")))
    assert kind == "structure"
    assert "its process ended without a word" in evidence


def test_a_kind_that_never_ends_is_stopped(site: Site) -> None:
    kind, evidence = failure(reading(job(site, "endless"), time_limit=1))
    assert kind == "slow"
    assert "longer than its time limit" in evidence


def test_a_kind_that_wants_too_much_memory_is_a_problem(site: Site) -> None:
    assert failure(reading(job(site, "greedy")))[0] == "large"


def test_a_kind_that_does_not_exist(site: Site) -> None:
    kind, evidence = failure(reading(job(site, "nonsense")))
    assert kind == "structure"
    assert "nonsense" in evidence


def test_a_source_whose_address_is_none(site: Site) -> None:
    kind, evidence = failure(reading(job(site, url="reviews")))
    assert kind == "structure"
    assert "reviews could not be understood (ValueError: " in evidence


def test_options_that_the_kind_does_not_know(site: Site) -> None:
    kind, evidence = failure(reading(job(site, options={"colour": "blue"})))
    assert kind == "structure"
    assert "colour" in evidence
