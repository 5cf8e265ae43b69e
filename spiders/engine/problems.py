"""Why a page cannot be trusted: told from the answer, or from the error that came instead of one. Pure."""

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from lxml import etree
from OpenSSL import SSL
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadTimeoutError,
    IgnoreRequest,
)
from scrapy.http import HtmlResponse, Response, TextResponse
from service_identity import VerificationError
from twisted.python.failure import Failure

from store.reading import IncidentKind, Problem

# the HTTP statuses that say more than their class does
STATUSES = {
    401: IncidentKind.BLOCKED,
    403: IncidentKind.BLOCKED,
    404: IncidentKind.MOVED,
    407: IncidentKind.BLOCKED,
    408: IncidentKind.SLOW,
    410: IncidentKind.MOVED,
    451: IncidentKind.BLOCKED,
}
THING = "(page|content|report|document|publication|file)"
NOT_FOUND = re.compile(
    r"^\W*404\b|\b404 error\b|\b(error|status|code) 404\b"
    rf"|{THING} (you .{{1,40}} )?(was |is |has )?(not( been)?|(can|could)(not|n['’]t) be|can['’]t be) found"
    rf"|{THING} (you .{{0,40}})?(does not|doesn['’]t|no longer) exists?|no longer available"
    r"|tudalen heb ei (chanfod|darganfod)",
    re.IGNORECASE,
)
CHALLENGE_TITLES = re.compile(
    r"^\s*(just a moment|attention required!|access denied|request rejected|pardon our interruption|human verification"
    r"|verify(ing)? you are (a )?human|checking your browser|are you a robot|security check"
    r"|radware (bot manager|captcha))",
    re.IGNORECASE,
)
CHALLENGE_HEADERS = (b"cf-mitigated", b"x-amzn-waf-action")
LARGEST_EVIDENCE = 300_000
"""Characters of a page that came instead which are kept for an administrator to look at."""
TITLE, HEADING = etree.XPath("string((//title)[1])"), etree.XPath("string((//h1)[1])")
LITTLE_TEXT = 3000
"""Characters of a page's own text (menus aside) up to which 'page not found' is believed."""


class PageFailed(IgnoreRequest):
    """A page was not read, for the reason given. An IgnoreRequest, so that Scrapy does not log it as a fault."""

    def __init__(self, problem: Problem, response: Response | None = None) -> None:
        super().__init__(problem.evidence)
        self.problem = problem
        self.response = response


def problem_for(what: Response | BaseException, expected_url: str) -> Problem | None:
    """What is wrong with an answer (None: nothing), or what an error means. `expected_url` was asked for first."""
    if isinstance(what, BaseException):
        return problem_of_error(what, expected_url)
    return (
        _challenged(what, expected_url)
        or bad_status(what, expected_url)
        or moved(what, expected_url)
        or _wrong_type(what, expected_url)
        or soft_404(what, expected_url)
    )


def with_page(problem: Problem, response: Response) -> Problem:
    """The problem together with the page that came, as far as it is text."""
    if not isinstance(response, TextResponse) or not response.body.strip():
        return problem
    return problem.model_copy(update={"url": response.url, "body": response.text[:LARGEST_EVIDENCE]})


def problem_of_error(error: BaseException, url: str) -> Problem:
    """What an error that came instead of an answer means."""
    if isinstance(error, PageFailed):
        return error.problem
    if any(_is_certificate_error(cause) for cause in causes(error)):
        return Problem(
            kind=IncidentKind.CERTIFICATE, evidence=f"{url}: the site's certificate is not trusted ({_words(error)})."
        )
    if isinstance(error, IgnoreRequest):
        return _problem_of_ignored(error, url)
    for kind, errors, words in ERRORS:
        if isinstance(error, errors):
            return Problem(kind=kind, evidence=f"{url}: {words} ({_words(error)}).")
    return Problem(kind=IncidentKind.UNREACHABLE, evidence=f"{url}: no whole answer came ({_words(error)}).")


ERRORS: tuple[tuple[IncidentKind, tuple[type[BaseException], ...], str], ...] = (
    (IncidentKind.SLOW, (DownloadTimeoutError,), "the answer took too long"),
    (IncidentKind.LARGE, (DownloadCancelledError,), "the answer is larger than we accept"),
    (IncidentKind.UNREACHABLE, (CannotResolveHostError,), "there is no site of this name"),
    (IncidentKind.UNREACHABLE, (DownloadConnectionRefusedError,), "the site refused the connection"),
)


def _problem_of_ignored(error: IgnoreRequest, url: str) -> Problem:
    """Scrapy gives up so in two cases: a body that grows too large when unpacked, and a chain of redirects."""
    if error.__cause__ is not None:
        return Problem(kind=IncidentKind.LARGE, evidence=f"{url}: the answer, unpacked, is larger than we accept.")
    return Problem(kind=IncidentKind.MOVED, evidence=f"{url}: it sends us on and on ({_words(error)}).")


