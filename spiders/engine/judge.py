"""Judges each answer before a kind sees it, and hands every failure to the collector."""

from collections.abc import AsyncIterator
from functools import partial
from typing import Any

from scrapy.http import Request, Response
from scrapy.spidermiddlewares.base import BaseSpiderMiddleware
from twisted.python.failure import Failure

from spiders.engine.collect import Collector, not_understood
from spiders.engine.problems import PageFailed, answer_of, problem_for, problem_of_failure, with_page
from spiders.engine.running import asked_first, asked_page


class JudgeMiddleware:
    """Turns an answer that is no good page into a failure.

    Not judged: requests whose `meta` says `plain` (robots.txt, documents), and statuses that a kind handles itself
    (Scrapy's `handle_httpstatus_list`).
    """

    def process_response(self, request: Request, response: Response) -> Response:
        meta = request.meta
        as_before = response.status == 304 and "page" in meta
        if meta.get("plain") or as_before or response.status in meta.get("handle_httpstatus_list", ()):
            return response
        if problem := problem_for(response, asked_first(request)):
            raise PageFailed(with_page(problem, response), response)
        return response


class FailureMiddleware(BaseSpiderMiddleware):
    """Sends every failure that a kind does not handle itself to the collector, and ends endless runs."""

    async def process_start(self, start: AsyncIterator[Any]) -> AsyncIterator[Any]:
        try:
            async for one in super().process_start(start):
                yield one
        except Exception as error:
            if collector := self.crawler.get_extension(Collector):
                collector.fail(not_understood(collector.job.url, error))
            raise

    def get_processed_request(self, request: Request, response: Response | None) -> Request | None:
        collector = self.crawler.get_extension(Collector)
        if collector is None:  # documents: their spider handles all itself
            return request
        if request.errback is None:
            request.errback = partial(self.failed, collector)
        return None if collector.is_full() else request

    def failed(self, collector: Collector, failure: Failure) -> None:
        request: Request = failure.request  # type: ignore[attr-defined]  # Scrapy sets it
        collector.page_failed(request, problem_of_failure(failure, asked_page(request)), answer_of(failure))
