"""Tries again after faults that pass: at most twice, with growing gaps, and when the site says so (Retry-After)."""

import asyncio
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Self

from scrapy.crawler import Crawler
from scrapy.exceptions import DownloadConnectionRefusedError, DownloadFailedError, ResponseDataLossError
from scrapy.http import Request, Response
from twisted.internet.error import ConnectError, ConnectionDone, ConnectionLost

from spiders.engine.problems import header, problem_of_error
from spiders.engine.running import run_of
from store.reading import IncidentKind

MOST_RETRIES = 2
LONGEST_WAIT = 60.0
"""Seconds that a site may make us wait within a run; for more we come back another day."""

PASSING = {429, 500, 502, 503, 504, 520, 521, 522, 523, 524}
# a slow answer is not asked for again: that would load a site that is busy already
FAULTS = (
    DownloadConnectionRefusedError,
    DownloadFailedError,
    ResponseDataLossError,
    ConnectError,
    ConnectionDone,
    ConnectionLost,
)


class RetryAfterMiddleware:
    """`gap`: seconds to the first retry, doubled for the second."""

    def __init__(self, *, gap: float) -> None:
        self.gap = gap

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(gap=crawler.settings.getfloat("RETRY_GAP"))

    async def process_response(self, request: Request, response: Response) -> Request | Response:
        if response.status not in PASSING:
            return response
        asked = seconds_asked(header(response, "Retry-After"), header(response, "Date"))
        return await self._again(request, asked) or response

    async def process_exception(self, request: Request, exception: Exception) -> Request | None:
        is_certificate = problem_of_error(exception, request.url).kind is IncidentKind.CERTIFICATE
        if not isinstance(exception, FAULTS) or is_certificate:
            return None
        return await self._again(request, 0.0)

    async def _again(self, request: Request, asked: float) -> Request | None:
        tries = request.meta.get("tries", 0)
        wait = wait_before_retry(tries, gap=self.gap, asked=asked, left=run_of(request).seconds_left)
        if wait is None:
            return None
        await asyncio.sleep(wait)  # one request at a time: this run asks nothing else meanwhile
        return request.replace(meta={**request.meta, "tries": tries + 1}, dont_filter=True)


def wait_before_retry(tries: int, *, gap: float, asked: float, left: float) -> float | None:
    """Seconds to wait before the next try, or None to give up. `asked`: by the site; `left`: of the run's time."""
    wait = max(asked, gap * float(2**tries))
    if tries >= MOST_RETRIES or wait > LONGEST_WAIT or wait > left / 2:
        return None
    return wait


def seconds_asked(retry_after: str, date: str) -> float:
    """What a Retry-After header asks for, in seconds: a number, or a date (counted from the answer's own date)."""
    if retry_after.strip().isdigit():
        return float(retry_after)
    until = http_date(retry_after)
    since = http_date(date) or datetime.now(UTC)
    return max(0.0, (until - since).total_seconds()) if until else 0.0


def http_date(text: str) -> datetime | None:
    """A date of an HTTP header, in UTC; None when there is none."""
    try:
        found = parsedate_to_datetime(text)
    except ValueError:
        return None
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
