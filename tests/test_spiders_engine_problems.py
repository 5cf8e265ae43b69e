import pytest
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    IgnoreRequest,
)
from scrapy.http import HtmlResponse, Response, TextResponse

from spiders.engine.problems import PageFailed, problem_for
from store.reading import IncidentKind, Problem

URL = "https://www.example.org/reviews"
LIST = "<html><title>Reviews</title><main><h1>Reviews</h1><a href='/1'>Child Q</a></main></html>"


def html(body: str = LIST, **arguments: object) -> HtmlResponse:
    return HtmlResponse(**{"url": URL, "body": body, "encoding": "utf-8", **arguments})


def kind_of(what: Response | BaseException) -> IncidentKind | None:
    problem = problem_for(what, URL)
    return problem.kind if problem else None


@pytest.mark.parametrize(
    "good",
    [
        html(),
        html("<html><title>Children not found by services</title><main>" + "<p>Learning.</p>" * 500 + "</main></html>"),
        html("<html><title>Review 404</title><h1>Reviews 404 to 410</h1></html>"),
        html("<html><title>404 ways</title><main>" + "words " * 1000 + "</main></html>"),
        TextResponse(URL, body=b'{"results": []}', headers={"Content-Type": "application/json"}),
        TextResponse(URL, body=b"<rss/>", headers={"Content-Type": "application/rss+xml"}),
        html(url="https://www.example.org/learning/reviews"),
    ],
)
def test_good_pages_have_no_problem(good: Response) -> None:
    assert problem_for(good, URL) is None


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (html(status=401), "blocked"),
        (html(status=403), "blocked"),
        (html("<title>Just a moment...</title>"), "blocked"),
        (html("<title>Attention Required! | Cloudflare</title>", status=503), "blocked"),
        (html("", status=202, headers={"x-amzn-waf-action": "challenge"}), "blocked"),
        (html(status=404), "moved"),
        (html(status=410), "moved"),
        (html(status=302), "moved"),
        (html(url="https://www.example.org/"), "moved"),
        (html(url="https://other.example.org/index.html"), "moved"),
        (html(status=400), "server_error"),
        (html(status=500), "server_error"),
        (html(status=429, headers={"Retry-After": "3600"}), "server_error"),
        (html(status=408), "slow"),
        (html("<title>Page not found - Example</title><h1>Sorry</h1>"), "soft_404"),
        (html("<title>Example</title><nav>" + "menu " * 2000 + "</nav><main><h1>404</h1></main>"), "soft_404"),
        (html("<title>x</title><h1>The page you requested cannot be found</h1>"), "soft_404"),
        (html("<title>x</title><h1>This content is no longer available</h1>"), "soft_404"),
        (html("<title>Report not found - Find a report</title><h1>Report not found</h1>"), "soft_404"),
        (html("  \n "), "empty"),
        (Response(URL, body=b"%PDF-1.4", headers={"Content-Type": "application/pdf"}), "wrong_type"),
        (html("%PDF-1.4 says the server html"), "wrong_type"),
        (Response(URL, body=b"\x89PNG"), "wrong_type"),
    ],
)
def test_what_is_wrong_with_an_answer(answer: Response, kind: str) -> None:
    assert kind_of(answer) == kind


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (CannotResolveHostError("no such host"), "unreachable"),
        (DownloadConnectionRefusedError("refused"), "unreachable"),
        (DownloadFailedError("cut off"), "unreachable"),
        (OSError("no route"), "unreachable"),
        (DownloadTimeoutError("60 seconds"), "slow"),
        (DownloadCancelledError("11 MB"), "large"),
        (IgnoreRequest("max redirections reached"), "moved"),
        (PageFailed(Problem(kind=IncidentKind.ROBOTS, evidence="forbidden")), "robots"),
    ],
)
def test_what_an_error_means(error: BaseException, kind: str) -> None:
    assert kind_of(error) == kind


def test_the_evidence_says_address_status_and_what_was_expected() -> None:
    problem = problem_for(html(status=503, headers={"Retry-After": "3600"}), URL)
    assert problem is not None
    assert problem.evidence == (f"{URL} answered 503: a page was expected; the site asks us to come back after '3600'.")


def test_the_evidence_names_the_address_that_answered() -> None:
    problem = problem_for(html(url="https://www.example.org/"), URL)
    assert problem is not None
    assert "(at https://www.example.org/)" in problem.evidence


def test_the_home_page_itself_may_be_watched() -> None:
    assert problem_for(html(url="https://www.example.org/"), "https://example.org/") is None
