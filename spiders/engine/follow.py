"""Follows one source from its first request to its last: asks for what its kind wants, one request after the other.

Own loop instead of Scrapy's scheduler: the sources of a batch share one downloader, and none of them may ask for two
things at once, whatever the others do (rule 10).
"""

import logging
from collections import deque
from collections.abc import Awaitable, Callable, Iterable, Iterator
from functools import partial
from typing import Any

from scrapy.http import Request, Response
from twisted.python.failure import Failure

from spiders.base import Found, SourceSpider
from spiders.engine.collect import Collector
from spiders.engine.conditional import not_asked, seen_page, validators
from spiders.engine.problems import PageFailed, answer_of, problem_for, problem_of_error, with_page
from spiders.engine.running import Run, asked_page, final_url
from store.comparing import AS_BEFORE
from store.reading import SeenEntry

Ask = Callable[[Request], Awaitable[Response]]

logger = logging.getLogger(__name__)


class Follower:
    """Drives one kind's spider and hands what it finds to the collector. Raises MemoryError, and nothing else."""

    def __init__(self, spider: SourceSpider, collector: Collector, run: Run, ask: Ask) -> None:
        self.spider = spider
        self.collector = collector
        self.run = run
        self.ask = ask
        self.known = {} if spider.job.check else {page.url: page for page in spider.job.pages}

    async def follow(self) -> None:
        """Ask for everything, in the order in which it was wanted."""
        waiting = deque(await self._first())
        while waiting and not self.collector.is_full(self.run.requests):
            waiting.extend(await self._one(waiting.popleft()))

    async def _first(self) -> list[Request]:
        try:
            return [request async for request in self.spider.start()]
        except MemoryError:
            raise
        except Exception as error:
            logger.exception("%s: its kind failed", self.spider.job.source)
            self.collector.callback_failed(None, error)
            return []

    async def _one(self, request: Request) -> list[Request]:
        """What an answer makes the kind ask for next; findings go to the collector."""
        request.meta["run"] = self.run
        if known := self.known.get(request.meta.get("page", "")):
            request.headers.update(validators(known.etag, known.last_modified))
        try:
            response = await self.ask(request)
            self._judge(request, response)
        except MemoryError:
            raise
        except Exception as error:  # noqa: BLE001 - whatever kept the answer from us is told as the page's problem
            return self._take(request, partial(self._failed, request, error))
        return self._take(request, partial(self._answered, request, response))

    def _judge(self, request: Request, response: Response) -> None:
        """Raises PageFailed for an answer that is no good page. A kind may take some statuses upon itself."""
        page = request.meta.get("page")
        if response.status == 304 and page is not None:
            if page not in self.known:
                raise PageFailed(not_asked(page), response)
            return
        if response.status in request.meta.get("handle_httpstatus_list", ()):
            return
        if problem := problem_for(response, request.url):
            raise PageFailed(with_page(problem, response), response)

    def _answered(self, request: Request, response: Response) -> Iterable[Found]:
        url = request.meta.get("page")
        if url is not None and self._is_as_before(url, request, response):
            return self._as_before(url, request)
        callback = request.callback or self.spider.parse
        found: Iterable[Found] = callback(response, **request.cb_kwargs)
        return found

    def _is_as_before(self, url: str, request: Request, response: Response) -> bool:
        """Notes the page. True: nothing on it is new, so the kind is spared it."""
        known = self.known.get(url)
        listing = request.meta["listing"]
        keep = listing or self.spider.job.check or url == self.spider.job.url
        final = final_url(response.request or request, response)
        page = seen_page(url, response, known, listing=listing, final=final, keep=keep)
        self.collector.page(page)
        return page.status == 304 or (response.status < 400 and known is not None and page.sha256 == known.sha256)

    def _as_before(self, url: str, request: Request) -> Iterator[Found]:
        """A known entry whose own page is as before must not be lost: it is on the list."""
        known = {entry.key for entry in self.spider.job.entries}
        for entry in request.cb_kwargs.values():
            if isinstance(entry, SeenEntry) and entry.key in known:
                yield entry.model_copy(update={"flags": (*entry.flags, AS_BEFORE)})
        yield from self.spider.unchanged(url)

    def _failed(self, request: Request, error: Exception) -> Iterable[Found]:
        failure: Failure = Failure(error)  # type: ignore[no-untyped-call]  # Twisted's
        if request.errback is not None:
            found: Any = request.errback(failure)
            return found or ()
        answer = answer_of(failure)
        last = answer.request if answer and answer.request else request
        self.collector.page_failed(last, problem_of_error(error, asked_page(request)), answer)
        return ()

    def _take(self, request: Request, findings: Callable[[], Iterable[Found]]) -> list[Request]:
        """Run the kind's own code, which may raise anything: then the page was not understood."""
        wanted = []
        try:
            for found in findings():
                if isinstance(found, Request):
                    wanted.append(found)
                else:
                    self.collector.found(found)
        except MemoryError:
            raise
        except Exception as error:
            logger.exception("%s: its kind failed", self.spider.job.source)
            self.collector.callback_failed(request, error)
        return wanted