def problem_of_failure(failure: Failure, url: str) -> Problem:
    """What a failure, as Twisted hands it on, means."""
    return problem_of_error(failure.value or RuntimeError("an unknown failure"), url)


def answer_of(failure: Failure) -> Response | None:
    """The answer that was judged to be no good page, if one came."""
    return failure.value.response if isinstance(failure.value, PageFailed) else None


def causes(error: BaseException) -> Iterator[BaseException]:
    """An error, what it was raised from, and the reasons that Twisted keeps inside its own."""
    yield error
    if error.__cause__ is not None:
        yield from causes(error.__cause__)
    for reason in getattr(error, "reasons", ()):
        if isinstance(reason, Failure) and reason.value is not None:
            yield from causes(reason.value)


def _is_certificate_error(error: BaseException) -> bool:
    return isinstance(error, VerificationError) or (isinstance(error, SSL.Error) and "certificate" in repr(error))


def _words(error: BaseException) -> str:
    deepest = list(causes(error))[-1]
    return f"{type(deepest).__name__}: {str(deepest)[:200]}".rstrip(": ")


def header(response: Response, name: str) -> str:
    """A response header as text; empty if it is not there."""
    return (response.headers.get(name) or b"").decode("latin-1")


def _challenged(response: Response, url: str) -> Problem | None:
    title = headline(response, TITLE)
    if any(name in response.headers for name in CHALLENGE_HEADERS) or CHALLENGE_TITLES.search(title):
        shown = f" titled '{title}'" if title else ""
        return _problem(IncidentKind.BLOCKED, url, response, f"a page{shown} came that asks whether we are a person")
    return None


def bad_status(response: Response, url: str) -> Problem | None:
    """An answer whose status says that it is not what was asked for."""
    status = response.status
    if 200 <= status < 300:
        return None
    if status in STATUSES:
        return _problem(STATUSES[status], url, response, "a page was expected")
    if status < 400:
        return _problem(IncidentKind.MOVED, url, response, "it sends us on, but not to an address that we can follow")
    return _problem(IncidentKind.SERVER_ERROR, url, response, f"a page was expected{_retry_words(response)}")


def _retry_words(response: Response) -> str:
    after = header(response, "Retry-After")[:60]
    return f"; the site asks us to come back after '{after}'" if after else ""


def moved(response: Response, url: str) -> Problem | None:
    """An answer that is the site's home page instead."""
    if is_home(response.url) and not is_home(url) and response.url != url:
        return _problem(IncidentKind.MOVED, url, response, "we were sent on to the site's home page")
    return None


def is_home(url: str) -> bool:
    """Whether an address is a site's home page."""
    parts = urlsplit(url)
    return parts.path.rstrip("/") in {"", "/home", "/index.html", "/default.aspx"} and not parts.query


def _wrong_type(response: Response, url: str) -> Problem | None:
    said = header(response, "Content-Type")[:80] or "nothing"
    if not response.body.strip():
        return _problem(IncidentKind.EMPTY, url, response, "the page is empty")
    if isinstance(response, TextResponse) and not response.body.startswith((b"%PDF-", b"PK\x03\x04")):
        return None
    if url.endswith(".gz") and response.body.startswith(b"\x1f\x8b"):  # sitemaps
        return None
    return _problem(IncidentKind.WRONG_TYPE, url, response, f"a page was expected, its type is '{said}'")


def soft_404(response: Response, url: str) -> Problem | None:
    """A page that says that it is none, with status 200."""
    if not isinstance(response, HtmlResponse):
        return None
    shown = next(
        (text for text in (headline(response, TITLE), headline(response, HEADING)) if NOT_FOUND.search(text)), ""
    )
    if shown and len(own_text(response)) <= LITTLE_TEXT:
        return _problem(IncidentKind.SOFT_404, url, response, f"the page says '{shown}'")
    return None


def headline(response: Response, path: etree.XPath) -> str:
    """What an XPath says of an HTML page, on one line."""
    if not isinstance(response, HtmlResponse) or not response.body.strip():
        return ""
    return " ".join(path(response.selector.root).split())[:200]


def own_text(response: TextResponse) -> str:
    """A page's text without its menus, head and foot."""
    skipped = "ancestor::nav or ancestor::header or ancestor::footer or ancestor::script or ancestor::style"
    root = "//main" if response.xpath("//main") else "//body"
    return " ".join("".join(response.xpath(f"{root}//text()[not({skipped})]").getall()).split())


def _problem(kind: IncidentKind, url: str, response: Response, words: str) -> Problem:
    at = "" if response.url == url else f" (at {response.url})"
    return Problem(kind=kind, evidence=f"{url} answered {response.status}{at}: {words}.")
